"""`tracecheck verify`: what it says of a file, as JSON and as text; causes and notes."""

import base64
import gzip
import json
import os
import re

import jsonschema
import pytest
from support import (
    CORRUPT,
    CRASHER,
    EXITS,
    FIXTURES,
    FREQUENCY,
    HEADER,
    OK,
    SAMPLES,
    STACKS,
    STRINGS,
    SYNC,
    TRUNCATED,
    VERSIONS,
    batches,
    documents,
    fixtures_like,
    jq,
    made,
    name_of,
    report,
    run,
    schema,
    validator,
    verdict_of_folder,
    verify,
)

VALIDATOR = validator("verify")


# Every fixture


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_folder_is_the_verdict(path, all_reports):
    document = all_reports[path]
    verdict = verdict_of_folder(path)
    assert (document["verdict"], document["exit"]) == (verdict, EXITS[verdict])
    assert document["file"] == str(path)


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_document_is_as_the_schema_says(path, all_reports):
    VALIDATOR.validate(all_reports[path])


def test_the_documents_of_what_is_no_trace_are_as_the_schema_says(tmp_path):
    for path in (tmp_path / "missing", tmp_path, made(tmp_path, b"")):
        report(path)
    bad_name = made(tmp_path, b"x", b"bad \xff name".decode("utf-8", "surrogateescape"))
    document = report(bad_name)
    assert document["file"] == f"{tmp_path}/bad \ufffd name"
    assert base64.b64decode(document["file_base64"]) == os.fsencode(bad_name)
    for data in (b"", CRASHER.read_bytes(), b"hello"):
        result = verify("--json", input=data)
        (document,) = documents(result)
        VALIDATOR.validate(document)
        assert document["file"] == "(standard input)"


def test_the_schemas_are_schemas_and_agree_on_damage():
    for name in ("verify", "stats"):
        jsonschema.Draft202012Validator.check_schema(schema(name))
        assert schema(name)["$defs"]["damage"] == schema("events")["$defs"]["damage"]


def test_no_definition_in_a_schema_leads_back_to_itself():
    """It would be a valid schema, and a validator go round in circles."""
    for name in ("events", "stats", "verify"):
        definitions = schema(name)["$defs"]
        for definition in definitions:
            seen = []
            while definition not in seen and "$ref" in definitions[definition]:
                seen.append(definition)
                definition = definitions[definition]["$ref"].removeprefix("#/$defs/")
            assert definition not in seen, (name, seen)


def test_the_schema_refuses_what_is_wrong():
    document = report(TRUNCATED / "go1.26-mapwrites-late.trace")
    for wrong in (
        {"verdict": "fine"},
        {"exit": 5},
        {"go_version": "1.24"},
        {"surplus": 1},
        {"events": {"replayed": -1, "salvageable": 0}},
        {"damage": [{}]},
        {"last_log": {}},
    ):
        assert not VALIDATOR.is_valid({**document, **wrong})
    for name in document:
        assert not VALIDATOR.is_valid({k: v for k, v in document.items() if k != name})


def where(damage):
    text = f"byte {damage['offset']}"
    for name in ("generation", "batch", "thread"):
        if damage[name] is not None:
            text += f", {name} {damage[name]}"
    return f"{text}, reading {damage['reading']}"


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_text_says_what_the_document_says(path, all_reports):
    document = all_reports[path]
    result = verify(path)
    head, *rest = result.stdout.decode().split("\n")[:-1]
    message = f": {document['message']}" if document["message"] else ""
    assert head == f"{path}: {document['verdict']}{message}"
    assert (result.returncode, result.stderr) == (document["exit"], b"")
    labels = [line[2:12].strip() for line in rest]
    texts = [line[12:] for line in rest]
    by_label = {}
    label = ""
    for name, text in zip(labels, texts):
        label = name or label
        by_label.setdefault(label, []).append(text)
    if document["message"] is None:
        damage = sorted(document["damage"], key=lambda d: d["offset"])[:5]
        places = [where(d) for d in damage]
        assert by_label.get("where", []) + by_label.get("and", []) == places
        for d in damage:
            assert d["message"] in by_label["what"]
    causes = by_label.get("perhaps", []) + by_label.get("or", [])
    assert causes == ([] if document["verdict"] == "complete" else document["end"]["causes"])
    assert by_label.get("note", []) == document["notes"]
    assert ("last log" in by_label) == (document["last_log"] is not None)
    readable = document["last_readable_log"]
    assert ("readable" in by_label) == (readable not in (None, document["last_log"]))


# Every member, by other means than verify's


def unpacked(path):
    open_ = {".gz": gzip.open, ".trace": open}[path.suffix]
    with open_(path, "rb") as stream:
        return stream.read()


def generations_of(trace):
    """id, offset, length, events' threads of each, from the bytes."""
    found = []
    for batch in batches(trace):
        if batch.generation and (not found or found[-1]["id"] != batch.generation):
            found.append({"id": batch.generation, "offset": batch.offset, "threads": set(), "batches": 0})
        found[-1]["length"] = batch.end - found[-1]["offset"]
        found[-1]["batches"] += batch.generation != 0
        if batch.holds(trace) not in (-1, STACKS, STRINGS, SAMPLES, FREQUENCY, SYNC):
            found[-1]["threads"].add(batch.thread)
    return [g | {"threads": len(g["threads"])} for g in found]


def last_metric(events, name):
    return next((e["value"] for e in reversed(events) if e["kind"] == "Metric" and e["name"] == name), None)


def number_or_none(value):
    return None if value is None else int(value)


WHOLE = [path for path in FIXTURES if path.parent == OK and path.suffix != ".zst"]


def last_time(events):
    """The time on the wire of what came last: the Sync behind the last generation tells no time, and one just behind an
    event of the same time was moved on by one."""
    *before, last = events[:-1]
    moved = last["kind"] == "Sync" and before and last["time"] == before[-1]["time"] + 1
    return before[-1]["time"] if moved else last["time"]


@pytest.mark.parametrize("path", WHOLE, ids=name_of)
def test_every_member_is_what_the_bytes_and_the_export_say(path, all_reports):
    document, trace = all_reports[path], unpacked(path)
    first, *events, _ = documents(run("export", "--format", "ndjson", path))
    logs = [e for e in events if e["kind"] == "Log"]
    wall = first["wall"]
    assert document["schema"] == "tracecheck.verify/1"
    assert run("--version").stdout.decode().startswith(document["tool"])
    assert (document["file"], document["verdict"], document["exit"]) == (str(path), "complete", 0)
    packed = path.stat().st_size if path.suffix == ".gz" else None
    compression = "gzip" if packed else "none"
    assert document["input"] == {"bytes": len(trace), "packed_bytes": packed, "compression": compression}
    assert document["go_version"] == trace[3:7].decode() == first["go_version"]
    names = ("id", "offset", "length", "batches", "threads")
    assert [{name: g[name] for name in names} for g in document["generations"]] == generations_of(trace)
    assert document["events"]["replayed"] == len([e for e in events if e["kind"] != "Sync"])
    assert document["logs"] == {"total": len(logs), "text_lost": 0}
    assert document["time"] == {
        "start": first["start"],
        "start_wall": wall,
        "duration": last_time(events),
        "frequency_source": "trace",
    }
    assert (wall is None) == (document["go_version"] < "1.25")
    log_members = ("time", "goroutine", "task", "category", "message")
    last = {name: logs[-1][name] for name in log_members} if logs else None
    assert (document["last_log"] and {name: document["last_log"][name] for name in log_members}) == last
    assert document["last_readable_log"] == document["last_log"]
    collections = [e["kind"] for e in events if e.get("name") == "GC concurrent mark phase"]
    assert document["last_memory"] == {
        "heap_live": number_or_none(last_metric(events, "/memory/classes/heap/objects:bytes")),
        "heap_goal": number_or_none(last_metric(events, "/gc/heap/goal:bytes")),
        "gc_on": collections[-1] != "RangeEnd" if collections else None,
    }


def test_the_members_of_a_damaged_place(tmp_path):
    data = (OK / "go1.26-stop-late.trace").read_bytes()
    batch = batches(data)[2]
    document = report(made(tmp_path, data[: batch.offset] + b"hello\n" + data[batch.offset :]))
    assert document["damage"] == [
        {
            "code": "foreign_bytes",
            "severity": "corrupt",
            "offset": batch.offset,
            "length": 6,
            "generation": batch.generation,
            "batch": 2,
            "thread": None,
            "reading": "stream",
            "found": '"hello\\n"',
            "message": 'text that is not the trace\'s stands in the stream: "hello\\n"; '
            "something else writes to where the trace goes",
            "resumes_at": batch.offset + 6,
            "lost": 0,
        }
    ]


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_facts_hold_together(path, all_reports):
    d = all_reports[path]
    packed = path.suffix in (".gz", ".zst")
    if d["verdict"] == "complete":
        assert d["damage"] == [] and d["message"] is None
        assert d["events"]["salvageable"] == d["logs"]["text_lost"] == 0
        size = path.stat().st_size
        assert d["input"]["packed_bytes" if packed else "bytes"] == size
    elif d["message"] is None or d["verdict"] == "not a trace":
        assert d["damage"] and d["damage"][0]["severity"] == ("truncated" if d["verdict"] == "truncated" else "corrupt")
    if d["verdict"] in ("complete", "truncated", "corrupt"):
        assert d["message"] is None and d["end"]["kind"] and d["end"]["causes"]
    else:
        assert d["message"] and d["end"] == {"kind": None, "causes": []}
    end = HEADER
    for g in d["generations"]:
        assert g["offset"] >= end
        end = g["offset"] + g["length"]
    assert end <= max(d["input"]["bytes"] or end, HEADER)
    assert d["events"]["replayed"] in (None, sum(g["events"] for g in d["generations"]))
    if d["go_version"] is None:
        assert d["events"]["replayed"] is d["logs"]["total"] is d["time"]["start"] is None
    elif d["last_log"]:
        # A trace of a few seconds: times count from its start, also where nothing could be replayed.
        assert 0 <= d["last_log"]["time"] <= d["time"]["duration"] < 10_000_000_000
    for damage in d["damage"]:
        assert damage["offset"] <= (d["input"]["bytes"] or 0)


def test_a_missing_frequency_is_named(all_reports):
    for path in fixtures_like(r"truncated/.*-cut-frequency\.trace"):
        assert "no frequency" in all_reports[path]["damage"][0]["message"]
        assert all_reports[path]["time"]["frequency_source"] == "earlier generation"
    for path in fixtures_like(r"truncated/go1\.2[234]-.*-early\.trace"):
        assert all_reports[path]["time"]["frequency_source"] == "assumed"
        assert any("64 ns" in note for note in all_reports[path]["notes"])


def test_causes_are_candidates(all_reports):
    """No cut tells who cut: there is more than one candidate, and no sentence claims one."""
    kill, leave, fatal = (
        "killed by a signal (SIGKILL, SIGTERM, SIGQUIT; out of memory)",
        "os.Exit, log.Fatal or a return from main without trace.Stop",
        "a fatal error of the runtime (concurrent map writes, stack overflow, out of memory)",
    )
    panic = "an uncaught panic (Go 1.22 does not flush the trace; 1.23 and later do)"
    deaths = "return|exit|unlock|mapwrites|overflow|sig(kill|term|quit)|panic|nil|chatty"
    for path in fixtures_like(rf"truncated/.*-({deaths})-(early|late|between)\.trace"):
        candidates = [kill, leave, fatal] + ([panic] if "go1.22" in path.name else [])
        assert all_reports[path]["end"]["causes"] == candidates
    for path, document in all_reports.items():
        if document["verdict"] == "truncated":
            assert len(document["end"]["causes"]) > 1
            for damage in document["damage"]:
                assert not re.search("kill|panic|SIG|os.Exit", damage["message"])


ENDS = [
    (r"ok/.*-(stop|panic|nil)-.*|ok/go1\.2[23].*", ("end of a generation", "next generation begun")),
    (r"truncated/(empty|cut-header|cut-bare-header|.*-exit-bare)\.trace", ("nothing but the beginning",)),
    (r"truncated/.*-cut-(batch-header|varint|batch|record)\.trace", ("cut inside a batch",)),
    (r"truncated/.*-cut-(between-batches|stacks|strings|frequency|marker)\.trace", ("cut between batches",)),
    (r"truncated/.*-cut-(gzip|zstd)\..*", ("cut in the compressed data",)),
    (r"truncated/.*-nul-tail.*", ("zero bytes",)),
    (r"corrupt/.*-(prints-(before|between|around)|text-after)\.trace", ("foreign bytes",)),
    (r"corrupt/.*-twice\.trace", ("a second trace",)),
    (r"corrupt/.*-(flip-gen|flip-seq|hole|lost-strings|swapped-generations|crlf)\.trace", ("damaged",)),
]


@pytest.mark.parametrize("pattern, kinds", ENDS, ids=[row[0] for row in ENDS])
def test_the_ends_are_told_apart(pattern, kinds, all_reports):
    for path in fixtures_like(pattern):
        assert all_reports[path]["end"]["kind"] in kinds, path


def test_what_nobody_can_see_is_a_note(all_reports):
    """A kill between generations leaves a complete trace (before 1.25), or one that goes on with a Sync."""
    between = "a kill between two generations leaves such a trace too: up to a second may be gone, unseen"
    before = (
        "trace.Stop did not end it: it was a panic, which loses nothing, or a kill or os.Exit, and then up to a second "
        "may be gone, unseen"
    )
    for version in VERSIONS:
        document = all_reports[OK / f"go{version}-exit-between.trace"]
        assert (between if version < "1.25" else before) in document["notes"]
        assert "killed, or ended without trace.Stop, just after a generation was written" in document["end"]["causes"]
    assert all_reports[OK / "go1.26-stop-late.trace"]["notes"] == []


# Sentences. Numbers differ whenever the fixtures are made again.

WHOLE_TEXTS = [
    (
        "ok/go1.26-crasher.trace",
        """{file}: complete
  trace     go 1.26, 1 generation, N events, 1 log, Nms, from 20N-N-NTN:N:N.NZ
  last log  0.N g1 xyzzy-cat: xyzzy-msg
  memory    heap N MB, goal N MB
  note      trace.Stop did not end it: it was a panic, which loses nothing, or a kill or os.Exit, and \
then up to a second may be gone, unseen
""",
    ),
    (
        "truncated/go1.26-mapwrites-late.trace",
        """{file}: truncated
  trace     go 1.26, 3 generations, N events, N logs, Ns, from 20N-N-NTN:N:N.NZ
  where     byte N, generation 3, batch N, reading generation
  what      the data ends inside generation 3: its end marker is missing
  rest      N of the events can only be salvaged, from the generation that is not whole; the texts of 2 logs are lost
  perhaps   killed by a signal (SIGKILL, SIGTERM, SIGQUIT; out of memory)
  or        os.Exit, log.Fatal or a return from main without trace.Stop
  or        a fatal error of the runtime (concurrent map writes, stack overflow, out of memory)
  last log  N g20 string#N: string#N
  readable  N g1 task 1 tick: number 39
  memory    heap N MB, goal N MB
  next      `tracecheck grep` searches what is there, `tracecheck export` writes it, `tracecheck repair` makes a trace that the Go tools open
""",
    ),
    (
        "truncated/empty.trace",
        """{file}: truncated
  where     byte 0, reading header
  what      there is nothing: not a single byte was written
  perhaps   killed by a signal (SIGKILL, SIGTERM, SIGQUIT; out of memory)
  or        os.Exit, log.Fatal or a return from main without trace.Stop
  or        a fatal error of the runtime (concurrent map writes, stack overflow, out of memory)
  next      nothing was written; the program must call trace.Start with this file or stream
""",
    ),
    (
        "truncated/go1.26-cut-zstd.trace.zst",
        """{file}: truncated
  where     byte 0, reading stream
  what      the zstd data ends early
  perhaps   a copy or download that did not finish
  or        the compressing program was killed
  next      copy it once more, whole, from where it comes from
""",
    ),
    (
        "truncated/go1.26-nul-tail-whole.trace",
        """{file}: truncated
  trace     go 1.26, 3 generations, N events, N logs, Ns, from 20N-N-NTN:N:N.NZ
  where     byte N, generation 3, batch N, reading batch type
  what      from here on there are only zero bytes, N of them: the file was being written when the machine stopped
  perhaps   the machine lost power or crashed while the file was being written
  or        a file that was given its size beforehand
  last log  N g1 task 1 last: from the main thread
  memory    heap N MB, goal N MB
  next      `tracecheck grep` searches what is there, `tracecheck export` writes it, `tracecheck repair` makes a trace that the Go tools open
""",
    ),
    (
        "corrupt/go1.26-prints-around.trace",
        """{file}: corrupt
  trace     go 1.26, 1 generation, N events, 1 log, Nms, from 20N-N-NTN:N:N.NZ
  where     byte 0, reading header
  what      20 bytes that are not the trace's stand before its header: "=== RUN   TestXyzzy\\n"; \
something else writes to where the trace goes
            a batch of the trace follows at byte 20
  and       byte N, generation 1, batch N, reading stream
  what      text that is not the trace's stands behind it: "--- PASS: TestXyzzy (Ns)\\nPASS\\n"; \
something else writes to where the trace goes
  perhaps   the program, or one it started, prints to the stream that its trace goes to
  last log  N g1 xyzzy-cat: xyzzy-msg
  memory    heap N MB, goal N MB
  next      `tracecheck grep` searches what is there, `tracecheck export` writes it, `tracecheck repair` makes a trace that the Go tools open
  then      let the program write its trace to a file or a descriptor of its own
""",
    ),
]

A_NUMBER = r"(?<![A-Za-z0-9])N(?![A-Za-z])|(?<=[T0])N|N(?=[smTZ])|N(?= MB)"


@pytest.mark.parametrize("name, text", WHOLE_TEXTS, ids=[row[0] for row in WHOLE_TEXTS])
def test_whole_texts(name, text):
    path = OK.parent / name
    pattern = re.escape(text.replace("{file}", str(path)))
    pattern = re.sub(A_NUMBER, lambda _: r"[0-9.]+", pattern)
    assert re.fullmatch(pattern, verify(path).stdout.decode())


# jq


def test_jq_reads_the_documents_back(all_reports):
    text = verify("--json", *FIXTURES).stdout
    assert [json.loads(line) for line in jq(".", text, "-c").split(b"\n")[:-1]] == list(all_reports.values())


# Texts


def test_a_marker_with_text_behind_it_is_no_part_of_the_text(all_reports):
    (text,) = [
        d for d in all_reports[CORRUPT / "go1.26-prints-inside.trace"]["damage"] if d["reading"] == "stream"
    ]
    assert (text["offset"], text["length"]) == (57656, 30)
    assert text["found"].startswith('"hello')


@pytest.mark.parametrize("path", fixtures_like(r"(truncated|corrupt)/go.*"), ids=name_of)
def test_the_last_readable_log_is_the_last_that_has_its_texts(path, all_reports):
    logs = [e for e in documents(run("export", "--format", "ndjson", "--kind", "Log", path)) if e["kind"] == "Log"]
    readable = [e for e in logs if e["category"] is not None and e["message"] is not None]
    found = all_reports[path]["last_readable_log"]
    texts = found and (found["category"], found["message"])
    last = max(readable, key=lambda e: e["time"], default=None)
    assert texts == (last and (last["category"], last["message"]))


def test_a_long_last_log_is_cut():
    (line,) = [line for line in verify(CORRUPT / "go1.26-prints-inside.trace").stdout.decode().splitlines()
               if line.startswith("  last log")]
    assert re.fullmatch(r"  last log  [0-9.]+ g1 filling: 59\.{198}… \(702 bytes more\)", line)
