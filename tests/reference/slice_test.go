package reference

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"testing"
)

// The kinds of fixtures that differ in what a slice, or a redacted trace, has
// to do.
var (
	sliceable  = regexp.MustCompile(`-(work|midgc|many|stop-late|flight|callback|sigkill-late|flip-seq|hole)\.trace`)
	redactable = regexp.MustCompile(`-(work|allocfree|many|flight|sigkill-late|flip-seq|hole)\.trace`)
)

// TestSlice holds what "slice" makes of the fixtures against the reference: it
// reads all of it, and the same as we do.
func TestSlice(t *testing.T) {
	if tracecheck == "" {
		skipOutsideCI(t, "TRACECHECK is not set")
	}
	for _, name := range fixtures(t) {
		if !sliceable.MatchString(name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(testdata, name)
			for _, options := range [][]string{
				{"--generations=2-"}, {"--since=-1s"}, {"--since=0.7s", "--until=1.3s"}, {"--since=100us", "--until=2ms"},
			} {
				checkMade(t, append([]string{"slice", path}, options...))
			}
		})
	}
}

// TestRedact does the same for "redact".
func TestRedact(t *testing.T) {
	if tracecheck == "" {
		skipOutsideCI(t, "TRACECHECK is not set")
	}
	for _, name := range fixtures(t) {
		if !redactable.MatchString(name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkMade(t, []string{"redact", filepath.Join(testdata, name)})
		})
	}
}

// checkMade runs a command that writes a trace; that there was nothing to write
// is no failure.
func checkMade(t *testing.T, arguments []string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "trace")
	result := run(t, tracecheck, append(arguments, "-o", out)...)
	if result.exit == 1 || (result.exit == 2 && bytes.Contains(result.stderr, []byte("checksum"))) {
		return
	}
	if result.exit != 0 {
		t.Errorf("%q: exit %d\n%s", arguments, result.exit, result.stderr)
		return
	}
	s := load(t, out)
	want := read(s.data)
	if want.err != nil {
		t.Errorf("%q: the reference says: %v", arguments, want.err)
	}
	got := ours(t, "events", s.path)
	compareText(t, fmt.Sprintf("%q: events", arguments), got.stdout, want.text)
	if tool := goTrace(t, "parsed", s.path); tool.exit != 0 {
		t.Errorf("%q: go tool trace: exit %d\n%s", arguments, tool.exit, tool.stderr)
	}
}
