"""`tracecheck grep`: how it prints what it finds, in lines and as JSON."""

import base64
import json
import os
import re

import pytest
from event_schema import validate
from grep_lines import DYING, LATE, LINE, OLD, WORK, grep, lines, numbers, texts, ticks
from support import CRASHER, FIXTURES, OK, documents, expect, run


def test_lines():
    found = lines(grep("", WORK))
    assert all(LINE.fullmatch(line) for line in found)
    for text in (
        r"controls: nul \x00 bell \a tab \t line \n return \r escape \x1b[31m delete \x7f",
        r"invisible: bom \ufeff rtl \u202e line separator \u2028 soft hyphen \u00ad next line \u0085",
        ": ",
        "no message: ",
        ": no category",
        "quotes: \"double\" 'single' `back` \\ slash",
    ):
        assert text in texts(grep("", WORK)), text
    tasks = {LINE.fullmatch(line).group(4) for line in found}
    assert None in tasks and "0" not in tasks and len(tasks) > 1


def test_stacks():
    found = lines(grep("--stack", "xyzzy", CRASHER))
    assert found[1] == "\tmain.main"
    assert re.fullmatch(r"\t\t.*/main\.go:\d+", found[2])


def test_limits():
    assert numbers(grep("-m3", "tick", LATE)) == [0, 1, 2]
    assert numbers(grep("--last", "3", "tick", LATE)) == [ticks() - 3, ticks() - 2, ticks() - 1]
    expect(grep("-m0", "tick", LATE), 1)
    expect(grep("-c", "-m5", "tick", LATE), 0, "5\n")
    expect(grep("-c", "--last", "5", "tick", LATE), 0, "5\n")
    assert texts(grep("--last", "1", LATE)) == ["last: from the main thread"]
    assert texts(grep("--last", "1", input=LATE.read_bytes())) == ["last: from the main thread"]


def test_quiet():
    expect(grep("-q", "tick", LATE), 0)
    expect(grep("-q", "nothing", LATE), 1)


def test_file_names():
    both = grep("-m1", "tick", LATE, OLD)
    assert [line.split(":")[0] for line in lines(both)] == [str(LATE), str(OLD)]
    assert lines(grep("-H", "-m1", "tick", LATE))[0].startswith(f"{LATE}:0.")
    assert lines(grep("-I", "-m1", "tick", LATE, OLD))[0].startswith("0.")
    assert lines(grep("-IH", "-m1", "tick", LATE))[0].startswith(f"{LATE}:")
    assert lines(grep("-H", "-m1", "tick", input=LATE.read_bytes()))[0].startswith("(standard input):0.")
    assert lines(grep("-H", "-m1", "tick", "-", input=LATE.read_bytes()))[0].startswith("(standard input):0.")
    expect(grep("-c", "tick", LATE, CRASHER), 0, f"{LATE}:{ticks()}\n{CRASHER}:0\n")
    expect(grep("-c", "tick", LATE), 0, f"{ticks()}\n")
    expect(grep("-l", "tick", LATE, CRASHER), 0, f"{LATE}\n")
    expect(grep("-L", "tick", LATE, CRASHER), 0, f"{CRASHER}\n")
    expect(grep("-L", "tick", LATE), 0)
    expect(grep("-l", "tick", CRASHER), 1)
    expect(grep("-0l", "tick", LATE), 0, f"{LATE}\0")
    expect(grep("-0c", "tick", LATE, CRASHER), 0, f"{LATE}\0{ticks()}\n{CRASHER}\x000\n")
    assert grep("-0H", "-m1", "tick", LATE).stdout.startswith(os.fsencode(LATE) + b"\x000.")


@pytest.mark.parametrize("name", ["with space", "[a,b]", b"not utf-8 \xff", "\x1b[31m", "a\nb"], ids=repr)
def test_a_name_before_a_match_is_one_word_of_its_line_and_exact_in_json(tmp_path, name):
    path = tmp_path / os.fsdecode(name)
    path.write_bytes(CRASHER.read_bytes())
    (log,) = documents(grep("--json", "-H", "xyzzy", path))
    if isinstance(name, str):
        assert log["file"] == str(path) and "file_base64" not in log
    else:
        assert base64.b64decode(log["file_base64"]) == os.fsencode(path)
    shown = grep("-H", "xyzzy", path).stdout
    assert shown.count(b"\n") == 1 and b"\x1b" not in shown and b"xyzzy-cat: xyzzy-msg" in shown


def test_colours():
    plain = grep("umber 3$", "-H", LATE).stdout
    coloured = grep("--color", "always", "umber 3$", "-H", LATE).stdout
    assert b"tick: n\x1b[1;31mumber 3\x1b[0m\n" in coloured
    assert re.sub(rb"\x1b\[[0-9;]*m", b"", coloured) == plain
    assert b"\x1b" not in plain


# JSON


@pytest.mark.parametrize("trace", sorted(OK.iterdir()), ids=lambda path: path.name)
def test_json_is_what_export_gives(trace):
    """But for the time, which the reader moves by a few nanoseconds where events have the same."""
    found = documents(grep("--json", "", trace))
    logs = [o for o in documents(run("export", "--format", "ndjson", "--kind", "Log", trace)) if o["kind"] == "Log"]
    assert len(found) == len(logs)
    for ours, theirs in zip(found, logs):
        assert list(ours) == list(theirs)
        assert 0 <= theirs["time"] - ours["time"] < 1000
        del ours["time"], theirs["time"]

    def text(log):
        return json.dumps(log, sort_keys=True)

    # Logs of two threads at one time may come either way.
    assert sorted(found, key=text) == sorted(logs, key=text)


def test_json_names_files_where_lines_do():
    assert "file" not in json.loads(lines(grep("--json", "-m1", "tick", LATE))[0])
    two = documents(grep("--json", "-m1", "tick", LATE, OLD))
    assert [log["file"] for log in two] == [str(LATE), str(OLD)]
    assert "file" not in json.loads(lines(grep("--json", "-I", "-m1", "tick", LATE, OLD))[0])
    wall = json.loads(lines(grep("--json", "--wall", "-m1", "tick", LATE))[0])["wall"]
    assert lines(grep("--wall", "-m1", "tick", LATE))[0].startswith(wall + " g")


def test_json_of_salvaged_logs():
    logs = documents(grep("--json", "", DYING))
    salvaged = [log for log in logs if log.get("salvaged")]
    assert len(salvaged) == 2 and logs[-2:] == salvaged
    for log in salvaged:
        assert log["category"] is None and log["category_id"] > 0
        assert log["message"] is None and log["message_id"] > 0


def test_json_is_as_the_schema_says():
    printed = []
    for path in FIXTURES:
        for options in ([], ["-H", "--wall"]):
            printed += lines(grep("--json", *options, "-e", "", path))
    for line in printed:
        validate(line)
    assert any("salvaged" in line for line in printed) and any('"message_id"' in line for line in printed)
