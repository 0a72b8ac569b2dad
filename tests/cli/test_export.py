"""`tracecheck export`: the event stream and the document, against their schema, read back, over all fixtures."""

import base64
import json
import re

import jsonschema
import pytest
from event_schema import VALIDATOR, validate
from support import (
    CRASHER,
    EXITS,
    FIXTURES,
    OK,
    OTHER,
    TRUNCATED,
    Live,
    documents,
    expect,
    jq,
    known_to_be_whole,
    name_of,
    run,
    schema,
)


def export(*arguments, **options):
    return run("export", *arguments, **options)


def ndjson(path, *arguments):
    return export(path, "--format", "ndjson", *arguments)


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema("events"))


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_every_line_of_every_fixture_is_as_the_schema_says(path):
    result = ndjson(path)
    lines = result.stdout.decode("utf-8").splitlines()
    for line in lines:
        validate(line)
    kinds = [json.loads(line)["kind"] for line in lines]
    verdict = json.loads(lines[-1])
    assert kinds[-1] == "Verdict" and kinds.count("Verdict") == 1
    assert kinds[0] == ("Verdict" if len(lines) == 1 else "Trace") and kinds.count("Trace") == len(verdict["segments"])
    assert verdict["exit"] == EXITS[verdict["verdict"]] == result.returncode
    events = [e for e in map(json.loads, lines[:-1]) if e["kind"] not in ("Trace", "Sync")]
    salvaged = sum(e.get("salvaged", False) for e in events)
    assert verdict["events"] == len(events) - salvaged
    # A switch of goroutines gives three events, and some ends of syscalls two.
    assert (salvaged + 2) // 3 <= verdict["salvaged"] <= salvaged
    check_times(map(json.loads, lines[:-1]))
    assert (verdict["verdict"] == "complete") == (not result.stderr)


def check_times(objects):
    """Strictly increasing; of salvaged events on each thread of a generation. A new segment begins at its own 0."""
    newest, of_threads = None, {}
    for event in objects:
        if event["kind"] == "Trace":
            newest, of_threads = None, {}
            continue
        time = event["time"]
        if isinstance(time, str):
            return
        if event.get("salvaged") and event["kind"] != "Sync":
            before = of_threads.get(event["thread"])
            of_threads[event["thread"]] = time
        else:
            before, newest = newest, time
            of_threads = {} if event["kind"] == "Sync" else of_threads
        assert before is None or time > before, event


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_jq_reads_every_line_back_without_loss(path):
    result = ndjson(path)
    # Not splitlines: jq does not escape the line separators of Unicode, which are in a fixture.
    read_back = jq(".", result.stdout, "-c").split(b"\n")
    lines = result.stdout.split(b"\n")
    assert len(read_back) == len(lines)
    for ours, theirs in zip(lines[:-1], read_back[:-1]):
        assert json.loads(ours) == json.loads(theirs)


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_document_has_the_same_objects(path):
    lines = documents(ndjson(path))
    result = export(path, "--format", "json")
    document = json.loads(result.stdout)
    assert document["trace"] == (lines[0] if len(lines) > 1 else None)
    assert document["events"] == lines[1:-1]
    assert document["verdict"] == lines[-1]
    assert result.returncode == lines[-1]["exit"]


def test_a_document_is_as_the_schema_says():
    for path in (CRASHER, TRUNCATED / "cut-bare-header.trace", OTHER / "text.trace"):
        VALIDATOR.validate(json.loads(export(path, "--format", "json").stdout))


def test_the_schema_refuses_what_is_wrong():
    log = next(o for o in documents(ndjson(CRASHER)) if o["kind"] == "Log")
    VALIDATOR.validate(log)
    for wrong in (
        {"kind": "Lag"},
        {"time": 2**53 + 1},
        {"time": "-0"},
        {"thread": -1},
        {"thread": "x"},
        {"message": None},
        {"message_base64": "?"},
        {"stack": {}},
        {"surplus": 1},
        {"salvaged": False},
    ):
        with pytest.raises(jsonschema.ValidationError):
            VALIDATOR.validate({**log, **wrong})
    for name in log:
        if name != "stack":
            with pytest.raises(jsonschema.ValidationError):
                VALIDATOR.validate({k: v for k, v in log.items() if k != name})


def test_every_kind_of_event_is_in_the_fixtures():
    found = set()
    for path in FIXTURES:
        found |= set(re.findall(rb'^{"kind":"(\w+)"', ndjson(path, "--no-stacks").stdout, re.M))
    every = schema("events")["$defs"]["line"]["properties"]["kind"]["enum"]
    assert {kind.decode() for kind in found} == set(every)


def test_the_crash_scene():
    first, *_, last = lines = documents(ndjson(CRASHER))
    assert (first["kind"], first["schema"], first["go_version"]) == ("Trace", "tracecheck.events/1", "1.26")
    (log,) = [o for o in lines if o["kind"] == "Log"]
    assert (log["task"], log["category"], log["message"]) == (0, "xyzzy-cat", "xyzzy-msg")
    assert log["stack"][0]["func"] == "main.main"
    assert last["verdict"] == "complete"


def test_no_wall_time_before_go_1_25():
    first, sync, *_ = documents(ndjson(OK / "go1.24-crasher.trace"))
    assert first["wall"] is None and sync["clock_snapshot"] is None
    first, sync, *_ = documents(ndjson(OK / "go1.25-crasher.trace"))
    assert first["wall"].endswith("Z") and sync["clock_snapshot"]["wall"].endswith("Z")


@pytest.mark.parametrize("name", ["go1.26-crasher.trace.gz", "go1.26-crasher.trace.zst"])
def test_packed_traces_give_the_same(name):
    assert ndjson(OK / name).stdout == ndjson(CRASHER).stdout


# Selection


def selected(*arguments, path=CRASHER):
    return documents(ndjson(path, *arguments))[1:-1]


def test_kinds_are_selected():
    everything = documents(ndjson(CRASHER))[1:-1]
    for arguments in (["--kind", "Log,Sync"], ["--kind", "log", "--kind", "SYNC"], ["--kind=Sync,Log"]):
        assert selected(*arguments) == [e for e in everything if e["kind"] in ("Log", "Sync")]


def test_the_file_may_stand_behind_kind():
    assert export("--format", "ndjson", "--kind", "Log", CRASHER).returncode == 0


def test_stacks_are_left_out_on_request():
    bare = selected("--no-stacks")
    full = selected()
    assert any(e.get("stack") for e in full) and any(e.get("resource_stack") for e in full)
    for event in full:
        event.pop("stack")
        event.pop("resource_stack", None)
    assert bare == full


def test_selection_is_that_of_grep():
    full = selected()
    log = next(e for e in full if e["kind"] == "Log")
    assert selected("--category", "^xyzzy-cat$", "--message", "msg") == [log]
    assert selected("--message", "nothing like it") == []
    g = log["goroutine"]
    assert selected("--goroutine", g) == [
        e
        for e in full
        if e["goroutine"] == g or e.get("resource") == {"kind": "Goroutine", "id": g}
    ]
    at = f"{log['time']}ns"
    assert selected("--since", at, "--until", at) == [log]


@pytest.mark.parametrize("form", ["ndjson", "json"])
def test_times_count_from_the_end_too(form):
    path = OK / "go1.26-stop-late.trace"
    full = selected(path=path)
    end = full[-1]["time"]
    for option, holds in (
        ("--since", lambda e: e["time"] >= end - 1000000),
        ("--until", lambda e: e["time"] <= end - 1000000),
    ):
        expected = [e for e in full if holds(e)]
        assert 0 < len(expected) < len(full)
        result = export(path, "--format", form, option, "-1ms")
        events = documents(result)[1:-1] if form == "ndjson" else json.loads(result.stdout)["events"]
        assert events == expected


def test_wall_times_select_where_there_are_some():
    first, *events, _ = documents(ndjson(CRASHER))
    assert selected("--since", first["wall"]) == events
    assert selected("--until", "2001-01-01T00:00:00Z") == []
    result = ndjson(OK / "go1.24-crasher.trace", "--since", "2001-01-01T00:00:00Z")
    assert (result.returncode, result.stdout) == (2, b"") and b"no wall clock" in result.stderr


def test_a_trace_in_a_stream_has_no_clock_but_its_own(tmp_path):
    path = tmp_path / "trace"
    path.write_bytes(CRASHER.read_bytes() + (OK / "go1.24-crasher.trace").read_bytes())
    result = ndjson(path, "--since", "2001-01-01T00:00:00Z")
    assert result.returncode == 2 and b"no wall clock" in result.stderr
    path.write_bytes(CRASHER.read_bytes() + (OK / "go1.26-work.trace").read_bytes())
    first, second = [o["wall"] for o in documents(ndjson(path, "--wall", "--kind", "Sync")) if o.get("n") == 1]
    events = documents(ndjson(path, "--wall", "--since", max(first, second)))[1:-1]
    assert events and all(e["wall"] >= max(first, second) for e in events if e["kind"] != "Trace")


@pytest.mark.parametrize("options", [("--since", "1h"), ("--until=-1h",), ("--goroutine", "99999"), ("-e", "no such log")])
@pytest.mark.parametrize("form", ["ndjson", "json", "csv", "chrome", "perfetto"])
def test_that_nothing_is_selected_is_said(form, options):
    expect(export(CRASHER, "--format", form, *options), 0, None, f"tracecheck: {CRASHER}: no event is selected\n")
    assert b"selected" not in export(CRASHER, CRASHER, "--format", "ndjson", *options).stderr, "of each of many"


def test_what_is_selected_of_the_first_of_two_traces_is_something(tmp_path):
    path = tmp_path / "trace"
    path.write_bytes((OK / "go1.26-work.trace").read_bytes() + (OK / "go1.26-flight.trace").read_bytes())
    middle = documents(ndjson(OK / "go1.26-work.trace", "--wall"))[1000]["wall"]
    for form in ("ndjson", "chrome"):
        assert b"no event is selected" not in export(path, "--format", form, "--until", middle).stderr


# Exits, files, messages


def test_without_a_header_there_is_only_the_verdict(tmp_path):
    for path, verdict in ((tmp_path / "missing", "unreadable"), (OTHER / "text.trace", "not a trace")):
        result = ndjson(path)
        assert [o["verdict"] for o in documents(result)] == [verdict]
        assert result.returncode == EXITS[verdict]


def test_an_input_that_is_not_there_replaces_nothing(tmp_path):
    target = tmp_path / "out"
    target.write_text("from before")
    assert ndjson(tmp_path / "missing", "-o", target).returncode == 2
    assert target.read_text() == "from before"
    assert list(tmp_path.iterdir()) == [target]


# Texts


def test_texts_of_strangers(tmp_path):
    """Bad bytes are told apart, what could harm a terminal is escaped, and nothing is lost."""
    data = CRASHER.read_bytes()
    assert data.count(b"xyzzy-msg") == 1
    for text in (b"a\xff\xfeb \xc3\xa9", b"\x1b[31m\"\\\t", "\u202e\u0085\U000e0001".encode()[:9]):
        path = tmp_path / "trace"
        path.write_bytes(data.replace(b"xyzzy-msg", text.ljust(9, b".")))
        result = ndjson(path)
        (log,) = [o for o in documents(result) if o["kind"] == "Log"]
        text = text.ljust(9, b".")
        try:
            assert log["message"] == text.decode("utf-8") and "message_base64" not in log
        except UnicodeDecodeError:
            assert log["message"].count("\ufffd") >= 1
            assert base64.b64decode(log["message_base64"]) == text
            validate(json.dumps(log))
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", result.stdout.decode("utf-8"))


# Streaming


@pytest.mark.parametrize("form", ["ndjson", "json"])
def test_a_generation_is_written_before_the_next_one_is_there(form):
    path = OK / "go1.26-stop-late.trace"
    whole = export(path, "--format", form).stdout
    # Only the first generation, with its marker: what comes next is not there yet.
    data = path.read_bytes()
    end = known_to_be_whole(data)
    events = documents(ndjson(path))
    last = next(i for i, e in enumerate(events) if e["kind"] == "Sync" and e["n"] == 2) - 1
    with Live("export", "--format", form) as live:
        live.feed(data[:end])
        live.wait_for(f'"time":{events[last]["time"]},'.encode())
        assert live.finish(data[end:]) == (0, whole, b"")
