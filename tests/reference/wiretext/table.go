package wiretext

import (
	"strconv"
	"strings"
)

// An event is one row of the table.
type event struct {
	number byte
	args   []string
}

// events holds the events by name: number, name and arguments of each.
var events = parseTable(`
1 EventBatch gen m time size
2 Stacks
3 Stack id nframes
4 Strings
5 String id
6 CPUSamples
7 CPUSample time m p g stack
8 Frequency freq
9 ProcsChange dt procs_value stack
10 ProcStart dt p p_seq
11 ProcStop dt
12 ProcSteal dt p p_seq m
13 ProcStatus dt p pstatus
14 GoCreate dt new_g new_stack stack
15 GoCreateSyscall dt new_g
16 GoStart dt g g_seq
17 GoDestroy dt
18 GoDestroySyscall dt
19 GoStop dt reason_string stack
20 GoBlock dt reason_string stack
21 GoUnblock dt g g_seq stack
22 GoSyscallBegin dt p_seq stack
23 GoSyscallEnd dt
24 GoSyscallEndBlocked dt
25 GoStatus dt g m gstatus
26 STWBegin dt kind_string stack
27 STWEnd dt
28 GCActive dt gc_seq
29 GCBegin dt gc_seq stack
30 GCEnd dt gc_seq
31 GCSweepActive dt p
32 GCSweepBegin dt stack
33 GCSweepEnd dt swept_value reclaimed_value
34 GCMarkAssistActive dt g
35 GCMarkAssistBegin dt stack
36 GCMarkAssistEnd dt
37 HeapAlloc dt heapalloc_value
38 HeapGoal dt heapgoal_value
39 GoLabel dt label_string
40 UserTaskBegin dt task parent_task name_string stack
41 UserTaskEnd dt task stack
42 UserRegionBegin dt task name_string stack
43 UserRegionEnd dt task name_string stack
44 UserLog dt task key_string value_string stack
45 GoSwitch dt g g_seq
46 GoSwitchDestroy dt g g_seq
47 GoCreateBlocked dt new_g new_stack stack
48 GoStatusStack dt g m gstatus stack
49 ExperimentalBatch exp gen m time
50 Sync
51 ClockSnapshot dt mono sec nsec
52 EndOfGeneration
128 Span dt id npages_value kindclass
129 SpanAlloc dt id npages_value kindclass
130 SpanFree dt id
131 HeapObject dt id type
132 HeapObjectAlloc dt id type
133 HeapObjectFree dt id
134 GoroutineStack dt id order
135 GoroutineStackAlloc dt id order
136 GoroutineStackFree dt id
`)

// Arguments returns the names of a type's arguments, and whether there is such a
// type.
func Arguments(number byte) (names []string, ok bool) {
	e, ok := byNumber[number]
	return e.args, ok
}

// byNumber holds the events by type.
var byNumber = func() map[byte]event {
	table := make(map[byte]event)
	for _, e := range events {
		table[e.number] = e
	}
	return table
}()

func parseTable(rows string) map[string]event {
	table := make(map[string]event)
	for row := range strings.Lines(strings.TrimSpace(rows)) {
		fields := strings.Fields(row)
		number, err := strconv.ParseUint(fields[0], 10, 8)
		if err != nil {
			panic(err)
		}
		table[fields[1]] = event{byte(number), fields[2:]}
	}
	return table
}
