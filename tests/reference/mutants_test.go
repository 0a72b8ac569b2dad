package reference

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tracecheck/tests/reference/mutant"
)

var (
	mutants    = flag.Int("mutants", 0, "how many mutants of the fixtures to compare on")
	mutantSeed = flag.Uint64("seed", 0, "what mutants to make; 0: others in each run")
	onlyMutant = flag.Int("mutant", -1, "the only mutant to compare on, by its number")
	mutantsTo  = flag.String("keep", "", "the folder for mutants on which the readers differ")
)

// TestMutants compares on mutants of the fixtures, as a summary: the events
// before the error, whether there is one, and at which event.
func TestMutants(t *testing.T) {
	if *mutants == 0 {
		t.Skip("no -mutants")
	}
	if tracecheck == "" {
		skipOutsideCI(t, "TRACECHECK is not set")
	}
	run := newMutantRun(t)
	fmt.Printf("mutants: %d of %d fixtures, -seed %d\n", *mutants, len(run.fixtures), run.seed)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		path := filepath.Join(t.TempDir(), "trace")
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < *mutants; i = int(next.Add(1)) - 1 {
				if *onlyMutant < 0 || i == *onlyMutant {
					run.compare(i, path)
				}
			}
		})
	}
	workers.Wait()
	run.report()
}

// A mutantRun is one run of TestMutants.
type mutantRun struct {
	t        *testing.T
	seed     uint64
	folder   string // For mutants to keep.
	fixtures []sample

	sync.Mutex
	outcomes    map[string]int // How many mutants ended how.
	differences map[string]int // Deliberate ones, by name.
	failed      int
}

func newMutantRun(t *testing.T) *mutantRun {
	t.Helper()
	run := &mutantRun{t: t, seed: *mutantSeed, outcomes: map[string]int{}, differences: map[string]int{}}
	for _, name := range fixtures(t) {
		s := load(t, filepath.Join(testdata, name))
		if headerVersion(s.data) != "" && len(s.data) > headerSize {
			run.fixtures = append(run.fixtures, s)
		}
	}
	if run.seed == 0 {
		run.seed = rand.Uint64()
	}
	run.folder = *mutantsTo
	if run.folder == "" {
		run.folder = filepath.Join(os.TempDir(), "tracecheck-mutants")
	}
	return run
}

// compare makes a mutant, in the file path, and compares on it.
func (run *mutantRun) compare(number int, path string) {
	random := rand.New(rand.NewPCG(run.seed, uint64(number)))
	of, other := run.fixtures[random.IntN(len(run.fixtures))], run.fixtures[random.IntN(len(run.fixtures))]
	data, edits := mutant.Make(of.data, other.data, random)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		run.t.Error(err)
		return
	}
	outcome, difference, err := compareMutant(data, path)
	if err != nil {
		run.fail(number, data, fmt.Errorf("%s with %s: %w", of.path, strings.Join(edits, ", "), err))
	}
	run.Lock()
	defer run.Unlock()
	run.outcomes[outcome]++
	if difference != "" {
		run.differences[difference]++
	}
}

// fail keeps a mutant and tells of it.
func (run *mutantRun) fail(number int, data []byte, err error) {
	run.Lock()
	defer run.Unlock()
	run.failed++
	name := filepath.Join(run.folder, fmt.Sprintf("%d-%d.trace", run.seed, number))
	if err := os.MkdirAll(run.folder, 0o700); err != nil {
		run.t.Error(err)
	} else if err := os.WriteFile(name, data, 0o600); err != nil {
		run.t.Error(err)
	}
	run.t.Errorf("%s (-seed %d -mutant %d): %v", name, run.seed, number, err)
}

func (run *mutantRun) report() {
	for _, counted := range []map[string]int{run.outcomes, run.differences} {
		for name, count := range counted {
			fmt.Printf("mutants: %6d %s\n", count, name)
		}
	}
	fmt.Printf("mutants: %d compared, %d differ without a reason\n", *mutants, run.failed)
}

// The longest that reading one mutant may take the reference.
const mutantPatience = time.Minute

// compareMutant returns how reading ended, and the name of the deliberate
// difference between the readers, if there is one. It fails on any other.
func compareMutant(data []byte, path string) (outcome, difference string, err error) {
	events, err := runOurs("events", path)
	if err != nil {
		return "failed", "", err
	}
	verdict, err := judge(path)
	if err != nil {
		return "failed", "", err
	}
	// "events" ends at the first damage, and verify may find worse behind it.
	if (verdict.Exit == 0) != (events.exit == 0) {
		return "failed", "", fmt.Errorf("events: exit %d, verify: %d", events.exit, verdict.Exit)
	}
	if headerVersion(data) == "" {
		return "no v2 header", "", nil
	}
	want, err := readPatiently(data)
	if err != nil {
		return "failed", "", err
	}
	switch {
	case want.panicked:
		outcome = "the reference panics"
	case want.err != nil:
		outcome = "both end with an error"
	default:
		outcome = "both read to a clean end"
	}
	same := bytes.Equal(events.stdout, want.text) && (events.exit != 0) == (want.err != nil)
	if same && !want.panicked {
		return outcome, "", nil
	}
	for _, d := range deliberate {
		if d.covers(want, events, verdict) {
			return outcome, d.name, nil
		}
	}
	return "failed", "", describeDifference(want, events, verdict)
}

func describeDifference(want reading, got result, verdict judgement) error {
	lines := bytes.Count(got.stdout, []byte("\n"))
	at := bytes.Count(got.stdout[:firstDifference(got.stdout, want.text)], []byte("\n"))
	return fmt.Errorf("the reference gives %d lines and %v; we give %d lines, exit %d, %s; the first to differ is %d",
		bytes.Count(want.text, []byte("\n")), want.err, lines, got.exit, verdict.codes(), at+1)
}

// readPatiently gives up on a reader that does not end.
func readPatiently(data []byte) (reading, error) {
	done := make(chan reading, 1)
	go func() { done <- read(data) }()
	select {
	case want := <-done:
		return want, nil
	case <-time.After(mutantPatience):
		return reading{}, fmt.Errorf("the reference does not end")
	}
}

// A judgement is what "verify --json" says.
type judgement struct {
	Verdict string
	Exit    int
	Damage  []struct {
		Code    string
		Reading string
		Message string
	}
}

// codes are those of all damage, in order.
func (j judgement) codes() string {
	var codes []string
	for _, damage := range j.Damage {
		codes = append(codes, damage.Code)
	}
	return strings.Join(codes, ", ")
}

func judge(path string) (j judgement, err error) {
	verify, err := runOurs("verify", "--json", path)
	if err != nil {
		return j, err
	}
	if err := json.Unmarshal(verify.stdout, &j); err != nil {
		return j, fmt.Errorf("verify --json: %w", err)
	}
	if verify.exit != j.Exit {
		err = fmt.Errorf("verify: exit %d, but it says %d", verify.exit, j.Exit)
	}
	return j, err
}

// runOurs runs tracecheck on a trace and fails where it does not end as it
// should.
func runOurs(args ...string) (result, error) {
	result, err := execute(tracecheck, args...)
	if err == nil && !slices.Contains([]int{0, 1, 3, 4}, result.exit) {
		err = fmt.Errorf("tracecheck %q: exit %d\n%s", args, result.exit, result.stderr)
	}
	return result, err
}
