"""`tracecheck export --wall`: the wall time of each event, in all formats, held against what real programs said, which ran
side by side."""

import csv
import io
import sqlite3

import pytest
from event_schema import validate
from go_children import expect_close, traces_of_clocks
from made import NOW, clock_trace, trace
from support import CRASHER, OK, TRUNCATED, documents, expect, expect_usage, fixtures_like, name_of, ns_of, run

WORK = OK / "go1.26-work.trace"
OLD = OK / "go1.22-work.trace"
LATE = TRUNCATED / "go1.26-mapwrites-late.trace"
WITH_CLOCK = fixtures_like(r"ok/go1\.2[56]-.*\.trace") + [LATE]


def export(form, *arguments, **options):
    return run("export", "--format", form, "--wall", *arguments, **options)


def events_of(*arguments):
    return [line for line in documents(export("ndjson", *arguments)) if line["kind"] not in ("Trace", "Verdict")]


@pytest.mark.parametrize("path", WITH_CLOCK, ids=name_of)
def test_all_formats_have_the_same_wall_time_beside_the_same_time(path, tmp_path):
    result = export("ndjson", path)
    for line in result.stdout.split(b"\n")[:-1]:
        validate(line)
    head, *events, _ = documents(result)
    if events[0]["time"] == 0:
        assert head["wall"] == events[0]["wall"]
    expected = [(event["time"], ns_of(event["wall"])) for event in events]
    if path.parent == OK:
        assert all(a[1] < b[1] for a, b in zip(expected, expected[1:])), "they run backwards"
    rows = list(csv.DictReader(io.StringIO(export("csv", path).stdout.decode(), newline="")))
    assert [(int(row["time"]), ns_of(row["wall"])) for row in rows] == expected
    assert export("sqlite", path, "-o", tmp_path / "db").returncode == result.returncode
    db = sqlite3.connect(tmp_path / "db")
    assert db.execute("SELECT time, wall_ns FROM events ORDER BY id").fetchall() == expected
    plain = run("export", "--format", "ndjson", path)
    for event in events:
        del event["wall"]
    assert documents(plain)[1:-1] == events


@pytest.mark.parametrize("path", [WORK, CRASHER, LATE], ids=name_of)
def test_it_is_what_grep_says(path):
    found = [line["wall"] for line in documents(run("grep", "--wall", "--json", "-e", "", path))]
    assert found and found == [event["wall"] for event in events_of("--kind", "Log", path)]
    with_context = documents(run("grep", "--wall", "--json", "--kind", "transition", "-e", "", path))
    assert {line["time"]: line["wall"] for line in with_context}.items() <= {
        event["time"]: event["wall"] for event in events_of(path)
    }.items()


def test_a_wall_time_selects_its_event():
    events = events_of(WORK)
    first, last = events[100], events[200]
    assert events_of("--since", first["wall"], "--until", last["wall"], WORK) == events[100:201]


def test_a_generation_has_its_own_reading_and_one_that_is_set_back_does_not_count(tmp_path):
    path = tmp_path / "trace"
    path.write_bytes(clock_trace(
        (1000, NOW, [2000]),
        (5000, NOW + 4000 + 70_000, [6000]),  # was set forward
        (9000, NOW - 3600 * 10**9, [10_000]),  # was set back
    ))  # fmt: skip
    offset = NOW - 1001
    expected = [offset + 2000, offset + 6000 + 70_000, offset + 10_000 + 70_000]
    found = [ns_of(event["wall"]) for event in events_of("--kind", "Log", path)]
    assert found == expected
    grep = documents(run("grep", "--wall", "--json", "-e", "x", path))
    assert [ns_of(line["wall"]) for line in grep] == expected
    assert all(a["wall"] < b["wall"] for a, b in zip(events_of(path), events_of(path)[1:]))


@pytest.mark.parametrize("form", ["ndjson", "json", "csv", "sqlite"])
def test_one_trace_without_a_wall_clock_is_refused(form, tmp_path):
    out = tmp_path / "out"
    why = "--wall needs a wall clock, which traces have from Go 1.25 on; this one is of Go 1.22"
    expect(export(form, OLD, "-o", out), 2, "", f"tracecheck: {OLD}: {why}\n")
    assert not list(tmp_path.iterdir())


def test_one_that_has_lost_its_clock_says_so(tmp_path):
    path = tmp_path / "trace"
    path.write_bytes(trace("1.26", (1, 7, 2000, "ProcStatus dt=1 p=0 pstatus=1\nGoStatus dt=1 g=1 m=7 gstatus=2\n")))
    result = export("ndjson", path)
    expect(result, 2, None, f"tracecheck: {path}: --wall needs a wall clock, and the trace has lost its own\n")


def test_of_many_traces_one_without_a_clock_has_no_wall_times(tmp_path):
    result = export("ndjson", OLD, WORK, CRASHER)
    assert result.returncode == 0
    assert result.stderr.decode() == (
        f"tracecheck: {OLD}: --wall needs a wall clock, which traces have from Go 1.25 on; this one is of Go 1.22; "
        "where there is none, wall times are left out\n"
    )
    for line in documents(result):
        if line["kind"] not in ("Trace", "Verdict"):
            assert (line["wall"] is None) == (line["trace"] == str(OLD))
    assert export("sqlite", OLD, WORK, CRASHER, "-o", tmp_path / "db").returncode == 0
    db = sqlite3.connect(tmp_path / "db")
    counts = "SELECT path, COUNT(*) > 0, COUNT(wall_ns) = COUNT(*) FROM events JOIN traces t ON t.id = trace GROUP BY trace"
    assert db.execute(counts).fetchall() == [(str(OLD), 1, 0), (str(WORK), 1, 1), (str(CRASHER), 1, 1)]
    plan = db.execute("EXPLAIN QUERY PLAN SELECT * FROM events WHERE wall_ns IS NOT NULL ORDER BY wall_ns").fetchall()
    assert "events_by_wall_time" in str(plan)


def test_a_profile_has_no_times():
    expect_usage(
        export("pprof", "--profile", "net", WORK), "--wall does not go with --format pprof, which has no times", "export"
    )


# Programs that run side by side


@pytest.fixture
def side_by_side(tmp_path):
    paths = [tmp_path / "one.trace", tmp_path / "other.trace"]
    for path, data in zip(paths, traces_of_clocks()):
        path.write_bytes(data)
    return paths


def test_wall_times_are_what_the_programs_said(side_by_side, tmp_path):
    assert export("sqlite", *side_by_side, "-o", tmp_path / "db").returncode == 0
    db = sqlite3.connect(tmp_path / "db")
    rows = db.execute("SELECT trace, wall_ns, message FROM events WHERE kind = 'Log' AND category = 'now' ORDER BY wall_ns")
    rows = rows.fetchall()
    expect_close([wall - int(said) for _, wall, said in rows])
    changes = sum(a[0] != b[0] for a, b in zip(rows, rows[1:]))
    assert changes > 100, "the two do not interleave"
    generations = db.execute("SELECT COUNT(*) FROM generations GROUP BY trace").fetchall()
    assert all(count >= 2 for (count,) in generations)


def test_workers_write_the_same(side_by_side):
    one, four = (export("ndjson", "-j", workers, side_by_side[1]).stdout for workers in (1, 4))
    assert one == four and one.count(b"\n") > 4096
