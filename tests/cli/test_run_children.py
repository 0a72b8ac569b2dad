"""run: children that make trouble. They hang, ignore signals, leave others behind, write a lot, want the terminal."""

import contextlib
import fcntl
import os
import pty
import resource
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest
from go_children import go_program
from support import CRASHER, PATIENCE, SANITIZED, TRACECHECK, VERSIONS, expect, open_terminal, run, verify

TRACE = CRASHER.read_bytes()
PYTHON = "/usr/bin/python3"
# Python children: `write` writes to the trace, `say` to standard error.
PRELUDE = f"""
import os, signal, subprocess, sys, time
trace = open({str(CRASHER)!r}, 'rb').read()
def write(data):
    while data:
        data = data[os.write(1, data):]
def say(text):
    os.write(2, text.encode())
"""


def python(script):
    return [PYTHON, "-c", PRELUDE + script]


def on_signal(number, then):
    """A child that has written half of its trace, says `ready`, and does `then` when the signal comes."""
    return python(f"""
write(trace[:200])
signal.signal({number.value}, lambda *_: ({then}))
say('ready\\n')
while True:
    signal.pause()
""")


class Started:
    """`tracecheck run OPTIONS -- COMMAND`, going on."""

    def __init__(self, *options, command, **more):
        self.process = subprocess.Popen(
            [TRACECHECK, "run", *map(str, options), "--", *map(str, command)],
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more,
        )
        self.err = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def wait_for(self, text):
        """Until the child has said it."""
        self.err += read_until(self.process.stderr.fileno(), text)

    def finish(self):
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out.decode(), (self.err + err).decode()


def read_until(descriptor, text):
    """What can be read up to `text`, which must come; with text None up to the end."""
    got, end = b"", time.monotonic() + PATIENCE
    while text is None or text not in got:
        ready, _, _ = select.select([descriptor], [], [], max(0, end - time.monotonic()))
        assert ready, f"nothing came after {got!r}"
        try:
            piece = os.read(descriptor, 65536)
        except OSError:  # a terminal that nobody has open any more
            piece = b""
        if not piece:
            assert text is None, f"ended after {got!r}"
            break
        got += piece
    return got


def wait_until(holds):
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it has not come to pass"
        time.sleep(0.01)


def state_of(pid):
    """As /proc has it; "" if there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return ""


@pytest.fixture
def lifeline():
    """A pipe: its writing end is for children to hold, its reading end is at its end once they are all dead."""
    reading, writing = os.pipe()
    ends = [reading, writing]

    class Lifeline:
        def __init__(self):
            self.held = writing

        def is_cut(self):
            os.close(ends.pop())
            return read_until(reading, None) == b""

    yield Lifeline()
    for end in ends:
        os.close(end)


# Signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_reaches_the_child_which_ends_as_it_likes(tmp_path, number):
    command = on_signal(number, "write(trace[200:]), os._exit(3)")
    with Started("-o", tmp_path / "out", command=command) as started:
        started.wait_for(b"ready\n")
        started.process.send_signal(number)
        code, out, err = started.finish()
    assert (code, out) == (3, "")
    assert (tmp_path / "out").read_bytes() == TRACE
    judged = verify(tmp_path / "out").stdout.decode()
    assert err == f"ready\ntracecheck: {number.name} was passed on to {PYTHON}\n{judged}"
    assert ": complete\n" in judged


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_trace_so_far_of_a_child_that_a_signal_ends_is_kept_and_judged(tmp_path, number):
    command = python(f"""
signal.signal({number.value}, signal.SIG_DFL)
write(trace[:200])
say('ready\\n')
signal.pause()
""")
    checks = ["--expect-signal", number.name, "--expect-verdict", "truncated"]
    with Started("-o", tmp_path / "out", *checks, command=command) as started:
        started.wait_for(b"ready\n")
        assert (tmp_path / "out").read_bytes() in (b"", TRACE[:200]), "written as it comes"
        started.process.send_signal(number)
        code, out, _ = started.finish()
    assert (tmp_path / "out").read_bytes() == TRACE[:200]
    assert (code, out) == (0, f"ok --expect-signal {number.name}: {number.name} ended it\n"
                              "ok --expect-verdict truncated: the trace is truncated\n")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_go_program_that_a_signal_ends(tmp_path, version):
    out = tmp_path / "out"
    options = ["-o", out, "--expect-signal", "INT", "--expect-log", "tick:number 0"]
    with Started(*options, command=[go_program(version, "ticker")], stdin=subprocess.PIPE) as started:
        wait_until(lambda: run("grep", "-q", "-x", "number 0", out).returncode == 0)
        started.process.send_signal(signal.SIGINT)
        started.process.wait(PATIENCE)  # its standard input, whose end would end it, too, stays open
        code, lines, err = started.finish()
    assert (code, lines) == (0, "ok --expect-signal INT: SIGINT ended it\nok --expect-log tick:number 0: found once\n")
    assert err.endswith(verify(out).stdout.decode())


def test_signals_that_mean_something_to_the_program_are_passed_on_without_a_word(tmp_path):
    command = on_signal(signal.SIGUSR1, "write(trace[200:]), os._exit(0)")
    with Started("-o", tmp_path / "out", command=command) as started:
        started.wait_for(b"ready\n")
        started.process.send_signal(signal.SIGUSR1)
        code, _, err = started.finish()
    assert code == 0 and "passed on" not in err
    assert (tmp_path / "out").read_bytes() == TRACE


def test_a_signal_reaches_the_whole_process_group(lifeline):
    command = python("subprocess.Popen(['sleep', '600'], close_fds=False); say('ready\\n'); signal.pause()")
    with Started(command=command, pass_fds=[lifeline.held]) as started:
        started.wait_for(b"ready\n")
        started.process.send_signal(signal.SIGTERM)
        code, _, err = started.finish()
    assert code == 128 + signal.SIGTERM and "keeps" not in err
    assert lifeline.is_cut()


def test_a_signal_that_is_ignored_stays_so_for_the_child_too():
    script = "print([signal.getsignal(n) == signal.SIG_IGN for n in (signal.SIGHUP, signal.SIGINT)], file=sys.stderr);"
    command = python(script + "say('ready\\n'); signal.pause()")
    ignore = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)  # noqa: E731
    with Started(command=command, preexec_fn=ignore) as started:
        started.wait_for(b"ready\n")
        started.process.send_signal(signal.SIGHUP)
        started.process.send_signal(signal.SIGTERM)
        code, _, err = started.finish()
    assert code == 128 + signal.SIGTERM
    assert err.startswith("[True, False]\nready\ntracecheck: SIGTERM was passed on to ")


def test_the_child_holds_back_and_ignores_what_it_would_without_us():
    # The program itself ignores SIGPIPE and SIGXFSZ. 32 and 33 are the C library's own, which it has ignored.
    command = ["sh", "-c", "grep -E '^Sig(Blk|Ign)' /proc/self/status >&2"]
    through_us = run("run", "--", *command).stderr.split(b"\n")
    plainly = subprocess.run(command, stderr=subprocess.PIPE, timeout=PATIENCE).stderr.split(b"\n")
    for ours, plain in zip(through_us[:2], plainly[:2], strict=True):
        assert ours.split()[0] == plain.split()[0]
        assert int(ours.split()[1], 16) & 0x7FFFFFFF == int(plain.split()[1], 16) & 0x7FFFFFFF


def test_when_we_are_killed_the_file_has_what_came(tmp_path):
    command = python("write(trace[:200]); say('ready\\n'); sys.stdin.read()")
    with Started("-o", tmp_path / "out", command=command) as started:
        wait_until(lambda: (tmp_path / "out").exists() and (tmp_path / "out").stat().st_size == 200)
        started.process.kill()
        started.process.wait(PATIENCE)
    assert (tmp_path / "out").read_bytes() == TRACE[:200]


# --timeout


def test_a_child_that_hangs_is_ended_and_what_came_is_judged(tmp_path):
    command = python("write(trace); signal.pause()")
    options = ["-o", tmp_path / "out", "--timeout", "3s"]
    result = run("run", *options, "--", *command)
    judged = verify(tmp_path / "out").stdout.decode()
    expect(result, 124, "", f"tracecheck: {PYTHON} was still running after 3s and was ended\n{judged}")
    assert (tmp_path / "out").read_bytes() == TRACE


def test_a_go_program_that_hangs():
    with Started("--timeout", "3s", command=[go_program("1.26", "ticker")], stdin=subprocess.PIPE) as started:
        started.process.wait(PATIENCE)
        code, _, err = started.finish()
    assert code == 124
    assert "/go1.26-ticker was still running after 3s and was ended\n" in err and "\n  trace     go 1.26, " in err


def test_a_timeout_is_a_check_that_failed():
    command = python("write(trace); signal.pause()")
    result = run("run", "--timeout", "3s", "--expect-log", "xyzzy-cat:xyzzy-msg", "--expect-crash", "--", *command)
    expect(result, 1, "ok --expect-log xyzzy-cat:xyzzy-msg: found once\n"
           "failed --expect-crash: it did not end by itself\nfailed --timeout 3s: it was still running\n", None)


def test_a_group_that_ignores_sigterm_is_killed(lifeline):
    ignore = "signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    command = python(ignore + "write(trace); subprocess.Popen(['sleep', '600'], close_fds=False); signal.pause()")
    result = run("run", "--timeout", "3s", "--", *command, pass_fds=[lifeline.held])
    assert (result.returncode, result.stdout) == (124, b"")
    assert b"(standard output of %s): complete\n" % PYTHON.encode() in result.stderr
    assert lifeline.is_cut()


def test_a_child_that_cleans_up_on_sigterm_may():
    command = on_signal(signal.SIGTERM, "write(trace[200:]), os._exit(0)")
    result = run("run", "--timeout", "3s", "--expect-verdict", "complete", "--", *command)
    assert result.stdout.startswith(b"ok --expect-verdict complete: ")


def test_a_child_that_is_stopped_is_ended_too():
    result = run("run", "--timeout", "1s", "--", "sh", "-c", "kill -STOP $$")
    expect(result, 124, "", None)


def test_a_timeout_does_not_wait_for_who_reads_our_standard_error():
    command = python("say(f'{os.getpid()}\\n'); say('x' * 1_000_000); signal.pause()")  # more than two pipes hold
    with Started("--timeout", "3s", command=command) as started:
        child = int(started.process.stderr.readline())
        wait_until(lambda: state_of(child) == "Z")  # dead, though nobody reads
        code, _, err = started.finish()
    assert code == 124 and err.startswith("x" * 10_000)


def test_a_timeout_does_not_wait_for_who_reads_both_streams_from_one_pipe(tmp_path):
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)  # room for one write, when there is any
    script = 'echo $$ > "$1"; yes >&2 & exec yes'
    streams = {"stdout": writing, "stderr": writing}
    command = ["sh", "-c", script, "sh", tmp_path / "pid"]
    with Started("--timeout", "3s", "-o", "-", command=command, **streams) as started, open(reading, "rb") as reader:
        os.close(writing)
        for _ in range(100):
            assert len(os.read(reading, 4096)) > 0
        child = int((tmp_path / "pid").read_text())
        wait_until(lambda: state_of(child) in ("", "Z"))  # dead, though nobody reads on
        assert b" was still running after 3s and was ended\n" in reader.read()
        assert started.process.wait(PATIENCE) == 124


def test_a_child_that_ends_in_time_is_not_kept_waiting():
    expect(run("run", "--timeout", "1000h", "--", "true"), 0, "", None)


# Children and their streams


@pytest.mark.parametrize("elsewhere, name", [("2", "standard output"), ("", "standard error")])
def test_a_grandchild_that_keeps_a_pipe_open_is_not_waited_for(tmp_path, elsewhere, name):
    os.mkfifo(tmp_path / "fifo")
    script = f'cat "$1"; cat "$2" {elsewhere}>/dev/null & exit 4'
    result = run("run", "-o", tmp_path / "out", "--", "sh", "-c", script, "sh", CRASHER, tmp_path / "fifo")
    os.close(os.open(tmp_path / "fifo", os.O_WRONLY))  # that was what the grandchild waited for
    judged = verify(tmp_path / "out").stdout.decode()
    said = f"tracecheck: a process that sh has started keeps {name} open; what it writes from now on is not read\n"
    expect(result, 4, "", said + judged)
    assert (tmp_path / "out").read_bytes() == TRACE


def test_a_grandchild_that_writes_a_little_longer_is_read(tmp_path):
    script = '(cat "$1") & exit 0'
    for _ in range(10):
        result = run("run", "-o", tmp_path / "out", "--", "sh", "-c", script, "sh", CRASHER)
        assert (result.returncode, (tmp_path / "out").read_bytes()) == (0, TRACE)
        assert b"keeps" not in result.stderr


def test_a_grandchild_that_never_stops_writing_is_left(tmp_path):
    script = 'yes & echo $! >&2; exit 0'
    result = run("run", "-o", tmp_path / "out", "--expect-exit", "0", "--", "sh", "-c", script)
    assert result.returncode == 0
    assert b"keeps standard output open" in result.stderr
    grandchild = int(result.stderr.split()[0])
    wait_until(lambda: state_of(grandchild) in ("", "Z"))  # the closed pipe ends it


def test_a_child_that_closes_its_stdout_early_is_waited_for(tmp_path):
    command = python("write(trace); os.close(1); time.sleep(0.2); say('after\\n'); sys.exit(4)")
    result = run("run", "-o", tmp_path / "out", "--expect-stderr", "after", "--expect-exit", "4", "--", *command)
    assert result.returncode == 0
    assert (tmp_path / "out").read_bytes() == TRACE


def test_a_child_that_writes_both_streams_at_once_is_not_blocked(tmp_path):
    script = "for i in range(2000):\n    write(b'x' * 1000)\n    say('e' * 1000)\n"
    result = run("run", "-o", tmp_path / "out", "--expect-stderr-count", "2000000:e", "--", *python(script))
    assert result.returncode == 0
    assert (tmp_path / "out").read_bytes() == b"x" * 2_000_000
    assert result.stderr.startswith(b"e" * 2_000_000)


def test_nobody_who_reads_our_standard_error_is_no_reason_to_lose_the_trace(tmp_path):
    command = python("say('x' * 1_000_000); write(trace); sys.exit(2)")
    checks = ["--expect-crash", "--expect-stderr-count", "1000000:x"]
    with Started("-o", tmp_path / "out", *checks, command=command) as started:
        started.process.stderr.close()
        out = started.process.stdout.read()
        assert started.process.wait(PATIENCE) == 0, out
    assert (tmp_path / "out").read_bytes() == TRACE


def run_in_little_memory(*arguments):
    """Neither the program nor its child may have more than 100 MB."""
    limit = 100_000_000
    # Sanitizers map terabytes.
    little = None if SANITIZED else lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    return run("run", *arguments, preexec_fn=little, stderr=subprocess.DEVNULL)


def test_a_child_that_writes_200_mb_costs_no_memory_and_every_byte_is_kept(tmp_path):
    # As after a loss of power: a trace and then zeros.
    command = python("write(trace)\nfor _ in range(200):\n    write(bytes(1_000_000))\n")
    result = run_in_little_memory("-o", tmp_path / "out", "--expect-verdict", "truncated", "--", *command)
    assert (result.returncode, result.stdout) == (0, b"ok --expect-verdict truncated: the trace is truncated\n")
    with open(tmp_path / "out", "rb") as kept:
        assert kept.read(len(TRACE)) == TRACE
        assert kept.read() == bytes(200_000_000)


def test_much_on_standard_error_is_counted_right_without_keeping_it():
    pieces = 100 if SANITIZED else 1000  # of a megabyte
    command = python(f"for _ in range({pieces}):\n    say('0123456789yzzyx\\nabcd' * 50_000)\n")
    result = run_in_little_memory("--expect-stderr-count", f"{pieces * 50_000}:9yzzyx\n", "--", *command)
    assert (result.returncode, result.stdout.split(b" ")[0]) == (0, b"ok")


# A terminal


class OnTerminal:
    """`tracecheck run OPTIONS -- COMMAND` at the head of a terminal's session."""

    def __init__(self, *options, command):
        for end in open_terminal():  # or skip
            os.close(end)
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.execv(TRACECHECK, [TRACECHECK, "run", "--color=never", *map(str, options), "--", *map(str, command)])
        self.pid = pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.close(self.terminal)

    def wait_for(self, text):
        return read_until(self.terminal, text)

    def type(self, text):
        os.write(self.terminal, text)

    def finish(self):
        shown = read_until(self.terminal, None)
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status), shown.replace(b"\r\n", b"\n").decode()


def test_a_child_may_read_the_terminal(tmp_path):
    command = python("write(trace); say('name? '); sys.exit(7 if sys.stdin.readline() == 'hello\\n' else 8)")
    with OnTerminal("-o", tmp_path / "out", command=command) as on_terminal:
        on_terminal.wait_for(b"name? ")
        on_terminal.type(b"hello\n")
        code, shown = on_terminal.finish()
    assert code == 7 and ": complete\n" in shown
    assert (tmp_path / "out").read_bytes() == TRACE


@pytest.mark.parametrize("reads", [False, True])
def test_ctrl_c_reaches_the_child_and_the_trace_is_judged(tmp_path, reads):
    wait = "sys.stdin.readline(); say('again\\n'); sys.stdin.readline()" if reads else "signal.pause()"
    command = python(f"""
signal.signal(signal.SIGINT, lambda *_: (write(trace[200:]), os._exit(5)))
write(trace[:200])
say('ready\\n')
{wait}
""")
    with OnTerminal("-o", tmp_path / "out", "--expect-exit", "5", command=command) as on_terminal:
        on_terminal.wait_for(b"ready\r\n")
        if reads:
            on_terminal.type(b"\n")
            on_terminal.wait_for(b"again\r\n")  # by now it has the terminal
        on_terminal.type(b"\x03")
        code, shown = on_terminal.finish()
    assert code == 0 and ": complete\n" in shown and "ok --expect-exit 5: it exited with code 5\n" in shown
    assert (tmp_path / "out").read_bytes() == TRACE


def test_ctrl_z_stops_both_and_both_go_on():
    command = python("say(f'<{os.getpid()}>\\n'); write(trace); signal.signal(signal.SIGUSR1, lambda *_: os._exit(6))\n"
                     "say('ready\\n'); signal.pause()")
    with OnTerminal(command=command) as on_terminal:
        child = int(on_terminal.wait_for(b"ready\r\n").split(b"<")[1].split(b">")[0])
        on_terminal.type(b"\x1a")
        pid, status = os.waitpid(on_terminal.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        wait_until(lambda: state_of(child) == "T")
        os.kill(pid, signal.SIGCONT)
        wait_until(lambda: state_of(child) == "S")
        os.kill(pid, signal.SIGUSR1)
        code, _ = on_terminal.finish()
    assert code == 6
