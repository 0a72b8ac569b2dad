"""`tracecheck stats --by`: rows of many traces, sorted and cut; and the tables on a terminal."""

import re

import pytest
from stats_calls import document, stats
from support import CORRUPT, CRASHER, OK, OTHER, TRUNCATED, documents, expect, run_on_terminal, validator

ROW_VALIDATOR = validator("stats-row")


def rows(*arguments):
    lines = documents(stats("--json", *arguments))
    for line in lines:
        ROW_VALIDATOR.validate(line)
    return lines


def test_the_one_of_many_with_the_longest_pause_is_found():
    files = sorted(OK.glob("*.trace"))
    pauses = {str(path): document(path)["summary"]["stop_the_world"]["durations"]["max"] or 0 for path in files}
    worst = max(pauses, key=pauses.get)
    (row,) = rows("--by", "file", "--sort", "max-stw", "--top", "1", *files)
    assert (row["file"], row["by"], row["row"]["max_stw"]) == (worst, "file", pauses[worst])
    lines = stats("--by", "file", "--sort", "max-stw", "--top", "1", *files).stdout.decode().split("\n")
    assert len(lines) == 3 and lines[0].split()[:2] == ["max", "STW"] and lines[1].endswith("  complete  " + worst)


def test_files_stay_in_order_unless_they_are_sorted():
    files = [CRASHER, OTHER / "text.trace", OK / "go1.22-work.trace", TRUNCATED / "go1.26-mapwrites-late.trace"]
    for workers in ("1", "3"):
        assert [row["file"] for row in rows("--by", "file", "-j", workers, *files)] == list(map(str, files))
    by_time = rows("--by", "file", "--sort", "duration", *files)
    times = [row["row"]["duration"] for row in by_time[:3]]
    assert times == sorted(times, reverse=True)
    assert by_time[3]["row"]["duration"] is None and by_time[3]["row"]["verdict"] == "not a trace"


KEYS = {
    "file": ["max-stw", "max-gc", "p99-sched", "blocked", "heap", "goroutines", "duration"],
    "function": ["execution", "sched-wait", "p99-sched", "blocked", "syscall", "gc", "total", "goroutines"],
    "goroutine": ["execution", "sched-wait", "blocked", "syscall", "gc", "total"],
    "task": ["duration", "sub-tasks"],
    "region": ["total", "count", "median", "p99", "max"],
    "type": ["bytes", "count"],
}
VALUES = {
    "max-stw": lambda row: row["max_stw"], "max-gc": lambda row: row["max_gc"],
    "p99-sched": lambda row: row["p99_sched"] if "p99_sched" in row else row["scheduling_latency"]["p99"],
    "sched-wait": lambda row: row["scheduling_wait"], "syscall": lambda row: row["syscall"] + row["syscall_block"],
    "gc": lambda row: sum(entry["time"] for entry in row["ranges"] if not entry["name"].startswith("stop")),
    "sub-tasks": lambda row: row["sub_tasks"],
    "total": lambda row: row["durations"]["total"] if "durations" in row else row["total"],
    "median": lambda row: row["durations"]["median"], "p99": lambda row: row["durations"]["p99"],
    "max": lambda row: row["durations"]["max"],
}


@pytest.mark.parametrize("by, key", [(by, key) for by, keys in KEYS.items() for key in keys])
def test_rows_are_sorted_by_every_key_that_help_names(by, key):
    files = [OK / "go1.26-work.trace", OK / "go1.23-work.trace"]
    all_rows = rows("--by", by, "--sort", key, *files)
    values = [VALUES.get(key, lambda row: row[key.replace("-", "_")])(line["row"]) for line in all_rows]
    known = [value for value in values if value is not None]
    assert known and values == sorted(known, reverse=True) + [None] * (len(values) - len(known))
    assert rows("--by", by, "--sort", key, "--top", "3", *files) == all_rows[:3]
    words = " ".join(stats("--help").stdout.decode().split())
    listed = re.search(rf" {by}: ((?:[^ ]+, )*[^ ]+)", words)[1]
    assert sorted(listed.split(", ")) == sorted(KEYS[by])


@pytest.mark.parametrize("by", KEYS)
def test_a_table_has_the_rows_of_the_document(by):
    path = TRUNCATED / "go1.26-mapwrites-late.trace"
    lines = stats("--by", by, path).stdout.decode().split("\n")[1:-1]
    found = rows("--by", by, path)
    assert len(lines) == len(found) > 0
    for line, row in zip(lines, found):
        names = [row["row"].get(name) for name in ("function", "name") if name in row["row"]] or [str(path)]
        assert line.endswith(names[0] or "(not known)")


def test_types_of_events_alone_are_counted_without_a_replay():
    path = CORRUPT / "go1.26-flip-seq.trace"
    result = stats("--by", "type", path)
    expect(result, 0, None, "")
    assert stats(path).returncode == 1
    assert {row["row"]["name"]: row["row"]["count"] for row in rows("--by", "type", path)} == {
        row["name"]: row["count"] for row in document(path)["event_types"]}


def test_rows_of_many_files_are_named_after_them():
    files = [OK / "go1.26-work.trace", OK / "go1.25-work.trace"]
    for line in stats("--by", "region", *files).stdout.decode().split("\n")[1:-1]:
        assert line.endswith((str(files[0]), str(files[1])))


@pytest.mark.parametrize("width", [60, 80])
def test_on_a_narrow_terminal_names_can_be_told_apart(width):
    path = OK / "go1.26-work.trace"
    full = stats(path).stdout.decode().split("\n")
    code, shown, _ = run_on_terminal("stats", "--color", "never", path, columns=width)
    shown = shown.decode().split("\n")
    assert code == 0 and all(len(line) <= width for line in shown[1:] if not line.startswith("a wider terminal"))
    first = next(i for i, line in enumerate(shown) if line.startswith("execution"))
    whole = full[next(i for i, line in enumerate(full) if line.startswith("execution")):]
    rows = shown[first:first + whole.index("")]
    for row, line in zip(rows, whole):
        if line.startswith("and "):
            break
        assert len(row) <= width and row.endswith(line.split("  ")[-1][-8:])
    assert any(line.startswith("a wider terminal also shows: ") and "total, goroutines" in line for line in shown)


@pytest.mark.parametrize("arguments, sentence", [
    (["--by", "line", CRASHER], "unknown kind of row line (known: file, function, goroutine, task, region, type)"),
    (["--sort", "heap", CRASHER], "--sort needs --by file, function, goroutine, task, region or type"),
    (["--by", "task", "--sort", "heap", CRASHER],
     "--by task cannot be sorted by heap (known: duration, sub-tasks)"),
    (["--json", "--top", "3", CRASHER], "--top goes with a table, or with --by"),
    (["--top", "0", CRASHER], "0 is too small: 1 is the least"),
])
def test_what_cannot_be_asked_for(arguments, sentence):
    expect_usage_of_stats(stats(*arguments), sentence)


def expect_usage_of_stats(result, sentence):
    assert (result.returncode, result.stdout) == (2, b"")
    assert sentence in result.stderr.decode() and result.stderr.decode().endswith("Try 'tracecheck stats --help'.\n")


def test_tables_have_ten_rows_unless_more_are_asked_for():
    path = OK / "go1.26-work.trace"
    functions = len(document(path)["summary"]["functions"])
    text = stats(path).stdout.decode()
    assert f"and {functions - 10} more: --top N shows N, --by function all\n" in text
    types = len(document(path)["event_types"])
    assert f"\nand {types - 10} more: --top N shows N, --by type all\n" in text
    assert "more: --top" not in stats("--top", "100", path).stdout.decode()
