"""examples/spark on a fleet that it makes itself: the ten questions of docs/fleet.md find what was planted, as the plan of
the fleet has it, and one bad trace costs no other.

TRACECHECK_FLEET_TRACES=2000 in the environment makes the fleet of that document; CI has 200."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "spark"
sys.path[:0] = [str(ROOT / "tests" / "cli"), str(EXAMPLE)]

from go_children import skip_without_go  # noqa: E402
from pypi import folder_of  # noqa: E402
from support import CRASHER, TRACECHECK  # noqa: E402

import trace_pipe  # noqa: E402
import trace_rows  # noqa: E402

DOCUMENT = (ROOT / "docs" / "fleet.md").read_text()
QUESTIONS = dict(re.findall(r"^(\d+)\. .*?\n```sql\n(.*?);\n```$", DOCUMENT, re.M | re.S))
PACKAGES = ("pyspark==4.3.0", "pandas==2.3.3", "pyarrow==26.0.1")
TRACES = int(os.environ.get("TRACECHECK_FLEET_TRACES", 200))
SLOW_START = 500_000_000  # ns, as make_fleet.py plants it
# Few parts for a small fleet, and a virtual machine that does not compile what it runs once.
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


def environment():
    """In which Spark runs: its packages for the workers too, and nothing of the network."""
    settings = " ".join(f'--conf "{name}={value}"' for name, value in SETTINGS.items())
    return {
        "PYTHONPATH": str(folder_of(*PACKAGES)),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": f"--master local[2] {settings} pyspark-shell",
        "SPARK_LOCAL_IP": "127.0.0.1",
    }


def run_script(name, *arguments, **more):
    command = [sys.executable, EXAMPLE / name, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, env=os.environ | more)


class Fleet:
    """The plan of the fleet, and what Spark found."""

    def __init__(self, folder):
        self.folder = folder
        made = run_script("make_fleet.py", folder, "--traces", TRACES, "--tracecheck", TRACECHECK)
        assert made.returncode == 0, made.stderr
        self.plan = json.loads((folder / "plan.json").read_text())
        self.broken = [trace for trace in self.plan if trace["verdict"] != "complete"]

    def planted(self, what):
        found = [trace for trace in self.plan if trace["planted"] == what]
        assert found
        return found

    def answer(self, number):
        return [row.asDict() for row in self.spark.sql(QUESTIONS[str(number)]).collect()]


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    if shutil.which("java") is None:
        skip_without_go("no Java for Spark")
    os.environ |= environment()
    sys.path.insert(0, os.environ["PYTHONPATH"])
    import ask
    import fleet as job

    folder = tmp_path_factory.mktemp("fleet")
    made = Fleet(folder / "fleet")
    made.spark = job.SparkSession.builder.getOrCreate()
    given = [str(made.folder / "traces"), "--out", str(folder / "tables"), "--tracecheck", TRACECHECK, "--max-bytes", "64M"]
    job.fill(made.spark, job.arguments(given))
    ask.open_tables(made.spark, folder / "tables")
    made.job, made.ask, made.tables = job, ask, folder / "tables"
    yield made
    made.spark.stop()


def header(version):
    """Go 1.24 writes the format of 1.23."""
    return "1.23" if version == "1.24" else version


def traces_of(plan):
    return [trace["trace"] for trace in plan]


def test_the_plan_is_what_the_document_says(fleet):
    assert len(fleet.plan) == TRACES and len(QUESTIONS) == 10
    assert {trace["go_version"] for trace in fleet.plan} - {None} == {"1.22", "1.23", "1.24", "1.25", "1.26"}
    assert len(fleet.broken) == TRACES // 10
    assert {trace["verdict"] for trace in fleet.broken} >= {"truncated", "corrupt", "not judged"}


def test_each_trace_has_one_row_and_its_place(fleet):
    rows = fleet.spark.sql("SELECT trace, host, CAST(day AS STRING) AS day FROM verdicts ORDER BY trace").collect()
    assert [tuple(row) for row in rows] == [(trace["trace"], trace["host"], trace["day"]) for trace in by_host(fleet.plan)]


def by_host(plan):
    return sorted(plan, key=lambda trace: trace["trace"])


def test_how_many_are_whole(fleet):
    counts = {row["verdict"]: row["traces"] for row in fleet.answer(1)}
    assert counts == Counter(trace["verdict"] for trace in fleet.plan)


def test_which_are_broken_and_how(fleet):
    rows = fleet.answer(2)
    assert [(row["trace"], row["verdict"]) for row in rows] == [
        (trace["trace"], trace["verdict"]) for trace in by_host(fleet.broken)
    ]
    assert all(row["why"] for row in rows)
    assert all(row["damage_code"] for row in rows if row["verdict"] in ("truncated", "corrupt"))


def test_where_most_are_broken(fleet):
    found = {row["host"]: (row["traces"], row["broken"]) for row in fleet.answer(3)}
    hosts, broken = (Counter(trace["host"] for trace in plan) for plan in (fleet.plan, fleet.broken))
    assert found == {host: (count, broken[host]) for host, count in hosts.items()}
    shares = [count / traces for traces, count in found.values()]
    assert shares == sorted(shares, reverse=True)


def test_which_hold_this_log(fleet):
    rows = fleet.answer(4)
    assert [row["trace"] for row in rows] == traces_of(by_host(fleet.planted("log")))
    assert all(row["goroutine"] == 1 and 0.3 < row["seconds"] < 0.6 for row in rows)  # the seventh, 50 ms after each other


def test_where_the_longest_pause_is(fleet):
    rows = fleet.answer(5)
    long, collector = fleet.planted("long pause"), fleet.planted("long GC pause")
    assert {row["trace"] for row in rows[: len(long)]} == set(traces_of(long))
    assert all(row["kind"] == "read mem stats" and 400 <= row["ms"] < 500 for row in rows[: len(long)])
    assert {row["trace"] for row in rows[len(long) :]} == set(traces_of(collector))
    assert all(row["kind"] == "GC mark termination" and 250 <= row["ms"] < 300 for row in rows[len(long) :])


def test_one_machine_finds_the_same_longest_pauses(fleet):
    command = ["stats", "--by", "file", "--sort", "max-stw", "--top", "6", "--json", "--max-bytes", "64M"]
    result = subprocess.run([TRACECHECK, *command, *traces_of(fleet.plan)], capture_output=True, text=True)
    found = [(line["file"], line["row"]["max_stw"]) for line in map(json.loads, result.stdout.splitlines())]
    told = [(row["trace"], row["longest"]) for row in fleet.answer(5)]
    assert sorted(found) == sorted(told) and [pause for _, pause in found] == [pause for _, pause in told]


def test_where_the_collector_paused_for_long(fleet):
    found = {row["go_version"]: row["traces_over_100_ms"] for row in fleet.answer(6)}
    planted = Counter(header(trace["go_version"]) for trace in fleet.planted("long GC pause"))
    assert set(found) == {"1.22", "1.23", "1.25", "1.26"}
    assert {version: count for version, count in found.items() if count} == planted


def test_which_host_starts_slowly(fleet):
    rows = fleet.answer(7)
    assert len(rows) == len({trace["host"] for trace in fleet.plan})
    (slow,) = {trace["host"] for trace in fleet.planted("slow starts")}
    assert rows[0]["host"] == slow and rows[0]["p99_below_ms"] * 1e6 > SLOW_START
    assert all(row["p99_below_ms"] * 1e6 < SLOW_START for row in rows[1:])


def test_which_version_starts_slowly(fleet):
    rows = fleet.answer(8)
    (slow,) = {trace["go_version"] for trace in fleet.planted("slow starts")}
    assert rows[0]["go_version"] == slow and rows[0]["p99_below_ms"] * 1e6 > SLOW_START
    assert {row["go_version"] for row in rows[1:]} == {"1.23", "1.25", "1.26"}
    assert all(row["p99_below_ms"] * 1e6 < SLOW_START for row in rows[1:])


def test_which_goroutines_were_stuck(fleet):
    stuck = traces_of(by_host(fleet.planted("stuck")))
    rows = fleet.answer(9)
    assert {row["trace"] for row in rows} == set(stuck)
    # testdata/programs/ending leaves eight that wait for ever.
    assert sorted(row["trace"] for row in rows if row["function"] == "main.lastWords.func2") == stuck
    assert all(row["goroutines"] == 8 for row in rows if row["function"] == "main.lastWords.func2")
    assert all(90 <= row["seconds"] < 95 for row in rows)


def test_what_could_not_be_judged(fleet):
    rows = fleet.answer(10)
    left = [trace for trace in by_host(fleet.plan) if trace["verdict"] in ("not judged", "unreadable")]
    assert [row["trace"] for row in rows] == traces_of(left)
    why = {trace["of"]: row["why"] for trace, row in zip(left, rows)}
    told = "it has more than the 67108864 bytes that may be read"
    assert why["a header and zeros"] == why["a gzip bomb"] == told


def test_a_question_is_answered_in_columns(fleet, capsys):
    fleet.ask.print_answer(fleet.spark, "SELECT NULL AS none, COUNT(*) AS traces FROM verdicts")
    assert capsys.readouterr().out == f"none\ttraces\n\t{TRACES}\n"


def test_a_place_without_traces_or_with_tables_is_told(fleet, tmp_path):
    def told(*given):
        with pytest.raises(SystemExit) as ended:
            fleet.job.fill(fleet.spark, fleet.job.arguments([*map(str, given), "--tracecheck", TRACECHECK]))
        return ended.value.code

    assert told(tmp_path, "--out", tmp_path / "out") == f"fleet.py: no file like *.trace* is in {tmp_path}"
    assert "does not exist" in told(tmp_path / "nothing", "--out", tmp_path / "out")
    assert "already exists" in told(fleet.folder / "traces/host=web-1/day=2026-11-01", "--out", fleet.tables)


def test_what_a_user_may_lack_is_told(fleet, tmp_path):
    result = run_script("fleet.py", tmp_path, "--out", tmp_path / "out", "--tracecheck", "no-such-program")
    assert result.returncode == 2
    assert result.stderr.endswith("no-such-program is no program here; name tracecheck with --tracecheck\n")
    result = run_script("fleet.py", tmp_path, "--out", tmp_path / "out", "--tracecheck", TRACECHECK, "--max-bytes", "many")
    assert result.returncode == 2 and "cannot be used: " in result.stderr and "--max-bytes" in result.stderr
    for script in ("fleet.py", "ask.py"):
        result = run_script(script, "--help", PYTHONPATH="")
        assert result.returncode == 1
        assert f"{script} needs pyspark" in result.stderr and "pip install" in result.stderr


# One trace, without Spark


def verdict_by(program, limits=trace_pipe.Limits()):
    """The row of `verdicts` of a whole trace; nothing else is there where that fails."""
    rows = list(trace_rows.rows_of("x", 1, lambda: CRASHER.open("rb"), program, limits))
    assert rows[-1][0] == "verdicts" and set(rows[-1][1]) == set(trace_rows.COLUMNS["verdicts"])
    return rows[-1][1]


def failure(tmp_path, script, seconds=60):
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    verdict = verdict_by(program, trace_pipe.Limits(seconds=seconds))
    assert verdict["verdict"] == "not judged"
    return verdict["failure"]


def test_a_trace_gives_rows_of_every_table():
    rows = list(trace_rows.rows_of("x", 1, lambda: CRASHER.open("rb"), TRACECHECK, trace_pipe.Limits()))
    assert {table for table, _ in rows} == set(trace_rows.TABLES)
    assert all(set(row) == set(trace_rows.COLUMNS[table]) for table, row in rows)
    (log,) = [row for table, row in rows if table == "logs"]
    assert (log["category"], log["message"], log["goroutine"]) == ("xyzzy-cat", "xyzzy-msg", 1)
    assert rows[-1][1]["verdict"] == "complete" and rows[-1][1]["failure"] is None


def test_a_program_that_fails_costs_its_own_trace_only(tmp_path, monkeypatch):
    monkeypatch.setattr(trace_pipe, "PATIENCE", 0.5)
    monkeypatch.setattr(trace_pipe, "MOST_OUTPUT", 1 << 16)
    assert failure(tmp_path, "kill -9 $$") == "stats was killed by signal 9"
    assert failure(tmp_path, "printf '{\"verdict'; kill -11 $$") == "stats was killed by signal 11"
    assert failure(tmp_path, "exec sleep 60", seconds=1) == "stats took more than 1.5 s and was killed"
    assert failure(tmp_path, "exec yes '{}'") == "stats printed too much"
    assert failure(tmp_path, "echo hello") == "stats printed what is no JSON document"
    assert failure(tmp_path, "echo no memory >&2; exit 2") == "stats ended with exit code 2. no memory"
    assert failure(tmp_path, "echo '{\"exit\": 0}'").startswith("what tracecheck printed cannot be used: KeyError")
    assert verdict_by(tmp_path / "nothing")["failure"] == "stats could not be started: No such file or directory"


def test_a_failure_behind_the_verdict_keeps_the_verdict(tmp_path):
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\n[ "$1" = stats ] || kill -9 $$\nexec {TRACECHECK} "$@"\n')
    program.chmod(0o755)
    verdict = verdict_by(program)
    assert (verdict["verdict"], verdict["failure"]) == ("complete", "export was killed by signal 9")


class Failing:
    """A file that gives some bytes, and then fails as a network does."""

    def __init__(self, content):
        self.content = content

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def read(self, _):
        if not self.content:
            raise TimeoutError("the store does not answer")
        content, self.content = self.content, b""
        return content


def test_a_read_that_fails_is_no_cut(tmp_path):
    def verdict(opened):
        return list(trace_rows.rows_of("x", 1, opened, TRACECHECK, trace_pipe.Limits()))[-1][1]

    found = verdict(lambda: Failing(CRASHER.read_bytes()[:1000]))
    assert (found["verdict"], found["failure"]) == ("unreadable", "the trace cannot be read: the store does not answer")
    found = verdict(lambda: (tmp_path / "nothing").open("rb"))
    assert found["verdict"] == "unreadable" and "No such file or directory" in found["failure"]


def test_a_read_that_hangs_holds_nothing_up(monkeypatch):
    monkeypatch.setattr(trace_pipe, "PATIENCE", 0.2)
    answer = threading.Event()

    class Hanging(Failing):
        def read(self, _):
            answer.wait()
            return b""

    (*_, (_, verdict)) = trace_rows.rows_of("x", 1, lambda: Hanging(b""), TRACECHECK, trace_pipe.Limits(seconds=0.3))
    answer.set()
    assert (verdict["verdict"], verdict["failure"]) == ("unreadable", "the trace cannot be read: no answer")


def test_a_large_trace_is_read_again_and_a_small_one_kept(monkeypatch):
    opened = []

    def open_it():
        opened.append(1)
        return CRASHER.open("rb")

    def read():
        opened.clear()
        (*_, (_, verdict)) = trace_rows.rows_of("x", 1, open_it, TRACECHECK, trace_pipe.Limits())
        return verdict["verdict"], verdict["logs"], len(opened)

    assert read() == ("complete", 1, 1)
    monkeypatch.setattr(trace_pipe, "KEPT", 1000)
    monkeypatch.setattr(trace_pipe, "PIECE", 100)
    assert read() == ("complete", 1, 2)


def test_a_limit_is_told(tmp_path):
    verdict = verdict_by(TRACECHECK, trace_pipe.Limits(bytes="100"))
    assert (verdict["verdict"], verdict["failure"]) == ("not judged", None)
    assert verdict["message"] == "it has more than the 100 bytes that may be read"


def test_what_no_column_holds_is_left_out():
    assert trace_rows.number(str(2**63)) is None and trace_rows.number(str(2**63 - 1)) == 2**63 - 1
    assert trace_rows.text("a\udc80") == "a?"
    assert trace_rows.wall_clock("2026-11-23T23:06:29.527884792Z") == 1795475189527884792
