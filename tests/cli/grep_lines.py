"""What the tests of grep share: traces to search, and the lines that it prints taken apart."""

import re

from support import OK, TRUNCATED, run

LATE = OK / "go1.26-stop-late.trace"  # three generations of "tick: number N", one each 50 ms
OLD = OK / "go1.24-stop-late.trace"
WORK = OK / "go1.26-work.trace"
DYING = TRUNCATED / "go1.26-mapwrites-late.trace"
LINE = re.compile(r"(~?)(-?\d+\.\d{9}) g(\d+)(?: task (\d+))? (.*)")


def grep(*arguments, **options):
    return run("grep", *arguments, **options)


def lines(result):
    return result.stdout.decode().splitlines()


def texts(result):
    """The part of each line behind time, goroutine and task."""
    return [LINE.fullmatch(line).group(5) for line in lines(result)]


def numbers(result):
    return [int(text.removeprefix("tick: number ")) for text in texts(result)]


def ticks(trace=LATE):
    """How many logs of that category it has; that varies with the machine that made it."""
    result = run("events", trace)
    assert result.returncode == 0
    return result.stdout.count(b' Category="tick" ')
