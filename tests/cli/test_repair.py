"""`tracecheck repair`: what it writes, what it refuses to write, and what it says."""

import gzip
import os
import re
import stat
import subprocess

import pytest
from support import (
    CORRUPT,
    CRASHER,
    EXPERIMENTAL_BATCH,
    HEADER,
    OF_TWO_TRACES,
    OK,
    OTHER,
    SANITIZED,
    STRINGS,
    TRACECHECK,
    TRUNCATED,
    VERSIONS,
    batches,
    expect,
    fixtures_like,
    made,
    name_of,
    report,
    run,
    varint,
)

DAMAGED = fixtures_like(r"(truncated|corrupt)/.*")
WAYS = [[], ["--strict"]]


def repair(path, out, *arguments, **options):
    return run("repair", *arguments, path, "-o", out, **options)


def repaired(path, out, *arguments):
    """The document of what it wrote; None if it kept nothing."""
    result = repair(path, out, *arguments)
    assert result.stdout == b""
    if result.returncode == 1:
        assert not out.exists()
        assert result.stderr.decode().endswith(f"tracecheck: {path}: nothing can be kept\n")
        return None
    assert result.returncode == 0, result
    return report(out)


def the_mark(document):
    (note,) = [note for note in document["notes"] if note.startswith("repaired by tracecheck ")]
    return note


# Every damaged fixture


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
@pytest.mark.parametrize("path", DAMAGED, ids=name_of)
def test_what_is_written_is_complete_and_marked(path, way, tmp_path):
    document = repaired(path, tmp_path / "out", *way)
    if document is None:
        return
    assert document["verdict"] == "complete" and document["events"]["replayed"] > 0
    assert document["end"] == {"kind": "repaired", "causes": []}
    assert the_mark(document)


@pytest.mark.parametrize("path", fixtures_like(r"truncated/go1.*-(late|cut-[^m].*|between)\.trace"), ids=name_of)
def test_whole_generations_stay_as_they_are(path, tmp_path):
    """Up to the mark's batch, it is the beginning of what was there."""
    out = tmp_path / "out"
    repaired(path, out, "--strict")
    trace, after = path.read_bytes(), out.read_bytes()
    mark = [batch for batch in batches(after) if batch.holds(after) == STRINGS][-1]
    assert trace.startswith(after[: mark.offset])
    whole = [g for g in report(path)["generations"] if g["state"] == "whole"]
    kept = report(out)["generations"]
    assert [(g["id"], g["events"]) for g in kept] == [(g["id"], g["events"]) for g in whole]


@pytest.mark.parametrize("version", VERSIONS)
def test_zeros_behind_whole_generations_cost_nothing(version, tmp_path):
    document = repaired(TRUNCATED / f"go{version}-nul-tail-whole.trace", tmp_path / "out")
    whole = OK / f"go{version}-stop-late.trace"
    assert document["events"] == report(whole)["events"]
    assert run("events", tmp_path / "out").stdout == run("events", whole).stdout


# The mark


@pytest.mark.parametrize("version", VERSIONS)
def test_no_event_shows_the_mark(version, tmp_path):
    """With and without it, a trace has the same events; only the raw form has one string more."""
    path, out = TRUNCATED / f"go{version}-sigkill-late.trace", tmp_path / "out"
    mark = the_mark(repaired(path, out, "--strict"))
    trace = out.read_bytes()
    batch = [batch for batch in batches(trace) if batch.holds(trace) == STRINGS][-1]
    assert trace[batch.data : batch.end].endswith(mark.encode())
    bare = made(tmp_path, trace[: batch.offset] + trace[batch.end :])
    assert report(bare)["end"]["kind"] != "repaired" and mark not in report(bare)["notes"]
    for command in (["events"], ["grep", "--json", ""], ["export", "--format", "json"], ["stats", "--json"]):
        with_mark, without = run(*command, out), run(*command, bare)
        assert with_mark.returncode == without.returncode == 0
        if command[0] != "stats":
            assert with_mark.stdout == without.stdout
    assert run("wire", out).stdout.count(b"repaired by tracecheck") == 1


def test_the_mark_has_an_id_of_its_own(tmp_path):
    out = tmp_path / "out"
    repaired(TRUNCATED / "go1.26-sigkill-late.trace", out, "--strict")
    trace = out.read_bytes()
    last = batches(trace)[-1].generation or batches(trace)[-2].generation
    ids = []
    for batch in batches(trace):
        if batch.holds(trace) != STRINGS or batch.generation != last:
            continue
        at = batch.data + 1
        while at < batch.end:
            id, at = varint(trace, at + 1)
            length, at = varint(trace, at)
            ids.append(id)
            at += length
    assert ids[-1] == max(ids) and len(set(ids)) == len(ids)


def test_a_program_may_log_the_like_of_it(tmp_path):
    """A text is no mark unless it stands alone in the last batch."""
    trace = CRASHER.read_bytes()
    assert trace.count(b"xyzzy-msg") == 1
    text = made(tmp_path, trace.replace(b"\x09xyzzy-msg", b"\x09repaired "))
    assert report(text)["end"]["kind"] != "repaired"


# Complete traces


@pytest.mark.parametrize("name", ["go1.22-stop-late.trace", "go1.25-panic-early.trace", "go1.26-crasher.trace"])
@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_a_complete_trace_is_copied(name, way, tmp_path):
    assert repair(OK / name, tmp_path / "out", *way).returncode == 0
    assert (tmp_path / "out").read_bytes() == (OK / name).read_bytes()


@pytest.mark.parametrize("name", ["go1.26-crasher.trace.gz", "go1.26-crasher.trace.zst"])
def test_and_unpacked(name, tmp_path):
    assert repair(OK / name, tmp_path / "out").returncode == 0
    assert (tmp_path / "out").read_bytes() == CRASHER.read_bytes()


def test_a_repaired_trace_is_complete(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    repaired(TRUNCATED / "go1.26-sigkill-late.trace", first)
    assert repair(first, second).returncode == 0
    assert second.read_bytes() == first.read_bytes()


# Input


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_standard_input_is_as_good_as_a_file(pack, tmp_path):
    for path in (CRASHER, TRUNCATED / "go1.22-sigkill-late.trace"):
        from_file, from_pipe = tmp_path / "file", tmp_path / "pipe"
        assert repair(path, from_file, "--force").returncode == 0
        result = repair("-", from_pipe, "--force", input=pack(path.read_bytes()))
        assert result.returncode == 0, result
        assert from_pipe.read_bytes() == from_file.read_bytes()


def test_a_named_pipe_is_as_good_as_a_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["sh", "-c", 'cat "$1" > "$2"', "sh", CRASHER, tmp_path / "pipe"]):
        assert repair(tmp_path / "pipe", tmp_path / "out").returncode == 0
    assert (tmp_path / "out").read_bytes() == CRASHER.read_bytes()


@pytest.mark.parametrize("folder", ["/proc", "/missing"])
def test_a_temporary_copy_that_cannot_be_had_is_an_error(tmp_path, folder):
    result = repair("-", tmp_path / "out", input=CRASHER.read_bytes(), env=os.environ | {"TMPDIR": folder})
    said = f"a temporary copy of it cannot be written in {folder}: No such file or directory; TMPDIR can name another folder"
    expect(result, 2, "", f"tracecheck: (standard input): {said}\n")
    assert list(tmp_path.iterdir()) == []


# What is not written


@pytest.mark.parametrize("path, said", [
    (OTHER / "text.trace", "not a trace: "),
    (OTHER / "go1.21-v1.trace", "not judged: "),
    (OTHER / "future.trace", "not judged: "),
    (TRUNCATED / "empty.trace", "truncated at byte 0: "),
    (TRUNCATED / "cut-bare-header.trace", "truncated at byte 16: "),
    (TRUNCATED / "go1.26-exit-bare.trace", "truncated at byte "),
], ids=lambda value: value.name if hasattr(value, "name") else "")  # fmt: skip
def test_nothing_can_be_kept(path, said, tmp_path):
    result = repair(path, tmp_path / "out")
    expect(result, 1, "", None)
    first, second, end = result.stderr.decode().split("\n")
    assert first.startswith(f"tracecheck: {path}: {said}")
    assert (second, end) == (f"tracecheck: {path}: nothing can be kept", "")
    assert list(tmp_path.iterdir()) == []


def test_the_input_is_never_written(tmp_path):
    trace = (TRUNCATED / "go1.26-sigkill-late.trace").read_bytes()
    path = made(tmp_path, trace)
    (tmp_path / "link").symlink_to("made.trace")
    (tmp_path / "hard").hardlink_to(path)
    for out in (path, tmp_path / "link", tmp_path / "hard"):
        for force in ([], ["--force"]):
            said = f"tracecheck: {out}: is the trace that is read; no command changes its input\n"
            expect(repair(path, out, *force), 2, "", said)
            with open(path, "rb") as file:
                expect(repair("-", out, *force, stdin=file), 2, "", said)
    assert path.read_bytes() == trace


def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path):
    path, out = TRUNCATED / "go1.26-sigkill-late.trace", tmp_path / "out"
    out.write_text("from before")
    out.chmod(0o604)
    expect(repair(path, out), 2, "", f"tracecheck: {out}: is there already; --force replaces it\n")
    assert out.read_text() == "from before"
    assert repair(path, out, "--force").returncode == 0
    assert report(out)["verdict"] == "complete" and stat.S_IMODE(out.stat().st_mode) == 0o604
    assert repair(TRUNCATED / "empty.trace", out, "--force").returncode == 1
    assert report(out)["verdict"] == "complete"


@pytest.mark.parametrize("out", ["/dev/null", "/dev/full", "."])
def test_what_cannot_be_read_back_is_refused(out):
    result = repair(CRASHER, out, "--force")
    expect(result, 2, "", f"tracecheck: {out}: is no regular file, from which what is written could be read back\n")


def test_a_folder_that_is_not_there(tmp_path):
    result = repair(CRASHER, tmp_path / "missing" / "out")
    expect(result, 2, "", f"tracecheck: {tmp_path}/missing/out cannot be written: No such file or directory\n")


def test_a_file_that_may_not_grow_is_an_error(tmp_path):
    limit = ["sh", "-c", 'ulimit -f 4; exec "$@"', "sh"]
    command = [*limit, TRACECHECK, "repair", OK / "go1.26-work.trace", "-o", tmp_path / "out"]
    result = subprocess.run(command, capture_output=True, timeout=60)
    expect(result, 2, "", f"tracecheck: {tmp_path}/out cannot be written: File too large\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(SANITIZED, reason="a sanitizer needs descriptors itself")
@pytest.mark.parametrize("command", [["repair"], ["redact"], ["slice", "--since", "0s"]], ids=lambda command: command[0])
@pytest.mark.parametrize("path", [OK / "go1.26-work.trace", TRUNCATED / "go1.26-mapwrites-late.trace"], ids=name_of)
def test_descriptors_that_run_out_are_no_fault_of_the_trace(command, path, tmp_path):
    """The survey has one for the input; with the output there is none left to read it again."""
    shell = ["sh", "-c", 'ulimit -n 4; exec "$@"', "sh", TRACECHECK]
    result = subprocess.run([*shell, *command, path, "-o", tmp_path / "out"], capture_output=True, timeout=60)
    expect(result, 2, "", None)
    last = result.stderr.decode().split("\n")[-2]
    assert last == f"tracecheck: {path}: cannot be opened: Too many open files"
    assert list(tmp_path.iterdir()) == []


# What it says


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
@pytest.mark.parametrize("path", fixtures_like(r"truncated/go1.*-sigkill-late\.trace"), ids=name_of)
def test_what_was_kept_is_said_and_written_down(path, way, tmp_path):
    out = tmp_path / "out"
    result = repair(path, out, *way)
    before, after = report(path), report(out)
    damage, last, end = result.stderr.decode().split("\n")
    assert damage.startswith(f"tracecheck: {path}: truncated at byte ")
    said = last.removeprefix(f"tracecheck: {out}: ")
    assert re.fullmatch(rf"repaired by tracecheck \d+\.\d+\.\d+: {re.escape(said)}", the_mark(after)) and end == ""
    assert said.startswith(f"kept {len(after['generations'])} generations with ")
    assert f" and {after['logs']['total']} of {before['logs']['total']} logs" in said
    lost = "" if way else ", of which 2 lost their texts"
    assert re.search(rf" of {before['logs']['total']} logs{lost}(; made up|$)", said)


# The unfinished generation


@pytest.mark.parametrize("path", fixtures_like(r"truncated/go1.*-(early|late)\.trace"), ids=name_of)
def test_all_logs_of_the_unfinished_generation_are_kept(path, tmp_path):
    """What can be read of their text, and its id where it is lost."""
    out = tmp_path / "out"
    assert repaired(path, out)["logs"]["total"] == report(path)["logs"]["total"]
    shown = run("grep", "--message", "", out).stdout.decode().splitlines()
    last = [line for line in shown if re.search(r" last: | string#\d+ \(lost\): ", line)]
    assert len(last) >= 2 and len(shown) == report(path)["logs"]["total"]


@pytest.mark.parametrize("path", fixtures_like(r"truncated/go1.*-cut-stacks\.trace"), ids=name_of)
def test_a_generation_without_its_tables_has_all_its_events_in_their_order(path, tmp_path):
    """Against the trace before it was cut: the same events at the same times, but for what is lost."""
    out = tmp_path / "out"
    assert "made up" not in the_mark(repaired(path, out))
    whole = path.parent.parent / "ok" / path.name.replace("cut-stacks", "stop-late")

    def events(trace):
        lines = run("events", trace).stdout.decode().splitlines()
        heads = [line for line in lines if re.match(r"M=", line)]
        return [re.sub(r" Reason=.*| ID=.*| ClockSnapshot=.*|(Name|Category|Type)=.*", "", head) for head in heads]

    # The last is the Sync that ends the trace.
    assert events(out)[:-1] == events(whole)[:-1]


@pytest.mark.parametrize("version", ["1.23", "1.26"])
def test_the_data_of_experiments_is_kept(version, tmp_path):
    trace, out = (OK / f"go{version}-allocfree.trace").read_bytes(), tmp_path / "out"
    strings = [batch for batch in batches(trace) if batch.holds(trace) == STRINGS]
    mark = the_mark(repaired(made(tmp_path, trace[: strings[0].offset]), out))
    assert "1 lost its text" in mark

    def experiments(bytes):
        return [bytes[b.data : b.end] for b in batches(bytes) if b.type == EXPERIMENTAL_BATCH]

    assert experiments(out.read_bytes()) == experiments(trace) != []


def test_lost_stacks_are_named_as_lost(tmp_path):
    out = tmp_path / "out"
    repaired(TRUNCATED / "go1.26-sigkill-early.trace", out)
    assert re.search(rb"\tstack#\d+ \(lost\) @ 0x", run("events", out).stdout)


def test_of_two_traces_in_one_stream_one_is_kept(tmp_path):
    path, out = CORRUPT / "go1.26-twice.trace", tmp_path / "out"
    result = repair(path, out)
    assert result.stderr.decode().endswith(OF_TWO_TRACES.format(path, 1))
    document = report(out)
    assert document["events"] == report(OK / "go1.26-stop-early.trace")["events"]


@pytest.mark.parametrize("version", VERSIONS)
def test_text_between_batches_costs_nothing(version, tmp_path):
    document = repaired(CORRUPT / f"go{version}-prints-between.trace", tmp_path / "out")
    count = re.search(r"with (\d+) of (\d+) events and 3 of 3 logs", the_mark(document))
    assert count[1] == count[2]
    messages = run("grep", "--message", "", tmp_path / "out").stdout.decode()
    assert all(text in messages for text in ("hello", "42", "10 requests"))


@pytest.mark.parametrize("path", fixtures_like(r"corrupt/go1.*-(flip-.*|hole|lost-.*|swapped-.*)\.trace"), ids=name_of)
def test_generations_behind_a_damaged_one_are_kept(path, tmp_path):
    document = repaired(path, tmp_path / "out")
    assert len(document["generations"]) == 3
    count = re.search(r"with (\d+) of (\d+) events and (\d+) of (\d+) logs", the_mark(document))
    assert int(count[1]) >= int(count[2]) - 1 and count[3] == count[4]


@pytest.mark.parametrize("path", fixtures_like(r"corrupt/go1.*-flip-seq\.trace"), ids=name_of)
def test_strict_keeps_the_run_of_whole_generations_that_holds_most(path, tmp_path):
    strict = repaired(path, tmp_path / "out", "--strict")
    assert [g["id"] for g in strict["generations"]] == [2, 3]


@pytest.mark.parametrize("name", ["go1.22-flip-gen", "go1.26-flip-gen", "go1.26-prints-before", "go1.26-crlf"])
def test_strict_keeps_what_is_whole_once_it_is_mended(name, tmp_path):
    assert len(repaired(CORRUPT / f"{name}.trace", tmp_path / "all")["generations"]) in (1, 3)
    assert repair(CORRUPT / f"{name}.trace", tmp_path / "strict", "--strict").returncode == 0
    assert (tmp_path / "strict").read_bytes() == (tmp_path / "all").read_bytes()


def test_strict_can_do_without_the_marker(tmp_path):
    """Nothing else of the generation is lost."""
    path, whole = TRUNCATED / "go1.26-cut-marker.trace", OK / "go1.26-stop-late.trace"
    assert repaired(path, tmp_path / "out", "--strict")["events"] == report(whole)["events"]
    assert run("events", tmp_path / "out").stdout == run("events", whole).stdout


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("order", [(2, 0, 2), (2, 1, 0, 2), (2, 1), (0, 0, 1, 1)], ids=str)
def test_generations_in_disorder_are_kept_as_far_as_they_go_together(order, version, tmp_path):
    path = TRUNCATED / f"go{version}-sigkill-late.trace"
    trace = path.read_bytes()
    begins = [16, *(g["offset"] for g in report(path)["generations"][1:]), len(trace)]
    parts = [trace[begin:end] for begin, end in zip(begins, begins[1:], strict=False)]
    repaired(made(tmp_path, trace[:16] + b"".join(parts[i] for i in order)), tmp_path / "out")


def test_an_event_that_cannot_happen_changes_nothing(tmp_path):
    """A proc that is stolen from a thread which does not have it stays where it is."""
    text = """Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=1000 size=6
Frequency freq=1000000000
EventBatch gen=1 m=1 time=1000 size=13
ProcStatus dt=1 p=0 pstatus=1
GoSyscallBegin dt=1 p_seq=2 stack=0
ProcSteal dt=1 p=0 p_seq=3 m=2
EventBatch gen=1 m=2 time=1000 size=4
ProcStart dt=1 p=0 p_seq=3
"""
    broken = tmp_path / "broken"
    expect(run("assemble", "-", "-o", broken, input=text.encode()), 0)
    assert "kept" in repair(broken, tmp_path / "out").stderr.decode()
    assert report(tmp_path / "out")["verdict"] == "complete"


def test_a_trace_repaired_and_cut_again_can_be_repaired(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    repaired(TRUNCATED / "go1.26-sigkill-late.trace", first)
    trace = first.read_bytes()
    cut = made(tmp_path, trace[: batches(trace)[-3].offset])
    assert report(cut)["verdict"] == "truncated"
    assert repaired(cut, second)["verdict"] == "complete"
