"""Traces made by hand, for what must not change from run to run: their text is put together by `assemble`."""

from support import OK, batches, run
from wire_events import ARGUMENTS


def assemble(text):
    result = run("assemble", "-o", "-", input=text.encode())
    assert (result.returncode, result.stderr) == (0, b""), result.stderr
    return result.stdout


def trace(version, *batches):
    """A trace of these batches. A batch is its generation, thread and time, and the lines in it; or just a line."""
    header = len(assemble(f"Trace Go{version}\n"))
    lines = [f"Trace Go{version}"]
    for batch in batches:
        if isinstance(batch, str):
            lines.append(batch)
            continue
        generation, thread, time, content = batch
        size = len(assemble(f"Trace Go{version}\n{content}")) - header
        lines += [f"EventBatch gen={generation} m={thread % 2**64} time={time} size={size}", content.rstrip("\n")]
    return assemble("\n".join(lines) + "\n")


# Goroutine 1 tells in which state goroutine 2 is, and with which stack; then it logs.
STATUS_OF_ANOTHER = trace(
    "1.26",
    (1, -1, 1000, "Sync\nFrequency freq=1000000000\nClockSnapshot dt=1 mono=50 sec=1700000000 nsec=123456789\n"),
    (1, 7, 2000, "ProcStatus dt=1 p=0 pstatus=1\nGoStatus dt=1 g=1 m=7 gstatus=2\n"
                 f"GoStatusStack dt=1 g=2 m={2**64 - 1} gstatus=4 stack=1\n"
                 "UserLog dt=1 task=0 key_string=1 value_string=1 stack=0\n"),
    (1, -1, 3000, "Stacks\nStack id=1 nframes=1\n\tpc=256 func=1 file=2 line=12\n"),
    (1, -1, 3000, 'Strings\nString id=1\n\tdata="main.waits"\nString id=2\n\tdata="main.go"\n'),
    "EndOfGeneration",
)  # fmt: skip

# Go 1.26, one generation: goroutine 1 of thread 7 begins a task, a region, a collection and a goroutine, and logs.
SCENE = trace(
    "1.26",
    (1, -1, 1000, "Sync\nFrequency freq=1000000000\nClockSnapshot dt=1 mono=50 sec=1700000000 nsec=123456789\n"),
    (1, 7, 2000, "ProcStatus dt=1 p=0 pstatus=1\n"
                 "GoStatus dt=1 g=1 m=7 gstatus=2\n"
                 "HeapAlloc dt=1 heapalloc_value=4096\n"
                 "UserTaskBegin dt=1 task=5 parent_task=0 name_string=1 stack=1\n"
                 "UserRegionBegin dt=1 task=5 name_string=2 stack=0\n"
                 "UserLog dt=1 task=5 key_string=3 value_string=4 stack=1\n"
                 "GCBegin dt=1 gc_seq=1 stack=0\n"
                 "GoCreate dt=1 new_g=2 new_stack=1 stack=0\n"
                 "GCEnd dt=1 gc_seq=2\n"
                 "UserRegionEnd dt=1 task=5 name_string=2 stack=0\n"
                 "UserTaskEnd dt=1 task=5 stack=0\n"),
    (1, -1, 3000, "Stacks\nStack id=1 nframes=2\n\tpc=256 func=5 file=6 line=12\n\tpc=4096 func=7 file=6 line=3\n"),
    (1, -1, 3000, "Strings\n"
                  + "".join(f"String id={i + 1}\n\tdata={text}\n" for i, text in enumerate(
                      ['"a task"', '"a region"', '"category"', r'"esc \x1b[31m, quote \", bad \xff, \u00fc, nl \n"',
                       r'"main.f\x1b[2J"', '"main.go"', '"main.main"']))),
    "EndOfGeneration",
)


def cut_and_damaged():
    """A real trace without its last byte, in which a batch before ends in bytes that are no event."""
    data = bytearray((OK / "go1.26-work.trace").read_bytes()[:-1])
    batch = [b for b in batches(data) if b.data < b.end and b.holds(data) in ARGUMENTS][-3]
    data[batch.end - 9 : batch.end] = b"\xff" * 9
    return bytes(data)


# With wall clocks

NOW = 1_800_000_000 * 10**9  # ns since 1970


def sync(generation, time, wall):
    seconds, ns = divmod(wall, 10**9)
    return (generation, -1, time, "Sync\nFrequency freq=1000000000\n"
            f"ClockSnapshot dt=1 mono={time} sec={seconds} nsec={ns}\n")  # fmt: skip


def logs(generation, *times):
    lines = "ProcStatus dt=1 p=0 pstatus=1\nGoStatus dt=1 g=1 m=7 gstatus=2\n"
    before = times[0] - 3
    start = before
    for time in times:
        lines += f"UserLog dt={time - before - (2 if before == start else 0)} task=0 key_string=1 value_string=1 stack=0\n"
        before = time
    return [(generation, 7, start, lines), (generation, -1, start, 'Strings\nString id=1\n\tdata="x"\n')]


def clock_trace(*generations):
    """Generations of (time, wall time, times of logs)."""
    parts = []
    for number, (time, wall, times) in enumerate(generations, 1):
        parts += [sync(number, time, wall), *logs(number, *times), "EndOfGeneration"]
    return trace("1.26", *parts)
