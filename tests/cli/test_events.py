"""`tracecheck events`: the text of every event up to the damage, what is wrong on standard error, the exit code."""

import os
import re
from collections import Counter
from pathlib import Path

import pytest
from made import SCENE, cut_and_damaged
from support import (
    CORRUPT,
    CRASHER,
    EXITS,
    FIXTURES,
    OK,
    OTHER,
    TESTDATA,
    TRUNCATED,
    VERSIONS,
    Live,
    documents,
    expect,
    known_to_be_whole,
    made,
    name_of,
    run,
    run_on_terminal,
    verdict_of_folder,
    verify,
)

EVENT = re.compile(rb"^M=(-?\d+) P=(-?\d+) G=(-?\d+) ([A-Z][A-Za-z]+) Time=(-?\d+)(?: |$)", re.MULTILINE)
MARKED_EVENT = re.compile(rb"^(~?\??)M=(-?\d+) P=(-?\d+) G=(-?\d+) ([A-Z][A-Za-z]+) Time=(-?\d+)(?: |$)", re.MULTILINE)
UTC = os.environ | {"TZ": "UTC"}

SCENE_TEXT = r'''M=-1 P=-1 G=-1 Sync Time=1000 N=1 Trace=1001 Mono=50 Wall=2023-11-14T22:13:20.123456789Z
M=7 P=-1 G=-1 StateTransition Time=2001 ProcID=0 Undetermined->Running Reason=""
M=7 P=0 G=-1 StateTransition Time=2002 GoID=1 Undetermined->Running Reason=""
M=7 P=0 G=1 Metric Time=2003 Name="/memory/classes/heap/objects:bytes" Value=Value{Uint64(4096)}
M=7 P=0 G=1 TaskBegin Time=2004 ID=5 Parent=18446744073709551615 Type="a task"
Stack=
	main.f<ESC>[2J @ 0x100
		main.go:12
	main.main @ 0x1000
		main.go:3

M=7 P=0 G=1 RegionBegin Time=2005 Task=5 Type="a region"
M=7 P=0 G=1 Log Time=2006 Task=5 Category="category" Message="esc \x1b[31m, quote \", bad \xff, ü, nl \n"
Stack=
	main.f<ESC>[2J @ 0x100
		main.go:12
	main.main @ 0x1000
		main.go:3

M=7 P=0 G=1 RangeBegin Time=2007 Name="GC concurrent mark phase" Scope=None
M=7 P=0 G=1 StateTransition Time=2008 GoID=2 NotExist->Runnable Reason=""
TransitionStack=
	main.f<ESC>[2J @ 0x100
		main.go:12
	main.main @ 0x1000
		main.go:3

M=7 P=0 G=1 RangeEnd Time=2009 Name="GC concurrent mark phase" Scope=None Attributes=[]
M=7 P=0 G=1 RegionEnd Time=2010 Task=5 Type="a region"
M=7 P=0 G=1 TaskEnd Time=2011 ID=5 Parent=18446744073709551615 Type="a task"
M=-1 P=-1 G=-1 Sync Time=2012 N=2
'''


def events(*arguments, **options):
    return run("events", *arguments, **options)


def exported(path, *options):
    """The events of `export`, and its verdict."""
    lines = documents(run("export", "--format", "ndjson", *options, path))
    return [line for line in lines[1:-1] if line["kind"] != "Trace"], lines[-1]


def messages_of(path, verdict):
    """What the commands say on standard error of a damaged trace."""
    for damage in verdict["damage"]:
        place = f"at byte {damage['offset']}"
        if damage["generation"] is not None:
            place += f", generation {damage['generation']}"
        yield f"tracecheck: {path}: {damage['severity']} {place}: {damage['message']}\n"


# The text


def test_a_scene_is_printed_as_go_prints_it(tmp_path):
    """Held against `go tool trace -d=parsed` of Go 1.26, byte for byte; a name in a stack is not escaped there."""
    (tmp_path / "scene").write_bytes(SCENE)
    expect(events(tmp_path / "scene", env=UTC), 0, SCENE_TEXT.replace("<ESC>", "\x1b"))


def test_on_a_terminal_what_could_harm_it_is_escaped(tmp_path):
    (tmp_path / "scene").write_bytes(SCENE)
    code, shown, streams = run_on_terminal("events", tmp_path / "scene", environment={"TZ": "UTC"})
    assert (code, shown.decode()) == (0, SCENE_TEXT.replace("<ESC>", "\\x1b"))
    assert streams["stderr"] == b""


@pytest.mark.parametrize("zone, wall", [
    ("Asia/Kolkata", "2023-11-15T03:43:20.123456789+05:30"),
    ("America/New_York", "2023-11-14T17:13:20.123456789-05:00"),
    ("UTC", "2023-11-14T22:13:20.123456789Z"),
])
def test_wall_times_are_local(zone, wall, tmp_path):
    if not (Path("/usr/share/zoneinfo") / zone).exists():
        pytest.skip("tzdata is not installed")
    (tmp_path / "scene").write_bytes(SCENE)
    first = events(tmp_path / "scene", env=os.environ | {"TZ": zone}).stdout.decode().split("\n")[0]
    assert first.endswith(f" Wall={wall}")


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_every_event_that_export_has_is_printed_in_its_order(path):
    """Kinds and contexts. Where text stands before the header, the Go tool reads nothing, and so do we."""
    found = EVENT.findall(events(path).stdout)
    expected, verdict = exported(path, "--no-salvage")
    if verdict["damage"] and verdict["damage"][0]["offset"] == 0 and path.parent == CORRUPT:
        assert expected and found == []
        return
    ids = [[-1 if e.get(name) is None else e[name] for name in ("thread", "proc", "goroutine")] for e in expected]
    assert [[int(i) for i in event[:3]] for event in found] == ids
    assert [event[3].decode() for event in found] == [e["kind"] for e in expected]
    if expected:
        start = int(found[0][4]) - expected[0]["time"]
        assert [int(event[4]) - start for event in found] == [e["time"] for e in expected]


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_with_salvage_every_event_that_export_has_is_printed_in_its_order(path):
    """~ before what was salvaged, ~? before what was not replayed."""
    found = MARKED_EVENT.findall(events("--salvage", path).stdout)
    expected, _ = exported(path)
    ids = [[-1 if e.get(name) is None else e[name] for name in ("thread", "proc", "goroutine")] for e in expected]
    assert [[int(i) for i in event[1:4]] for event in found] == ids
    assert [event[4].decode() for event in found] == [e["kind"] for e in expected]
    marks = ["" if not e.get("salvaged") else "~" if e.get("replayed", True) else "~?" for e in expected]
    assert [event[0].decode() for event in found] == marks


def test_the_fixtures_have_every_kind_of_event():
    kinds = Counter()
    for path in sorted(OK.glob("*.trace")):
        kinds.update(event[3].decode() for event in EVENT.findall(events(path).stdout))
    assert set(kinds) == {
        "Sync", "Metric", "Label", "StackSample", "RangeBegin", "RangeActive", "RangeEnd", "TaskBegin", "TaskEnd",
        "RegionBegin", "RegionEnd", "Log", "StateTransition", "Experimental",
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_the_events_of_a_cut_trace_are_the_first_ones_of_the_whole(version):
    whole = events(OK / f"go{version}-stop-late.trace").stdout
    cuts = sorted(TRUNCATED.glob(f"go{version}-cut-*.trace")) + sorted(TRUNCATED.glob(f"go{version}-nul-tail*"))
    assert len(cuts) >= 8
    for path in cuts:
        text = events(path).stdout
        # At the end of what came the Go tool prints a last Sync.
        body, _, sync = text.rstrip(b"\n").rpartition(b"\n")
        assert whole.startswith(body + b"\n") and b" Log " in body, path
        assert re.fullmatch(rb"M=-1 P=-1 G=-1 .*|\t.*|", sync) or whole.startswith(text), path


@pytest.mark.parametrize("name", ["go1.26-crasher.trace.gz", "go1.26-crasher.trace.zst"])
def test_packed_traces_give_the_same(name):
    expected = events(CRASHER).stdout.decode()
    expect(events(OK / name), 0, expected)
    expect(events(input=(OK / name).read_bytes()), 0, expected)
    expect(events("-", input=CRASHER.read_bytes()), 0, expected)


# What is wrong


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_exit_and_message_tell_the_verdict(path):
    result = events(path)
    _, verdict = exported(path, "--no-salvage")
    assert verdict["verdict"] == verdict_of_folder(path)
    assert result.returncode == EXITS[verdict["verdict"]]
    stderr = result.stderr.decode()
    if verdict["verdict"] == "complete":
        assert stderr == ""
    elif verdict["verdict"] in ("truncated", "corrupt"):
        # Where text stands before the header nothing behind it is read.
        unread = "prints-before" in path.name or "prints-around" in path.name
        messages = list(messages_of(path, verdict))
        # A trace that was cut inside its header, or before, has nothing to salvage.
        headless = verdict["verdict"] == "truncated" and path.name in ("empty.trace", "cut-header.trace")
        hint = "" if headless or "cut-zstd" in path.name else (
            f"tracecheck: {path}: --salvage prints what can be read past that\n")
        assert stderr == "".join(messages[:1] if unread else messages) + hint
        assert "--salvage prints" not in events("--salvage", path).stderr.decode()
    else:
        assert stderr.startswith(f"tracecheck: {path}: ") and stderr.count("\n") == 1


@pytest.mark.parametrize("command", [["events"], ["export", "--no-salvage", "--format", "ndjson"]], ids=lambda c: c[0])
def test_a_trace_that_is_cut_and_damaged_further_on_is_corrupt_whether_salvaged_or_not(command, tmp_path):
    path = made(tmp_path, cut_and_damaged())
    assert verify(path).returncode == EXITS["corrupt"]
    result = run(*command, path)
    assert result.returncode == EXITS["corrupt"]
    # The events end at the cut all the same.
    whole = run(*command, made(tmp_path, (OK / "go1.26-work.trace").read_bytes()[:-1], "cut.trace"))
    without_verdict = slice(None, -1) if command[0] == "export" else slice(None)
    assert result.stdout.splitlines()[without_verdict] == whole.stdout.splitlines()[without_verdict]
    assert whole.returncode == EXITS["truncated"]


@pytest.mark.parametrize("name, sentence", [
    ("truncated/empty.trace", "truncated at byte 0: there is nothing: not a single byte was written"),
    ("other/text.trace", 'not a trace: no trace header ("go 1.NN trace"); it looks like text'),
    ("other/go1.21-v1.trace",
     "not judged: a v1 trace (go 1.21), the format of Go 1.11 to 1.21; `go tool trace` reads it"),
    ("other/checksum.trace.gz", "the gzip data is damaged: its checksum does not match"),
    ("other/checksum.trace.zst", "the zstd data is damaged: its checksum does not match"),
])
def test_whole_messages(name, sentence):
    assert events(TESTDATA / name).stderr.decode() == f"tracecheck: {TESTDATA / name}: {sentence}\n"


@pytest.mark.parametrize("command", ["events", "wire"])
@pytest.mark.parametrize("name", ["go1.21-v1.trace", "future.trace"])
def test_a_version_that_is_not_judged_is_not_behind_foreign_text_either(command, name, tmp_path):
    path = made(tmp_path, b"hello\n" + (OTHER / name).read_bytes())
    result = run(command, path)
    assert (result.returncode, result.stdout) == (4, b"")
    assert result.stderr.startswith(f"tracecheck: {path}: not judged: ".encode())
    assert verify(path).returncode == 4


def test_what_came_before_a_wrong_checksum_is_printed():
    assert events(OTHER / "checksum.trace.gz").stdout == events(CRASHER).stdout


# While the child runs


@pytest.mark.parametrize("version", VERSIONS)
def test_a_generation_is_printed_as_soon_as_it_is_known_to_be_whole(version):
    path = OK / f"go{version}-stop-late.trace"
    trace = path.read_bytes()
    whole = events(path).stdout
    logs = [line for line in whole.split(b"\n") if b" Log " in line]
    end = known_to_be_whole(trace)
    with Live("events") as live:
        live.feed(trace[:end])
        live.wait_for(logs[5] + b"\n")
        assert whole.startswith(live.out)
        assert live.finish(trace[end:]) == (0, whole, b"")
