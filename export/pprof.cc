#include "export/pprof.h"

#include <algorithm>
#include <array>
#include <protozero/pbf_builder.hpp>
#include <protozero/pbf_message.hpp>
#include <vector>

#include "analysis/frames_record.h"
#include "export/gzip.h"

namespace tracecheck {
namespace {

struct ProfileFacts {
  std::string_view name;
  State state = State::Undetermined;  // of the goroutines that wait
  std::string_view if_empty;
};

// By ProfileKind.
constexpr std::array<ProfileFacts, 5> kProfiles = {{
    {"net", State::Waiting, "no wait for the network has ended"},
    {"sync", State::Waiting, "no wait for a channel, a select or a lock has ended"},
    {"syscall", State::Syscall, "no system call has ended"},
    {"sched", State::Runnable, "no wait to run has ended"},
    {"cpu", State::Undetermined,
     "there are no CPU samples; they come from pprof.StartCPUProfile, or go test -cpuprofile, while the trace is "
     "taken"},
}};

const ProfileFacts& facts(ProfileKind kind) { return kProfiles[static_cast<std::size_t>(kind)]; }

std::vector<Profile::ValueType> value_types(ProfileKind kind) {
  if (kind == ProfileKind::Cpu) return {{"samples", "count"}};
  return {{"contentions", "count"}, {"delay", "nanoseconds"}};
}

// Reasons as in FORMAT.md section 10.
bool is_reason(ProfileKind kind, std::string_view reason) {
  const auto has = [reason](std::string_view part) { return reason.find(part) != std::string_view::npos; };
  switch (kind) {
    case ProfileKind::Net: return reason == "network";
    case ProfileKind::Sync: return has("chan") || has("sync") || has("select");
    default: return true;
  }
}

enum class RecordsField : protozero::pbf_tag_type { Record = 1 };

// One transition, or one sample, which has a stack only.
enum class RecordField : protozero::pbf_tag_type {
  Segment = 1,
  Goroutine = 2,
  Time = 3,
  From = 4,
  To = 5,
  BeginsWait = 6,
  Stack = 7,
};

// A frame without a pc, which stands for a stack that the runtime could not walk, is no place in a program.
void append_places_record(std::string& out, const Stack& stack) {
  const std::vector<Frame> frames = stack.frames();
  if (std::any_of(frames.begin(), frames.end(), [](const Frame& frame) { return frame.pc != 0; })) {
    append_frames_record(out, stack);
  }
}

Waits::Transition read_record(protozero::pbf_message<RecordField> record) {
  Waits::Transition transition;
  while (record.next()) {
    switch (record.tag()) {
      case RecordField::Segment: transition.segment = record.get_uint64(); break;
      case RecordField::Goroutine: transition.goroutine = record.get_int64(); break;
      case RecordField::Time: transition.time = record.get_int64(); break;
      case RecordField::From: transition.from = static_cast<State>(record.get_uint32()); break;
      case RecordField::To: transition.to = static_cast<State>(record.get_uint32()); break;
      case RecordField::BeginsWait: transition.begins_wait = record.get_bool(); break;
      case RecordField::Stack: {
        const protozero::data_view view = record.get_view();
        transition.stack = {view.data(), view.size()};
        break;
      }
    }
  }
  return transition;
}

}  // namespace

std::optional<ProfileKind> find_profile(std::string_view name) {
  const auto* found = std::find_if(kProfiles.begin(), kProfiles.end(),
                                   [&](const ProfileFacts& profile) { return profile.name == name; });
  if (found == kProfiles.end()) return std::nullopt;
  return static_cast<ProfileKind>(found - kProfiles.begin());
}

std::vector<std::string> profile_names() {
  std::vector<std::string> names;
  for (const ProfileFacts& profile : kProfiles) names.emplace_back(profile.name);
  return names;
}

PprofFormat::PprofFormat(ProfileKind kind, bool with_stacks, bool of_selection)
    : kind_(kind),
      with_stacks_(with_stacks),
      of_selection_(of_selection),
      stack_records_(append_places_record),
      profile_(value_types(kind)),
      waits_(profile_, facts(kind).state) {}

void PprofFormat::begin(std::string& /*out*/, const SalvageReader& /*reader*/, const Event* /*first*/) { ++segment_; }

void PprofFormat::segment(std::string& /*out*/, const SalvageReader& /*reader*/, const Event& /*first*/) { ++segment_; }

void PprofFormat::event(std::string& out, const Event& event) {
  if (kind_ == ProfileKind::Cpu) {
    if (event.as<StackSample>() != nullptr) append_record(out, event, nullptr);
    return;
  }
  const auto* transition = event.as<StateTransition>();
  if (transition != nullptr && transition->resource.kind == ResourceKind::Goroutine) {
    append_record(out, event, transition);
  }
}

void PprofFormat::append_record(std::string& out, const Event& event, const StateTransition* transition) {
  protozero::pbf_builder<RecordsField> records(out);
  protozero::pbf_builder<RecordField> record(records, RecordsField::Record);
  bool needs_stack = with_stacks_ && event.stack.present() && !event.stack.lost();
  if (transition != nullptr) {
    const bool begins = transition->to == facts(kind_).state && is_reason(kind_, transition->reason);
    record.add_uint64(RecordField::Segment, segment_);
    record.add_int64(RecordField::Goroutine, transition->resource.id);
    record.add_int64(RecordField::Time, event.time);
    record.add_uint32(RecordField::From, static_cast<std::uint32_t>(transition->from));
    record.add_uint32(RecordField::To, static_cast<std::uint32_t>(transition->to));
    record.add_bool(RecordField::BeginsWait, begins);
    needs_stack = needs_stack && begins;
  }
  if (!needs_stack) return;
  std::string frames;
  stack_records_.append(frames, event.stack);
  record.add_bytes(RecordField::Stack, frames);
}

bool PprofFormat::take(std::string_view written, const Sink& /*sink*/) {
  protozero::pbf_message<RecordsField> records(written.data(), written.size());
  while (records.next(RecordsField::Record, protozero::pbf_wire_type::length_delimited)) {
    const Waits::Transition transition = read_record(records.get_message());
    if (kind_ == ProfileKind::Cpu) {
      profile_.add(profile_.stack(transition.stack), 1);
    } else {
      waits_.add(transition);
    }
  }
  return true;
}

void PprofFormat::end(std::string& out, const SalvageReader& /*reader*/, int /*exit*/) {
  waits_.finish();
  out += gzipped(profile_.message());
}

std::string PprofFormat::remark() const {
  if (!profile_.empty()) return {};
  return std::string("the profile is empty: ") + (of_selection_ ? "in what is selected, " : "") +
         std::string(facts(kind_).if_empty);
}

}  // namespace tracecheck
