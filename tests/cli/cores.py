"""ELF cores: of Go programs that die, of one that hangs, and made ones.

    TRACECHECK=... python3 tests/cli/cores.py [VERSION...]

prints how many events carving gains, by version and kind of death."""

import os
import re
import resource
import signal
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from go_children import go_program
from support import PATIENCE, VERSIONS, run
from wire_events import events

PAGE = 4096
BLOCK = 65536
BLOCK_HEADER = 32
ELF_EXECUTABLE, ELF_CORE = 2, 4

# Ways to die that leave a core where GOTRACEBACK=crash. SIGKILL and os.Exit leave none.
DEATHS = ["panic", "unlock", "mapwrites", "overflow", "sigquit", "sigabrt"]


# Made cores


def elf(segments, kind=ELF_CORE, bits=64, endian="little", header_count=None):
    """An ELF file with these segments, each an address and its bytes."""
    offset = 64 + 56 * len(segments)
    offset += -offset % PAGE
    table, body = b"", b""
    for address, data in segments:
        table += struct.pack("<IIQQQQQQ", 1, 6, offset + len(body), address, 0, len(data), len(data), PAGE)
        body += data + bytes(-len(data) % PAGE)
    count = len(segments) if header_count is None else header_count
    header = b"\x7fELF" + bytes([2 if bits == 64 else 1, 1 if endian == "little" else 2, 1]) + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", kind, 62, 1, 0, 64, 0, 0, 64, 56, count, 0, 0, 0)
    return (header + table).ljust(offset, b"\0") + body


def number(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def block(generation, thread, time, data, last_time, stale=b"\xee", link=0, **wrong):
    """A trace buffer whose batch has not been handed over: there is no size yet, and old bytes stand behind."""
    header = b"\x01" + number(generation) + number(thread % 2**64) + number(time)
    used, size_at = len(header) + 10 + len(data), len(header)
    fields = {"link": link, "last_time": last_time, "used": used, "size_at": size_at} | wrong
    start = struct.pack("<QQQQ", *(fields[name] for name in ("link", "last_time", "used", "size_at")))
    return (start + header + 10 * stale + data).ljust(BLOCK, stale)[:BLOCK]


def build_info(version):
    """What the linker leaves in a Go program."""
    return (b"\xff Go buildinf:\x08\x02").ljust(32, b"\0") + bytes([len(version)]) + version.encode()


# Real ones


class Death(NamedTuple):
    core: Path
    trace: Path  # what the program had written


def why_no_cores():
    """Why the system gives no core to a test; None if it does."""
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    if "/" in pattern or pattern.startswith("|"):
        return f"cores go elsewhere: {pattern}"
    if resource.getrlimit(resource.RLIMIT_CORE)[1] != resource.RLIM_INFINITY:
        return "the size of cores is limited"
    return None


def let_dump_core():
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def start(version, folder, kind, when, stdout):
    with open(folder / "err", "wb") as err:
        return subprocess.Popen(
            [go_program(version, "ending"), kind, when],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=err,
            cwd=folder,
            env=os.environ | {"GOTRACEBACK": "crash"},
            preexec_fn=let_dump_core,
        )


def finish(child, folder):
    assert child.wait(timeout=PATIENCE) == -signal.SIGABRT, (folder / "err").read_text()
    (core,) = folder.glob("core*")
    return Death(core, folder / "trace")


def die(version, folder, cases):
    """The programs of these kinds and times, all at once."""
    children = {}
    for kind, when in cases:
        place = folder / f"{version}-{kind}-{when}"
        place.mkdir()
        with open(place / "trace", "wb") as trace:
            children[kind, when] = (start(version, place, kind, when, trace), place)
    return {case: finish(child, place) for case, (child, place) in children.items()}


def core_of_process(pid):
    """As gcore takes it: of a process that stands still."""
    segments = []
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
        for line in maps:
            first, last, rights = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
            if not rights.startswith("rw"):
                continue
            memory.seek(int(first, 16))
            segments.append((int(first, 16), memory.read(int(last, 16) - int(first, 16))))
    return elf(segments)


# The table


def table(versions):
    print(f"{'':6}{'death':12}{'in the file':>12}{'gained':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for version in versions:
            for (kind, when), death in die(version, Path(folder), [(kind, "late") for kind in DEATHS]).items():
                out = death.core.with_name("out")
                run("carve", death.core, "--trace", death.trace, "-o", out)
                before = len(events(death.trace.read_bytes()))
                gained = len(events(out.read_bytes())) - before
                print(f"{version:6}{kind:12}{before:12}{gained:8}")


if __name__ == "__main__":
    table(sys.argv[1:] or VERSIONS)
