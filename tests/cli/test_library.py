"""The shared library from outside: what it exports, and examples/logs.py, which prints what grep prints."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grep_lines import DYING, LINE, grep, lines
from made import cut_and_damaged
from support import CORRUPT, CRASHER, FIXTURES, OK, PATIENCE, SANITIZED, TESTDATA, TRACECHECK, VERSIONS, documents
from support import name_of, run, verdict_of_folder

ROOT = Path(__file__).parents[2]
BROKEN = CORRUPT / "go1.26-flip-seq.trace"
LOGS = ROOT / "examples" / "logs.py"
LIBRARY = os.environ.get("LIBTRACECHECK", str(Path(TRACECHECK).resolve().parent / "libtracecheck.so"))
loads_it = pytest.mark.skipif(SANITIZED, reason="python would have to be built with the sanitizers, too")


def logs(argument, **options):
    environment = os.environ | {"LIBTRACECHECK": LIBRARY}
    return subprocess.run(
        [sys.executable, LOGS, argument], capture_output=True, env=environment, timeout=60, **options
    )


def expect_what_grep_prints(found, path):
    """Grep does not replay. So events between two logs may move the times of ours by some ns, and of a generation whose
    order is broken ours are marked as salvaged. Time 0 is that of the first event that is given out, for grep the
    start of the first generation: salvaged, that comes out of order, or without its first events."""
    ours, theirs = ([LINE.fullmatch(line).groups() for line in lines(result)] for result in (found, grep("", path)))
    assert [texts for _, _, *texts in ours] == [texts for _, _, *texts in theirs]
    marks = [(our_mark, their_mark) for (our_mark, *_), (their_mark, *_) in zip(ours, theirs)]
    shifts = [float(their_time) - float(our_time) for (_, our_time, *_), (_, their_time, *_) in zip(ours, theirs)]
    allowed = {("", ""), ("~", "~")} | ({("~", "")} if path.parent == CORRUPT else set())
    assert set(marks) <= allowed
    if shifts:
        assert max(shifts) - min(shifts) < 1e-6
        assert 0 <= round(shifts[0], 6) < (0.01 if path.parent == CORRUPT else 1e-6)


@loads_it
@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_example_prints_what_grep_prints(path):
    found = logs(path)
    expect_what_grep_prints(found, path)
    assert found.returncode == (0 if path.parent == OK else 1)
    assert found.stderr.decode().startswith(verdict_of_folder(path))


@loads_it
def test_the_example_tells_of_what_made_the_verdict(tmp_path):
    """Of a trace that is cut and damaged further on, the damage and not the cut."""
    path = tmp_path / "trace"
    path.write_bytes(cut_and_damaged())
    (report,) = documents(run("verify", "--json", path))
    assert [place["severity"] for place in report["damage"]][:1] == ["truncated"] and report["verdict"] == "corrupt"
    place = next(place for place in report["damage"] if place["severity"] == "corrupt")
    assert logs(path).stderr.decode() == f"corrupt {place['message']}\n"


@loads_it
def test_the_example_tells_truncated_and_corrupt_traces_by_their_damage():
    for path, words in [(DYING, "truncated the data ends inside generation 3"), (BROKEN, "corrupt no thread can go on")]:
        found = logs(path)
        assert found.stderr.decode().startswith(words)
        assert b"\n~" in found.stdout


@loads_it
@pytest.mark.parametrize("version", VERSIONS)
def test_the_example_that_is_fed_prints_what_grep_prints_of_whole_generations(version):
    path = OK / f"go{version}-stop-late.trace"
    with path.open("rb") as trace:
        found = logs("-", stdin=trace)
    expect_what_grep_prints(found, path)
    assert found.stdout.count(b"tick: number") > 10
    assert (found.returncode, found.stderr) == (0, b"complete \n")


@loads_it
@pytest.mark.parametrize("packed", ["go1.26-crasher.trace.gz", "go1.26-crasher.trace.zst"])
def test_what_is_fed_may_be_packed(packed):
    with (TESTDATA / "ok" / packed).open("rb") as trace:
        found = logs("-", stdin=trace)
    assert found.returncode == 0
    assert found.stdout.endswith(b" g1 xyzzy-cat: xyzzy-msg\n")


@pytest.fixture
def server(tmp_path):
    """examples/serve_logs.cc, listening at logs.sock; what it printed is read with `readline`."""
    program = Path(TRACECHECK).resolve().parent / "examples" / "serve_logs"
    with subprocess.Popen([program, "logs.sock"], cwd=tmp_path, stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


def connect(monkeypatch, folder):
    monkeypatch.chdir(folder)  # a socket's path has to be short
    give_up = time.monotonic() + PATIENCE
    while True:
        client = socket.socket(socket.AF_UNIX)
        try:
            client.connect("logs.sock")
            return client
        except (FileNotFoundError, ConnectionRefusedError):  # it does not listen yet
            client.close()
            assert time.monotonic() < give_up
            time.sleep(0.01)


def test_the_example_that_listens_prints_logs_of_many_as_they_come(server, tmp_path, monkeypatch):
    slow, cut, whole = (connect(monkeypatch, tmp_path) for _ in range(3))
    first, rest = CRASHER.read_bytes()[:-100], CRASHER.read_bytes()[-100:]
    slow.sendall(first)
    for byte in CRASHER.read_bytes():
        whole.sendall(bytes([byte]))
    # Its generation is known to be whole before the connection ends.
    assert server.stdout.readline() == b"xyzzy-cat: xyzzy-msg\n"
    whole.close()
    assert server.stdout.readline() == b"complete\n"
    cut.sendall(first)
    cut.close()
    assert server.stdout.readline() == b"truncated\n"
    slow.sendall(rest)
    slow.close()
    assert server.stdout.readline() == b"xyzzy-cat: xyzzy-msg\n"
    assert server.stdout.readline() == b"complete\n"


def test_the_library_exports_the_functions_of_its_header_and_nothing_else():
    listed = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], capture_output=True, text=True, check=True).stdout
    exported = {line.split()[-1] for line in listed.splitlines()}
    header = (ROOT / "include" / "tracecheck" / "c.h").read_text()
    declared = {
        part.split("(")[0].split()[-1].lstrip("*") for part in header.split("TRACECHECK_API ")[1:] if "(" in part
    } - {"__attribute__"}
    assert exported == declared
    assert len(exported) > 10
