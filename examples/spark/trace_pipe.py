"""Gives a trace to a command of tracecheck over a pipe, and takes its JSON. Knows nothing of Spark, which ships this file to
its workers."""

import contextlib
import json
import subprocess
import tempfile
import threading
from typing import NamedTuple

MOST_OUTPUT = 256 << 20  # bytes that one command may print of one trace
LONGEST_LINE = 64 << 20
KEPT = 16 << 20  # bytes of a file that are kept from one command for the next; a larger one is read again
PIECE = 1 << 20
PATIENCE = 10  # seconds that tracecheck gets beyond --timeout to end by itself


class Limits(NamedTuple):
    """As tracecheck's options take them, save for the time, which is in seconds."""

    memory: str = "512M"
    bytes: str = "256M"
    seconds: float = 60

    def options(self):
        return ["--max-memory", self.memory, "--max-bytes", self.bytes, "--timeout", f"{self.seconds:g}s", "-j1"]


class Failed(Exception):
    """The command did not give what it should; the text says why."""


class Unreadable(Failed):
    """The trace could not be read to its end, which must not be taken for the trace's."""


class Contents:
    """What stands in a file; `opened` opens it."""

    def __init__(self, opened):
        self.opened = opened
        self.kept = None

    def pieces(self):
        if self.kept is not None:
            yield self.kept
            return
        with self.opened() as file:
            first = file.read(KEPT)
            piece = file.read(PIECE)
            if not piece:
                self.kept = first
            yield first
            while piece:
                yield piece
                piece = file.read(PIECE)


def lines_of(tracecheck, command, contents, limits):
    """The JSON documents that a command prints of a trace on its standard input, one by one. Raises Failed."""
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                [tracecheck, *command, *limits.options(), "-"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
            )
        except OSError as error:
            raise Failed(f"{command[0]} could not be started: {error.strerror}") from None
        failures = []
        feeder = threading.Thread(target=feed, args=(process.stdin, contents, failures), daemon=True)
        late = threading.Event()
        watch = threading.Timer(limits.seconds + PATIENCE, lambda: (late.set(), process.kill()))
        feeder.start()
        watch.start()
        last = {}
        try:
            for last in parsed(command[0], process.stdout):
                yield last
            process.wait()
        except Failed:
            if not ends_badly(process):
                raise
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
            watch.cancel()
            feeder.join(PATIENCE)
        if feeder.is_alive():
            raise Unreadable("the trace cannot be read: no answer")
        if failures:
            raise Unreadable(f"the trace cannot be read: {failures[0]}")
        if late.is_set():
            raise Failed(f"{command[0]} took more than {limits.seconds + PATIENCE:g} s and was killed")
        if process.returncode < 0:
            raise Failed(f"{command[0]} was killed by signal {-process.returncode}")
        if last.get("exit") != process.returncode:  # no document says that it ends so: an error that is not the trace's
            said.seek(0)
            words = said.read(1000).decode(errors="replace").strip()
            raise Failed(f"{command[0]} ended with exit code {process.returncode}. {words}".strip())


def ends_badly(process):
    """Whether what a process printed last is bad because a signal ended it."""
    try:
        return process.wait(timeout=1) < 0
    except subprocess.TimeoutExpired:
        return False


def feed(pipe, contents, failures):
    """Writes all to a command. That may stop reading before the end, by a limit or by its death: no failure of ours."""
    try:
        for piece in contents.pieces():
            if not written(pipe, piece):
                break
    except Exception as error:  # whatever a file system has in store
        failures.append(error)
    finally:
        with contextlib.suppress(OSError):
            pipe.close()


def written(pipe, piece):
    try:
        pipe.write(piece)
        return True
    except OSError:
        return False


def parsed(command, stdout):
    size = 0
    while line := stdout.readline(LONGEST_LINE):
        size += len(line)
        if size > MOST_OUTPUT or len(line) == LONGEST_LINE:
            raise Failed(f"{command} printed too much")
        try:
            document = json.loads(line)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise Failed(f"{command} printed what is no JSON document")
        yield document
