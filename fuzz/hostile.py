#!/usr/bin/env python3
"""What a trace made to hurt costs: time and memory for each shape at three sizes, n, 2n and 4n.

  fuzz/hostile.py [--size N] [--commands verify,export,...] [--shapes threads,...] [TRACECHECK]

Prints a table: the size of the largest input, seconds and peak memory for it, memory as a multiple of the input, and how much
longer the largest took than the smallest, which has a quarter of its size (4 is linear). Exits with 1 if a command was killed
or crashed, took more than 10 times as long for 4 times as much, or more memory than docs/reliability.md states.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "cli"))

from built_trace import (  # noqa: E402
    END_OF_GENERATION, GO_STATUS, HEADER, HEAP_ALLOC, NO_THREAD, PROC_STATUS, STACKS, STRING, STRINGS, USER_LOG, batch,
    generation, record,
)  # fmt: skip

GO_CREATE, TASK_BEGIN, REGION_BEGIN, STACK = 14, 40, 42, 3
WAITING = 4
BEGUN = 10_001  # the time of a generation's first batch of events
RUNNING = record(PROC_STATUS, 1, 0, 1) + record(GO_STATUS, 1, 1, 1, 2)
TEXTS = batch(1, NO_THREAD, 0, record(STRINGS) + record(STRING, 1, 1) + b"x")

# Bytes of memory that a command may take for each of its input, above what an empty trace takes.
MOST_MEMORY = 150
COMMANDS = {
    "verify": ["verify", "-j1"],
    "grep": ["grep", "-c", "no such text"],
    "events": ["events"],
    "export": ["export", "--format", "ndjson"],
    "stats": ["stats", "-j1"],
}


def clock():
    """A generation up to its events."""
    whole = HEADER + generation(1, 0, 0)
    return whole[: whole.index(batch(1, 1, BEGUN, RUNNING))]


def batches(thread, records, kind=b""):
    """As many batches as it takes."""
    data = bytearray(kind)
    for piece in records:
        if len(data) + len(piece) > 65_000:
            yield batch(1, thread, BEGUN, bytes(data))
            data = bytearray(kind)
        data += piece
    yield batch(1, thread, BEGUN, bytes(data))


def on_one_thread(records):
    yield from batches(1, (RUNNING, *records))


def strings(count, text):
    return batches(NO_THREAD, (record(STRING, 2 + i, len(text)) + text for i in range(count)), record(STRINGS))


# Each gives the parts of a generation between its clock and its texts.
def threads(n):
    yield batch(1, 1, BEGUN, RUNNING)
    for i in range(n):
        yield batch(1, 2 + i, BEGUN + i, record(HEAP_ALLOC, 1, i))


def empty_batches(n):
    yield batch(1, 1, BEGUN, RUNNING)
    yield from (batch(1, 1, BEGUN, b"") for _ in range(n))


def goroutines(n):
    yield from on_one_thread(record(GO_STATUS, 1, 2 + i, NO_THREAD, WAITING) for i in range(n))


def created(n):
    yield from on_one_thread(record(GO_CREATE, 1, 2 + i, 0, 0) for i in range(n))


def tasks(n):
    yield from on_one_thread(record(TASK_BEGIN, 1, 1 + i, i, 1, 0) for i in range(n))


def regions(n):
    yield from on_one_thread(record(REGION_BEGIN, 1, 0, 1, 0) for _ in range(n))


def logs(n):
    yield from on_one_thread(record(USER_LOG, 1, 0, 1, 1, 0) for _ in range(n))


def texts(n):
    yield batch(1, 1, BEGUN, RUNNING)
    yield from strings(n // 16, b"\x1b[31m\xe2\x80\xae" * 125)


def stacks(n):
    yield batch(1, 1, BEGUN, RUNNING)
    frame = record(0, 1, 1, 1)[1:]
    yield from batches(NO_THREAD, (record(STACK, 1 + i, 4) + (b"\x01" + frame) * 4 for i in range(n // 4)), record(STACKS))


def numbers(n):
    yield from on_one_thread(record(HEAP_ALLOC, 1, 2**64 - 1) for _ in range(n))


SHAPES = {shape.__name__: shape for shape in (
    threads, empty_batches, goroutines, created, tasks, regions, logs, texts, stacks, numbers,
)}  # fmt: skip


def write(path, shape, n):
    with open(path, "wb") as file:
        file.write(clock())
        for part in SHAPES[shape](n):
            file.write(part)
        file.write(batch(1, NO_THREAD, 0, record(STACKS)) + TEXTS + record(END_OF_GENERATION))
    return path.stat().st_size


def cost(program, command, path):
    """Exit code, seconds of processor time, and peak memory, by GNU time: of a child of Python the system would count what
    Python itself had."""
    measure = ["time", "-f", "%x %U %S %M", program, *COMMANDS[command], path]
    told = subprocess.run(measure, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE).stderr.decode(errors="replace")
    *messages, figures = told.rstrip("\n").split("\n")
    code, user, system, kilobytes = figures.split()
    if int(code) not in (0, 1, 3):
        print(*messages, sep="\n", file=sys.stderr)
    return int(code), float(user) + float(system), int(kilobytes) * 1024


def judge(program, command, paths, base):
    costs = [cost(program, command, path) for path, _ in paths]
    _, size = paths[-1]
    code, seconds, memory = costs[-1]
    growth = seconds / max(costs[0][1], 0.02)
    factor = (memory - base[command]) / size
    wrong = []
    if any(code not in (0, 1, 3) for code, _, _ in costs):
        wrong.append(f"exit {code}")
    if growth > 10:
        wrong.append("more than linear")
    if factor > MOST_MEMORY:
        wrong.append("too much memory")
    return [f"{seconds:.2f} s", f"{memory / 1e6:.0f} MB", f"{factor:.1f}", f"{growth:.1f}", ", ".join(wrong)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=HERE.parent / "build" / "release" / "tracecheck")
    parser.add_argument("--size", type=int, default=250_000, help="n: things in the smallest trace")
    parser.add_argument("--commands", default=",".join(COMMANDS))
    parser.add_argument("--shapes", default=",".join(SHAPES))
    options = parser.parse_args()
    commands = options.commands.split(",")
    failed = False
    line = "{:<14} {:>9} {:<8} {:>9} {:>9} {:>9} {:>7}  {}"
    print(line.format("shape", "input", "command", "time", "memory", "x input", "growth", ""))
    with tempfile.TemporaryDirectory() as folder:
        nothing = Path(folder) / "nothing"
        write(nothing, "logs", 0)
        base = {command: cost(options.program, command, nothing)[2] for command in commands}
        for shape in options.shapes.split(","):
            paths = [Path(folder) / f"{shape}{factor}" for factor in (1, 2, 4)]
            sized = [(path, write(path, shape, options.size * factor)) for path, factor in zip(paths, (1, 2, 4))]
            for command in commands:
                row = judge(options.program, command, sized, base)
                print(line.format(shape, f"{sized[-1][1] / 1e6:.1f} MB", command, *row).rstrip(), flush=True)
                failed = failed or row[-1] != ""
            for path in paths:
                path.unlink()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
