"""carve with cores made byte by byte: what is a trace buffer and what is not, and bad input."""

import gzip
import random
import re
import shutil
import struct
import subprocess

import pytest
from cores import BLOCK, ELF_EXECUTABLE, PAGE, block, build_info, elf
from made import trace as made_trace
from support import CRASHER, OTHER, PATIENCE, TRACECHECK, TRUNCATED, expect, expect_usage, made, peak, run
from wire_events import events, logs

HEAP = b"\x25\x02\x64"  # HeapAlloc, two units after the one before: 100 bytes
GO_126 = build_info("go1.26.8").ljust(PAGE, b"\0")
ADDRESS = 0x7F0000000000


def core(*blocks, build=GO_126):
    """A core with these 64 KiB, one behind the other, and the program's own data."""
    return elf([(0x400000, build), *([(ADDRESS, b"".join(blocks))] if blocks else [])])


def buffer(time=1000, count=3, **fields):
    return block(1, 7, time, count * HEAP, fields.pop("last_time", time + 2 * count), **fields)


def carve(tmp_path, data, *options):
    return run("carve", made(tmp_path, data, "core"), "-o", tmp_path / "out", *options)


def carved(tmp_path, data, *options):
    result = carve(tmp_path, data, *options)
    expect(result, 0, "", None)
    return (tmp_path / "out").read_bytes()


def expect_nothing(tmp_path, data):
    expect(
        carve(tmp_path, data), 1, "",
        f"tracecheck: {tmp_path / 'core'}: nothing to carve: there is no trace buffer of Go 1.22 to 1.26 in its memory\n",
    )  # fmt: skip
    assert not (tmp_path / "out").exists()


# What is a buffer


def test_a_buffer_becomes_a_batch_with_its_size(tmp_path):
    size = b"\x89\x80\x80\x80\x80\x80\x80\x80\x80\x00"  # nine, in ten bytes
    assert carved(tmp_path, core(buffer())) == b"go 1.26 trace\0\0\0\x01\x01\x07\xe8\x07" + size + 3 * HEAP
    assert carve(tmp_path, core(buffer())).stderr.decode() == (
        f"tracecheck: {tmp_path / 'core'}: 1 trace buffer with 3 events of generation 1 carved\n"
    )


def test_the_event_that_was_being_written_is_left_out(tmp_path):
    for rest in (b"\x25", b"\x25\x02", b"\x2c\x02\x00\x05"):
        data = core(block(1, 7, 1000, 3 * HEAP + rest, 1008))
        assert events(carved(tmp_path, data)) == events(carved(tmp_path, core(buffer())))


@pytest.mark.parametrize("fields", [
    {"link": 8},  # blocks begin on a page
    {"used": BLOCK},
    {"used": 2**63},
    {"used": 0},
    {"size_at": 4},
    {"size_at": 6},
    {"size_at": 2**64 - 1},
    {"last_time": 1005},  # before its last event
    {"last_time": 0},
])  # fmt: skip
def test_a_header_that_contradicts_itself_is_none(tmp_path, fields):
    expect_nothing(tmp_path, core(buffer(**fields)))


@pytest.mark.parametrize("data", [
    HEAP + b"\x00\x01\x01",  # no such event
    HEAP + b"\x01\x01\x01",  # no event of a thread
    HEAP + b"\x25\x02" + 10 * b"\xff",
    b"\x04\x05\x01\x81\x08",  # a string of 1025 bytes
    b"\x02\x03\x01\x81\x01",  # a stack of 129 frames
    b"\x04\x03\x01\x00",  # a stack among strings
], ids=bytes.hex)  # fmt: skip
def test_what_no_runtime_writes_is_none(tmp_path, data):
    expect_nothing(tmp_path, core(block(1, 7, 1000, data, 2**60)))


def test_generation_0_is_none(tmp_path):
    expect_nothing(tmp_path, core(block(0, 7, 1000, HEAP, 1002)))


def test_buffers_begin_on_a_page(tmp_path):
    expect_nothing(tmp_path, core(bytes(8), buffer()))
    assert len(events(carved(tmp_path, core(bytes(PAGE), buffer())))) == 3


def test_a_buffer_inside_another_is_text_of_the_program(tmp_path):
    """Such as a log, which goes into the buffer of strings as it is."""
    inner = block(1, 8, 900, 2 * HEAP, 904)[:64]
    strings = b"\x04"
    while len(strings) + 32 + 14 < PAGE - 200:
        strings += b"\x05\x01\x64" + 100 * b"."
    fill = PAGE - (32 + 14 + len(strings)) - 3
    strings += b"\x05\x02" + bytes([fill]) + fill * b"." + b"\x05\x03\x40" + inner
    page = block(1, -1, 1000, strings, 1000)
    inside = page.index(inner)
    found = events(carved(tmp_path, core(page, buffer())))
    assert [event.thread for event in found] == [7, 7, 7], inside


def test_noise_gives_nothing(tmp_path):
    noise = random.Random(4).randbytes(64 * BLOCK)
    expect_nothing(tmp_path, core(noise))
    # A batch's first byte and fields of a likely size on each page, and noise behind.
    pages = bytearray(noise)
    for at in range(0, len(pages), PAGE):
        pages[at : at + 33] = struct.pack("<QQQQ", 0, 2**40, pages[at] * 16 + 40, 4) + b"\x01"
    expect_nothing(tmp_path, core(bytes(pages)))


def test_a_buffer_found_twice_is_given_once(tmp_path):
    # The first was copied while it was being written.
    result = carve(tmp_path, core(buffer(count=2), buffer(count=3)))
    expect(result, 0, "", None)
    assert "1 trace buffer with 2 events left out: found twice" in result.stderr.decode()
    assert len(events((tmp_path / "out").read_bytes())) == 3


def test_batches_come_in_the_order_of_their_times(tmp_path):
    found = events(carved(tmp_path, core(buffer(time=3000), block(1, 8, 2000, HEAP, 2002), buffer(time=1000))))
    assert [event.thread for event in found] == [7, 7, 7, 8, 7, 7, 7]


# The core


@pytest.mark.parametrize("size", [BLOCK, BLOCK - 100, 4097, 50])
def test_a_cut_core_gives_what_is_there(tmp_path, size):
    whole = core(buffer(), buffer(time=2000, count=5))
    missing = BLOCK - size
    result = carve(tmp_path, whole[: len(whole) - missing])
    expect(result, 0, "", None)
    said = f"is cut: {missing} bytes of memory are missing; what is there was looked at"
    assert (said in result.stderr.decode()) == (missing > 0)
    # Of the second one the header and a part of the first event are there at the least.
    assert len(events((tmp_path / "out").read_bytes())) == (8 if size > 100 else 4)


def test_a_buffer_may_lie_across_two_segments(tmp_path):
    data = block(1, 7, 1000, 3000 * HEAP, 7000)
    halves = elf([(0x400000, GO_126), (ADDRESS, data[:PAGE]), (ADDRESS + PAGE, data[PAGE:])])
    assert len(events(carved(tmp_path, halves))) == 3000
    apart = elf([(0x400000, GO_126), (ADDRESS, data[:PAGE]), (ADDRESS + 2 * PAGE, data[PAGE:])])
    assert len(events(carved(tmp_path, apart))) == (PAGE - 32 - 15) // 3


def test_more_segments_than_the_header_can_count(tmp_path):
    data = elf([(0x400000, GO_126), (ADDRESS, buffer())], header_count=0xFFFF)
    assert len(events(carved(tmp_path, data))) == 3


def test_segments_of_the_same_bytes_are_read_once(tmp_path):
    data = bytearray(elf([(0x400000, GO_126), *((ADDRESS + i * BLOCK, b"") for i in range(20000)), (ADDRESS, buffer())]))
    size = len(data) - 2 * PAGE
    for i in range(20000):
        struct.pack_into("<QQQQ", data, 64 + 56 * (1 + i) + 8, 2 * PAGE, ADDRESS + i * BLOCK, 0, size)
    carve(tmp_path, bytes(data))  # comes to an end


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: subprocess.run(
    ["zstd", "-qc"], input=data, stdout=subprocess.PIPE, check=True).stdout], ids=["gzip", "zstd"])  # fmt: skip
def test_a_packed_core(tmp_path, pack):
    assert len(events(carved(tmp_path, pack(core(buffer()))))) == 3


def test_a_core_on_standard_input(tmp_path):
    result = run("carve", "-o", "-", input=core(buffer()))
    assert (result.returncode, len(events(result.stdout))) == (0, 3)


def peak_with(tmp_path, pages):
    """The most memory that was used for a core of so many pages, all but the last of which have been read."""
    memory = random.Random(2).randbytes(PAGE)
    head = bytearray(elf([(0x400000, GO_126), (ADDRESS, buffer() + memory)]))
    struct.pack_into("<QQ", head, 64 + 56 + 32, BLOCK + pages * PAGE, BLOCK + pages * PAGE)
    process = subprocess.Popen(
        [TRACECHECK, "carve", "-o", tmp_path / "out"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with process:
        process.stdin.write(head)
        for _ in range(pages - 2):
            process.stdin.write(memory)
        process.stdin.flush()
        size = peak(process)
        process.stdin.write(memory)
    assert process.returncode == 0
    return size


def test_memory_does_not_follow_the_core(tmp_path):
    assert peak_with(tmp_path, 50_000) < peak_with(tmp_path, 1000) + 3_000_000


def name_of(value):
    return value if isinstance(value, str) else "bytes"


def elf_header(**options):
    return elf([(ADDRESS, buffer())], **options)


@pytest.mark.parametrize("data, sentence", [
    (b"", "is empty; a core dump was expected"),
    (b"panic: yzzyx\n", "is not a core dump; it looks like text"),
    (bytes(4096), "is not a core dump: it is no ELF file"),
    (CRASHER.read_bytes(), "is a trace, not a core dump; --trace takes it beside one"),
    (elf_header()[:40], "is cut inside its ELF header: there is no memory in it"),
    (elf_header()[:100], "is cut inside its program headers: there is no memory in it"),
    (elf_header(bits=32), "is of a 32-bit process; only cores of 64-bit processes can be read"),
    (elf_header(endian="big"), "is of a big-endian machine; only little-endian cores can be read"),
    (elf_header(kind=ELF_EXECUTABLE), "is an ELF file, but not a core dump: an executable or a library"),
    (elf_header()[:54] + b"\x20" + elf_header()[55:],
     "is damaged: its ELF header gives program headers a size that they do not have"),
    (elf_header()[:32] + bytes(8) + elf_header()[40:], "is damaged: its program headers lie in its ELF header"),
], ids=name_of)  # fmt: skip
def test_what_is_no_core_is_named(tmp_path, data, sentence):
    expect(carve(tmp_path, data), 2, "", f"tracecheck: {tmp_path / 'core'}: {sentence}\n")
    assert not (tmp_path / "out").exists()


def test_a_damaged_gzip_file(tmp_path):
    data = gzip.compress(core(random.Random(1).randbytes(BLOCK)))
    result = carve(tmp_path, data[:-8] + b"XXXX" + data[-4:])
    assert result.returncode == 2
    assert b"checksum" in result.stderr


# The version


@pytest.mark.parametrize("go, header", [
    ("go1.22.12", b"22"), ("go1.23.0", b"23"), ("go1.24rc1", b"23"), ("go1.25", b"25"), ("go1.26.8 X:nodwarf5", b"26"),
])  # fmt: skip
def test_the_program_says_its_version(tmp_path, go, header):
    trace = carved(tmp_path, core(buffer(), build=bytes(160) + build_info(go) + bytes(100)))
    assert trace.startswith(b"go 1." + header + b" trace\0\0\0")


def test_so_does_the_header_of_the_trace_in_its_memory(tmp_path):
    build = b"go 1.NN trace go 1.25 trace\0\0\0".ljust(PAGE, b"\0")
    assert carved(tmp_path, core(buffer(), build=build)).startswith(b"go 1.25 trace\0\0\0")
    later = core(buffer(), b"go 1.23 trace\0\0\0".ljust(PAGE, b"\0"))
    assert carved(tmp_path, later).startswith(b"go 1.26 trace\0\0\0"), "the program's own word counts"


@pytest.mark.parametrize("go", ["go1.21.13", "go1.27.1", "go1.2"])
def test_a_version_that_is_not_known(tmp_path, go):
    result = carve(tmp_path, core(buffer(), build=build_info(go)))
    sentence = f"is of {go}, whose trace buffers are not known here; those of Go 1.22 to 1.26 are"
    expect(result, 2, "", f"tracecheck: {tmp_path / 'core'}: {sentence}\n")


def test_no_version_at_all(tmp_path):
    result = carve(tmp_path, core(buffer(), build=b"\xff Go buildinf:"))
    sentence = (
        "does not show the Go version of the program, without which its trace cannot be written; "
        "--trace FILE would tell it"
    )
    expect(result, 2, "", f"tracecheck: {tmp_path / 'core'}: {sentence}\n")
    file = made(tmp_path, b"go 1.26 trace\0\0\0", "trace")
    assert len(events(carved(tmp_path, core(buffer(), build=b"\0"), "--trace", file))) == 3


def test_what_a_version_does_not_write_is_left_out(tmp_path):
    switch = b"\x2d\x02\x05\x01"  # GoSwitch, which Go 1.23 brought
    blocks = buffer(), block(1, 8, 2000, switch, 2002)
    for go, count in ("go1.22.1", 3), ("go1.23.1", 4):
        assert len(events(carved(tmp_path, core(*blocks, build=build_info(go))))) == count


# The trace


FILE = made_trace(
    "1.26",
    (1, 7, 1000, "HeapAlloc dt=2 heapalloc_value=100\n" * 3),
    (1, 8, 1500, "UserLog dt=2 task=0 key_string=1 value_string=2 stack=0\n" * 3),
)


def with_trace(tmp_path, file, *blocks):
    return carved(tmp_path, core(*blocks), "--trace", made(tmp_path, file, "trace"))


def test_a_batch_that_the_trace_has_is_left_out(tmp_path):
    assert with_trace(tmp_path, FILE, buffer(), buffer(time=2000)) == FILE + carved(
        tmp_path, core(buffer(time=2000))
    )[16:]  # fmt: skip


def test_a_batch_goes_before_a_later_one_of_its_thread(tmp_path):
    early = with_trace(tmp_path, FILE, buffer(time=900, count=1))
    assert [e.thread for e in events(early)] == [7, 7, 7, 7, 8, 8, 8]
    assert early[16:].startswith(b"\x01\x01\x07\x84\x07")


def test_texts_go_to_the_logs_that_the_trace_has(tmp_path):
    strings = b"\x04\x05\x01\x03cat\x05\x02\x03msg"
    trace = with_trace(tmp_path, FILE, block(1, -1, 1600, strings, 1600))
    assert logs(FILE) == 3 * [(None, None)]
    assert logs(trace) == 3 * [("cat", "msg")]


def test_a_half_batch_that_only_the_trace_has_is_cut_to_its_last_event(tmp_path):
    begin = len(FILE) - 3 * 6
    for length in range(begin - 14, len(FILE) + 1):
        file = FILE[:length]
        trace = with_trace(tmp_path, file, buffer(time=2000))
        assert [e.thread for e in events(trace)] == 3 * [7] + max(0, (length - begin) // 6) * [8] + 3 * [7]
        assert run("verify", tmp_path / "out").returncode == 3


def test_a_half_batch_gives_way_to_the_whole_one(tmp_path):
    for length in range(len(FILE) - 3 * 6 - 14, len(FILE)):
        log = b"\x2c\x02\x00\x01\x02\x00"
        assert with_trace(tmp_path, FILE[:length], block(1, 8, 1500, 3 * log, 1506)) == FILE


@pytest.mark.parametrize("file", [b"", b"go 1.26 tr", b"go 1.26 trace\0\0\0"], ids=len)
def test_a_trace_with_nothing_in_it(tmp_path, file):
    assert with_trace(tmp_path, file, buffer()) == carved(tmp_path, core(buffer()))


def test_a_packed_trace_comes_out_unpacked(tmp_path):
    assert with_trace(tmp_path, gzip.compress(FILE), buffer(time=2000)).startswith(FILE)


def test_text_before_the_trace_is_left_out(tmp_path):
    assert with_trace(tmp_path, b"=== RUN\n" + FILE, buffer(time=2000)).startswith(FILE)


@pytest.mark.parametrize("text", [b"PASS\n", b"42 of 100\n", b"4", "größer\n".encode(), 200_000 * b"a long line, "], ids=len)
def test_text_between_batches_is_stepped_over(tmp_path, text):
    second = made_trace("1.26", (1, 8, 1500, "UserLog dt=2 task=0 key_string=1 value_string=2 stack=0\n" * 3))[16:]
    assert FILE.count(second) == 1
    file = FILE.replace(second, text + second)
    expect(carve(tmp_path, core(buffer()), "--trace", made(tmp_path, file, "trace")), 1, "", None)
    assert with_trace(tmp_path, file, buffer(time=2000)) == with_trace(tmp_path, FILE, buffer(time=2000))
    assert with_trace(tmp_path, file, buffer(time=900)) == with_trace(tmp_path, FILE, buffer(time=900))


def test_what_stands_behind_damage_is_left_out(tmp_path):
    file = made(tmp_path, FILE + b"\xff\xfe\xfd" + FILE[16:], "trace")
    result = carve(tmp_path, core(buffer(time=2000)), "--trace", file)
    expect(result, 0, "", None)
    sentence = f"is damaged at byte {len(FILE)}: something stands there that is not a batch; what follows there is left out"
    assert f"tracecheck: {file}: {sentence}\n" in result.stderr.decode()
    assert (tmp_path / "out").read_bytes() == FILE + carved(tmp_path, core(buffer(time=2000)))[16:]


@pytest.mark.parametrize("file, said", [
    (OTHER / "text.trace", "no trace header"),
    (OTHER / "go1.21-v1.trace", "a v1 trace"),
    (OTHER / "checksum.trace.gz", "checksum"),
    (TRUNCATED / "missing", "no such file"),
])  # fmt: skip
def test_what_is_no_trace_is_named(tmp_path, file, said):
    result = carve(tmp_path, core(buffer()), "--trace", file)
    assert result.returncode == 2
    assert re.match(f"tracecheck: {file}: .*{said}", result.stderr.decode())
    assert not (tmp_path / "out").exists()


def test_the_trace_of_another_go_version(tmp_path):
    file = made(tmp_path, b"go 1.25 trace\0\0\0", "trace")
    result = carve(tmp_path, core(buffer()), "--trace", file)
    sentence = "is not of the program that the core is of: that was built with go1.26.8"
    expect(result, 2, "", f"tracecheck: {file}: {sentence}\n")


def test_of_two_unfinished_generations_the_one_with_more_events_is_taken(tmp_path):
    blocks = buffer(count=4), block(2, 7, 3000, 3 * HEAP, 3006)
    result = carve(tmp_path, core(*blocks, build=build_info("go1.25.8")))
    expect(result, 0, "", None)
    assert {e.generation for e in events((tmp_path / "out").read_bytes())} == {1}
    assert "1 trace buffer with 3 events left out: of a generation that does not fit" in result.stderr.decode()


# Usage


def test_bad_usage(tmp_path):
    path = made(tmp_path, core(buffer()), "core")
    expect_usage(run("carve", path), "-o, --output is required", "carve")
    expect_usage(run("carve", path, path, "-o", "x"), f"unexpected argument {path}", "carve")
    expect_usage(
        run("carve", path, "--trace", "-", "-o", "x"), "the trace is read more than once, so it must be a file", "carve"
    )
    expect_usage(run("carve", path, "--trace", "", "-o", "x"), "--trace: '' is no file name", "carve")


def test_no_command_changes_its_input(tmp_path):
    path = made(tmp_path, core(buffer()), "core")
    file = shutil.copy(CRASHER, tmp_path / "trace")
    for target in (path, file):
        before = target.read_bytes()
        result = run("carve", path, "--trace", file, "-o", target)
        expect(result, 2, "", f"tracecheck: {target}: is read, too; no command changes its input\n")
        assert target.read_bytes() == before


def test_what_stood_there_is_kept_where_nothing_was_found(tmp_path):
    (tmp_path / "out").write_bytes(b"earlier")
    assert carve(tmp_path, core()).returncode == 1
    assert (tmp_path / "out").read_bytes() == b"earlier"


def test_a_full_disk_is_named(tmp_path):
    path = made(tmp_path, core(buffer()), "core")
    result = subprocess.run([TRACECHECK, "carve", path, "-o", "/dev/full"], capture_output=True, timeout=PATIENCE)
    expect(result, 2, "", "tracecheck: /dev/full cannot be written: No space left on device\n")
