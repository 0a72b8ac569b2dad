"""The shared library from outside: what it exports, and examples/logs.py, which prints what grep prints."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grep_lines import LINE, grep, lines
from support import CORRUPT, FIXTURES, OK, SANITIZED, TESTDATA, TRACECHECK, VERSIONS, name_of, verdict_of_folder

ROOT = Path(__file__).parents[2]
LOGS = ROOT / "examples" / "logs.py"
LIBRARY = os.environ.get("LIBTRACECHECK", str(Path(TRACECHECK).resolve().parent / "libtracecheck.so"))
loads_it = pytest.mark.skipif(SANITIZED, reason="python would have to be built with the sanitizers, too")


def logs(argument, **options):
    environment = os.environ | {"LIBTRACECHECK": LIBRARY}
    return subprocess.run(
        [sys.executable, LOGS, argument], capture_output=True, env=environment, timeout=60, **options
    )


def expect_what_grep_prints(found, path):
    """Grep does not look at the order of other events, which moves an event's time by some ns where two have the same."""
    ours, theirs = ([LINE.fullmatch(line).groups() for line in lines(result)] for result in (found, grep("", path)))
    assert [(mark, *rest) for mark, _, *rest in ours] == [(mark, *rest) for mark, _, *rest in theirs]
    for (_, our_time, *_), (_, their_time, *_) in zip(ours, theirs):
        assert abs(float(our_time) - float(their_time)) < 1e-6


# Those of `work` have control characters, which both escape, each in its own way. Grep reads past more corruption.
COMPARED = [path for path in FIXTURES if path.parent != CORRUPT and "-work" not in path.name]


@loads_it
@pytest.mark.parametrize("path", COMPARED, ids=name_of)
def test_the_example_prints_what_grep_prints(path):
    found = logs(path)
    expect_what_grep_prints(found, path)
    assert found.returncode == (0 if path.parent == OK else 1)
    assert found.stderr.decode().startswith(verdict_of_folder(path))


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


def test_the_library_exports_the_functions_of_its_header_and_nothing_else():
    listed = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], capture_output=True, text=True, check=True).stdout
    exported = {line.split()[-1] for line in listed.splitlines()}
    header = (ROOT / "include" / "tracecheck" / "c.h").read_text()
    declared = {
        part.split("(")[0].split()[-1].lstrip("*") for part in header.split("TRACECHECK_API ")[1:] if "(" in part
    } - {"__attribute__"}
    assert exported == declared
    assert len(exported) > 10
