"""`tracecheck stats`: what is on the wire, counted, held against the text of `wire` and the bytes of the file; and what
the events come to, held against the events that `export` writes. test_stats_go_tool.py has the Go tool's numbers."""

import gzip
import os
import re
from collections import Counter

import jsonschema
import pytest
from made import SCENE
from stats_calls import VALIDATOR, document, stats
from support import (
    CORRUPT,
    CRASHER,
    END_OF_GENERATION,
    EXITS,
    FIXTURES,
    HEADER,
    OK,
    OTHER,
    TESTDATA,
    TRUNCATED,
    WHOLE,
    WITHOUT_TEXT,
    batches,
    documents,
    expect,
    fixtures_like,
    name_of,
    run,
    run_on_terminal,
    schema,
    verdict_of_folder,
)


# What only the order of events, or a look at the tables, would show.
UNSEEN = ("flip-seq", "lost-strings", "go1.26-swapped-generations")


@pytest.fixture(scope="module")
def all_documents():
    return dict(zip(FIXTURES, documents(stats("--json", *FIXTURES))))


# The document


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_document_is_as_the_schema_says(path, all_documents):
    VALIDATOR.validate(all_documents[path])


def test_the_schema_is_one_and_refuses_what_is_wrong():
    jsonschema.Draft202012Validator.check_schema(schema("stats"))
    good = document(CRASHER)
    for change in (
        {"verdict": "fine"}, {"exit": 5}, {"schema": "tracecheck.stats/2"}, {"go_version": "1.24"}, {"bytes": -1},
        {"bytes": "x"}, {"surprise": 1}, {"summary": {}},
        {"event_types": [{"name": "GoStart"}]}, {"message": 1}, {"generations": None},
    ):
        assert not VALIDATOR.is_valid(good | change), change
    for name in good:
        if name != "file_base64":
            assert not VALIDATOR.is_valid({key: value for key, value in good.items() if key != name}), name


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_verdict_is_verifys(path, all_documents):
    found = all_documents[path]
    verdict = verdict_of_folder(path)
    assert (found["verdict"], found["exit"]) == (verdict, EXITS[verdict])
    result = stats(path)
    assert result.returncode == EXITS[verdict]
    if verdict == "complete":
        assert (result.stderr, found["damage"], found["message"]) == (b"", [], None)
    elif verdict in ("truncated", "corrupt"):
        assert found["message"] is None and found["damage"]
        assert result.stderr.decode() == "".join(
            f"tracecheck: {path}: {d['severity']} at byte {d['offset']}"
            + (f", generation {d['generation']}" if d["generation"] is not None else "") + f": {d['message']}\n"
            for d in found["damage"]
        )
    else:
        kind = "" if verdict == "unreadable" else f"{verdict}: "
        assert result.stderr.decode() == f"tracecheck: {path}: {kind}{found['message']}\n"
    assert stats("--json", path).stderr == result.stderr


# The numbers


def names_in_text(path):
    """How many events and records of each type the text of `wire` has."""
    text = run("wire", path).stdout.decode()
    return Counter(re.findall(r"^([A-Z]\w+)", text, re.MULTILINE)[1:])


@pytest.mark.parametrize("path", WHOLE, ids=name_of)
def test_events_are_counted_as_the_text_has_them(path, all_documents):
    found = all_documents[path]
    counted = {row["name"]: row["count"] for row in found["event_types"]}
    if path not in WITHOUT_TEXT:
        assert counted == names_in_text(path)


@pytest.mark.parametrize("path", WHOLE, ids=name_of)
def test_every_byte_is_counted_once(path, all_documents):
    found, data = all_documents[path], path.read_bytes()
    assert found["bytes"] == len(data) - HEADER
    assert sum(row["bytes"] for row in found["event_types"]) == found["bytes"]
    assert sum(g["bytes"] for g in found["generations"]) == found["bytes"]
    sizes = [row["bytes"] for row in found["event_types"]]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("path", WHOLE, ids=name_of)
def test_generations_are_where_their_batches_are(path, all_documents):
    expected, last = {}, None
    for batch in batches(path.read_bytes()):
        if batch.type == END_OF_GENERATION:
            last["bytes"] += batch.end - batch.offset
            continue
        last = expected.setdefault(
            batch.generation, {"id": batch.generation, "offset": batch.offset, "bytes": 0, "batches": 0}
        )
        last["bytes"] += batch.end - batch.offset
        last["batches"] += 1
    found = all_documents[path]["generations"]
    assert [{name: g[name] for name in ("id", "offset", "bytes", "batches")} for g in found] == list(expected.values())


@pytest.mark.parametrize("path", WHOLE, ids=name_of)
def test_events_of_a_generation_are_its_timed_ones_and_cpu_samples(path, all_documents):
    if path in WITHOUT_TEXT:
        return
    expected, generation = Counter(), None
    for line in run("wire", path).stdout.decode().split("\n"):
        if found := re.match(r"EventBatch gen=(\d+) ", line):
            generation = int(found[1])
            expected[generation] += 0
        elif re.match(r"(?!ClockSnapshot )\w+ dt=|CPUSample ", line):
            expected[generation] += 1
    assert {g["id"]: g["events"] for g in all_documents[path]["generations"]} == expected


def test_what_comes_before_the_damage_is_counted():
    whole = {row["name"]: row["count"] for row in document(OK / "go1.26-stop-late.trace")["event_types"]}
    for path in sorted(TRUNCATED.glob("go1.26-cut-*.trace")):
        for row in document(path)["event_types"]:
            assert 0 < row["count"] <= whole[row["name"]], path


# The table


def test_a_whole_table(tmp_path):
    (tmp_path / "scene").write_bytes(SCENE)
    result = stats("scene", cwd=tmp_path)
    lines = result.stdout.decode().split("\n")
    assert (result.returncode, result.stderr) == (0, b"")
    assert lines[0].startswith(f"scene: go 1.26, {len(SCENE) - HEADER} B, ")
    assert "count  of all  bytes  of all  bytes each  event" in lines
    assert lines[-4:] == [
        "",
        "generation  at byte  bytes  batches  events",
        f"         1       16    {len(SCENE) - HEADER}        4      11",
        "",
    ]


@pytest.mark.parametrize("path", [*WHOLE, *sorted(TRUNCATED.glob("*.trace")), *sorted(CORRUPT.iterdir())], ids=name_of)
def test_the_table_says_what_the_document_says(path, all_documents):
    found = all_documents[path]
    text = stats("--top", "1000", path).stdout.decode()
    if found["go_version"] is None:
        assert text == ""
        return
    # The header of 1.24 is that of 1.23.
    version = {"1.23": "1.23 or 1.24"}.get(found["go_version"], found["go_version"])
    assert text.startswith(f"{path}: go {version}, ")
    total = sum(row["count"] for row in found["event_types"])

    def share(part, whole):
        return f"{100 * part / whole:.1f}%"

    assert table_below(text, "count of all bytes of all bytes each event") == [
        [str(row["count"]), share(row["count"], total), str(row["bytes"]), share(row["bytes"], found["bytes"]),
         f"{row['bytes'] / row['count']:.1f}", row["name"]]
        for row in found["event_types"]
    ]  # fmt: skip
    assert table_below(text, "generation at byte bytes batches events") == [
        [str(g[name]) for name in ("id", "offset", "bytes", "batches", "events")] for g in found["generations"]
    ]


def table_below(text, headers):
    """The rows of the table that has such headers; none if there is no such table."""
    sections = [[line.split() for line in section.split("\n") if line] for section in text.split("\n\n")]
    return next((rows[1:] for rows in sections if rows and rows[0] == headers.split()), [])


# Files and options


def test_many_files_are_counted_in_their_order(tmp_path):
    files = [CRASHER, OK / "go1.22-work.trace", TRUNCATED / "go1.26-cut-batch.trace", OTHER / "text.trace"]
    single = [stats(path) for path in files]
    for workers in ([], ["-j", "1"], ["-j3"]):
        result = stats(*workers, *files)
        assert result.returncode == 1
        # One that is no trace has no table.
        assert result.stdout == b"\n".join(one.stdout for one in single if one.stdout)
        assert result.stderr == b"".join(one.stderr for one in single)
        lines = documents(stats("--json", *workers, *files))
        assert [line["file"] for line in lines] == [str(path) for path in files]


@pytest.mark.parametrize("names, worst", [
    (["ok/go1.26-crasher.trace", "truncated/empty.trace"], 3),
    (["other/future.trace", "truncated/empty.trace"], 4),
    (["other/future.trace", "other/text.trace", "truncated/empty.trace"], 1),
    (["other/text.trace", "missing", "ok/go1.26-crasher.trace"], 2),
])
def test_of_many_files_the_worst_counts(names, worst):
    assert stats(*(TESTDATA / name for name in names)).returncode == worst


def test_packed_traces_and_standard_input_give_the_same():
    expected = stats(CRASHER).stdout.decode().replace(str(CRASHER), "(standard input)")
    trace = CRASHER.read_bytes()
    for data in (trace, gzip.compress(trace), (OK / "go1.26-crasher.trace.zst").read_bytes()):
        expect(stats(input=data), 0, expected)
        expect(stats("-", input=data), 0, expected)


def test_colour():
    plain = stats(CRASHER).stdout
    colored = stats("--color", "always", CRASHER).stdout
    assert re.sub(rb"\x1b\[[012]m", b"", colored) == plain
    assert b"\x1b[1mcount  " in colored and b"\x1b[1mexecution  " in colored  # the headers
    faint = re.findall(rb"\x1b\[2m(.*)\x1b\[0m\n", colored)
    assert faint and all(row.split()[-1].startswith(b"runtime.") for row in faint)  # the runtime's own
    assert stats("--color", "always", CRASHER).stdout == colored
    assert stats("--color", "never", CRASHER).stdout == stats("--color", "auto", CRASHER).stdout == plain
    assert stats("--color=always", CRASHER, env=os.environ | {"NO_COLOR": "1"}).stdout == colored
    for arguments, environment, expected in (
        ([], {}, colored),
        ([], {"NO_COLOR": "1"}, plain),
        ([], {"NO_COLOR": ""}, colored),
        (["--color", "never"], {}, plain),
        (["--color", "always"], {"NO_COLOR": "1"}, colored),
    ):
        assert run_on_terminal("stats", *arguments, CRASHER, environment=environment)[1] == expected


def test_names_of_strangers_do_no_harm(tmp_path):
    (tmp_path / "a\x1b[1m\nb").write_bytes(CRASHER.read_bytes())
    (tmp_path / "c\x1b").write_text("text")
    result = stats("a\x1b[1m\nb", "c\x1b", cwd=tmp_path)
    assert result.stdout.startswith(b"a\\x1b[1m\\nb: go 1.26, ")
    assert result.stderr.startswith(b"tracecheck: c\\x1b: not a trace: ")
    assert documents(stats("--json", "a\x1b[1m\nb", cwd=tmp_path))[0]["file"] == "a\x1b[1m\nb"


# What the events come to


def events_of(path):
    lines = documents(run("export", "--format", "ndjson", path))
    return [line for line in lines if line["kind"] not in ("Trace", "Verdict")]


@pytest.mark.parametrize(
    "path", fixtures_like(r"(ok|truncated|corrupt)/go1\.2[26]-(work|mapwrites-late|hole|kill.*)\.trace"), ids=name_of
)
def test_the_summary_is_of_the_events_that_export_writes(path, all_documents):
    found, events = all_documents[path]["summary"], events_of(path)
    assert found["events"] == sum(event["kind"] != "Sync" for event in events)
    assert found["salvaged"] == sum(event.get("salvaged", False) for event in events if event["kind"] != "Sync")
    heap = [int(event["value"]) for event in events
            if event["kind"] == "Metric" and event["name"] == "/memory/classes/heap/objects:bytes"]
    assert found["most_heap"] == max(heap, default=None)
    last = {}
    for event in events:
        if event["kind"] == "StateTransition" and event["resource"]["kind"] == "Goroutine":
            last[event["resource"]["id"]] = event["to"]
    # Behind a gap, who is still there is not known.
    if not path.name.endswith("hole.trace"):
        states = {row["goroutine"]: row["state"] for row in found["at_end"]}
        assert states == {id: state for id, state in last.items() if state != "NotExist"}


def test_pauses_are_those_between_the_events_that_export_writes():
    path = OK / "go1.26-work.trace"
    begun, pauses = {}, {}
    for event in events_of(path):
        if event["kind"] == "RangeBegin" and event["name"].startswith("stop-the-world"):
            begun[event["name"]] = event["time"]
        if event["kind"] == "RangeEnd" and event["name"] in begun:
            pauses.setdefault(event["name"], []).append(event["time"] - begun.pop(event["name"]))
    found = document(path)["summary"]
    kinds = {f"stop-the-world ({row['kind']})": row["durations"] for row in found["stop_the_world"]["kinds"]}
    assert {name: (row["count"], row["min"], row["max"], row["total"]) for name, row in kinds.items()} == {
        name: (len(all), min(all), max(all), sum(all)) for name, all in pauses.items()
    }
    everything = sorted(time for all in pauses.values() for time in all)
    durations = found["stop_the_world"]["durations"]
    assert durations["median"] == everything[(len(everything) + 1) // 2 - 1] and durations["max"] == everything[-1]
    assert found["gc"]["pauses"]["max"] == max(max(all) for name, all in pauses.items() if "(GC " in name)


def test_scheduling_latency_is_from_runnable_to_running():
    path = OK / "go1.26-work.trace"
    since, waits = {}, []
    for event in events_of(path):
        if event["kind"] != "StateTransition" or event["resource"]["kind"] != "Goroutine":
            continue
        id = event["resource"]["id"]
        if event["from"] == event["to"]:
            continue
        if event["to"] == "Running" and id in since:
            waits.append(event["time"] - since[id])
        since.pop(id, None)
        if event["to"] == "Runnable" and event["from"] != "Undetermined":
            since[id] = event["time"]
    waits.sort()
    found = document(path)["summary"]["scheduling_latency"]
    rank = lambda share: waits[-(-len(waits) * share // 1000) - 1]  # noqa: E731
    assert found["durations"] == {
        "count": len(waits), "min": waits[0], "median": rank(500), "p90": rank(900), "p99": rank(990),
        "p999": rank(999), "max": waits[-1], "total": sum(waits),
    }
    assert sum(bucket["count"] for bucket in found["histogram"]) == len(waits)
    for bucket in found["histogram"]:
        assert bucket["count"] == sum(bucket["from"] <= wait < bucket["below"] for wait in waits)


def test_what_waits_at_the_end_is_told_with_where_and_for_how_long():
    text = stats(OK / "go1.26-work.trace").stdout.decode()
    assert re.search(r"^ +1 +24 +2\.54s  forever +main\.main\.func1 main\.go:\d+$", text, re.M)
    rows = document(OK / "go1.26-work.trace")["summary"]["at_end"]
    (row,) = [row for row in rows if row["reason"] == "forever"]
    told = [row[name] for name in ("goroutine", "function", "state", "since_start")]
    assert told == [24, "main.main.func1", "Waiting", False]
    assert [row["at_least"] for row in rows] == sorted((row["at_least"] for row in rows), reverse=True)


def test_a_goroutine_that_takes_the_trace_is_none_of_the_program(tmp_path):
    """As assert --max-blocked has it."""
    rows = [row for path in WHOLE for row in documents(run("stats", "--json", path))[0]["summary"]["at_end"]]
    takers = [row for row in rows if (row["function"] or "").startswith("runtime/trace.")]
    assert takers and all(row["system"] for row in takers)
