"""`tracecheck export --format pprof`: what `go tool pprof` makes of it, held against `go tool trace -pprof`."""

import os
import re
import subprocess
from collections import Counter

import pytest

from go_children import TOOLCHAINS, environment, skip_without_go, why_not
from support import CRASHER, FIXTURES, OK, TRUNCATED, WHOLE, documents, fixtures_like, name_of, run, run_on_terminal

WAITS = ["net", "sync", "syscall", "sched"]
PROFILES = [*WAITS, "cpu"]
NEWEST = list(TOOLCHAINS)[-1]
BUSY = fixtures_like(r"ok/go.*-(work|callback|midgc|many|allocfree)\.trace")
WITH_SAMPLES = [path for path in WHOLE if run("export", "--format", "csv", "--kind", "StackSample", path).stdout.count(b"\n") > 1]


def profile(path, kind, *arguments):
    return run("export", "--format", "pprof", "--profile", kind, path, *arguments)


def go_tool(*arguments):
    if reason := why_not(NEWEST):
        skip_without_go(reason)
    done = subprocess.run(["go", "tool", *map(str, arguments)], env=environment(NEWEST), capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def raw(data, folder):
    """The head of what `pprof -raw` shows, and values by stack: frames with address, function, file and line."""
    (folder / "profile").write_bytes(data)
    text = go_tool("pprof", "-raw", folder / "profile").decode()
    head, rest = text.split("Samples:\n")
    samples, locations = rest.split("Locations\n")
    frames = {m[1]: (m[2], m[3]) for m in re.finditer(r"^\s+(\d+): (0x[0-9a-f]+) (.*)$", locations, re.M)}
    types, *lines = samples.rstrip("\n").split("\n")
    values = {}
    for line in lines:
        numbers, ids = line.split(":")
        # A frame without address: a stack that the runtime could not walk.
        stack = tuple(frames[i] for i in ids.split() if frames[i][0] != "0x0")
        old = values.get(stack, [0] * len(numbers.split()))
        values[stack] = [a + int(b) for a, b in zip(old, numbers.split())]
    return head + types, values


@pytest.mark.parametrize("path", BUSY, ids=name_of)
@pytest.mark.parametrize("kind", WAITS)
def test_waits_are_those_that_the_go_tool_counts(path, kind, tmp_path):
    result = profile(path, kind)
    assert result.returncode == 0
    assert (b"the profile is empty" in result.stderr) == (raw(result.stdout, tmp_path)[1] == {})
    assert raw(result.stdout, tmp_path) == raw(go_tool("trace", f"-pprof={kind}", path), tmp_path)


@pytest.mark.parametrize("path", WITH_SAMPLES, ids=name_of)
def test_samples_are_all_there(path, tmp_path):
    head, values = raw(profile(path, "cpu").stdout, tmp_path)
    assert head.endswith("samples/count")
    events = documents(run("export", "--format", "ndjson", "--kind", "StackSample", path))[1:-1]
    expected = Counter(tuple(f"{int(frame['pc']):#x}" for frame in event["stack"] or []) for event in events)
    found = Counter()
    for stack, (count,) in values.items():
        found[tuple(address for address, _ in stack)] += count
    assert found == expected


def test_there_are_samples_in_the_fixtures():
    assert WITH_SAMPLES


@pytest.mark.parametrize("kind", PROFILES)
def test_pprof_shows_the_top(kind, tmp_path):
    (tmp_path / "profile").write_bytes(profile(OK / "go1.26-work.trace", kind).stdout)
    shown = go_tool("pprof", "-top", tmp_path / "profile").decode()
    assert "Showing nodes accounting for" in shown


def test_a_profile_without_a_sample_is_told():
    told = {
        "net": "no wait for the network has ended",
        "sync": "no wait for a channel, a select or a lock has ended",
        "syscall": "no system call has ended",
        "sched": "no wait to run has ended",
        "cpu": "there are no CPU samples; they come from pprof.StartCPUProfile, or go test -cpuprofile, while the trace "
               "is taken",
    }  # fmt: skip
    for kind in PROFILES:
        result = profile(CRASHER, kind, "--kind", "Log")
        assert result.returncode == 0
        why = f"the profile is empty: in what is selected, {told[kind]}"
        assert result.stderr.decode() == f"tracecheck: {CRASHER}: {why}\n"
        nothing = profile(CRASHER, kind, "--goroutine", "99999")
        assert nothing.stderr.decode() == f"tracecheck: {CRASHER}: no event is selected\n"


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_exit_is_that_of_ndjson(path):
    ndjson = run("export", "--format", "ndjson", path)
    for kind in ("sync", "cpu"):
        result = profile(path, kind)
        messages = [m for m in result.stderr.splitlines(keepends=True) if b": the profile is empty: " not in m]
        assert (result.returncode, b"".join(messages)) == (ndjson.returncode, ndjson.stderr)
        assert result.stdout[:2] == b"\x1f\x8b"


def test_damaged_traces_give_what_can_be_read(tmp_path):
    path = TRUNCATED / "go1.26-mapwrites-late.trace"
    _, all_waits = raw(profile(path, "sync").stdout, tmp_path)
    _, whole = raw(profile(path, "sync", "--no-salvage").stdout, tmp_path)
    assert 0 < sum(v[0] for v in whole.values()) <= sum(v[0] for v in all_waits.values())


def test_waits_are_selected_by_both_their_ends(tmp_path):
    path = OK / "go1.26-work.trace"
    _, everything = raw(profile(path, "sync").stdout, tmp_path)
    _, early = raw(profile(path, "sync", "--until", "0.5s").stdout, tmp_path)
    _, late = raw(profile(path, "sync", "--since", "0.5s").stdout, tmp_path)
    count = lambda values: sum(v[0] for v in values.values())
    assert 0 < count(early) < count(everything) and count(early) + count(late) <= count(everything)
    _, none = raw(profile(path, "sync", "--kind", "Log").stdout, tmp_path)
    assert none == {}


def test_without_stacks_there_is_the_sum(tmp_path):
    path = OK / "go1.26-work.trace"
    _, full = raw(profile(path, "sync").stdout, tmp_path)
    _, bare = raw(profile(path, "sync", "--no-stacks").stdout, tmp_path)
    assert bare == {(): [sum(column) for column in zip(*full.values())]}


def test_a_profile_is_not_shown_to_a_terminal():
    code, shown, streams = run_on_terminal("export", "--format", "pprof", "--profile", "net", CRASHER)
    assert (code, shown) == (2, b"")
    assert streams["stderr"].startswith(b"tracecheck: --format pprof is nothing to look at: it needs -o FILE, or a pipe\n")


def test_o_writes_a_file(tmp_path):
    expected = profile(CRASHER, "sched").stdout
    assert profile(CRASHER, "sched", "-o", tmp_path / "out").returncode == 0
    assert (tmp_path / "out").read_bytes() == expected and os.listdir(tmp_path) == ["out"]


def test_nor_is_a_timeline_for_perfetto():
    code, shown, streams = run_on_terminal("export", "--format", "perfetto", CRASHER)
    assert (code, shown) == (2, b"")
    assert streams["stderr"].startswith(b"tracecheck: --format perfetto is nothing to look at: it needs -o FILE, or a pipe\n")
