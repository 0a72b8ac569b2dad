package reference

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/exp/trace"
)

// An objectReader yields the objects of an NDJSON text.
type objectReader struct{ rest []byte }

// next returns nil at the end.
func (r *objectReader) next(t *testing.T) object {
	t.Helper()
	if len(r.rest) == 0 {
		return nil
	}
	line, rest, _ := bytes.Cut(r.rest, []byte("\n"))
	r.rest = rest
	o, err := decode(line)
	if err != nil {
		t.Fatal("export: ", err)
	}
	return o
}

// checkExport compares "export --format ndjson" with the reference, field by
// field, as far as that reads.
func checkExport(t *testing.T, s sample, want reading, header string) {
	t.Helper()
	got := ours(t, "export", "--no-salvage", s.path, "--format", "ndjson")
	checkExit(t, "export", got, want)
	objects := &objectReader{got.stdout}
	head := objects.next(t)
	if head == nil {
		t.Fatal("export: nothing")
	}

	next, compared := objects.next(t), 0
	var start trace.Time
	for stream := newStream(s.data); ; compared++ {
		event, err := stream.next()
		if err == nil && compared == 0 {
			start = event.Time()
			checkHead(t, head, header, event)
		}
		var expected object
		if err == nil {
			var panicked bool
			err = guard(&panicked, func() error {
				expected = describe(event, start)
				return nil
			})
		}
		if err != nil {
			break
		}
		if isEnd(next) {
			if got.exit != 1 || s.real {
				t.Errorf("export: stops after %d events of %d", compared, want.events)
			}
			break
		}
		if list := objectDifferences("", next, expected); list != nil {
			t.Errorf("export: event %d: %s\ngot  %s\nwant %s",
				compared, strings.Join(list, "; "), toJSON(next), toJSON(expected))
			return
		}
		next = objects.next(t)
	}
	if !want.panicked {
		checkTail(t, objects, next)
	}
}

// isEnd tells whether no replayed event follows.
func isEnd(o object) bool {
	return o == nil || o["kind"] == "Verdict"
}

// checkHead checks the line before the events.
func checkHead(t *testing.T, head object, header string, first trace.Event) {
	t.Helper()
	expected := object{
		"kind":       "Trace",
		"schema":     "tracecheck.events/1",
		"go_version": header,
		"start":      strconv.FormatInt(int64(first.Time()), 10),
		"wall":       nil,
	}
	if clock := first.Sync().ClockSnapshot; clock != nil {
		expected["wall"] = wallTime(clock.Wall.Add(first.Time().Sub(clock.Trace)))
	}
	if list := objectDifferences("", head, expected); list != nil {
		t.Errorf("export: first line: %s", strings.Join(list, "; "))
	}
}

// checkTail checks that after the events that the reference knows, only
// the verdict follows.
func checkTail(t *testing.T, objects *objectReader, next object) {
	t.Helper()
	switch {
	case next == nil:
		t.Error("export: no verdict at the end")
	case next["kind"] != "Verdict":
		t.Errorf("export: one event too many: %s", toJSON(next))
	case objects.next(t) != nil:
		t.Error("export: more after the verdict")
	}
}
