"""export of many traces into one ndjson, csv or database; what tells them apart; --skip-done after a kill."""

import csv
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest
from built_trace import HEADER, generation
from event_schema import validate
from support import (
    CORRUPT,
    CRASHER,
    EXITS,
    OK,
    OTHER,
    PATIENCE,
    TRACECHECK,
    TRUNCATED,
    documents,
    expect_usage,
    peak,
    run,
    verdict_of_folder,
)

WORK = OK / "go1.26-work.trace"
CUT = TRUNCATED / "go1.26-mapwrites-late.trace"
MANY = [CRASHER, CUT, next(CORRUPT.glob("*.trace")), OTHER / "error-page.trace", OK / "go1.22-midgc.trace", WORK]
LABELS = r"(?P<host>h\d+)/(?P<label>[^/]*)\.trace"


def export(form, *arguments, **options):
    return run("export", "--format", form, *arguments, **options)


@pytest.fixture
def fleet(tmp_path):
    """Traces of two hosts, by host and number."""
    for i, path in enumerate(MANY):
        link = tmp_path / "fleet" / f"h{i % 2}" / f"{i}.trace"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    return tmp_path / "fleet"


def paths_in(folder):
    return [str(path) for host in sorted(folder.iterdir()) for path in sorted(host.iterdir())]


def but_for_names(line):
    names = {"trace", "host", "label"} if line["kind"] in ("Trace", "Verdict") else {"trace"}
    return {name: value for name, value in line.items() if name not in names}


def by_trace(lines):
    found = {}
    for line in lines:
        found.setdefault(line["trace"], []).append(line)
    return found


@pytest.mark.parametrize("workers", ["1", "4"])
def test_lines_are_those_of_each_trace_alone(workers, fleet):
    result = export("ndjson", "-r", fleet, "-j", workers, "--label-from", LABELS)
    for line in result.stdout.split(b"\n")[:-1]:
        validate(line)
    lines = documents(result)
    traces = by_trace(lines)
    assert list(traces) == paths_in(fleet)
    assert [line["trace"] for line in lines if line["kind"] == "Verdict"] == paths_in(fleet), "each ends with its own"
    messages = b""
    for path, found in traces.items():
        alone = export("ndjson", path)
        messages += alone.stderr
        assert [but_for_names(line) for line in found] == documents(alone)
        host, label = path.removesuffix(".trace").split("/")[-2:]
        heads = [line for line in found if line["kind"] in ("Trace", "Verdict")]
        assert all((line["host"], line["label"]) == (host, label) for line in heads)
    assert (result.returncode, result.stderr) == (1, messages)


def tables(path):
    """All rows, by table, with what the ids stand for."""
    db = sqlite3.connect(path)
    db.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    facts = "path, host, label, verdict, exit, events, salvaged, message"
    found = {"traces": db.execute(f"SELECT {facts} FROM traces ORDER BY id").fetchall()}
    for table in ("segments", "generations", "damage", "events"):
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        plain = ", ".join(f"t.{c}" for c in columns if c not in ("id", "trace", "stack", "resource_stack"))
        stacks = ", s.text, r.text" if table == "events" else ""
        joins = "LEFT JOIN stacks s ON s.id = t.stack LEFT JOIN stacks r ON r.id = t.resource_stack" if stacks else ""
        order = "segment" if table == "segments" else "rowid"
        found[table] = db.execute(
            f"SELECT traces.path, {plain}{stacks} FROM {table} t JOIN traces ON traces.id = t.trace {joins} "
            f"ORDER BY t.trace, t.{order}"
        ).fetchall()
    found["stacks"] = sorted(db.execute("SELECT text FROM stacks"))
    frames = "SELECT text, depth, function, file, line, pc FROM frames JOIN stacks ON id = stack"
    found["frames"] = sorted(db.execute(frames))
    found["indices"] = sorted(db.execute("SELECT name FROM sqlite_schema WHERE type IN ('index', 'view')"))
    db.close()
    return found


@pytest.mark.parametrize("workers", ["1", "4"])
def test_rows_are_those_of_each_trace_alone(workers, fleet, tmp_path):
    result = export("sqlite", "-r", fleet, "-j", workers, "--label-from", LABELS, "-o", tmp_path / "all.db")
    assert result.returncode == 1
    all_of_it = tables(tmp_path / "all.db")
    alone = {}
    for i, path in enumerate(paths_in(fleet)):
        export("sqlite", path, "--label-from", LABELS, "-o", tmp_path / f"{i}.db")
        for table, rows in tables(tmp_path / f"{i}.db").items():
            alone.setdefault(table, []).extend(rows)
    for table in ("traces", "segments", "generations", "damage", "events"):
        assert all_of_it[table] == alone[table], table
    assert set(all_of_it["stacks"]) == set(alone["stacks"])
    assert [row[:5] for row in all_of_it["traces"]] == [
        (path, path.split("/")[-2], path.split("/")[-1].removesuffix(".trace"), verdict, EXITS[verdict])
        for path in paths_in(fleet)
        for verdict in [verdict_of_folder(MANY[int(path.split("/")[-1].removesuffix(".trace"))])]
    ]


def test_views_keep_traces_apart(tmp_path):
    """The same trace twice has each thing twice, and nothing across both."""
    shutil.copy(WORK, tmp_path / "a.trace")
    shutil.copy(WORK, tmp_path / "b.trace")
    export("sqlite", tmp_path / "a.trace", "-o", tmp_path / "one.db")
    export("sqlite", "-r", tmp_path, "-o", tmp_path / "two.db")
    one, two = (sqlite3.connect(tmp_path / name) for name in ("one.db", "two.db"))
    views = [name for (name,) in one.execute("SELECT name FROM sqlite_schema WHERE type = 'view'") if name != "task_latency"]
    assert len(views) == 8
    for view in views:
        columns = [row[1] for row in one.execute(f"PRAGMA table_info({view})")]
        listed = ", ".join(c for c in columns if c not in ("trace", "stack"))
        alone = sorted(one.execute(f"SELECT {listed} FROM {view}"), key=repr)
        assert alone
        for trace in (1, 2):
            assert sorted(two.execute(f"SELECT {listed} FROM {view} WHERE trace = ?", [trace]), key=repr) == alone, view
    tasks = [db.execute("SELECT tasks FROM task_latency").fetchone()[0] for db in (one, two)]
    assert tasks[1] == 2 * tasks[0]


def test_a_csv_names_each_trace(fleet):
    result = export("csv", "-r", fleet, "-j", "4")
    rows = list(csv.reader(io.StringIO(result.stdout.decode(), newline="")))
    assert rows[0][0] == "trace"
    for path in paths_in(fleet):
        alone = list(csv.reader(io.StringIO(export("csv", path).stdout.decode(), newline="")))
        assert [row for row in rows if row[0] == path] == alone[1:]


@pytest.mark.parametrize("pattern, host, label", [
    (r"([a-z]+)\.trace$", None, "name"),
    (r"/(?P<host>[^/]+)/[^/]+$", "box", None),
    (r"(?P<label>nowhere)", None, None),
    (r"(?P<host>/box)|(?P<label>xx+)$", "/box", None),
    (r"()", None, ""),
], ids=repr)  # fmt: skip
def test_hosts_and_labels(pattern, host, label, tmp_path):
    (tmp_path / "box").mkdir()
    shutil.copy(CRASHER, tmp_path / "box" / "name.trace")
    (line,) = documents(export("ndjson", tmp_path / "box" / "name.trace", "--kind", "Log", "--label-from", pattern))[:1]
    assert (line["host"], line["label"]) == (host, label)


def test_names_that_are_no_utf8_stay_what_they_are(tmp_path):
    name = os.fsencode(tmp_path) + b"/\xff\x1b\n.trace"
    shutil.copy(CRASHER, name)
    lines = documents(export("ndjson", "--kind", "Log", "--label-from", "(.)\\.trace", name))
    assert len({line["trace_base64"] for line in lines}) == 1
    for _ in range(2):
        for form in ("ndjson", "sqlite"):
            result = export(form, "--skip-done", "--kind", "Log", "-o", tmp_path / f"out.{form}", name)
            assert (result.returncode, result.stderr) == (0, b"")
    assert (tmp_path / "out.ndjson").read_text().count('"kind":"Log"') == 1
    db = sqlite3.connect(tmp_path / "out.sqlite")
    assert db.execute("SELECT path FROM traces").fetchall() == [(name,)]


def test_what_cannot_be_read_is_told_and_has_its_row(tmp_path):
    result = export("ndjson", "--kind", "Log", tmp_path / "missing", CRASHER)
    assert result.returncode == 2
    assert result.stderr.decode() == f"tracecheck: {tmp_path}/missing: no such file\n"
    assert [line["verdict"] for line in documents(result) if line["kind"] == "Verdict"] == ["unreadable", "complete"]
    # Nothing at all was read: what is there stays.
    (tmp_path / "out").write_text("from before")
    result = export("ndjson", tmp_path / "missing", tmp_path / "missing too", "-o", tmp_path / "out")
    assert (result.returncode, (tmp_path / "out").read_text()) == (2, "from before")


def test_a_selection_that_one_trace_has_not(tmp_path):
    since = ["--since", "2000-01-01T00:00:00Z"]
    result = export("ndjson", *since, OK / "go1.22-midgc.trace", CRASHER)
    lines = documents(result)
    assert result.returncode == 2 and b"go1.22-midgc.trace: has no wall clock" in result.stderr
    verdicts = [(line["verdict"], line["exit"]) for line in lines if line["kind"] == "Verdict"]
    assert verdicts == [("complete", 2), ("complete", 0)]
    assert [line["message"] for line in lines if line["kind"] == "Log"] == ["xyzzy-msg"]


@pytest.mark.parametrize("arguments, sentence", [
    (["--format", "json", "a", "b"],
     "--format json holds one trace; several go into one output with --format ndjson, chrome, perfetto, csv or sqlite"),
    (["--format", "pprof", "--profile", "net", "-r", "."],
     "--format pprof holds one trace; several go into one output with --format ndjson, chrome, perfetto, csv or sqlite"),
    (["--format", "csv", "--label-from", "(x)", "a"], "--label-from goes with --format ndjson, chrome, perfetto and sqlite"),
    (["--format", "csv", "--skip-done", "-o", "x", "a"],
     "--skip-done goes with --format ndjson and sqlite: the others do not tell which traces they hold whole"),
    (["--format", "ndjson", "--skip-done", "a"],
     "--skip-done needs -o FILE, with what an earlier call has written or nothing yet"),
    (["--format", "sqlite", "--skip-done", "-o", "/dev/stdout", "a"],
     "--skip-done needs -o FILE, with what an earlier call has written or nothing yet"),
    (["--format", "ndjson", "--label-from", "x", "a"],
     "--label-from: the pattern 'x' has no group that tells a host or a label: give (?P<host>...), (?P<label>...), or (...) "
     "for the label"),
    (["--format", "ndjson", "--label-from", "(?P<other>x)", "a"],
     "--label-from: the pattern '(?P<other>x)' has no group that tells a host or a label: give (?P<host>...), "
     "(?P<label>...), or (...) for the label"),
    (["--format", "ndjson", "--label-from", "(", "a"],
     "--label-from: the pattern '(' is not a regular expression: missing ): ("),
])  # fmt: skip
def test_bad_usage(arguments, sentence):
    expect_usage(run("export", *arguments), sentence, "export")


def test_what_waits_for_its_turn_is_bounded(tmp_path):
    """The first trace is a pipe that does not end; of those behind it, some 64 MiB of lines are kept."""
    (tmp_path / "made").write_bytes(HEADER + b"".join(generation(number, 10, 20_000) for number in range(1, 21)))
    alone = len(export("ndjson", tmp_path / "made").stdout)
    behind = [tmp_path / f"{i}.trace" for i in range(14)]  # of which two workers may be done before the first one is
    for path in behind:
        path.symlink_to(tmp_path / "made")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # A sanitizer keeps freed memory for a while.
    env = os.environ | {"ASAN_OPTIONS": "quarantine_size_mb=1:thread_local_quarantine_size_kb=64"}
    process = subprocess.Popen([TRACECHECK, "export", "--format", "ndjson", "-j", "2", pipe, *behind],
                               stdout=subprocess.DEVNULL, env=env)  # fmt: skip
    try:
        with pipe.open("wb"):
            end = time.monotonic() + PATIENCE
            before, now = 0, peak(process)
            while now < 64 << 20 or now > before:
                assert process.poll() is None and time.monotonic() < end
                time.sleep(0.5)
                before, now = now, peak(process)
        assert now < len(behind) * alone / 2, (now, alone)  # a sanitizer's own memory is in it
    finally:
        process.kill()
        process.wait()


# --skip-done


def content(form, path):
    return path.read_bytes() if form == "ndjson" else tables(path)


@pytest.mark.parametrize("form", ["ndjson", "sqlite"])
def test_what_is_done_is_skipped_and_what_is_new_is_added(form, fleet, tmp_path):
    paths = paths_in(fleet)
    out, whole = tmp_path / "out", tmp_path / "whole"
    expected = export(form, *paths, "--skip-done", "-o", whole)
    some = export(form, *paths[:2], "--skip-done", "-o", out)
    assert some.returncode == export("ndjson", *paths[:2]).returncode
    result = export(form, *paths, paths[1], "--skip-done", "-o", out)
    assert result.returncode == expected.returncode == 1
    assert expected.stderr.endswith(result.stderr), "those that were skipped are not told again"
    assert content(form, out) == content(form, whole)
    before = out.read_bytes()
    again = export(form, *paths, "--skip-done", "-o", out)
    assert (again.returncode, again.stdout, again.stderr) == (1, b"", b"")
    assert form == "sqlite" or out.read_bytes() == before
    assert content(form, out) == content(form, whole)
    assert sorted(os.listdir(tmp_path)) == ["fleet", "out", "whole"]


@pytest.mark.parametrize("form", ["ndjson", "sqlite"])
def test_a_killed_run_is_gone_on_with(form, fleet, tmp_path):
    out, whole = tmp_path / "out", tmp_path / "whole"
    assert export(form, *paths_in(fleet), CRASHER, "--skip-done", "-o", whole).returncode == 1
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    half = [*paths_in(fleet)[:3], pipe]
    process = subprocess.Popen([TRACECHECK, "export", "--format", form, *map(str, half), "--skip-done", "-o", str(out)],
                               stderr=subprocess.DEVNULL)  # fmt: skip
    with pipe.open("wb", buffering=0) as stream:
        stream.write(WORK.read_bytes())  # it ends only with the pipe
        end = time.monotonic() + PATIENCE
        if form == "ndjson":  # with some of the trace that is not whole
            while not (out.exists() and f'"trace":"{pipe}"' in out.read_text()):
                assert process.poll() is None and time.monotonic() < end
                time.sleep(0.02)
        else:
            while (stored := rows_so_far(out)) < 3:
                assert process.poll() is None and time.monotonic() < end, stored
                time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
    result = export(form, *paths_in(fleet), CRASHER, "--skip-done", "-o", out)
    assert result.returncode == 1
    assert content(form, out) == content(form, whole)
    assert sorted(os.listdir(tmp_path)) == ["fleet", "out", "pipe", "whole"]


def rows_so_far(path):
    """Of a database that another program has to itself: of a copy."""
    copy = path.parent / "copy"
    copy.mkdir(exist_ok=True)
    try:
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", copy / f"db{suffix}")
        db = sqlite3.connect(copy / "db")
        (count,) = db.execute("SELECT COUNT(*) FROM traces").fetchone()
        db.close()
        return count
    except (OSError, sqlite3.Error):
        return 0
    finally:
        shutil.rmtree(copy)


def test_a_file_cut_at_any_byte_is_gone_on_with(tmp_path):
    paths = [CRASHER, OTHER / "error-page.trace"]
    whole = tmp_path / "whole"
    export("ndjson", *paths, "--kind", "Log", "--skip-done", "-o", whole)
    data = whole.read_bytes()
    out = tmp_path / "out"
    for size in [*range(0, len(data), 37), len(data) - 1, data.index(b"\n"), data.index(b"\n") + 1]:
        for tail in (b"", b"\0\0\0"):
            if tail and not data[:size].endswith(b"\n"):
                continue
            out.write_bytes(data[:size] + tail)
            result = export("ndjson", *paths, "--kind", "Log", "--skip-done", "-o", out)
            assert (result.returncode, out.read_bytes()) == (1, data), (size, tail)


@pytest.mark.parametrize("form, text, why", [
    ("ndjson", "notes of mine\n", "is not what an export of several traces as ndjson has written"),
    ("ndjson", '{"kind":"Trace","schema":"x"}\n', "is not what an export of several traces as ndjson has written"),
    ("sqlite", "notes of mine, which are long enough for the head of a database, or so it seems to be. " * 3,
     "cannot be written: it is no database"),
])  # fmt: skip
def test_what_is_something_else_stays(form, text, why, tmp_path):
    out = tmp_path / "out"
    out.write_text(text)
    result = export(form, CRASHER, "--skip-done", "-o", out)
    assert (result.returncode, result.stderr.decode()) == (2, f"tracecheck: {out} {why}\n")
    assert out.read_text() == text and os.listdir(tmp_path) == ["out"]


def test_a_database_of_something_else_stays(tmp_path):
    db = sqlite3.connect(tmp_path / "out")
    db.execute("CREATE TABLE traces (id)")
    db.close()
    result = export("sqlite", CRASHER, "--skip-done", "-o", tmp_path / "out")
    sentence = f"tracecheck: {tmp_path}/out is a database of something else, or of another version of tracecheck\n"
    assert (result.returncode, result.stderr.decode()) == (2, sentence)
    names = [name for (name,) in sqlite3.connect(tmp_path / "out").execute("SELECT name FROM sqlite_schema")]
    assert names == ["traces"]


@pytest.mark.parametrize("form", ["ndjson", "sqlite"])
def test_one_program_at_a_time_writes_it(form, tmp_path):
    pipe, out = tmp_path / "pipe", tmp_path / "out"
    os.mkfifo(pipe)
    first = subprocess.Popen([TRACECHECK, "export", "--format", form, CRASHER, pipe, "--skip-done", "-o", out])
    with pipe.open("wb"):  # opened for reading: the first one has its output
        result = export(form, CRASHER, "--skip-done", "-o", out)
        assert result.returncode == 2
        assert result.stderr.startswith(f"tracecheck: {out} cannot be written".encode()), result.stderr
    assert first.wait(timeout=PATIENCE) == 3
    lines = export(form, CRASHER, pipe.with_name("gone"), "--skip-done", "-o", out)
    assert lines.returncode == 2


def test_a_database_that_was_made_at_once_can_be_added_to(tmp_path):
    out = tmp_path / "out"
    export("sqlite", CRASHER, "-o", out)
    assert export("sqlite", CRASHER, WORK, "--skip-done", "-o", out).returncode == 0
    assert [row[0] for row in tables(out)["traces"]] == [str(CRASHER), str(WORK)]


def test_json_of_one_trace_has_no_names():
    assert not any("trace" in line for line in documents(export("ndjson", CRASHER)))
    assert json.loads(export("json", CRASHER).stdout)["trace"]["kind"] == "Trace"
