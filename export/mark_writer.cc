#include "export/mark_writer.h"

#include <algorithm>
#include <cstring>

#include "format/clock.h"

namespace tracecheck {
namespace {

template <typename Value>
void append_raw(std::string& out, Value value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

void append_sized(std::string& out, std::string_view text) {
  append_raw(out, text.size());
  out += text;
}

template <typename Value>
Value take_raw(std::string_view& records) {
  Value value;
  std::memcpy(&value, records.data(), sizeof(value));
  records.remove_prefix(sizeof(value));
  return value;
}

std::string_view take_sized(std::string_view& records) {
  const auto size = take_raw<std::size_t>(records);
  const std::string_view text = records.substr(0, size);
  records.remove_prefix(size);
  return text;
}

}  // namespace

struct MarkWriter::Record {
  Kind kind;
  Time time;
  Track track;
  std::string_view text;
  std::string_view bare;  // of a Begin: without what belongs to its generation only
  std::string_view end;   // of a Begin: its end

  static Record take(std::string_view& records) {
    Record record{};
    record.kind = take_raw<Kind>(records);
    record.time = take_raw<Time>(records);
    record.track.kind = take_raw<TrackKind>(records);
    record.track.id = take_raw<std::uint64_t>(records);
    record.text = take_sized(records);
    if (record.kind != Kind::Begin) return record;
    record.bare = take_sized(records);
    record.end = take_sized(records);
    return record;
  }
};

void MarkWriter::add(std::string& out, Kind kind, Time time, const Track& track, std::string_view text) {
  if (!windowed_) {
    put(out, time, text);
    return;
  }
  append_raw(out, kind);
  append_raw(out, time);
  append_raw(out, track.kind);
  append_raw(out, track.id);
  append_sized(out, text);
}

void MarkWriter::put(std::string& out, Time time, std::string_view mark) {
  encoder_.put(out, clipped_add(time, shift_), mark);
}

void MarkWriter::define(std::string& out, Time time, const Stack& stack) {
  text_.clear();
  encoder_.define(text_, stack);
  if (!text_.empty()) add(out, Kind::Define, time, {}, text_);
}

void MarkWriter::describe(std::string& out, Time time, const Track& track, std::string_view name) {
  text_.clear();
  encoder_.describe(text_, track, name);
  add(out, Kind::Describe, time, track, text_);
}

void MarkWriter::begin(std::string& out, Time time, const Track& track, const MarkContent& content) {
  define(out, time, content.stack);
  text_.clear();
  encoder_.begin(text_, track, content);
  add(out, Kind::Begin, time, track, text_);
  if (!windowed_) return;
  MarkContent bare{.category = content.category, .name = content.name, .arguments = content.arguments};
  bare_.clear();
  encoder_.begin(bare_, track, bare);
  append_sized(out, bare_);
  end_.clear();
  encoder_.end(end_, track, content.name);
  append_sized(out, end_);
}

void MarkWriter::end(std::string& out, Time time, const Track& track, std::string_view name) {
  text_.clear();
  encoder_.end(text_, track, name);
  add(out, Kind::End, time, track, text_);
}

void MarkWriter::instant(std::string& out, Time time, const Track& track, const MarkContent& content) {
  define(out, time, content.stack);
  text_.clear();
  encoder_.instant(text_, track, content);
  add(out, Kind::Instant, time, track, text_);
}

void MarkWriter::count(std::string& out, Time time, CounterId counter, std::uint64_t value) {
  text_.clear();
  encoder_.count(text_, counter, value);
  add(out, Kind::Instant, time, {TrackKind::Counter, static_cast<std::uint64_t>(counter)}, text_);
}

void MarkWriter::forget(std::string& out, const Track& track) {
  if (windowed_) add(out, Kind::Forget, 0, track, {});
}

void MarkWriter::generation_begins(std::string& out) {
  if (windowed_) add(out, Kind::Generation, 0, {}, {});
}

void MarkWriter::set_window(std::optional<Time> since, std::optional<Time> until) {
  since_ = since;
  until_ = until;
}

MarkWriter::OpenTrack& MarkWriter::open(const Track& track) {
  return open_[static_cast<std::size_t>(track.kind)][track.id];
}

// What a record does to what is open.
void MarkWriter::note(const Record& record) {
  switch (record.kind) {
    case Kind::Describe: open(record.track).description = record.text; break;
    case Kind::Begin:
      open(record.track).slices.push_back({std::string(begun_ ? "" : record.bare), std::string(record.end)});
      break;
    case Kind::End:
      if (auto& slices = open(record.track).slices; !slices.empty()) slices.pop_back();
      break;
    case Kind::Forget: open_[static_cast<std::size_t>(record.track.kind)].erase(record.track.id); break;
    case Kind::Generation: definitions_.clear(); break;
    case Kind::Define: append_sized(definitions_, record.text); break;
    case Kind::Instant: break;
  }
}

void MarkWriter::drop(std::string& out, std::string_view records) {
  if (begun_) return write(out, records);
  while (!records.empty()) note(Record::take(records));
}

// In an order that does not depend on where ids lie in the maps.
template <typename Visit>
void MarkWriter::for_each_open(Visit visit) {
  for (auto& tracks : open_) {
    std::vector<std::uint64_t> ids;
    for (const auto& [id, track] : tracks) {
      if (!track.slices.empty()) ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    for (const std::uint64_t id : ids) visit(tracks[id]);
  }
}

void MarkWriter::begin_window(std::string& out) {
  begun_ = true;
  const Time time = std::max<Time>(since_.value_or(0), 0);
  for (std::string_view rest = definitions_; !rest.empty();) put(out, time, take_sized(rest));
  definitions_.clear();
  for_each_open([&](OpenTrack& track) {
    write_description(out, track, time);
    for (OpenSlice& slice : track.slices) {
      put(out, time, slice.begin);
      slice.begin.clear();
    }
  });
}

void MarkWriter::write_description(std::string& out, OpenTrack& track, Time time) {
  if (track.description.empty()) return;
  put(out, time, track.description);
  track.description.clear();
}

void MarkWriter::write(std::string& out, const Record& record) {
  const bool is_late = behind_ && record.time > *until_;
  const Time time = std::max(record.time, since_.value_or(record.time));
  switch (record.kind) {
    case Kind::Begin:
      if (is_late) {
        open(record.track).slices.emplace_back();
        return;
      }
      [[fallthrough]];
    case Kind::Instant:
      if (is_late) return;
      write_description(out, open(record.track), time);
      put(out, time, record.text);
      break;
    case Kind::Define:
      if (!is_late) put(out, time, record.text);
      return;
    case Kind::End: write_end(out, record); break;
    default: break;
  }
  note(record);
}

// Of a slice whose beginning was written: behind damage, times may step back over the window's end.
void MarkWriter::write_end(std::string& out, const Record& record) {
  const std::vector<OpenSlice>& slices = open(record.track).slices;
  if (slices.empty() || slices.back().end.empty()) return;
  const Time time = std::max(record.time, since_.value_or(record.time));
  put(out, behind_ ? std::min(time, *until_) : time, record.text);
}

void MarkWriter::write(std::string& out, std::string_view records) {
  if (!begun_) begin_window(out);
  while (!records.empty()) write(out, Record::take(records));
}

void MarkWriter::write_behind(std::string& out, std::string_view records) {
  if (!until_ || *until_ < 0) return;
  behind_ = true;
  write(out, records);
  behind_ = false;
}

void MarkWriter::finish(std::string& out, Time last) {
  const Time end = until_ ? std::min(*until_, last) : last;
  const Time begin = std::max<Time>(since_.value_or(0), 0);
  if (!begun_ && begin <= end) begin_window(out);
  if (begun_) {
    for_each_open([&](OpenTrack& track) {
      for (; !track.slices.empty(); track.slices.pop_back()) {
        const std::string& mark = track.slices.back().end;
        if (!mark.empty()) put(out, std::max(begin, end), mark);
      }
    });
  }
  for (auto& tracks : open_) tracks.clear();
  definitions_.clear();
  begun_ = false;
}

}  // namespace tracecheck
