"""--allow-truncated, on every command whose exit code follows the verdict: 3 becomes 0 if an event could be read, and
nothing else changes."""

import re

import pytest
from support import TESTDATA, run

COMMANDS = [
    ["verify"], ["verify", "--json"], ["stats"], ["stats", "--json"], ["events"], ["wire"],
    *(["export", "--format", form] for form in ("ndjson", "json", "chrome", "perfetto", "csv")),
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("name, code", [
    ("ok/go1.26-crasher.trace", 0),
    ("truncated/go1.26-cut-batch.trace", 0),
    ("truncated/go1.22-sigkill-late.trace", 0),
    # Not one event could be read.
    ("truncated/cut-bare-header.trace", 3),
    ("truncated/empty.trace", 3),
    ("truncated/go1.26-exit-bare.trace", 3),
    # It is about nothing else.
    ("corrupt/go1.26-twice.trace", 1),
    ("other/future.trace", 4),
    ("other/text.trace", 1),
    ("other/checksum.trace.gz", 2),
    ("missing", 2),
])
def test_a_truncated_trace_can_be_allowed(command, name, code):
    check(command, name, code)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_events_of_a_generation_that_cannot_be_replayed_count_where_none_is_replayed(command):
    """Who salvages can read them, and who takes the trace as it stands."""
    check(command, "truncated/go1.26-exit-early.trace", 3 if command[0] == "events" else 0)


def test_events_that_are_salvaged_count():
    check(["events", "--salvage"], "truncated/go1.26-exit-early.trace", 0)


def check(command, name, code):
    plain, allowed = run(*command, TESTDATA / name), run(*command, "--allow-truncated", TESTDATA / name)
    assert allowed.returncode == code
    assert allowed.stderr == plain.stderr
    documents = command[-1] in ("--json", "ndjson", "json")
    exits = [re.findall(rb'"exit":(\d)', result.stdout) for result in (plain, allowed)]
    assert exits == [[str(result.returncode).encode()] * documents for result in (plain, allowed)]
    assert re.sub(rb'"exit":\d', b"", allowed.stdout) == re.sub(rb'"exit":\d', b"", plain.stdout)
