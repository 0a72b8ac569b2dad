"""`tracecheck wire` and `tracecheck assemble`: the raw text, and back to the same bytes."""

import gzip
import os

import pytest
from made import SCENE, assemble, trace
from support import (
    CORRUPT,
    CRASHER,
    EXITS,
    OK,
    OTHER,
    TRUNCATED,
    VERSIONS,
    WHOLE,
    WITHOUT_TEXT,
    Live,
    expect,
    known_to_be_whole,
    name_of,
    run,
    run_on_terminal,
)


def wire(*arguments, **options):
    return run("wire", *arguments, **options)


def bad_text(text, line, sentence):
    """`assemble` refuses the text, and writes nothing."""
    text = text if isinstance(text, bytes) else text.encode()
    place = f"line {line}: " if line else ""
    expect(run("assemble", "-o", "-", input=text), 1, None, f"tracecheck: (standard input): {place}{sentence}\n")


# There and back


@pytest.mark.parametrize("path", WHOLE, ids=name_of)
def test_a_whole_trace_comes_back_byte_for_byte(path, tmp_path):
    result = wire(path)
    if path in WITHOUT_TEXT:
        sentence = f"tracecheck: {path}: not judged at byte "
        assert (result.returncode, result.stderr[: len(sentence)].decode()) == (4, sentence)
        return
    version = "1.23" if "go1.24" in path.name else path.name[2:6]
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.startswith(f"Trace Go{version}\nEventBatch gen=".encode())
    (tmp_path / "text").write_bytes(result.stdout)
    for arguments, options in (
        (["-"], {"input": result.stdout}), ([], {"input": result.stdout}), ([tmp_path / "text"], {}),
        ([], {"input": gzip.compress(result.stdout)}),
    ):
        expect(run("assemble", "-o", tmp_path / "trace", *arguments, **options), 0)
        assert (tmp_path / "trace").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("path", sorted(TRUNCATED.glob("*.trace*")), ids=name_of)
def test_a_cut_trace_gives_text_up_to_the_cut(path):
    result = wire(path)
    assert result.returncode == 3
    assert result.stderr.startswith(f"tracecheck: {path}: truncated at byte ".encode())
    assert result.stderr.count(b"\n") == 1
    # The pipe goes on: of what there is, the text is a trace.
    if result.stdout and path.suffix == ".trace" and "nul-tail" not in path.name:
        beginning = run("assemble", "-o", "-", input=result.stdout).stdout
        # A cut batch says the size that it should have had.
        assert path.read_bytes().startswith(beginning)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_text_of_a_cut_trace_is_the_beginning_of_the_whole_text(version):
    whole = wire(OK / f"go{version}-stop-late.trace").stdout
    cuts = sorted(TRUNCATED.glob(f"go{version}-cut-*.trace"))
    assert len(cuts) >= 6
    lengths = [len(wire(path).stdout) for path in cuts if whole.startswith(wire(path).stdout)]
    assert len(lengths) == len(cuts) and min(lengths) > len(whole) / 3


@pytest.mark.parametrize("path", sorted(CORRUPT.iterdir()), ids=name_of)
def test_a_corrupt_trace_gives_text_up_to_what_framing_shows(path):
    result = wire(path)
    # Whether the scheduler could have done that, and whether strings are there, is not looked at.
    seen = not any(name in path.name for name in ("flip-seq", "lost-strings"))
    # From Go 1.26 on generations need not count up.
    seen = seen and path.name != "go1.26-swapped-generations.trace"
    assert result.returncode == (1 if seen else 0)
    assert result.stderr.count(b"\n") == (1 if seen else 0)
    if seen:
        assert result.stderr.startswith(f"tracecheck: {path}: corrupt at byte ".encode())


@pytest.mark.parametrize("name, verdict, sentence", [
    ("text.trace", "not a trace", 'not a trace: no trace header ("go 1.NN trace"); it looks like text'),
    ("go1.21-v1.trace", "not judged",
     "not judged: a v1 trace (go 1.21), the format of Go 1.11 to 1.21; `go tool trace` reads it"),
    ("checksum.trace.gz", "unreadable", "the gzip data is damaged: its checksum does not match"),
    ("checksum.trace.zst", "unreadable", "the zstd data is damaged: its checksum does not match"),
])
def test_whole_messages(name, verdict, sentence):
    stdout = wire(CRASHER).stdout.decode() if verdict == "unreadable" else ""
    expect(wire(OTHER / name), EXITS[verdict], stdout, f"tracecheck: {OTHER / name}: {sentence}\n")


@pytest.mark.parametrize("name", ["go1.26-crasher.trace.gz", "go1.26-crasher.trace.zst"])
def test_packed_traces_give_the_same(name):
    expected = wire(CRASHER).stdout.decode()
    expect(wire(OK / name), 0, expected)
    expect(wire(input=(OK / name).read_bytes()), 0, expected)


def test_on_a_terminal_what_could_harm_it_is_escaped(tmp_path):
    """The data of strings is quoted anyway, as text that is read back must be: both are the same."""
    (tmp_path / "scene").write_bytes(SCENE)
    code, shown, _ = run_on_terminal("wire", tmp_path / "scene")
    assert code == 0 and b"\x1b" not in shown
    assert shown == wire(tmp_path / "scene").stdout
    assert b'\tdata="main.f\\x1b[2J"\n' in shown


@pytest.mark.parametrize("version", VERSIONS)
def test_a_generation_is_printed_as_soon_as_it_is_known_to_be_whole(version):
    path = OK / f"go{version}-stop-late.trace"
    data = path.read_bytes()
    whole = wire(path).stdout
    end = known_to_be_whole(data)
    with Live("wire") as live:
        live.feed(data[:end])
        live.wait_for(b'data="number 5"\n')
        assert live.finish(data[end:]) == (0, whole, b"")


# What assemble takes


def test_missing_data_is_empty():
    text = 'Trace Go1.26\nString id=1\nString id=2\n\tdata=""\nExperimentalBatch exp=1 gen=1 m=1 time=1\nSync\n'
    assert assemble(text) == assemble(text.replace("id=1\n", 'id=1\n\tdata=""\n'))


def test_lines_may_be_long():
    long = "x" * 1_000_000
    result = assemble(f'Trace Go1.26\nString id=1\n\tdata="{long}"\n')
    assert result.endswith(long.encode())


def test_comments_and_blank_lines_are_passed_over():
    lines = wire(CRASHER).stdout.decode().split("\n")
    text = "# a comment\n\n" + "\n \t\n  # Sync\n".join(lines)
    assert assemble(text) == CRASHER.read_bytes()
    assert assemble("\r\n".join(lines)) == CRASHER.read_bytes()
    assert assemble("\n".join(lines).rstrip("\n")) == CRASHER.read_bytes()


def test_sizes_take_ten_bytes_as_the_runtime_writes_them():
    batch = trace("1.26", (1, 7, 2000, "GoDestroy dt=1\n"))[16:]
    assert batch == b"\x01\x01\x07\xd0\x0f" + b"\x82" + b"\x80" * 8 + b"\x00" + b"\x11\x01"


def test_a_text_may_describe_a_broken_trace(tmp_path):
    (tmp_path / "trace").write_bytes(assemble("Trace Go1.25\nEventBatch gen=0 m=1 time=1 size=0\n"))
    assert run("verify", tmp_path / "trace").returncode == 1


@pytest.mark.parametrize("text, line, sentence", [
    ("", 0, 'the text is empty; its first line should be like "Trace Go1.26"'),
    ("\n# only this\n", 2, 'the text is empty; its first line should be like "Trace Go1.26"'),
    ("hello\n", 1, 'the first line should be like "Trace Go1.26", but it is "hello"'),
    ("Sync\n", 1, 'the first line should be like "Trace Go1.26", but it is "Sync"'),
    ("Trace Go1.21\n", 1, "Go 1.21 has another trace format, without a text form"),
    ("Trace Go1.24\n", 1, "the trace version Go 1.24 is not known; 1.22, 1.23, 1.25 and 1.26 are"),
    ("Trace Go1.99\n", 1, "the trace version Go 1.99 is not known; 1.22, 1.23, 1.25 and 1.26 are"),
    ("Trace Go1.26 x\n", 1, 'the first line goes on after the version: "x"'),
    ("Trace Go1.26\nsync\n", 2, 'there is no event called "sync"'),
    ("Trace Go1.26\n\n# c\nGoGo dt=1\n", 4, 'there is no event called "GoGo"'),
    ("Trace Go1.26\n\x1b[31m\n", 2, 'there is no event called "\\x1b[31m"'),
    (b"Trace Go1.26\n\xff\n", 2, 'there is no event called "\\xff"'),
    ("Trace Go1.26\nTrace Go1.26\n", 2, 'there is no event called "Trace"'),
    ("Trace Go1.22\nGoSwitch dt=1 g=1 g_seq=1\n", 2, "the text form of Go 1.22 has no GoSwitch"),
    ("Trace Go1.26\nGoStart dt=1 g=1\n", 2, "the argument g_seq of GoStart is missing"),
    ("Trace Go1.26\nGoStart dt=1 id=1 g_seq=1\n", 2, 'the argument g of GoStart should be here, but there is "id=1"'),
    ("Trace Go1.26\nGoStart dt=1 g=x g_seq=1\n", 2,
     'the argument g of GoStart is not a whole number of up to 64 bits: "x"'),
    ("Trace Go1.26\nGoStart dt=1 g=18446744073709551616 g_seq=1\n", 2,
     'the argument g of GoStart is not a whole number of up to 64 bits: "18446744073709551616"'),
    ("Trace Go1.26\nSync # no comment\n", 2, 'nothing more belongs to Sync, but there is "# no comment"'),
    ("Trace Go1.26\nString id=1\n\tdata=x\n", 3, 'the data is not one quoted text: "data=x"'),
    ("Trace Go1.26\nSync\n\tdata=\"x\"\n", 3, 'there is no event called "data=\\"x\\""'),
    ("Trace Go1.26\nStack id=1 nframes=1\nSync\n", 3, "the argument pc of a stack's frame should be here, but there is "
                                                     '"Sync"'),
    ("Trace Go1.26\nStack id=1 nframes=2\n\tpc=1 func=1 file=1 line=1\n", 3,
     "the text ends inside a stack, 1 frames early"),
], ids=repr)
def test_bad_texts_are_refused_with_their_line(text, line, sentence, tmp_path):
    bad_text(text, line, sentence)
    (tmp_path / "text").write_bytes(text if isinstance(text, bytes) else text.encode())
    (tmp_path / "target").write_text("from before")
    result = run("assemble", "text", "-o", "target", cwd=tmp_path)
    place = f"line {line}: " if line else ""
    expect(result, 1, "", f"tracecheck: text: {place}{sentence}\n")
    assert (tmp_path / "target").read_text() == "from before"
    assert sorted(os.listdir(tmp_path)) == ["target", "text"]


def test_a_trace_is_no_text():
    result = run("assemble", "-o", "-", CRASHER)
    sentence = f'tracecheck: {CRASHER}: line 1: the first line should be like "Trace Go1.26", but it is "go 1.26 trace'
    assert (result.returncode, result.stdout) == (1, b"")
    assert result.stderr.decode().startswith(sentence) and result.stderr.count(b"\n") == 1


def test_a_text_whose_compressed_data_is_cut_is_unreadable():
    packed = gzip.compress(wire(CRASHER).stdout)
    result = run("assemble", "-o", "-", input=packed[:-20])
    assert result.returncode == 2
    assert result.stderr.endswith(b": the gzip data ends early\n") and result.stderr.count(b"\n") == 1
