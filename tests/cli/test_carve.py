"""carve with real cores of Go programs; test_carve_made.py has made ones."""

import fcntl
import os
import re
import signal
import subprocess

import pytest
from cores import DEATHS, core_of_process, die, start, why_no_cores
from go_children import go_program, skip_without_go, why_not
from support import PATIENCE, VERSIONS, batches, expect, made, run, verify
from wire_events import cut_to_batches, events, logs

CASES = [*((kind, "late") for kind in DEATHS), ("unlock", "bare"), ("unlock", "early"), ("unlock", "between")]
LAST = ("last", "from the main thread")


@pytest.fixture(scope="module", params=VERSIONS)
def version(request):
    if reason := why_not(request.param):
        skip_without_go(reason)
    return request.param


@pytest.fixture(scope="module")
def deaths(version, tmp_path_factory):
    if reason := why_no_cores():
        pytest.skip(reason)
    return die(version, tmp_path_factory.mktemp("deaths"), CASES)


def carve(core, out, *options):
    """Carves; returns what stands in `out`, and how many buffers and events were gained as stderr says."""
    result = run("carve", core, "-o", out, *options)
    expect(result, 0, "", None)
    first = result.stderr.decode().split("\n")[0]
    said = re.fullmatch(r".*: (\d+) trace buffers? with (\d+) events? of generations? [\d, and]+ carved", first)
    assert said, first
    return out.read_bytes(), int(said[1]), int(said[2])


def expect_truncated(trace):
    result = verify(trace)
    expect(result, 3, None)
    assert result.stdout.decode().split("\n")[0] == f"{trace}: truncated"


def expect_all_logs(trace, when):
    """The program logs numbers, then its last words: each of them is there once, and nothing else."""
    found = logs(trace)
    ticks = [message for category, message in found if category == "tick"]
    assert sorted(ticks, key=lambda text: int(text.split()[1])) == [f"number {i}" for i in range(len(ticks))]
    assert bool(ticks) == (when in ("late", "between"))
    others = {LAST}
    if when in ("late", "early"):
        others |= {("last", "from a thread that exits"), ("last", "without a task")}
    rest = [log for log in found if log[0] != "tick"]
    assert sorted(rest) == sorted(others)


def keeps_its_trace(version, kind):
    """From Go 1.23 on a panic ends the generation first: what is gained came after it."""
    return kind == "panic" and version != "1.22"


@pytest.mark.parametrize("kind, when", CASES)
def test_the_core_has_what_the_trace_lacks(tmp_path, version, deaths, kind, when):
    death = deaths[kind, when]
    file = death.trace.read_bytes()
    trace, buffers, gained = carve(death.core, tmp_path / "out", "--trace", death.trace)

    assert gained == len(events(trace)) - len(events(file)) > 0
    assert buffers == len(list(batches(trace))) - len(cut_to_batches(file))
    assert (LAST in logs(file)) == keeps_its_trace(version, kind)
    expect_all_logs(trace, when)
    expect_truncated(tmp_path / "out")


@pytest.mark.parametrize("kind, when", CASES)
def test_all_of_the_trace_is_kept(tmp_path, version, deaths, kind, when):
    death = deaths[kind, when]
    file = death.trace.read_bytes()
    trace, _, _ = carve(death.core, tmp_path / "out", "--trace", death.trace)

    def pieces(data):
        return [data[b.offset : b.end] for b in batches(data)]

    carved = pieces(trace)
    for piece in pieces(file):
        carved.remove(piece)
    assert not set(carved) & set(pieces(file)), "nothing is there twice"


@pytest.mark.parametrize("kind, when", CASES)
def test_without_the_trace_the_core_alone_makes_one(tmp_path, version, deaths, kind, when):
    death = deaths[kind, when]
    trace, buffers, gained = carve(death.core, tmp_path / "out")
    assert trace.startswith(b"go 1.%d trace\0\0\0" % (23 if version == "1.24" else int(version[2:])))
    assert gained == len(events(trace)) > 0
    assert buffers == len(batches(trace))
    together, _, _ = carve(death.core, tmp_path / "together", "--trace", death.trace)
    assert set(events(trace)) <= set(events(together))
    expect_truncated(tmp_path / "out")


def test_the_other_commands_read_what_was_carved(tmp_path, version, deaths):
    death = deaths["unlock", "late"]
    trace, _, _ = carve(death.core, tmp_path / "out", "--trace", death.trace)
    text = run("wire", tmp_path / "out")
    assert text.returncode == 3
    assert text.stdout.count(b"\nUserLog ") == len(logs(trace))
    assert b'\n\tdata="from the main thread"\n' in text.stdout
    found = run("grep", "--category", "last", "--message", "from the main thread", "-x", "-c", tmp_path / "out")
    assert (found.returncode, found.stdout) == (0, b"1\n")
    for command in (["export", "--format", "ndjson"], ["events"], ["stats"]):
        assert run(*command, tmp_path / "out").returncode == 3


def test_a_trace_that_has_everything_gains_nothing(tmp_path, version, deaths):
    death = deaths["mapwrites", "late"]
    carve(death.core, tmp_path / "out", "--trace", death.trace)
    result = run("carve", death.core, "--trace", tmp_path / "out", "-o", tmp_path / "again")
    assert result.returncode == 1
    assert f"nothing to carve: {tmp_path / 'out'} has all of its ".encode() in result.stderr
    assert not (tmp_path / "again").exists()


def test_wherever_a_trace_is_cut_the_core_makes_it_whole_again(tmp_path, version, deaths):
    death = deaths["sigabrt", "late"]
    whole, _, _ = carve(death.core, tmp_path / "whole", "--trace", death.trace)
    last = batches(whole)[-1]
    cut, out = tmp_path / "cut", tmp_path / "out"
    for length in range(last.offset, last.end):
        cut.write_bytes(whole[:length])
        trace, buffers, _ = carve(death.core, out, "--trace", cut)
        assert buffers == 1
        assert trace == whole


def test_a_trace_that_ends_long_before_the_core_cannot_go_on_with_it(tmp_path, version, deaths):
    """What is between them is lost, and only the last generation of a trace may be unfinished."""
    death = deaths["sigabrt", "late"]
    file = death.trace.read_bytes()
    cut = made(tmp_path, file[: [b for b in batches(file) if b.generation == 1][3].end])
    result = run("carve", death.core, "--trace", cut, "-o", tmp_path / "out")
    assert result.returncode == 1
    assert f" do not go on where {cut} ends; without --trace they may make a trace".encode() in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_stuck_reader_leaves_the_rest_of_a_generation_and_the_next_one_in_memory(tmp_path, version):
    """Nobody reads the pipe, so that the first switch of generations never comes to its end."""
    if reason := why_no_cores():
        pytest.skip(reason)
    read_end, write_end = os.pipe()
    size = fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, 4096)
    child = start(version, tmp_path, "unlock", "late", write_end)
    os.close(write_end)
    assert child.wait(timeout=PATIENCE) == -signal.SIGABRT
    with open(read_end, "rb") as pipe:
        file = pipe.read()
    assert 0 < len(file) <= size
    (tmp_path / "trace").write_bytes(file)
    (core,) = tmp_path.glob("core*")
    trace, _, gained = carve(core, tmp_path / "out", "--trace", tmp_path / "trace")
    assert gained == len(events(trace)) - len(events(file)) > 0
    expect_all_logs(trace, "late")
    expect_truncated(tmp_path / "out")
    found = run("grep", "--category", "tick", "--message", "number 0", "-x", "-c", tmp_path / "out")
    assert found.stdout == b"1\n", "the generation that was completed is read"


def test_a_program_that_hangs(tmp_path, version):
    """Its core is taken from outside, as gcore does."""
    with open(tmp_path / "trace", "wb") as trace:
        child = subprocess.Popen(
            [go_program(version, "ending"), "hang", "late"], stdout=trace, stderr=subprocess.PIPE, text=True
        )
    with child:
        try:
            assert child.stderr.readline() == "hanging\n"
            child.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)
            (tmp_path / "core").write_bytes(core_of_process(child.pid))
        finally:
            child.kill()
    carved, _, _ = carve(tmp_path / "core", tmp_path / "out", "--trace", tmp_path / "trace")
    assert LAST not in logs((tmp_path / "trace").read_bytes())
    expect_all_logs(carved, "late")
    expect_truncated(tmp_path / "out")
