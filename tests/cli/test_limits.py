"""--max-memory, --max-bytes and --timeout: what is beyond them is not judged."""

import gzip
import os
import time

import pytest

from built_trace import HEADER, generation
from support import CRASHER, OK, documents, expect, expect_usage, run, validator, verify

LIMITED = [["verify"], ["export", "--format", "ndjson"], ["events"], ["wire"], ["stats"]]
BEYOND = "it has more than the {} bytes that may be read"
OVER = "the time limit was reached before its end"
NO_MEMORY = "it takes more memory than may be used"


@pytest.fixture(scope="module")
def long_trace(tmp_path_factory):
    """Of 8 generations, 350 kB each."""
    path = tmp_path_factory.mktemp("limits") / "long.trace"
    path.write_bytes(HEADER + b"".join(generation(number, 100, 20_000) for number in range(1, 9)))
    return path


@pytest.mark.parametrize("command", LIMITED, ids=lambda command: command[0])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_trace_with_more_bytes_is_not_judged(command, packed, long_trace, tmp_path):
    file = long_trace
    if packed:
        file = tmp_path / "long.trace.gz"
        file.write_bytes(gzip.compress(long_trace.read_bytes(), 1))
    result = run(*command, "--max-bytes", "1M", file)
    assert result.returncode == 4
    told = result.stdout.decode() + result.stderr.decode()
    assert f"{file}: not judged: {BEYOND.format(1 << 20)}\n" in told


@pytest.mark.parametrize("command", LIMITED, ids=lambda command: command[0])
def test_a_trace_of_just_that_size_is_judged(command):
    size = CRASHER.stat().st_size
    expect(run(*command, "--max-bytes", size, CRASHER), 0, None)
    expect(run(*command, "--max-bytes", size - 1, CRASHER), 4, None, None)


def test_where_a_limit_stops_the_reading_is_no_damage(long_trace):
    result = verify("--json", "--max-bytes", "1M", long_trace)
    expect(result, 4, None)
    (report,) = documents(result)
    validator("verify").validate(report)
    assert report["verdict"] == report["segments"][-1]["verdict"] == "not judged"
    assert report["message"] == BEYOND.format(1 << 20)
    assert report["damage"] == []
    assert len([g for g in report["generations"] if g["state"] == "whole"]) >= 2


def test_what_was_read_until_then_is_exported(long_trace):
    result = run("export", "--format", "ndjson", "--kind", "Log", "--max-bytes", "1M", long_trace)
    lines = documents(result)
    assert lines[-1]["verdict"] == "not judged" and lines[-1]["exit"] == 4
    assert len(lines) > 200


def test_grep_finds_what_comes_before_the_limit(long_trace):
    found = run("grep", "--max-bytes", "1M", "number 1[.]7 ", long_trace)
    assert found.returncode == 0 and b"number 1.7 " in found.stdout
    missed = run("grep", "--max-bytes", "1M", "number 8[.]7 ", long_trace)
    expect(missed, 2, "", None)
    assert BEYOND.format(1 << 20) in missed.stderr.decode()


def test_a_bomb_is_not_unpacked(tmp_path):
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(HEADER + generation(1, 1, 1_000_000), 1))
    assert bomb.stat().st_size < 200_000
    result = verify("--max-bytes", "1M", "--max-memory", "64M", bomb)
    expect(result, 4, None)
    assert result.stdout.decode().startswith(f"{bomb}: not judged: {BEYOND.format(1 << 20)}\n")


@pytest.mark.parametrize("command", [*LIMITED, ["grep", "no such text"]], ids=lambda command: command[0])
def test_the_time_limit_ends_the_wait_for_a_pipe(command):
    reader, writer = os.pipe()
    os.write(writer, CRASHER.read_bytes()[:-1])
    begin = time.monotonic()
    try:
        result = run(*command, "--timeout", "200ms", stdin=reader)
    finally:
        os.close(writer)
        os.close(reader)
    assert time.monotonic() - begin >= 0.2
    assert result.returncode == (2 if command[0] == "grep" else 4), result
    assert f"(standard input): not judged: {OVER}" in result.stdout.decode() + result.stderr.decode()


@pytest.mark.parametrize("command", LIMITED, ids=lambda command: command[0])
def test_no_time_at_all_is_over_at_once(command, long_trace):
    result = run(*command, "--timeout", "0s", long_trace)
    assert result.returncode == 4
    assert OVER in result.stdout.decode() + result.stderr.decode()


@pytest.mark.parametrize("command", [["verify"], ["export", "--format", "ndjson"], ["events"]], ids=lambda c: c[0])
def test_memory_beyond_the_limit_is_not_taken(command, tmp_path):
    file = tmp_path / "large.trace"
    file.write_bytes(HEADER + generation(1, 8_000, 10))
    result = run(*command, "--max-memory", "4M", file)
    assert result.returncode == 4, result
    assert f"{file}: not judged: {NO_MEMORY}\n" in result.stdout.decode() + result.stderr.decode()
    expect(run(*command, "--max-memory", "200M", file), 0, None)


def test_of_many_files_only_the_large_one_is_not_judged(tmp_path):
    file = tmp_path / "large.trace"
    file.write_bytes(HEADER + generation(1, 8_000, 10))
    result = verify("--json", "--max-memory", "4M", CRASHER, file, CRASHER)
    assert [report["verdict"] for report in documents(result)] == ["complete", "not judged", "complete"]


@pytest.mark.parametrize("command", [["verify"], ["grep", "x"], ["export", "--format", "sqlite", "-o", "out"]], ids=lambda c: c[0])
def test_a_file_for_which_there_is_no_memory_at_all_is_named(command, tmp_path):
    sentence = f"tracecheck: {CRASHER}: not judged: it takes more memory than --max-memory allows\n"
    expect(run(*command, "--max-memory", "50K", CRASHER, CRASHER, cwd=tmp_path), 4, "", sentence)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("options", [[], ["--by", "file"], ["--by", "goroutine"], ["--by", "type"]], ids=" ".join)
def test_stats_goes_on_behind_a_trace_that_takes_more_memory(options, large):
    for limit in range(300, 4000, 300):
        result = run("stats", "--json", *options, "--max-memory", f"{limit}K", CRASHER, large, CRASHER)
        assert options or len(documents(result)) == 3, result.stderr
        told = [line for line in result.stderr.decode().splitlines() if NO_MEMORY in line]
        assert all(line.startswith((f"tracecheck: {large}: ", f"tracecheck: {CRASHER}: ")) for line in told), told


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5M", "1P", "64MB", "99999999999T", "M", " 1"])
@pytest.mark.parametrize("option", ["--max-memory", "--max-bytes"])
def test_what_is_no_size_is_refused(option, text):
    expect_usage(verify(option, text, CRASHER), f"{option}: {text or repr('')} is not a size: give one like 64M or 2G", "verify")


@pytest.mark.parametrize("text", ["", "x", "-1s", "1x"])
def test_what_is_no_duration_is_refused(text):
    sentence = f"--timeout: {text or repr('')} is not a duration: give one like 5ms, 1.5s or 2m"
    expect_usage(verify("--timeout", text, CRASHER), sentence, "verify")


# Commands that write what was read


@pytest.mark.parametrize("command", [["repair"], ["slice", "--since", "0s"], ["redact"]], ids=lambda command: command[0])
@pytest.mark.parametrize("piped", [False, True], ids=["file", "pipe"])
def test_what_was_read_until_then_is_written_and_the_rest_is_not_passed_over(command, piped, long_trace, tmp_path):
    out = tmp_path / "out"
    options = {"input": long_trace.read_bytes()} if piped else {}
    result = run(*command, "--max-bytes", "1M", "-o", out, "-" if piped else long_trace, **options)
    expect(result, 4, None, None)
    unread = f"; the trace was not read to its end: {BEYOND.format(1 << 20)}"
    assert unread in result.stderr.decode()
    (document,) = documents(verify("--json", out))
    assert document["verdict"] == "complete" and document["events"]["replayed"] > 0
    if command == ["repair"]:
        assert document["notes"][0].endswith(unread)


@pytest.mark.parametrize("command", [["repair"], ["slice", "--since", "0s"], ["redact"]], ids=lambda command: command[0])
def test_where_the_limit_leaves_nothing_to_write_it_is_not_judged(command, long_trace, tmp_path):
    expect(run(*command, "--max-bytes", "20", "-o", tmp_path / "out", long_trace), 4, "", None)
    assert list(tmp_path.iterdir()) == []


def test_what_came_in_time_is_written(tmp_path):
    reader, writer = os.pipe()
    os.write(writer, CRASHER.read_bytes()[:-1])
    try:
        result = run("repair", "--timeout", "200ms", "-o", tmp_path / "out", stdin=reader)
    finally:
        os.close(writer)
        os.close(reader)
    expect(result, 4, "", None)
    assert f"; the trace was not read to its end: {OVER}\n" in result.stderr.decode()
    expect(verify(tmp_path / "out"), 0, None)


# Many files


@pytest.fixture
def large(tmp_path):
    """Takes more than 4 MB of memory to read, which CRASHER does not."""
    file = tmp_path / "large.trace"
    file.write_bytes(HEADER + generation(1, 8_000, 10))
    return file


@pytest.mark.parametrize("kind", ["log", "task"])
def test_grep_goes_on_behind_a_trace_that_takes_more_memory(kind, large):
    result = run("grep", "-c", "--kind", kind, "-e", "", "--max-memory", "4M", large, CRASHER)
    expect(result, 2, None, f"tracecheck: {large}: not judged: {NO_MEMORY}\n")
    assert result.stdout.decode().split("\n")[1] == run("grep", "-cH", "--kind", kind, "-e", "", CRASHER).stdout.decode()[:-1]


def test_assert_goes_on_behind_a_trace_that_takes_more_memory(large, tmp_path):
    check = ["--expect-log", "xyzzy-cat:xyzzy-msg"]
    result = run("assert", *check, "--max-memory", "4M", "--junit", tmp_path / "junit", large, CRASHER)
    expect(result, 1, None, f"tracecheck: {large}: not judged: {NO_MEMORY}\n")
    assert result.stdout.decode().split("\n")[1] == f"{CRASHER}: ok {' '.join(check)}: found once"
    assert (tmp_path / "junit").read_text().count("<testcase ") == 2


def test_wire_ends_where_there_is_no_more_memory(large):
    expect(run("wire", "--max-memory", "300K", large), 4, None, f"tracecheck: {large}: not judged: {NO_MEMORY}\n")


@pytest.mark.parametrize("text", ["9999999999s", "99999999999999999999ns"])
def test_a_duration_beyond_64_bits_is_too_long(text):
    expect_usage(verify("--timeout", text, CRASHER), f"--timeout: {text} is too long", "verify")


@pytest.mark.parametrize(
    "command",
    [["events"], ["grep", "--json", "-e", "."], *(["export", "--format", f] for f in ("ndjson", "json", "chrome", "csv"))],
    ids=" ".join,
)
def test_wherever_the_memory_ends_the_program_says_so(command):
    """It may be in the middle of an object that is being written."""
    file = OK / "go1.26-work.trace"
    codes = {run(*command, "--max-memory", f"{limit}K", file).returncode for limit in range(300, 800, 20)}
    assert codes <= {0, 2, 4} and codes & {2, 4}  # 2 is what grep says
