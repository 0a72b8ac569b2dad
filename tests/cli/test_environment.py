"""What a process may meet: closed streams, no memory, no threads, ignored signals, limits, its own output as input."""

import os
import resource
import signal
import subprocess
import time

import pytest
from support import CRASHER, OK, PATIENCE, SANITIZED, TRACECHECK, TRUNCATED, expect, expect_usage, run

from built_trace import HEADER, generation

BAD_DESCRIPTOR = "Bad file descriptor\n"
CUT = TRUNCATED / "go1.26-cut-batch.trace"
EXPORT = ["export", "--format", "ndjson"]


def shell(script, *arguments, **options):
    """Runs a script of sh, in which the program is $T."""
    command = ["sh", "-c", script, "sh", *map(str, arguments)]
    env = os.environ | {"T": os.path.abspath(TRACECHECK)}
    return subprocess.run(command, capture_output=True, timeout=PATIENCE, env=env, **options)


# Streams that are closed


def test_closed_standard_output_is_an_error():
    result = shell('"$T" stats "$1" >&-', CRASHER)
    expect(result, 2, "", f"tracecheck: standard output cannot be written: {BAD_DESCRIPTOR}")


def test_a_file_does_not_take_the_place_of_closed_standard_input():
    result = shell('"$T" verify -j 1 - "$1" <&-', CRASHER)
    assert (result.returncode, result.stderr) == (2, b"")
    assert result.stdout.startswith(b"(standard input): unreadable: read failed: Bad file descriptor\n")
    assert result.stdout.endswith(run("verify", CRASHER).stdout)


@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_messages_do_not_go_into_the_output_where_standard_error_is_closed(closed, tmp_path):
    result = shell(f'"$T" export --format ndjson "$1" -o out {closed}', CUT, cwd=tmp_path)
    expect(result, 3)
    assert (tmp_path / "out").read_bytes() == run(*EXPORT, CUT).stdout


# Too little of everything


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A trace that cannot be read in 40 MB."""
    path = tmp_path_factory.mktemp("large") / "trace"
    path.write_bytes(HEADER + generation(1, 100, 4_000_000))
    return path


@pytest.mark.skipif(SANITIZED, reason="a sanitizer needs all the memory itself")
@pytest.mark.parametrize("command", ["verify -q", "verify -q -j 2 {}", "grep x", "events", "export --format ndjson"])
def test_too_little_memory_is_an_error(command, large):
    result = shell(f'ulimit -v 40000; "$T" {command.format(large)} "$1" > /dev/null', large)
    expect(result, 2, "", "tracecheck: there is not enough memory\n")


@pytest.mark.skipif(SANITIZED, reason="a sanitizer needs all the memory itself")
def test_too_little_memory_leaves_no_file(large, tmp_path):
    result = shell('ulimit -v 40000; "$T" export --format ndjson "$1" -o out', large, cwd=tmp_path)
    expect(result, 2, "", "tracecheck: there is not enough memory\n")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(SANITIZED, reason="a sanitizer needs all the memory itself")
def test_fewer_threads_than_asked_for_do_as_well():
    # A thread's stack takes 1 GB of 4, so that there is place for three of them.
    files = [OK / "go1.26-many.trace"] * 50
    result = shell('ulimit -s 1000000; ulimit -v 4000000; "$T" verify -j 50 "$@"', *files)
    expect(result, 0, run("verify", *files).stdout.decode())
