package reference

import (
	"bytes"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A deliberateDifference is a kind of trace on which tracecheck does not do what
// the reference does. Each has a trace of its name in fuzz/differences.
type deliberateDifference struct {
	name   string
	covers func(want reading, got result, verdict judgement) bool
}

var deliberate = []deliberateDifference{
	// A record of a table may end with its batch, in the middle. Then the
	// reference's table readers return a bare io.EOF, which leaves ReadEvent as if
	// the trace had come to its end: the rest of it is never read, no error told.
	{"table-record-cut", stricterIn("string record", "stack record", "sample record", "sync record")},
	// A header without a generation is a trace that was cut.
	{"nothing-but-a-beginning", stricter("no_generation")},
	// Batches behind the last marker (1.26), and a generation up to 1.25 that does
	// not end with its strings, were cut; the reference drops or takes them.
	{"generation-begun", stricter("incomplete_generation")},
	// The checks of FORMAT.md section 8, which the reference has in a package of
	// its own, for tests.
	{"beyond-ordering", stricter(
		"time_not_increasing", "sync_number", "snapshot_missing", "snapshot_zero", "snapshot_not_forward",
		"transition_to_undetermined", "transition_from_undetermined", "transition_from_state", "resource_first_state",
		"thread_missing", "thread_busy", "resource_not_bound", "stop_stack_differs", "ended_with_open_range",
		"range_begun_twice", "range_not_open", "label_empty", "label_unknown_resource", "task_type_differs",
		"task_id_reserved", "task_parent_background", "frame_incomplete",
	)},
	// Event.String looks the experiment's name up without asking whether there is
	// such an experiment.
	{"unknown-experiment", panics("index out of range [")},
	// A CPU sample may name a stack that is not there; Event.Stack and String panic.
	{"missing-sample-stack", panics("in trace.stack table")},
	// A wall time in a year that the C library's calendar does not reach.
	{"wall-time-beyond-calendar", differsOnlyIn(regexp.MustCompile(`Wall=(-?\d+s|-?\d{10,}-\S*)`))},
}

// stricter covers traces that the reference reads to their end, and that we
// object to at their end or earlier, with one of these codes first.
func stricter(codes ...string) func(reading, result, judgement) bool {
	return func(want reading, got result, verdict judgement) bool {
		return objectedTo(want, got, verdict) && slices.Contains(codes, verdict.Damage[0].Code)
	}
}

// stricterIn covers the same where we were reading one of these.
func stricterIn(places ...string) func(reading, result, judgement) bool {
	return func(want reading, got result, verdict judgement) bool {
		return objectedTo(want, got, verdict) && slices.Contains(places, verdict.Damage[0].Reading)
	}
}

func objectedTo(want reading, got result, verdict judgement) bool {
	return want.err == nil && got.exit != 0 && bytes.HasPrefix(want.text, got.stdout) && len(verdict.Damage) > 0
}

// panics covers traces on which the reference panics, and we go on or not.
func panics(with string) func(reading, result, judgement) bool {
	return func(want reading, got result, _ judgement) bool {
		return want.panicked && strings.Contains(want.err.Error(), with) && bytes.HasPrefix(got.stdout, want.text)
	}
}

// differsOnlyIn covers traces whose events are the same but for some words.
func differsOnlyIn(words *regexp.Regexp) func(reading, result, judgement) bool {
	return func(want reading, got result, _ judgement) bool {
		return (want.err != nil) == (got.exit != 0) && words.Match(want.text) &&
			bytes.Equal(words.ReplaceAll(want.text, nil), words.ReplaceAll(got.stdout, nil))
	}
}

// TestDeliberateDifferences holds each difference that we mean: it is there, and
// is the one we think it is.
func TestDeliberateDifferences(t *testing.T) {
	if tracecheck == "" {
		skipOutsideCI(t, "TRACECHECK is not set")
	}
	for _, d := range deliberate {
		t.Run(d.name, func(t *testing.T) {
			s := load(t, filepath.Join(differenceTraces, d.name+".trace"))
			_, got, err := compareMutant(s.data, s.path)
			if err != nil || got != d.name {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

const differenceTraces = "../../fuzz/differences"
