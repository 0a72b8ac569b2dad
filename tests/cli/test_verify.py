"""`tracecheck verify`: verdicts, places, causes, exit codes, the JSON document."""

import gzip
import json
import os
import re
import shutil
import subprocess

import jsonschema
import pytest
from support import (
    CORRUPT,
    CRASHER,
    END_OF_GENERATION,
    EXITS,
    FIXTURES,
    FREQUENCY,
    HEADER,
    OK,
    OTHER,
    SANITIZED,
    STRINGS,
    SYNC,
    TRUNCATED,
    VERSIONS,
    batches,
    documents,
    expect,
    expect_usage,
    name_of,
    run,
    run_on_terminal,
    schema,
    validator,
    verdict_of_folder,
)

VALIDATOR = validator("verify")


def verify(*arguments, **options):
    return run("verify", *arguments, **options)


def reports(*paths):
    result = verify("--json", *paths)
    assert result.stderr == b""
    return documents(result)


def report(path):
    (document,) = reports(path)
    VALIDATOR.validate(document)
    return document


def made(tmp_path, data, name="made.trace"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.fixture(scope="module")
def all_reports():
    return dict(zip(FIXTURES, reports(*FIXTURES)))


# Every fixture


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_folder_is_the_verdict(path, all_reports):
    document = all_reports[path]
    verdict = verdict_of_folder(path)
    assert (document["verdict"], document["exit"]) == (verdict, EXITS[verdict])
    assert document["file"] == str(path)


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_document_is_as_the_schema_says(path, all_reports):
    VALIDATOR.validate(all_reports[path])


def test_the_documents_of_what_is_no_trace_are_as_the_schema_says(tmp_path):
    for path in (tmp_path / "missing", tmp_path, made(tmp_path, b""), made(tmp_path, b"x", b"bad \xff name".decode("utf-8", "surrogateescape"))):
        report(path)
    for data in (b"", CRASHER.read_bytes(), b"hello"):
        result = verify("--json", input=data)
        (document,) = documents(result)
        VALIDATOR.validate(document)
        assert document["file"] == "(standard input)"


def test_the_schemas_are_schemas_and_agree_on_damage():
    for name in ("verify", "stats"):
        jsonschema.Draft202012Validator.check_schema(schema(name))
        assert schema(name)["$defs"]["damage"] == schema("events")["$defs"]["damage"]


def test_the_schema_refuses_what_is_wrong():
    document = report(TRUNCATED / "go1.26-mapwrites-late.trace")
    for wrong in (
        {"verdict": "fine"},
        {"exit": 5},
        {"go_version": "1.24"},
        {"surplus": 1},
        {"events": {"replayed": -1, "salvageable": 0}},
        {"damage": [{}]},
        {"last_log": {}},
    ):
        assert not VALIDATOR.is_valid({**document, **wrong})
    for name in document:
        assert not VALIDATOR.is_valid({k: v for k, v in document.items() if k != name})


def where(damage):
    text = f"byte {damage['offset']}"
    for name in ("generation", "batch", "thread"):
        if damage[name] is not None:
            text += f", {name} {damage[name]}"
    return f"{text}, reading {damage['reading']}"


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_text_says_what_the_document_says(path, all_reports):
    document = all_reports[path]
    result = verify(path)
    head, *rest = result.stdout.decode().split("\n")[:-1]
    message = f": {document['message']}" if document["message"] else ""
    assert head == f"{path}: {document['verdict']}{message}"
    assert (result.returncode, result.stderr) == (document["exit"], b"")
    labels = [line[2:12].strip() for line in rest]
    texts = [line[12:] for line in rest]
    by_label = {}
    label = ""
    for name, text in zip(labels, texts):
        label = name or label
        by_label.setdefault(label, []).append(text)
    if document["message"] is None:
        places = [where(d) for d in document["damage"][:5]]
        assert by_label.get("where", []) + by_label.get("and", []) == places
        for d in document["damage"][:5]:
            assert d["message"] in by_label["what"]
    causes = by_label.get("perhaps", []) + by_label.get("or", [])
    assert causes == ([] if document["verdict"] == "complete" else document["end"]["causes"])
    assert by_label.get("note", []) == document["notes"]
    assert ("last log" in by_label) == (document["last_log"] is not None)


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_the_facts_hold_together(path, all_reports):
    d = all_reports[path]
    packed = path.suffix in (".gz", ".zst")
    if d["verdict"] == "complete":
        assert d["damage"] == [] and d["message"] is None
        assert d["events"]["salvageable"] == d["logs"]["text_lost"] == 0
        size = path.stat().st_size
        assert d["input"]["packed_bytes" if packed else "bytes"] == size
    elif d["message"] is None or d["verdict"] == "not a trace":
        assert d["damage"] and d["damage"][0]["severity"] == ("truncated" if d["verdict"] == "truncated" else "corrupt")
    if d["verdict"] in ("complete", "truncated", "corrupt"):
        assert d["message"] is None and d["end"]["kind"] and d["end"]["causes"]
    else:
        assert d["message"] and d["end"] == {"kind": None, "causes": []}
    end = HEADER
    for g in d["generations"]:
        assert g["offset"] >= end
        end = g["offset"] + g["length"]
    assert end <= max(d["input"]["bytes"] or end, HEADER)
    assert d["events"]["replayed"] in (None, sum(g["events"] for g in d["generations"]))
    if d["go_version"] is None:
        assert d["events"]["replayed"] is d["logs"]["total"] is d["time"]["start"] is None
    elif d["last_log"]:
        # A trace of a few seconds: times count from its start, also where nothing could be replayed.
        assert 0 <= d["last_log"]["time"] <= d["time"]["duration"] < 10_000_000_000
    for damage in d["damage"]:
        assert damage["offset"] <= (d["input"]["bytes"] or 0)


def names_like(pattern):
    return [path for path in FIXTURES if re.fullmatch(pattern, name_of(path))]


DAMAGE_OF = [
    # What the name says, the code of the first damage, what was being read.
    (r"truncated/.*-cut-batch-header\.trace", "batch_header_cut", "batch thread"),
    (r"truncated/.*-cut-varint\.trace", "batch_header_cut", "batch size"),
    (r"truncated/.*-cut-(batch|record)\.trace", "batch_cut", "batch data"),
    (r"truncated/.*-cut-(between-batches|stacks|strings|frequency|marker)\.trace", "incomplete_generation", "generation"),
    (r"truncated/.*-nul-tail(-whole)?\.trace", "nul_tail", None),
    (r"truncated/cut-header\.trace", "header_cut", "header"),
    (r"truncated/(cut-bare-header|.*-exit-bare|go1.22-crasher)\.trace", "no_generation", "header"),
    (r"truncated/empty\.trace", "empty", "header"),
    (r"truncated/.*-cut-gzip\.trace\.gz", "batch_cut", "batch data"),
    (r"truncated/.*-cut-zstd\.trace\.zst", "compression_cut", "stream"),
    # A death never looks like corruption.
    (
        r"truncated/.*-(return|exit|unlock|mapwrites|overflow|sigkill|sigterm|sigquit|panic|nil|chatty)-(early|late|between)\.trace",
        "incomplete_generation",
        "generation",
    ),
    (r"corrupt/.*-prints-(before|around)\.trace", "foreign_bytes", "header"),
    (r"corrupt/.*-prints-between\.trace", "foreign_bytes", "stream"),
    (r"corrupt/.*-text-after\.trace", "foreign_bytes", "stream"),
    (r"corrupt/.*-twice\.trace", "second_header", "batch type"),
    (r"corrupt/.*-flip-seq\.trace", "replay_stuck", "order"),
    (r"corrupt/go1\.2[245]-flip-gen\.trace", "generation_out_of_order", "batch generation"),
    (r"corrupt/go1\.26-flip-gen\.trace", "generation_not_closed", "batch generation"),
    (r"corrupt/.*-lost-strings\.trace", "missing_frame_text", "generation"),
    (r"corrupt/go1\.2[456]-hole\.trace|corrupt/go1\.22-hole\.trace", "not_a_batch", "batch type"),
]


@pytest.mark.parametrize("pattern, code, reading", DAMAGE_OF, ids=[row[0] for row in DAMAGE_OF])
def test_the_damage_is_told_apart(pattern, code, reading, all_reports):
    paths = names_like(pattern)
    assert paths
    for path in paths:
        damage = all_reports[path]["damage"][0]
        assert damage["code"] == code, path
        assert reading in (None, damage["reading"]), path


def test_a_missing_frequency_is_named(all_reports):
    for path in names_like(r"truncated/.*-cut-frequency\.trace"):
        assert "no frequency" in all_reports[path]["damage"][0]["message"]
        assert all_reports[path]["time"]["frequency_source"] == "earlier generation"
    for path in names_like(r"truncated/go1\.2[234]-.*-early\.trace"):
        assert all_reports[path]["time"]["frequency_source"] == "assumed"
        assert any("64 ns" in note for note in all_reports[path]["notes"])


def test_causes_are_candidates(all_reports):
    """No cut tells who cut: there is more than one candidate, and no sentence claims one."""
    kill, leave, fatal = (
        "killed by a signal (SIGKILL, SIGTERM, SIGQUIT; out of memory)",
        "os.Exit, log.Fatal or a return from main without trace.Stop",
        "a fatal error of the runtime (concurrent map writes, stack overflow, out of memory)",
    )
    panic = "an uncaught panic (Go 1.22 does not flush the trace; 1.23 and later do)"
    for path in names_like(r"truncated/.*-(return|exit|unlock|mapwrites|overflow|sig\w+|panic|nil)-(early|late)\.trace"):
        candidates = [kill, leave, fatal] + ([panic] if "go1.22" in path.name else [])
        assert all_reports[path]["end"]["causes"] == candidates
    for path, document in all_reports.items():
        if document["verdict"] == "truncated":
            assert len(document["end"]["causes"]) > 1
            for damage in document["damage"]:
                assert not re.search("kill|panic|SIG|os.Exit", damage["message"])


def test_what_nobody_can_see_is_a_note(all_reports):
    """A kill between generations leaves a complete trace (before 1.25), or one that goes on with a Sync."""
    between = "a kill between two generations leaves such a trace too: up to a second may be gone, unseen"
    before = "a kill before the next generation's first full buffer leaves such a trace too: up to a second may be gone, unseen"
    for version in VERSIONS:
        document = all_reports[OK / f"go{version}-exit-between.trace"]
        assert (between if version < "1.25" else before) in document["notes"]
    assert all_reports[OK / "go1.26-stop-late.trace"]["notes"] == []


# Sentences. Numbers differ whenever the fixtures are made again.

WHOLE_TEXTS = [
    (
        "ok/go1.26-crasher.trace",
        """{file}: complete
  trace     go 1.26, 1 generation, N events, 1 log, Nms, from 20N-N-NTN:N:N.NZ
  last log  0.N g1 xyzzy-cat: xyzzy-msg
  memory    heap N MB, goal N MB
  note      a kill before the next generation's first full buffer leaves such a trace too: up to a second may be gone, unseen
""",
    ),
    (
        "truncated/go1.26-mapwrites-late.trace",
        """{file}: truncated
  trace     go 1.26, 3 generations, N events, N logs, Ns, from 20N-N-NTN:N:N.NZ
  where     byte N, generation 3, batch N, reading generation
  what      the data ends inside generation 3: its end marker is missing
  rest      N events stand in the generation that is not whole; the texts of 2 logs are lost
  perhaps   killed by a signal (SIGKILL, SIGTERM, SIGQUIT; out of memory)
  or        os.Exit, log.Fatal or a return from main without trace.Stop
  or        a fatal error of the runtime (concurrent map writes, stack overflow, out of memory)
  last log  N string#N: string#N
  memory    heap N MB, goal N MB
  next      `tracecheck grep` searches what is there, `tracecheck export` writes what could be read
""",
    ),
    (
        "truncated/empty.trace",
        """{file}: truncated
  where     byte 0, reading header
  what      there is nothing: not a single byte was written
  perhaps   killed by a signal (SIGKILL, SIGTERM, SIGQUIT; out of memory)
  or        os.Exit, log.Fatal or a return from main without trace.Stop
  or        a fatal error of the runtime (concurrent map writes, stack overflow, out of memory)
  next      nothing can be read; tracing must run for longer, or the program end with trace.Stop
""",
    ),
    (
        "truncated/go1.26-cut-zstd.trace.zst",
        """{file}: truncated
  where     byte 0, reading stream
  what      the zstd data ends early
  perhaps   a copy or download that did not finish
  or        the compressing program was killed
  next      nothing can be read; tracing must run for longer, or the program end with trace.Stop
""",
    ),
    (
        "truncated/go1.26-nul-tail-whole.trace",
        """{file}: truncated
  trace     go 1.26, 3 generations, N events, N logs, Ns, from 20N-N-NTN:N:N.NZ
  where     byte N, generation 3, batch N, reading batch type
  what      from here on there are only zero bytes, N of them: the file was being written when the machine stopped
  perhaps   the machine lost power or crashed while the file was being written
  or        a file that was given its size beforehand
  last log  N g1 task 1 last: from the main thread
  memory    heap N MB, goal N MB
  next      `tracecheck grep` searches what is there, `tracecheck export` writes what could be read
""",
    ),
    (
        "corrupt/go1.26-prints-around.trace",
        """{file}: corrupt
  trace     go 1.26, 1 generation, N events, 1 log, Nms, from 20N-N-NTN:N:N.NZ
  where     byte 0, reading header
  what      20 bytes that are not the trace's stand before its header: "=== RUN   TestXyzzy\\n"; something else writes to where the trace goes
            a batch of the trace follows at byte 20
  and       byte N, generation 1, batch N, reading stream
  what      text that is not the trace's stands behind it: "--- PASS: TestXyzzy (Ns)\\nPASS\\n"; something else writes to where the trace goes
  perhaps   the program, or one it started, prints to the stream that its trace goes to
  last log  N g1 xyzzy-cat: xyzzy-msg
  memory    heap N MB, goal N MB
  next      let the program write its trace to a file or a descriptor of its own
""",
    ),
    ("other/elf.trace", '{file}: not a trace: no trace header ("go 1.NN trace"); it looks like an ELF file (an executable or a core dump)\n'),
    (
        "other/error-page.trace",
        '{file}: not a trace: no trace header ("go 1.NN trace"); it looks like an HTML page (an error page instead of a download, perhaps)\n',
    ),
    ("other/text.trace", '{file}: not a trace: no trace header ("go 1.NN trace"); it looks like text\n'),
    ("other/pprof.trace", '{file}: not a trace: no trace header ("go 1.NN trace"); it looks like a pprof profile; `go tool pprof` reads it\n'),
    (
        "other/utf-16.trace",
        '{file}: not a trace: no trace header ("go 1.NN trace"); it looks like a trace turned to UTF-16 (by a redirection in PowerShell, perhaps); write the file from the program\n',
    ),
    ("other/go1.21-v1.trace", "{file}: not judged: a v1 trace (go 1.21), the format of Go 1.11 to 1.21; `go tool trace` reads it\n"),
    (
        "other/future.trace",
        "{file}: not judged: trace version go 1.99 is not known here (known: 1.22, 1.23, 1.25, 1.26); a newer tracecheck, or `go tool trace` of that Go version, may read it\n",
    ),
]


@pytest.mark.parametrize("name, text", WHOLE_TEXTS, ids=[row[0] for row in WHOLE_TEXTS])
def test_whole_texts(name, text):
    path = OK.parent / name
    pattern = re.escape(text.replace("{file}", str(path)))
    pattern = re.sub(r"(?<![A-Za-z0-9])N(?![A-Za-z])|(?<=[T0])N|N(?=[smTZ])|N(?= MB)", lambda _: r"[0-9.]+", pattern) if "1.NN" not in text else pattern
    assert re.fullmatch(pattern, verify(path).stdout.decode())


def test_unreadable_files_are_named(tmp_path):
    for path, why in (
        (tmp_path / "missing", "no such file"),
        (tmp_path, "is a directory"),
        (CRASHER / "x", "no such file: a part of its path is not a directory"),
        ("", "no such file"),
    ):
        expect(verify(path), 2, f"{path}: unreadable: {why}\n")
    for suffix, form in ((".gz", "gzip"), (".zst", "zstd")):
        result = verify(OTHER / f"checksum.trace{suffix}")
        head = result.stdout.decode().split("\n")[0]
        assert head == f"{OTHER}/checksum.trace{suffix}: unreadable: the {form} data is damaged: its checksum does not match"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    path = made(tmp_path, CRASHER.read_bytes())
    path.chmod(0)
    expect(verify(path), 2, f"{path}: unreadable: permission denied\n")


def test_devices_and_pipes_are_read(tmp_path):
    assert verify("/dev/null").returncode == 3
    with CRASHER.open() as stream:
        assert verify("/dev/stdin", stdin=stream).returncode == 0
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = subprocess.Popen(["cp", str(CRASHER), str(fifo)])
    assert verify(fifo).returncode == 0
    writer.wait()


# Options


def test_quiet_says_nothing():
    for path in (CRASHER, TRUNCATED / "empty.trace", OTHER / "text.trace", OTHER / "future.trace", "missing"):
        for option in ("-q", "--quiet"):
            expect(verify(option, path), verify(path).returncode)


@pytest.mark.parametrize("name, allowed", [
    ("go1.26-cut-batch.trace", True),
    ("go1.22-sigkill-late.trace", True),
    # Not one event could be read: nothing to be content with.
    ("cut-bare-header.trace", False),
    ("empty.trace", False),
    ("go1.26-exit-bare.trace", False),
    ("go1.26-exit-early.trace", False),
])
def test_a_truncated_trace_can_be_allowed(name, allowed):
    result = verify("--allow-truncated", TRUNCATED / name)
    assert result.returncode == (0 if allowed else 3)
    assert result.stdout == verify(TRUNCATED / name).stdout
    (document,) = documents(verify("--allow-truncated", "--json", TRUNCATED / name))
    assert (document["verdict"], document["exit"]) == ("truncated", result.returncode)


def test_nothing_else_is_allowed_with_it():
    for path in (CORRUPT / "go1.26-hole.trace", OTHER / "text.trace", OTHER / "future.trace", "missing"):
        assert verify("--allow-truncated", path).returncode == verify(path).returncode != 0


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


# Standard input, compression


def test_standard_input(tmp_path):
    expected = verify(CRASHER).stdout.decode().replace(str(CRASHER), "(standard input)")
    for arguments in ([], ["-"]):
        expect(verify(*arguments, input=CRASHER.read_bytes()), 0, expected)
    result = verify(CRASHER, "-", input=b"")
    assert result.returncode == 3 and b"\n(standard input): truncated\n" in result.stdout
    expect_usage(verify("-", "-", input=b""), "-: standard input can be read only once", "verify")
    expect_usage(verify("-", CRASHER, "-", input=b""), "-: standard input can be read only once", "verify")
    # A file of that name has another one, too.
    shutil.copy(CRASHER, tmp_path / "-")
    expect(verify("./-", cwd=tmp_path), 0, None)


def test_a_directory_on_standard_input(tmp_path):
    with open(os.open(tmp_path, os.O_RDONLY)) as directory:
        expect(verify(stdin=directory), 2, "(standard input): unreadable: is a directory\n")


def zstd(data):
    return subprocess.run(["zstd", "-qc"], input=data, capture_output=True, check=True).stdout


def packers():
    have_zstd = shutil.which("zstd") is not None
    return [
        pytest.param(lambda data: gzip.compress(data, mtime=0), "gzip", id="gzip"),
        pytest.param(zstd, "zstd", id="zstd", marks=pytest.mark.skipif(not have_zstd, reason="the program zstd is not there")),
    ]


@pytest.mark.parametrize("pack, form", packers())
def test_packed_traces_are_judged_by_what_is_in_them(pack, form, tmp_path):
    for path in (CRASHER, CORRUPT / "go1.26-hole.trace", TRUNCATED / "go1.25-cut-stacks.trace", TRUNCATED / "empty.trace"):
        data = pack(path.read_bytes())
        plain, packed = report(path), report(made(tmp_path, data, "packed"))
        assert packed["input"] == {"bytes": plain["input"]["bytes"], "packed_bytes": len(data), "compression": form}
        for name in ("verdict", "events", "logs", "generations", "damage", "end", "time", "last_log"):
            assert packed[name] == plain[name]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_packed_data_that_is_cut_is_truncated(suffix, tmp_path):
    data = (OK / f"go1.26-crasher.trace{suffix}").read_bytes()
    cuts = range(5, len(data), 37)
    documents_ = reports(*(made(tmp_path, data[:cut], f"{cut}{suffix}") for cut in cuts))
    for document in documents_:
        VALIDATOR.validate(document)
        assert document["verdict"] == "truncated"
        assert document["end"]["kind"] == "cut in the compressed data"
        assert document["damage"][-1]["code"] == "compression_cut"


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_packed_data_that_is_damaged_is_unreadable_or_its_trace_corrupt(suffix, tmp_path):
    data = bytearray((OK / f"go1.26-crasher.trace{suffix}").read_bytes())
    paths = []
    for at in range(12, len(data), 41):
        data[at] ^= 0x10
        paths.append(made(tmp_path, data, f"{at}{suffix}"))
        data[at] ^= 0x10
    verdicts = [document["verdict"] for document in reports(*paths)]
    assert set(verdicts) <= {"unreadable", "corrupt", "truncated"} and "unreadable" in verdicts


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
    assert document["events"]["replayed"] == whole["events"]["replayed"]


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
        assert document["damage"][0]["code"] == "nul_tail", (end, document)


# Cuts and flips


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
        VALIDATOR.validate(document) if cut % 50 == 0 else None
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


# Input that looks like something else


@pytest.mark.parametrize("data, looks_like", [
    (b"MZ\x90\x00" + bytes(60), "a Windows executable"),
    (b"\x7fELF" + bytes(60), "an ELF file (an executable or a core dump)"),
    (b"PK\x03\x04" + bytes(60), "a zip archive"),
    (b"BZh9" + bytes(60), "bzip2 data"),
    (b"\xfd7zXZ\0" + bytes(60), "xz data"),
    (b"%PDF-1.7\n" + bytes(60), "a PDF file"),
    (b"SQLite format 3\0" + bytes(60), "an SQLite database"),
    (b"<html><body>404</body></html>\n", "an HTML page (an error page instead of a download, perhaps)"),
    (b'{"message": "not found"}\n', "JSON text"),
    (b"Trace Go1.26\nEndOfGeneration\n", "the text form of a trace; `tracecheck assemble` turns it into one"),
    ("go 1.26 trace\0\0\0".encode("utf-16"), "a trace turned to UTF-16 (by a redirection in PowerShell, perhaps); write the file from the program"),
    ("hello, wörld\n".encode("utf-16"), "UTF-16 text"),
    (b"goroutine 1 [running]:\nmain.main()\n", "text"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_it_says_what_it_looks_like(data, looks_like, tmp_path):
    path = made(tmp_path, data)
    expect(verify(path), 1, f'{path}: not a trace: no trace header ("go 1.NN trace"); it looks like {looks_like}\n')


def test_random_bytes_look_like_nothing(tmp_path):
    path = made(tmp_path, bytes(range(255, 100, -1)))
    expect(verify(path), 1, f'{path}: not a trace: no trace header ("go 1.NN trace")\n')


@pytest.mark.parametrize("minor", [11, 19, 21])
def test_v1_traces_are_not_judged(minor, tmp_path):
    path = made(tmp_path, f"go 1.{minor} trace".encode() + bytes(3) + b"\x81\x02\x03")
    expect(verify(path), 4, f"{path}: not judged: a v1 trace (go 1.{minor}), the format of Go 1.11 to 1.21; `go tool trace` reads it\n")


@pytest.mark.parametrize("minor", [20, 24, 27, 30])
def test_unknown_versions_are_not_judged(minor, tmp_path):
    path = made(tmp_path, f"go 1.{minor} trace".encode() + bytes(3))
    result = verify(path)
    assert result.returncode == 4
    assert f"trace version go 1.{minor} is not known here (known: 1.22, 1.23, 1.25, 1.26)" in result.stdout.decode()


# jq


def test_jq_reads_the_documents_back(all_reports):
    text = verify("--json", *FIXTURES).stdout
    back = subprocess.run(["jq", "-c", "."], input=text, capture_output=True, check=True).stdout
    assert [json.loads(line) for line in back.split(b"\n")[:-1]] == list(all_reports.values())
