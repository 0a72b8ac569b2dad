"""`tracecheck grep --kind`, `--min-duration` and `--stack-match`: held against what `export` gives of the same trace."""

import re
import shutil
import subprocess

import pytest
from event_schema import validate
from go_children import skip_without_go, why_not
from grep_lines import DYING, LATE, OLD, WORK, grep, lines
from lasting import MEMBERS, Lasting, exported, goroutine_of, kind_of
from support import CORRUPT, CRASHER, FIXTURES, OK, Live, documents, expect, expect_usage, known_to_be_whole, run

KINDS = ["log", "task", "region", "transition", "range", "metric", "label"]
LASTING = "task,region,transition,range"


def bare(events):
    return [{name: value for name, value in event.items() if name not in MEMBERS} for event in events]


def key(entry):
    event, begin, duration, at_least = entry
    return (event["kind"], event["time"], str(event.get("resource")), event.get("id"), begin, duration, at_least)


def told(event):
    return key((event, event["begin"], event["duration"], event.get("at_least", False)))


def found(*arguments):
    return documents(grep("--json", *arguments))


def test_each_kind_is_what_export_gives_of_it():
    events = exported(WORK)
    for kind in KINDS[1:]:
        expected = [event for event in events if kind_of(event) == kind]
        assert bare(found("--kind", kind, WORK)) == expected != [], kind


@pytest.mark.parametrize("trace", [WORK, LATE, DYING, CORRUPT / "go1.26-hole.trace", CORRUPT / "go1.26-twice.trace"],
                         ids=lambda path: path.name)
def test_all_kinds_together(trace):
    events = exported(trace)
    expected = [event for event in events if kind_of(event)]
    options = [option for kind in KINDS for option in ("--kind", kind)]
    assert bare(found(*options, trace)) == expected
    assert bare(found("--kind", ",".join(KINDS), trace)) == expected
    assert bare(found("--kind", ",".join(KINDS).title(), trace)) == expected
    expect(grep("-c", *options, trace), 0, f"{len(expected)}\n", None)


def test_durations_are_those_between_the_events():
    never = 0
    for trace in FIXTURES:
        lasting = Lasting(exported(trace))
        everything = found("--kind", LASTING, "--min-duration", "0s", trace)
        ended = [event for event in everything if event.get("ended", True)]
        unended = [event for event in everything if not event.get("ended", True)]
        assert list(map(told, ended)) == list(map(key, lasting.ended)), trace
        assert sorted(map(str, map(told, unended))) == sorted(map(str, map(key, lasting.unended))), trace
        never += len(unended)
    assert never > 100


def test_a_minimum_is_in_and_what_is_shorter_is_not():
    lasting = Lasting(exported(WORK))
    for kind in ("task", "region", "transition", "range"):
        durations = sorted(entry[2] for entry in lasting.ended + lasting.unended if kind_of(entry[0]) == kind)
        limit = durations[len(durations) // 2]
        expected = sum(duration >= limit for duration in durations)
        assert 0 < expected <= len(durations)
        expect(grep("--kind", kind, "--min-duration", f"{limit}ns", "-c", WORK), 0, f"{expected}\n")


def test_the_stop_the_world_over_five_milliseconds():
    pauses = [
        (event, duration) for event, _, duration, _ in Lasting(exported(WORK)).ended
        if event["kind"] == "RangeEnd" and event["name"].startswith("stop-the-world") and duration >= 5e6
    ]
    shown = lines(grep("--kind", "range", "-e", "stop-the-world", "--min-duration", "5ms", WORK))
    assert len(shown) == len(pauses) > 0
    for line, (event, _) in zip(shown, pauses):
        assert re.fullmatch(rf"{event['time'] / 1e9:.9f} g\d+ RangeEnd {re.escape(event['name'])}: goroutine \d+ "
                            r"\([\d.]+ms since \d+\.\d{9}\)", line)


def test_the_goroutine_blocked_over_a_second():
    lasting = Lasting(exported(LATE))
    blocked = [e for e in lasting.ended if e[0].get("from") == "Waiting" and e[2] >= 1e9]
    stuck = [e for e in lasting.unended if e[0].get("to") == "Waiting" and e[2] >= 1e9]
    shown = lines(grep("--kind", "transition", "-e", "^Waiting", "--min-duration", "1s", LATE))
    assert len(shown) == len(blocked) + len(stuck) and blocked and stuck
    assert sum("not ended" in line for line in shown) == len(stuck)
    stops = [line for line in shown if "not ended" in line]
    assert all(re.search(r" g\d+ StateTransition Waiting(: [a-z ]+)? \(not ended, (at least )?[\d.]+s", s) for s in stops)


def test_lines():
    line = lines(grep("--kind", "task", "-e", "handed over", "--min-duration", "0s", "-m1", WORK))[0]
    assert re.fullmatch(r"\d\.\d{9} g\d+ task \d+ TaskEnd handed over \([\d.]+µs since \d\.\d{9}\)", line)
    metric = lines(grep("--kind", "metric", "-e", "^/sched/gomaxprocs", "-m1", WORK))[0]
    assert re.fullmatch(r"\d\.\d{9} g[-\d]+ Metric /sched/gomaxprocs:threads = \d+", metric)
    label = lines(grep("--kind", "label", "-m1", WORK))[0]
    assert re.fullmatch(r"\d\.\d{9} g\d+ Label .+", label)
    unblocked = lines(grep("--kind", "transition", "--category", "^Waiting->Runnable$", WORK))
    assert any(re.search(r" g(\d+) StateTransition Waiting->Runnable: .* by g(?!\1$)\d+$", line) for line in unblocked)
    wall = lines(grep("--wall", "--kind", "range", "--min-duration", "1ms", "-m1", LATE))
    assert all(re.match(r"\d{4}-.*Z g.* since \d{4}-.*Z\)$", line) for line in wall)


def test_the_message_of_a_transition_is_why_the_goroutine_stopped():
    events = exported(WORK)
    reasons = {}
    expected = 0
    for event in events:
        if kind_of(event) == "transition" and event["from"] != event["to"]:
            goroutine = event["resource"]["id"]
            expected += "chan receive" in (event["reason"], reasons.pop(goroutine, ""))
            reasons[goroutine] = event["reason"]
    expect(grep("--kind", "transition", "-xF", "--message", "chan receive", "-c", WORK), 0, f"{expected}\n")


def test_patterns_choose_as_in_logs():
    tasks = [event for event in exported(WORK) if kind_of(event) == "task"]

    def count(*arguments):
        return int(grep("--kind", "task", "-c", *arguments, WORK).stdout)

    query = sum(event["type"] == "query" for event in tasks)
    assert count("-xe", "query") == count("-xi", "--category", "QUERY") == count("-Fe", "query") == query > 0
    assert count("-xve", "query") == len(tasks) - query
    assert count("--message", "query") == 0
    scopes = [e for e in exported(WORK) if kind_of(e) == "range" and e["resource"] == {"kind": "Goroutine", "id": 1}]
    expect(grep("--kind", "range", "-xc", "--message", "goroutine 1", WORK), 0, f"{len(scopes)}\n")


def test_tasks_goroutines_and_times_select_among_all_kinds():
    events = [event for event in exported(WORK) if kind_of(event)]
    task = next(event["id"] for event in events if event["kind"] == "TaskBegin" and event["type"] == "query")
    own = [e for e in events if (e["id"] if kind_of(e) == "task" else e.get("task")) == task]
    assert bare(found("--kind", ",".join(KINDS), "--task", task, WORK)) == own != []
    done = [e for e in events if kind_of(e) != "log" and 1 in (e["goroutine"], goroutine_of(e))]
    assert bare(found("--kind", ",".join(KINDS[1:]), "--goroutine", 1, WORK)) == done
    events = [event for event in exported(LATE) if event["kind"] != "Trace"]
    end = max(event["time"] for event in events)
    late = [e for e in events if kind_of(e) == "transition" and end - 2e8 <= e["time"] <= end - 1e8]
    assert bare(found("--kind", "transition", "--since", "-200ms", "--until", "-100ms", LATE)) == late != []
    expect(grep("--kind", "transition", "--since", "2020-01-01T00:00:00Z", OLD), 2, stderr=None)


def test_what_never_ended_is_selected_by_the_end():
    """It is still so then, whenever it began."""
    everything = [e for e in found("--kind", "transition", "--min-duration", "1s", LATE) if not e.get("ended", True)]
    recent = found("--kind", "transition", "--min-duration", "1s", "--since", "-1ms", LATE)
    assert [e for e in recent if not e.get("ended", True)] == everything != []
    assert [e for e in found("--kind", "transition", "--min-duration", "1s", "--until", "-1ms", LATE)
            if not e.get("ended", True)] == []


def test_limits_counts_and_names():
    select = ["--kind", "range", "--min-duration", "1ms"]
    shown = lines(grep(*select, WORK))
    assert lines(grep(*select, "-m2", WORK)) == shown[:2]
    assert lines(grep(*select, "--last", "2", WORK)) == shown[-2:]
    expect(grep(*select, "-c", WORK, CRASHER), 0, f"{WORK}:{len(shown)}\n{CRASHER}:0\n")
    expect(grep(*select, "-l", WORK, CRASHER), 0, f"{WORK}\n")
    expect(grep(*select, "-L0", WORK, CRASHER), 0, f"{CRASHER}\0")
    expect(grep(*select, "-q", WORK), 0)
    assert lines(grep(*select, "-H", WORK)) == [f"{WORK}:{line}" for line in shown]
    assert lines(grep(*select, "-I", WORK, CRASHER)) == shown
    expect(grep(*select, CRASHER), 1, stderr=None)
    assert grep(*select, input=WORK.read_bytes()).stdout.decode().splitlines() == shown


def test_what_is_salvaged_is_marked_and_what_is_missing_told():
    result = grep("--kind", "transition", "--min-duration", "400ms", "-e", "Waiting", DYING)
    expect(result, 0, None, None)
    assert b"truncated at byte" in result.stderr
    stuck = [line for line in lines(result) if "not ended" in line]
    assert stuck and all(line.startswith("~") for line in stuck)
    assert all(e["end_salvaged"] for e in found("--kind", "task", "--min-duration", "1s", DYING))
    expect(grep("--kind", "label", "-e", "nothing", DYING), 3, stderr=None)
    result = grep("--kind", "range", "-e", "nothing", CORRUPT / "go1.26-hole.trace")
    expect(result, 2, stderr=None)
    assert b"corrupt at byte" in result.stderr


def test_stacks_select_logs_and_all_others():
    def on_stack(event, pattern):
        stacks = [event.get("stack"), event.get("resource_stack"), event.get("begin_stack")]
        frames = [frame for stack in stacks for frame in stack or ()]
        return any(re.search(pattern, text) for f in frames for text in (f["func"], f"{f['file']}:{f['line']}"))

    for pattern in (r"main\.main", r"runtime/chan\.go:\d+$", "nothing like it"):
        for kind in KINDS:
            events = found("--kind", kind, WORK)
            expected = [event for event in events if on_stack(event, pattern)]
            ours = found("--kind", kind, "--stack-match", pattern, WORK)
            if kind == "log":  # the quick way moves no times apart
                events, expected, ours = ([{**e, "time": 0} for e in some] for some in (events, expected, ours))
            assert ours == expected, (pattern, kind)
    expect(grep("--stack-match", "main.main", CRASHER), 0, grep("xyzzy", CRASHER).stdout.decode())
    assert len(found("--stack-match", "MAIN.MAIN", "-i", CRASHER)) == 1
    expect(grep("--stack-match", "main.mai[n]", "-F", CRASHER), 1, stderr=None)


def test_the_stack_of_what_ended_is_where_it_began():
    shown = lines(grep("--kind", "transition", "--message", "chan receive", "--stack-match", "chanrecv", "--stack",
                       "--category", "^Waiting", "--min-duration", "1ms", "-m1", WORK))
    assert "Waiting->Runnable: chan receive (" in shown[0] and shown[1] == "\truntime.chanrecv1"


def test_json_is_as_the_schema_says():
    for trace in FIXTURES[::3]:
        for line in lines(grep("--json", "--kind", LASTING, "--min-duration", "1us", "-HC1", trace)):
            validate(line)
    for line in lines(grep("--json", "--kind", ",".join(KINDS), "--wall", LATE)):
        validate(line)


def test_what_does_not_go_together():
    expect_usage(grep("--min-duration", "5ms", LATE),
                 "--min-duration goes with --kind task, region, transition and range; a log has no duration", "grep")
    expect_usage(grep("--kind", "range,label", "--min-duration", "5ms", LATE),
                 "--min-duration goes with --kind task, region, transition and range; a label has no duration", "grep")
    expect_usage(grep("--kind", "range", "--min-duration", "soon", LATE),
                 "--min-duration: soon is not a duration: give one like 5ms, 1.5s or 2m", "grep")
    expect_usage(grep("--kind", "pause", LATE),
                 f"--kind: unknown kind pause (known: {', '.join(KINDS)})", "grep")
    expect_usage(grep("--stack-match", "(", LATE),
                 "the pattern '(' is not a regular expression: missing ): (", "grep")
    result = grep("--kind", "range", "stop-the-world", LATE)
    assert b"stop-the-world is taken for a file, as other options select; a pattern beside them needs -e" in result.stderr


def test_colours():
    plain = grep("--kind", "range", "-e", "sweep", "-H", WORK).stdout
    coloured = grep("--kind", "range", "-e", "sweep", "-H", "--color", "always", WORK).stdout
    assert b"\x1b[1;31msweep\x1b[0m" in coloured
    assert re.sub(rb"\x1b\[[0-9;]*m", b"", coloured) == plain


def test_a_generation_is_printed_as_soon_as_it_is_known_to_be_whole():
    data = LATE.read_bytes()
    end = known_to_be_whole(data)
    with Live("grep", "--kind", "task,transition", "-e", ".") as live:
        live.feed(data[:end])
        live.wait_for(b" TaskBegin ")
        code, out, err = live.finish(data[end:])
    assert (code, err) == (0, b"")
    assert out == grep("--kind", "task,transition", "-e", ".", LATE).stdout
    with Live("grep", "--kind", "task", "-m1", "-q", "-e", ".") as live:
        live.feed(data)
        assert live.end_of_itself() == (0, b"", b"")


def test_as_go_has_it():
    """Stop-the-world times reckoned from `go tool trace -d=parsed`."""
    if reason := why_not("1.26"):
        skip_without_go(reason)
    for version in ("1.22", "1.26"):
        trace = OK / f"go{version}-work.trace"
        parsed = subprocess.run([shutil.which("go"), "tool", "trace", "-d=parsed", trace], capture_output=True, check=True)
        begun, expected = {}, []
        for what, time, name, scope in re.findall(r' Range(Begin|End) Time=(\d+) Name="(stop-[^"]+)" Scope=(\S+)',
                                                  parsed.stdout.decode()):
            if what == "Begin":
                begun[name, scope] = int(time)
            else:
                expected.append((name, int(time) - begun.pop((name, scope))))
        ours = found("--kind", "range", "-e", "stop-the-world", "--min-duration", "0s", trace)
        assert [(event["name"], event["duration"]) for event in ours] == expected != []
