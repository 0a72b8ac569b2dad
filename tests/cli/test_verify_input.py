"""`tracecheck verify`: where it reads from, and what is not a trace."""

import gzip
import os
import shutil
import subprocess

import pytest
from support import (
    CORRUPT,
    CRASHER,
    OK,
    OTHER,
    TRUNCATED,
    expect,
    expect_usage,
    fixtures_like,
    made,
    report,
    reports,
    validator,
    verify,
)


def test_unreadable_files_are_named(tmp_path):
    for path, why in (
        (tmp_path / "missing", "no such file"),
        (tmp_path, "is a directory; -r reads the files in it"),
        (CRASHER / "x", "no such file: a part of its path is not a directory"),
    ):
        expect(verify(path), 2, f"{path}: unreadable: {why}\n")
    for suffix, form in ((".gz", "gzip"), (".zst", "zstd")):
        result = verify(OTHER / f"checksum.trace{suffix}")
        path, head = OTHER / f"checksum.trace{suffix}", result.stdout.decode().split("\n")[0]
        assert head == f"{path}: unreadable: the {form} data is damaged: its checksum does not match"
        assert result.returncode == 2


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
    directory = os.open(tmp_path, os.O_RDONLY)
    try:
        expect(verify(stdin=directory), 2, "(standard input): unreadable: is a directory\n")
    finally:
        os.close(directory)


def zstd(data):
    return subprocess.run(["zstd", "-qc"], input=data, capture_output=True, check=True).stdout


def packers():
    no_zstd = pytest.mark.skipif(shutil.which("zstd") is None, reason="the program zstd is not there")
    return [
        pytest.param(lambda data: gzip.compress(data, mtime=0), "gzip", id="gzip"),
        pytest.param(zstd, "zstd", id="zstd", marks=no_zstd),
    ]


@pytest.mark.parametrize("pack, form", packers())
def test_packed_traces_are_judged_by_what_is_in_them(pack, form, tmp_path):
    damaged = [CORRUPT / "go1.26-hole.trace", TRUNCATED / "go1.25-cut-stacks.trace", TRUNCATED / "empty.trace"]
    for path in [CRASHER, *damaged]:
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
        validator("verify").validate(document)
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


# What is not a trace, or not one that is judged

NO_HEADER = 'not a trace: no trace header ("go 1.NN trace")'
UTF_16 = "a trace turned to UTF-16 (by a redirection in PowerShell, perhaps); write the file from the program"
HTML = "an HTML page (an error page instead of a download, perhaps)"
ELF = "an ELF file (an executable or a core dump)"
PPROF = "a pprof profile; `go tool pprof` reads it"


def as_utf_16(encoding, mark=b""):
    """What PowerShell 5 makes of a trace: each byte a character, each LF a CR LF."""
    return mark + CRASHER.read_bytes().decode("latin-1").replace("\n", "\r\n").encode(encoding)


# As runtime/pprof writes them: of the CPU, of the heap, of goroutines. As github.com/google/pprof does.
PROFILES = [
    b"\x48\xb0\xca\xf0\xe3\x80\x8a\xce\xf5\x18\x50\x80\xad\xe2\x04\x0a\x04\x08\x01\x10\x02",
    b"\x5a\x04\x08\x01\x10\x02\x60\x80\x80\x20\x0a\x04\x08\x03\x10\x04",
    b"\x5a\x04\x08\x01\x10\x02\x60\x01\x0a\x04\x08\x01\x10\x02",
    b"\x0a\x04\x08\x01\x10\x02\x0a\x04\x08\x03\x10\x04",
]


@pytest.mark.parametrize("data, looks_like", [
    (b"MZ\x90\x00" + bytes(60), "a Windows executable"),
    (b"\x7fELF" + bytes(60), ELF),
    (b"PK\x03\x04" + bytes(60), "a zip archive"),
    (b"BZh9" + bytes(60), "bzip2 data"),
    (b"\xfd7zXZ\0" + bytes(60), "xz data"),
    (b"%PDF-1.7\n" + bytes(60), "a PDF file"),
    (b"SQLite format 3\0" + bytes(60), "an SQLite database"),
    (b"<html><body>404</body></html>\n", HTML),
    (b"\r\n<!DOCTYPE HTML>\n<title>502</title>\n", HTML),
    (b'{"message": "not found"}\n', "JSON text"),
    (b"Trace Go1.26\nEndOfGeneration\n", "the text form of a trace; `tracecheck assemble` turns it into one"),
    (as_utf_16("utf-16-le", b"\xff\xfe"), UTF_16),
    (as_utf_16("utf-16-be", b"\xfe\xff"), UTF_16),
    (as_utf_16("utf-16-le"), UTF_16),
    (as_utf_16("utf-16-be"), UTF_16),
    ("hello, wörld\n".encode("utf-16"), "UTF-16 text"),
    *((profile + b"\x32\x00\x32\x03cpu", PPROF) for profile in PROFILES),
    *((gzip.compress(profile + b"\x32\x00\x32\x03cpu", mtime=0), PPROF) for profile in PROFILES),
    (b"goroutine 1 [running]:\nmain.main()\n", "text"),
    (b"go 1.26 tracer" + bytes(8), None),
    (b"go 1.2 trace\0\0\0\0", None),
    (bytes(range(254, 100, -1)), None),  # 255, 254 would be the mark of UTF-16
], ids=lambda value: "" if isinstance(value, bytes) else str(value))
def test_it_says_what_it_looks_like(data, looks_like, tmp_path):
    path = made(tmp_path, data)
    told = f"; it looks like {looks_like}" if looks_like else ""
    expect(verify(path), 1, f"{path}: {NO_HEADER}{told}\n")


@pytest.mark.parametrize("name, looks_like", [
    ("elf", ELF), ("error-page", HTML), ("text", "text"), ("pprof", PPROF), ("utf-16", UTF_16),
])
def test_fixtures_that_are_no_traces(name, looks_like):
    path = OTHER / f"{name}.trace"
    expect(verify(path), 1, f"{path}: {NO_HEADER}; it looks like {looks_like}\n")


def test_a_trace_that_a_shell_gave_other_line_ends_is_corrupt_and_says_so():
    for path in fixtures_like(r"corrupt/.*-crlf\.trace"):
        first = report(path)["damage"][0]
        assert "; every LF follows a CR: a shell, or a transfer, took the trace for text" in first["message"]
        assert "foreign_bytes" not in [damage["code"] for damage in report(path)["damage"]]
    for path in fixtures_like(r"corrupt/(?!.*-crlf).*"):
        assert "every LF" not in str(report(path)["damage"])


def v1_sentence(minor):
    return f"not judged: a v1 trace (go 1.{minor}), the format of Go 1.11 to 1.21; `go tool trace` reads it"


def unknown_sentence(minor):
    return (
        f"not judged: trace version go 1.{minor} is not known here (known: 1.22, 1.23, 1.25, 1.26); "
        "a newer tracecheck, or `go tool trace` of that Go version, may read it"
    )


@pytest.mark.parametrize("minor", [11, 19, 21])
def test_v1_traces_are_not_judged(minor, tmp_path):
    path = made(tmp_path, f"go 1.{minor} trace".encode() + bytes(3) + b"\x81\x02\x03")
    expect(verify(path), 4, f"{path}: {v1_sentence(minor)}\n")


@pytest.mark.parametrize("minor", [20, 24, 27, 30])
def test_unknown_versions_are_not_judged(minor, tmp_path):
    path = made(tmp_path, f"go 1.{minor} trace".encode() + bytes(3))
    expect(verify(path), 4, f"{path}: {unknown_sentence(minor)}\n")


def test_fixtures_of_other_versions_are_not_judged():
    for name, sentence in (("go1.21-v1", v1_sentence(21)), ("future", unknown_sentence(99))):
        expect(verify(OTHER / f"{name}.trace"), 4, f"{OTHER}/{name}.trace: {sentence}\n")


def test_text_does_not_hide_a_version_that_is_not_judged(tmp_path):
    path = made(tmp_path, b"hello\n" + (OTHER / "future.trace").read_bytes())
    expect(verify(path), 4, f"{path}: {unknown_sentence(99)}\n")
