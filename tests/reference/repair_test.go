package reference

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestRepair holds what "repair" makes of the damaged fixtures against the
// reference: it reads all of it, and the same as we do.
func TestRepair(t *testing.T) {
	for _, name := range fixtures(t) {
		if !strings.HasPrefix(name, "truncated/") && !strings.HasPrefix(name, "corrupt/") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(testdata, name)
			for _, options := range [][]string{nil, {"--strict"}} {
				s, said := repair(t, path, options...)
				if said == nil {
					continue
				}
				check(t, s)
				checkClaim(t, s, said)
				if options == nil {
					countKept(name, said)
				}
			}
		})
	}
}

// TestRepairOfEveryCut does the same for small traces of crashed programs, cut
// at every byte.
func TestRepairOfEveryCut(t *testing.T) {
	const parts = 8
	for name, from := range map[string]int{
		"ok/go1.23-crasher.trace": 0,
		"ok/go1.26-crasher.trace": 0,
		// In what follows the whole generations, which are cut as well.
		"truncated/go1.22-sigkill-late.trace":  6800,
		"truncated/go1.25-overflow-late.trace": 8000,
	} {
		data := load(t, filepath.Join(testdata, name)).data
		t.Run(name, func(t *testing.T) {
			for part := range parts {
				t.Run(fmt.Sprint(part), func(t *testing.T) {
					t.Parallel()
					for size := from + part; size < len(data); size += parts {
						checkRepairOfCut(t, data[:size])
					}
				})
			}
		})
	}
}

func checkRepairOfCut(t *testing.T, data []byte) {
	t.Helper()
	s, said := repair(t, store(t, data).path)
	if said == nil {
		return
	}
	want := read(s.data)
	if want.err != nil {
		t.Errorf("cut at %d: the reference says: %v", len(data), want.err)
	}
	got := ours(t, "events", s.path)
	compareText(t, fmt.Sprintf("cut at %d: events", len(data)), got.stdout, want.text)
	if got.exit != 0 {
		t.Errorf("cut at %d: events: exit %d\n%s", len(data), got.exit, got.stderr)
	}
}

// repair returns what "repair" makes of a trace and what it says; nil if
// nothing could be kept.
func repair(t *testing.T, path string, options ...string) (repaired sample, said []byte) {
	t.Helper()
	if tracecheck == "" {
		skipOutsideCI(t, "TRACECHECK is not set")
	}
	out := filepath.Join(t.TempDir(), "trace")
	result := run(t, tracecheck, append([]string{"repair", path, "-o", out}, options...)...)
	if result.exit == 1 {
		return sample{}, nil
	}
	if result.exit != 0 {
		t.Fatalf("repair %q: exit %d\n%s", options, result.exit, result.stderr)
	}
	repaired = load(t, out)
	repaired.real = true
	return repaired, result.stderr
}

var (
	keptPattern   = regexp.MustCompile(`: kept \d+ generations? with (\d+) of (\d+) events?`)
	madeUpPattern = regexp.MustCompile(`; made up (\d+) events?`)
	eventPattern  = regexp.MustCompile(`(?m)^(CPUSample|\w+ dt=\d+)`)
)

// checkClaim counts the events in a repaired trace.
func checkClaim(t *testing.T, s sample, said []byte) {
	t.Helper()
	want := 0
	for _, pattern := range []*regexp.Regexp{keptPattern, madeUpPattern} {
		if match := pattern.FindSubmatch(said); match != nil {
			number, _ := strconv.Atoi(string(match[1]))
			want += number
		}
	}
	got := 0
	for _, match := range eventPattern.FindAll(goTrace(t, "wire", s.path).stdout, -1) {
		if !strings.HasPrefix(string(match), "ClockSnapshot") {
			got++
		}
	}
	if got != want {
		t.Errorf("repair: %d events were written, but it said\n%s", got, said)
	}
}

// countKept takes down what was kept of a fixture, by what happened to it.
func countKept(name string, said []byte) {
	version, kind, ok := strings.Cut(strings.TrimPrefix(filepath.Base(name), "go"), "-")
	match := keptPattern.FindSubmatch(said)
	if !ok || match == nil {
		return
	}
	kind = strings.TrimSuffix(kind, ".trace")
	summary.Lock()
	defer summary.Unlock()
	summary.kept[kind] = append(summary.kept[kind], fmt.Sprintf("Go %s %s of %s", version, match[1], match[2]))
}
