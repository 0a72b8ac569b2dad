"""What the tests of the command line share: running the program, terminals, live pipes, batches of a trace."""

import functools
import json
import os
import pty
import re
import select
import shutil
import subprocess
import termios
import time
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest

TRACECHECK = os.environ.get("TRACECHECK", "tracecheck")
TESTDATA = Path(os.environ.get("TESTDATA", Path(__file__).parents[2] / "testdata"))
SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
SANITIZED = bool(os.environ.get("TRACECHECK_SANITIZE"))
OK, TRUNCATED, CORRUPT, OTHER = (TESTDATA / folder for folder in ("ok", "truncated", "corrupt", "other"))
FIXTURES = sorted(p for folder in (OK, TRUNCATED, CORRUPT, OTHER) for p in folder.iterdir() if p.is_file())
VERSIONS = ["1.22", "1.23", "1.24", "1.25", "1.26"]
EXITS = {"complete": 0, "truncated": 3, "corrupt": 1, "not a trace": 1, "not judged": 4, "unreadable": 2}
WHOLE = sorted(OK.glob("*.trace"))
# The AllocFree experiment has a text form from Go 1.26 on.
WITHOUT_TEXT = [OK / f"go{version}-allocfree.trace" for version in ("1.23", "1.24", "1.25")]
CRASHER = OK / "go1.26-crasher.trace"
PATIENCE = 60  # seconds until a test gives up, on a busy machine with sanitizers


def name_of(path):
    return f"{path.parent.name}/{path.name}"


def fixtures_like(pattern):
    """Those whose folder and name match all of it; at least one."""
    found = [path for path in FIXTURES if re.fullmatch(pattern, name_of(path))]
    assert found, pattern
    return found


def verdict_of_folder(path):
    """What testdata/README.md says of a fixture."""
    if path.parent != OTHER:
        return {OK: "complete", TRUNCATED: "truncated", CORRUPT: "corrupt"}[path.parent]
    if path.name in ("go1.21-v1.trace", "future.trace"):
        return "not judged"
    return "unreadable" if path.name.startswith("checksum") else "not a trace"


def run(*arguments, **options):
    """Nothing on standard input, unless `input` or `stdin` says otherwise."""
    if "input" not in options:
        options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    arguments = [a if isinstance(a, bytes) else str(a) for a in arguments]
    return subprocess.run([TRACECHECK, *arguments], timeout=5 * PATIENCE, **options)


def expect(result, code, stdout="", stderr=""):
    """All that a user gets. None: anything."""
    assert result.returncode == code, result
    if stdout is not None:
        assert result.stdout.decode() == stdout
    if stderr is not None:
        assert result.stderr.decode() == stderr


# What repair, slice and redact say of such a stream: its name, and the number of the trace that was written.
OF_TWO_TRACES = "tracecheck: {}: holds 2 traces, of which number {} is written; `tracecheck verify` tells at which byte each begins\n"


def expect_usage(result, sentence, command=""):
    help_of = f"tracecheck {command}".rstrip()
    expect(result, 2, "", f"tracecheck: {sentence}\nTry '{help_of} --help'.\n")


# The seed scene


SEED_SELECTION = ["--category", "xyzzy-cat", "--message", "xyzzy-msg"]


def expect_seed_verdict(result, version, name):
    """What verify says of the trace of testdata/programs/crasher: from Go 1.23 on the runtime ends the generation
    before it lets a panic end the program."""
    lines = result.stdout.decode().split("\n")
    if version == "1.22":
        expect(result, 3, None)
        assert lines[0] == f"{name}: truncated"
        assert not any("xyzzy" in line for line in lines)
    else:
        expect(result, 0, None)
        assert lines[0] == f"{name}: complete"
        header = "1.23 or 1.24" if version in ("1.23", "1.24") else version  # 1.24 writes the format of 1.23
        assert lines[1].startswith(f"  trace     go {header}, 1 generation, ")
        assert ", 1 log, " in lines[1]
        assert [line for line in lines if line.startswith("  last log  ") and line.endswith(" g1 xyzzy-cat: xyzzy-msg")]


def documents(result):
    # Not splitlines, which takes more than LF for a line's end.
    return [json.loads(line) for line in result.stdout.decode().split("\n")[:-1]]


def closed(schema):
    """The schema, but what it does not name is an error: it would be a member that nobody documented."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {name: closed(item) for name, item in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        result["additionalProperties"] = False
    return result


def schema(name):
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text())


@functools.cache
def validator(name):
    return jsonschema.Draft202012Validator(closed(schema(name)))


# verify


def verify(*arguments, **options):
    return run("verify", *arguments, **options)


def reports(*paths):
    """The documents of several files."""
    result = verify("--json", *paths)
    assert result.stderr == b""
    return documents(result)


def report(path):
    """The document of one file, which is as the schema says."""
    (document,) = reports(path)
    validator("verify").validate(document)
    return document


def made(tmp_path, data, name="made.trace"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def without_privileges():
    """The command that runs another which permissions bind, even for root."""
    if os.geteuid() != 0:
        return []
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
    works = shutil.which("setpriv") and subprocess.run([*drop, "true"], stderr=subprocess.DEVNULL).returncode == 0
    return drop if works else None


def peak(process):
    """The most memory that a running process has had, in bytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return 1024 * int(re.search(r"^VmHWM:\s+(\d+) kB$", status, re.M)[1])


# Terminals


def open_terminal():
    try:
        return pty.openpty()
    except OSError as error:  # a bare chroot has no /dev/pts
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no terminal can be had: {error}")


def run_on_terminal(*arguments, terminal=("stdout",), environment=None, columns=None, **options):
    """Runs with a terminal for each stream that is named; returns the exit code, what the terminal was shown, and
    the other streams' bytes by name."""
    master, slave = open_terminal()
    if columns is not None:
        termios.tcsetwinsize(slave, (24, columns))
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    streams |= {name: slave for name in terminal}
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    env |= {"TERM": "xterm"} | (environment or {})
    process = subprocess.Popen([TRACECHECK, *map(str, arguments)], env=env, **streams, **options)
    os.close(slave)
    shown = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # nobody has the terminal open any more
            break
        if not piece:
            break
        shown += piece
    os.close(master)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    return process.returncode, shown.replace(b"\r\n", b"\n"), {"stdout": stdout, "stderr": stderr}


# Live pipes


class Live:
    """The program at work on a pipe that stays open until `finish`."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [TRACECHECK, *map(str, arguments)],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.out = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def feed(self, data):
        self.process.stdin.write(data)

    def wait_for(self, wanted):
        """Reads until `wanted` has been printed."""
        end = time.monotonic() + PATIENCE
        while wanted not in self.out:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            assert ready, f"nothing came: {wanted!r}"
            piece = os.read(self.process.stdout.fileno(), 65536)
            assert piece, f"ended without {wanted!r}: {self.process.stderr.read()!r}"
            self.out += piece
        assert self.process.poll() is None

    def finish(self, data=b""):
        """The exit code and all of both outputs."""
        stdout, stderr = self.process.communicate(data, timeout=PATIENCE)
        return self.process.returncode, self.out + stdout, stderr

    def end_of_itself(self):
        """The same where the program ends though the pipe stays open."""
        self.process.wait(timeout=PATIENCE)
        return self.process.returncode, self.out + self.process.stdout.read(), self.process.stderr.read()


# Other programs


def jq(program, text, *options):
    return subprocess.run(["jq", *options, program], input=text, capture_output=True, check=True, timeout=300).stdout


# Batches


class Batch(NamedTuple):
    offset: int
    type: int  # 1 EventBatch, 0x31 ExperimentalBatch, 0x34 EndOfGeneration
    generation: int  # 0 for a marker
    thread: int
    data: int  # offset of the data
    end: int

    def holds(self, trace):
        """The first byte of its data, which says what a batch holds; -1 if there is none."""
        return trace[self.data] if self.type == 1 and self.data < self.end else -1


HEADER, EVENT_BATCH, EXPERIMENTAL_BATCH, END_OF_GENERATION = 16, 1, 0x31, 0x34
STACKS, STRINGS, SAMPLES, FREQUENCY, SYNC = 2, 4, 6, 8, 50


def varint(trace, at):
    value = shift = 0
    while True:
        value |= (trace[at] & 0x7F) << shift
        shift += 7
        at += 1
        if trace[at - 1] < 0x80:
            return value, at


def batches(trace):
    """The batches of a whole trace, markers included."""
    found, at = [], HEADER
    while at < len(trace):
        start, kind = at, trace[at]
        if kind == END_OF_GENERATION:
            found.append(Batch(start, kind, 0, 0, start + 1, start + 1))
            at += 1
            continue
        assert kind in (EVENT_BATCH, EXPERIMENTAL_BATCH)
        at += 2 if kind == EXPERIMENTAL_BATCH else 1
        fields = []
        for _ in range(4):
            value, at = varint(trace, at)
            fields.append(value)
        generation, thread, _, size = fields
        found.append(Batch(start, kind, generation, thread, at, at + size))
        at += size
    return found


def known_to_be_whole(trace):
    """Up to where the stream must have come for generation 1 of several to be known to be whole (FORMAT.md,
    section 10): its marker, else the first batch of the next one."""
    all_batches = batches(trace)
    first = all_batches[0].generation
    for batch in all_batches:
        if batch.type == END_OF_GENERATION or batch.generation != first:
            return batch.end
    raise ValueError("only one generation")


def ns_of(text):
    """Nanoseconds since 1970 of a wall time with nine digits behind the second."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", text), text
    seconds = datetime.fromisoformat(text[:19] + "+00:00").timestamp()
    return int(seconds) * 10**9 + int(text[20:29])
