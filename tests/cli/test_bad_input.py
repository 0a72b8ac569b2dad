"""Bad input gets a sentence on standard error, an exit code, and nothing else: one row of a table for each."""

import contextlib
import gzip
import os
import socket
import subprocess

import pytest
from support import (
    CRASHER,
    OK,
    OTHER,
    TRACECHECK,
    TRUNCATED,
    expect,
    expect_usage,
    run,
    run_on_terminal,
    without_privileges,
)

COMMANDS = ["verify", "grep", "export", "events", "wire", "assemble", "stats", "carve", "repair", "assert"]
READERS_OF_MANY = ["grep", "export", "stats"]
READERS = ["grep", "export", "events", "wire", "stats"]  # verify says it all on standard output

# What each command needs beside a file.
NEEDS = {
    "assert": ["--max-stw", "1h"],
    "grep": ["x"],
    "export": ["--format", "ndjson"],
    "assemble": ["-o", "-"],
    "carve": ["-o", "-"],
    "repair": ["-o", "x"],
}
KINDS = (
    "Sync, Metric, Label, StackSample, RangeBegin, RangeActive, RangeEnd, TaskBegin, TaskEnd, RegionBegin, RegionEnd, "
    "Log, StateTransition, Experimental"
)
GREP_KINDS = "log, task, region, transition, range, metric, label"
TEXT_KINDS = "category, message, task, region, label, function, file, type"
FORMATS = "ndjson, json, chrome, perfetto, csv, sqlite, pprof"
A_TIME = "give 1.5s, 200ms or 2m from the trace's start, -2s from its end, or a time like 2026-01-31T12:00:00Z"
ONE_TRACE = "--format json holds one trace; several go into one output with --format ndjson, chrome, perfetto, csv or sqlite"
NO_DATABASE = "a database can only be written to a regular file: --format sqlite needs -o FILE"
MOST = 2**64 - 1


def command_line(command, *arguments):
    return [command, *NEEDS.get(command, []), *arguments]


# The program itself


def test_no_command_gets_the_usage():
    result = run()
    expect(result, 2, "", run("--help").stdout.decode())


@pytest.mark.parametrize("arguments, sentence", [
    (["verfy"], "unknown command verfy; did you mean verify?"),
    (["stat", CRASHER], "unknown command stat; did you mean stats?"),
    (["assembel"], "unknown command assembel; did you mean assemble?"),
    (["version"], "unknown command version; did you mean --version?"),
    (["frobnicate"], "unknown command frobnicate"),
    (["VERIFY"], "unknown command VERIFY"),
    ([CRASHER], f"unknown command {CRASHER}"),
    ([""], "unknown command ''"),
    (["-"], "unknown command -"),
    (["--"], "unknown command --"),
    (["--", "verify", CRASHER], "unknown command --"),
    (["[verify]"], "unknown command [verify]; did you mean verify?"),
    (["[x,y]"], "unknown command [x,y]"),
    (["a\x1b[31m\n"], "unknown command a\\x1b[31m\\n"),
    ([b"\xff"], "unknown command \\xff"),
    (["--hlp"], "unknown option --hlp; did you mean --help?"),
    (["--versoin"], "unknown option --versoin; did you mean --version?"),
    (["--nothing-like-it"], "unknown option --nothing-like-it"),
    (["-x"], "unknown option -x"),
], ids=repr)
def test_bad_usage_of_the_program(arguments, sentence):
    expect_usage(run(*arguments), sentence)


@pytest.mark.parametrize("arguments, sentence", [
    (["-j", "2", "stats", CRASHER], "-j belongs behind the command"),
    (["--color=always", "stats", CRASHER], "--color belongs behind the command"),
])
def test_options_stand_behind_the_command(arguments, sentence):
    expect_usage(run(*arguments), sentence, "stats")


# Options that every command has


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("arguments, sentence", [
    (["--colr", "never"], "unknown option --colr; did you mean --color?"),
    (["--colr=never"], "unknown option --colr; did you mean --color?"),
    (["--colo"], "unknown option --colo; did you mean --color?"),
    (["--hepl"], "unknown option --hepl; did you mean --help?"),
    (["--nothing-like-it"], "unknown option --nothing-like-it"),
    (["-Z"], "unknown option -Z"),
    (["--a\x1b\n"], "unknown option --a\\x1b\\n"),
    ([b"--\xff"], "unknown option --\\xff"),
    (["-j"], "-j needs a value"),
    (["-j", "0"], "-j: 0 is too small: 1 is the least"),
    (["-j", "1025"], "-j: 1025 is too large: 1024 is the most"),
    (["-j", str(MOST + 1)], f"-j: {MOST + 1} is too large: 1024 is the most"),
    (["-j", "-1"], "-j: -1 is not a whole number"),
    (["-j", "1.5"], "-j: 1.5 is not a whole number"),
    (["-j", "x"], "-j: x is not a whole number"),
    (["-j2x"], "-j: 2x is not a whole number"),
    (["-j", ""], "-j: '' is not a whole number"),
    (["-j", " 1"], "-j:  1 is not a whole number"),
    (["-j", "[1,2]"], "-j: [1,2] is not a whole number"),
    (["-j", b"\xff\n"], "-j: \\xff\\n is not a whole number"),
    (["-j", "1", "-j", "2"], "-j may be given only once"),
    (["--color"], "--color needs a value"),
    (["--color", "red"], "--color: unknown mode red (known: auto, always, never)"),
    (["--color=Always"], "--color: unknown mode Always (known: auto, always, never)"),
    (["--color", ""], "--color: unknown mode '' (known: auto, always, never)"),
    (["--color", "[auto]"], "--color: unknown mode [auto] (known: auto, always, never)"),
    (["--color", "auto", "--color", "never"], "--color may be given only once"),
], ids=repr)
def test_bad_options_of_any_command(command, arguments, sentence):
    expect_usage(run(*command_line(command, CRASHER, *arguments)), sentence, command)


@pytest.mark.parametrize("command", ["verify", "events", "export", "wire", "stats"])
def test_unknown_options_are_held_against_all_that_the_command_has(command):
    result = run(*command_line(command, "--alow-truncated", CRASHER))
    expect_usage(result, "unknown option --alow-truncated; did you mean --allow-truncated?", command)


# Options of one command


@pytest.mark.parametrize("command, arguments, sentence", [
    ("verify", ["--jsn"], "unknown option --jsn; did you mean --json?"),
    ("verify", ["--json=false"], "--json takes no value"),
    ("verify", ["--quiet=1"], "--quiet takes no value"),
    ("stats", ["--jason"], "unknown option --jason; did you mean --json?"),
    ("stats", ["--json=yes"], "--json takes no value"),
    ("events", ["--allow-truncated=3"], "--allow-truncated takes no value"),
    ("events", ["another"], "unexpected argument another"),
    ("wire", ["another"], "unexpected argument another"),
    ("assemble", ["-o", "x", "another"], "unexpected argument another"),
    ("assemble", [], "-o, --output is required"),
    ("assemble", ["--outptu", "x"], "unknown option --outptu; did you mean --output?"),
    ("assemble", ["-o"], "--output needs a value"),
    ("assemble", ["-o", ""], "--output: '' is no file name"),
    ("assemble", ["-o", "a", "-o", "b"], "--output may be given only once"),
    ("repair", ["-o", "x", "another"], "unexpected argument another"),
    ("repair", ["-o", "-"], "repair reads back what it wrote, which -o - does not allow: name a file"),
    ("repair", [], "-o, --output is required"),
    ("repair", ["-o", ""], "--output: '' is no file name"),
    ("repair", ["-o", "x", "--force=yes"], "--force takes no value"),
    ("export", ["--formt", "json"], "unknown option --formt; did you mean --format?"),
    ("export", ["--format"], "--format needs a value"),
    ("export", ["--format", ""], f"--format: unknown format '' (known: {FORMATS})"),
    ("export", ["--format", "JSON"], f"--format: unknown format JSON (known: {FORMATS})"),
    ("export", ["--format", "[json]"], f"--format: unknown format [json] (known: {FORMATS})"),
    ("export", ["--format", "json", "--format", "json"], "--format may be given only once"),
    ("export", ["--format", "json", "--kind", ""], f"--kind: unknown kind '' (known: {KINDS})"),
    ("export", ["--format", "json", "--kind", "Log,Lug"], f"--kind: unknown kind Lug (known: {KINDS})"),
    ("export", ["--format", "json", "--kind"], "--kind needs a value"),
    ("export", ["--format", "json", "--kind", ","], f"--kind: , has a comma too many (known: {KINDS})"),
    ("export", ["--format", "json", "--kind", "Log,"], f"--kind: Log, has a comma too many (known: {KINDS})"),
    ("export", ["--format", "json", "--kind", "task"],
     f"--kind: unknown kind task, which grep and redact take; here TaskBegin or TaskEnd (known: {KINDS})"),
    ("grep", ["--kind", ","], f"--kind: , has a comma too many (known: {GREP_KINDS})"),
    ("grep", ["--kind", "log,,task"], f"--kind: log,,task has a comma too many (known: {GREP_KINDS})"),
    ("grep", ["--kind", "log,Lug"], f"--kind: unknown kind Lug (known: {GREP_KINDS})"),
    ("grep", ["--kind", "TaskEnd"], f"--kind: unknown kind TaskEnd, which export takes; here task (known: {GREP_KINDS})"),
    ("redact", ["-o", "x", "--kind", ",label"], f"--kind: ,label has a comma too many (known: {TEXT_KINDS})"),
    ("redact", ["-o", "x", "--kind", "Log"],
     f"--kind: unknown kind Log, which grep and export take (known: {TEXT_KINDS})"),
    ("export", ["--format", "json", "-o"], "--output needs a value"),
    ("export", ["--format", "json", "-o", ""], "--output: '' is no file name"),
    ("export", [], "--format is required"),
    ("export", ["--format", "pprof"], "--format pprof needs --profile net, sync, syscall, sched or cpu"),
    ("export", ["--format", "pprof", "--profile", "heap"],
     "--profile: unknown profile heap (known: net, sync, syscall, sched, cpu)"),
    ("export", ["--format", "csv", "--profile", "net"], "--profile is for --format pprof only"),
    ("export", ["--format", "sqlite"], NO_DATABASE),
    ("export", ["--format", "sqlite", "-o", "-"], NO_DATABASE),
    ("export", ["--format", "sqlite", "-o", "/dev/null"], NO_DATABASE),
    ("export", ["--format", "sqlite", "-o", "/dev/stdout"], NO_DATABASE),
    ("export", ["--format", "json", "another"], ONE_TRACE),
    ("export", ["--format", "json", ""], ONE_TRACE),
    ("export", ["--format", "json", "--", "-x"], ONE_TRACE),
    ("export", ["--format", "json", "--no-stack"], "unknown option --no-stack; did you mean --no-stacks?"),
    ("export", ["--format", "json", "--json"], "unknown option --json"),
    ("grep", ["--catgory", "x"], "unknown option --catgory; did you mean --category?"),
    ("grep", ["-e"], "-e needs a value"),
    ("grep", ["--message"], "--message needs a value"),
    ("grep", ["-m", ""], "-m: '' is not a whole number"),
    ("grep", ["-m", str(MOST + 1)], f"-m: {MOST + 1} is too large: {MOST} is the most"),
    ("grep", ["--last"], "--last needs a value"),
    ("grep", ["-c=1"], "unexpected argument =1"),
    ("grep", ["--wall=1"], "--wall takes no value"),
    ("grep", ["--version"], "unknown option --version"),
    ("grep", ["-m", "many"], "-m: many is not a whole number"),
    ("grep", ["--last", "0"], "--last: 0 is too small: 1 is the least"),
    ("grep", ["-v", "--task", "1"], "-v needs a pattern that it can turn round"),
    ("grep", ["--json", "-c", "-e", "x"], "--json prints matches; it does not go with -c, -l or -L"),
    ("grep", ["--json", "-l", "-e", "x"], "--json prints matches; it does not go with -c, -l or -L"),
])
def test_bad_options_of_one_command(command, arguments, sentence):
    expect_usage(run(command, CRASHER, *arguments), sentence, command)


@pytest.mark.parametrize("command", ["grep", "export"])
@pytest.mark.parametrize("arguments, sentence", [
    (["--since"], "--since needs a value"),
    (["--since", ""], "--since: '' is not a time"),
    (["--until", ""], "--until: '' is not a time"),
    (["--since", "1", "--since", "2"], "--since may be given only once"),
    (["--since", "2s", "--until", "1500ms"], "--since 2s lies behind --until 1500ms"),
    (["--since=-1s", "--until=-2s"], "--since -1s lies behind --until -2s"),
    (["--since", "1e9s"], f"--since 1e9s is not a time: {A_TIME}"),
    (["--since", "soon"], f"--since soon is not a time: {A_TIME}"),
    (["--until", "1y"], f"--until 1y is not a time: {A_TIME}"),
    (["--until", "[1s]"], f"--until [1s] is not a time: {A_TIME}"),
    (["--until", "2026-02-30T12:00:00Z"], f"--until 2026-02-30T12:00:00Z is not a time: {A_TIME}"),
    (["--since", b"\xff\x1b"], f"--since \\xff\\x1b is not a time: {A_TIME}"),
    (["--task"], "--task needs a value"),
    (["--task", "1,2"], "--task: 1,2 is not a whole number"),
    (["--task", "[1,2]"], "--task: [1,2] is not a whole number"),
    (["--task", str(MOST + 1)], f"--task: {MOST + 1} is too large: {MOST} is the most"),
    (["--goroutine", "-1"], "--goroutine: -1 is not a whole number"),
    (["--goroutine", "0x10"], "--goroutine: 0x10 is not a whole number"),
    (["--category", "(", "--category", "a"], "the pattern '(' is not a regular expression: missing ): ("),
    (["--message", "a", "--category", "*"],
     "the pattern '*' is not a regular expression: no argument for repetition operator: *"),
    (["--message", b"\xff("], "the pattern '\\xff(' is not a regular expression: missing ): \\xff("),
], ids=repr)
def test_bad_selections(command, arguments, sentence):
    needs = {"grep": ["-e", "x"], "export": ["--format", "ndjson"]}[command]
    expect_usage(run(command, *needs, CRASHER, *arguments), sentence, command)


# No file, no pattern


def test_grep_without_a_pattern_is_bad_usage():
    expect_usage(run("grep"), "grep needs a PATTERN, or options such as --category", "grep")


@pytest.mark.parametrize("command, sentence", [
    ("verify", "verify needs a file, or a trace on standard input"),
    ("grep", "grep needs a file, or a trace on standard input"),
    ("export", "export needs a file, or a trace on standard input"),
    ("events", "events needs one file, or a trace on standard input"),
    ("wire", "wire needs one file, or a trace on standard input"),
    ("assemble", "assemble needs one file of text, or text on standard input"),
    ("stats", "stats needs a file, or a trace on standard input"),
    ("carve", "carve needs one core dump, or one on standard input"),
    ("repair", "repair needs one file, or a trace on standard input"),
])
def test_no_file_and_a_terminal_is_bad_usage(command, sentence):
    code, shown, streams = run_on_terminal(*command_line(command), terminal=["stdin"])
    assert (code, shown, streams["stdout"]) == (2, b"", b"")
    assert streams["stderr"].decode() == f"tracecheck: {sentence}\nTry 'tracecheck {command} --help'.\n"


@pytest.mark.parametrize("command", ["grep", "stats"])
def test_standard_input_is_read_only_once(command):
    result = run(*command_line(command, "-", CRASHER, "-"), input=CRASHER.read_bytes())
    expect_usage(result, "-: standard input can be read only once", command)


# Files that cannot be read


def unreadable_files(folder):
    """Their names, relative to the folder, and what is said of them."""
    (folder / "folder").mkdir()
    (folder / "file").write_text("")
    (folder / "loop").symlink_to("loop")
    (folder / "dangling").symlink_to("nowhere")
    # The name of a socket may have only some hundred bytes.
    with contextlib.chdir(folder), socket.socket(socket.AF_UNIX) as endpoint:
        endpoint.bind("socket")
    return {
        "missing": "no such file",
        "dangling": "no such file",
        "folder": "is a directory",
        "file/x": "no such file: a part of its path is not a directory",
        "socket": "is a socket, or a device that is not there",
        "loop": "cannot be opened: Too many levels of symbolic links",
        "x" * 300: "cannot be opened: File name too long",
    }


def said_of(name, why):
    return f"tracecheck: {name}: {why}\n"


@pytest.mark.parametrize("command", [*READERS, "assemble", "carve", "repair"])
def test_files_that_cannot_be_read_are_named(command, tmp_path):
    for name, why in unreadable_files(tmp_path).items():
        # An export tells its verdict.
        stdout = None if command == "export" else ""
        if name == "folder" and command in READERS_OF_MANY:
            why += "; -r reads the files in it"
        expect(run(*command_line(command, name), cwd=tmp_path), 2, stdout, said_of(name, why))


@pytest.mark.parametrize("command", COMMANDS)
def test_an_empty_name_is_none(command):
    expect_usage(run(*command_line(command, "")), "'' is no file name", command)


@pytest.mark.parametrize("command", ["verify", *READERS, "assemble", "repair"])
def test_a_file_without_permission(command, tmp_path):
    drop = without_privileges()
    if drop is None:
        pytest.skip("root may read everything, and setpriv cannot change that here")
    (tmp_path / "secret").write_bytes(CRASHER.read_bytes())
    (tmp_path / "secret").chmod(0)
    result = subprocess.run(
        [*drop, TRACECHECK, *command_line(command, "secret")], cwd=tmp_path, capture_output=True, timeout=60
    )
    assert result.returncode == 2
    if command == "verify":
        assert (result.stdout, result.stderr) == (b"secret: unreadable: permission denied\n", b"")
    else:
        assert result.stderr == b"tracecheck: secret: permission denied\n"
        assert command == "export" or result.stdout == b""


@pytest.mark.parametrize("command", [*READERS, "assemble", "carve", "repair"])
def test_a_directory_on_standard_input(command, tmp_path):
    directory = os.open(tmp_path, os.O_RDONLY)
    result = run(*command_line(command), stdin=directory)
    os.close(directory)
    expect(result, 2, None if command == "export" else "", "tracecheck: (standard input): is a directory\n")


@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize("path, code, sentence", [
    (OTHER / "text.trace", 1, 'not a trace: no trace header ("go 1.NN trace"); it looks like text'),
    (OTHER / "elf.trace", 1, 'not a trace: no trace header ("go 1.NN trace"); it looks like an ELF file'),
    (TRUNCATED / "empty.trace", 3, "truncated at byte 0: there is nothing: not a single byte was written"),
    (OTHER / "go1.21-v1.trace", 4, "not judged: "),
    (OTHER / "future.trace", 4, "not judged: "),
], ids=lambda value: value.name if hasattr(value, "name") else "")
def test_what_is_no_trace_is_said_alike_by_all(command, path, code, sentence):
    result = run(*command_line(command, path))
    lines = result.stderr.decode().split("\n")
    assert lines[0].startswith(f"tracecheck: {path}: {sentence}")
    if command == "grep":
        assert result.returncode == (3 if code == 3 else 2)
        return
    assert (result.returncode, lines[1:]) == (code, [""])
    assert command == "export" or result.stdout == b""


def test_l_and_L_exclude_each_other():
    for words in (["-l", "-L"], ["-L", "-l"]):
        expect_usage(run("grep", *words, "x", CRASHER), "-l does not go with -L", "grep")


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_what_is_packed_twice_is_told(suffix, tmp_path):
    path = tmp_path / "twice.gz"
    path.write_bytes(gzip.compress((OK / f"go1.26-crasher.trace.{suffix}").read_bytes()))
    result = run("verify", path)
    assert result.returncode == 1 and b" data that was packed once more; unpack it once" in result.stdout
