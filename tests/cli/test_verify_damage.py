"""`tracecheck verify`: cuts, foreign text, zeros and flipped bits are told apart, with their places."""

import json
import re

import pytest
from support import (
    CORRUPT,
    CRASHER,
    END_OF_GENERATION,
    FIXTURES,
    FREQUENCY,
    HEADER,
    OK,
    SANITIZED,
    STRINGS,
    SYNC,
    TRUNCATED,
    VERSIONS,
    batches,
    fixtures_like,
    made,
    name_of,
    report,
    reports,
    run,
    validator,
    varint,
    verify,
)

VALIDATOR = validator("verify")
NO_THREAD = 2**64 - 1



BETWEEN = "between-batches|stacks|strings|frequency|marker"
DEATHS = "return|exit|unlock|mapwrites|overflow|sigkill|sigterm|sigquit|panic|nil|chatty"
DAMAGE_OF = [
    # What the name says, the code of the first damage, what was being read.
    (r"truncated/.*-cut-batch-header\.trace", "batch_header_cut", "batch thread"),
    (r"truncated/.*-cut-varint\.trace", "batch_header_cut", "batch size"),
    (r"truncated/.*-cut-(batch|record)\.trace", "batch_cut", "batch data"),
    (rf"truncated/.*-cut-({BETWEEN})\.trace", "incomplete_generation", "generation"),
    (r"truncated/.*-nul-tail\.trace", "nul_tail", None),
    (r"truncated/.*-nul-tail-whole\.trace", "nul_tail", "batch type"),
    (r"truncated/cut-header\.trace", "header_cut", "header"),
    (r"truncated/(cut-bare-header|.*-exit-bare|go1.22-crasher)\.trace", "no_generation", "header"),
    (r"truncated/empty\.trace", "empty", "header"),
    (r"truncated/.*-cut-gzip\.trace\.gz", "batch_cut", "batch data"),
    (r"truncated/.*-cut-zstd\.trace\.zst", "compression_cut", "stream"),
    # A death never looks like corruption.
    (rf"truncated/.*-({DEATHS})-(early|late|between)\.trace", "incomplete_generation", "generation"),
    (r"corrupt/.*-prints-(before|around)\.trace", "foreign_bytes", "header"),
    (r"corrupt/.*-prints-between\.trace", "foreign_bytes", "stream"),
    (r"corrupt/.*-prints-inside\.trace", "foreign_bytes", "string record"),
    (r"corrupt/.*-text-after\.trace", "foreign_bytes", "stream"),
    (r"corrupt/.*-twice\.trace", "second_header", "batch type"),
    (r"corrupt/.*-flip-seq\.trace", "replay_stuck", "order"),
    (r"corrupt/go1\.2[245]-(flip-gen|swapped-generations)\.trace", "generation_out_of_order", "batch generation"),
    (r"corrupt/go1\.26-flip-gen\.trace", "generation_not_closed", "batch generation"),
    (r"corrupt/go1\.26-swapped-generations\.trace", "snapshot_not_forward", "checks"),
    (r"corrupt/.*-lost-strings\.trace", "missing_frame_text", "generation"),
    (r"corrupt/.*-(hole|crlf)\.trace", "not_a_batch", "batch type"),
]


@pytest.mark.parametrize("pattern, code, reading", DAMAGE_OF, ids=[row[0] for row in DAMAGE_OF])
def test_the_damage_is_told_apart(pattern, code, reading, all_reports):
    for path in fixtures_like(pattern):
        damage = all_reports[path]["damage"][0]
        assert damage["code"] == code, path
        assert reading in (None, damage["reading"]), path


def test_every_damaged_fixture_is_told_apart_above():
    for path in FIXTURES:
        rows = [pattern for pattern, *_ in DAMAGE_OF if re.fullmatch(pattern, name_of(path))]
        assert len(rows) == (1 if path.parent in (TRUNCATED, CORRUPT) else 0), path


# Cuts, and where they are


def field_ends(data, batch):
    """Where each field of an EventBatch's header ends, by what is read there."""
    at, ends = batch.offset + 1, {"batch type": batch.offset + 1}
    for field in ("batch generation", "batch thread", "batch time", "batch size"):
        _, at = varint(data, at)
        ends[field] = at
    return ends


def place_of(damage):
    return {name: damage[name] for name in ("code", "offset", "length", "generation", "batch", "thread", "reading")}


def a_late_batch_of_a_thread(data):
    """The second batch of a thread in the last generation, and its number in the stream."""
    every = batches(data)
    last = max(b.generation for b in every)
    here = [i for i, b in enumerate(every) if b.generation == last and b.thread != NO_THREAD]
    return every[here[1]], here[1]


@pytest.mark.parametrize("size", range(17))
def test_a_cut_inside_the_header(size, tmp_path):
    (damage,) = report(made(tmp_path, CRASHER.read_bytes()[:size]))["damage"]
    nothing = {"generation": None, "thread": None, "reading": "header"}
    code = "empty" if size == 0 else "no_generation" if size == HEADER else "header_cut"
    assert damage["severity"] == "truncated"
    assert place_of(damage) == nothing | {
        "code": code,
        "batch": None,
        "offset": HEADER if size == HEADER else 0,
        "length": size if code == "header_cut" else 0,
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_a_cut_inside_a_batch_header(version, tmp_path):
    data = (OK / f"go{version}-stop-late.trace").read_bytes()
    batch, index = a_late_batch_of_a_thread(data)
    ends = field_ends(data, batch)
    fields = list(ends)
    for read, field in zip(fields, fields[1:]):
        for cut in range(ends[read], ends[field]):
            document = report(made(tmp_path, data[:cut]))
            assert (document["verdict"], document["end"]["kind"]) == ("truncated", "cut inside a batch")
            assert place_of(document["damage"][0]) == {
                "code": "batch_header_cut",
                "offset": batch.offset,
                "length": cut - batch.offset,
                "generation": batch.generation,
                "batch": index,
                "thread": batch.thread if field in ("batch time", "batch size") else None,
                "reading": field,
            }, cut


@pytest.mark.parametrize("version", VERSIONS)
def test_a_cut_inside_a_batch(version, tmp_path):
    """In its events, and in a record of its strings."""
    data = (OK / f"go{version}-stop-late.trace").read_bytes()
    every = batches(data)
    strings = max(i for i, b in enumerate(every) if b.holds(data) == STRINGS)
    for batch, index in (a_late_batch_of_a_thread(data), (every[strings], strings)):
        for cut in (batch.data, (batch.data + batch.end) // 2, batch.end - 1):
            document = report(made(tmp_path, data[:cut]))
            assert (document["verdict"], document["end"]["kind"]) == ("truncated", "cut inside a batch")
            assert place_of(document["damage"][0]) == {
                "code": "batch_cut",
                "offset": batch.offset,
                "length": cut - batch.offset,
                "generation": batch.generation,
                "batch": index,
                "thread": batch.thread if batch.thread != NO_THREAD else None,
                "reading": "batch data",
            }, cut


@pytest.mark.parametrize("version", VERSIONS)
def test_a_cut_between_batches(version, tmp_path):
    data = (OK / f"go{version}-stop-late.trace").read_bytes()
    every = batches(data)
    _, first = a_late_batch_of_a_thread(data)
    end = max(i for i, b in enumerate(every) if b.generation)
    for index in range(first, end + 1):
        document = report(made(tmp_path, data[: every[index].offset]))
        assert (document["verdict"], document["end"]["kind"]) == ("truncated", "cut between batches")
        assert place_of(document["damage"][0]) == {
            "code": "incomplete_generation",
            "offset": every[index].offset,
            "length": 0,
            "generation": every[end].generation,
            "batch": index,
            "thread": None,
            "reading": "generation",
        }, index


def small_traces():
    return [OK / f"go{version}-stop-early.trace" for version in VERSIONS] + [OK / "go1.25-crasher.trace", CRASHER]


@pytest.mark.parametrize("path", small_traces(), ids=name_of)
def test_no_cut_is_corruption(path, tmp_path):
    """At every third byte, and around every end of a batch."""
    data = path.read_bytes()
    boundaries = {b.offset for b in batches(data)} | {len(data)}
    step = 31 if SANITIZED else 3
    cuts = sorted({*range(0, len(data), step), *(b + d for b in boundaries for d in (-1, 0, 1) if b + d <= len(data))})
    paths = [made(tmp_path, data[:cut], f"{cut:06}") for cut in cuts]
    known = -1
    for cut, document in zip(cuts, reports(*paths)):
        if cut % 50 == 0:
            VALIDATOR.validate(document)
        assert document["verdict"] in ("truncated", "complete"), (cut, document)
        # A cut can be invisible only where a batch ends.
        assert document["verdict"] == "truncated" or cut in boundaries, cut
        # What is known of the trace never shrinks as it grows.
        events = (document["events"]["replayed"] or 0) + (document["events"]["salvageable"] or 0)
        assert events >= known, cut
        known = events
    assert document["verdict"] == "complete" and document["events"]["salvageable"] == 0


@pytest.mark.parametrize("version", VERSIONS)
def test_no_cut_of_a_long_trace_is_corruption(version, tmp_path):
    path = OK / f"go{version}-stop-late.trace"
    data = path.read_bytes()
    cuts = range(0, len(data), 151 if SANITIZED else 19)
    for cut, document in zip(cuts, reports(*(made(tmp_path, data[:cut], str(cut)) for cut in cuts))):
        assert document["verdict"] in ("truncated", "complete"), (cut, document)


def cut_before(data, stage):
    """Where the last generation's batch of that kind begins."""
    every = batches(data)
    last = next(b for b in reversed(every) if b.generation).generation
    return next(b.offset for b in every if b.generation == last and b.holds(data) == stage)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_cut_between_generations(version, tmp_path):
    """What the bytes cannot show is not claimed: this is complete, and a note says what may have been lost."""
    data = (OK / f"go{version}-stop-late.trace").read_bytes()
    every = batches(data)
    numbers = [b.generation for b in every]
    starts = [b.offset for i, b in enumerate(every) if b.generation and b.generation not in numbers[:i]]
    assert len(starts) == 3
    for start in starts[1:]:
        document = report(made(tmp_path, data[:start]))
        assert document["verdict"] == "complete"
        assert len(document["notes"]) == (1 if version < "1.25" else 0)


@pytest.mark.parametrize("version", ["1.22", "1.23", "1.24"])
def test_a_cut_before_the_frequency(version, tmp_path):
    data = (OK / f"go{version}-stop-late.trace").read_bytes()
    document = report(made(tmp_path, data[: cut_before(data, FREQUENCY)]))
    assert document["verdict"] == "truncated"
    assert "no frequency" in document["damage"][0]["message"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_cut_before_the_strings(version, tmp_path):
    data = (OK / f"go{version}-stop-late.trace").read_bytes()
    document = report(made(tmp_path, data[: cut_before(data, STRINGS)]))
    assert document["verdict"] == "truncated"
    assert document["logs"]["text_lost"] > 0


def test_a_sync_alone_behind_whole_generations_is_complete(tmp_path):
    """A panic leaves that (1.25 and later)."""
    for version in ("1.25", "1.26"):
        data = (OK / f"go{version}-stop-late.trace").read_bytes()
        syncs = [b for b in batches(data) if b.holds(data) == SYNC]
        document = report(made(tmp_path, data[: syncs[-1].end]))
        assert document["verdict"] == "complete" and document["end"]["kind"] == "next generation begun"
        assert [g["state"] for g in document["generations"]] == ["whole", "whole", "begun"]


@pytest.mark.parametrize("path", [OK / "go1.24-stop-early.trace", OK / "go1.26-stop-early.trace"], ids=name_of)
def test_flipped_bits_get_a_verdict(path, tmp_path):
    """Whatever is flipped, there is a verdict, a document by the schema and no crash."""
    data = bytearray(path.read_bytes())
    paths = []
    for at in range(0, len(data), 97 if SANITIZED else 13):
        data[at] ^= 1 << (at % 8)
        paths.append(made(tmp_path, data, f"{at:06}"))
        data[at] ^= 1 << (at % 8)
    verdicts = []
    for document in reports(*paths):
        VALIDATOR.validate(document)
        verdicts.append(document["verdict"])
    assert set(verdicts) <= {"complete", "truncated", "corrupt", "not a trace", "not judged"}
    assert verdicts.count("corrupt") > len(verdicts) / 10


def test_bits_that_break_a_rule(tmp_path):
    """The marker of 1.26 turned into something else; a batch's generation; a batch's size."""
    data = bytearray((OK / "go1.26-stop-late.trace").read_bytes())
    every = batches(bytes(data))
    marker = next(b for b in every if b.type == END_OF_GENERATION).offset
    for at, value, codes in (
        (marker, 0x77, {"not_a_batch", "foreign_bytes"}),
        (marker, 0x00, {"not_a_batch"}),
        (every[1].offset + 1, 0x00, {"generation_zero"}),
        (every[1].offset + 1, 0x05, {"generation_not_closed"}),
    ):
        broken = bytearray(data)
        broken[at] = value
        document = report(made(tmp_path, broken))
        assert document["verdict"] == "corrupt" and document["damage"][0]["code"] in codes, document["damage"]


def timed_events(path, generation):
    """How many `wire` shows of a generation, samples included, as far as the bytes go; and how many come out as
    several."""
    count, switches, shown = 0, 0, None
    for line in run("wire", path).stdout.split(b"\n"):
        name, *arguments = line.split(b" ")
        if name == b"EventBatch":
            shown = int(arguments[0].removeprefix(b"gen="))
        elif shown == generation and not line.startswith(b"\t"):
            count += name == b"CPUSample" or (name != b"ClockSnapshot" and b" dt=" in line)
            switches += name in (b"GoSwitch", b"GoSwitchDestroy", b"GoDestroySyscall")
    return count, switches


def test_every_event_that_is_there_is_counted_as_replayed_or_salvageable(all_reports):
    checked, replayed = 0, 0
    for path in fixtures_like(r"truncated/go1.*\.trace"):
        document = all_reports[path]
        if not document["generations"]:
            continue
        last = document["generations"][-1]
        on_wire, switches = timed_events(path, last["id"])
        # A switch is one on the wire and three replayed: then only a generation without replay can be told.
        if last["events"] == 0 or switches == 0:
            assert last["events"] + document["events"]["salvageable"] == on_wire, path
            checked += 1
            replayed += last["events"] > 0
    assert checked > 50 and replayed > 5


@pytest.mark.parametrize("version", VERSIONS)
def test_what_does_not_replay_judges_cuts_zeros_and_texts_alike(version, tmp_path):
    """wire reads batch by batch, events and export as verify does, grep only what it needs."""
    data = (OK / f"go{version}-stop-late.trace").read_bytes()
    path = tmp_path / "made.trace"
    for batch in batches(data)[1 :: 8 if SANITIZED else 2]:
        for damaged in (
            data[: batch.offset],
            data[: batch.offset + 3],
            data[: batch.data + 3],
            data[: batch.data + 3] + bytes(50),
            data[: batch.data + 3] + bytes(5000),
            data[: batch.offset] + b"42\n" + data[batch.offset :],
            data[: batch.offset] + b"10 requests\n" + data[batch.offset :],
        ):
            path.write_bytes(damaged)
            code = verify("--quiet", path).returncode
            for command in (["wire", path], ["events", path], ["export", "--format", "ndjson", path]):
                assert run(*command).returncode == code, (command, len(damaged))
            assert run("grep", "not in any trace", path).returncode == {0: 1, 1: 2, 3: 3}[code], len(damaged)


# Foreign text


BASES = [OK / "go1.24-stop-late.trace", OK / "go1.25-stop-late.trace", OK / "go1.26-stop-late.trace"]
TEXTS = [b"hello\n", b"42\n", b"10 requests\n", b"4\n", b"1\n", "grüße\n".encode(), b"\x1b[31mred\x1b[0m\n"]


@pytest.mark.parametrize("base", BASES, ids=name_of)
def test_text_between_batches(base, tmp_path):
    data = base.read_bytes()
    expected, paths = [], []
    for i, batch in enumerate(batches(data)[1:]):
        for text in TEXTS if i % 4 == 1 else TEXTS[:3]:
            paths.append(made(tmp_path, data[: batch.offset] + text + data[batch.offset :], str(len(paths))))
            expected.append((batch.offset, text))
    for (offset, text), document in zip(expected, reports(*paths)):
        damage = document["damage"][0]
        assert (document["verdict"], damage["code"]) == ("corrupt", "foreign_bytes"), (offset, text, document)
        assert (damage["offset"], damage["length"], damage["resumes_at"]) == (offset, len(text), offset + len(text))
        assert document["end"]["kind"] == "foreign bytes"


@pytest.mark.parametrize("base", BASES, ids=name_of)
def test_text_inside_a_batch_is_corruption(base, tmp_path):
    data = base.read_bytes()
    first = batches(data)[0].generation
    inside = [b for b in batches(data) if b.generation == first and b.end - b.data > 8]
    places = [at for b in inside for at in (b.data + 1, (b.data + b.end) // 2, b.end - 1)]
    paths = [made(tmp_path, data[:at] + b"hello\n" + data[at:], str(at)) for at in places]
    for at, document in zip(places, reports(*paths)):
        assert document["verdict"] == "corrupt", at
        assert document["damage"][0]["offset"] <= at + len(data), at


@pytest.mark.parametrize("base", BASES + [OK / "go1.26-crasher.trace", OK / "go1.25-panic-early.trace"], ids=name_of)
@pytest.mark.parametrize("text", TEXTS + [b"x" * 60_000 + b"\n"], ids=lambda text: repr(text[:20]))
def test_text_before_the_header(base, text, tmp_path):
    whole = report(base)
    path = made(tmp_path, text + base.read_bytes())
    document = report(path)
    (damage,) = document["damage"]
    assert (document["verdict"], document["exit"], damage["code"]) == ("corrupt", 1, "foreign_bytes")
    assert (damage["offset"], damage["length"], damage["resumes_at"]) == (0, len(text), len(text))
    # The rest is a trace all the same.
    assert document["events"] == whole["events"] and document["last_log"] == whole["last_log"]


@pytest.mark.parametrize("first, second", [("stop-late", "crasher"), ("crasher", "stop-late"), ("crasher", "many")])
def test_the_last_log_of_several_traces_is_that_of_the_last_one(first, second, tmp_path):
    """Whichever clock is ahead; and its time counts from the start of its own trace, as in grep."""
    traces = [OK / f"go1.26-{name}.trace" for name in (first, second)]
    last = next(log for log in (report(path)["last_log"] for path in reversed(traces)) if log)
    assert report(made(tmp_path, b"".join(path.read_bytes() for path in traces)))["last_log"] == last


def test_the_duration_of_several_traces_is_the_sum_of_theirs(tmp_path):
    """As in stats, whichever clock is ahead."""
    traces = [OK / f"go1.{name}.trace" for name in ("25-stop-late", "26-stop-late", "22-stop-late")]
    path = made(tmp_path, b"".join(path.read_bytes() for path in traces))
    total = sum(report(trace)["time"]["duration"] for trace in traces)
    assert report(path)["time"]["duration"] == total
    stats = json.loads(run("stats", "--json", path).stdout)
    # Where several events have one clock tick, stats moves them apart.
    assert stats["go_version"] == "1.25" and total <= stats["summary"]["duration"] < total + 10
    (tail,) = re.findall(r"tail -c \+(\d+)", verify(path).stdout.decode())
    assert path.read_bytes()[int(tail) - 1 :] == traces[-1].read_bytes()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_damaged_trace_that_is_cut_besides_may_have_been_killed(version, tmp_path):
    data = (OK / f"go{version}-stop-late.trace").read_bytes()
    at = batches(data)[2].offset
    text = data[:at] + b"hello\n" + data[at:]
    whole, cut = verify(made(tmp_path, text)), verify(made(tmp_path, text[: batches(data)[-3].offset + len(b"hello\n")]))
    printed = b"perhaps   the program, or one it started, prints"
    assert printed in whole.stdout and printed in cut.stdout
    assert b"SIGKILL" not in whole.stdout and b"SIGKILL" in cut.stdout


def test_a_table_that_is_longer_than_it_says(tmp_path):
    data = (OK / "go1.26-crasher.trace").read_bytes()
    text = b"\x0bstart trace"
    assert data.count(text) == 1
    document = report(made(tmp_path, data.replace(text, b"\x4b" + b"x" * 0x4B)))
    assert not [place["message"] for place in document["damage"] if place["message"].startswith(";")]
    assert any("bytes more than it says" in place["message"] for place in document["damage"])


def test_a_header_too_far_away_is_not_looked_for(tmp_path):
    path = made(tmp_path, b"x" * 70_000 + CRASHER.read_bytes())
    assert report(path)["verdict"] == "not a trace"


@pytest.mark.parametrize("base", BASES, ids=name_of)
@pytest.mark.parametrize("text", [b"hello\n", b"42\n", b"10 requests\n", b"PASS\nok\n"], ids=repr)
def test_text_behind_the_end(base, text, tmp_path):
    whole = report(base)
    document = report(made(tmp_path, base.read_bytes() + text))
    damage = document["damage"][-1]
    assert (document["verdict"], damage["code"]) == ("corrupt", "foreign_bytes")
    assert (damage["offset"], damage["length"]) == (base.stat().st_size, len(text))
    # A digit 4 is an end marker, which before 1.26 refuses the generation in progress, as in the reference.
    refused = text.startswith(b"4") and "go1.26" not in base.name
    replayed, there = document["events"]["replayed"], whole["events"]["replayed"]
    assert replayed == there - (whole["generations"][-1]["events"] if refused else 0)
    assert replayed + document["events"]["salvageable"] == there


# Zeros


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("zeros", [32, 100, 4096, 70_000])
def test_a_tail_of_zeros_is_truncated(version, zeros, tmp_path):
    data = (OK / f"go{version}-stop-late.trace").read_bytes()
    every = batches(data)
    paths, ends = [], []
    for end in [len(data), every[-3].offset, every[-2].data + 5, HEADER, 0]:
        paths.append(made(tmp_path, data[:end] + bytes(zeros), str(len(paths))))
        ends.append(end)
    for end, document in zip(ends, reports(*paths)):
        VALIDATOR.validate(document)
        assert document["verdict"] == "truncated", (end, document)
        damage = document["damage"][0]
        assert damage["code"] == "nul_tail", (end, document)
        assert damage["offset"] + damage["length"] == end + zeros
        assert document["end"]["kind"] == "zero bytes"
