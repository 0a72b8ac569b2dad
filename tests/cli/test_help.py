"""-h, --help and --version: of the program and of each command."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from support import CRASHER, expect, run, run_on_terminal

COMMANDS = [
    "verify", "grep", "export", "events", "wire", "assemble", "stats", "report", "carve", "repair", "slice", "redact", "run", "assert",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command):
    result = run(command, "--help")
    expect(result, 0, None)
    text = result.stdout.decode()
    assert f"\nUsage: tracecheck {command} [OPTIONS] [" in text
    assert "\n  -h, --help " in text and "\n  -j N " in text and "\n  --color WHEN " in text
    assert "xit" in text.split("\n\n")[-1], "the exit codes are told at the end"
    expect(run(command, "-h"), 0, text)


@pytest.mark.parametrize("command, files", [
    ("verify", "FILE..."), ("stats", "FILE..."), ("assert", "FILE..."), ("grep", "PATTERN] [FILE..."), ("export", "FILE..."),
    ("events", "FILE"), ("wire", "FILE"), ("assemble", "TEXT"), ("carve", "CORE"), ("repair", "FILE"),
])
def test_the_usage_tells_whether_one_file_is_read_or_many(command, files):
    text = run(command, "--help").stdout.decode()
    assert f"\nUsage: tracecheck {command} [OPTIONS] [{files}]\n" in text


@pytest.mark.parametrize("command", COMMANDS)
def test_help_comes_whatever_else_is_asked_for(command, tmp_path):
    text = run(command, "--help").stdout.decode()
    expect(run(command, CRASHER, "-h"), 0, text)
    expect(run(command, "-h", "-o", tmp_path / "x", "--nonsense"), 0, text)
    assert not list(tmp_path.iterdir())


def test_help_is_a_word_too():
    expect(run("help"), 0, run("--help").stdout.decode())
    expect(run("help", "verify"), 0, run("verify", "--help").stdout.decode())
    expect(run("help", "help"), 0, run("--help").stdout.decode())
    result = run("help", "verfy")
    expect(result, 2, "", None)
    assert "unknown command verfy; did you mean verify?" in result.stderr.decode()


def test_the_program_explains_itself():
    result = run("--help")
    expect(result, 0, None)
    text = result.stdout.decode()
    assert "\nUsage: tracecheck COMMAND [OPTIONS]\n" in text
    assert re.findall(r"^  (\w+) {2,}", text.split("Commands:")[1], re.MULTILINE) == COMMANDS
    assert "`tracecheck COMMAND --help` tells more" in text
    assert "Exit codes: 0 complete, 3 truncated, 1 corrupt or not a trace, 4 not judged" in text
    expect(run("-h"), 0, text)


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize("columns, width", [("", 80), ("60", 60), ("72", 72), ("5", 40), ("1000", 100), ("x", 80)])
def test_help_is_as_wide_as_the_terminal_within_reason(command, columns, width):
    words = [command, "--help"] if command else ["--help"]
    text = run(*words, env=os.environ | {"COLUMNS": columns}).stdout.decode()
    lines = text.split("\n")
    # A word that is longer than a column leaves stands alone in it.
    assert [line for line in lines if len(line) > width and " " in line.strip()] == []
    assert command != "export" or max(map(len, lines)) > width - 12
    one = run(*words, env=os.environ | {"COLUMNS": "80"}).stdout.decode()
    assert text.split() == one.split(), "the same words at any width"


def test_help_asks_the_terminal_how_wide_it_is():
    code, shown, _ = run_on_terminal("export", "--help", columns=57, environment={"COLUMNS": ""})
    expected = run("export", "--help", env=os.environ | {"COLUMNS": "57"}).stdout
    assert (code, shown) == (0, expected)


def test_values_that_can_be_listed_are():
    text = " ".join(run("run", "--help").stdout.decode().split())
    assert "complete, truncated, corrupt, not a trace, not judged or unreadable" in text
    text = " ".join(run("export", "--help").stdout.decode().split())
    assert "what to write: ndjson, json, " in text and " or pprof (needed)" in text
    assert "--category PATTERN logs whose category matches (repeatable)" in text


@pytest.mark.parametrize("command", ["verify", "export", "events", "wire", "stats", "report"])
def test_commands_whose_exit_follows_the_verdict_take_allow_truncated(command):
    assert "\n  --allow-truncated " in run(command, "--help").stdout.decode()


def test_the_version_is_a_line_with_the_commit_where_there_is_one():
    result = run("--version")
    expect(result, 0, None)
    version = re.fullmatch(r"tracecheck \d+\.\d+\.\d+(?: \(([0-9a-f]{12})(?:-dirty)?\))?\n", result.stdout.decode())
    assert version
    asked = ["git", "-C", Path(__file__).parent, "rev-parse", "HEAD"]
    if shutil.which("git") and subprocess.run(asked, capture_output=True).returncode == 0:
        assert version[1]


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], *([command, "--help"] for command in COMMANDS)])
def test_help_that_cannot_be_written_is_an_error(arguments):
    with open("/dev/full", "wb") as full:
        result = run(*arguments, stdout=full)
    assert result.returncode == 2
    assert result.stderr == b"tracecheck: standard output cannot be written: No space left on device\n"
