"""`tracecheck grep` on pipes that stay open: it answers while the child runs. A stand-in for the child hands out a
fixture's bytes; test_live_child.py has real children."""

import subprocess
import sys

import pytest
from grep_lines import grep, ticks
from support import CRASHER, OK, PATIENCE, VERSIONS, Live, expect, known_to_be_whole


@pytest.mark.parametrize("version", VERSIONS)
def test_a_generation_is_printed_as_soon_as_it_is_known_to_be_whole(version):
    trace = OK / f"go{version}-stop-late.trace"
    data = trace.read_bytes()
    end = known_to_be_whole(data)
    with Live("grep", "tick") as live:
        live.feed(data[:end])
        live.wait_for(b"tick: number 0\n")
        code, out, err = live.finish(data[end:])
    assert (code, out.count(b" tick: number "), err) == (0, ticks(trace), b"")


@pytest.mark.parametrize("arguments, out", [
    (["-m1", "-q", "xyzzy"], b""),
    (["-q", "xyzzy"], b""),
    (["-l", "xyzzy"], b"(standard input)\n"),
    (["-c", "-m1", "xyzzy"], b"1\n"),
])
def test_who_has_enough_ends_at_once_though_the_pipe_stays_open(arguments, out):
    with Live("grep", *arguments) as live:
        live.feed(CRASHER.read_bytes())
        assert live.end_of_itself() == (0, out, b"")


def test_who_wants_nothing_does_not_wait():
    with Live("grep", "-m0", "xyzzy") as live:
        assert live.end_of_itself() == (1, b"", b"")


def test_a_child_that_goes_on_is_ended_by_its_next_write():
    """As `child | grep -m1`: the shell's pipe closes, the child gets SIGPIPE."""
    script = """
import sys, time
while True:
    sys.stdout.buffer.write(open(sys.argv[1], "rb").read())
    sys.stdout.flush()
    time.sleep(0.05)
"""
    child = subprocess.Popen([sys.executable, "-c", script, CRASHER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    result = grep("-m1", "-q", "xyzzy", stdin=child.stdout)
    child.stdout.close()
    expect(result, 0)
    assert child.wait(timeout=PATIENCE) != 0


def test_a_slow_child_byte_by_byte():
    data = CRASHER.read_bytes()
    with Live("grep", "xyzzy") as live:
        for i in range(0, len(data), 97):
            live.feed(data[i : i + 97])
        assert live.finish() == (0, grep("xyzzy", CRASHER).stdout, b"")
