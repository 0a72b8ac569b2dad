"""The manual pages and the completions that the build writes: read by man, mandoc and the shells themselves, and held
against what --help says."""

import os
import re
import subprocess
import time
from pathlib import Path

import pytest
from support import PATIENCE, TRACECHECK, open_terminal, run

PAGES = Path(TRACECHECK).parent / "pages"
BASH, ZSH, FISH = PAGES / "tracecheck.bash", PAGES / "_tracecheck", PAGES / "tracecheck.fish"


def help_of(*command):
    return run(*command, "--help").stdout.decode()


COMMANDS = re.findall(r"^  ([a-z]+) ", help_of().split("\nCommands:\n")[1], re.M)


def options_of(*command):
    """All names of options in --help."""
    labels = re.findall(r"^  (-.*?)(?:  |$)", help_of(*command), re.M)
    names = [name for label in labels for name in re.findall(r"(?<!\S)--?[\w-]+", label)]
    assert "--help" in names and len(names) > 2
    return names


def output(*command, **options):
    result = subprocess.run([*map(str, command)], capture_output=True, timeout=PATIENCE, **options)
    assert (result.returncode, result.stderr.decode()) == (0, ""), command
    return result.stdout.decode()


# Manual pages


def test_there_is_a_page_for_each_command():
    names = sorted(path.name for path in (PAGES / "man1").iterdir())
    assert names == sorted(["tracecheck.1", *(f"tracecheck-{command}.1" for command in COMMANDS)])


def test_man_and_mandoc_have_nothing_to_say_of_the_pages():
    for page in (PAGES / "man1").iterdir():
        output("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page)
    lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *(PAGES / "man1").iterdir()], capture_output=True)
    # No date, so that two builds of a commit are alike.
    assert [line for line in lint.stdout.decode().splitlines() if "missing date" not in line] == []


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_a_page_tells_what_help_tells(command):
    page = PAGES / "man1" / (f"tracecheck-{command}.1" if command else "tracecheck.1")
    shown = re.sub(".\b", "", output("mandoc", "-T", "ascii", "-O", "width=300", page))
    assert "\nEXIT STATUS\n" in shown
    words = [command] if command else []
    for name in options_of(*words):
        assert re.search(rf"^ +(?:--?\w+, )?{name}(?:[ ,]|$)", shown, re.M), name
    for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "SEE ALSO"):
        assert f"\n{heading}\n" in shown
    text = " ".join(shown.split()).lower()
    told = help_of(*words).split("\nOptions:\n")[0].split("Usage: ")[1]
    assert " ".join(told.split("\n\n")[0].split()).lower() in text


# bash


def bash(*words):
    """What bash is offered for the last of the words."""
    script = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
compopt() { :; }
_tracecheck
printf '%s\\n' "${COMPREPLY[@]}"
"""
    return output("bash", "--norc", "-euc", script, "bash", BASH, "tracecheck", *words).splitlines()


@pytest.mark.parametrize("command", COMMANDS)
def test_bash_offers_every_option(command):
    assert sorted(bash(command, "-")) == sorted(options_of(command))
    assert bash(command, "--hel") == ["--help"]


def test_bash_offers_commands():
    assert [word for word in bash("") if not word.startswith("-")] == COMMANDS
    assert bash("ver") == ["verify"]
    assert sorted(bash("--")) == ["--help", "--version"]


@pytest.mark.parametrize(
    "words, offered",
    [
        (["verify", "--color", ""], ["auto", "always", "never"]),
        (["verify", "--color", "a"], ["auto", "always"]),
        (["verify", "--color", "="], ["auto", "always", "never"]),
        (["verify", "--color", "=", "al"], ["always"]),
        (["verify", "--color=al"], ["--color=always"]),
        (["export", "--format", "nd"], ["ndjson"]),
        (["export", "--profile", "s"], ["sync", "syscall", "sched"]),
        (["export", "--kind", "TaskB"], ["TaskBegin"]),
        (["export", "--kind", "Log,Task"], ["Log,TaskBegin", "Log,TaskEnd"]),
        (["grep", "--kind", "log,reg"], ["log,region"]),
        (["redact", "--kind", "task,fi"], ["task,file"]),
        (["stats", "--sort", "max-"], ["max-stw", "max-gc"]),
        (["stats", "--by", "f"], ["file", "function"]),
        (["run", "--expect-verdict", "not"], [r"not\ a\ trace", r"not\ judged"]),
        (["run", "--expect-verdict", "'not a"], ["not a trace"]),
        (["grep", "--task", ""], [""]),
    ],
)
def test_bash_offers_the_values_of_options(words, offered):
    assert bash(*words) == offered


def test_bash_offers_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a b.trace", "a$c.trace", "-x"):
        (tmp_path / name).touch()
    assert sorted(bash("verify", "a")) == ["a b.trace", "a$c.trace"]
    assert sorted(bash("repair", "-o", "a")) == ["a b.trace", "a$c.trace"]
    assert bash("verify", "--", "-") == ["-x"]


# The other shells, and bash as one sits before it


class Shell:
    """An interactive shell on a terminal, to type at."""

    def __init__(self, *command, environment):
        self.master, slave = open_terminal()
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=os.environ | environment, start_new_session=True
        )
        os.close(slave)
        os.set_blocking(self.master, False)
        self.shown = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def type(self, text, wanted):
        """Types, and waits until all that is wanted is shown."""
        self.shown = ""
        os.write(self.master, text.encode())
        end = time.monotonic() + PATIENCE
        while not all(word in self.shown for word in wanted):
            assert time.monotonic() < end, self.shown
            try:
                self.shown += os.read(self.master, 65536).decode(errors="replace")
            except BlockingIOError:
                time.sleep(0.01)


def test_bash_completes_what_is_typed(tmp_path):
    environment = {"TERM": "dumb", "PS1": "> ", "INPUTRC": "/dev/null", "HOME": str(tmp_path)}
    with Shell("bash", "--norc", "--noprofile", "-i", environment=environment) as shell:
        shell.type(f"source {BASH}; echo rea''dy\n", ["ready\r\n"])
        shell.type("tracecheck veri\t--allow\t--color ne\t", ["verify", "--allow-truncated", "never"])
        shell.type("\x15tracecheck run --expect-verdict not\\ a\t", ["not\\ a\\ trace"])


def test_zsh_completes_what_is_typed(tmp_path):
    output("zsh", "-n", ZSH)
    environment = {"TERM": "dumb", "HOME": str(tmp_path), "ZDOTDIR": str(tmp_path)}
    with Shell("zsh", "-f", "-i", environment=environment) as shell:
        setup = f"PS1='> '; fpath=({PAGES} $fpath); autoload -Uz compinit; compinit -u -D; echo rea''dy\n"
        shell.type(setup, ["ready\r\n"])
        shell.type("tracecheck veri\t--allow\t--color ne\t", ["verify", "truncated", "never"])
        shell.type("\x15tracecheck export --kind StackS\t", ["StackSample"])
        shell.type("\x15tracecheck run --expect-verdict not\\ j\t", ["not\\ judged"])


@pytest.mark.parametrize("command", COMMANDS)
def test_zsh_is_told_of_every_option(command):
    script = "_arguments() { print -rl -- ${(q-)@}; }; source $1 >/dev/null 2>&1; _tracecheck_" + command
    told = output("zsh", "-f", "-c", script, "zsh", ZSH)
    names = re.findall(r"^'?(?:\*|\([^)]*\))(--?[\w-]+?)[+=]?\[", told, re.M)
    assert sorted(names) == sorted(options_of(command))


def fish(text):
    """What fish offers, without the descriptions."""
    script = f"source {FISH}; complete -C '{text}'"
    return [line.split("\t")[0] for line in output("fish", "--no-config", "-c", script).splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_fish_offers_every_option(command):
    offered = fish(f"tracecheck {command} -") + fish(f"tracecheck {command} --")
    assert set(options_of(command)) <= set(offered)


def test_fish_offers_commands_and_values():
    output("fish", "--no-execute", FISH)
    assert sorted(fish("tracecheck ")) == sorted(COMMANDS)
    assert fish("tracecheck verify --color a") == ["always", "auto"]
    assert fish("tracecheck run --expect-verdict not") == ["not a trace", "not judged"]
    assert "Log,TaskBegin" in fish("tracecheck export --kind Log,Task")
