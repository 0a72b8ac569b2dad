#include "export/pprof_profile.h"

#include <algorithm>
#include <map>
#include <protozero/pbf_builder.hpp>
#include <tuple>
#include <utility>

#include "analysis/frames_record.h"
#include "export/event_row.h"
#include "export/lost_text.h"

namespace tracecheck {
namespace {

using Tag = protozero::pbf_tag_type;

enum class ProfileField : Tag {
  SampleType = 1,
  Sample = 2,
  Location = 4,
  Function = 5,
  StringTable = 6,
  PeriodType = 11,
  Period = 12,
};
enum class ValueTypeField : Tag { Type = 1, Unit = 2 };
enum class SampleField : Tag { LocationId = 1, Value = 2 };
enum class LocationField : Tag { Id = 1, Address = 3, Line = 4 };
enum class LineField : Tag { FunctionId = 1, Line = 2 };
enum class FunctionField : Tag { Id = 1, Name = 2, SystemName = 3, Filename = 4 };

using Id = std::uint64_t;

}  // namespace

// Writes the parts of a message, each text, function and location once.
class Profile::Message {
 public:
  explicit Message(std::string& out) : message_(out) { text(""); }

  void value_type(ProfileField field, const ValueType& type) {
    const std::int64_t name = text(type.type);
    const std::int64_t unit = text(type.unit);
    protozero::pbf_builder<ValueTypeField> message(message_, field);
    message.add_int64(ValueTypeField::Type, name);
    message.add_int64(ValueTypeField::Unit, unit);
  }

  void sample(const Sample& sample, std::size_t values) {
    std::vector<Id> locations;
    for (const Frame& frame : frames_of_record(sample.stack)) locations.push_back(location(frame));
    protozero::pbf_builder<SampleField> message(message_, ProfileField::Sample);
    message.add_packed_uint64(SampleField::LocationId, locations.begin(), locations.end());
    message.add_packed_int64(SampleField::Value, sample.values.begin(), sample.values.begin() + values);
  }

  void period(std::int64_t period) { message_.add_int64(ProfileField::Period, period); }

 private:
  Id location(const Frame& frame) {
    const Id in_function = function(frame);
    const auto [place, is_new] = locations_.try_emplace({frame.pc, in_function, frame.line}, Id{locations_.size() + 1});
    if (!is_new) return place->second;
    protozero::pbf_builder<LocationField> message(message_, ProfileField::Location);
    message.add_uint64(LocationField::Id, place->second);
    message.add_uint64(LocationField::Address, frame.pc);
    protozero::pbf_builder<LineField> line(message, LocationField::Line);
    line.add_uint64(LineField::FunctionId, in_function);
    line.add_int64(LineField::Line, static_cast<std::int64_t>(frame.line));
    return place->second;
  }

  Id function(const Frame& frame) {
    const std::int64_t name = text(text_or_id(frame.function, frame.lost_function));
    const std::int64_t file = text(text_or_id(frame.file, frame.lost_file));
    const auto [place, is_new] = functions_.try_emplace({name, file}, Id{functions_.size() + 1});
    if (!is_new) return place->second;
    protozero::pbf_builder<FunctionField> message(message_, ProfileField::Function);
    message.add_uint64(FunctionField::Id, place->second);
    message.add_int64(FunctionField::Name, name);
    message.add_int64(FunctionField::SystemName, name);
    message.add_int64(FunctionField::Filename, file);
    return place->second;
  }

  std::int64_t text(std::string_view text) {
    const auto [place, is_new] = texts_.try_emplace(table_text(text), static_cast<std::int64_t>(texts_.size()));
    if (is_new) message_.add_string(ProfileField::StringTable, place->first);
    return place->second;
  }

  protozero::pbf_builder<ProfileField> message_;
  std::map<std::tuple<std::uint64_t, Id, std::uint64_t>, Id> locations_;  // by address, function and line
  std::map<std::pair<std::int64_t, std::int64_t>, Id> functions_;         // by name and file
  std::unordered_map<std::string, std::int64_t> texts_;
};

Profile::StackIndex Profile::stack(std::string_view record) {
  if (const auto known = by_stack_.find(record); known != by_stack_.end()) return known->second;
  samples_.push_back({std::string(record)});
  by_stack_.emplace(samples_.back().stack, samples_.size() - 1);
  return samples_.size() - 1;
}

void Profile::add(StackIndex stack, std::int64_t first, std::int64_t second) {
  samples_[stack].values[0] += first;
  samples_[stack].values[1] += second;
}

bool Profile::empty() const {
  return std::all_of(samples_.begin(), samples_.end(), [](const Sample& sample) { return sample.values[0] == 0; });
}

std::string Profile::message() const {
  std::string out;
  Message message(out);
  for (const ValueType& type : types_) message.value_type(ProfileField::SampleType, type);
  for (const Sample& sample : samples_) {
    if (sample.values[0] != 0) message.sample(sample, types_.size());
  }
  message.value_type(ProfileField::PeriodType, {"trace", "count"});
  message.period(1);
  return out;
}

}  // namespace tracecheck
