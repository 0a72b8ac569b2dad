"""`tracecheck stats` against the pages of `go tool trace`: goroutines, tasks and regions, to the nanosecond.

Where it differs on purpose, docs/stats.md says so. Without Go these tests are skipped; under TRACECHECK_REQUIRE_GO=1
that is a failure."""

import shutil
from collections import Counter

import pytest
from go_children import skip_without_go
from go_tool_pages import go_tool_trace, nanoseconds
from support import OK, documents, name_of, run

# Of each version of Go: tasks and regions, many goroutines, garbage collection under way as tracing begins.
TRACES = [
    OK / f"go{version}-{name}.trace"
    for version in ("1.22", "1.23", "1.24", "1.25", "1.26") for name in ("work", "many", "midgc", "stop-late")
]


@pytest.fixture(scope="module", params=TRACES, ids=name_of)
def trace(request):
    return request.param


@pytest.fixture(scope="module")
def pages(trace):
    if shutil.which("go") is None:
        skip_without_go("no go on PATH")
    with go_tool_trace(trace) as found:
        yield found


def rows(by, trace):
    return [line["row"] for line in documents(run("stats", "--by", by, "--json", trace))]


def summary(trace):
    (document,) = documents(run("stats", "--json", trace))
    return document["summary"]


def as_the_page_has_it(row):
    """The times of a goroutine by the names of the page; those that are 0 left out."""
    times = {
        "Total": row["total"],
        "Execution time": row["execution"],
        "Sched wait time": row["scheduling_wait"],
        "Syscall execution time": row["syscall"],
        "Block time (syscall)": row["syscall_block"],
    } | {f"Block time ({entry['reason'] or ''})": entry["time"] for entry in row["blocked_by"]}
    times["Unknown time"] = row["total"] - sum(time for name, time in times.items() if name != "Total")
    return {name: time for name, time in times.items() if time}


def without_zeros(times):
    return {name: time for name, time in times.items() if time}


def test_durations_are_read_as_go_prints_them():
    for text, expected in [
        ("0s", 0), ("1ns", 1), ("1.5µs", 1500), ("12.345678ms", 12345678), ("1m0.000000001s", 60 * 10**9 + 1),
        ("1h2m3.5s", 3723 * 10**9 + 5 * 10**8), ("-3ms", -3000000),
    ]:
        assert nanoseconds(text) == expected


def test_goroutines_have_the_times_of_the_tool(trace, pages):
    ours = {row["goroutine"]: row for row in rows("goroutine", trace)}
    seen = 0
    for function in pages.functions():
        for id, (times, ranges) in pages.goroutines(function).items():
            row = ours[id]
            # A goroutine that the tool has no name for may have one here, from other events of its.
            assert function in (row["function"], "")
            assert as_the_page_has_it(row) == without_zeros(times), (function, id)
            assert {entry["name"]: entry["time"] for entry in row["ranges"] if entry["time"]} == without_zeros(ranges)
            seen += 1
    assert seen == len(ours)


def test_functions_have_the_goroutines_and_times_of_the_tool(trace, pages):
    functions = {row["function"] or "": (row["goroutines"], row["execution"]) for row in summary(trace)["functions"]}
    theirs = pages.functions()
    if functions.keys() == theirs.keys():
        assert functions == theirs
    assert sum(time for _, time in functions.values()) == sum(time for _, time in theirs.values())


def test_tasks_have_the_durations_of_the_tool(trace, pages):
    ours, theirs = rows("task", trace), pages.tasks()
    for name, (count, durations) in theirs.items():
        mine = [row for row in ours if row["name"] == name]
        assert len(mine) == count
        assert {row["task"]: row["duration"] for row in mine if row["duration"] is not None} == durations
    # The tool forgets the name of a task that is ended once more.
    ends = Counter(event["id"] for event in documents(run("export", "--format", "ndjson", "--kind", "TaskEnd", trace))
                   if event["kind"] == "TaskEnd")
    assert all(ends[row["task"]] > 1 for row in ours if row["name"] and row["name"] not in theirs)


def test_regions_have_the_times_of_the_tool(trace, pages):
    ours = {row["name"]: row for row in summary(trace)["regions"]}
    theirs = pages.regions()
    theirs.pop("", None)  # what goroutines inherit of a task
    assert ours.keys() == theirs.keys()
    whole = 0
    for name, all_times in theirs.items():
        row = ours[name]
        assert row["count"] == len(all_times)
        if row["durations"]["count"] != row["count"]:
            continue
        whole += 1
        totals = sorted(times["Total"] for times in all_times)
        durations = row["durations"]
        assert (durations["min"], durations["max"], durations["total"]) == (totals[0], totals[-1], sum(totals))
        assert durations["median"] == totals[(len(totals) + 1) // 2 - 1]
        sums = Counter()
        for times in all_times:
            sums.update(times)
        blocked = sum(time for title, time in sums.items()
                      if title.startswith("Block time (") and title != "Block time (syscall)")
        assert (row["execution"], row["scheduling_wait"], row["blocked"], row["syscall"], row["syscall_block"]) == (
            sums["Execution time"], sums["Sched wait time"], blocked, sums["Syscall execution time"],
            sums["Block time (syscall)"])
    assert whole or not theirs
