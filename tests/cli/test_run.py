"""run: the checks, what is printed, exit codes. test_run_traces.py has what is kept of the trace, test_run_children.py
children that make trouble."""

import os
import signal
import subprocess
import xml.etree.ElementTree as xml

import pytest
from go_children import go_program
from recorded_child import LATE, child, lines, shell
from support import (
    CORRUPT,
    CRASHER,
    OTHER,
    TRACECHECK,
    VERSIONS,
    expect,
    expect_usage,
    run,
    verify,
)

SEED_CHECKS = ["--expect-crash", "--expect-log", "xyzzy-cat:xyzzy-msg", "--expect-stderr-count", "1:yzzyx\n"]
SEED_LINES = [
    "ok --expect-crash: it exited with code 2",
    "ok --expect-log xyzzy-cat:xyzzy-msg: found once",
    r"ok --expect-stderr-count 1:yzzyx\n: found once",
]


# The seed scene, and other deaths of real programs


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_the_seed_scene_is_one_command(version):
    result = child(*SEED_CHECKS, command=[go_program(version, "crasher")])
    assert (result.returncode, lines(result)) == (0, SEED_LINES), result
    assert result.stderr.startswith(b"panic: yzzyx\n\ngoroutine 1 [running]:\n"), "passed through"
    assert b"\n(standard output of " in result.stderr
    assert f"/go{version}-crasher): complete\n" in result.stderr.decode()


def test_go_1_22_loses_the_log_and_the_check_says_why():
    result = child(*SEED_CHECKS, "--forbid-log", "a:b", command=[go_program("1.22", "crasher")])
    lost = "not found; the trace is truncated: it may be in what is missing"
    assert (result.returncode, lines(result)) == (1, [
        SEED_LINES[0],
        f"failed --expect-log xyzzy-cat:xyzzy-msg: {lost}",
        SEED_LINES[2],
        f"failed --forbid-log a:b: {lost}",
    ])


@pytest.mark.parametrize("kind, code", [("panic", 2), ("unlock", 2), ("sigkill", 128 + 9), ("exit", 0), ("return", 0)])
@pytest.mark.parametrize("version", VERSIONS)
def test_every_death_is_judged_as_verify_judges_what_is_kept(tmp_path, version, kind, code):
    out = tmp_path / "out"
    result = child("-o", out, command=[go_program(version, "ending"), kind, "early"])
    expect(result, code, "", None)
    judged = verify(out)
    whole = kind == "panic" and version != "1.22"
    assert judged.stdout.startswith(f"{out}: {'complete' if whole else 'truncated'}\n".encode())
    assert result.stderr.endswith(judged.stdout)
    said = result.stderr[: -len(judged.stdout)]
    assert said.startswith({"panic": b"panic: the end\n", "unlock": b"fatal error: "}.get(kind, b""))
    assert said or kind not in ("panic", "unlock")


def test_text_that_the_program_prints_is_kept_and_judged(tmp_path):
    out = tmp_path / "out"
    result = child("-o", out, "--expect-verdict", "corrupt", command=[go_program("1.26", "prints"), "around"])
    expect(result, 0, "ok --expect-verdict corrupt: the trace is corrupt\n", None)
    assert out.read_bytes().startswith(b"=== RUN") and result.stderr == verify(out).stdout


# Checks: each both ways


NOT_FOUND = (
    "not found, and the trace is complete; but trace.Stop did not end it: it was a panic, "
    "which loses nothing, or a kill or os.Exit, and then up to a second may be gone, unseen"
)
HOLDS = [
    (["--expect-crash"], "ok --expect-crash: it exited with code 2"),
    (["--expect-exit", "2"], "ok --expect-exit 2: it exited with code 2"),
    (["--expect-log", "xyzzy-cat:xyzzy-msg"], "ok --expect-log xyzzy-cat:xyzzy-msg: found once"),
    (["--forbid-log", "xyzzy-cat:xyzzy"], f"ok --forbid-log xyzzy-cat:xyzzy: {NOT_FOUND}"),
    (["--expect-stderr", "yzzyx"], "ok --expect-stderr yzzyx: found once"),
    (["--expect-stderr-count", "2:y"], None),
    (["--expect-stderr-count", "0:fatal"], "ok --expect-stderr-count 0:fatal: not found"),
    (["--expect-verdict", "complete"], "ok --expect-verdict complete: the trace is complete"),
    (["--expect-exit", "2", "--timeout", "1h"],
     "ok --expect-exit 2: it exited with code 2\nok --timeout 1h: it ended by itself"),
]
FAILS = [
    (["--expect-exit", "0"], "failed --expect-exit 0: it exited with code 2"),
    (["--expect-signal", "KILL"], "failed --expect-signal KILL: it exited with code 2"),
    (["--expect-log", "xyzzy-cat:xyzzy"], f"failed --expect-log xyzzy-cat:xyzzy: {NOT_FOUND}"),
    (["--forbid-log", "xyzzy-cat:xyzzy-msg"], "failed --forbid-log xyzzy-cat:xyzzy-msg: found once"),
    (["--expect-stderr", "YZZYX"], "failed --expect-stderr YZZYX: not found"),
    (["--expect-stderr-count", "1:y"], "failed --expect-stderr-count 1:y: found 2 times"),
    (["--expect-verdict", "truncated"], "failed --expect-verdict truncated: the trace is complete"),
]


@pytest.mark.parametrize("options, line", HOLDS, ids=lambda value: str(value))
def test_a_check_that_holds(options, line):
    result = child(*options)
    assert result.returncode == 0
    assert line is None or result.stdout.decode() == line + "\n"


@pytest.mark.parametrize("options, line", FAILS, ids=lambda value: str(value))
def test_a_check_that_fails(options, line):
    expect(child(*options), 1, line + "\n", None)


def test_a_child_that_does_not_crash_and_one_that_a_signal_ends():
    expect(child("--expect-crash", command=["true"]), 1, "failed --expect-crash: it exited with code 0\n", None)
    killed = ["--expect-crash", "--expect-signal", "SIGKILL", "--expect-signal", "9", "--expect-exit", "137"]
    expect(child(*killed, command=shell("kill -KILL $$")), 1,
           "ok --expect-crash: SIGKILL ended it\nok --expect-signal SIGKILL: SIGKILL ended it\n"
           "ok --expect-signal 9: SIGKILL ended it\nfailed --expect-exit 137: SIGKILL ended it\n", None)


@pytest.mark.parametrize("path, why", [
    (LATE, "not found; 2 logs that may be it have lost their texts; "
     "the trace is truncated: it may be in what is missing"),
    (CORRUPT / "go1.26-hole.trace", None),
    (OTHER / "text.trace", "not found; the trace is none (not a trace)"),
    (OTHER / "go1.21-v1.trace", "not found; the trace is not judged"),
], ids=lambda value: getattr(value, "name", ""))
def test_a_log_that_may_be_in_what_is_lost_is_neither_found_nor_known_not_to_be_there(path, why):
    result = child("--expect-log", "last:x", "--forbid-log", "last:x", command=["cat", path])
    expected, forbidden = lines(result)
    assert result.returncode == 1
    assert expected.startswith("failed --expect-log last:x: not found; ")
    assert forbidden == expected.replace("--expect-log", "--forbid-log")
    assert why is None or expected == "failed --expect-log last:x: " + why


def test_logs_that_were_salvaged_count():
    result = child("--expect-log", "tick:number 39", command=["cat", LATE])
    expect(result, 0, "ok --expect-log tick:number 39: found once\n", None)


def test_checks_are_told_in_the_order_in_which_they_stand():
    result = child(*FAILS[3][0], *HOLDS[0][0], *HOLDS[4][0], *FAILS[1][0], *HOLDS[2][0], *HOLDS[0][0])
    texts = [FAILS[3][1], HOLDS[0][1], HOLDS[4][1], FAILS[1][1], HOLDS[2][1], HOLDS[0][1]]
    expect(result, 1, "\n".join(texts) + "\n", None)


def test_text_that_could_be_a_pattern_or_a_list_is_taken_as_it_is():
    texts = ["[a,b]", "{}", ".*", "%%", "a,b", "-x"]
    options = [option for text in texts for option in ("--expect-stderr=" + text, "--expect-log=" + text + ":x")]
    result = child(*options, command=shell('printf "%s\\n" "$@" >&2', *texts))
    assert [line.split()[0] for line in lines(result)] == ["ok", "failed"] * len(texts)


def test_arguments_behind_the_dashes_are_the_childs_untouched():
    arguments = ["-o", "x", "--", "--help", "", "{}", "[a]", "--expect-crash", "a b", "\n", "%%", "-"]
    script = r'for a; do printf "<%s>" "$a"; done >&2'
    result = run("run", "--", "sh", "-c", script, "sh", *arguments)
    got = "".join(f"<{a}>" for a in arguments)
    assert result.stderr.startswith(f"{got}(standard output of sh): truncated\n".encode())


def test_the_checks_are_coloured_on_request():
    result = child("--color", "always", "--expect-crash", "--expect-exit", "0")
    ok, failed = lines(result)
    assert ok.startswith("\x1b[1;32mok\x1b[0m ") and failed.startswith("\x1b[1;31mfailed\x1b[0m ")


# --junit


def test_the_results_as_junit(tmp_path):
    command = shell('printf "a\\001<&\\"b" >&2; exit 1')
    checks = ["--expect-crash", "--expect-stderr", 'a\x01<&"b', "--expect-exit", "0", "--timeout", "1h"]
    result = child(*checks, "--junit", tmp_path / "results.xml", command=command)
    assert result.returncode == 1 and len(lines(result)) == 4
    root = xml.parse(tmp_path / "results.xml").getroot()
    (suite,) = root
    assert (root.tag, suite.tag, suite.get("name")) == ("testsuites", "testsuite", "tracecheck run")
    assert (suite.get("tests"), suite.get("failures")) == ("4", "1")
    assert [case.get("name") for case in suite] == [
        "--expect-crash", r'--expect-stderr a\x01<&"b', "--expect-exit 0", "--timeout 1h"]
    assert {case.get("classname") for case in suite} == {" ".join(command)}
    assert [[f.get("message") for f in case] for case in suite] == [[], [], ["it exited with code 1"], []]


def test_junit_on_standard_output_has_it_alone():
    result = child("--expect-crash", "--junit", "-")
    assert xml.fromstring(result.stdout)[0].get("tests") == "1"
    assert result.stderr.endswith(b"\nok --expect-crash: it exited with code 2\n")


@pytest.mark.parametrize("options, code", [([], 125), (["--expect-crash"], 2)])
def test_a_junit_file_that_cannot_be_written_is_our_own_failure(options, code):
    result = child(*options, "--junit", "missing/results.xml")
    assert result.returncode == code
    assert result.stderr.endswith(b"tracecheck: missing/results.xml cannot be written: No such file or directory\n")


# Exit codes without checks


@pytest.mark.parametrize("code", [0, 1, 2, 77, 124, 255])
def test_the_exit_code_is_the_childs(code):
    expect(run("run", "--", "sh", "-c", f"exit {code}"), code, "", None)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV, signal.SIGPIPE, signal.SIGXFSZ])
def test_a_signal_is_told_as_by_a_shell(number):
    result = run("run", "--", "sh", "-c", f"ulimit -c 0; kill -{number.value} $$")
    expect(result, 128 + number, "", None)


@pytest.mark.parametrize("options, codes", [([], (127, 126)), (["--expect-crash"], (2, 2))])
def test_a_command_that_cannot_be_run(tmp_path, options, codes):
    (tmp_path / "plain").write_text("no program")
    (tmp_path / "garbage").write_bytes(b"\x7fELF")
    (tmp_path / "garbage").chmod(0o755)
    for command, code, why in [
        ("no-such-command", codes[0], ": not found"),
        ("./missing", codes[0], ": not found"),
        ("", codes[0], ": not found"),
        ("./plain", codes[1], " cannot be run: Permission denied"),
        (".", codes[1], " cannot be run: Permission denied"),
        ("./garbage", codes[1], " cannot be run: Exec format error"),
    ]:
        expect(run("run", *options, "--", command, cwd=tmp_path), code, "", f"tracecheck: {command}{why}\n")


def test_a_command_is_found_in_the_path(tmp_path):
    (tmp_path / "its-name").write_text("#!/bin/sh\nexit 9\n")
    (tmp_path / "its-name").chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    expect(run("run", "--", "its-name", env=os.environ | {"PATH": path}), 9, "", None)


# Wrong usage


@pytest.mark.parametrize("options, sentence", [
    (["--expect-exit", "x"], "--expect-exit: 'x' is not an exit code (0 to 255)"),
    (["--expect-signal", "FOO"], "--expect-signal: 'FOO' is not a signal, such as SIGKILL or 9"),
    (["--expect-log", "a"], "--expect-log: 'a' is not CATEGORY:MESSAGE"),
    (["--forbid-log", ""], "--forbid-log: '' is not CATEGORY:MESSAGE"),
    (["--expect-stderr", ""], "--expect-stderr: '' is not a text to look for"),
    (["--expect-stderr-count", "x"], "--expect-stderr-count: 'x' is not N:TEXT"),
    (["--expect-verdict", "good"], "--expect-verdict: 'good' is not a verdict (known: complete, truncated, corrupt, not a "
     "trace, not judged, unreadable)"),
    (["--timeout", "0"], "--timeout: 0 is too short"),
    (["--timeout", "soon"], "--timeout: soon is not a duration: give one like 5ms, 1.5s or 2m"),
    (["--fd", "2"], "--fd: 2 is standard error, which is passed on and no trace"),
    (["--fd", "0"], "--fd: 0 is too small: 1 is the least"),
    (["--fd", "3", "--trace", "x"], "--fd and --trace name two traces; one can be read"),
    (["--trace", "x", "-o", "./x"], "-o and --trace name the same file"),
    (["--trace", "x", "--junit", "x"], "--junit and --trace name the same file"),
    (["-o", "x", "--junit", "x"], "--junit and -o name the same file"),
    (["-o", "-", "--junit", "-"], "--junit and -o name the same file"),
    (["-o", "/dev/stdout", "--junit", "-"], "--junit and -o name the same file"),
    (["--trace", "/dev/null"], "--trace: /dev/null is not a file that can be read once the command has ended"),
    (["-o", ""], "--output: '' is no file name"),
    (["--expect"], "unknown option --expect; did you mean --expect-crash?"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_wrong_usage_runs_nothing(tmp_path, options, sentence):
    expect_usage(run("run", *options, "--", "touch", "begun", cwd=tmp_path), sentence, "run")
    assert os.listdir(tmp_path) == []


def test_the_command_stands_behind_the_dashes():
    expect_usage(run("run"), "run needs a command behind --", "run")
    expect_usage(run("run", "--"), "run needs a command behind --", "run")
    expect_usage(run("run", "true"), "unexpected argument true; the command to run stands behind --", "run")
    expect_usage(run("run", "a", "--", "true"), "unexpected argument a; the command to run stands behind --", "run")


@pytest.mark.parametrize("options", [[], ["--junit", "-"], ["--expect-exit", "0"]], ids=" ".join)
def test_the_kept_trace_is_not_where_standard_output_goes(options, tmp_path):
    kept = tmp_path / "kept"
    with open(kept, "wb") as stdout:
        result = subprocess.run(
            [TRACECHECK, "run", "-o", kept, *options, "--", "cat", CRASHER], stdout=stdout, stderr=subprocess.PIPE
        )
    assert result.returncode == 2
    assert b"-o names the file that standard output goes to; -o - writes the trace there" in result.stderr
    assert kept.read_bytes() == b""


@pytest.mark.parametrize("options, stream, sentence", [
    (["--trace", "kept", "--junit", "-"], "stdout", "--junit and --trace name the same file"),
    (["--trace", "kept", "--junit", "/dev/stdout"], "stdout", "--junit and --trace name the same file"),
    (["--junit", "kept"], "stdout", "--junit names the file that standard output goes to; --junit - writes there"),
    (["--junit", "kept"], "stderr", "--junit names the file that standard error goes to"),
    (["-o", "kept"], "stderr", "-o: standard error goes into the trace, too; send it elsewhere"),
    (["--trace", "kept"], "stderr", "--trace: standard error goes into the trace, too; send it elsewhere"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else None)
def test_nothing_else_is_written_into_the_trace_or_the_results(options, stream, sentence, tmp_path):
    (tmp_path / "kept").write_text("from before\n")
    with open(tmp_path / "kept", "ab") as kept:
        result = run("run", *options, "--", "touch", "begun", cwd=tmp_path, **{stream: kept})
    assert result.returncode == 2 and os.listdir(tmp_path) == ["kept"]
    message = f"tracecheck: {sentence}\nTry 'tracecheck run --help'.\n"
    assert (tmp_path / "kept").read_text() + (result.stderr or b"").decode() == "from before\n" + message


def test_the_trace_on_standard_output_is_not_mixed_with_the_verdict(tmp_path):
    with open(tmp_path / "both", "wb") as both:
        result = run("run", "-o", "-", "--", "cat", CRASHER, stdout=both, stderr=subprocess.STDOUT)
    sentence = "-o: standard error goes into the trace, too; send it elsewhere"
    assert result.returncode == 2
    assert (tmp_path / "both").read_text() == f"tracecheck: {sentence}\nTry 'tracecheck run --help'.\n"


def test_a_command_that_exited_with_0_was_not_killed():
    result = run("run", "--", "true")
    assert b"perhaps   os.Exit, log.Fatal or a return from main without trace.Stop\n" in result.stderr
    assert b"killed" not in result.stderr and b"fatal error" not in result.stderr


@pytest.mark.parametrize("keep", [False, True])
def test_that_a_trace_was_not_kept_is_told(keep, tmp_path):
    result = run("run", *(["-o", tmp_path / "out"] if keep else []), "--", "cat", LATE)
    assert result.stderr.endswith(b"tracecheck: the trace of cat was not kept; -o FILE keeps it\n") != keep


def test_an_empty_trace_is_told_with_what_to_do(tmp_path):
    result = run("run", "--", "true")
    sentence = "true wrote nothing to standard output; if its trace goes elsewhere, say so with --trace FILE or --fd N"
    assert result.stderr.endswith(f"tracecheck: {sentence}\n".encode())
    result = run("run", "--trace", "x", "--", "touch", "x", cwd=tmp_path)
    sentence = "touch has left x empty; does it call trace.Start with this file?"
    assert result.stderr.endswith(f"tracecheck: {sentence}\n".encode())


@pytest.mark.parametrize("said, code", [("panic: x", 0), ("fatal error: x", 1), ("SIGQUIT: quit", 1), ("", 1)])
def test_a_log_is_forbidden_only_where_the_command_is_known_to_have_flushed(said, code):
    command = shell('cat "$1"; echo "$2" >&2; exit 2', CRASHER, said)
    assert child("--forbid-log", "a:b", command=command).returncode == code


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("make", ["mkfifo late", "ln -s /dev/zero late", "mkdir late"])
def test_a_trace_that_turns_out_to_be_no_file_is_not_waited_for(make, keep, tmp_path):
    options = ["-o", "kept"] if keep else []
    result = run("run", "--trace", "late", *options, "--", "sh", "-c", make, cwd=tmp_path)
    expect(result, 0, "", None)
    assert result.stderr.startswith(b"late: unreadable: the command has made no regular file of it\n")


def test_a_timeout_is_told_with_its_unit():
    result = run("run", "--timeout", "0.1s", "--", "sleep", "1000")
    expect(result, 124, "", None)
    assert result.stderr.startswith(b"tracecheck: sleep was still running after 100ms and was ended\n")
