"""README.md's examples: the console blocks print what they say, the library's program is the one that is built, and
every file that it names is there."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from support import CRASHER, TESTDATA, TRACECHECK, TRUNCATED

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
CRASH = TRUNCATED / "go1.26-mapwrites-late.trace"  # as README.md says


def blocks(language):
    return [text for name, text in BLOCKS if name == language]


def commands():
    """Each command of the console blocks, with what is printed below it."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, output = part.split("\n", 1)
            found.append((command, output.rstrip("\n")))
    return found


@pytest.fixture
def desk(tmp_path):
    """A folder in which README.md's commands can be given."""
    for link, target in [
        ("build/release/tracecheck", TRACECHECK),
        ("bin/tracecheck", TRACECHECK),
        ("testdata", TESTDATA),
        ("crash.trace", CRASH),
        ("trace.out", CRASHER),
    ]:
        (tmp_path / link).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / link).symlink_to(Path(target).resolve())
    # A recorded crasher; test_crashing_child.py has the real one.
    crasher = tmp_path / "crasher"
    crasher.write_text("#!/bin/sh\ncat trace.out\necho 'panic: yzzyx' >&2\nexit 2\n")
    crasher.chmod(0o755)
    return tmp_path


def test_there_are_commands_to_try():
    told = " ".join(command for command, _ in commands())
    assert len(commands()) >= 6
    for word in ("verify", "grep", "export", "stats", "crash.trace", "./crasher", "build/release/tracecheck"):
        assert word in told


@pytest.mark.parametrize("command, output", commands(), ids=[command for command, _ in commands()])
def test_the_commands_print_what_is_below_them(desk, command, output):
    path = f"{desk / 'bin'}:{os.environ['PATH']}"
    result = subprocess.run(
        ["sh", "-c", command],
        cwd=desk,
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # as on a terminal
        timeout=60,
    )
    assert result.stdout.decode().rstrip("\n") == output


def test_the_library_example_is_the_one_that_is_built():
    example = (ROOT / "examples" / "print_logs.cc").read_text()
    assert [block for block in blocks("cpp") if block == example] == blocks("cpp") != []


def test_the_project_that_uses_the_library_is_the_one_that_is_tested():
    project = (ROOT / "tests" / "install" / "CMakeLists.txt").read_text()
    assert len(blocks("cmake")) == 1
    assert blocks("cmake")[0] in project


def test_every_file_that_it_links_is_there():
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert len(links) >= 5
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_script_that_it_names_is_there():
    scripts = re.findall(r"\b(?:sh )?((?:scripts|bench|\.ci)/[\w./]+)", README)
    assert {"scripts/try.sh", "scripts/test.sh"} <= set(scripts)
    assert [script for script in scripts if not (ROOT / script).exists()] == []
