"""`tracecheck export --format chrome` and `--format perfetto`: read by what others have published, over all fixtures,
and held against the events and against Go's own viewer."""

import json
import os
import re
import signal
import subprocess
import urllib.request

import pytest
from go_children import skip_without_go, why_not
from made import STATUS_OF_ANOTHER
from pypi import perfetto_trace
from support import CRASHER, EXITS, OK, FIXTURES, OTHER, PATIENCE, TRUNCATED, WHOLE, documents, name_of, run
from timeline import chrome, perfetto

FORMATS = {"chrome": chrome, "perfetto": perfetto}
EACH_FORMAT = pytest.mark.parametrize("form", FORMATS)
EACH_WHOLE = pytest.mark.parametrize("path", WHOLE, ids=name_of)
WORK = OK / "go1.26-work.trace"
NAMES = {"Running": "running", "Runnable": "runnable", "Syscall": "syscall"}


def export(path, form, *arguments):
    return run("export", path, "--format", form, *arguments)


def drawn(path, form, *arguments):
    """The timeline, which is sound."""
    return FORMATS[form](export(path, form, *arguments).stdout)


def events_of(path, *arguments):
    return documents(export(path, "ndjson", *arguments))[1:-1]


@EACH_FORMAT
@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_every_fixture_is_sound_and_exits_as_ndjson(path, form):
    """Slices nest and end, tracks are described, stacks are there, arrows have two ends: timeline.py checks it."""
    result, expected = export(path, form), export(path, "ndjson")
    FORMATS[form](result.stdout)
    assert (result.returncode, result.stderr) == (expected.returncode, expected.stderr)


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_both_formats_draw_the_same(path):
    one, other = drawn(path, "chrome"), drawn(path, "perfetto")
    assert {key: sorted(map(str, found)) for key, found in one.slices.items()} == {
        key: sorted(map(str, found)) for key, found in other.slices.items()
    }
    assert sorted(map(str, one.all_instants())) == sorted(map(str, other.all_instants()))
    assert one.counters == other.counters and len(one.flows) == len(other.flows)


def states_by_events(events, end):
    """Slices of goroutines as the transitions have them: (begin, end, name) by id."""
    current, slices = {}, {}
    for event in events:
        if event["kind"] != "StateTransition" or event["resource"]["kind"] != "Goroutine":
            continue
        goroutine, time = event["resource"]["id"], event["time"]
        if goroutine in current and current[goroutine][1] == event["to"]:
            continue
        if goroutine in current:
            begin, state, name = current.pop(goroutine)
            slices.setdefault(goroutine, []).append((begin, time, name))
        if event["to"] != "NotExist":
            name = NAMES.get(event["to"]) or (f"blocked ({event['reason']})" if event["reason"] else "blocked")
            begin = 0 if event["from"] == "Undetermined" else time
            current[goroutine] = (begin, event["to"], name)
    for goroutine, (begin, _, name) in current.items():
        slices.setdefault(goroutine, []).append((begin, end, name))
    return slices


@EACH_FORMAT
@EACH_WHOLE
def test_states_of_goroutines_are_those_of_the_transitions(path, form):
    events = events_of(path, "--no-stacks")
    found = drawn(path, form).state_slices()
    assert {goroutine: [slice[:3] for slice in slices] for goroutine, slices in found.items()} == states_by_events(
        events, events[-1]["time"]
    )


@EACH_WHOLE
def test_logs_regions_tasks_and_heap_are_all_there(path):
    events = events_of(path, "--no-stacks")
    found = drawn(path, "perfetto")
    logs = [(e["time"], f"{e['category']}: {e['message']}") for e in events if e["kind"] == "Log" and e["category"]]
    instants = {(instant.time, instant.name) for instant in found.all_instants()}
    assert instants.issuperset(logs)
    for kind, group in (("RegionBegin", "Regions"), ("TaskBegin", "Tasks")):
        begins = sorted(e["time"] for e in events if e["kind"] == kind)
        slices = [s for (in_group, _), slices in found.slices.items() if in_group == group for s in slices]
        assert sorted(s.begin for s in slices) == begins
    heap = [(e["time"], int(e["value"])) for e in events if e.get("name") == "/memory/classes/heap/objects:bytes"]
    assert found.counters["heap objects"] == heap


@EACH_FORMAT
def test_the_collector_and_stops_of_the_world_are_slices(form):
    open_ranges, expected = {}, {"GC": [], "stop-the-world": []}
    for event in events_of(WORK, "--no-stacks"):
        track = "GC" if event.get("name") == "GC concurrent mark phase" else event.get("name", "").split(" (")[0]
        if event["kind"] == "RangeBegin" and track in expected:
            open_ranges[event["name"]] = event["time"]
        elif event["kind"] == "RangeEnd" and track in expected:
            expected[track].append((open_ranges.pop(event["name"]), event["time"], event["name"]))
    found = drawn(WORK, form).slices
    for track, slices in expected.items():
        names = [slice[:2] for slice in found["Runtime", track]]
        assert names == [slice[:2] for slice in slices] != [], track
    assert [s.name for s in found["Runtime", "stop-the-world"]] == [name for _, _, name in expected["stop-the-world"]]


@EACH_FORMAT
def test_counters_of_goroutines_are_how_many_there_are_in_each_state(form):
    counters = {"goroutines running": "Running", "goroutines runnable": "Runnable", "goroutines blocked": "Waiting",
                "goroutines in syscalls": "Syscall"}  # fmt: skip
    current, expected = {}, {name: {} for name in counters}
    for event in events_of(WORK, "--no-stacks"):
        if event["kind"] == "StateTransition" and event["resource"]["kind"] == "Goroutine":
            current[event["resource"]["id"]] = event["to"]
            for name, state in counters.items():
                expected[name][event["time"]] = list(current.values()).count(state)
    found = drawn(WORK, form).counters
    for name, by_time in expected.items():
        steps = dict(found[name])  # the last of several at a time
        assert len(steps) > 100 and {time: by_time[time] for time in steps} == steps, name
        value = 0
        for time, wanted in by_time.items():
            value = steps.get(time, value)
            assert value == wanted, (name, time)


@EACH_FORMAT
def test_system_calls_are_on_the_tracks_of_goroutines_procs_and_threads(form):
    found = {"Goroutines": [], "Procs": [], "Threads": []}
    for (group, _), slices in drawn(WORK, form).slices.items():
        if group in found:
            found[group] += [s[:2] for s in slices if s.name == "syscall"]
    assert sorted(found["Threads"]) == sorted(found["Goroutines"]) != []
    ends = dict(found["Goroutines"])
    assert len(found["Procs"]) > 100
    for begin, end in found["Procs"]:  # until the proc is taken away
        assert end <= ends[begin]


def test_tasks_are_asynchronous():
    """Each is on a track of its own, so that tasks may overlap on one goroutine, and begin and end on different ones."""
    tasks = [e for e in events_of(WORK) if e["kind"] == "TaskBegin"]
    document = json.loads(export(WORK, "chrome").stdout)
    for phase in "be":
        ids = [event["id2"]["local"] for event in document["traceEvents"] if event["ph"] == phase]
        assert len(ids) == len(set(ids)) == len(tasks) > 10
    packets = perfetto_trace().Trace.FromString(export(WORK, "perfetto").stdout).packet
    tracks = [packet.track_descriptor for packet in packets if packet.HasField("track_descriptor")]
    (group,) = {track.uuid for track in tracks if track.name == "Tasks"}
    assert len({track.uuid for track in tracks if track.parent_uuid == group}) == len(tasks)


def test_stacks_are_interned():
    """A stack is written once in a generation, and named by a number after that; timeline.py checks that each is known."""
    interned, named = [], 0
    for packet in perfetto_trace().Trace.FromString(export(WORK, "perfetto").stdout).packet:
        interned += [text.str for text in packet.interned_data.debug_annotation_string_values]
        named += sum(a.HasField("string_value_iid") for a in packet.track_event.debug_annotations)
        assert not any(a.name == "stack" and a.HasField("string_value") for a in packet.track_event.debug_annotations)
    generations = len(documents(run("verify", "--json", WORK))[0]["generations"])
    assert 100 < len(interned) < generations * len(set(interned))
    assert named > 3 * len(interned)


ARROWS = [("NotExist", "Runnable"), ("NotExist", "Waiting"), ("Waiting", "Runnable")]


@EACH_FORMAT
@EACH_WHOLE
def test_arrows_lead_from_who_creates_or_unblocks_a_goroutine_to_it(path, form):
    expected = []
    for event in events_of(path, "--no-stacks"):
        if event["kind"] != "StateTransition" or event["resource"]["kind"] != "Goroutine":
            continue
        by, woken = event["goroutine"], event["resource"]["id"]
        if by != woken and (event["from"], event["to"]) in ARROWS:
            # Without a goroutine it was the scheduler: its proc, or a thread that has none.
            who = (("G", by), ("P", event["proc"]), ("M", event["thread"]))
            source = next(f"{letter}{id}" for letter, id in who if id is not None)
            expected.append((event["time"], source, f"G{woken}"))
    found = []
    for flow in drawn(path, form).flows.values():
        (time, source), (end, target) = flow["from"], flow["to"]
        assert time == end
        found.append((time, source[1].split()[0], target[1].split()[0]))
    assert sorted(found) == sorted(expected)


def test_the_crash_scene():
    found = drawn(CRASHER, "perfetto")
    assert {"G1 main.main", "G6 runtime.traceStartReadCPU.func1"} <= found.names("Goroutines")
    assert "P0" in found.names("Procs")
    (log,) = [i for i in found.instants["Goroutines", "G1 main.main"] if "xyzzy" in i.name]
    assert log.name == "xyzzy-cat: xyzzy-msg"
    assert log.arguments["stack"][0].startswith("main.main ")
    assert "stop-the-world (start trace)" in {s.name for s in found.slices["Runtime", "stop-the-world"]}
    created = found.slices["Goroutines", "G6 runtime.traceStartReadCPU.func1"][0]
    assert created.name == "runnable" and found.flows


@EACH_FORMAT
def test_a_goroutine_is_not_named_by_the_stack_of_one_that_it_tells_of(form, tmp_path):
    path = tmp_path / "trace"
    path.write_bytes(STATUS_OF_ANOTHER)
    assert drawn(path, form).names("Goroutines") == {"G1", "G2 main.waits"}


@EACH_FORMAT
def test_stacks_are_left_out_on_request(form):
    found = drawn(CRASHER, form, "--no-stacks")
    assert not any("stack" in i.arguments for i in found.all_instants())
    assert "G1 main.main" in found.names("Goroutines")


# Selection


@EACH_FORMAT
@pytest.mark.parametrize("bounds", [("600us", "1000us"), ("600us", None), (None, "700us"), ("-500us", None),
                                    (None, "-600us"), ("-900us", "-300us"), ("500us", "-1ns"), ("1h", None)])  # fmt: skip
def test_a_window_shows_what_was_open_before_it(form, bounds):
    options = [f"--{name}={value}" for name, value in zip(("since", "until"), bounds) if value]
    whole, window = drawn(CRASHER, form), drawn(CRASHER, form, *options)
    end = max(s.end for slices in whole.slices.values() for s in slices)

    def resolve(text, default):
        if text is None:
            return default
        value = int(text.lstrip("-")[:-2]) * (1000 if text.endswith("us") else 1) if text != "1h" else 3600 * 10**9
        return end - value if text.startswith("-") else value

    since, until = resolve(bounds[0], 0), resolve(bounds[1], end)
    expected = {}
    for (group, name), slices in whole.slices.items():
        inside = [(max(s.begin, since), min(s.end, until), s.name) for s in slices if s.begin <= until and s.end > since]
        if inside and group in ("Goroutines", "Procs", "Threads"):
            expected[group, name.split()[0]] = sorted(inside)
    found = {
        (group, name.split()[0]): sorted(s[:3] for s in slices if s.end > since)
        for (group, name), slices in window.slices.items()
        if group in ("Goroutines", "Procs", "Threads")
    }
    assert strip_names({key: slices for key, slices in found.items() if slices}) == strip_names(expected)
    assert window.all_instants() == [i for i in whole.all_instants() if since <= i.time <= until]


def strip_names(slices):
    """A goroutine's name may become known behind the window."""
    return {key: [(begin, end, name.split(" ")[0]) for begin, end, name in found] for key, found in slices.items()}


@EACH_FORMAT
def test_a_goroutine_is_selected(form):
    found, whole = drawn(CRASHER, form, "--goroutine", 6), drawn(CRASHER, form)
    assert found.state_slices()[6] == whole.state_slices()[6]
    assert set(found.state_slices()) < set(whole.state_slices())


@EACH_FORMAT
def test_logs_alone_are_selected(form):
    found = drawn(CRASHER, form, "--kind", "Log")
    assert not found.slices and not found.flows and [i.name for i in found.all_instants()] == ["xyzzy-cat: xyzzy-msg"]


def test_wall_times_need_a_wall_clock():
    result = export(OK / "go1.24-crasher.trace", "chrome", "--since", "2001-01-01T00:00:00Z")
    assert (result.returncode, result.stdout) == (2, b"") and b"no wall clock" in result.stderr
    assert drawn(CRASHER, "chrome", "--since", "2001-01-01T00:00:00Z").slices


@EACH_FORMAT
def test_salvaged_events_are_left_out_on_request(form):
    path = TRUNCATED / "go1.26-mapwrites-late.trace"
    assert len(drawn(path, form, "--no-salvage").all_instants()) < len(drawn(path, form).all_instants())


# Strangers


def test_texts_of_strangers(tmp_path):
    data = CRASHER.read_bytes()
    path = tmp_path / "trace"
    path.write_bytes(data.replace(b"xyzzy-msg", b'\x1b"\\\xff\xfe \xc3\xa9.'))
    for form in FORMATS:
        (log,) = [i for i in drawn(path, form).all_instants() if i.name.startswith("xyzzy")]
        assert log.name == 'xyzzy-cat: \x1b"\\\ufffd\ufffd é.'
    assert not re.search("[\x00-\x09\x0b-\x1f]", export(path, "chrome").stdout.decode())


def test_without_a_header_there_is_only_the_verdict():
    result = export(OTHER / "text.trace", "chrome")
    assert result.returncode == EXITS["not a trace"]
    assert json.loads(result.stdout) == {
        "displayTimeUnit": "ns", "traceEvents": [], "otherData": {"verdict": "not a trace"}
    }  # fmt: skip


# Go's own viewer


class Viewer:
    """`go tool trace` at work, which tells its address."""

    def __init__(self, path):
        command = ["go", "tool", "trace", "-http=localhost:0", str(path)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        for line in self.process.stdout:
            if match := re.search(r"http://\S+", line):
                self.address = match[0]
                return
        pytest.fail("go tool trace does not listen")

    def get(self, query):
        with urllib.request.urlopen(f"{self.address}/jsontrace?{query}", timeout=PATIENCE) as answer:
            return json.load(answer)["traceEvents"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGKILL)  # go runs the viewer as a child
        self.process.wait()
        self.process.stdout.close()


def running_by_go(events):
    """Slices of goroutines that run, on each proc or thread: (begin, duration, goroutine)."""
    found = {}
    for event in events:
        name = re.match(r"G(\d+)\b", event.get("name", ""))
        if event["ph"] == "X" and name:
            begin, duration = round(event["ts"] * 1000), round(event.get("dur", 0) * 1000)
            found.setdefault(event["tid"], []).append((begin, duration, int(name[1])))
    return {track: sorted(slices) for track, slices in found.items()}


def running_by_us(path, group):
    found = {}
    for (in_group, name), slices in drawn(path, "chrome").slices.items():
        if in_group == group:
            of_goroutines = [(s.begin, s.end - s.begin, int(s.name.split()[0][1:])) for s in slices if s.name[0] == "G"]
            found[int(name[1:])] = sorted(of_goroutines)
    return found


@pytest.mark.parametrize("group, query", [("Procs", "view=proc"), ("Threads", "view=thread")])
@pytest.mark.parametrize("name", ["go1.22-work", "go1.23-work", "go1.24-stop-late", "go1.25-work", "go1.26-work"])
def test_procs_and_threads_run_what_go_shows(name, group, query):
    if reason := why_not("1.26"):
        skip_without_go(reason)
    path = OK / f"{name}.trace"
    with Viewer(path) as viewer:
        assert running_by_us(path, group) == running_by_go(viewer.get(query))
