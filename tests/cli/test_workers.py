"""-j N: what a command prints, its messages and its exit code are the same for any number of workers."""

import pytest

from built_trace import HEADER, generation
from support import FIXTURES, SANITIZED, made, name_of, run

WORKERS = [1, 4] if SANITIZED else [1, 2, 4]  # with sanitizers each takes its time
OF_MANY_FILES = [
    ["verify"],
    ["verify", "--json"],
    ["stats"],
    ["stats", "--json"],
    ["grep", "-e", "."],
    ["grep", "--json", "--last", "3", "-e", "."],
]
OF_ONE_FILE = [
    ["events"],
    ["events", "--salvage"],
    ["export", "--format", "ndjson"],
    ["export", "--format", "json"],
    ["export", "--format", "csv"],
    ["export", "--format", "ndjson", "--kind", "Log,Metric", "--since", "-1us"],
    ["wire"],
]
COMMANDS = OF_MANY_FILES + OF_ONE_FILE
LOGS, HEAP_EVENTS = 20, 20_000  # of a generation, which is some 270 kB then
GENERATIONS = 6


def outcome(command, workers, *files):
    result = run(*command, "-j", workers, *files)
    return result.returncode, result.stdout, result.stderr


def same_for_all(command, *files):
    one, *others = (outcome(command, workers, *files) for workers in WORKERS)
    return all(other == one for other in others)


@pytest.mark.parametrize("command", OF_MANY_FILES, ids=" ".join)
def test_of_all_fixtures_at_once(command):
    assert same_for_all(command, *FIXTURES)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_of_each_fixture_alone(command):
    fixtures = FIXTURES[::10] if SANITIZED else FIXTURES
    assert [name_of(path) for path in fixtures if not same_for_all(command, path)] == []


# Generations that are large enough to be worth a worker each.


def whole():
    return HEADER + b"".join(generation(number, LOGS, HEAP_EVENTS) for number in range(1, GENERATIONS + 1))


def cut():
    return whole()[:-100_000]


def damaged_in_the_middle():
    data = bytearray(whole())
    middle = len(data) // 2
    data[middle : middle + 100] = bytes(100)
    return bytes(data)


def one_generation_missing():
    return HEADER + b"".join(generation(number, LOGS, HEAP_EVENTS) for number in (1, 2, 4, 5, 6))


def two_traces():
    return cut() + whole()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("make", [whole, cut, damaged_in_the_middle, one_generation_missing, two_traces])
def test_of_a_trace_of_many_generations(make, command, tmp_path):
    assert same_for_all(command, made(tmp_path, make()))


@pytest.mark.parametrize("options", [["-e", "."], ["--json", "-e", "."], ["-m", "7000", "-e", "."], ["-c", "-e", "7"]], ids=" ".join)
def test_a_search_that_finds_many_logs_in_a_generation(options, tmp_path):
    path = made(tmp_path, HEADER + b"".join(generation(number, 9000, 10) for number in (1, 2)))
    assert same_for_all(["grep", *options], path)
    lines = run("grep", "-j", 2, *options, path).stdout.splitlines()
    assert len(lines) == {"-m": 7000, "-c": 1}.get(options[0], 18_000)


@pytest.mark.parametrize("command", [["events"], ["export", "--format", "ndjson"]], ids=" ".join)
def test_a_full_disk(command, tmp_path):
    path = made(tmp_path, whole())
    for workers in WORKERS:
        with open("/dev/full", "wb") as full:
            result = run(*command, "-j", workers, path, stdout=full)
        message = b"tracecheck: standard output cannot be written: No space left on device\n"
        assert (result.returncode, result.stderr) == (2, message)
