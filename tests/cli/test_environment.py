"""What a process may meet: closed streams, no memory, no threads, ignored signals, limits, its own output as input."""

import gzip
import os
import resource
import signal
import subprocess
import time

import pytest
from support import CRASHER, OK, PATIENCE, SANITIZED, TRACECHECK, TRUNCATED, expect, expect_usage, run

from built_trace import HEADER, generation

BAD_DESCRIPTOR = "Bad file descriptor\n"
CUT = TRUNCATED / "go1.26-cut-batch.trace"
EXPORT = ["export", "--format", "ndjson"]


def shell(script, *arguments, **options):
    """Runs a script of sh, in which the program is $T."""
    command = ["sh", "-c", script, "sh", *map(str, arguments)]
    env = os.environ | {"T": os.path.abspath(TRACECHECK)}
    return subprocess.run(command, capture_output=True, timeout=PATIENCE, env=env, **options)


# Streams that are closed


def test_closed_standard_output_is_an_error():
    result = shell('"$T" stats "$1" >&-', CRASHER)
    expect(result, 2, "", f"tracecheck: standard output cannot be written: {BAD_DESCRIPTOR}")


def test_a_file_does_not_take_the_place_of_closed_standard_input():
    result = shell('"$T" verify -j 1 - "$1" <&-', CRASHER)
    assert (result.returncode, result.stderr) == (2, b"")
    assert result.stdout.startswith(b"(standard input): unreadable: read failed: Bad file descriptor\n")
    assert result.stdout.endswith(run("verify", CRASHER).stdout)


@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_messages_do_not_go_into_the_output_where_standard_error_is_closed(closed, tmp_path):
    result = shell(f'"$T" export --format ndjson "$1" -o out {closed}', CUT, cwd=tmp_path)
    expect(result, 3)
    assert (tmp_path / "out").read_bytes() == run(*EXPORT, CUT).stdout


# Names of open files


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
def test_a_name_of_an_open_file_is_written_where_the_others_write(name, tmp_path):
    os.symlink("/dev/stdout", tmp_path / "link")
    script = '(echo before; "$T" export --format ndjson "$1" -o "$2"; echo after) > out; echo later >> out'
    expect(shell(script, CRASHER, name, cwd=tmp_path), 0)
    expected = b"before\n" + run(*EXPORT, CRASHER).stdout + b"after\nlater\n"
    assert (tmp_path / "out").read_bytes() == expected
    assert sorted(os.listdir(tmp_path)) == ["link", "out"]


def test_an_open_file_without_a_name_can_be_written(tmp_path):
    script = 'exec 5<>out; rm out; "$T" export --format ndjson "$1" -o /dev/fd/5 && cat /proc/$$/fd/5'
    expect(shell(script, CRASHER, cwd=tmp_path), 0, run(*EXPORT, CRASHER).stdout.decode())


def test_a_file_that_is_not_open_cannot():
    result = run(*EXPORT, CRASHER, "-o", "/dev/fd/77")
    expect(result, 2, "", f"tracecheck: /dev/fd/77 cannot be written: {BAD_DESCRIPTOR}")


# The input as output


@pytest.mark.parametrize("redirected", ['"$1" >> "$1"', '"$1" 1<> "$1"', '- < "$1" >> "$1"', '< "$1" >> "$1"'])
@pytest.mark.parametrize("command", [
    "verify", "grep -e x", "export --format ndjson", "events", "wire", "stats", "assemble -o -", "carve -o -",
])
def test_standard_output_never_changes_the_input(command, redirected, tmp_path):
    copy = tmp_path / "copy"
    copy.write_bytes(CRASHER.read_bytes())
    result = shell(f'"$T" {command} {redirected}', copy)
    name = copy if redirected.startswith('"') else "(standard input)"
    expect_usage(result, f"{name}: is standard output, too; no command changes its input", command.split()[0])
    assert copy.read_bytes() == CRASHER.read_bytes()


# Signals and limits


def start_writing(tmp_path, **options):
    """The program while it writes a temporary file for "out"."""
    process = subprocess.Popen(
        [TRACECHECK, "assemble", "-o", "out"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, **options
    )
    process.stdin.write(b"Trace Go1.26\n")
    process.stdin.flush()
    end = time.monotonic() + PATIENCE
    while not os.listdir(tmp_path) and time.monotonic() < end:
        time.sleep(0.01)
    (name,) = os.listdir(tmp_path)
    assert name.startswith("tracecheck.")
    return process


ENDINGS = "HUP INT QUIT ABRT PIPE ALRM TERM USR1 USR2 XCPU VTALRM".split()


@pytest.mark.parametrize("name", ENDINGS)
def test_no_signal_that_ends_it_leaves_a_temporary_file(name, tmp_path):
    number = getattr(signal, f"SIG{name}")
    process = start_writing(tmp_path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == -number
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_a_signal_that_is_ignored_from_the_start_stays_so(number, tmp_path):
    process = start_writing(tmp_path, preexec_fn=lambda: signal.signal(number, signal.SIG_IGN))
    process.send_signal(number)
    _, stderr = process.communicate(timeout=PATIENCE)
    assert (process.returncode, stderr) == (0, b"")
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("form", ["ndjson", "csv", "sqlite"])
def test_a_limit_of_file_sizes_is_named_and_leaves_nothing(form, tmp_path):
    trace = OK / "go1.26-work.trace"
    result = shell(f'ulimit -f 8; "$T" export --format {form} "$1" -o out', trace, cwd=tmp_path)
    expect(result, 2, "", "tracecheck: out cannot be written: File too large\n")
    assert os.listdir(tmp_path) == []


# Too little of everything


@pytest.fixture(scope="module")
def plain_large(tmp_path_factory):
    """A trace of one generation that takes more than 40 MB."""
    path = tmp_path_factory.mktemp("large") / "trace"
    path.write_bytes(HEADER + generation(1, 100, 4_000_000))
    return path


@pytest.fixture(scope="module")
def large(plain_large):
    """The same, packed: it cannot be read in 40 MB."""
    path = plain_large.with_suffix(".gz")
    path.write_bytes(gzip.compress(plain_large.read_bytes(), 1))
    return path


@pytest.mark.skipif(SANITIZED, reason="a sanitizer needs all the memory itself")
@pytest.mark.parametrize("command, code", [("verify -q", 0), ("grep x", 1)])
def test_what_a_file_holds_need_not_be_in_memory_at_once(command, code, plain_large):
    expect(shell(f'ulimit -v 40000; "$T" {command} "$1"', plain_large), code, "", "")


@pytest.mark.skipif(SANITIZED, reason="a sanitizer needs all the memory itself")
@pytest.mark.parametrize("command", ["verify -q", "verify -q -j 2 {}", "grep x", "events", "export --format ndjson"])
def test_too_little_memory_is_an_error(command, large):
    result = shell(f'ulimit -v 40000; "$T" {command.format(large)} "$1" > /dev/null', large)
    expect(result, 2, "", "tracecheck: there is not enough memory\n")


@pytest.mark.skipif(SANITIZED, reason="a sanitizer needs all the memory itself")
def test_too_little_memory_leaves_no_file(large, tmp_path):
    result = shell('ulimit -v 40000; "$T" export --format ndjson "$1" -o out', large, cwd=tmp_path)
    expect(result, 2, "", "tracecheck: there is not enough memory\n")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(SANITIZED, reason="a sanitizer needs all the memory itself")
def test_fewer_threads_than_asked_for_do_as_well():
    # A thread's stack takes 1 GB of 4, so that there is place for three of them.
    files = [OK / "go1.26-many.trace"] * 50
    result = shell('ulimit -s 1000000; ulimit -v 4000000; "$T" verify -j 50 "$@"', *files)
    expect(result, 0, run("verify", *files).stdout.decode())
