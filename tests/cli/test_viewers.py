"""`tracecheck export --format chrome` and `--format perfetto` in the pages that people open them with: Perfetto's user
interface and the viewer of chrome://tracing, in a real browser. Their own importers find in an export the slices,
instants, counters and arrows that timeline.py reads there, and complain of nothing."""

import base64
import contextlib
import functools
import http.server
import json
import re
import threading
from collections import Counter

import pytest
from browser import Browser
from pypi import perfetto_ui
from support import CRASHER, OK, TRUNCATED, name_of, run
from timeline import chrome, perfetto

READ = {"chrome": chrome, "perfetto": perfetto}
WORK = OK / "go1.26-work.trace"
LATE = TRUNCATED / "go1.26-mapwrites-late.trace"
# The last by their wall clocks side by side, which they did not run.
SHOWN = pytest.mark.parametrize("paths", [[CRASHER], [WORK], [LATE], [CRASHER, WORK]], ids=lambda p: "+".join(map(name_of, p)))

# What the pages say, whatever they show.
OF_THEIR_OWN = ("Content-Security-Policy", "net::ERR_", "status of 404", "built-in WASM engine", "unsupported syscall",
                "Loading trace", "LiveReload", "WebComponentsV0", "It's safe to ignore", "slider-vertical")  # fmt: skip

QUERY = """(async () => {
  const result = await app.trace.engine.query(%s), names = result.columns(), rows = [];
  for (const row = result.iter({}); row.valid(); row.next()) {
    rows.push(names.map(name => typeof row.get(name) === "bigint" ? Number(row.get(name)) : row.get(name)));
  }
  return rows;
})()"""

# Chrome's tracks are threads of a process, Perfetto's stand below another.
SLICES = """SELECT coalesce(p.name, parent.name || coalesce(' (' || above.name || ')', '')), coalesce(t.name, track.name), slice.name, ts, ts + dur FROM slice
  JOIN track ON track.id = slice.track_id LEFT JOIN track parent ON parent.id = track.parent_id
  LEFT JOIN track above ON above.id = parent.parent_id
  LEFT JOIN thread_track k ON k.id = track.id LEFT JOIN thread t ON t.utid = k.utid
  LEFT JOIN process_track x ON x.id = track.id LEFT JOIN process p ON p.upid = coalesce(t.upid, x.upid)"""
COUNTERS = "SELECT track.name, ts, value FROM counter JOIN track ON track.id = track_id"
PROBLEMS = "SELECT name, value FROM stats WHERE severity IN ('error', 'data_loss') AND value > 0"

# What chrome://tracing has of a trace; its times are milliseconds.
MODEL = """(() => {
  const model = profilingView.timelineView_.model, slices = [], counters = [], time = value => Math.round(value * 1e6);
  for (const process of Object.values(model.processes)) {
    for (const thread of Object.values(process.threads)) {
      for (const slice of [...thread.sliceGroup.slices, ...thread.asyncSliceGroup.slices]) {
        slices.push([process.name, thread.name, slice.title, time(slice.start), time(slice.start + slice.duration)]);
      }
    }
    for (const counter of Object.values(process.counters)) {
      for (const series of counter.series) {
        for (const sample of series.samples) counters.push([counter.name, time(sample.timestamp), sample.value]);
      }
    }
  }
  return {slices, counters, flows: model.flowEvents.length, warnings: model.importWarnings};
})()"""


@contextlib.contextmanager
def served(folder):
    """The address of a folder's files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def pages():
    """A browser, and the addresses of the two pages."""
    folder = perfetto_ui()
    (legacy,) = folder.glob("*/assets/catapult_trace_viewer.html")
    with served(folder) as address, Browser() as browser:
        browser.call("Network.setBlockedURLs", urls=["https://*"])
        yield browser, f"{address}/index.html#!/viewer", f"{address}/{legacy.relative_to(folder)}"


def exported(paths, form):
    """The bytes of an export, as an expression too, and what timeline.py reads from them."""
    data = run("export", *paths, "--format", form, *(["--wall"] if len(paths) > 1 else [])).stdout
    return f"Uint8Array.from(atob('{base64.b64encode(data).decode()}'), c => c.charCodeAt(0))", READ[form](data)


def open_anew(browser, page, ready):
    """Not as the page was left."""
    browser.open("about:blank")
    browser.open(page)
    browser.wait_for(ready)


def expect_no_problem(browser):
    browser.settle()
    assert [text for text in browser.problems if not any(known in text for known in OF_THEIR_OWN)] == []


def expected_slices(timeline):
    """Instants are slices that do not last. A task's track is named after its slice."""
    slices = [(*key, s.name, s.begin, s.end) for key, found in timeline.slices.items() for s in found]
    slices += [(*key, i.name, i.time, i.time) for key, found in timeline.instants.items() for i in found]
    return comparable(slices)


def comparable(slices):
    """Perfetto leaves some escapes in JSON as they are, ends a name at a NUL, and has a word for an empty one."""
    found = Counter()
    for group, track, name, begin, end in slices:
        name = re.sub(r"\\(u....|[tnr])", lambda escape: json.loads(f'"{escape[0]}"'), name.replace("[No name]", ""))
        name = name.partition("\0")[0]
        found[group, "" if group.startswith("Tasks") else track, name, begin, end] += 1
    return found


def expect_equal(found, expected):
    assert (found - expected, expected - found) == (Counter(), Counter())


def expected_counters(timeline):
    return Counter((name, time, value) for name, samples in timeline.counters.items() for time, value in samples)


@pytest.mark.parametrize("form", READ)
@SHOWN
def test_perfetto_shows_it(pages, paths, form):
    browser, page, _ = pages
    data, timeline = exported(paths, form)
    open_anew(browser, page, "window.app !== undefined && document.querySelector('.pf-home-page__title') !== null")
    browser.evaluate(f"app.openTraceFromBuffer({{title: 'a trace', buffer: {data}.buffer}}), true")
    browser.wait_for("app.trace !== undefined && document.querySelector('.pf-track__title') !== null")

    def query(text):
        return browser.evaluate(QUERY % json.dumps(text))

    assert query(PROBLEMS) == []
    expect_equal(comparable(query(SLICES)), expected_slices(timeline))
    # Chrome's counters may have several series, so that each is named, too.
    counters = Counter((name.removesuffix(" value"), *rest) for name, *rest in query(COUNTERS))
    expect_equal(counters, expected_counters(timeline))
    assert query("SELECT count(*) FROM flow") == [[len(timeline.flows)]]
    if form == "perfetto" and len(paths) > 1:
        clocks = query("SELECT ts, clock_value FROM clock_snapshot WHERE clock_name = 'REALTIME'")
        assert clocks == [[0, float(timeline.clocks[1])]]  # JavaScript has no larger numbers that are exact
    titles = browser.evaluate("[...document.querySelectorAll('.pf-track__title')].map(title => title.textContent)")
    # The groups of several traces stand below these, and are folded up at first.
    shown = set(map(str, paths)) if form == "perfetto" and len(paths) > 1 else {group for group, _ in timeline.slices}
    for group in shown:
        assert any(title.startswith(group) for title in titles), titles
    expect_no_problem(browser)


@SHOWN
def test_chrome_tracing_shows_it(pages, paths):
    browser, _, page = pages
    data, timeline = exported(paths, "chrome")
    open_anew(browser, page, "window.profilingView !== undefined")
    browser.evaluate(f"profilingView.setActiveTrace('a trace', new TextDecoder().decode({data}))")
    browser.wait_for("Boolean(profilingView.timelineView_.model)")
    found = browser.evaluate(MODEL)
    assert found["warnings"] == []
    expect_equal(comparable(found["slices"]), expected_slices(timeline))
    expect_equal(Counter(map(tuple, found["counters"])), expected_counters(timeline))
    assert found["flows"] == len(timeline.flows)
    expect_no_problem(browser)
