"""`tracecheck redact`: no text of a trace is in what it writes but those that it lists."""

import gzip
import json
import re
import zlib

import pytest
from support import (
    CORRUPT,
    CRASHER,
    EXPERIMENTAL_BATCH,
    OF_TWO_TRACES,
    OK,
    OTHER,
    STRINGS,
    TRUNCATED,
    VERSIONS,
    batches,
    closed,
    expect,
    expect_usage,
    fixtures_like,
    made,
    name_of,
    report,
    run,
    validator,
    varint,
)

PLACEHOLDER = re.compile(rb"text-[0-9a-f]{16}")
ALL = fixtures_like(r"(ok|truncated|corrupt)/.*")


def redact(path, out, *arguments, **options):
    return run("redact", path, "-o", out, *arguments, **options)


def redacted(path, out, *arguments):
    """The document that lists what is left."""
    result = redact(path, out, "--force", "--json", *arguments)
    assert result.returncode == 0, result
    document = json.loads(result.stdout)
    validator("redaction").validate(document)
    assert report(out)["verdict"] == "complete"
    return document


def unpacked(path):
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        return zlib.decompressobj(31).decompress(data)
    return b"" if data.startswith(b"\x28\xb5\x2f\xfd") else data


def texts_of(trace):
    """Every text in the tables of strings and types of a whole trace."""
    found = []
    for batch in batches(trace):
        at = batch.data + 1
        is_types = batch.type == EXPERIMENTAL_BATCH and batch.data < batch.end and trace[batch.data] == 0
        if not is_types and batch.holds(trace) != STRINGS:
            continue
        while at < batch.end:
            at += 0 if is_types else 1
            for _ in range(4 if is_types else 1):
                _, at = varint(trace, at)
            size, at = varint(trace, at)
            found.append(trace[at : at + size])
            at += size
    return found


def texts_anywhere(data):
    """The same of a damaged trace: whatever looks like a string's record."""
    found = []
    for match in re.finditer(rb"\x05", data):
        try:
            _, at = varint(data, match.end())
            size, at = varint(data, at)
        except IndexError:
            continue
        text = data[at : at + size]
        if len(text) == size and re.fullmatch(rb"[ -~]{6,}", text):
            found.append(text)
    return set(found)


# All texts


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_no_text_is_in_the_output_but_those_that_are_listed(path, tmp_path):
    out = tmp_path / "out"
    result = redact(path, out, "--json")
    if result.returncode != 0:
        assert result.returncode == 1 and not out.exists(), result
        return
    left = {item["text"].encode() for item in json.loads(result.stdout)["left"]}
    trace = out.read_bytes()
    after = set(texts_of(trace)) - {b""}
    assert after <= left | set(PLACEHOLDER.findall(b"\n".join(after)))
    for text in texts_anywhere(unpacked(path)) - left:
        if text in trace:
            assert any(text in kept for kept in left), text


@pytest.mark.parametrize("version", VERSIONS)
def test_structure_and_times_stay(version, tmp_path):
    path, out = OK / f"go{version}-work.trace", tmp_path / "out"
    redacted(path, out)
    number = re.compile(rb'"(?:\\.|[^"\\\n])*"|^\t.*$|\([^)]*\)', re.M)  # texts, frames, the kind of a stop
    before, after = run("events", path).stdout, run("events", out).stdout
    assert [number.sub(b"", line) for line in after.splitlines() if line.startswith(b"M=")] == [
        number.sub(b"", line) for line in before.splitlines() if line.startswith(b"M=")
    ]
    assert before.count(b"\n") == after.count(b"\n")


@pytest.mark.parametrize("version", VERSIONS)
def test_equal_texts_stay_equal(version, tmp_path):
    path, out = OK / f"go{version}-work.trace", tmp_path / "out"
    redacted(path, out)
    before, after = texts_of(path.read_bytes()), texts_of(out.read_bytes())
    assert len(before) == len(after)
    pairs = set(zip(before, after))
    assert len(pairs) == len(set(before)) == len(set(after))
    redacted(path, tmp_path / "again")
    changed = [text for text in texts_of((tmp_path / "again").read_bytes()) if PLACEHOLDER.fullmatch(text)]
    assert not set(changed) & set(after), "another run has another key"


def test_what_is_left_is_of_the_runtime(tmp_path):
    document = redacted(OK / "go1.26-work.trace", tmp_path / "out")
    kinds = {item["kind"] for item in document["left"]}
    assert kinds == {"function", "label", "reason", "unused"}
    functions = [item["text"] for item in document["left"] if item["kind"] == "function"]
    assert "runtime.gcBgMarkWorker" in functions and all(
        text.startswith("runtime.") or text == "sync.(*Cond).Wait" for text in functions
    )
    assert {"kind": "reason", "text": "chan receive"} in document["left"]


@pytest.mark.parametrize("path", sorted(OK.glob("*-allocfree.trace")), ids=name_of)
def test_names_of_types_are_texts(path, tmp_path):
    names = [text for text in texts_of(path.read_bytes()) if b"runtime." in text or b"[]" in text]
    assert names
    redacted(path, tmp_path / "out")
    assert run("events", tmp_path / "out").stdout.count(b"Experiment") == run("events", path).stdout.count(b"Experiment")
    document = redacted(path, tmp_path / "out", "--kind", "type")
    assert document["texts_replaced"] > 0 and not any(item["kind"] == "type" for item in document["left"])


def test_a_name_with_types_in_it_is_replaced(tmp_path):
    """Type arguments may tell of the program, even of a function of the runtime."""
    trace = CRASHER.read_bytes()
    name = b"runtime.StartTrace"
    assert trace.count(name) == 1
    path = made(tmp_path, trace.replace(name, b"runtime.[x{secre}]"))
    redacted(path, tmp_path / "out")
    assert b"secre" not in (tmp_path / "out").read_bytes()


# Some texts


def test_only_some_kinds(tmp_path):
    out = tmp_path / "out"
    document = redacted(CRASHER, out, "--kind", "message")
    assert {"kind": "category", "text": "xyzzy-cat"} in document["left"]
    line = run("grep", "--category", "xyzzy-cat", out).stdout
    assert re.search(rb" xyzzy-cat: text-[0-9a-f]{16}\n$", line)
    for kind in ("function", "file"):
        document = redacted(CRASHER, out, "--kind", kind)
        assert b"xyzzy-msg" in out.read_bytes() and not any(
            item["kind"] == kind and not item["text"].startswith("runtime.") for item in document["left"]
        )


def test_only_what_matches(tmp_path):
    out = tmp_path / "out"
    redacted(CRASHER, out, "--match", "^xyzzy-m", "--match", r"\.go$")
    trace = out.read_bytes()
    assert b"xyzzy-cat" in trace and b"xyzzy-msg" not in trace
    assert not any(text.endswith(b".go") for text in texts_of(trace))
    redacted(CRASHER, out, "--kind", "category", "--match", "xyzzy")
    trace = out.read_bytes()
    assert b"xyzzy-cat" not in trace and b"xyzzy-msg" in trace


def test_several_kinds_stand_in_one_list(tmp_path):
    out = tmp_path / "out"
    redacted(CRASHER, out, "--kind", "category,message")
    assert b"xyzzy" not in out.read_bytes() and b"main.main" in out.read_bytes()


def test_options_that_are_wrong(tmp_path):
    kinds = "category, message, task, region, label, function, file, type"
    expect_usage(redact(CRASHER, tmp_path / "out", "--kind", "x"), f"--kind: unknown kind x (known: {kinds})", "redact")
    assert redact(CRASHER, tmp_path / "out", "--match", "(").returncode == 2


# Damage


def test_of_two_traces_in_one_stream_one_is_redacted(tmp_path):
    """repair would keep no more, so it is not advised."""
    path, out = CORRUPT / "go1.26-twice.trace", tmp_path / "out"
    result = redact(path, out)
    assert result.returncode == 0 and b"only whole generations" not in result.stderr
    assert OF_TWO_TRACES.format(path, 1) in result.stderr.decode()
    assert report(out)["events"] == report(OK / "go1.26-stop-early.trace")["events"]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_unfinished_generation_is_not_written(version, tmp_path):
    path, out = TRUNCATED / f"go{version}-sigkill-late.trace", tmp_path / "out"
    result = redact(path, out)
    assert result.returncode == 0, result
    assert b"only whole generations in a row are redacted; events that are left out: " in result.stderr
    whole = [g for g in report(path)["generations"] if g["state"] == "whole"]
    assert [g["id"] for g in report(out)["generations"]] == [g["id"] for g in whole]


def test_a_repaired_trace_says_so_still(tmp_path):
    fixed, out = tmp_path / "fixed", tmp_path / "out"
    assert run("repair", TRUNCATED / "go1.26-sigkill-late.trace", "-o", fixed).returncode == 0
    document = redacted(fixed, out)
    assert [item["kind"] for item in document["left"]].count("mark") == 1
    assert report(out)["end"]["kind"] == "repaired"


def test_text_between_batches_is_not_written(tmp_path):
    for path in fixtures_like("corrupt/.*-prints-between.trace"):
        result = redact(path, tmp_path / "out", "--force")
        assert result.returncode in (0, 1), result
        assert result.returncode == 1 or b"10 requests" not in (tmp_path / "out").read_bytes()


@pytest.mark.parametrize("path, code", [
    (OTHER / "text.trace", 1),
    (TRUNCATED / "empty.trace", 1),
    (TRUNCATED / "go1.26-sigkill-early.trace", 1),
    ("missing.trace", 2),
], ids=str)  # fmt: skip
def test_nothing_to_redact(path, code, tmp_path):
    result = redact(path, tmp_path / "out")
    expect(result, code, "", None)
    assert result.stderr.startswith(f"tracecheck: {path}".encode()) and not list(tmp_path.iterdir())


# Input and output


def test_the_list(tmp_path):
    result = redact(CRASHER, tmp_path / "out")
    lines = result.stdout.decode().splitlines()
    assert "function: runtime.StartTrace" in lines and len(lines) == len(set(lines))
    said = r"1 generation with \d+ events and 1 log; \d+ texts replaced, \d+ left\n"
    assert re.fullmatch(f"tracecheck: {re.escape(str(tmp_path))}/out: {said}", result.stderr.decode())


def test_standard_input_and_packed_files(tmp_path):
    packed = gzip.compress(CRASHER.read_bytes())
    for path, options in [("-", {"input": packed}), (OK / "go1.26-crasher.trace.zst", {})]:
        assert redact(path, tmp_path / "out", "--force", **options).returncode == 0
        assert b"xyzzy" not in (tmp_path / "out").read_bytes()


def test_files_that_are_there_are_safe(tmp_path):
    path = made(tmp_path, CRASHER.read_bytes())
    said = f"tracecheck: {path}: is the trace that is read; no command changes its input\n"
    expect(redact(path, path, "--force"), 2, "", said)
    out = tmp_path / "out"
    out.write_text("from before")
    expect(redact(path, out), 2, "", f"tracecheck: {out}: is there already; --force replaces it\n")
    assert path.read_bytes() == CRASHER.read_bytes() and out.read_text() == "from before"
    expect_usage(redact(path, "-"), "redact reads back what it wrote, which -o - does not allow: name a file", "redact")


def test_a_list_that_cannot_be_written_is_an_error(tmp_path):
    with open("/dev/full", "wb") as full:
        result = redact(CRASHER, tmp_path / "out", stdout=full)
    assert result.returncode == 2 and b"standard output cannot be written" in result.stderr


def test_the_schema_has_all_members():
    closed(json.loads((OK.parents[1] / "docs/schema/redaction.schema.json").read_text()))
