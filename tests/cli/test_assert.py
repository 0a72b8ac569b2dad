"""assert: checks on traces that exist, line by line; exit codes, several files, --junit."""

import os
import xml.etree.ElementTree as xml

import pytest
from made import trace
from support import (
    CORRUPT,
    CRASHER,
    FIXTURES,
    OK,
    OTHER,
    TRUNCATED,
    expect,
    expect_usage,
    fixtures_like,
    made,
    name_of,
    run,
    run_on_terminal,
    verify,
)

# A unit of time is a nanosecond. Goroutine 1 stops the world for 6 ms and for 2 ms and is blocked from 9 ms on; 2 waits
# for 9.999 ms until it runs and is blocked from 11 ms on; 3 waits for 1.001 ms and runs until the end, at 1.5 s.
SCENE = trace(
    "1.26",
    (1, -1, 1000, "Sync\nFrequency freq=1000000000\nClockSnapshot dt=1 mono=50 sec=1700000000 nsec=123456789\n"),
    (1, 7, 1000, "ProcStatus dt=1 p=0 pstatus=1\n"
                 "GoStatus dt=1 g=1 m=7 gstatus=2\n"
                 "GoCreate dt=998 new_g=2 new_stack=3 stack=1\n"
                 "STWBegin dt=1000 kind_string=1 stack=1\n"
                 "STWEnd dt=6000000\n"
                 "STWBegin dt=1000 kind_string=2 stack=1\n"
                 "STWEnd dt=2000000\n"
                 "GoBlock dt=997000 reason_string=3 stack=1\n"
                 "GoStart dt=1000000 g=2 g_seq=1\n"
                 "GoCreate dt=1 new_g=3 new_stack=3 stack=2\n"
                 "GoBlock dt=999999 reason_string=4 stack=2\n"
                 "GoStart dt=1001 g=3 g_seq=1\n"
                 "HeapAlloc dt=1488999999 heapalloc_value=4096\n"),
    (1, -1, 3000, "Stacks\n"
                  "Stack id=1 nframes=2\n\tpc=1 func=5 file=6 line=7\n\tpc=2 func=7 file=6 line=3\n"
                  "Stack id=2 nframes=2\n\tpc=3 func=8 file=9 line=327\n\tpc=4 func=10 file=6 line=42\n"
                  "Stack id=3 nframes=1\n\tpc=5 func=10 file=6 line=40\n"),
    (1, -1, 3000, "Strings\n" + "".join(f"String id={i + 1}\n\tdata={text}\n" for i, text in enumerate(
        ['"start trace"', '"GC mark termination"', '"chan receive"', '"select"', '"main.poll"', '"/src/main.go"',
         '"runtime.main"', '"runtime.selectgo"', '"/go/select.go"', '"main.worker"']))),
    "EndOfGeneration",
)  # fmt: skip
WHERE = "main.poll main.go:7 < runtime.main main.go:3"


def check(*arguments, **options):
    return run("assert", *arguments, **options)


@pytest.fixture
def scene(tmp_path):
    return made(tmp_path, SCENE)


# Limits


@pytest.mark.parametrize("limit, line", [
    ("--max-stw 6ms", "ok: the longest of 2 pauses took 6ms"),
    ("--max-stw 5.999999ms", f"failed: g1 stopped the world for 6ms from 0.000002000 on (start trace), at {WHERE}"),
    ("--max-gc-pause 2ms", "ok: the longest of 1 pause took 2ms"),
    ("--max-gc-pause 1ms",
     f"failed: g1 stopped the world for 2ms from 0.006003000 on (GC mark termination), at {WHERE}"),
    ("--max-sched-latency max=10ms", "ok: the longest wait to run took 9.999ms"),
    ("--max-sched-latency max=5ms", "failed: g2 waited 10ms to run from 0.000001000 on, at main.worker main.go:40"),
    ("--max-sched-latency p50=5ms", "ok: p50 of 2 waits to run is 1ms"),
    ("--max-sched-latency p99.9=5ms", "failed: p99.9 of 2 waits to run is 10ms; the longest: g2 waited 10ms to run from "
     "0.000001000 on, at main.worker main.go:40"),
    ("--max-goroutines 3", "ok: 3 goroutines at most"),
    ("--max-goroutines 2", "failed: 3 goroutines at 0.010000001; of all 3 that were seen, 2 began with main.worker"),
    ("--max-blocked 2s", "ok: 2 goroutines blocked at the end, the longest for at least 1.49s"),
    ("--max-blocked 1.4895s", "failed: 1 goroutine blocked for longer at the end; the longest: g1 for at least "
     f"1.491001001s from 0.009000000 on (chan receive), at {WHERE}"),
    ("--max-blocked 0.5s", f"failed: 2 goroutines blocked for longer at the end; the longest: g1 for at least 1.49s from "
     f"0.009000000 on (chan receive), at {WHERE}"),
])  # fmt: skip
def test_a_limit_holds_or_says_what_breaks_it(scene, limit, line):
    word, why = line.split(": ", 1)
    expect(check(scene, *limit.split()), 0 if word == "ok" else 1, f"{word} {limit}: {why}\n", "")


def test_of_a_trace_in_which_nothing_happens_every_limit_holds(tmp_path):
    quiet = trace("1.26", (1, -1, 1000, "Sync\nFrequency freq=1000000000\nClockSnapshot dt=1 mono=50 sec=1 nsec=1\n"),
                  (1, 7, 1000, "ProcStatus dt=1 p=0 pstatus=1\n"),
                  (1, -1, 1000, "Stacks\n"), (1, -1, 1000, "Strings\n"), "EndOfGeneration")
    limits = ["--max-stw", "0", "--max-gc-pause", "0", "--max-sched-latency", "max=0", "--max-sched-latency", "p1=0",
              "--max-goroutines", "0", "--max-blocked", "0"]  # fmt: skip
    expect(check(made(tmp_path, quiet), *limits), 0,
           "ok --max-stw 0: the world was not stopped\n"
           "ok --max-gc-pause 0: no pause of the garbage collector\n"
           "ok --max-sched-latency max=0: no goroutine waited to run\n"
           "ok --max-sched-latency p1=0: no goroutine waited to run\n"
           "ok --max-goroutines 0: 0 goroutines at most\n"
           "ok --max-blocked 0: no goroutine was blocked at the end\n", "")


def test_what_a_crash_left_unended_counts(tmp_path):
    """The world is stopped, and a goroutine waits to run, when the trace ends."""
    cut = trace("1.26", (1, -1, 1000, "Sync\nFrequency freq=1000000000\nClockSnapshot dt=1 mono=50 sec=1 nsec=1\n"),
                (1, 7, 1000, "ProcStatus dt=1 p=0 pstatus=1\nGoStatus dt=1 g=1 m=7 gstatus=2\n"
                             "GoCreate dt=998 new_g=2 new_stack=0 stack=0\nSTWBegin dt=1000 kind_string=1 stack=0\n"
                             "HeapAlloc dt=7000000 heapalloc_value=4096\n"),
                (1, -1, 1000, 'Stacks\n'), (1, -1, 1000, 'Strings\nString id=1\n\tdata="GC sweep termination"\n'),
                "EndOfGeneration")  # fmt: skip
    stopped = "g1 stopped the world for at least 7ms from 0.000002000 on (GC sweep termination)"
    expect(check(made(tmp_path, cut), "--max-stw", "5ms", "--max-gc-pause", "5ms", "--max-sched-latency", "max=5ms",
                 "--max-sched-latency", "p99=0"), 1,
           f"failed --max-stw 5ms: {stopped}\nfailed --max-gc-pause 5ms: {stopped}\n"
           "failed --max-sched-latency max=5ms: g2 waited at least 7ms to run from 0.000001000 on\n"
           "ok --max-sched-latency p99=0: no wait to run has ended\n", "")


# What is lost


@pytest.mark.parametrize("path", fixtures_like(r"truncated/go.*-(late|cut-between-batches)\.trace"), ids=name_of)
def test_a_wait_to_run_that_a_cut_leaves_open_breaks_no_limit(path):
    """All of these programs slept; who had been woken by the cut may have run in what is missing."""
    result = check("--max-sched-latency", "max=100ms", path)
    assert result.returncode == 0, result.stdout


def test_a_limit_is_of_what_could_be_read_of_a_truncated_trace():
    late = TRUNCATED / "go1.26-mapwrites-late.trace"
    note = "; the trace is truncated: this is of what could be read\n"
    result = check(late, "--max-goroutines", "10000", "--max-stw", "1h")
    assert result.returncode == 0 and result.stdout.decode().count(note) == 2
    assert result.stderr.startswith(f"tracecheck: {late}: truncated at byte 8282, ".encode())
    broken = check(late, "--max-goroutines", "1")
    assert broken.returncode == 1
    assert broken.stdout.endswith(b"; the trace is truncated: some may have ended in what is missing\n")
    broken = check(late, "--max-blocked", "400ms")
    assert broken.returncode == 1 and b"; the trace is" not in broken.stdout


@pytest.mark.parametrize("name, code, why", [
    ("truncated/go1.26-exit-bare.trace", 1, "nothing could be read: the trace is truncated"),
    ("truncated/empty.trace", 1, "nothing could be read: the trace is truncated"),
    ("other/text.trace", 1, "nothing could be read: the trace is none (not a trace)"),
    ("other/go1.21-v1.trace", 1, "nothing could be read: the trace is not judged"),
    ("other/checksum.trace.gz", 2, None),
    ("missing", 2, "nothing could be read: the trace is unreadable"),
])
def test_a_limit_fails_where_it_cannot_be_judged(name, code, why):
    path = OK.parent / name
    result = check(path, "--max-blocked", "1h")
    assert result.returncode == code and result.stdout.startswith(b"failed --max-blocked 1h: ")
    assert why is None or result.stdout.decode() == f"failed --max-blocked 1h: {why}\n"
    assert result.stderr.startswith(f"tracecheck: {path}: ".encode())


def test_damage_in_the_middle_may_hide_what_breaks_a_limit():
    result = check(CORRUPT / "go1.26-hole.trace", "--max-stw", "1h", "--max-goroutines", "0")
    holds, broken = result.stdout.decode().splitlines()
    assert result.returncode == 1
    assert holds.startswith("failed --max-stw 1h: ")
    assert holds.endswith("; the trace is corrupt: what is missing may break it")
    assert broken.startswith("failed --max-goroutines 0: ")
    assert broken.endswith("; the trace is corrupt: some may have ended in what is missing")


@pytest.mark.parametrize("path", fixtures_like(r"corrupt/go.*-prints-.*\.trace"), ids=name_of)
def test_text_that_was_printed_into_a_trace_is_taken_out_to_judge_it(path, tmp_path):
    out = tmp_path / "repaired"
    result = check(path, "--max-stw", "1h")
    assert result.returncode == 1
    assert result.stdout.endswith(
        b"; the trace is corrupt, though nothing of it is lost: check what `tracecheck repair` writes\n"
    )
    assert run("repair", path, "-o", out).returncode == 0
    assert check(out, "--max-stw", "1h").returncode == 0


@pytest.mark.parametrize("second, code", [("ok/go1.26-crasher.trace", 0), ("truncated/go1.26-sigkill-late.trace", 1)])
def test_two_traces_in_one_stream_are_judged_where_each_is_complete(second, code, tmp_path):
    path = made(tmp_path, (OK / "go1.26-stop-late.trace").read_bytes() + (OK.parent / second).read_bytes())
    assert check(path, "--max-stw", "1h").returncode == code


def test_what_was_given_up_was_not_searched_either():
    """A search takes less memory than reading every event; what was not judged is not there for certain all the same."""
    path = OK / "go1.26-work.trace"
    result = check(path, "--forbid-log", "a:b", "--max-memory", "200K")
    assert (result.returncode, result.stdout) == (1, b"failed --forbid-log a:b: not found; the trace is not judged\n")


# run's checks


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_verdict_is_that_of_verify(path):
    word = verify(path).stdout.decode().splitlines()[0].removeprefix(f"{path}: ").split(":")[0]
    expect(check(path, "--expect-verdict", word), 0, None, None)
    other = "truncated" if word == "complete" else "complete"
    result = check(path, "--expect-verdict", other, "--max-goroutines", "0")
    assert result.returncode == (2 if word == "unreadable" else 1)
    assert result.stdout.startswith(f"failed --expect-verdict {other}: the trace is ".encode())


def test_logs_are_judged_as_by_run():
    checks = ["--expect-log", "xyzzy-cat:xyzzy-msg", "--forbid-log", "xyzzy-cat:xyzzy-msg", "--forbid-log", "a:b",
              "--expect-log", "a:b"]  # fmt: skip
    for path in (CRASHER, TRUNCATED / "go1.26-mapwrites-late.trace", CORRUPT / "go1.26-hole.trace", OTHER / "text.trace"):
        ran = run("run", *checks, "--", "sh", "-c", "cat \"$1\"; echo 'panic: x' >&2; exit 2", "sh", path)
        expect(check(path, *checks), ran.returncode, ran.stdout.decode(), None)


def test_checks_are_told_in_the_order_in_which_they_stand(scene):
    result = check("--max-stw", "1s", "--expect-verdict", "complete", scene, "--max-stw", "2s", "--forbid-log", "a:b")
    words = [line.split(":")[0] for line in result.stdout.decode().splitlines()]
    assert words == ["ok --max-stw 1s", "ok --expect-verdict complete", "ok --max-stw 2s", "ok --forbid-log a"]


# Files and exit codes


def test_of_several_files_each_is_judged_on_each_check(scene):
    late = TRUNCATED / "go1.26-mapwrites-late.trace"
    alone = {path: check(path, "--max-stw", "5ms", "--expect-verdict", "complete") for path in (scene, CRASHER, late)}
    for workers in ("1", "4"):
        result = check(scene, CRASHER, late, "--max-stw", "5ms", "--expect-verdict", "complete", "-j", workers)
        lines = [f"{path}: {line}\n" for path, one in alone.items() for line in one.stdout.decode().splitlines()]
        expect(result, 1, "".join(lines), alone[late].stderr.decode())


@pytest.mark.parametrize("files, code", [
    ([CRASHER], 0), ([CRASHER, CRASHER], 0), ([CRASHER, TRUNCATED / "empty.trace"], 1), (["missing", CRASHER], 2),
    ([TRUNCATED / "empty.trace", "missing"], 2), ([OTHER / "text.trace"], 1),
])
def test_the_worst_file_counts(files, code):
    expect(check(*files, "--expect-verdict", "complete"), code, None, None)


def test_standard_input_is_read_as_often_as_needed(scene):
    checks = ["--max-stw", "1s", "--forbid-log", "a:b", "--expect-verdict", "complete"]
    told = check(scene, *checks).stdout.decode()
    expect(check(*checks, input=SCENE), 0, told, "")
    expect(check("-", CRASHER, *checks, input=SCENE), 0, None, "")
    with open(scene, "rb") as file:
        expect(check(*checks, stdin=file), 0, told, "")


def test_what_is_beyond_a_limit_of_the_reading_is_not_known(scene):
    result = check(scene, "--max-stw", "1h", "--max-bytes", "100")
    assert result.returncode == 1 and result.stdout.startswith(b"failed --max-stw 1h: ")


def test_names_of_strangers_do_no_harm(tmp_path):
    path = made(tmp_path, SCENE.replace(b"start trace", b"\x1b[31m-trace"), "a\x1b\n")
    result = check(path, path, "--max-stw", "1ms")
    assert b"\x1b" not in result.stdout
    assert result.stdout.decode().startswith(f"{tmp_path}/a\\x1b\\n: failed --max-stw 1ms: ")
    assert r"(\x1b[31m-trace)" in result.stdout.decode()


def test_the_lines_are_coloured_on_a_terminal(scene):
    code, shown, _ = run_on_terminal("assert", scene, "--max-stw", "5ms", "--max-goroutines", "3")
    assert code == 1
    assert shown.startswith(b"\x1b[1;31mfailed\x1b[0m --max-stw 5ms: ") and b"\n\x1b[1;32mok\x1b[0m --max-g" in shown


# --junit


def test_junit_has_a_case_for_each_check_of_each_file(tmp_path, scene):
    checks = ["--max-stw", "5ms", "--expect-verdict", "complete"]
    result = check(scene, CRASHER, *checks, "--junit", tmp_path / "results.xml")
    expect(result, 1, check(scene, CRASHER, *checks).stdout.decode(), "")
    (suite,) = xml.parse(tmp_path / "results.xml").getroot()
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("tracecheck assert", "4", "1")
    assert [(case.get("classname"), case.get("name")) for case in suite] == [
        (str(path), name) for path in (scene, CRASHER) for name in ("--max-stw 5ms", "--expect-verdict complete")]
    (message,) = [failure.get("message") for case in suite for failure in case]
    assert f"failed --max-stw 5ms: {message}\n" in result.stdout.decode()


def test_junit_has_the_reason_why_nothing_could_be_read(tmp_path):
    run("assert", "--expect-verdict", "complete", tmp_path / "missing", "--junit", tmp_path / "results.xml")
    (failure,) = xml.parse(tmp_path / "results.xml").getroot().iter("failure")
    assert failure.get("message") == "the trace is unreadable: no such file"


def test_junit_on_standard_output_has_it_alone(scene):
    for name in ("-", "/dev/stdout"):
        result = check(scene, "--max-goroutines", "3", "--junit", name)
        assert xml.fromstring(result.stdout)[0].get("tests") == "1"
        assert result.stderr == b"ok --max-goroutines 3: 3 goroutines at most\n"


def test_junit_is_no_trace_and_may_fail(scene, tmp_path):
    refusal = f"--junit: {scene}: is a trace that is read; no command changes its input"
    expect_usage(check(CRASHER, scene, "--max-stw", "1s", "--junit", scene), refusal, "assert")
    assert scene.read_bytes() == SCENE and os.listdir(tmp_path) == [scene.name]
    result = check(scene, "--max-stw", "1s", "--junit", "missing/x")
    expect(result, 2, None, "tracecheck: missing/x cannot be written: No such file or directory\n")


def test_folders_and_lists_of_files_are_read(tmp_path):
    files = sorted(OK.glob("go1.26-c*.trace"))
    assert len(files) > 1
    expected = run("assert", "--expect-verdict", "complete", *files)
    assert len(expected.stdout.splitlines()) == len(files)
    (tmp_path / "list").write_bytes(b"".join(bytes(path) + b"\n" for path in files))
    for named in (["-r", "--include", "go1.26-c*.trace", OK], ["--files-from", tmp_path / "list"]):
        found = run("assert", "--expect-verdict", "complete", *named)
        assert (found.returncode, found.stdout, found.stderr) == (0, expected.stdout, b"")


# Wrong usage


@pytest.mark.parametrize("arguments, sentence", [
    ([], "assert needs a check, such as --expect-verdict complete or --max-stw 5ms"),
    (["--max-stw", "5"], "--max-stw: 5 has no unit: 5ms or 5s"),
    (["--max-stw", "x"], "--max-stw: x is not a duration: give one like 5ms, 1.5s or 2m"),
    (["--max-gc-pause", "-1s"], "--max-gc-pause: -1s is not a duration: give one like 5ms, 1.5s or 2m"),
    (["--max-blocked", ""], "--max-blocked: '' is not a duration: give one like 5ms, 1.5s or 2m"),
    (["--max-sched-latency", "10ms"], "--max-sched-latency: 10ms is no such limit: give one like p99=10ms or max=10ms"),
    (["--max-sched-latency", "p0=1s"], "--max-sched-latency: p0=1s is no such limit: give one like p99=10ms or max=10ms"),
    (["--max-sched-latency", "p101=1s"],
     "--max-sched-latency: p101=1s is no such limit: give one like p99=10ms or max=10ms"),
    (["--max-sched-latency", "pnan=1s"],
     "--max-sched-latency: pnan=1s is no such limit: give one like p99=10ms or max=10ms"),
    (["--max-sched-latency", "p99=10"], "--max-sched-latency: 10 has no unit: 10ms or 10s"),
    (["--max-sched-latency", "p99=x"], "--max-sched-latency: x is not a duration: give one like 5ms, 1.5s or 2m"),
    (["--max-goroutines", "-1"], "--max-goroutines: -1 is not a whole number"),
    (["--max-goroutines", "1e3"], "--max-goroutines: 1e3 is not a whole number"),
    (["--expect-log", "a"], "--expect-log: 'a' is not CATEGORY:MESSAGE"),
    (["--expect-crash"], "unknown option --expect-crash"),
    (["--max-stw"], "--max-stw needs a value"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_wrong_usage(arguments, sentence):
    expect_usage(check(CRASHER, *arguments), sentence, "assert")


def test_no_file_and_a_terminal_is_bad_usage():
    code, shown, streams = run_on_terminal("assert", "--max-stw", "1s", terminal=["stdin"])
    assert (code, shown, streams["stdout"]) == (2, b"", b"")
    assert streams["stderr"].startswith(b"tracecheck: assert needs a file, or a trace on standard input\n")
