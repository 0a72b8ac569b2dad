"""A system that does not do what one hopes for: by injected faults (tests/faults), and by small limits."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from support import CRASHER, OK, PATIENCE, SANITIZED, TRACECHECK, TRUNCATED, expect, run

FAULTS = os.environ.get("TRACECHECK_FAULTS", "")
injected = pytest.mark.skipif(SANITIZED or not FAULTS, reason="a sanitizer has to be loaded first")

TRACE = OK / "go1.26-work.trace"
CUT = TRUNCATED / "go1.26-mapwrites-late.trace"
SIZE = TRACE.stat().st_size
READERS = [
    ["verify", "--json"],
    ["grep", "-c", "."],
    ["events"],
    ["wire"],
    ["stats", "--json"],
    ["export", "--format", "ndjson"],
    ["export", "--format", "chrome"],
]
WRITERS = {
    "export": ["export", "--format", "ndjson"],
    "sqlite": ["export", "--format", "sqlite"],
    "perfetto": ["export", "--format", "perfetto"],
    "pprof": ["export", "--format", "pprof", "--profile", "sched"],
    "repair": ["repair"],
}


def faulty(*arguments, stdin=subprocess.DEVNULL, **faults):
    env = os.environ | {"LD_PRELOAD": FAULTS} | {f"FAULT_{name}": str(value) for name, value in faults.items()}
    return run(*arguments, env=env, stdin=stdin)


@injected
@pytest.mark.parametrize("command", READERS, ids=" ".join)
@pytest.mark.parametrize("faults", [{"SHORT": 1}, {"SHORT": 7}, {"EINTR": 1}, {"SHORT": 1000, "EINTR": 1}], ids=str)
def test_short_and_interrupted_reads_change_nothing(command, faults):
    plain = run(*command, CUT)
    expect(faulty(*command, CUT, **faults), plain.returncode, plain.stdout.decode(), plain.stderr.decode())
    with open(CUT, "rb") as file:
        piped = faulty(*command, stdin=file, **faults)
    assert piped.returncode == plain.returncode


@injected
@pytest.mark.parametrize("command", READERS, ids=" ".join)
@pytest.mark.parametrize("after", [0, 1, 20, SIZE // 2])
@pytest.mark.parametrize("piped", [False, True])
def test_a_read_that_fails_is_told_and_judged_as_nothing(command, after, piped):
    with open(TRACE, "rb") as file:
        result = faulty(*command, *([] if piped else [TRACE]), stdin=file, EIO=after, SHORT=1000)
    found = command[0] == "grep" and result.stdout not in (b"", b"0\n")
    assert result.returncode == (0 if found else 2), result
    assert b"read failed: Input/output error" in result.stdout + result.stderr


@injected
@pytest.mark.parametrize("command", READERS, ids=" ".join)
@pytest.mark.parametrize("to", [0, 10, SIZE // 3])
def test_a_file_that_shrinks_while_it_is_read_is_no_crash(command, to, tmp_path):
    copy = tmp_path / "trace"
    shutil.copy(TRACE, copy)
    result = faulty(*command, copy, FILE=copy, TRUNCATE=SIZE // 2, TO=to, SHORT=1000)
    assert copy.stat().st_size == to
    assert result.returncode in (0, 1, 2, 3), result


@injected
# SQLite writes in a way of its own, which test_environment limits.
@pytest.mark.parametrize("writer", sorted(WRITERS.keys() - {"sqlite"}))
@pytest.mark.parametrize("room", [0, 1, 100])
def test_a_full_disk_leaves_no_file(writer, room, tmp_path):
    source = CUT if writer == "repair" else TRACE
    out = tmp_path / "out"
    result = faulty(*WRITERS[writer], source, "-o", out, ENOSPC=room)
    expect(result, 2, "", None)
    assert f"{out} cannot be written: No space left on device" in result.stderr.decode()
    assert os.listdir(tmp_path) == []


@injected
@pytest.mark.parametrize("writer", WRITERS)
def test_interrupted_writes_change_nothing(writer, tmp_path):
    source = CUT if writer == "repair" else TRACE
    for name, write in (("plain", run), ("faulty", lambda *a: faulty(*a, EINTR=1))):
        result = write(*WRITERS[writer], source, "-o", tmp_path / name)
        assert result.returncode == 0, result
    assert (tmp_path / "plain").read_bytes() == (tmp_path / "faulty").read_bytes()


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_in_the_middle_of_any_writing_leaves_nothing(writer, number, tmp_path):
    process = subprocess.Popen(
        [TRACECHECK, *WRITERS[writer], "-", "-o", "out"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
    )
    process.stdin.write(TRACE.read_bytes()[: SIZE // 2])
    process.stdin.flush()
    end = time.monotonic() + PATIENCE
    while writer != "repair" and not os.listdir(tmp_path) and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.05)
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == -number
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("command", [["verify", "-q"], ["verify", "-q", "-j8"], ["grep", "-c", "."], ["stats", "--json"]])
def test_many_files_need_few_descriptors(command, tmp_path):
    count = 200 if SANITIZED else 5_000
    for i in range(count):
        (tmp_path / str(i)).symlink_to(CRASHER)
    names = [str(i) for i in range(count)]
    result = subprocess.run(
        ["sh", "-c", 'ulimit -n 32; exec "$0" "$@"', TRACECHECK, *command, *names],
        capture_output=True, cwd=tmp_path, timeout=5 * PATIENCE,
    )  # fmt: skip
    expect(result, 0, None)


@pytest.mark.parametrize("command", READERS, ids=" ".join)
def test_no_environment_at_all_changes_nothing(command):
    plain = run(*command, TRACE)
    bare = run(*command, TRACE, env={})
    assert (bare.returncode, bare.stdout) == (plain.returncode, plain.stdout)
    c_locale = run(*command, TRACE, env={"LC_ALL": "C", "HOME": "/nonexistent", "TMPDIR": "/nonexistent"})
    assert (c_locale.returncode, c_locale.stdout) == (plain.returncode, plain.stdout)


def test_a_result_may_go_to_another_file_system(tmp_path):
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev or not os.access(other, os.W_OK):
        pytest.skip("there is no other file system")
    target = other / f"tracecheck-test-{os.getpid()}"
    link = tmp_path / "link"
    link.symlink_to(target)
    try:
        expect(run("export", "--format", "ndjson", TRACE, "-o", link), 0)
        assert target.read_bytes() == run("export", "--format", "ndjson", TRACE).stdout
        assert link.is_symlink()
    finally:
        target.unlink(missing_ok=True)
