"""`tracecheck verify`: options, exit codes, several files."""

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
    made,
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
