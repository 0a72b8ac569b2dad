// Package reference compares tracecheck with the reference reader, event by
// event. README.md tells how to run it.
package reference

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// summary counts what has been compared, for the end of the run.
var summary = struct {
	sync.Mutex
	traces, events map[string]int      // By Go version.
	kept           map[string][]string // By what happened to a trace: how many of its events repair kept.
	notes          []string
}{traces: map[string]int{}, events: map[string]int{}, kept: map[string][]string{}}

func TestMain(m *testing.M) {
	// Most tests wait for other programs, which sleep.
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	code := m.Run()
	printSummary()
	os.Exit(code)
}

func count(version string, events int) {
	summary.Lock()
	defer summary.Unlock()
	summary.traces[version]++
	summary.events[version] += events
}

// note logs what is worth knowing but no failure, and repeats it at the end.
func note(t *testing.T, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	t.Log(text)
	summary.Lock()
	defer summary.Unlock()
	summary.notes = append(summary.notes, t.Name()+": "+text)
}

func printSummary() {
	slices.Sort(summary.notes)
	for _, text := range summary.notes {
		fmt.Println("note:", text)
	}
	for _, kind := range slices.Sorted(maps.Keys(summary.kept)) {
		slices.Sort(summary.kept[kind])
		fmt.Printf("repair kept of the events: %s: %s\n", kind, strings.Join(summary.kept[kind], ", "))
	}
	verb := "compared"
	if tracecheck == "" {
		verb = "read by the reference alone"
	}
	traces, events := 0, 0
	for _, version := range slices.Sorted(maps.Keys(summary.traces)) {
		fmt.Printf("%s: Go %s: %d traces, %d events\n",
			verb, version, summary.traces[version], summary.events[version])
		traces += summary.traces[version]
		events += summary.events[version]
	}
	fmt.Printf("%s: in all: %d traces, %d events\n", verb, traces, events)
}
