"""`tracecheck grep`: what it finds, how it prints it, its exit codes, and that it answers while the child runs."""

import base64
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import jsonschema
import pytest

TRACECHECK = os.environ.get("TRACECHECK", "tracecheck")
TESTDATA = Path(os.environ.get("TESTDATA", Path(__file__).parents[2] / "testdata"))
OK, TRUNCATED, CORRUPT, OTHER = (TESTDATA / folder for folder in ("ok", "truncated", "corrupt", "other"))
CRASHER = OK / "go1.26-crasher.trace"
LATE = OK / "go1.26-stop-late.trace"  # three generations of "tick: number N", one each 50 ms
OLD = OK / "go1.24-stop-late.trace"
WORK = OK / "go1.26-work.trace"
DYING = TRUNCATED / "go1.26-mapwrites-late.trace"
LINE = re.compile(r"(~?)(\d+\.\d{9}) g(\d+)(?: task (\d+))? (.*)")


def grep(*arguments, **options):
    if "input" not in options:
        options["stdin"] = subprocess.DEVNULL
    arguments = [argument if isinstance(argument, bytes) else str(argument) for argument in arguments]
    return subprocess.run([TRACECHECK, "grep", *arguments], capture_output=True, timeout=60, **options)


def lines(result):
    return result.stdout.decode().splitlines()


def texts(result):
    """The part of each line behind time, goroutine and task."""
    return [LINE.fullmatch(line).group(5) for line in lines(result)]


def times(result):
    return [float(LINE.fullmatch(line).group(2)) for line in lines(result)]


def check(result, code, stdout=None, stderr=b""):
    assert result.returncode == code, result
    if stdout is not None:
        assert result.stdout.decode() == stdout
    if stderr is not None:
        assert result.stderr == stderr


def numbers(result):
    return [int(text.removeprefix("tick: number ")) for text in texts(result)]


def ticks(trace=LATE):
    """How many logs of that category it has; that varies with the machine that made it."""
    events = subprocess.run([TRACECHECK, "events", trace], capture_output=True, check=True).stdout
    return events.count(b' Category="tick" ')


# The seed scene.


@pytest.mark.parametrize("version", ["1.23", "1.24", "1.25", "1.26"])
@pytest.mark.parametrize("way", ["file", "pipe"])
def test_the_last_log_of_a_crashed_program_is_found(version, way):
    trace = OK / f"go{version}-crasher.trace"
    selection = ["--category", "xyzzy-cat", "--message", "xyzzy-msg"]
    result = grep(*selection, trace) if way == "file" else grep(*selection, input=trace.read_bytes())
    check(result, 0)
    assert texts(result) == ["xyzzy-cat: xyzzy-msg"]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_traces_are_searched(suffix):
    assert grep("xyzzy", f"{CRASHER}{suffix}").stdout == grep("xyzzy", CRASHER).stdout != b""


# Patterns.


def test_selectors_of_one_kind_are_alternatives_and_of_different_kinds_must_all_hold():
    assert numbers(grep("--message", "r 3$", "--message", "r 5$", LATE)) == [3, 5]
    check(grep("--category", "tick", "--message", "xyzzy", LATE), 1, "")
    assert numbers(grep("--category", "tick", "-e", "number 7", LATE)) == [7]
    check(grep("--category", "number", LATE), 1, "")


def test_pattern_styles():
    assert len(texts(grep("umber 1", LATE))) == 11
    check(grep("-F", "num.er", LATE), 1, "")
    assert numbers(grep("-x", "number 1", LATE)) == [1]
    assert numbers(grep("-xi", "NUMBER 1", LATE)) == [1]
    check(grep("NUMBER 1", LATE), 1, "")
    assert numbers(grep("-x", "number [1-3]", LATE)) == [1, 2, 3]
    assert texts(grep("-F", "日本", WORK))[0].startswith("ünïcödé: 日本語 ")


def test_the_first_word_is_the_pattern_only_where_nothing_selects():
    check(grep("--category", "tick", "-c", LATE), 0, f"{ticks()}\n")
    check(grep("-e", "tick", "-c", LATE), 0, f"{ticks()}\n")
    result = grep("--since", "1s", "-c", "tick", LATE)
    assert result.returncode == 2
    assert b"tick is taken for a file, as other options select; a pattern beside them needs -e" in result.stderr


def test_patterns_with_brackets_commas_and_dashes():
    assert numbers(grep("-e", "[2,4]$", "-x", "-m2", LATE)) == []
    assert numbers(grep("[2,4]$", "-m2", LATE)) == [2, 4]
    assert numbers(grep("-e", "[2,4]$", "-m2", LATE)) == [2, 4]
    assert numbers(grep("--message=[2,4]$", "-m2", LATE)) == [2, 4]
    check(grep("-e", "-dash", LATE), 1, "")
    check(grep("--", "-dash", LATE), 1, "")


def test_a_pattern_named_like_a_command_is_a_pattern():
    for name in ("verify", "stats", "grep"):
        check(grep(name, LATE), 1, "")


def test_a_pattern_of_bytes_that_are_no_utf8():
    found = texts(grep("-F", b"\xc3(", WORK))
    assert found and all(text.startswith(r"not utf-8 \xff: \xc3( ") for text in found)


def test_inversion_and_matches_are_all():
    everything = int(grep("-c", "", LATE).stdout)
    assert int(grep("-c", "tick", LATE).stdout) + int(grep("-vc", "tick", LATE).stdout) == everything > ticks()
    assert all(not text.startswith("tick") for text in texts(grep("-v", "tick", LATE)))
    check(grep("-v", "", LATE), 1, "")


def test_inversion_keeps_other_selections():
    assert texts(grep("-v", "-e", "tick", "--goroutine", "1", LATE)) == ["last: from the main thread"]


# Tasks, goroutines, times.


def test_a_task_has_its_sub_tasks():
    objects = [json.loads(line) for line in lines(grep("--json", "", WORK))]
    begins = subprocess.run([TRACECHECK, "export", "--format", "ndjson", "--kind", "TaskBegin", WORK],
                            capture_output=True, check=True).stdout.splitlines()
    parents = {task["id"]: task["parent"] for task in map(json.loads, begins) if task["kind"] == "TaskBegin"}
    root = next(parent for parent in parents.values() if parent in parents)
    family = {root}
    while grown := {task for task, parent in parents.items() if parent in family} - family:
        family |= grown
    expected = [o for o in objects if o["task"] in family]
    assert [json.loads(line) for line in lines(grep("--json", "--task", root, WORK))] == expected
    assert 0 < len(expected) < len(objects)
    assert {o["task"] for o in expected} != {root}


def test_goroutines():
    objects = [json.loads(line) for line in lines(grep("--json", "", WORK))]
    ids = {o["goroutine"] for o in objects}
    assert len(ids) > 1
    for goroutine in ids:
        expected = [o for o in objects if o["goroutine"] == goroutine]
        assert [json.loads(line) for line in lines(grep("--json", "--goroutine", goroutine, WORK))] == expected


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
    check(grep("-e", "tick", "--until", "2020-01-01T00:00:00Z", LATE), 1, "")


def test_clock_times_need_a_clock():
    for selection in (["--wall", "tick"], ["--since", "2020-01-01T00:00:00Z"]):
        result = grep(*selection, OLD)
        check(result, 2, "", None)
        assert b"a wall clock, which traces have from Go 1.25 on; this one is of Go 1.23\n" in result.stderr


# Output.


def test_lines():
    found = lines(grep("", WORK))
    assert all(LINE.fullmatch(line) for line in found)
    for text in (
        r"controls: nul \x00 bell \a tab \t line \n return \r escape \x1b[31m delete \x7f",
        r"invisible: bom \ufeff rtl \u202e line separator \u2028 soft hyphen \u00ad next line \u0085",
        ": ",
        "no message: ",
        ": no category",
        "quotes: \"double\" 'single' `back` \\ slash",
    ):
        assert text in texts(grep("", WORK)), text
    tasks = {LINE.fullmatch(line).group(4) for line in found}
    assert None in tasks and "0" not in tasks and len(tasks) > 1


def test_stacks():
    found = lines(grep("--stack", "xyzzy", CRASHER))
    assert found[1] == "\tmain.main"
    assert re.fullmatch(r"\t\t.*/main\.go:\d+", found[2])


def test_limits():
    assert numbers(grep("-m3", "tick", LATE)) == [0, 1, 2]
    assert numbers(grep("--last", "3", "tick", LATE)) == [ticks() - 3, ticks() - 2, ticks() - 1]
    check(grep("-m0", "tick", LATE), 1, "")
    check(grep("-c", "-m5", "tick", LATE), 0, "5\n")
    check(grep("-c", "--last", "5", "tick", LATE), 0, "5\n")
    assert texts(grep("--last", "1", LATE)) == ["last: from the main thread"]
    assert texts(grep("--last", "1", input=LATE.read_bytes())) == ["last: from the main thread"]


def test_quiet():
    check(grep("-q", "tick", LATE), 0, "")
    check(grep("-q", "nothing", LATE), 1, "")


def test_file_names():
    both = grep("-m1", "tick", LATE, OLD)
    assert [line.split(":")[0] for line in lines(both)] == [str(LATE), str(OLD)]
    assert lines(grep("-H", "-m1", "tick", LATE))[0].startswith(f"{LATE}:0.")
    assert lines(grep("-I", "-m1", "tick", LATE, OLD))[0].startswith("0.")
    assert lines(grep("-IH", "-m1", "tick", LATE))[0].startswith(f"{LATE}:")
    assert lines(grep("-H", "-m1", "tick", input=LATE.read_bytes()))[0].startswith("(standard input):0.")
    assert lines(grep("-H", "-m1", "tick", "-", input=LATE.read_bytes()))[0].startswith("(standard input):0.")
    check(grep("-c", "tick", LATE, CRASHER), 0, f"{LATE}:{ticks()}\n{CRASHER}:0\n")
    check(grep("-c", "tick", LATE), 0, f"{ticks()}\n")
    check(grep("-l", "tick", LATE, CRASHER), 0, f"{LATE}\n")
    check(grep("-L", "tick", LATE, CRASHER), 0, f"{CRASHER}\n")
    check(grep("-L", "tick", LATE), 0, "")
    check(grep("-l", "tick", CRASHER), 1, "")
    check(grep("-0l", "tick", LATE), 0, f"{LATE}\0")
    check(grep("-0c", "tick", LATE, CRASHER), 0, f"{LATE}\0{ticks()}\n{CRASHER}\x000\n")
    assert grep("-0H", "-m1", "tick", LATE).stdout.startswith(os.fsencode(LATE) + b"\x000.")


ODD_NAMES = ["with space", "new\nline", "[a,b]", "[x]", "comma,s", "-dash", "ünï", b"not utf-8 \xff", "\x1b[31m", "a:b"]


@pytest.mark.parametrize("name", ODD_NAMES, ids=repr)
def test_odd_file_names(tmp_path, name):
    path = tmp_path / os.fsdecode(name)
    path.write_bytes(CRASHER.read_bytes())
    relative = [os.fsencode(name)]
    result = grep("-l", "-0", "--category", "xyzzy", "--", *relative, cwd=tmp_path)
    check(result, 0)
    assert result.stdout == os.fsencode(name) + b"\0"
    result = grep("--json", "-H", "xyzzy", path)
    check(result, 0)
    log = json.loads(result.stdout)
    if isinstance(name, str):
        assert log["file"] == str(path) and "file_base64" not in log
    else:
        assert base64.b64decode(log["file_base64"]) == os.fsencode(path)
    shown = grep("-H", "xyzzy", path).stdout
    assert shown.count(b"\n") == 1 and b"\x1b" not in shown and b"xyzzy-cat: xyzzy-msg" in shown


def test_colours():
    plain = grep("umber 3$", "-H", LATE).stdout
    coloured = grep("--color", "always", "umber 3$", "-H", LATE).stdout
    assert b"tick: n\x1b[1;31mumber 3\x1b[0m\n" in coloured
    assert re.sub(rb"\x1b\[[0-9;]*m", b"", coloured) == plain
    assert b"\x1b" not in plain


# JSON.


@pytest.mark.parametrize("trace", sorted(OK.iterdir()), ids=lambda path: path.name)
def test_json_is_what_export_gives(trace):
    """But for the time, which the reader moves by a few nanoseconds where events have the same."""
    found = [json.loads(line) for line in lines(grep("--json", "", trace))]
    exported = subprocess.run([TRACECHECK, "export", "--format", "ndjson", "--kind", "Log", trace],
                              capture_output=True, check=True).stdout.splitlines()
    logs = [event for event in map(json.loads, exported) if event["kind"] == "Log"]
    assert len(found) == len(logs)
    for ours, theirs in zip(found, logs):
        assert list(ours) == list(theirs)
        assert 0 <= theirs["time"] - ours["time"] < 1000
        del ours["time"], theirs["time"]

    def text(log):
        return json.dumps(log, sort_keys=True)

    # Logs of two threads at one time may come either way.
    assert sorted(found, key=text) == sorted(logs, key=text)


def test_json_names_files_where_lines_do():
    assert "file" not in json.loads(lines(grep("--json", "-m1", "tick", LATE))[0])
    two = [json.loads(line) for line in lines(grep("--json", "-m1", "tick", LATE, OLD))]
    assert [log["file"] for log in two] == [str(LATE), str(OLD)]
    assert "file" not in json.loads(lines(grep("--json", "-I", "-m1", "tick", LATE, OLD))[0])
    wall = json.loads(lines(grep("--json", "--wall", "-m1", "tick", LATE))[0])["wall"]
    assert lines(grep("--wall", "-m1", "tick", LATE))[0].startswith(wall + " g")


def test_json_of_salvaged_logs():
    logs = [json.loads(line) for line in lines(grep("--json", "", DYING))]
    salvaged = [log for log in logs if log.get("salvaged")]
    assert len(salvaged) == 2 and logs[-2:] == salvaged
    for log in salvaged:
        assert log["category"] is None and log["category_id"] > 0
        assert log["message"] is None and log["message_id"] > 0


def test_json_is_as_the_schema_says():
    schema = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "events.schema.json").read_text())
    schema["$defs"]["Log"]["unevaluatedProperties"] = False  # a member that it does not name
    validator = jsonschema.Draft202012Validator(schema)
    for trace in (WORK, CRASHER, LATE, OLD, DYING, TRUNCATED / "go1.22-mapwrites-late.trace"):
        wall = ["--wall"] if trace not in (OLD, TRUNCATED / "go1.22-mapwrites-late.trace") else []
        found = lines(grep("--json", "-H", *wall, "", trace))
        assert found
        for line in found[:20] + found[-20:]:
            validator.validate(json.loads(line))


# Traces that are not whole.


def test_a_match_in_a_truncated_trace_counts_and_the_state_is_told():
    result = grep("tick", DYING)
    check(result, 0, stderr=None)
    assert re.fullmatch(rb"tracecheck: .*: truncated at byte \d+, generation 3: .*\n"
                        rb"tracecheck: .*: 2 logs that may match have lost their texts\n", result.stderr)


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
    check(result, 3, "", None)
    assert b"2 logs that may match have lost their texts\n" in result.stderr
    result = grep("xyzzy", TRUNCATED / "cut-bare-header.trace")
    check(result, 3, "", None)
    assert b"no match; there may have been one in what is missing\n" in result.stderr


def test_lost_texts_count_only_if_they_could_matter():
    result = grep("--goroutine", "1", "--message", "xyzzy", DYING)
    assert result.returncode == 3 and b"lost" not in result.stderr


@pytest.mark.parametrize("folder, code", [(OK, 1), (TRUNCATED, 3)], ids=["ok", "truncated"])
def test_exit_codes_without_a_match(folder, code):
    for trace in sorted(folder.iterdir()):
        result = grep("not in any trace", trace)
        assert (result.returncode, result.stdout) == (code, b""), trace
        assert bool(result.stderr) == (code != 1), trace


def test_foreign_text_before_the_header():
    for trace in sorted(CORRUPT.glob("*-prints-before.trace")):
        result = grep("--category", "xyzzy-cat", trace)
        check(result, 0, stderr=None)
        assert texts(result) == ["xyzzy-cat: xyzzy-msg"], trace
        assert b"stand before its header" in result.stderr
        check(grep("not in any trace", trace), 2, "", None)


def test_damaged_traces_without_a_match_are_errors():
    for name in ("hole", "flip-gen", "text-after", "twice"):
        result = grep("not in any trace", CORRUPT / f"go1.26-{name}.trace")
        check(result, 2, "", None)
        assert b": corrupt at byte " in result.stderr, name


def test_what_is_no_trace():
    for trace in sorted(OTHER.iterdir()):
        result = grep("xyzzy", trace)
        if "checksum" in trace.name:
            # All came, and was found, before the checksum showed that something is wrong.
            check(result, 0, stderr=None)
        else:
            check(result, 2, "", None)
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


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "grep needs a PATTERN, or options such as --category"),
        (["("], "the pattern '(' is no regular expression: missing ): ("),
        (["--message", "a", "--category", "*"],
         "the pattern '*' is no regular expression: no argument for repetition operator: *"),
        (["--since", "soon"], "--since soon is no time: give 1.5s, 200ms or 2m from the trace's start, -2s from its end, "
                              "or a time like 2026-01-31T12:00:00Z"),
        (["--until", "1y"], "--until 1y is no time: give 1.5s, 200ms or 2m from the trace's start, -2s from its end, "
                            "or a time like 2026-01-31T12:00:00Z"),
        (["--task", "x"], "--task: x is no whole number"),
        (["--goroutine", "-1"], "--goroutine: -1 is no whole number"),
        (["-m", "many", "x"], "-m: many is no whole number"),
        (["--last", "0", "x"], "--last: 0 is too small: 1 is the least"),
        (["-v", "--task", "1"], "-v needs a pattern that it can turn round"),
        (["--json", "-c", "x"], "--json prints logs; it does not go with -c, -l or -L"),
        (["--catgory", "x"], "unknown option --catgory; did you mean --category?"),
    ],
)
def test_bad_usage(arguments, message):
    check(grep(*arguments), 2, "", f"tracecheck: {message}\nTry 'tracecheck grep --help'.\n".encode())


def test_a_full_disk_is_named():
    with open("/dev/full", "wb") as full:
        result = subprocess.run([TRACECHECK, "grep", "tick", LATE], stdout=full, stderr=subprocess.PIPE, timeout=60)
    check(result, 2, stderr=b"tracecheck: standard output cannot be written: No space left on device\n")


# Pipes that stay open. A stand-in for the child hands out a fixture's bytes.


class Child:
    """A child whose stdout grep reads: it writes what it is told and otherwise keeps the pipe open."""

    def __init__(self, *arguments):
        self.grep = subprocess.Popen([TRACECHECK, "grep", *map(str, arguments)], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def write(self, data):
        self.grep.stdin.write(data)
        self.grep.stdin.flush()

    def end(self):
        """Closes the pipe. What grep has printed since, when it is done, without complaint."""
        self.grep.stdin.close()
        out = self.grep.stdout.read()
        assert (self.grep.stderr.read(), self.grep.wait(timeout=60)) == (b"", 0)
        return out

    def __enter__(self):
        self.timer = threading.Timer(60, self.grep.kill)
        self.timer.start()
        return self

    def __exit__(self, *_):
        self.timer.cancel()
        self.grep.kill()
        self.grep.wait()
        for pipe in (self.grep.stdin, self.grep.stdout, self.grep.stderr):
            pipe.close()


def generation_ends(trace):
    """Where its generations end; the offsets that verify gives."""
    report = json.loads(subprocess.run([TRACECHECK, "verify", "--json", trace], capture_output=True).stdout)
    return [generation["offset"] + generation["length"] for generation in report["generations"]]


@pytest.mark.parametrize("version", ["1.22", "1.23", "1.24", "1.25", "1.26"])
def test_a_generation_is_printed_as_soon_as_it_is_known_to_be_whole(version):
    trace = OK / f"go{version}-stop-late.trace"
    data = trace.read_bytes()
    # Up to 1.25 the next generation's first batch tells.
    end = generation_ends(trace)[0] if version == "1.26" else generation_ends(trace)[1] - 1
    with Child("tick") as child:
        child.write(data[:end])
        assert child.grep.stdout.readline().endswith(b"tick: number 0\n")
        child.write(data[end:])
        assert child.end().count(b" tick: number ") == ticks(trace) - 1


@pytest.mark.parametrize(
    "arguments, out",
    [
        (["-m1", "-q", "xyzzy"], b""),
        (["-q", "xyzzy"], b""),
        (["-l", "xyzzy"], b"(standard input)\n"),
        (["-c", "-m1", "xyzzy"], b"1\n"),
    ],
)
def test_who_has_enough_ends_at_once_though_the_pipe_stays_open(arguments, out):
    with Child(*arguments) as child:
        child.write(CRASHER.read_bytes())
        assert child.grep.stdout.read() == out
        assert child.grep.stderr.read() == b""
        assert child.grep.wait(timeout=60) == 0


def test_who_wants_nothing_does_not_wait():
    with Child("-m0", "xyzzy") as child:
        assert child.grep.wait(timeout=60) == 1


def test_a_child_that_goes_on_is_ended_by_its_next_write():
    """As `child | grep -m1`: the shell's pipe closes, the child gets SIGPIPE."""
    script = """
import sys, time
while True:
    sys.stdout.buffer.write(open(sys.argv[1], "rb").read())
    sys.stdout.flush()
    time.sleep(0.05)
"""
    child = subprocess.Popen([sys.executable, "-c", script, CRASHER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    result = subprocess.run([TRACECHECK, "grep", "-m1", "-q", "xyzzy"], stdin=child.stdout, capture_output=True, timeout=60)
    child.stdout.close()
    check(result, 0, "")
    assert child.wait(timeout=60) != 0


def test_a_reader_that_stops_early_ends_grep_quietly():
    process = subprocess.Popen([TRACECHECK, "grep", "", *[WORK] * 200], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == -signal.SIGPIPE


def test_a_slow_child_byte_by_byte():
    data = CRASHER.read_bytes()
    with Child("xyzzy") as child:
        for i in range(0, len(data), 97):
            child.write(data[i : i + 97])
        assert child.end() == grep("xyzzy", CRASHER).stdout
