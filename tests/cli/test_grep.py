"""`tracecheck grep`: what it finds, by patterns, tasks, goroutines and times."""

import re

import pytest
from grep_lines import LATE, LINE, OLD, WORK, grep, lines, numbers, texts, ticks
from support import CRASHER, documents, expect, run


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_traces_are_searched(suffix):
    assert grep("xyzzy", f"{CRASHER}{suffix}").stdout == grep("xyzzy", CRASHER).stdout != b""


# Patterns


def test_selectors_of_one_kind_are_alternatives_and_of_different_kinds_must_all_hold():
    assert numbers(grep("--message", "r 3$", "--message", "r 5$", LATE)) == [3, 5]
    expect(grep("--category", "tick", "--message", "xyzzy", LATE), 1)
    assert numbers(grep("--category", "tick", "-e", "number 7", LATE)) == [7]
    expect(grep("--category", "number", LATE), 1)


def test_pattern_styles():
    assert len(texts(grep("umber 1", LATE))) == 11
    expect(grep("-F", "num.er", LATE), 1)
    assert numbers(grep("-x", "number 1", LATE)) == [1]
    assert numbers(grep("-xi", "NUMBER 1", LATE)) == [1]
    expect(grep("NUMBER 1", LATE), 1)
    assert numbers(grep("-x", "number [1-3]", LATE)) == [1, 2, 3]
    assert texts(grep("-F", "日本", WORK))[0].startswith("ünïcödé: 日本語 ")


def test_the_first_word_is_the_pattern_only_where_nothing_selects():
    expect(grep("--category", "tick", "-c", LATE), 0, f"{ticks()}\n")
    expect(grep("-e", "tick", "-c", LATE), 0, f"{ticks()}\n")
    # With -q, too: what matches is not what was meant.
    for option in ("-c", "-q"):
        expect(grep("--since", "-2s", option, "error", LATE), 2, None, "tracecheck: error: no such file\ntracecheck: error "
               "is taken for a file, as other options select; a pattern beside them needs -e: -e error\n")
    expect(grep("--since", "-2s", "-q", "-e", "error", LATE), 1)
    expect(grep("--since", "-2s", "-q", "-e", "tick", "missing.trace", LATE), 0, stderr=None)
    result = grep("--since", "1s", "-c", ".", LATE)
    assert b". is taken for a file, as other options select; a pattern beside them needs -e" in result.stderr


def test_a_file_without_a_pattern_is_told(tmp_path):
    """Standard input is read then, which has nothing where a program was not piped into it."""
    (tmp_path / "panic.trace").write_bytes(CRASHER.read_bytes())
    hint = b"panic.trace is taken for the pattern, and standard input is read; the pattern stands before the file\n"
    result = run("grep", "panic.trace", cwd=tmp_path, input=b"")
    assert result.returncode == 3 and result.stderr.endswith(b"tracecheck: " + hint)
    found = run("grep", "panic.trace", "panic.trace", cwd=tmp_path)
    assert found.returncode == 1 and hint not in found.stderr


def test_patterns_with_brackets_commas_and_dashes():
    assert numbers(grep("-e", "[2,4]$", "-x", "-m2", LATE)) == []
    assert numbers(grep("[2,4]$", "-m2", LATE)) == [2, 4]
    assert numbers(grep("-e", "[2,4]$", "-m2", LATE)) == [2, 4]
    assert numbers(grep("--message=[2,4]$", "-m2", LATE)) == [2, 4]
    expect(grep("-e", "-dash", LATE), 1)
    expect(grep("--", "-dash", LATE), 1)


def test_a_pattern_named_like_a_command_is_a_pattern():
    for name in ("verify", "stats", "grep"):
        expect(grep(name, LATE), 1)


def test_a_pattern_of_bytes_that_are_no_utf8():
    found = texts(grep("-F", b"\xc3(", WORK))
    assert found and all(text.startswith(r"not utf-8 \xff: \xc3( ") for text in found)


def test_inversion_and_matches_are_all():
    everything = int(grep("-c", "", LATE).stdout)
    assert int(grep("-c", "tick", LATE).stdout) + int(grep("-vc", "tick", LATE).stdout) == everything > ticks()
    assert all(not text.startswith("tick") for text in texts(grep("-v", "tick", LATE)))
    expect(grep("-v", "", LATE), 1)


def test_inversion_keeps_other_selections():
    assert texts(grep("-v", "-e", "tick", "--goroutine", "1", LATE)) == ["last: from the main thread"]


# Tasks, goroutines, times


def times(result):
    return [float(LINE.fullmatch(line).group(2)) for line in lines(result)]


def test_a_task_has_its_sub_tasks():
    objects = documents(grep("--json", "", WORK))
    begins = documents(run("export", "--format", "ndjson", "--kind", "TaskBegin", WORK))
    parents = {task["id"]: task["parent"] for task in begins if task["kind"] == "TaskBegin"}
    root = next(parent for parent in parents.values() if parent in parents)
    family = {root}
    while grown := {task for task, parent in parents.items() if parent in family} - family:
        family |= grown
    expected = [o for o in objects if o["task"] in family]
    assert documents(grep("--json", "--task", root, WORK)) == expected
    assert 0 < len(expected) < len(objects)
    assert {o["task"] for o in expected} != {root}


def test_a_goroutine_is_named_as_it_is_printed():
    assert grep("-e", ".", "--goroutine", "g1", LATE).stdout == grep("-e", ".", "--goroutine", "1", LATE).stdout != b""
    assert grep("-e", ".", "--goroutine", "g", LATE).returncode == 2


def test_goroutines():
    objects = documents(grep("--json", "", WORK))
    ids = {o["goroutine"] for o in objects}
    assert len(ids) > 1
    for goroutine in ids:
        expected = [o for o in objects if o["goroutine"] == goroutine]
        assert documents(grep("--json", "--goroutine", goroutine, WORK)) == expected


@pytest.mark.parametrize("way", ["file", "pipe"])
def test_times_from_start_and_end(way):
    def found(*arguments):
        if way == "pipe":
            return times(grep("-e", "", *arguments, input=LATE.read_bytes()))
        return times(grep("-e", "", *arguments, LATE))

    everything = found()
    assert found("--since", "1s") == [t for t in everything if t >= 1]
    assert found("--since", "1000ms", "--until", "1.5s") == [t for t in everything if 1 <= t <= 1.5]
    assert found("--until", "0.02m") == [t for t in everything if t <= 1.2]
    recent = found("--since", "-500ms")
    assert 5 < len(recent) < 15 and recent == everything[-len(recent):]
    earlier = found("--until", "-500ms")
    assert earlier + recent == everything
    assert found("--since", "-1s", "--until", "-500ms") == [t for t in found("--since", "-1s") if t not in recent]
    # What the output shows can be given back.
    assert len(found("--since", f"{everything[7]:.9f}", "--until", f"{everything[9]:.9f}")) == 3


def test_clock_times():
    shown = [line.split(" ", 1)[0] for line in lines(grep("--wall", "tick", LATE))]
    assert len(shown) == ticks() and shown == sorted(shown)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", time) for time in shown)
    between = grep("--wall", "-e", "tick", "--since", shown[3], "--until", shown[5].replace("Z", "+00:00"), LATE)
    assert [line.split(" ", 1)[0] for line in lines(between)] == shown[3:6]
    expect(grep("-e", "tick", "--until", "2020-01-01T00:00:00Z", LATE), 1)


def test_clock_times_need_a_clock():
    for selection in (["--wall", "tick"], ["--since", "2020-01-01T00:00:00Z"]):
        result = grep(*selection, OLD)
        expect(result, 2, stderr=None)
        assert b"a wall clock, which traces have from Go 1.25 on; this one is of Go 1.23 or 1.24\n" in result.stderr


@pytest.mark.parametrize("kinds", [[], ["--kind", "log,task"]], ids=["logs", "more"])
@pytest.mark.parametrize("bounds", [["--since=-100ms"], ["--until=-100ms"], ["--since=-1s", "--until=-100ms"]], ids=" ".join)
def test_the_traces_of_a_stream_have_ends_of_their_own(bounds, kinds):
    files = [LATE, WORK, CRASHER, LATE]
    apart = [lines(grep(*kinds, *bounds, "-e", "", path)) for path in files]
    together = grep(*kinds, *bounds, "-e", "", "-", input=b"".join(path.read_bytes() for path in files))
    assert lines(together) == sum(apart, []) and sum(apart, [])


@pytest.mark.parametrize("kinds", [[], ["--kind", "log,task"]], ids=["logs", "more"])
def test_what_was_found_before_a_trace_without_a_clock_counts(kinds):
    """In one stream each trace has a clock of its own, or none."""
    both = CRASHER.read_bytes() + OLD.read_bytes()
    alone = lines(grep(*kinds, "--wall", "-e", "xyzzy", CRASHER))
    assert len(alone) == 1
    for options, expected in ((["--wall"], alone), (["--wall", "-c"], ["1"]),
                              (["--wall", "--last", "1"], alone), (["--wall", "--until=-1ns"], alone)):  # fmt: skip
        result = grep(*kinds, *options, "-e", "xyzzy", "-", input=both)
        expect(result, 2, None, None)
        assert lines(result) == expected, options
        assert b"--wall needs a wall clock, which traces have from Go 1.25 on; this one is of Go" in result.stderr
    since = grep(*kinds, "-e", "", "--since", "2020-01-01T00:00:00Z", "-", input=OLD.read_bytes() + CRASHER.read_bytes())
    expect(since, 2, "", None)
