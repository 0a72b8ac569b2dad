"""File names are taken as they are: spaces, newlines, brackets, commas, dashes, bytes that are no text; by every
command, as input and as output."""

import os

import pytest
from support import CRASHER, documents, expect, expect_usage, run

TRACE = CRASHER.read_bytes()
TEXT = run("wire", CRASHER).stdout

# The last three must be written behind "--", or with a folder before them.
PLAIN_NAMES = [
    "with space", " ", "new\nline", "tab\t", "[x]", "[a,b]", "[a,b", "a[b,c].trace", "comma,s", "a=b", "a:b", "'q\"",
    "\\n", "%s%n", "{x}", "*", "#x", "\x01[a]", "\x1b[31m", "ünï", b"not utf-8 \xff", "verify", "events", "true", "1",
]
DASHED_NAMES = ["-x", "-j", "--json", "--", "--help", "-h", "--output=x", "-[a,b]", "-\x1b"]


def in_message(name):
    """As messages show it: what is not printable is escaped."""
    if isinstance(name, bytes):
        return name.decode("ascii", "backslashreplace")
    table = {"\n": "\\n", "\t": "\\t", "\x01": "\\x01", "\x1b": "\\x1b"}
    return "".join(table.get(letter, letter) for letter in name)


def command_lines(name):
    """What each command prints of a file of that name must be what it prints of the same file as standard input."""
    return [
        (["verify", "-q", name], TRACE),
        (["grep", "-e", "xyzzy", name], TRACE),
        (["grep", "xyzzy", name], TRACE),
        (["export", "--format", "ndjson", name], TRACE),
        (["events", name], TRACE),
        (["wire", name], TRACE),
        (["assemble", "-o", "-", name], TEXT),
    ]


def put(folder, name, data):
    path = os.path.join(os.fsencode(folder), os.fsencode(name))
    with open(path, "wb") as file:
        file.write(data)
    return path


def check_input(folder, name, spelt):
    for arguments, data in command_lines(name):
        put(folder, name, data)
        expected = run(*arguments[:-1], input=data)
        assert expected.returncode == 0
        result = run(*arguments[:-1], *spelt, cwd=folder)
        assert (result.returncode, result.stdout, result.stderr) == (0, expected.stdout, b""), arguments
    put(folder, name, TRACE)
    (document,) = documents(run("stats", "--json", *spelt, cwd=folder))
    assert document["verdict"] == "complete"
    assert run("verify", *spelt, cwd=folder).stdout.decode().startswith(in_message(spelt[-1]) + ": complete\n")


@pytest.mark.parametrize("name", PLAIN_NAMES, ids=repr)
def test_a_name_is_taken_as_it_is(name, tmp_path):
    check_input(tmp_path, name, [name])
    check_input(tmp_path, name, ["--", name])


@pytest.mark.parametrize("name", DASHED_NAMES, ids=repr)
def test_a_name_with_a_dash_stands_behind_a_double_dash_or_a_folder(name, tmp_path):
    check_input(tmp_path, name, ["--", name])
    check_input(tmp_path, name, ["./" + name])


@pytest.mark.parametrize("name", DASHED_NAMES, ids=repr)
def test_a_double_dash_may_come_after_other_words(name, tmp_path):
    put(tmp_path, name, TRACE)
    put(tmp_path, "other", TRACE)
    both = run("verify", "-q", "other", "--", name, "other", cwd=tmp_path)
    expect(both, 0)
    expect(run("verify", "-q", "other", "--", name, "missing", cwd=tmp_path), 2)
    expected = f"other\0{name}\0other\0"
    expect(run("grep", "-0l", "xyzzy", "other", "--", name, "other", cwd=tmp_path), 0, expected)
    expect(run("grep", "xyzzy", "-0l", "--", "other", name, "other", cwd=tmp_path), 0, expected)


@pytest.mark.parametrize("arguments", [
    ["-e", "--"], ["-ie", "--"], ["--message", "--"], ["--message=--"], ["-e--"], ["--", "--"], ["-F", "--", "--"],
])
def test_a_double_dash_can_be_what_is_looked_for(arguments, tmp_path):
    put(tmp_path, "trace", TRACE.replace(b"xyzzy-msg", b"xyz--yzzy"))
    result = run("grep", "-c", *arguments, "trace", cwd=tmp_path)
    expect(result, 0, "1\n")
    put(tmp_path, "trace", TRACE.replace(b"xyzzy-msg", b"xyzzy.msg"))
    expect(run("grep", "-c", *arguments, "trace", cwd=tmp_path), 1, "0\n")


def test_behind_a_double_dash_a_dash_is_still_standard_input(tmp_path):
    expect(run("grep", "-l", "xyzzy", "--", "-", input=TRACE, cwd=tmp_path), 0, "(standard input)\n")


def test_a_second_double_dash_is_a_file():
    expect(run("events", "--", "--"), 2, "", "tracecheck: --: no such file\n")


@pytest.mark.parametrize("name", [*PLAIN_NAMES, *DASHED_NAMES], ids=repr)
def test_a_result_may_have_any_name(name, tmp_path):
    path = os.path.join(os.fsencode(tmp_path), os.fsencode(name))
    for arguments in (["export", "--format", "ndjson", CRASHER], ["assemble", put(tmp_path, "text of a trace", TEXT)]):
        expected = run(*arguments, "-o", "-").stdout
        assert expected
        attached = [[b"--output=" + os.fsencode(name)], [b"-o" + os.fsencode(name)]]
        for output in (["-o", name], ["--output", name], *attached):
            expect(run(*arguments, *output, cwd=tmp_path), 0)
            with open(path, "rb") as file:
                assert file.read() == expected
            os.unlink(path)
    assert os.listdir(tmp_path) == ["text of a trace"]


@pytest.mark.parametrize("name", [name for name in [*PLAIN_NAMES, *DASHED_NAMES] if name != " "], ids=repr)
def test_messages_show_names_safely(name, tmp_path):
    """A missing file, and a result that cannot be written."""
    shown = in_message(name)
    for command in (["events"], ["wire"], ["stats"], ["grep", "-e", "x"], ["assemble", "-o", "-"]):
        expect(run(*command, "--", name, cwd=tmp_path), 2, "", f"tracecheck: {shown}: no such file\n")
    output = os.fsencode(name) + b"/x"
    result = run("export", "--format", "json", CRASHER, b"--output=" + output, cwd=tmp_path)
    expect(result, 2, "", f"tracecheck: {shown}/x cannot be written: No such file or directory\n")


def test_an_argument_with_a_dash_is_no_option_behind_a_double_dash(tmp_path):
    expect_usage(run("events", "a", "--", "-x"), "unexpected argument -x", "events")
