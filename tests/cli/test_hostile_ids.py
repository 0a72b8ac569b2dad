"""Ids that a hostile trace chooses so that they would all fall into one place of a hash table: 300 000 of them, in a few
megabytes, would take minutes."""

import subprocess
import time

import pytest
from support import PATIENCE, TRACECHECK

from built_trace import (
    END_OF_GENERATION, GO_STATUS, HEADER, NO_THREAD, PROC_STATUS, STACKS, STRING, STRINGS, batch, generation, record,
)  # fmt: skip

COUNT = 300_000
STEP = 172933 * 351061  # sizes that the table of the standard library has on its way to so many
WAITING = 4
TASK_BEGIN = 40
PARENT_STATES = record(PROC_STATUS, 1, 0, 1) + record(GO_STATUS, 1, 1, 1, 2)
END = record(END_OF_GENERATION)


def start():
    """A generation up to its events: without what `generation` puts behind the first of them."""
    whole = HEADER + generation(1, 0, 0)
    return whole[: whole.index(batch(1, 1, 10_001, PARENT_STATES))]


def batches(kind, thread, records):
    """As many batches as it takes."""
    out, data = b"", kind
    for piece in records:
        if len(data) + len(piece) > 65_000:
            out += batch(1, thread, 10_001, data)
            data = kind
        data += piece
    return out + batch(1, thread, 10_001, data)


def tables():
    return batch(1, NO_THREAD, 0, record(STACKS)) + batch(1, NO_THREAD, 0, record(STRINGS) + record(STRING, 1, 1) + b"x")


IDS = range(STEP, COUNT * STEP, STEP)
TRACES = {
    "goroutines": lambda: batches(b"", 1, [PARENT_STATES, *(record(GO_STATUS, 1, i, NO_THREAD, WAITING) for i in IDS)]),
    "procs": lambda: batches(b"", 1, [PARENT_STATES, *(record(PROC_STATUS, 1, i, 2) for i in IDS)]),
    "tasks": lambda: batches(b"", 1, [PARENT_STATES, *(record(TASK_BEGIN, 1, i, 0, 1, 0) for i in IDS)]),
    "threads": lambda: batch(1, 1, 10_001, PARENT_STATES) + b"".join(batch(1, i, 10_002, b"") for i in IDS),
    "strings": lambda: batch(1, 1, 10_001, PARENT_STATES)
    + batches(record(STRINGS), NO_THREAD, (record(STRING, i, 0) for i in IDS)),
}


@pytest.mark.parametrize("name", TRACES)
def test_time_stays_in_proportion_whatever_the_ids_are(name, tmp_path):
    path = tmp_path / "trace"
    path.write_bytes(start() + TRACES[name]() + tables() + END)
    timelines = (["export", "--format", form, *window] for form in ("chrome", "perfetto") for window in ([], ["--since=1ns"]))
    profile = ["export", "--format", "pprof", "--profile", "sched", "-o", tmp_path / "out"]
    database = ["export", "--format", "sqlite", "--kind", "Log", "-o", tmp_path / "out"]
    for command in (["verify", "-q"], ["grep", "-c", "x"], *timelines, profile, database):
        began = time.monotonic()
        try:
            code = subprocess.run([TRACECHECK, *command, path], stdout=subprocess.DEVNULL, timeout=PATIENCE).returncode
        except subprocess.TimeoutExpired:
            pytest.fail(f"{command[0]} is not done after {time.monotonic() - began:.0f} s")
        assert code == (1 if command[0] == "grep" else 0)
