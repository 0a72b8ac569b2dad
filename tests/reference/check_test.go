package reference

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracecheck/tests/reference/wiretext"
)

// A sample is a trace to compare on.
type sample struct {
	path string
	data []byte

	// A runtime wrote it like that, and at most stopped early: unlike made-up
	// and damaged traces, it never fails our checks beyond ordering.
	real bool
	// The Go version to count it under; "" is the one in its header.
	version string
}

// load reads a sample from a file.
func load(t *testing.T, path string) sample {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sample{path: path, data: data}
}

// store makes a sample of bytes.
func store(t *testing.T, data []byte) sample {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trace")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return sample{path: path, data: data}
}

// check compares all that tracecheck makes of a trace with the reference.
func check(t *testing.T, s sample) {
	header := headerVersion(s.data)
	if header == "" {
		t.Log("left out: not a v2 trace")
		return
	}
	if s.version == "" {
		s.version = header
	}
	want := read(s.data)
	t.Logf("Go %s, %d bytes, %d events, error: %.200q", s.version, len(s.data), want.events, fmt.Sprint(want.err))
	checkTool(t, s, want)
	wire := goTrace(t, "wire", s.path)
	assembled := checkWireText(t, s, want, header, wire)

	count(s.version, want.events)
	if tracecheck == "" {
		skipOutsideCI(t, "TRACECHECK is not set: read by the reference alone")
	}
	checkEvents(t, s, want)
	checkWire(t, s, want, header, wire)
	if assembled != nil {
		checkAssemble(t, ours(t, "wire", s.path).stdout, assembled)
	}
	checkExport(t, s, want, header)
}

// checkTool checks that "go tool trace" and the module's reader are the same.
func checkTool(t *testing.T, s sample, want reading) {
	t.Helper()
	tool := goTrace(t, "parsed", s.path)
	compareText(t, "go tool trace -d=parsed, against the module", tool.stdout, want.text)
	exit := 0
	if want.panicked {
		exit = 2
	} else if want.err != nil {
		exit = 1
	}
	if tool.exit != exit {
		t.Errorf("go tool trace: exit %d, want %d\n%s", tool.exit, exit, tool.stderr)
	}
}

// checkWireText checks our own assembler on what the reference prints. It
// returns the bytes that the text stands for, nil if that cannot be told.
func checkWireText(t *testing.T, s sample, want reading, header string, wire result) []byte {
	t.Helper()
	if want.err != nil || wire.exit != 0 {
		return nil
	}
	assembled, err := wiretext.Assemble("Trace Go" + header + "\n" + string(wire.stdout))
	if err != nil {
		t.Errorf("own assembler: %v", err)
		return nil
	}
	if s.real && !bytes.Equal(assembled, s.data) {
		t.Errorf("own assembler: differs at byte %d (%d bytes, want %d)",
			firstDifference(assembled, s.data), len(assembled), len(s.data))
	}
	return assembled
}

// checkEvents compares "events" with "go tool trace -d=parsed".
func checkEvents(t *testing.T, s sample, want reading) {
	t.Helper()
	got := ours(t, "events", s.path)
	text := got.stdout
	if want.panicked && len(text) > len(want.text) {
		text = text[:len(want.text)]
	}
	if got.exit == 1 && !s.real && len(text) < len(want.text) && bytes.HasPrefix(want.text, text) {
		note(t, "events: stricter: stops at line %d of %d: %s",
			bytes.Count(text, []byte("\n")), bytes.Count(want.text, []byte("\n")), firstLine(got.stderr))
	} else {
		compareText(t, "events", text, want.text)
	}
	checkExit(t, "events", got, want)
}

// checkExit checks that we fail where the reference does.
func checkExit(t *testing.T, command string, got result, want reading) {
	t.Helper()
	if want.err != nil && got.exit == 0 && !want.panicked {
		t.Errorf("%s: exit 0, but the reference says: %.200q", command, want.err)
	}
	if want.err == nil && got.exit != 0 {
		note(t, "%s: stricter: exit %d: %s", command, got.exit, firstLine(got.stderr))
	}
}

// checkWire compares "wire" with "go tool trace -d=wire", which goes on past
// damage. Neither resolves ids or replays, so what the reader says of the trace
// is of no account for the exit code.
func checkWire(t *testing.T, s sample, want reading, header string, wire result) {
	t.Helper()
	got := ours(t, "wire", s.path)
	text := append([]byte("Trace Go"+header+"\n"), wire.stdout...)
	whole := want.err == nil && (s.real || got.exit == 0)
	if !whole && len(got.stdout) < len(text) && (len(got.stdout) == 0 || bytes.HasSuffix(got.stdout, []byte("\n"))) {
		text = text[:len(got.stdout)]
	}
	compareText(t, "wire", got.stdout, text)
	if wire.exit != 0 && got.exit == 0 {
		t.Errorf("wire: exit 0, but the Go tool says: %s", firstLine(wire.stderr))
	}
}

// checkAssemble compares what "assemble" makes of a text with the bytes wanted.
func checkAssemble(t *testing.T, text, want []byte) {
	t.Helper()
	in, out := filepath.Join(t.TempDir(), "text"), filepath.Join(t.TempDir(), "trace")
	if err := os.WriteFile(in, text, 0o600); err != nil {
		t.Fatal(err)
	}
	ours(t, "assemble", in, "-o", out)
	got, err := os.ReadFile(out)
	if err != nil {
		t.Error(err)
	} else if !bytes.Equal(got, want) {
		t.Errorf("assemble: differs at byte %d (%d bytes, want %d)", firstDifference(got, want), len(got), len(want))
	}
}

// compareText fails the test at the first line that differs.
func compareText(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	gotLines, wantLines := strings.SplitAfter(string(got), "\n"), strings.SplitAfter(string(want), "\n")
	for i, line := range gotLines {
		if i == len(wantLines) || line != wantLines[i] {
			t.Errorf("%s: line %d of %d:\ngot  %q\nwant %q", what, i+1, len(wantLines),
				line, strings.Join(wantLines[i:min(i+1, len(wantLines))], ""))
			return
		}
	}
	t.Errorf("%s: stops after line %d of %d", what, len(gotLines), len(wantLines))
}

// firstDifference returns the length of what a and b begin with alike.
func firstDifference(a, b []byte) int {
	length := min(len(a), len(b))
	for i := range length {
		if a[i] != b[i] {
			return i
		}
	}
	return length
}

func firstLine(text []byte) string {
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}
