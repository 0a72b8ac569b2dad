"""Several traces in one view: `tracecheck export --format chrome` and `--format perfetto` of many files, each from its own
start, or with --wall on one clock."""

import re

import pytest
from go_children import expect_close, traces_of_clocks
from made import NOW, clock_trace
from support import CORRUPT, CRASHER, OK, TRUNCATED, documents, expect, expect_usage, ns_of, run
from timeline import chrome, perfetto

FORMATS = {"chrome": chrome, "perfetto": perfetto}
EACH_FORMAT = pytest.mark.parametrize("form", FORMATS)
WORK = OK / "go1.26-work.trace"
OLD = OK / "go1.22-work.trace"
LATE = TRUNCATED / "go1.26-mapwrites-late.trace"
TWICE = CORRUPT / "go1.26-twice.trace"
REALTIME = 1  # Perfetto's clock


def export(form, *arguments, **options):
    return run("export", "--format", form, *arguments, **options)


def drawn(form, *arguments):
    return FORMATS[form](export(form, *arguments).stdout)


def wall_start(path):
    return ns_of(documents(export("ndjson", "--wall", path))[0]["wall"])


def in_groups(timeline, title, shift=0):
    """What a timeline of one trace is in a view of several."""

    def moved(found):
        return {
            (f"{group} ({title})", track): [
                one._replace(**{name: getattr(one, name) + shift for name in ("begin", "end", "time") if hasattr(one, name)})
                for one in marks
            ]
            for (group, track), marks in found.items()
        }

    return moved(timeline.slices), moved(timeline.instants)


def expect_together(view, *parts):
    """Parts are the traces alone, under which titles, how much later than the first one."""
    slices, instants, counters = {}, {}, {}
    for timeline, title, shift in parts:
        more_slices, more_instants = in_groups(timeline, title, shift)
        slices |= more_slices
        instants |= more_instants
        for name, samples in timeline.counters.items():
            counters.setdefault(name, []).extend((time + shift, value) for time, value in samples)
    assert view.slices == slices
    assert view.instants == instants
    assert {name: sorted(samples) for name, samples in view.counters.items()} == {
        name: sorted(samples) for name, samples in counters.items()
    }
    assert len(view.flows) == sum(len(timeline.flows) for timeline, *_ in parts)


@EACH_FORMAT
def test_each_begins_at_its_own_start(form):
    paths = [WORK, OLD, LATE]
    result = export(form, *paths)
    assert result.returncode == 3 and b"go1.26-mapwrites-late.trace: truncated" in result.stderr
    view = FORMATS[form](result.stdout)
    expect_together(view, *((drawn(form, path), path, 0) for path in paths))
    if form == "chrome":
        assert view.traces == [(str(WORK), "complete"), (str(OLD), "complete"), (str(LATE), "truncated")]
        assert view.wall_start is None
    else:
        assert view.clocks == {}


@EACH_FORMAT
def test_on_one_clock_they_are_as_far_apart_as_they_were(form):
    paths = [WORK, LATE, CRASHER]
    starts = {path: wall_start(path) for path in paths}
    first = min(starts.values())
    assert len(set(starts.values())) == 3
    view = drawn(form, "--wall", *paths)
    expect_together(view, *((drawn(form, path), path, starts[path] - first) for path in paths))
    assert first == (ns_of(view.wall_start) if form == "chrome" else view.clocks[REALTIME])


@EACH_FORMAT
def test_alone_a_trace_tells_when_it_began(form):
    view, plain = drawn(form, "--wall", WORK), drawn(form, WORK)
    assert (view.slices, view.instants, view.counters) == (plain.slices, plain.instants, plain.counters)
    assert wall_start(WORK) == (ns_of(view.wall_start) if form == "chrome" else view.clocks[REALTIME])


@EACH_FORMAT
@pytest.mark.parametrize("window", [("--since", "600us"), ("--since=-500us",), ("--since", "300us", "--until=-100us"),
                                    ("--until", "400us")], ids=" ".join)  # fmt: skip
def test_a_window_is_one_of_each_trace(form, window):
    first, last = sorted([CRASHER, WORK], key=wall_start)
    view = drawn(form, "--wall", *window, last, first)
    later = wall_start(last) - wall_start(first)
    expect_together(view, (drawn(form, *window, last), last, later), (drawn(form, *window, first), first, 0))


@EACH_FORMAT
def test_titles_are_what_tells_traces_apart(form):
    def groups(*arguments):
        return {re.search(r" \((.*)\)$", group)[1] for group, _ in drawn(form, *arguments, CRASHER, WORK).slices}

    assert groups() == {str(CRASHER), str(WORK)}
    assert groups("--label-from", r"-(\w+)\.trace$") == {"crasher", "work"}
    assert groups("--label-from", r"(?P<host>go[\d.]+)-(?P<label>c\w+)?") == {"go1.26 crasher", "go1.26"}
    # Where it does not tell them apart, the path does.
    assert groups("--label-from", r"(?P<host>go[\d.]+)") == {f"go1.26 {CRASHER}", f"go1.26 {WORK}"}
    assert groups("--label-from", r"(y*)") == {str(CRASHER), str(WORK)}


@EACH_FORMAT
def test_one_file_that_is_found_has_its_title_too(form, tmp_path):
    (tmp_path / "one.trace").write_bytes(CRASHER.read_bytes())
    view = drawn(form, "-r", tmp_path)
    expect_together(view, (drawn(form, CRASHER), tmp_path / "one.trace", 0))


@EACH_FORMAT
def test_a_second_trace_in_a_stream_is_one_more(form):
    alone, view = drawn(form, TWICE), drawn(form, CRASHER, TWICE)
    titles = {group for group, _ in alone.slices}
    assert {"Goroutines", "Goroutines (trace 2)"} <= titles
    assert {f"Goroutines ({TWICE})", f"Goroutines ({TWICE}, trace 2)"} <= {group for group, _ in view.slices}


@EACH_FORMAT
def test_a_trace_is_placed_by_its_first_reading(form, tmp_path):
    """A clock that is set in the middle of a trace moves nothing in it; in a stream each trace has a clock of its own."""
    (tmp_path / "set").write_bytes(clock_trace((1000, NOW, [2000]), (5000, NOW + 10**9, [6000])))
    (tmp_path / "two").write_bytes(clock_trace((1000, NOW + 500, [2000])) + clock_trace((9000, NOW + 7000, [9500])))
    view = drawn(form, "--wall", tmp_path / "set", tmp_path / "two")
    logs = sorted(instant.time for instant in view.all_instants())
    assert logs == sorted([1000, 5000, 500 + 1000, 7000 + 500])
    # Nothing begins before the view does.
    (tmp_path / "back").write_bytes(clock_trace((1000, NOW, [2000])) + clock_trace((9000, NOW - 300, [9500])))
    assert sorted(instant.time for instant in drawn("chrome", "--wall", tmp_path / "back").all_instants()) == [500, 1000]


@EACH_FORMAT
def test_without_a_clock_a_trace_is_left_out(form):
    result = export(form, "--wall", OLD, WORK, LATE)
    assert result.returncode == 2
    assert result.stderr.decode().startswith(
        f"tracecheck: {OLD}: --wall needs a wall clock, which traces have from Go 1.25 on; this one is of Go 1.22; what has "
        "none is left out\n"
    ), result.stderr
    view = FORMATS[form](result.stdout)
    first = min(wall_start(WORK), wall_start(LATE))
    expect_together(view, *((drawn(form, path), path, wall_start(path) - first) for path in (WORK, LATE)))
    alone = export(form, "--wall", OLD)
    assert (alone.returncode, alone.stdout) == (2, b"")


@EACH_FORMAT
@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_cannot_be_read_costs_the_others_nothing(form, place, tmp_path):
    paths = [CRASHER, WORK]
    paths.insert(place, tmp_path / "missing")
    for wall in ([], ["--wall"]):
        result = export(form, *wall, *paths)
        expect(result, 2, None, f"tracecheck: {tmp_path / 'missing'}: no such file\n")
        expected = export(form, *wall, CRASHER, WORK)
        view, without = FORMATS[form](result.stdout), FORMATS[form](expected.stdout)
        assert (view.slices, view.instants, view.flows) == (without.slices, without.instants, without.flows)


def test_a_pipe_cannot_be_looked_at_twice():
    sentence = "(standard input): can be read only once; several traces on one clock must be files"
    expect_usage(export("chrome", "--wall", "-", WORK, input=b""), sentence, "export")
    data = CRASHER.read_bytes()
    assert export("chrome", "--wall", "-", input=data).stdout == export("chrome", "--wall", CRASHER).stdout
    assert export("chrome", "-", WORK, input=data).returncode == 0
    one = export("chrome", "--wall", "--label-from", "(.*)", "-", input=data)
    assert one.returncode == 0 and chrome(one.stdout).slices


@EACH_FORMAT
@pytest.mark.parametrize("wall", [[], ["--wall"]], ids=["apart", "wall"])
def test_a_window_by_date_is_one_of_all_traces_in_a_stream(form, wall, tmp_path):
    """What the first leaves open ends where the window does, though the next one has another time 0."""
    middle = documents(export("ndjson", "--wall", WORK))[2000]["wall"]
    (tmp_path / "both").write_bytes(WORK.read_bytes() + (OK / "go1.26-flight.trace").read_bytes())
    for bounds in (["--until", middle], ["--until=-10s"], ["--since", middle]):
        both, alone = drawn(form, *wall, *bounds, tmp_path / "both"), drawn(form, *wall, *bounds, WORK)
        assert {key: slices for key, slices in both.slices.items() if "trace 2" not in key[0]} == alone.slices
        for slices in both.slices.values():
            assert all(s.begin <= s.end for s in slices)


@EACH_FORMAT
@pytest.mark.parametrize("bounds", [["--since=-1ms"], ["--until=-1ms"], ["--since", "1ms", "--until=-200us"]], ids=" ".join)
def test_a_window_from_the_end_is_one_of_each_trace_in_a_stream(form, bounds, tmp_path):
    paths = [OK / "go1.25-stop-late.trace", WORK, OK / "go1.26-stop-early.trace"]
    (tmp_path / "all").write_bytes(b"".join(path.read_bytes() for path in paths))
    view = drawn(form, *bounds, tmp_path / "all")
    for number, path in enumerate(paths, 1):
        alone, title = drawn(form, *bounds, path), f" (trace {number})"
        assert alone.slices == {
            (group.removesuffix(title), track): slices
            for (group, track), slices in view.slices.items()
            if (group.endswith(title) if number > 1 else "(trace" not in group)
        }


@EACH_FORMAT
def test_programs_that_ran_side_by_side_stand_side_by_side(form, tmp_path):
    paths = [tmp_path / "one.trace", tmp_path / "other.trace"]
    for path, data in zip(paths, traces_of_clocks()):
        path.write_bytes(data)
    view = drawn(form, "--wall", *paths)
    start = ns_of(view.wall_start) if form == "chrome" else view.clocks[REALTIME]
    late, whose = [], []
    for (group, _), instants in view.instants.items():
        for instant in instants:
            if instant.name.startswith("now: "):
                late.append(start + instant.time - int(instant.name.removeprefix("now: ")))
                whose.append((instant.time, group))
    expect_close(late)
    whose.sort()
    assert sum(a[1] != b[1] for a, b in zip(whose, whose[1:])) > 100, "the two do not interleave"
