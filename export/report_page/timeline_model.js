
// The tracks of the timeline. A track's slices do not overlap and are by time, as columns: times in ns from the
// timeline's begin, the flags as export/report_timeline.h says, texts and stacks by number. A lane is one, too.
const kinds = ["running", "runnable", "blocked", "syscall"];
const salvagedFlag = 4;
const sinceStartFlag = 8;
const unendedFlag = 16;
const begunBeforeFlag = 32;
const procShift = 6;

function columns(count) {
  return { count, begins: new Float64Array(count), ends: new Float64Array(count), flags: new Uint32Array(count), names: new Int32Array(count), stacks: new Int32Array(count), others: null };
}

// Slices that follow one another. `width` numbers each: gap, duration, flags, and what `put` takes.
function rowOf(numbers, width, put) {
  const slices = columns(numbers.length / width);
  let time = 0;
  for (let i = 0; i < slices.count; ++i) {
    const at = i * width;
    slices.begins[i] = time + numbers[at];
    time = slices.ends[i] = slices.begins[i] + numbers[at + 1];
    slices.flags[i] = numbers[at + 2];
    put(slices, i, at + 3);
  }
  return slices;
}

// Slices with their begins, all on one lane, or those of a depth.
function rangesOf(numbers, width, depth = null) {
  const wanted = [];
  for (let at = 0; at < numbers.length; at += width) {
    if (depth === null || numbers[at + 5] === depth) wanted.push(at);
  }
  const slices = columns(wanted.length);
  wanted.forEach((at, i) => {
    slices.begins[i] = numbers[at];
    slices.ends[i] = numbers[at] + numbers[at + 1];
    slices.flags[i] = numbers[at + 2];
    slices.names[i] = numbers[at + 3];
    slices.stacks[i] = numbers[at + 4];
  });
  return slices;
}

const mostLanes = 4;

function goroutineTrack(goroutine) {
  const slices = rowOf(goroutine.states, 5, (into, i, at) => {
    into.names[i] = goroutine.states[at];
    into.stacks[i] = goroutine.states[at + 1];
  });
  let depths = 0;
  for (let at = 5; at < goroutine.regions.length; at += 6) depths = Math.max(depths, goroutine.regions[at] + 1);
  const lanes = [];
  for (let depth = 0; depth < Math.min(depths, mostLanes); ++depth) lanes.push(rangesOf(goroutine.regions, 6, depth));
  const last = slices.count - 1;
  return {
    kind: "goroutine",
    id: goroutine.id,
    name: text(goroutine.function),
    label: `g${goroutine.id} ${shortName(text(goroutine.function))}`.trim(),
    system: goroutine.system,
    slices,
    lanes,
    marks: [],
    // One that goes on to the end did something last when that began.
    active: last < 0 ? 0 : slices.flags[last] & unendedFlag && (slices.flags[last] & 3) > 1 ? slices.begins[last] : slices.ends[last],
  };
}

function procTrack(proc, goroutines) {
  const slices = rowOf(proc.slices, 4, (into, i, at) => { into.names[i] = proc.slices[at]; });
  return { kind: "proc", id: proc.id, label: `P${proc.id}`, slices, lanes: [], marks: [], goroutines };
}

function fixedTrack(kind, label, slices, marks = []) {
  return { kind, label, slices, lanes: [], marks };
}

// Places of the logs in `data.logs`, by time.
function logMarks(begin) {
  const marks = [];
  data.logs.forEach(([time], i) => {
    if (time >= begin) marks.push({ time: time - begin, log: i });
  });
  return marks.reverse();
}

function makeModel() {
  const { timeline: raw } = data;
  const goroutines = raw.goroutines.map(goroutineTrack);
  const byNumber = new Map(goroutines.map((track) => [String(track.id), track]));
  const marks = logMarks(raw.begin);
  for (const mark of marks) byNumber.get(String(data.logs[mark.log][1]))?.marks.push(mark);
  return {
    begin: raw.begin,
    span: Math.max(raw.end - raw.begin, 1),
    goroutines,
    byNumber,
    fixed: [
      fixedTrack("logs", "Logs", columns(0), marks),
      fixedTrack("stops", "Stop-the-world", rangesOf(raw.stops, 5)),
      fixedTrack("gc", "GC", rangesOf(raw.gc, 5)),
    ],
    procs: raw.procs.map((proc) => procTrack(proc, goroutines)),
  };
}

// The first slice that ends behind `time`.
function firstBehind(slices, time) {
  let low = 0;
  let high = slices.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slices.ends[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

// What a slice is called on its track.
function sliceName(track, slices, i) {
  if (track.kind === "proc") return track.goroutines[slices.names[i]]?.label ?? "a goroutine";
  if (track.kind === "gc") return "GC cycle";
  if (track.kind === "stops") return text(slices.names[i]) || "stop-the-world";
  if (slices !== track.slices) return text(slices.names[i]) || "region";
  const kind = kinds[slices.flags[i] & 3];
  const reason = text(slices.names[i]);
  return reason ? `${kind}: ${reason}` : kind;
}
