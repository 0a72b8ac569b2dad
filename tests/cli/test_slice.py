"""`tracecheck slice`: a part of a trace as a trace. tests/reference/slice_test.go holds it against the reference."""

import re

import pytest
from support import (
    CORRUPT,
    CRASHER,
    OF_TWO_TRACES,
    OK,
    OTHER,
    TRUNCATED,
    VERSIONS,
    batches,
    expect,
    expect_usage,
    made,
    report,
    run,
)

SEVERAL = [path for path in sorted(OK.glob("go1.*-*.trace")) if re.search(r"-(midgc|work|stop-late|flight)", path.name)]
TIME = re.compile(r" Time=(\d+)(?= |$)")


def name_of(path):
    return path.name


def slice_of(path, out, *arguments, **options):
    return run("slice", path, "-o", out, *arguments, **options)


def sliced(path, out, *arguments):
    """The document of what it wrote."""
    result = slice_of(path, out, "--force", *arguments)
    assert result.returncode == 0 and result.stdout == b"", result
    document = report(out)
    assert document["verdict"] == "complete"
    return document


def events(path):
    """The lines of events, stacks and Syncs apart, with their times."""
    lines = [line for line in run("events", path).stdout.decode().splitlines() if line.startswith("M=")]
    return [(int(TIME.search(line)[1]), line) for line in lines if " Sync Time=" not in line]


def is_status(line):
    """Tells a state without a change, or a range under way."""
    states = re.search(r" (\w+)->(\w+) ", line)
    return " RangeActive " in line or bool(states and (states[1] == states[2] or states[1] == "Undetermined"))


def comparable(line):
    """Without the time, and what only the begin of a task tells."""
    return re.sub(r"( TaskEnd ID=\d+) .*", r"\1", TIME.sub("", line))


def seconds(nanoseconds):
    return f"{nanoseconds // 10**9}.{nanoseconds % 10**9:09}s"


# By generations


@pytest.mark.parametrize("path", SEVERAL, ids=name_of)
def test_generations_stay_as_they_are(path, tmp_path):
    trace = path.read_bytes()
    whole = [g for g in report(path)["generations"] if g["state"] == "whole"]
    for first in range(len(whole)):
        document = sliced(path, tmp_path / "out", "--generations", f"{whole[first]['id']}-")
        assert [(g["id"], g["events"]) for g in document["generations"]] == [(g["id"], g["events"]) for g in whole[first:]]
        begin, end = whole[first]["offset"], whole[-1]["offset"] + whole[-1]["length"]
        assert (tmp_path / "out").read_bytes() == trace[:16] + trace[begin:end]


def test_the_ways_to_name_generations(tmp_path):
    path = OK / "go1.26-work.trace"
    for text, ids in [("2", [2]), ("1-2", [1, 2]), ("2-", [2, 3]), ("-2", [1, 2]), ("2-9", [2, 3])]:
        document = sliced(path, tmp_path / "out", f"--generations={text}")
        assert [g["id"] for g in document["generations"]] == ids
    result = slice_of(path, tmp_path / "none", "--generations", "7")
    expect(result, 1, "", f"tracecheck: {path}: no such generation has an event; the trace has generations 1 to 3\n")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("text", ["x", "-", "1-2-3", "2-1", "1,2", " 1", "99999999999999999999999"])
def test_what_names_no_generation(text, tmp_path):
    said = f"--generations: {text} is no range of generations: give one like 5, 5-6, 5- or -6"
    expect_usage(slice_of(CRASHER, tmp_path / "out", f"--generations={text}"), said, "slice")


# By time


@pytest.mark.parametrize("path", SEVERAL, ids=name_of)
def test_a_span_of_time_holds_what_happens_in_it(path, tmp_path):
    """The same events at the same times in the same contexts, with the states that they need before them."""
    start, whole, out = int(report(path)["time"]["start"]), events(path), tmp_path / "out"
    for first, last in [(0.1, 0.3), (0.25, 1), (0, 0.4), (0.6, 0.8), (0.95, 1)]:
        since, until = whole[int(first * (len(whole) - 1))][0], whole[int(last * (len(whole) - 1))][0]
        sliced(path, out, "--since", seconds(since - start), "--until", seconds(until - start))
        expected = [(time, line) for time, line in whole if since <= time <= until and not is_status(line)]
        got = [(time, line) for time, line in events(out) if time >= since and not is_status(line)]
        assert [comparable(line) for _, line in got] == [comparable(line) for _, line in expected] != []
        # The statuses that end a generation are told at the cut: events behind them are no longer moved by readers.
        assert all(abs(a - b) < 1_000_000 for (a, _), (b, _) in zip(got, expected))
        before = [line for time, line in events(out) if time < since]
        assert all(is_status(line) or "RangeBegin" in line for line in before)


@pytest.mark.parametrize("path", [OK / f"go{version}-work.trace" for version in VERSIONS], ids=name_of)
def test_states_at_the_cut_are_those_of_the_trace(path, tmp_path):
    """What each goroutine did last before the cut, it does there."""
    whole, out = events(path), tmp_path / "out"
    since = whole[len(whole) // 2][0]
    sliced(path, out, "--since", seconds(since - int(report(path)["time"]["start"])))
    last = {}
    for time, line in whole:
        change = re.search(r" (GoID|ProcID)=(\d+) \w+->(\w+) ", line)
        if change and time < since:
            last[change[1], change[2]] = change[3]
    told = {}
    for time, line in events(out):
        change = re.search(r" (GoID|ProcID)=(\d+) \w+->(\w+) ", line)
        if change and time < since:
            told[change[1], change[2]] = change[3]
    alive = {resource: state for resource, state in last.items() if state != "NotExist"}
    assert {resource: told.get(resource) for resource in alive} == alive


@pytest.mark.parametrize("version", ["1.25", "1.26"])
def test_the_clocks_stay(version, tmp_path):
    path, out = OK / f"go{version}-work.trace", tmp_path / "out"
    sliced(path, out, "--since", "-0.5s")

    def clocks(trace):
        lines = run("wire", trace).stdout.decode()
        frequency = int(re.search(r"Frequency freq=(\d+)", lines)[1])
        batch, dt, *rest = re.search(
            r"time=(\d+) size=\d+\nSync\nFrequency .*\nClockSnapshot dt=(\d+) mono=(\d+) sec=(\d+) nsec=(\d+)", lines
        ).groups()
        monotonic, seconds, nanoseconds = map(int, rest)
        return (int(batch) + int(dt)) * 10**9 // frequency, monotonic, seconds * 10**9 + nanoseconds

    (time, monotonic, wall), (later, later_monotonic, later_wall) = clocks(path), clocks(out)
    passed = later - time
    # That of another generation, measured anew.
    assert passed > 0 and abs(later_monotonic - monotonic - passed) < 10_000
    assert abs(later_wall - wall - passed) < 10_000_000


def test_times_from_the_end_and_by_the_clock(tmp_path):
    path = OK / "go1.26-work.trace"
    document = sliced(path, tmp_path / "out", "--since", "-1s")
    assert 0.9e9 < document["time"]["duration"] < 1.1e9
    start = report(path)["time"]["start_wall"]
    assert sliced(path, tmp_path / "out", "--since", start)["events"] == report(path)["events"]
    result = slice_of(OK / "go1.22-work.trace", tmp_path / "none", "--since", start)
    assert result.returncode == 1 and b"has no wall clock" in result.stderr


def test_what_cannot_be_read_is_said_once(tmp_path):
    result = slice_of(tmp_path / "missing", tmp_path / "out", "--generations", "1")
    expect(result, 2, "", f"tracecheck: {tmp_path / 'missing'}: no such file\n")


def test_a_time_outside(tmp_path):
    result = slice_of(CRASHER, tmp_path / "out", "--since", "1h")
    expect(result, 1, "", f"tracecheck: {CRASHER}: no event lies between these times; the trace's lie from "
                         "0.000447168 to 0.001658560 s\n")


def test_all_of_a_trace_is_a_copy(tmp_path):
    path = OK / "go1.24-work.trace"
    sliced(path, tmp_path / "out", "--since", "0s")
    assert (tmp_path / "out").read_bytes() == path.read_bytes()


# Damage


@pytest.mark.parametrize("version", VERSIONS)
def test_damage_elsewhere_does_not_matter(version, tmp_path):
    path = TRUNCATED / f"go{version}-sigkill-late.trace"
    whole = [g for g in report(path)["generations"] if g["state"] == "whole"]
    result = slice_of(path, tmp_path / "out", f"--generations=-{whole[-1]['id']}")
    assert result.returncode == 0 and b": truncated at byte " in result.stderr
    document = report(tmp_path / "out")
    assert document["verdict"] == "complete" and document["end"]["kind"] != "repaired"


@pytest.mark.parametrize("version", VERSIONS)
def test_damage_inside_is_bridged(version, tmp_path):
    path = TRUNCATED / f"go{version}-sigkill-late.trace"
    document = sliced(path, tmp_path / "out", "--since", "-0.5s")
    assert document["end"]["kind"] == "repaired" and document["events"]["replayed"] > 0


@pytest.mark.parametrize("path", sorted(CORRUPT.glob("*-flip-seq.trace")), ids=name_of)
def test_generations_behind_damage(path, tmp_path):
    document = sliced(path, tmp_path / "out", "--generations", "2-3")
    assert [g["id"] for g in document["generations"]] == [2, 3] and document["end"]["kind"] != "repaired"


@pytest.mark.parametrize("path, code", [
    (OTHER / "text.trace", 1),
    (OTHER / "go1.21-v1.trace", 1),
    (TRUNCATED / "empty.trace", 1),
    (TRUNCATED / "cut-bare-header.trace", 1),
    ("missing.trace", 2),
], ids=str)  # fmt: skip
def test_nothing_to_slice(path, code, tmp_path):
    result = slice_of(path, tmp_path / "out", "--since", "0s")
    expect(result, code, "", None)
    assert result.stderr.startswith(f"tracecheck: {path}".encode()) and not list(tmp_path.iterdir())


# Input and output


def test_of_two_traces_in_one_stream_one_is_sliced(tmp_path):
    path, out = CORRUPT / "go1.26-twice.trace", tmp_path / "out"
    result = slice_of(path, out, "--since", "0s")
    assert result.returncode == 0 and OF_TWO_TRACES.format(path, 1) in result.stderr.decode()
    assert report(out)["events"] == report(OK / "go1.26-stop-early.trace")["events"]


def test_what_was_written_is_said(tmp_path):
    out = tmp_path / "out"
    result = slice_of(OK / "go1.26-work.trace", out, "--generations", "2")
    said = r"1 generation \(2\) with 875 events and \d+ logs?, from \d+\.\d{9} to \d+\.\d{9} s, \d+\.\d kB"
    assert re.fullmatch(f"tracecheck: {re.escape(str(out))}: {said}\n", result.stderr.decode())


def test_standard_input_and_packed_files(tmp_path):
    for arguments, options in [
        ((CRASHER,), {}),
        (("-",), {"input": CRASHER.read_bytes()}),
        ((OK / "go1.26-crasher.trace.gz",), {}),
        ((OK / "go1.26-crasher.trace.zst",), {}),
    ]:
        assert slice_of(*arguments, tmp_path / "out", "--force", "--generations", "1", **options).returncode == 0
        trace = (tmp_path / "out").read_bytes()
        assert CRASHER.read_bytes().startswith(trace) and batches(trace)


def test_files_that_are_there_are_safe(tmp_path):
    path = made(tmp_path, CRASHER.read_bytes())
    expect(slice_of(path, path, "--force", "--since", "0s"), 2, "",
           f"tracecheck: {path}: is the trace that is read; no command changes its input\n")  # fmt: skip
    out = tmp_path / "out"
    out.write_text("from before")
    expect(slice_of(path, out, "--since", "0s"), 2, "", f"tracecheck: {out}: is there already; --force replaces it\n")
    assert path.read_bytes() == CRASHER.read_bytes() and out.read_text() == "from before"
    expect_usage(slice_of(path, "-", "--since", "0s"), "slice reads back what it wrote, which -o - does not allow: name a file", "slice")


def test_what_is_asked_for_must_be_clear(tmp_path):
    expect_usage(slice_of(CRASHER, tmp_path / "out"), "slice needs --generations, --since or --until", "slice")
    both = slice_of(CRASHER, tmp_path / "out", "--since", "1s", "--generations", "1")
    expect_usage(both, "--generations does not go with --since or --until", "slice")


def test_events_are_counted_as_verify_counts_them(tmp_path):
    path, out = OK / "go1.26-work.trace", tmp_path / "out"
    total = report(path)["events"]["replayed"]
    for command in (["slice", "--since", "0s"], ["redact"]):
        result = run(*command, path, "-o", out)
        assert f" with {total} events and " in result.stderr.decode() and report(out)["events"]["replayed"] == total
        out.unlink()
