"""`tracecheck grep` on traces that are not whole, and on many files: what still counts, what is told, exit codes."""

import json
import re

import pytest
from grep_lines import DYING, LATE, grep, lines, texts, ticks
from support import CORRUPT, CRASHER, FIXTURES, OK, OTHER, TRUNCATED, expect, name_of, run


def test_a_match_in_a_truncated_trace_counts_and_the_state_is_told():
    result = grep("tick", DYING)
    expect(result, 0, None, None)
    assert re.fullmatch(rb"tracecheck: .*: truncated at byte \d+, generation 3: .*\n"
                        rb"tracecheck: .*: 2 logs that may match have lost their texts\n", result.stderr)


@pytest.mark.parametrize("trace", FIXTURES, ids=name_of)
def test_a_log_has_the_time_that_export_gives_it(trace):
    found = [json.loads(line)["time"] for line in grep("--json", "--kind", "log", trace).stdout.splitlines()]
    exported = [json.loads(line) for line in run("export", "--format", "ndjson", trace).stdout.splitlines()]
    times = [event["time"] for event in exported if event["kind"] == "Log"]
    # The reader moves events of one clock tick apart, a nanosecond each; grep does not look at them.
    assert len(found) == len(times)
    assert all(0 <= exact - time < 10 for time, exact in zip(found, times, strict=True))


def test_salvaged_matches_are_marked():
    found = lines(grep("--last", "3", DYING))
    assert not found[0].startswith("~")
    assert all(re.fullmatch(r"~\d+\.\d{9} g\d+( task \d+)? string#\d+: string#\d+", line) for line in found[1:])


@pytest.mark.parametrize("version", ["1.23", "1.25", "1.26"])
def test_texts_that_came_early_are_found_in_an_unfinished_generation(version):
    trace = TRUNCATED / f"go{version}-chatty-late.trace"
    result = grep("-v", "-e", "tick", trace)
    assert result.returncode == 0
    assert any(line.startswith("~") and "string#" not in line for line in lines(result))


def test_no_match_in_a_truncated_trace_is_not_a_no():
    result = grep("xyzzy", DYING)
    expect(result, 3, stderr=None)
    assert b"2 logs that may match have lost their texts\n" in result.stderr
    result = grep("xyzzy", TRUNCATED / "cut-bare-header.trace")
    expect(result, 3, stderr=None)
    assert b"no match; there may have been one in what is missing\n" in result.stderr


def test_lost_texts_count_only_if_they_could_matter():
    result = grep("--goroutine", "1", "--message", "xyzzy", DYING)
    assert result.returncode == 3 and b"lost" not in result.stderr


@pytest.mark.parametrize("folder, code", [(OK, 1), (TRUNCATED, 3)], ids=["ok", "truncated"])
def test_exit_codes_without_a_match(folder, code):
    for trace in sorted(folder.iterdir()):
        result = grep("not in any trace", trace)
        assert (result.returncode, result.stdout) == (code, b""), trace
        if code == 1:
            notes = [note for note in json.loads(run("verify", "--json", trace).stdout)["notes"] if "unseen" in note]
            assert [line.partition("; but ")[2] for line in result.stderr.decode().splitlines()] == notes, trace
        else:
            assert result.stderr, trace


@pytest.mark.parametrize("version, why", [
    ("1.24", "a kill between two generations leaves such a trace too: up to a second may be gone, unseen"),
    ("1.26", "trace.Stop did not end it: it was a panic, which loses nothing, or a kill or os.Exit, and then up to a "
             "second may be gone, unseen"),
])  # fmt: skip
def test_a_loss_that_no_byte_shows_is_told_where_nothing_matched_in_the_only_file(version, why):
    trace = OK / f"go{version}-exit-between.trace"
    expect(grep("nothing", trace), 1, "", f"tracecheck: {trace}: no match, and the trace is complete; but {why}\n")
    expect(grep("-q", "nothing", trace), 1)
    expect(grep("-c", "nothing", trace), 1, "0\n")
    expect(grep("nothing", trace, LATE), 1)
    expect(grep("-m1", "tick", trace), 0, None)
    expect(grep("nothing", LATE), 1)


def test_foreign_text_before_the_header():
    for trace in sorted(CORRUPT.glob("*-prints-before.trace")):
        result = grep("--category", "xyzzy-cat", trace)
        expect(result, 0, None, None)
        assert texts(result) == ["xyzzy-cat: xyzzy-msg"], trace
        assert b"stand before its header" in result.stderr
        expect(grep("not in any trace", trace), 2, stderr=None)


def test_damaged_traces_without_a_match_are_errors():
    for name in ("hole", "flip-gen", "text-after", "twice"):
        result = grep("not in any trace", CORRUPT / f"go1.26-{name}.trace")
        expect(result, 2, stderr=None)
        assert b": corrupt at byte " in result.stderr, name


def test_what_is_no_trace():
    for trace in sorted(OTHER.iterdir()):
        result = grep("xyzzy", trace)
        if "checksum" in trace.name:
            # All came, and was found, before the checksum showed that something is wrong.
            expect(result, 0, None, None)
        else:
            expect(result, 2, stderr=None)
        assert result.stderr.count(b"\n") == 1, trace


def test_many_files():
    missing = "no such file"
    assert grep("tick", CRASHER, DYING).returncode == 0
    assert grep("nothing", CRASHER, LATE).returncode == 1
    assert grep("nothing", CRASHER, DYING, LATE).returncode == 3
    assert grep("nothing", CRASHER, missing, DYING).returncode == 2
    assert grep("tick", missing, LATE).returncode == 2
    assert grep("-q", "tick", missing, LATE).returncode == 0
    assert grep("-q", "tick", CRASHER, missing).returncode == 2
    assert grep("-c", "tick", missing, LATE).stdout.decode() == f"{LATE}:{ticks()}\n"
    assert grep("-L", "tick", missing, LATE, CRASHER).stdout.decode() == f"{CRASHER}\n"
