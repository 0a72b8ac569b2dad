"""Memory follows the largest generation, not the trace: peaks of the program on a pipe that stays open.

tests/reader/streaming_test.cc holds the same of the reader alone, by its buffers."""

import os
import subprocess
import zlib

import pytest

from built_trace import HEADER, generation
from support import PATIENCE, TRACECHECK, peak

LOGS, HEAP_EVENTS = 100, 20_000  # of a generation, which is some 350 kB then
SHORT, LONG = 8, 80  # generations
MARGIN = 3_000_000  # the long trace has 25 MB more than the short one, 7 MB of them texts that differ

COMMANDS = [
    ["verify"],
    ["verify", "--json"],
    ["grep", "number"],
    ["grep", "--last", "3", "number"],
    ["export", "--format", "ndjson"],
    ["export", "--format", "json"],
    ["export", "--format", "csv"],
    ["export", "--format", "pprof", "--profile", "sched"],
    ["export", "--format", "chrome"],
    ["export", "--format", "perfetto"],
    ["export", "--format", "perfetto", "--since", "1h"],
    ["events"],
    ["wire"],
    ["stats"],
]


class Plain:
    def compress(self, data):
        return data

    def flush(self, _):
        return b""


def gzip():
    return zlib.compressobj(level=1, wbits=31)


def peak_on_a_pipe(command, generations, form=Plain):
    """While the pipe is still open, so that the process is there to be asked: all but a pipe's worth has been read."""
    # A sanitizer keeps freed memory for a while.
    env = os.environ | {"ASAN_OPTIONS": "quarantine_size_mb=1:thread_local_quarantine_size_kb=64"}
    process = subprocess.Popen(
        [TRACECHECK, *command], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env
    )
    packer = form()
    try:
        process.stdin.write(packer.compress(HEADER))
        for number in range(1, generations + 1):
            process.stdin.write(packer.compress(generation(number, LOGS, HEAP_EVENTS)))
        process.stdin.write(packer.flush(zlib.Z_SYNC_FLUSH))
        process.stdin.flush()
        size = peak(process)
        _, stderr = process.communicate(packer.flush(zlib.Z_FINISH), timeout=PATIENCE)
        told = "the profile is empty: no wait to run has ended" if "pprof" in command else ""
        if "1h" in command:
            told = "no event is selected"
        assert (process.returncode, stderr.decode()) == (0, f"tracecheck: (standard input): {told}\n" if told else "")
        return size
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_ten_times_the_generations_take_no_more_memory(command):
    assert peak_on_a_pipe(command, LONG) < peak_on_a_pipe(command, SHORT) + MARGIN


def test_nor_do_they_in_a_database(tmp_path):
    command = ["export", "--format", "sqlite", "-o", tmp_path / "out"]
    assert peak_on_a_pipe(command, LONG) < peak_on_a_pipe(command, SHORT) + MARGIN


def test_nor_do_they_where_they_are_compressed():
    assert peak_on_a_pipe(["verify"], LONG, gzip) < peak_on_a_pipe(["verify"], SHORT, gzip) + MARGIN


def test_the_measure_sees_a_larger_generation():
    process = subprocess.Popen([TRACECHECK, "verify"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    with process.stdin as pipe:
        pipe.write(HEADER + generation(1, LOGS, 40 * HEAP_EVENTS))
        pipe.flush()
        assert peak(process) > peak_on_a_pipe(["verify"], SHORT) + MARGIN
    assert process.wait(timeout=PATIENCE) == 0
