#include "tracecheck/damage.h"

#include <algorithm>

namespace tracecheck {

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::Complete: return "complete";
    case Verdict::Truncated: return "truncated";
    case Verdict::Corrupt: return "corrupt";
    case Verdict::NotATrace: return "not a trace";
    case Verdict::NotJudged: return "not judged";
    case Verdict::Unreadable: return "unreadable";
  }
  return {};
}

std::string_view severity_name(Severity severity) { return severity == Severity::Truncated ? "truncated" : "corrupt"; }

std::string_view reading_name(Reading reading) {
  switch (reading) {
    case Reading::Header: return "header";
    case Reading::BatchType: return "batch type";
    case Reading::BatchExperiment: return "batch experiment";
    case Reading::BatchGeneration: return "batch generation";
    case Reading::BatchThread: return "batch thread";
    case Reading::BatchTime: return "batch time";
    case Reading::BatchSize: return "batch size";
    case Reading::BatchData: return "batch data";
    case Reading::StringRecord: return "string record";
    case Reading::StackRecord: return "stack record";
    case Reading::SampleRecord: return "sample record";
    case Reading::SyncRecord: return "sync record";
    case Reading::Event: return "event";
    case Reading::Generation: return "generation";
    case Reading::Order: return "order";
    case Reading::Checks: return "checks";
    case Reading::Stream: return "stream";
  }
  return {};
}

std::string_view damage_code_name(DamageCode code) {
  switch (code) {
    case DamageCode::Empty: return "empty";
    case DamageCode::HeaderCut: return "header_cut";
    case DamageCode::NoGeneration: return "no_generation";
    case DamageCode::BatchHeaderCut: return "batch_header_cut";
    case DamageCode::BatchCut: return "batch_cut";
    case DamageCode::IncompleteGeneration: return "incomplete_generation";
    case DamageCode::NulTail: return "nul_tail";
    case DamageCode::CompressionCut: return "compression_cut";
    case DamageCode::ForeignBytes: return "foreign_bytes";
    case DamageCode::SecondHeader: return "second_header";
    case DamageCode::NotABatch: return "not_a_batch";
    case DamageCode::VarintOverflow: return "varint_overflow";
    case DamageCode::BatchTooLarge: return "batch_too_large";
    case DamageCode::GenerationZero: return "generation_zero";
    case DamageCode::GenerationOutOfOrder: return "generation_out_of_order";
    case DamageCode::GenerationNotClosed: return "generation_not_closed";
    case DamageCode::BadStringRecord: return "bad_string_record";
    case DamageCode::BadStackRecord: return "bad_stack_record";
    case DamageCode::BadSampleRecord: return "bad_sample_record";
    case DamageCode::BadSyncRecord: return "bad_sync_record";
    case DamageCode::StringTooLong: return "string_too_long";
    case DamageCode::StackTooDeep: return "stack_too_deep";
    case DamageCode::DuplicateString: return "duplicate_string";
    case DamageCode::DuplicateStack: return "duplicate_stack";
    case DamageCode::DuplicateFrequency: return "duplicate_frequency";
    case DamageCode::DuplicateSnapshot: return "duplicate_snapshot";
    case DamageCode::MissingFrequency: return "missing_frequency";
    case DamageCode::MissingSnapshot: return "missing_snapshot";
    case DamageCode::MissingFrameText: return "missing_frame_text";
    case DamageCode::BadEventType: return "bad_event_type";
    case DamageCode::UntimedEvent: return "untimed_event";
    case DamageCode::EventCut: return "event_cut";
    case DamageCode::EventVarintOverflow: return "event_varint_overflow";
    case DamageCode::MissingString: return "missing_string";
    case DamageCode::MissingStack: return "missing_stack";
    case DamageCode::ReplayStuck: return "replay_stuck";
    case DamageCode::ReplayBroken: return "replay_broken";
    case DamageCode::TimeNotIncreasing: return "time_not_increasing";
    case DamageCode::SyncNumber: return "sync_number";
    case DamageCode::SnapshotMissing: return "snapshot_missing";
    case DamageCode::SnapshotZero: return "snapshot_zero";
    case DamageCode::SnapshotNotForward: return "snapshot_not_forward";
    case DamageCode::TransitionToUndetermined: return "transition_to_undetermined";
    case DamageCode::TransitionFromUndetermined: return "transition_from_undetermined";
    case DamageCode::TransitionFromState: return "transition_from_state";
    case DamageCode::ResourceFirstState: return "resource_first_state";
    case DamageCode::ThreadMissing: return "thread_missing";
    case DamageCode::ThreadBusy: return "thread_busy";
    case DamageCode::ResourceNotBound: return "resource_not_bound";
    case DamageCode::StopStackDiffers: return "stop_stack_differs";
    case DamageCode::EndedWithOpenRange: return "ended_with_open_range";
    case DamageCode::RangeBegunTwice: return "range_begun_twice";
    case DamageCode::RangeNotOpen: return "range_not_open";
    case DamageCode::LabelEmpty: return "label_empty";
    case DamageCode::LabelUnknownResource: return "label_unknown_resource";
    case DamageCode::TaskTypeDiffers: return "task_type_differs";
    case DamageCode::TaskIdReserved: return "task_id_reserved";
    case DamageCode::TaskParentBackground: return "task_parent_background";
    case DamageCode::FrameIncomplete: return "frame_incomplete";
  }
  return {};
}

Verdict verdict_of(Severity severity) {
  return severity == Severity::Truncated ? Verdict::Truncated : Verdict::Corrupt;
}

Verdict verdict_of(const std::vector<Damage>& damage) {
  if (damage.empty()) return Verdict::Complete;
  const bool corrupt =
      std::any_of(damage.begin(), damage.end(), [](const Damage& d) { return d.severity == Severity::Corrupt; });
  return corrupt ? Verdict::Corrupt : Verdict::Truncated;
}

const Damage* first_of(Verdict verdict, const std::vector<Damage>& damage) {
  const auto is_of_it = [verdict](const Damage& place) { return verdict_of(place.severity) == verdict; };
  const auto place = std::find_if(damage.begin(), damage.end(), is_of_it);
  return place == damage.end() ? nullptr : &*place;
}

}  // namespace tracecheck
