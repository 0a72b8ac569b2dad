"""run: the checks, what is printed and kept, exit codes. test_run_children.py has children that make trouble."""

import os
import signal
import stat
import subprocess
import xml.etree.ElementTree as xml

import pytest
from go_children import go_program
from support import (
    CORRUPT,
    CRASHER,
    FIXTURES,
    OTHER,
    PATIENCE,
    SANITIZED,
    TRACECHECK,
    TRUNCATED,
    VERSIONS,
    expect,
    expect_usage,
    name_of,
    run,
    verify,
)

LATE = TRUNCATED / "go1.26-mapwrites-late.trace"  # two of its logs have lost their texts
SEED_CHECKS = ["--expect-crash", "--expect-log", "xyzzy-cat:xyzzy-msg", "--expect-stderr-count", "1:yzzyx\n"]
SEED_LINES = [
    "ok --expect-crash: it exited with code 2",
    "ok --expect-log xyzzy-cat:xyzzy-msg: found once",
    r"ok --expect-stderr-count 1:yzzyx\n: found once",
]


def shell(script, *arguments):
    return ["sh", "-c", script, "sh", *arguments]


CRASH = shell("cat \"$1\"; echo 'panic: yzzyx' >&2; exit 2", CRASHER)  # as testdata/programs/crasher


def child(*options, command=CRASH, **more):
    return run("run", *options, "--", *command, **more)


def lines(result):
    return result.stdout.decode().split("\n")[:-1]


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


# What is kept


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_every_trace_is_kept_byte_for_byte_and_judged_as_by_verify(tmp_path, path):
    out = tmp_path / "out"
    result = child("-o", out, command=["cat", path])
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", verify(out).stdout)
    assert out.read_bytes() == path.read_bytes()
    assert os.listdir(tmp_path) == ["out"]


def test_without_a_file_nothing_is_left_and_the_verdict_is_the_same(tmp_path):
    result = child(command=["cat", LATE], env=os.environ | {"TMPDIR": str(tmp_path)})
    name = b"(standard output of cat)"
    assert result.stderr == verify(LATE).stdout.replace(bytes(LATE), name)
    assert os.listdir(tmp_path) == []


def test_a_file_that_was_there_is_replaced_and_keeps_its_permissions(tmp_path):
    out = tmp_path / "out"
    out.write_bytes(b"x" * 1_000_000)
    out.chmod(0o604)
    (tmp_path / "link").symlink_to("out")
    child("-o", tmp_path / "link")
    assert out.read_bytes() == CRASHER.read_bytes()
    assert stat.S_IMODE(out.stat().st_mode) == 0o604
    child("-o", out, command=["true"])
    assert out.read_bytes() == b""


def test_what_does_not_start_leaves_the_file_as_it_was(tmp_path):
    (tmp_path / "out").write_text("from before")
    assert child("-o", tmp_path / "out", command=["./missing"]).returncode == 127
    assert (tmp_path / "out").read_text() == "from before"


@pytest.mark.parametrize("path", ["out", "link"])
def test_what_does_not_start_leaves_no_new_file(tmp_path, path):
    (tmp_path / "link").symlink_to("out")
    assert child("-o", tmp_path / path, command=["./missing"]).returncode == 127
    assert os.listdir(tmp_path) == ["link"]


@pytest.mark.parametrize("output", ["-", "/dev/stdout", "/dev/fd/1"])
def test_the_trace_can_go_on_to_standard_output(tmp_path, output):
    with open(tmp_path / "out", "wb") as out:
        out.write(b"from before")
        out.flush()
        result = child("-o", output, "--expect-crash", stdout=out)
    assert (tmp_path / "out").read_bytes() == b"from before" + CRASHER.read_bytes()
    assert result.returncode == 0
    assert result.stderr.endswith(b"\nok --expect-crash: it exited with code 2\n"), "the other stream has the checks"


@pytest.mark.parametrize("own_file", [False, True])
def test_who_closes_the_pipe_that_gets_the_trace_has_had_enough(tmp_path, own_file):
    reading, writing = os.pipe()
    os.close(reading)
    command = shell('cat "$1" > "$2"', CRASHER, tmp_path / "trace" if own_file else "/dev/stdout")
    trace = ["--trace", tmp_path / "trace"] if own_file else []
    result = child(*trace, "-o", "-", "--expect-verdict", "complete", command=command, stdout=writing)
    os.close(writing)
    assert result.returncode == 0
    assert result.stderr.endswith(b"\nok --expect-verdict complete: the trace is complete\n")


def test_the_trace_can_go_into_a_named_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE)
    expect(child("-o", tmp_path / "pipe", "--expect-verdict", "complete"), 0, None, None)
    assert reader.communicate(timeout=60)[0] == CRASHER.read_bytes()


@pytest.mark.parametrize("output, why", [("missing/out", "No such file or directory"), (".", "Is a directory")])
@pytest.mark.parametrize("options, code", [([], 125), (["--expect-crash"], 2)])
def test_what_cannot_be_kept_is_not_begun(tmp_path, output, why, options, code):
    result = run("run", "-o", output, *options, "--", "touch", "begun", cwd=tmp_path)
    expect(result, code, "", f"tracecheck: {output} cannot be written: {why}\n")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("options, code", [([], 125), (["--expect-crash"], 2)])
def test_a_full_disk_is_our_own_failure(options, code):
    result = child("-o", "/dev/full", *options)
    expect(result, code, "", "panic: yzzyx\ntracecheck: /dev/full cannot be written: No space left on device\n")


def test_without_a_place_for_temporary_files_nothing_is_run(tmp_path):
    result = child(env=os.environ | {"TMPDIR": str(tmp_path / "missing")})
    sentence = f"a temporary file in {tmp_path}/missing cannot be written: No such file or directory"
    expect(result, 125, "", f"tracecheck: {sentence}\n")


# Where the trace comes from


@pytest.mark.parametrize("descriptor", [*range(3, 16), 100])
def test_the_trace_comes_from_another_descriptor(tmp_path, descriptor):
    script = "import os, sys; os.write(int(sys.argv[2]), open(sys.argv[1], 'rb').read()); print('hello'); sys.exit(3)"
    command = ["/usr/bin/python3", "-c", script, CRASHER, descriptor]
    result = child("--fd", descriptor, "-o", tmp_path / "out", "--expect-exit", "3", command=command)
    assert (result.returncode, result.stdout) == (0, b"hello\n"), result
    assert (tmp_path / "out").read_bytes() == CRASHER.read_bytes()
    assert result.stderr.endswith(b"ok --expect-exit 3: it exited with code 3\n")


def test_a_descriptor_beyond_the_limit_is_our_own_failure():
    result = run("run", "--fd", "500000", "--", "true")
    expect(result, 125, "", "tracecheck: true cannot be started: Bad file descriptor\n")


@pytest.mark.skipif(SANITIZED, reason="a sanitizer starts a process itself")
@pytest.mark.parametrize("options, code", [([], 125), (["--expect-crash"], 2)])
def test_a_lack_of_memory_is_our_own_failure(options, code):
    # Where the first process of a namespace has ended, the system says so to who wants to start another one.
    namespace = ["unshare", "--pid"] if os.geteuid() == 0 else ["unshare", "--user", "--pid"]
    if subprocess.run([*namespace, "true"], stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip("no process namespace to be had")
    script = '/bin/true; exec "$@"'
    command = [*namespace, *shell(script, TRACECHECK, "run", *options, "--", "true")]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
    expect(result, code, "", "tracecheck: true cannot be started: Cannot allocate memory\n")


def test_the_trace_is_a_file_that_the_command_writes(tmp_path):
    command = shell('cat "$1" > "$2"; echo hello', CRASHER, tmp_path / "trace")
    result = child("--trace", tmp_path / "trace", "--expect-log", "xyzzy-cat:xyzzy-msg", command=command)
    assert (result.returncode, result.stdout) == (0, b"hello\n")
    line = b"ok --expect-log xyzzy-cat:xyzzy-msg: found once\n"
    assert result.stderr == verify(tmp_path / "trace").stdout + line


def test_a_file_that_the_command_writes_can_be_kept_besides(tmp_path):
    out = tmp_path / "out"
    command = shell('cat "$1" > "$2"', CRASHER, tmp_path / "trace")
    result = child("--trace", tmp_path / "trace", "-o", out, command=command)
    expect(result, 0, "", verify(out).stdout.decode())
    assert out.read_bytes() == CRASHER.read_bytes()


@pytest.mark.parametrize("output", ["link", "/dev/stdout", "-"])
def test_a_file_that_the_command_writes_is_not_replaced_under_another_name(tmp_path, output):
    (tmp_path / "trace").write_text("from before")
    os.link(tmp_path / "trace", tmp_path / "link")
    with open(tmp_path / "trace", "ab") as trace:
        result = child("--trace", "trace", "-o", output, command=["touch", "begun"], cwd=tmp_path, stdout=trace)
    assert (result.returncode, result.stderr.split(b"\n")[0]) == (2, b"tracecheck: -o and --trace name the same file")
    assert (tmp_path / "trace").read_text() == "from before" and not (tmp_path / "begun").exists()


@pytest.mark.parametrize("script", ['cat "$1" > trace; ln -f trace "$2"', 'ln "$2" trace; cat "$1" > trace',
                                    'mv "$2" trace; cat "$1" > trace'])
@pytest.mark.parametrize("options, code", [([], 125), (["--expect-crash"], 2)])
def test_a_command_that_links_its_trace_to_what_is_kept_loses_nothing(tmp_path, script, options, code):
    command = shell(script, CRASHER, "out")
    result = child("--trace", "trace", "-o", "out", *options, command=command, cwd=tmp_path)
    assert (tmp_path / "trace").read_bytes() == CRASHER.read_bytes()
    if "-f" not in script:  # there the file that was to be kept has lost its name
        expect(result, code, "", "tracecheck: sh has made one file of out and trace, which is left as it is\n")


@pytest.mark.parametrize("options", [[], ["-o", "out"]])
def test_a_trace_from_before_is_not_taken_for_the_commands(tmp_path, options):
    (tmp_path / "trace").write_bytes(CRASHER.read_bytes())
    result = run("run", "--trace", "trace", *options, "--expect-log", "xyzzy-cat:xyzzy-msg", "--", "true", cwd=tmp_path)
    expect(result, 1, "", "trace: unreadable: the command has not written it; it was there before\n"
           "failed --expect-log xyzzy-cat:xyzzy-msg: not found; the trace is unreadable\n")
    assert (tmp_path / "trace").read_bytes() == CRASHER.read_bytes()


def test_a_trace_that_is_not_written_at_all_is_unreadable(tmp_path):
    result = run("run", "--trace", tmp_path / "trace", "--expect-verdict", "unreadable", "--", "true")
    expect(result, 0, "", f"{tmp_path}/trace: unreadable: no such file\n"
           "ok --expect-verdict unreadable: the trace is unreadable\n")


def test_standard_input_is_the_childs():
    result = run("run", "--expect-verdict", "complete", "--", "cat", input=CRASHER.read_bytes())
    expect(result, 0, None, None)


# Checks: each both ways


NOT_FOUND = (
    "not found, and the trace is complete; but a kill before the next generation's first full buffer leaves such a "
    "trace too: up to a second may be gone, unseen"
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
    (["--timeout", "0"], "--timeout: 0 is not a time to wait, such as 1.5s, 200ms or 2m"),
    (["--timeout", "soon"], "--timeout: soon is not a time to wait, such as 1.5s, 200ms or 2m"),
    (["--fd", "2"], "--fd: 2 is standard error, which is passed on and no trace"),
    (["--fd", "0"], "--fd: 0 is too small: 1 is the least"),
    (["--fd", "3", "--trace", "x"], "--fd and --trace name two traces; one can be read"),
    (["--trace", "x", "-o", "./x"], "-o and --trace name the same file"),
    (["--trace", "x", "--junit", "x"], "--junit and --trace name the same file"),
    (["-o", "x", "--junit", "x"], "--junit and -o name the same file"),
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


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("make", ["mkfifo late", "ln -s /dev/zero late", "mkdir late"])
def test_a_trace_that_turns_out_to_be_no_file_is_not_waited_for(make, keep, tmp_path):
    options = ["-o", "kept"] if keep else []
    result = run("run", "--trace", "late", *options, "--", "sh", "-c", make, cwd=tmp_path)
    expect(result, 0, "", None)
    assert result.stderr.startswith(b"late: unreadable: the command has made no regular file of it\n")


def test_a_timeout_is_told_with_its_unit():
    result = run("run", "--timeout", "0.1", "--", "sleep", "1000")
    expect(result, 124, "", None)
    assert result.stderr.startswith(b"tracecheck: sleep was still running after 100ms and was ended\n")
