"""`tracecheck export`: the event stream and the document, against their schema, read back, over all fixtures."""

import base64
import json
import os
import re
import subprocess
import threading
from pathlib import Path

import jsonschema
import pytest

TRACECHECK = os.environ.get("TRACECHECK", "tracecheck")
TESTDATA = Path(os.environ.get("TESTDATA", Path(__file__).parents[2] / "testdata"))
SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "events.schema.json"

FIXTURES = sorted(
    p for folder in ("ok", "truncated", "corrupt", "other") for p in (TESTDATA / folder).iterdir() if p.is_file()
)
EXITS = {"complete": 0, "truncated": 3, "corrupt": 1, "not a trace": 1, "not judged": 4, "unreadable": 2}
CRASHER = TESTDATA / "ok" / "go1.26-crasher.trace"
KINDS_WITH_KNOWN_MEMBERS = (
    "Trace Verdict damage frame resource clock_snapshot experimental_batch named_value "
    "Sync Metric Label StackSample RangeBegin RangeActive RangeEnd TaskBegin TaskEnd RegionBegin RegionEnd Log "
    "StateTransition Experimental"
).split()


def name_of(path):
    return f"{path.parent.name}/{path.name}"


def export(*arguments, **options):
    return subprocess.run([TRACECHECK, "export", *map(str, arguments)], capture_output=True, timeout=300, **options)


def ndjson(path, *arguments):
    return export(path, "--format", "ndjson", *arguments)


def objects(result):
    return [json.loads(line) for line in result.stdout.decode("utf-8").splitlines()]


def strict(schema):
    """The schema, but a member that it does not name is an error: it would be one that nobody documented."""
    schema = json.loads(json.dumps(schema))
    for kind in KINDS_WITH_KNOWN_MEMBERS:
        schema["$defs"][kind]["unevaluatedProperties"] = False
    return schema


VALIDATOR = jsonschema.Draft202012Validator(strict(json.loads(SCHEMA.read_text())))
FRAME = jsonschema.Draft202012Validator({**VALIDATOR.schema, "if": True, "then": {"$ref": "#/$defs/frame"}})
seen = set()


def once(text):
    """False for a text that a schema cannot tell from one seen before: nothing differs but small numbers."""
    shape = re.sub(r"\d{1,15}(?!\d)", "7", text)
    new = shape not in seen
    seen.add(shape)
    return new


def validate(line):
    """One line. Frames, most of the text and all alike, are looked at by themselves."""
    event = json.loads(line)
    for name in ("stack", "resource_stack"):
        for frame in event.get(name) or ():
            if once(json.dumps(frame)):
                FRAME.validate(frame)
        if event.get(name):
            event[name] = event[name][:1]
    if once(json.dumps(event)):
        VALIDATOR.validate(event)


def jq(program, text, *options):
    return subprocess.run(["jq", *options, program], input=text, capture_output=True, check=True, timeout=300).stdout


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_every_line_of_every_fixture_is_as_the_schema_says(path):
    result = ndjson(path)
    lines = result.stdout.decode("utf-8").splitlines()
    for line in lines:
        validate(line)
    kinds = [json.loads(line)["kind"] for line in lines]
    verdict = json.loads(lines[-1])
    assert kinds[-1] == "Verdict" and kinds.count("Verdict") == 1
    assert kinds[0] == ("Verdict" if len(lines) == 1 else "Trace") and kinds.count("Trace") <= 1
    assert verdict["exit"] == EXITS[verdict["verdict"]] == result.returncode
    events = [k for k in kinds[:-1] if k not in ("Trace", "Sync")]
    assert verdict["events"] == len(events)
    times = [event["time"] for event in map(json.loads, lines[1:-1])]
    assert all(isinstance(t, str) for t in times) or times == sorted(set(times))
    assert (verdict["verdict"] == "complete") == (not result.stderr)


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_jq_reads_every_line_back_without_loss(path):
    result = ndjson(path)
    # Not splitlines: jq does not escape the line separators of Unicode, which are in a fixture.
    read_back = jq(".", result.stdout, "-c").split(b"\n")
    lines = result.stdout.split(b"\n")
    assert len(read_back) == len(lines)
    for ours, theirs in zip(lines[:-1], read_back[:-1]):
        assert json.loads(ours) == json.loads(theirs)


def test_what_grep_prints_is_as_the_schema_says():
    lines = []
    for path in FIXTURES:
        for options in ([], ["-H", "--wall"]):
            result = subprocess.run([TRACECHECK, "grep", "--json", *options, "-e", "", path], capture_output=True)
            lines += result.stdout.decode("utf-8").splitlines()
    for line in lines:
        validate(line)
    assert any("salvaged" in line for line in lines) and any('"message_id"' in line for line in lines)


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_document_has_the_same_objects(path):
    lines = objects(ndjson(path))
    result = export(path, "--format", "json")
    document = json.loads(result.stdout)
    assert document["trace"] == (lines[0] if len(lines) > 1 else None)
    assert document["events"] == lines[1:-1]
    assert document["verdict"] == lines[-1]
    assert result.returncode == lines[-1]["exit"]


def test_a_document_is_as_the_schema_says():
    for path in (CRASHER, TESTDATA / "truncated" / "cut-bare-header.trace", TESTDATA / "other" / "text.trace"):
        VALIDATOR.validate(json.loads(export(path, "--format", "json").stdout))


def test_the_schema_refuses_what_is_wrong():
    log = next(o for o in objects(ndjson(CRASHER)) if o["kind"] == "Log")
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
    every = json.loads(SCHEMA.read_text())["$defs"]["line"]["properties"]["kind"]["enum"]
    assert {kind.decode() for kind in found} == set(every)


def test_the_crash_scene():
    first, *_, last = lines = objects(ndjson(CRASHER))
    assert (first["kind"], first["schema"], first["go_version"]) == ("Trace", "tracecheck.events/1", "1.26")
    (log,) = [o for o in lines if o["kind"] == "Log"]
    assert (log["task"], log["category"], log["message"]) == (0, "xyzzy-cat", "xyzzy-msg")
    assert log["stack"][0]["func"] == "main.main"
    assert last["verdict"] == "complete"


def test_no_wall_time_before_go_1_25():
    first, sync, *_ = objects(ndjson(TESTDATA / "ok" / "go1.24-crasher.trace"))
    assert first["wall"] is None and sync["clock_snapshot"] is None
    first, sync, *_ = objects(ndjson(TESTDATA / "ok" / "go1.25-crasher.trace"))
    assert first["wall"].endswith("Z") and sync["clock_snapshot"]["wall"].endswith("Z")


@pytest.mark.parametrize("name", ["go1.26-crasher.trace.gz", "go1.26-crasher.trace.zst"])
def test_packed_traces_give_the_same(name):
    assert ndjson(TESTDATA / "ok" / name).stdout == ndjson(CRASHER).stdout


# Selection


def selected(*arguments, path=CRASHER):
    return objects(ndjson(path, *arguments))[1:-1]


def test_kinds_are_selected():
    everything = objects(ndjson(CRASHER))[1:-1]
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
    path = TESTDATA / "ok" / "go1.26-stop-late.trace"
    full = selected(path=path)
    end = full[-1]["time"]
    for option, holds in (
        ("--since", lambda e: e["time"] >= end - 1000000),
        ("--until", lambda e: e["time"] <= end - 1000000),
    ):
        expected = [e for e in full if holds(e)]
        assert 0 < len(expected) < len(full)
        result = export(path, "--format", form, option, "-1ms")
        events = objects(result)[1:-1] if form == "ndjson" else json.loads(result.stdout)["events"]
        assert events == expected


def test_wall_times_select_where_there_are_some():
    first, *events, _ = objects(ndjson(CRASHER))
    assert selected("--since", first["wall"]) == events
    assert selected("--until", "2001-01-01T00:00:00Z") == []
    result = ndjson(TESTDATA / "ok" / "go1.24-crasher.trace", "--since", "2001-01-01T00:00:00Z")
    assert (result.returncode, result.stdout) == (2, b"") and b"no wall clock" in result.stderr


# Exits, files, messages


def test_truncated_traces_can_be_allowed():
    path = TESTDATA / "truncated" / "go1.26-cut-batch.trace"
    assert ndjson(path).returncode == 3
    result = ndjson(path, "--allow-truncated")
    assert (result.returncode, objects(result)[-1]["exit"]) == (0, 0)
    assert b"truncated at byte" in result.stderr
    # Nothing could be read of this one.
    assert ndjson(TESTDATA / "truncated" / "cut-bare-header.trace", "--allow-truncated").returncode == 3


def test_without_a_header_there_is_only_the_verdict(tmp_path):
    for path, verdict in ((tmp_path / "missing", "unreadable"), (TESTDATA / "other" / "text.trace", "not a trace")):
        result = ndjson(path)
        assert [o["verdict"] for o in objects(result)] == [verdict]
        assert result.returncode == EXITS[verdict]


def test_output_goes_to_a_file(tmp_path):
    target = tmp_path / "out, [1].ndjson"
    result = ndjson(CRASHER, "-o", target)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    assert target.read_bytes() == ndjson(CRASHER).stdout
    assert list(tmp_path.iterdir()) == [target]


def test_damage_is_no_failure_of_ours(tmp_path):
    target = tmp_path / "out"
    path = TESTDATA / "truncated" / "go1.26-cut-batch.trace"
    assert ndjson(path, "-o", target).returncode == 3
    assert target.read_bytes() == ndjson(path).stdout


def test_an_input_that_is_not_there_replaces_nothing(tmp_path):
    target = tmp_path / "out"
    target.write_text("from before")
    assert ndjson(tmp_path / "missing", "-o", target).returncode == 2
    assert target.read_text() == "from before"
    assert list(tmp_path.iterdir()) == [target]


def test_the_input_is_never_written_over(tmp_path):
    path = tmp_path / "trace"
    path.write_bytes(CRASHER.read_bytes())
    link = tmp_path / "link"
    link.symlink_to(path)
    for output in (path, link):
        result = ndjson(path, "-o", output)
        assert result.returncode == 2 and b"no command changes its input" in result.stderr
    assert path.read_bytes() == CRASHER.read_bytes()


def test_a_full_disk_is_named():
    with open("/dev/full", "wb") as full:
        result = subprocess.run([TRACECHECK, "export", "--format", "ndjson", CRASHER], stdout=full, stderr=subprocess.PIPE)
    assert result.returncode == 2
    assert result.stderr.decode() == "tracecheck: standard output cannot be written: No space left on device\n"


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["--format", "yaml"], "unknown format yaml (known: ndjson, json)"),
        (["--format", "json", "--kind", "Log,Lug"], "unknown kind Lug (known: Sync, Metric, Label,"),
        ([], "--format is required"),
        (["--format", "json", "--message", "["], "is no regular expression"),
        (["--format", "json", "--since", "noon"], "--since noon is no time"),
        (["--format", "json", "another"], "unexpected argument another"),
    ],
)
def test_bad_usage_gets_a_sentence(arguments, sentence):
    result = export(CRASHER, *arguments)
    assert (result.returncode, result.stdout) == (2, b"")
    assert sentence in result.stderr.decode()


# Texts


def test_texts_of_strangers(tmp_path):
    """Bad bytes are told apart, what could harm a terminal is escaped, and nothing is lost."""
    data = CRASHER.read_bytes()
    assert data.count(b"xyzzy-msg") == 1
    for text in (b"a\xff\xfeb \xc3\xa9", b"\x1b[31m\"\\\t", "\u202e\u0085\U000e0001".encode()[:9]):
        path = tmp_path / "trace"
        path.write_bytes(data.replace(b"xyzzy-msg", text.ljust(9, b".")))
        result = ndjson(path)
        (log,) = [o for o in objects(result) if o["kind"] == "Log"]
        text = text.ljust(9, b".")
        try:
            assert log["message"] == text.decode("utf-8") and "message_base64" not in log
        except UnicodeDecodeError:
            assert log["message"].count("\ufffd") >= 1
            assert base64.b64decode(log["message_base64"]) == text
            validate(json.dumps(log))
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", result.stdout.decode("utf-8"))


# Streaming


def feed_and_read(arguments, first, rest, wanted):
    """Starts export on a pipe, writes `first`, reads until `wanted` comes, then writes the rest."""
    process = subprocess.Popen(
        [TRACECHECK, "export", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    process.stdin.write(first)
    process.stdin.flush()
    early = b""
    while wanted not in early and (piece := os.read(process.stdout.fileno(), 65536)):
        early += piece
    still_open = process.poll() is None
    process.stdin.write(rest)
    process.stdin.close()
    late = process.stdout.read()
    process.wait()
    watchdog.cancel()
    assert still_open and wanted in early
    return early + late


@pytest.mark.parametrize("form", ["ndjson", "json"])
def test_a_generation_is_written_before_the_next_one_is_there(form):
    path = TESTDATA / "ok" / "go1.26-stop-late.trace"
    whole = export(path, "--format", form).stdout
    data = path.read_bytes()
    # Only the first generation, with its marker: what comes next is not there yet.
    report = json.loads(subprocess.run([TRACECHECK, "verify", "--json", path], capture_output=True, check=True).stdout)
    generation = report["generations"][0]
    end = generation["offset"] + generation["length"]
    events = objects(ndjson(path))
    last = next(i for i, e in enumerate(events) if e["kind"] == "Sync" and e["n"] == 2) - 1
    wanted = f'"time":{events[last]["time"]},'.encode()
    assert feed_and_read(["--format", form], data[:end], data[end:], wanted) == whole


def test_a_reader_that_stops_early_ends_it_without_noise(tmp_path):
    path = TESTDATA / "ok" / "go1.26-many.trace"
    process = subprocess.Popen(
        [TRACECHECK, "export", "--format", "ndjson", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait(timeout=60)
