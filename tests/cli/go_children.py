"""Real Go programs for tests: testdata/programs, built with each version of Go.

Without Go such tests are skipped; under TRACECHECK_REQUIRE_GO=1 that is a failure."""

import functools
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from support import PATIENCE, TESTDATA, VERSIONS

# As in testdata/make.sh.
TOOLCHAINS = dict(zip(VERSIONS, ["go1.22.12", "go1.23.12", "go1.24.13", "go1.25.8", "go1.26.8"]))
PROGRAMS = TESTDATA / "programs"


def skip_without_go(reason):
    if os.environ.get("TRACECHECK_REQUIRE_GO") == "1":
        pytest.fail(f"{reason}, and TRACECHECK_REQUIRE_GO=1")
    pytest.skip(reason)


def environment(version):
    return os.environ | {"GOTOOLCHAIN": TOOLCHAINS[version], "CGO_ENABLED": "0"}


@functools.lru_cache(maxsize=None)
def why_not(version):
    """Why that version of Go cannot be had; None if it can."""
    try:
        said = subprocess.run(["go", "version"], cwd=PROGRAMS, env=environment(version), capture_output=True, text=True)
    except FileNotFoundError:
        return "no go on PATH"
    # Before 1.21, go does not know GOTOOLCHAIN and says its own version.
    if said.returncode != 0 or said.stdout.split()[2] != TOOLCHAINS[version]:
        return f"no {TOOLCHAINS[version]}: {(said.stdout + said.stderr).strip()}"
    return None


@functools.lru_cache(maxsize=None)
def build_folder():
    return tempfile.TemporaryDirectory(prefix="tracecheck-go-")  # goes when Python does


@functools.lru_cache(maxsize=None)
def build(version, name):
    program = Path(build_folder().name) / f"go{version}-{name}"
    subprocess.run(["go", "build", "-o", program, f"./{name}"], cwd=PROGRAMS, env=environment(version), check=True)
    return program


def go_program(version, name):
    """The program's path."""
    if reason := why_not(version):
        skip_without_go(reason)
    return build(version, name)


@functools.cache
def traces_of_clocks():
    """Traces of two programs, of Go 1.25 and 1.26, that run at the same time and log what time it is."""
    programs = [go_program(version, "clocks") for version in ("1.25", "1.26")]
    processes = [subprocess.Popen([program], stdout=subprocess.PIPE) for program in programs]
    return [process.communicate(timeout=PATIENCE)[0] for process in processes]


def expect_close(differences):
    """A program says the time and logs it; in between it may have to wait for a processor, which a busy machine lets it do
    now and then."""
    assert len(differences) > 1000
    late = sorted(differences)
    assert late[0] > -1_000_000, "logged before it was said"
    assert late[len(late) * 9 // 10] < 1_000_000, late[-100:]
