"""`tracecheck export --format csv` and `--format sqlite`: read back by Python's csv, SQLite and DuckDB, held against ndjson,
and asked the questions of docs/sql.md."""

import csv
import io
import os
import re
import sqlite3
from pathlib import Path

import pytest

from pypi import connect_duckdb
from support import CRASHER, EXITS, FIXTURES, OK, TRUNCATED, documents, made, name_of, run, run_on_terminal

DOCUMENT = (Path(__file__).parents[2] / "docs" / "sql.md").read_text()
QUESTIONS = re.findall(r"^\d+\. ([^\n]*)\n```sql\n(.*?)^```$", DOCUMENT, re.M | re.S)
FOR_CSV = (2, 3, 4, 6, 7, 8, 9)  # as the document says
WORK = OK / "go1.26-work.trace"
CUT = TRUNCATED / "go1.26-mapwrites-late.trace"
PLAIN = {"thread": "thread", "proc": "proc", "goroutine": "goroutine", "kind": "kind", "reason": "reason", "task": "task",
         "category": "category", "message": "message", "label": "label", "experiment": "experiment"}  # fmt: skip


def export(form, path, *arguments):
    return run("export", "--format", form, path, *arguments)


def database(path, folder, *arguments):
    out = folder / "trace.db"
    result = export("sqlite", path, "-o", out, *arguments)
    assert result.stdout == b""
    assert os.listdir(folder) == ["trace.db"]
    db = sqlite3.connect(out)
    db.row_factory = sqlite3.Row
    assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    return db, result


def rows_of_csv(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def events_of(path, *arguments):
    """The objects of ndjson; no Trace and no Verdict."""
    return [o for o in documents(export("ndjson", path, *arguments)) if o["kind"] not in ("Trace", "Verdict")]


def signed(number):
    return number - 2**64 if number is not None and number >= 2**63 else number


def clean(text):
    return None if text is None else text.replace("\0", "\ufffd")


def line_of(stack):
    if stack is None:
        return None
    text = lambda frame, name: frame[name] if frame[name] is not None else f"string#{frame[name + '_id']}"
    return clean(" < ".join(f"{text(f, 'func')} ({text(f, 'file')}:{f['line']})" for f in stack))


def expected_row(event):
    """What a row has by ndjson's object; numbers as they are."""
    row = {column: clean(event[name]) if isinstance(event.get(name), str) else event.get(name) for column, name in PLAIN.items()}
    resource = event.get("resource") or {}
    if resource.get("kind") != "None":
        row |= {"resource_kind": resource.get("kind"), "resource": resource.get("id")}
    row["reason"] = row["reason"] or None
    if event["kind"].startswith("Task"):
        row |= {"task": event["id"], "parent": event["parent"]}
    row |= {"time": int(event["time"]), "from_state": event.get("from"), "to_state": event.get("to")}
    row |= {"type": clean(event.get("type")), "name": clean(event.get("name"))}
    row |= {"stack": line_of(event.get("stack")), "resource_stack": line_of(event.get("resource_stack"))}
    lost = (event.get(f"{name}_id") for name in ("category", "label", "type", "reason", "stop_kind"))
    row |= {"lost_text": next((i for i in lost if i is not None), None), "lost_message": event.get("message_id")}
    row |= {"lost_stack": event.get("stack_id"), "lost_resource_stack": event.get("resource_stack_id")}
    row |= {"salvaged": int(event.get("salvaged", False)), "replayed": int(event.get("replayed", True))}
    if "value" in event or event["kind"] == "Sync":
        row["value"] = int(event.get("value", event.get("n")))
    return row


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_a_csv_has_what_ndjson_has(path):
    result = export("csv", path)
    objects = events_of(path)
    rows = rows_of_csv(result.stdout)
    assert len(rows) == len(objects)
    assert result.stdout.count(b"\r\n") >= len(rows) + 1
    for row, event in zip(rows, objects):
        assert row["trace"] == str(path)
        for column, value in expected_row(event).items():
            # A text that is empty and one that is not there look the same to this reader.
            assert row[column] == ("" if value is None else str(value)), (column, event)
    ndjson = export("ndjson", path)
    assert (result.returncode, result.stderr) == (ndjson.returncode, ndjson.stderr)


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_a_database_has_what_ndjson_has(path, tmp_path):
    ndjson = export("ndjson", path)
    lines = documents(ndjson)
    verdict = lines[-1]
    if verdict["verdict"] == "unreadable" and not verdict["segments"]:
        pytest.skip("nothing was read, and nothing is written")
    db, result = database(path, tmp_path)
    assert (result.returncode, result.stderr) == (ndjson.returncode, ndjson.stderr)
    rows = db.execute(
        "SELECT events.*, s.text AS stack_text, r.text AS resource_text FROM events "
        "LEFT JOIN stacks AS s ON s.id = stack LEFT JOIN stacks AS r ON r.id = resource_stack ORDER BY events.id"
    ).fetchall()
    objects = [o for o in lines if o["kind"] not in ("Trace", "Verdict")]
    assert len(rows) == len(objects)
    for row, event in zip(rows, objects):
        found = dict(row) | {"stack": row["stack_text"], "resource_stack": row["resource_text"]}
        for column, value in expected_row(event).items():
            assert found[column] == (signed(value) if isinstance(value, int) else value), (column, event)
    (told,) = db.execute("SELECT * FROM traces").fetchall()
    assert (told["path"], told["host"], told["label"]) == (str(path), None, None)
    for name in ("verdict", "exit", "events", "salvaged", "frequency_source"):
        assert told[name] == verdict[name]
    assert [dict(d)["code"] for d in db.execute("SELECT * FROM damage ORDER BY id")] == [d["code"] for d in verdict["damage"]]
    assert [d["verdict"] for d in db.execute("SELECT * FROM segments")] == [s["verdict"] for s in verdict["segments"]]


def test_the_frames_of_a_database_are_those_of_ndjson(tmp_path):
    db, _ = database(CUT, tmp_path)
    for row, event in zip(db.execute("SELECT stack FROM events ORDER BY id").fetchall(), events_of(CUT)):
        frames = db.execute("SELECT * FROM frames WHERE stack = ? ORDER BY depth", [row["stack"]]).fetchall()
        expected = [(f["func"], f["file"], f["line"], int(f["pc"])) for f in event["stack"] or []]
        assert [(f["function"], f["file"], f["line"], f["pc"]) for f in frames] == expected
    texts = [row[0] for row in db.execute("SELECT text FROM stacks")]
    assert len(set(texts)) > 10, "stacks of all generations"
    pcs = db.execute("SELECT GROUP_CONCAT(pc) FROM (SELECT * FROM frames ORDER BY stack, depth) GROUP BY stack").fetchall()
    assert len({row[0] for row in pcs}) >= len(pcs) - 5, "a stack stands there once"


@pytest.mark.parametrize("form", ["csv", "sqlite"])
@pytest.mark.parametrize("arguments", [
    ["--kind", "Log"], ["--goroutine", "1"], ["--since", "0.5s", "--until", "1s"], ["--since=-10ms"], ["--message", "."],
    ["--no-salvage"],
], ids=" ".join)  # fmt: skip
def test_selection_is_that_of_ndjson(form, arguments, tmp_path):
    times = [e["time"] for e in events_of(CUT, *arguments)]
    assert times
    if form == "csv":
        found = [int(row["time"]) for row in rows_of_csv(export("csv", CUT, *arguments).stdout)]
    else:
        db, _ = database(CUT, tmp_path, *arguments)
        found = [row["time"] for row in db.execute("SELECT time FROM events ORDER BY id")]
    assert found == times


def test_stacks_are_left_out_on_request(tmp_path):
    rows = rows_of_csv(export("csv", WORK, "--no-stacks").stdout)
    assert rows and not any(row["stack"] or row["resource_stack"] for row in rows)
    db, _ = database(WORK, tmp_path, "--no-stacks")
    assert db.execute("SELECT COUNT(stack), COUNT(resource_stack) FROM events").fetchone()[:] == (0, 0)
    assert db.execute("SELECT COUNT(*) FROM stacks").fetchone()[0] == 0


# Texts of strangers


@pytest.mark.parametrize("text", [
    b"=1+2,3+\"a", b"@xx\r\ny\n\tz", b"\xff\0\xc3\xa9 -1,z", b'"""""""""', b"         ",
], ids=repr)  # fmt: skip
def test_texts_stay_as_they_are(text, tmp_path):
    assert len(text) == 9
    path = made(tmp_path, CRASHER.read_bytes().replace(b"xyzzy-msg", text))
    readable = text.replace(b"\0", b"\xff").decode("utf-8", "replace")
    (row,) = rows_of_csv(export("csv", path, "--kind", "Log").stdout)
    assert row["message"] == readable
    folder = tmp_path / "folder"
    folder.mkdir()
    db, _ = database(path, folder)
    assert [r["message"] for r in db.execute("SELECT message FROM logs")] == [readable]
    con = connect_duckdb()
    (tmp_path / "x.csv").write_bytes(export("csv", path).stdout)
    query = f"SELECT message FROM read_csv('{tmp_path / 'x.csv'}', all_varchar = true) WHERE kind = 'Log'"
    assert con.execute(query).fetchall() == [(readable,)]


def test_control_characters_are_escaped_on_a_terminal(tmp_path):
    path = made(tmp_path, CRASHER.read_bytes().replace(b"xyzzy-msg", b"\x1b[31m\"\n\x07x"))
    code, shown, _ = run_on_terminal("export", "--format", "csv", "--kind", "Log", path)
    assert code == 0 and b'"\\x1b[31m""\\n\\ax"' in shown and b"\x1b" not in shown


# The questions


def with_views(con, db, path, folder):
    (folder / "trace.csv").write_bytes(export("csv", path).stdout)
    con.execute(f"CREATE TABLE events AS FROM read_csv('{folder / 'trace.csv'}', sample_size = -1)")
    for name, sql in db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY rowid"):
        if name != "goroutines":  # needs frames
            con.execute(sql)


def plain(rows):
    """DuckDB reads an empty text as NULL."""
    return [tuple(None if value == "" else value for value in row) for row in rows]


@pytest.mark.parametrize("path", [WORK, CUT, OK / "go1.22-midgc.trace"], ids=name_of)
def test_the_questions_have_answers(path, tmp_path):
    assert len(QUESTIONS) == 10
    (tmp_path / "db").mkdir()
    db, _ = database(path, tmp_path / "db")
    answers = [db.execute(sql).fetchall() for _, sql in QUESTIONS]
    assert all(answers) or path != WORK
    con = connect_duckdb()
    with_views(con, db, path, tmp_path)
    for number in FOR_CSV:
        assert plain(con.execute(QUESTIONS[number - 1][1]).fetchall()) == plain(answers[number - 1]), number


@pytest.mark.parametrize("number, index", [
    (1, "SEARCH damage USING INDEX damage_by_trace (trace=?)"),
    *((number, "SEARCH events USING INDEX events_by_kind (kind=?)") for number in range(2, 11)),
    (5, "SEARCH stacks USING INTEGER PRIMARY KEY (rowid=?)"),
    (10, "SEARCH own USING INDEX events_by_resource (resource=? AND trace=?)"),
    (10, "SEARCH goroutines USING AUTOMATIC COVERING INDEX (trace=? AND segment=? AND goroutine=?)"),
])
def test_the_questions_use_the_indices(number, index, tmp_path):
    db, _ = database(WORK, tmp_path)
    plan = [step["detail"] for step in db.execute(f"EXPLAIN QUERY PLAN {QUESTIONS[number - 1][1]}")]
    assert [step for step in plan if step.startswith(index)], plan
    assert [step for step in plan if step == "SCAN events"] == []


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_duckdb_reads_every_csv(path, tmp_path):
    con = connect_duckdb()
    (tmp_path / "trace.csv").write_bytes(export("csv", path).stdout)
    ((count,),) = con.execute(f"SELECT COUNT(*) FROM read_csv('{tmp_path / 'trace.csv'}')").fetchall()
    assert count == len(events_of(path))


def test_states_of_goroutines_fill_their_lives(tmp_path):
    db, _ = database(WORK, tmp_path)
    last = db.execute("SELECT MAX(time) FROM events").fetchone()[0]
    for g in db.execute("SELECT goroutine, since, until FROM goroutines"):
        total = db.execute("SELECT SUM(total) FROM goroutine_time WHERE goroutine = ?", [g["goroutine"]]).fetchone()[0]
        assert total == (g["until"] or last) - g["since"]


def test_spans_are_paired_as_in_the_trace(tmp_path):
    db, _ = database(WORK, tmp_path)
    objects = events_of(WORK)
    ends = {e["id"]: e["time"] for e in reversed(objects) if e["kind"] == "TaskEnd"}  # of several the first
    begins = [(e["id"], e["time"], ends.get(e["id"])) for e in objects if e["kind"] == "TaskBegin"]
    assert [r[:] for r in db.execute("SELECT task, since, until FROM tasks ORDER BY since")] == begins
    open_regions, regions = {}, []
    for e in objects:
        mine = open_regions.setdefault(e["goroutine"], [])
        if e["kind"] == "RegionBegin":
            mine.append(e)
        elif e["kind"] == "RegionEnd" and mine:
            regions.append((e["type"], mine.pop()["time"], e["time"]))
    assert regions
    found = db.execute("SELECT type, since, until FROM regions WHERE until IS NOT NULL ORDER BY until").fetchall()
    assert [r[:] for r in found] == regions
    open_ranges, ranges = {}, []
    for e in objects:
        key = (e.get("name"), str(e.get("resource")))
        if e["kind"] in ("RangeBegin", "RangeActive"):
            open_ranges.setdefault(key, e["time"])
        elif e["kind"] == "RangeEnd" and key in open_ranges:
            ranges.append((e["name"], open_ranges.pop(key), e["time"]))
    assert ranges
    found = db.execute("SELECT name, since, until FROM ranges WHERE until IS NOT NULL ORDER BY until").fetchall()
    assert [r[:] for r in found] == ranges


# Files


def test_a_database_takes_the_place_of_a_file_when_it_is_done(tmp_path):
    target = tmp_path / "trace.db"
    target.write_text("from before")
    target.chmod(0o440)
    database(CRASHER, tmp_path)
    assert target.stat().st_mode & 0o777 == 0o440
    before = target.read_bytes()
    assert export("sqlite", tmp_path / "missing", "-o", target).returncode == 2
    assert target.read_bytes() == before and os.listdir(tmp_path) == ["trace.db"]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    result = export("sqlite", CRASHER, "-o", tmp_path / "missing" / "x")
    sentence = f"tracecheck: {tmp_path}/missing/x cannot be written: No such file or directory\n"
    assert (result.returncode, result.stderr.decode()) == (2, sentence)


def test_exits_are_those_of_verify(tmp_path):
    db, result = database(CUT, tmp_path)
    assert result.returncode == EXITS["truncated"]
    assert database(CUT, tmp_path, "--allow-truncated")[1].returncode == 0
