"""`tracecheck grep -A, -B, -C`: what the goroutine of a match did just before and after, held against `export`."""

import re
from collections import Counter

import pytest
from grep_lines import DYING, LATE, WORK, grep, lines
from lasting import exported, goroutine_of, kind_of
from support import CRASHER, OK, Live, documents, known_to_be_whole, run

MANY = OK / "go1.26-many.trace"


def lives(events):
    """Each goroutine that had an id, with what it did and what was done to it, as indices into the events."""
    going, gone = {}, []
    for index, event in enumerate(events):
        about, by = goroutine_of(event), event["goroutine"]
        for goroutine in {about, by} - {None}:
            going.setdefault(goroutine, []).append(index)
        if event.get("to") == "NotExist" and event["resource"]["kind"] == "Goroutine":
            gone.append((about, going.pop(about)))
    return gone + list(going.items())


def expected(trace, wanted, before, after):
    """How often each event is to be printed: those that are wanted as matches, what is near them as context."""
    events = [event for event in exported(trace) if event["kind"] != "Trace"]
    shown = Counter((event["time"], event["kind"], False) for event in events if wanted(event))
    for goroutine, life in lives(events):
        matches = {place for place, index in enumerate(life)
                   if wanted(events[index]) and goroutine_of(events[index]) == goroutine}
        near = {place for match in matches for place in range(max(0, match - before), match + after + 1)}
        shown.update((events[life[place]]["time"], events[life[place]]["kind"], True)
                     for place in near - matches if place < len(life))
    return shown


def shown(*arguments):
    return Counter((event["time"], event["kind"], event.get("context", False))
                   for event in documents(grep("--json", *arguments)))


@pytest.mark.parametrize("before, after", [(1, 0), (0, 1), (2, 3), (50, 50)])
@pytest.mark.parametrize("trace", [WORK, LATE, DYING, MANY], ids=lambda path: path.name)
def test_what_is_around_is_what_export_has_of_the_goroutine(trace, before, after):
    sizes = ["-A", after, "-B", before]
    assert shown("-e", "", *sizes, trace) == expected(trace, lambda e: kind_of(e) == "log", before, after)
    blocked = ["--kind", "transition", "--category", "^Running->Waiting$"]
    assert shown(*blocked, *sizes, trace) == expected(
        trace, lambda e: kind_of(e) == "transition" and (e["from"], e["to"]) == ("Running", "Waiting"), before, after)


def test_matches_without_a_goroutine_stand_alone():
    wanted = expected(WORK, lambda e: kind_of(e) == "metric", 2, 2)
    assert shown("--kind", "metric", "-C", 2, WORK) == wanted
    assert sum(count for (_, _, context), count in wanted.items() if not context)


def test_lines_around_a_match_have_another_mark_and_groups_a_separator():
    found = lines(grep("-C", 1, "-m2", "number 1", LATE))
    assert len(found) == 7 and found[3] == "--"
    match = re.compile(r"\d\.\d{9} g1 task 1 tick: number 1\d?")
    near = re.compile(r"\d\.\d{9}-g1 \w+ .*")
    for group in (found[:3], found[4:]):
        assert near.fullmatch(group[0]) and match.fullmatch(group[1]) and near.fullmatch(group[2])
    named = lines(grep("-C", 1, "-m2", "-H", "number 1", LATE))
    assert named[0] == f"{LATE}-{found[0]}" and named[1] == f"{LATE}:{found[1]}" and named[3] == "--"
    assert lines(grep("-A", 1, "-B", 1, "-m2", "number 1", LATE)) == found
    assert lines(grep("-C", 5, "-A", 1, "-B", 1, "-m2", "number 1", LATE)) == found


def test_neighbours_are_printed_once_and_without_a_separator():
    """Between two ticks lie four events of the goroutine."""
    apart = lines(grep("-C", 1, "-e", "tick", "-m3", LATE))
    assert apart.count("--") == 2
    touching = lines(grep("-C", 50, "-e", "tick", "-m3", LATE))
    assert "--" not in touching and len(set(touching)) == len(touching)
    assert sum(re.match(r"\d\.\d{9} ", line) is not None for line in touching) == 3


def test_only_as_many_matches_as_wanted():
    every = lines(grep("-C", 1, "-e", "tick", LATE))
    last = lines(grep("-C", 1, "-e", "tick", "--last", 2, LATE))
    assert last == every[-len(last):] and last.count("--") == 1
    assert lines(grep("-C", 1, "-e", "tick", "-m1", LATE)) == every[:3]
    assert grep("-C", 1, "-e", "tick", "-c", LATE).stdout == grep("-e", "tick", "-c", LATE).stdout
    assert grep("-C", 1, "-e", "tick", "-l", LATE).stdout == grep("-e", "tick", "-l", LATE).stdout


@pytest.mark.parametrize("window", [["--since", "-300ms"], ["--until", "-2200ms"], ["--since", "1s", "--until", "1.2s"],
                                    ["--since", "-1s", "--until", "-900ms"]], ids=" ".join)
def test_times_select_matches_and_not_what_is_around(window):
    matches = {event["time"] for event in documents(grep("--json", "--stack-match", ".", "-e", "tick", *window, LATE))}
    assert len(matches) > 1
    wanted = expected(LATE, lambda e: e["kind"] == "Log" and e["time"] in matches, 6, 6)
    assert shown("-C", 6, "-e", "tick", *window, LATE) == wanted


def test_last_words_of_a_goroutine():
    """Of one that is stuck at the end, its last events stand before it."""
    found = lines(grep("--kind", "transition", "-e", "^Waiting", "--min-duration", "1s", "-B", 2, LATE))
    end = [place for place, line in enumerate(found) if "not ended" in line]
    assert end
    for place in end:
        (goroutine,) = re.findall(r" (g\d+) ", found[place])
        before = found[max(0, place - 2) : place]
        assert all(re.match(rf"\d\.\d{{9}}-{goroutine} ", line) or line == "--" for line in before)


def test_salvaged_lines_stay_marked():
    found = lines(grep("-B", 1, "--last", 2, "-e", "", DYING))
    assert any(line.startswith("~") for line in found)


def test_on_a_pipe_what_is_around_comes_with_its_match():
    data = LATE.read_bytes()
    end = known_to_be_whole(data)
    with Live("grep", "-C", 1, "tick") as live:
        live.feed(data[:end])
        live.wait_for(b"tick: number 3\n")
        code, out, err = live.finish(data[end:])
    assert (code, err, out) == (0, b"", grep("-C", 1, "tick", LATE).stdout)
    with Live("grep", "-C", 1, "-m1", "xyzzy") as live:
        live.feed(CRASHER.read_bytes())
        code, out, err = live.finish()
    assert (code, out.count(b"xyzzy-msg"), err) == (0, 1, b"")


def test_it_is_the_same_twice():
    """Nothing depends on the order in a map."""
    arguments = ["grep", "--kind", "transition,region", "--min-duration", "1us", "-C", "3", MANY]
    assert run(*arguments).stdout == run(*arguments).stdout
