"""`tracecheck verify`: options, exit codes, several files."""

import os
import re
import xml.etree.ElementTree as xml

import pytest
from support import (
    CORRUPT,
    CRASHER,
    FIXTURES,
    OK,
    OTHER,
    TRUNCATED,
    documents,
    expect,
    expect_usage,
    made,
    name_of,
    report,
    run_on_terminal,
    verify,
)


def test_quiet_says_nothing():
    for path in (CRASHER, TRUNCATED / "empty.trace", OTHER / "text.trace", OTHER / "future.trace", "missing"):
        for option in ("-q", "--quiet"):
            expect(verify(option, path), verify(path).returncode)


ONE_OF_EACH = {
    0: CRASHER,
    1: CORRUPT / "go1.26-twice.trace",
    2: OK / "missing",
    3: TRUNCATED / "go1.26-cut-batch.trace",
    4: OTHER / "future.trace",
}


@pytest.mark.parametrize("codes, worst", [
    ((0,), 0), ((0, 3), 3), ((3, 0), 3), ((3, 4), 4), ((4, 3, 0), 4), ((4, 1), 1), ((1, 4, 3), 1), ((1, 2), 2),
    ((2, 1), 2), ((0, 2, 0), 2), ((3, 4, 1, 2, 0), 2), ((0, 0), 0),
])
def test_of_many_files_the_worst_counts(codes, worst):
    result = verify(*(ONE_OF_EACH[code] for code in codes))
    assert result.returncode == worst
    assert result.stdout == b"".join(verify(ONE_OF_EACH[code]).stdout for code in codes)


@pytest.mark.parametrize("form", ["text", "json"])
def test_workers_do_not_show(form):
    options = ["--json"] if form == "json" else []
    files = FIXTURES[::3] + FIXTURES[1::3]
    one = verify(*options, "-j", 1, *files)
    assert [verify(*options, *j, *files).stdout == one.stdout for j in (["-j", 4], ["-j4"], [])] == [True] * 3
    if form == "json":
        assert [d["file"] for d in documents(one)] == [str(path) for path in files]


def test_colour(tmp_path):
    red = "\x1b[1;31m"
    path = CORRUPT / "go1.26-twice.trace"
    plain = verify(path).stdout
    assert b"\x1b" not in plain
    assert verify("--color", "always", path).stdout == plain.replace(b"corrupt\n", f"{red}corrupt\x1b[0m\n".encode(), 1)
    assert verify("--color=never", path).stdout == plain
    for arguments, environment, colored in (
        ([], {}, True),
        (["--color", "auto"], {}, True),
        (["--color", "never"], {}, False),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"NO_COLOR": ""}, True),  # as no-color.org has it
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"TERM": "dumb"}, False),
        (["--color", "always"], {"TERM": "dumb"}, True),
        (["--json"], {}, False),
    ):
        _, shown, _ = run_on_terminal("verify", *arguments, path, environment=environment)
        assert (b"\x1b[" in shown) == colored, (arguments, environment)


def test_names_and_texts_of_strangers_do_no_harm(tmp_path):
    path = made(tmp_path, CRASHER.read_bytes().replace(b"xyzzy-msg", b"\x1b[31m\x07\r\n\xff"), "a\x1b[1m\nb")
    text = verify(path).stdout.decode()
    assert text.startswith(f"{tmp_path}/a\\x1b[1m\\nb: complete\n")
    assert "xyzzy-cat: \\x1b[31m\\a\\r\\n\\xff\n" in text
    document = report(path)
    assert document["file"] == str(path)
    assert document["last_log"]["message"] == "\x1b[31m\x07\r\n\ufffd"
    assert b"\x1b" not in verify("--json", path).stdout


# --junit


def junit(source):
    """The cases of the one suite: names, and why they failed."""
    (suite,) = xml.fromstring(source)
    cases = [(case.get("name"), [failure.get("message") for failure in case]) for case in suite]
    failed = [messages for _, messages in cases if messages]
    assert (suite.get("name"), suite.get("tests")) == ("tracecheck verify", str(len(cases)))
    assert suite.get("failures") == str(len(failed))
    return cases


def test_junit_has_a_case_for_each_file_and_says_why(tmp_path):
    files = [CRASHER, TRUNCATED / "go1.26-cut-batch.trace", CORRUPT / "go1.26-twice.trace", "missing", OTHER / "elf.trace"]
    plain = verify(*files)
    result = verify("--junit", tmp_path / "results.xml", *files)
    expect(result, 2, plain.stdout.decode(), "")
    cases = junit((tmp_path / "results.xml").read_text())
    assert [name for name, _ in cases] == [str(file) for file in files]
    passed, (cut,), (twice,), (missing,), (elf,) = (why for _, why in cases)
    assert passed == []
    assert cut.startswith("truncated at byte ") and twice.startswith("corrupt at byte ")
    assert missing == "unreadable: no such file"
    assert elf.startswith('not a trace: no trace header ("go 1.NN trace"); it looks like an ELF file')
    assert os.listdir(tmp_path) == ["results.xml"]


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_junit_fails_what_the_exit_code_fails(path):
    for options in ([], ["--allow-truncated"]):
        result = verify("-q", "--junit", "-", *options, path)
        assert result.returncode == verify("-q", *options, path).returncode
        ((name, why),) = junit(result.stdout)
        assert name == str(path) and bool(why) == bool(result.returncode)


def test_junit_goes_with_documents_and_workers(tmp_path):
    files = [CRASHER, TRUNCATED / "empty.trace"] * 20
    for workers in ("1", "8"):
        result = verify("--json", "-j", workers, "--junit", tmp_path / workers, *files)
        assert [d["file"] for d in documents(result)] == [str(file) for file in files]
    assert (tmp_path / "1").read_text() == (tmp_path / "8").read_text()
    assert len(junit((tmp_path / "1").read_text())) == 40


def test_junit_names_standard_input_and_escapes_names(tmp_path):
    result = verify("-q", "--junit", "-", input=CRASHER.read_bytes())
    assert junit(result.stdout) == [("(standard input)", [])]
    path = made(tmp_path, b"", "a\x1b<&\nb")
    result = verify("-q", "--junit", "-", path)
    assert junit(result.stdout) == [
        (f"{tmp_path}/a\\x1b<&\\nb", ["truncated at byte 0: there is nothing: not a single byte was written"])]


def test_junit_never_replaces_a_trace_or_what_is_printed(tmp_path):
    trace = made(tmp_path, CRASHER.read_bytes())
    (tmp_path / "link").symlink_to(trace)
    refusal = "is a trace that is read; no command changes its input"
    for junit_file in (trace, tmp_path / "link"):
        expect_usage(verify("--junit", junit_file, CRASHER, trace), f"--junit: {junit_file}: {refusal}", "verify")
    with open(trace, "rb") as file:
        expect_usage(verify("--junit", trace, stdin=file), f"--junit: {trace}: {refusal}", "verify")
    assert trace.read_bytes() == CRASHER.read_bytes()
    for stream in ("stdout", "stderr"):
        with open(tmp_path / "log", "wb") as log:
            result = verify("--junit", tmp_path / "log", trace, **{stream: log})
        assert result.returncode == 2
        said = (tmp_path / "log").read_bytes() if stream == "stderr" else result.stderr
        assert b"--junit names the file that standard " in said
    mixed = "--junit would be mixed with the report on standard output; add --quiet, or name a file"
    for junit_file in ("-", "/dev/stdout"):
        expect_usage(verify("--junit", junit_file, trace), mixed, "verify")
    expect_usage(verify("--junit", "", trace), "--junit: '' is no file name", "verify")


def test_junit_that_cannot_be_written_is_an_error():
    result = verify("-q", "--junit", "missing/x", CRASHER)
    expect(result, 2, "", "tracecheck: missing/x cannot be written: No such file or directory\n")


def test_lines_are_as_wide_as_the_terminal():
    trace = TRUNCATED / "go1.26-mapwrites-late.trace"
    whole = verify(trace).stdout.decode()
    for columns in (60, 90):
        _, shown, _ = run_on_terminal("verify", "--color", "never", trace, columns=columns, environment={"COLUMNS": ""})
        lines = shown.decode().splitlines()[1:]
        assert max(map(len, lines)) <= columns
        assert all(re.match(r"  \S| {12}\S", line) for line in lines), "what goes on is below what it goes on from"
        assert shown.decode().split() == whole.split()
