"""What stands behind the place where reading ends comes out, marked: all of it, counted by a walker of its own."""

import random
import subprocess
from collections import Counter

import pytest
from support import (
    CORRUPT, OK, TRACECHECK, TRUNCATED, VERSIONS, batches, documents, made, name_of, report, run,
)  # fmt: skip
from wire_events import ARGUMENTS, events_of, reader_events, texts

CUT = [path for path in sorted(TRUNCATED.glob("*.trace")) if path.stat().st_size >= 16 and "nul-tail" not in path.name]
NUL_TAILS = sorted(TRUNCATED.glob("*-nul-tail*.trace"))
LATE = "go{}-stop-late.trace"  # three generations


def export(path, *options):
    """The events of a trace, and its verdict."""
    lines = documents(run("export", "--format", "ndjson", *options, path))
    return [line for line in lines[:-1] if line["kind"] not in ("Trace", "Sync")], lines[-1]


@pytest.mark.parametrize("path", CUT, ids=name_of)
def test_every_event_on_the_wire_of_a_cut_trace_comes_out(path):
    events, verdict = export(path)
    least, most = reader_events(path.read_bytes())
    assert least <= len(events) <= most
    assert verdict["salvaged"] == report(path)["events"]["salvageable"]
    assert sum(damage["lost"] for damage in verdict["damage"]) == 0


@pytest.mark.parametrize("path", NUL_TAILS, ids=name_of)
def test_every_event_before_a_tail_of_zeros_comes_out(path):
    """The last one may have ended in zeros of its own."""
    least, _ = reader_events(path.read_bytes().rstrip(b"\0"))
    events, _ = export(path)
    assert least <= len(events) <= least + 1


def without(data, *lines):
    for line in lines:
        assert data.count(line) == 1
        data = data.replace(line, b"")
    return data


# What was done to them, undone.
UNDONE = {
    "crlf": lambda data: data.replace(b"\r\n", b"\n"),
    "prints-inside": lambda data: data.replace(b"hello\n", b""),
    "prints-between": lambda data: without(data, b"hello\n", b"42\n", b"10 requests\n"),
    "flip-gen": lambda data: data,
    "flip-seq": lambda data: data,
    "lost-strings": lambda data: data,
    "swapped-generations": lambda data: data,
}


@pytest.mark.parametrize("what", UNDONE)
@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_of_a_damaged_trace_is_lost_that_is_there(version, what):
    path = CORRUPT / f"go{version}-{what}.trace"
    if not path.exists():
        pytest.skip("no such fixture of this version")
    events, verdict = export(path)
    least, most = reader_events(UNDONE[what](path.read_bytes()))
    assert least <= len(events) <= most
    assert sum(damage["lost"] for damage in verdict["damage"]) == 0 < len(verdict["damage"])


def late(version):
    return (OK / LATE.format(version)).read_bytes()


def spans(data, kinds):
    return [b for b in batches(data) if b.data < b.end and b.holds(data) in kinds]


@pytest.mark.parametrize("version", VERSIONS)
def test_lines_between_all_batches_cost_nothing(version, tmp_path):
    data = late(version)
    out, last = b"", 0
    for number, batch in enumerate(batches(data)):
        out += data[last : batch.offset] + b"line %d\n" % number
        last = batch.offset
    path = made(tmp_path, out + data[last:] + b"PASS\n")
    assert counts(export(path)[0]) == counts(export(OK / LATE.format(version))[0])
    assert report(path)["end"]["kind"] == "foreign bytes"


@pytest.mark.parametrize("lines", [1, 3])
@pytest.mark.parametrize("kinds", [ARGUMENTS, (4,), (2,)], ids=["events", "strings", "stacks"])
@pytest.mark.parametrize("version", VERSIONS)
def test_lines_inside_a_batch_are_taken_out(version, kinds, lines, tmp_path):
    """As a slow reader leaves them: a write is split, and something else is printed before it goes on."""
    data = late(version)
    batch = max(spans(data, kinds), key=lambda b: b.end - b.data)
    places = [batch.data + (batch.end - batch.data) * (i + 1) // (lines + 1) for i in range(lines)]
    for number, place in reversed(list(enumerate(places))):
        data = data[:place] + b"hello from line %d\n" % number + data[place:]
    path = made(tmp_path, data)
    events, verdict = export(path)
    # Among numbers it is not always certain where a line begins: an event that it interrupts may be read as another.
    whole = counts(export(OK / LATE.format(version))[0])
    assert len(events) == whole.total() and (whole - counts(events)).total() <= lines
    assert verdict["damage"][0]["code"] == "foreign_bytes" and "inside a batch" in verdict["damage"][0]["message"]
    assert [d["lost"] for d in verdict["damage"]] == [0] * len(verdict["damage"])


def counts(events):
    """By kind, and by what tells most of an event."""
    return Counter((e["kind"], e.get("message"), e.get("to"), e["thread"]) for e in events)


def damaged(data, how, seed):
    """A block of up to 4 KiB is gone, or other bytes stand there. With the block's place in the original."""
    noise = random.Random(seed)
    size = min(4096, len(data) // 6)
    at = noise.randrange(len(data) // 4, len(data) // 2)
    instead = {"missing": b"", "zeros": bytes(size), "noise": noise.randbytes(size)}[how]
    return data[:at] + instead + data[at + size :], at, at + size


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("how", ["missing", "zeros", "noise"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_block_that_is_lost_costs_what_it_held(version, how, seed, tmp_path):
    whole = late(version)
    data, begin, end = damaged(whole, how, seed)
    path = made(tmp_path, data)
    events, verdict = export(path)
    assert verdict["verdict"] == "corrupt" and verdict["damage"]
    touched = [b for b in batches(whole) if b.offset < end and begin < b.end]
    lost = sum(sum(1 for _ in events_of(whole, b)) for b in touched)
    least, _ = reader_events(whole)
    assert len(events) >= least - lost
    # Later generations come out as usual.
    before, after = report(OK / LATE.format(version))["generations"], report(path)["generations"]
    untouched = {g["id"]: g["events"] for g in before if g["offset"] >= end}
    last = max(untouched, default=None)
    assert last is None or {g["id"]: g["events"] for g in after}.get(last) == untouched[last]


@pytest.mark.parametrize("field", ["type", "generation", "thread", "time", "size"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_flipped_bit_in_a_batch_header_costs_no_more_than_the_batch(version, field, tmp_path):
    whole = late(version)
    batch = spans(whole, ARGUMENTS)[1]
    at = batch.offset + {"type": 0, "generation": 1, "thread": 2, "time": 5, "size": batch.data - batch.offset - 10}[field]
    data = bytearray(whole)
    data[at] ^= 1 << (3 if field == "size" else 2)
    events, verdict = export(made(tmp_path, bytes(data)))
    assert verdict["verdict"] == "corrupt" or field in ("thread", "time")
    assert len(events) >= reader_events(whole)[0] - sum(1 for _ in events_of(whole, batch))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_second_trace_in_the_stream_has_its_own_verdict_and_events(version, tmp_path):
    whole, cut = late(version), (OK / f"go{version}-stop-late.trace").read_bytes()[:3000]
    path = made(tmp_path, whole + cut)
    lines = documents(run("export", "--format", "ndjson", path))
    assert [line["kind"] for line in lines].count("Trace") == 2
    assert [s["verdict"] for s in lines[-1]["segments"]] == ["complete", "truncated"]
    assert [s["offset"] for s in report(path)["segments"]] == [0, len(whole)]
    least = sum(reader_events(part)[0] for part in (whole, cut))
    assert least <= sum(line["kind"] not in ("Trace", "Sync", "Verdict") for line in lines)
    shown = run("verify", path).stdout.decode()
    assert f"segment   from byte {len(whole)}: truncated" in shown


def test_a_stream_of_which_a_collector_of_logs_made_text_is_named(tmp_path):
    data = late("1.26").decode("utf-8", errors="replace").encode()
    document = report(made(tmp_path, data))
    assert document["verdict"] == "corrupt"
    assert "took the trace for text" in document["damage"][0]["message"]
    assert "U+FFFD" in document["damage"][0]["message"]


@pytest.mark.parametrize("version", VERSIONS)
def test_texts_with_fixed_ids_are_known_where_no_generation_is_whole(version):
    """The same as a whole trace of that version has."""
    known = {text for (_, number), text in texts(late(version)).items() if number < 23}
    found = Counter()
    for path in sorted(TRUNCATED.glob(f"go{version}-*-early.trace")):
        events, verdict = export(path)
        assert verdict["events"] <= 2 or version not in ("1.22", "1.26")
        found.update(e["reason"] for e in events if e.get("reason"))
        assert not [e for e in events if e.get("reason_id", 99) < 20]
    assert found and set(found) <= known


@pytest.mark.parametrize("version", VERSIONS)
def test_frames_are_borrowed_from_earlier_generations_only(version):
    """Stacks came, but their strings did not."""
    events, _ = export(TRUNCATED / f"go{version}-cut-strings.trace")
    frames = [(e.get("salvaged", False), f) for e in events for f in e["stack"] or ()]
    earlier = {f["pc"]: (f["func"], f["file"], f["line"]) for salvaged, f in frames if not salvaged}
    borrowed = [f for salvaged, f in frames if salvaged and f.get("borrowed")]
    assert borrowed and all(earlier[f["pc"]] == (f["func"], f["file"], f["line"]) for f in borrowed)
    lost = [f for salvaged, f in frames if salvaged and f["func"] is None]
    assert all(f["pc"] not in earlier and f["func_id"] > 0 for f in lost)


def test_the_source_of_the_clock_rate_is_told():
    sources = {
        name: report(TRUNCATED / name)["time"]["frequency_source"]
        for name in ("go1.22-sigkill-early.trace", "go1.22-sigkill-late.trace", "go1.26-sigkill-early.trace")
    }
    assert list(sources.values()) == ["assumed", "earlier generation", "trace"]
    for name, source in sources.items():
        assert export(TRUNCATED / name)[1]["frequency_source"] == source
    assert export(OK / LATE.format("1.22"))[1]["frequency_source"] is None


@pytest.mark.parametrize("version", VERSIONS)
def test_the_last_logs_stand_in_order_salvaged_or_not(version, tmp_path):
    """The last generation's logs are salvaged: its end is cut off, but an early batch of strings is there."""
    path = TRUNCATED / f"go{version}-sigkill-late.trace"
    logs = [e for e in export(path)[0] if e["kind"] == "Log"]
    lines = run("grep", "--last", "20", "-e", ".", path).stdout.decode().splitlines()
    times = [float(line.lstrip("~").split()[0]) for line in lines]
    assert times == sorted(times) and len(lines) == min(20, sum(e["message"] is not None for e in logs))
    result = run("grep", "-e", "no such text", path)
    lost = sum(e["message"] is None for e in logs)
    assert result.returncode == 3
    assert lost == 0 or f"{lost} log" in result.stderr.decode()


def test_a_salvaged_log_is_marked(tmp_path):
    """Text in the stream breaks a generation, whose texts are there all the same."""
    data = late("1.26")
    place = list(batches(data))[2].offset
    path = made(tmp_path, data[:place] + b"hello\n" + data[place:])
    lines = run("grep", "-e", "tick", path).stdout.decode().splitlines()
    marked = [line.startswith("~") for line in lines]
    whole = run("grep", "-e", "tick", OK / LATE.format("1.26")).stdout.decode().splitlines()
    assert [line.lstrip("~") for line in lines] == whole
    assert any(marked) and marked == sorted(marked, reverse=True) and not all(marked)


@pytest.mark.parametrize("name", ["truncated/go1.26-sigkill-late.trace", "truncated/go1.22-panic-early.trace",
                                  "corrupt/go1.24-crlf.trace", "corrupt/go1.25-prints-between.trace"])
def test_one_byte_at_a_time_is_the_same_as_all_at_once(name):
    path = OK.parent / name
    for command in (["verify", "--json", "-"], ["events", "--salvage"], ["grep", "."]):
        at_once = run(*command, input=path.read_bytes())
        process = subprocess.Popen([TRACECHECK, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        for byte in path.read_bytes():
            process.stdin.write(bytes([byte]))
        process.stdin.close()
        assert process.stdout.read() == at_once.stdout
        assert process.wait() == at_once.returncode


@pytest.mark.parametrize("command", [["grep", "-e", "x"], ["events", "--salvage"], ["export", "--format", "ndjson"]], ids=" ".join)
def test_a_trace_that_is_damaged_throughout_does_not_fill_the_terminal(command, tmp_path):
    """Thousands of generations of one batch each, none of which is closed."""
    trace = bytearray(b"go 1.26 trace\0\0\0")
    for generation in range(1, 3001):
        number = bytes([generation]) if generation < 128 else bytes([generation % 128 + 128, generation // 128])
        trace += b"\x01" + number + b"\x05\x64\x01\xff"
    path = made(tmp_path, trace)
    lines = run(command[0], *command[1:], path).stderr.decode().splitlines()
    assert lines[-1].startswith(f"tracecheck: {path}: and ") and lines[-1].endswith(" (verify --json has all)")
    assert len(lines) == 11
    assert len(report(path)["damage"]) == 1000
