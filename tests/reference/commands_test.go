package reference

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var (
	logPattern = regexp.MustCompile(`(?m)^M=\S+ P=\S+ G=\S+ Log `)
	// Events on the wire begin a line; what a table's entry holds is indented.
	wirePattern = regexp.MustCompile(`(?m)^([A-Z][A-Za-z0-9]+)(?: |$)`)
)

// checkCommands holds the commands that check does not know against the
// reference, on a trace that a runtime wrote: its verdict, its logs, the number
// of its events in every format, and the traces that are made of it.
func checkCommands(t *testing.T, s sample) {
	t.Helper()
	want := read(s.data)
	if headerVersion(s.data) == "" || want.panicked {
		return
	}
	exit := checkVerdict(t, s, want)
	logs := len(logPattern.FindAll(want.text, -1))
	grep := run(t, tracecheck, "grep", "--json", "-e", "", s.path)
	salvaged := bytes.Count(grep.stdout, []byte(`"salvaged":true`))
	if got := bytes.Count(grep.stdout, []byte("\n")) - salvaged; got != logs {
		t.Errorf("grep: %d logs that are not salvaged, want %d", got, logs)
	}
	if grep.exit == 2 && s.real || len(grep.stdout) > 0 && grep.exit != 0 {
		t.Errorf("grep: exit %d\n%s", grep.exit, grep.stderr)
	}
	checkFormats(t, s, want, exit)
	checkStats(t, s, exit)
	page := ours(t, "report", s.path)
	if page.exit != exit || !bytes.HasSuffix(bytes.TrimSpace(page.stdout), []byte("</html>")) {
		t.Errorf("report: exit %d, want %d, or an unfinished page\n%s", page.exit, exit, page.stderr)
	}
	for _, command := range [][]string{
		{"repair"}, {"repair", "--strict"}, {"slice", "--since=-1s"}, {"redact"},
	} {
		checkMade(t, append(command, s.path))
	}
}

// checkVerdict compares what "verify" says with the reference and returns its
// exit.
func checkVerdict(t *testing.T, s sample, want reading) int {
	t.Helper()
	got := ours(t, "verify", "--json", s.path)
	var said struct {
		Verdict string
		Exit    int
		Events  struct{ Replayed int }
	}
	if err := json.Unmarshal(got.stdout, &said); err != nil {
		t.Fatalf("verify: %v in %q", err, got.stdout)
	}
	syncs := len(regexp.MustCompile(`(?m)^M=\S+ P=\S+ G=\S+ Sync `).FindAll(want.text, -1))
	if said.Exit != got.exit {
		t.Errorf("verify: exit %d, and says %d", got.exit, said.Exit)
	}
	// Behind text of others it goes on, where the reference ends.
	if replayed, events := said.Events.Replayed, want.events-syncs; replayed < events || s.real && replayed > events {
		t.Errorf("verify: %d events, want %d", replayed, events)
	}
	checkExit(t, "verify", got, want)
	if s.real && said.Verdict == "corrupt" {
		t.Errorf("verify: what a runtime wrote is corrupt: %s", got.stdout)
	}
	return got.exit
}

// checkFormats checks that each format can be read and has all events.
func checkFormats(t *testing.T, s sample, want reading, exit int) {
	t.Helper()
	export := func(options ...string) []byte {
		out := filepath.Join(t.TempDir(), "out")
		got := ours(t, append([]string{"export", "--no-salvage", s.path, "-o", out, "--format"}, options...)...)
		if got.exit != exit {
			t.Errorf("export %q: exit %d, want %d\n%s", options, got.exit, exit, got.stderr)
		}
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var document struct{ Events []json.RawMessage }
	if err := json.Unmarshal(export("json"), &document); err != nil || len(document.Events) != want.events {
		t.Errorf("export json: %d events, want %d (%v)", len(document.Events), want.events, err)
	}
	rows, err := csv.NewReader(bytes.NewReader(export("csv"))).ReadAll()
	if err != nil || len(rows) != want.events+1 {
		t.Errorf("export csv: %d rows, want %d (%v)", len(rows), want.events+1, err)
	}
	var timeline struct{ TraceEvents []json.RawMessage }
	if err := json.Unmarshal(export("chrome"), &timeline); err != nil {
		t.Errorf("export chrome: %v", err)
	}
	if !bytes.HasPrefix(export("sqlite"), []byte("SQLite format 3\x00")) {
		t.Error("export sqlite: not a database")
	}
	export("perfetto")
	for _, profile := range []string{"net", "sync", "syscall", "sched"} {
		unpacked, err := gzip.NewReader(bytes.NewReader(export("pprof", "--profile", profile)))
		if err == nil {
			_, err = io.Copy(io.Discard, unpacked)
		}
		if err != nil {
			t.Errorf("export pprof: %v", err)
		}
	}
}

// checkStats compares the counts of "stats" with what the wire has of whole
// traces.
func checkStats(t *testing.T, s sample, exit int) {
	t.Helper()
	got := ours(t, "stats", "--json", s.path)
	var said struct {
		EventTypes []struct {
			Name  string
			Count int
		} `json:"event_types"`
	}
	if err := json.Unmarshal(got.stdout, &said); err != nil || got.exit != exit {
		t.Errorf("stats: exit %d, want %d (%v)", got.exit, exit, err)
	}
	wire := goTrace(t, "wire", s.path)
	// It has no text for experimental batches of Go 1.23 to 1.25, and stops there.
	if exit != 0 || !s.real || wire.exit != 0 {
		return
	}
	counts := map[string]int{}
	for _, match := range wirePattern.FindAllSubmatch(wire.stdout, -1) {
		counts[string(match[1])]++
	}
	for _, kind := range said.EventTypes {
		if counts[kind.Name] != kind.Count {
			t.Errorf("stats: %d of %s, want %d", kind.Count, kind.Name, counts[kind.Name])
		}
	}
}
