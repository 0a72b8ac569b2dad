"""Real children that go on running: what is printed while they run, and how a reader that has enough ends them.

The child is testdata/programs/ticker. Its runtime ends a generation each second."""

import os
import re
import select
import signal
import subprocess
import time

import pytest

from go_children import go_program
from support import PATIENCE, TRACECHECK, VERSIONS

LINE = re.compile(rb"\d+\.\d{9} g1 tick: number (\d+)\n")


class Pipeline:
    """`ticker | tracecheck ARGUMENTS`."""

    def __init__(self, version, *arguments, stdout=subprocess.PIPE):
        pipe = subprocess.PIPE
        self.child = subprocess.Popen([go_program(version, "ticker")], stdin=pipe, stdout=pipe, stderr=pipe)
        self.reader = subprocess.Popen(
            [TRACECHECK, *arguments], stdin=self.child.stdout, stdout=stdout, stderr=pipe, bufsize=0
        )
        self.child.stdout.close()  # only the reader holds it, as in a shell
        self.processes = [self.child, self.reader]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe:
                    pipe.close()

    def line(self):
        """The next line that the reader prints."""
        line, end = b"", time.monotonic() + PATIENCE
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self.reader.stdout], [], [], max(0, end - time.monotonic()))
            assert ready, f"nothing came after {line!r}"
            byte = os.read(self.reader.stdout.fileno(), 1)
            assert byte, f"ended after {line!r}: {self.reader.stderr.read()!r}"
            line += byte
        return line

    def number(self):
        """The number that the next line says was logged."""
        return int(LINE.fullmatch(self.line())[1])

    def ends(self, process, code):
        """That process ends by itself, without a word on stderr."""
        assert process.wait(timeout=PATIENCE) == code
        assert process.stderr.read() == b""

    def then(self, *command):
        """`| COMMAND`: what it prints."""
        last = subprocess.run(command, stdin=self.reader.stdout, capture_output=True, timeout=PATIENCE)
        self.reader.stdout.close()
        assert last.stderr == b""
        return last.stdout


@pytest.mark.parametrize("version", VERSIONS)
def test_logs_are_printed_while_the_child_runs_and_none_is_left_out(version):
    with Pipeline(version, "grep", "--category", "tick") as pipeline:
        assert pipeline.number() == 0
        assert pipeline.child.poll() is None and pipeline.reader.poll() is None

        pipeline.child.stdin.close()  # it stops its trace
        rest = pipeline.reader.stdout.read()
        pipeline.ends(pipeline.child, 0)
        pipeline.ends(pipeline.reader, 0)
        numbers = [int(LINE.fullmatch(line)[1]) for line in rest.splitlines(keepends=True)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) > 20


def test_a_generation_is_exported_while_the_child_runs():
    with Pipeline("1.26", "export", "--format", "ndjson", "--kind", "Log") as pipeline:
        assert b'"kind":"Trace"' in pipeline.line()
        assert b'"message":"number 0"' in pipeline.line()
        assert pipeline.child.poll() is None and pipeline.reader.poll() is None


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_killed_child_had_logged_in_whole_generations_is_there_without_a_gap(version):
    with Pipeline(version, "grep", "--category", "tick") as pipeline:
        assert pipeline.number() == 0
        pipeline.child.kill()
        rest = pipeline.reader.stdout.read().splitlines(keepends=True)
        assert pipeline.reader.wait(timeout=PATIENCE) == 0  # though the end may be missing: there was a match
        numbers = [int(LINE.fullmatch(line)[1]) for line in rest]
        assert numbers == list(range(1, len(numbers) + 1))


EACH_AND_QUIET = [(version, ["-m1", "-q"]) for version in VERSIONS] + [("1.26", ["-q"]), ("1.26", ["-l"])]


@pytest.mark.parametrize("version, arguments", EACH_AND_QUIET)
def test_grep_that_has_found_enough_ends_the_child_without_noise(version, arguments):
    with Pipeline(version, "grep", *arguments, "number 3") as pipeline:
        pipeline.ends(pipeline.reader, 0)
        assert pipeline.reader.stdout.read() == (b"(standard input)\n" if arguments == ["-l"] else b"")
        pipeline.ends(pipeline.child, -signal.SIGPIPE)


EACH_AND_EVENTS = [(version, ["grep", "tick"]) for version in VERSIONS]
EACH_AND_EVENTS += [("1.26", [command]) for command in ("events", "wire")]
EACH_AND_EVENTS += [("1.26", ["export", "--format", "ndjson"])]


@pytest.mark.parametrize("version, command", EACH_AND_EVENTS)
def test_head_ends_the_reader_and_the_child_without_noise(version, command):
    with Pipeline(version, *command) as pipeline:
        assert pipeline.then("head", "-n1").count(b"\n") == 1
        pipeline.ends(pipeline.reader, -signal.SIGPIPE)
        pipeline.ends(pipeline.child, -signal.SIGPIPE)
