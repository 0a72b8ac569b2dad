"""report: the page of a trace, looked at in a real browser."""

import functools
import json
import os
import re
import time

import pytest

from browser import DESKTOP, PHONE, Browser
from built_trace import HEADER, generation
from made import trace
from support import (
    CRASHER, EXITS, FIXTURES, OK, OTHER, TRUNCATED, expect, expect_usage, name_of, report, run, verdict_of_folder,
)  # fmt: skip

CRASH = TRUNCATED / "go1.26-mapwrites-late.trace"
MOST_BYTES = 5_000_000  # of a page of a thousand goroutines


@pytest.fixture(scope="module")
def browser():
    with Browser() as opened:
        yield opened


def page_of(path, folder, *options, code=None):
    page = folder / f"{path.name}.html"
    result = run("report", *options, "-o", page, path)
    assert result.stdout == b""
    if code is not None:
        assert result.returncode == code, result
    return page


def data_of(page):
    (found,) = re.findall(r'<script type="application/json" id="report-data">(.*?)</script>', page.read_text(), re.S)
    return json.loads(found)


@pytest.fixture(scope="module")
def crash(tmp_path_factory):
    return page_of(CRASH, tmp_path_factory.mktemp("crash"), code=3)


# The command


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_of_every_fixture_there_is_a_page_with_its_verdict(path, tmp_path):
    verdict = verdict_of_folder(path)
    page = page_of(path, tmp_path, code=EXITS[verdict])
    if not page.exists():
        assert verdict == "unreadable"
        return
    data = data_of(page)
    verified = report(path)
    assert (data["verdict"], data["exit"]) == (verified["verdict"], verified["exit"])
    assert data["tool"].startswith(verified["tool"])
    total = verified["logs"]["total"]
    assert data["segments"] > 1 or int(data["all_logs"]) == (total or 0)
    assert data["lost"]["damaged_places"] == len(verified["damage"])


def test_slices_of_a_goroutine_follow_one_another_and_end_with_the_trace(crash):
    timeline = data_of(crash)["timeline"]
    span = timeline["end"] - timeline["begin"]
    assert timeline["begin"] == 0 and timeline["goroutines"]
    for goroutine in timeline["goroutines"]:
        times = [(goroutine["states"][i], goroutine["states"][i + 1]) for i in range(0, len(goroutine["states"]), 5)]
        assert all(gap >= 0 and length >= 0 for gap, length in times)
        assert sum(map(sum, times)) <= span


def test_times_by_function_are_those_of_stats(tmp_path):
    path = OK / "go1.22-callback.trace"
    functions = json.loads(run("stats", "--json", path).stdout)["summary"]["functions"]
    assert any(row["syscall_block"] for row in functions)
    names = {"running": ["execution"], "runnable": ["scheduling_wait"], "blocked": ["blocked"],
             "syscall": ["syscall", "syscall_block"]}  # fmt: skip
    wanted = {row["function"]: {name: sum(row[part] for part in parts) for name, parts in names.items()}
              for row in functions}  # fmt: skip
    data = data_of(page_of(path, tmp_path, code=0))
    found = {data["texts"][row["function"]] or None: {name: row[name] for name in names}
             for row in data["whole"]["functions"]}  # fmt: skip
    assert found == wanted


def test_last_bounds_what_is_shown_in_full(tmp_path):
    timeline = data_of(page_of(CRASH, tmp_path, "--last", "500ms"))["timeline"]
    assert timeline["end"] - timeline["begin"] == 500_000_000
    assert not timeline["cut_short"]
    sentence = "--last: soon is not a duration: give one like 5ms, 1.5s or 2m"
    expect_usage(run("report", "--last", "soon", "-o", tmp_path / "x.html", CRASH), sentence, "report")


def test_a_pipe_gives_the_same_page(crash, tmp_path):
    page = tmp_path / "piped.html"
    result = run("report", "-o", page, input=CRASH.read_bytes())
    assert result.returncode == 3
    piped = data_of(page)
    assert piped.pop("file") == "(standard input)"
    whole = data_of(crash)
    del whole["file"]
    assert piped == whole


def test_a_page_goes_to_standard_output_too(crash):
    result = run("report", "--allow-truncated", CRASH)
    assert result.returncode == 0
    assert result.stdout.startswith(b"<!doctype html>\n")


def test_the_trace_itself_is_never_written(tmp_path):
    copy = tmp_path / "a.trace"
    copy.write_bytes(CRASHER.read_bytes())
    sentence = f"{copy}: is the trace that is read; no command changes its input"
    expect_usage(run("report", "-o", copy, copy), sentence, "report")
    assert copy.read_bytes() == CRASHER.read_bytes()


def test_a_name_that_is_wrong_leaves_an_earlier_page_alone(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("earlier")
    result = run("report", "-o", page, tmp_path / "missing")
    expect(result, 2, "", f"tracecheck: {tmp_path / 'missing'}: no such file\n")
    assert page.read_text() == "earlier"


def test_of_what_cannot_be_read_there_is_no_page(tmp_path):
    expect(run("report", tmp_path / "missing"), 2, "", f"tracecheck: {tmp_path / 'missing'}: no such file\n")
    result = run("report", input=CRASHER.read_bytes(), env=os.environ | {"TMPDIR": "/missing"})
    assert (result.returncode, result.stdout) == (2, b"")


def test_one_file_only():
    expect_usage(run("report", CRASH, CRASH), f"unexpected argument {CRASH}", "report")


# In the browser


def look(browser, page, **how):
    """Opens a page: nothing may go wrong, and nothing be asked for."""
    browser.open(page, **how)
    healthy(browser, page)


def healthy(browser, page):
    assert browser.problems == []
    assert browser.requests == [page.resolve().as_uri()]


def text_of(browser, id):
    return browser.evaluate(f"document.getElementById('{id}').innerText")


SAMPLES = [CRASH, CRASHER, OK / "go1.26-work.trace", OK / "go1.22-many.trace", TRUNCATED / "empty.trace",
           OTHER / "go1.21-v1.trace"]  # fmt: skip


@pytest.mark.parametrize("path", SAMPLES, ids=name_of)
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_page_is_shown_without_errors_and_fits(browser, tmp_path, path, size):
    page = page_of(path, tmp_path)
    look(browser, page, size=size)
    assert browser.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert verdict_of_folder(path) in text_of(browser, "seal")


def test_the_verdict_and_the_last_words_come_first(browser, crash):
    look(browser, crash)
    first = text_of(browser, "verdict")
    for words in ("The trace was cut short", "the data ends inside generation 3", "The last log, ", "string#34: string#36",
                  "byte 8282, generation 3", "killed by a signal", "tracecheck repair"):
        assert words in first
    assert browser.evaluate("document.getElementById('last').getBoundingClientRect().bottom") < DESKTOP[1]
    assert "string#34: string#36 ~ salvaged text lost" in text_of(browser, "logs").replace("\xa0", " ")


@pytest.mark.parametrize("logs", [1000, 1001])
def test_logs_that_are_not_marked_are_told(browser, logs, tmp_path):
    path = tmp_path / "logs.trace"
    path.write_bytes(HEADER + generation(1, logs, 10))
    look(browser, page_of(path, tmp_path, code=0))
    assert ("Of the logs the last 1,000 are marked." in text_of(browser, "timeline-about")) == (logs > 1000)


def view_of(browser):
    """From when to when the timeline is seen."""
    browser.settle()
    return tuple(map(float, re.search(r"from ([\d.]+) to ([\d.]+)", text_of(browser, "view")).groups()))


def middle_of_timeline(browser):
    return browser.evaluate("""(() => {
      const tracks = document.getElementById("tracks");
      tracks.scrollIntoView({block: "center"});
      const box = tracks.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + Math.min(box.height, 200) / 2];
    })()""")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_mouse_zooms_where_it_is_and_drags(browser, crash, size):
    look(browser, crash, size=size)
    whole = view_of(browser)
    x, y = middle_of_timeline(browser)
    browser.mouse("mouseWheel", x, y, deltaX=0, deltaY=-200, modifiers=2)
    closer = view_of(browser)
    assert whole[0] < closer[0] < closer[1] < whole[1]
    browser.mouse("mouseWheel", x, y, deltaX=0, deltaY=200, modifiers=2)
    assert view_of(browser) == pytest.approx(whole, abs=1e-5)
    browser.mouse("mouseWheel", x, y, deltaX=0, deltaY=-200, modifiers=2)
    browser.mouse("mousePressed", x, y, button="left", buttons=1, clickCount=1)
    browser.mouse("mouseMoved", x - 40, y, button="left", buttons=1)
    browser.mouse("mouseMoved", x - 80, y, button="left", buttons=1)
    browser.mouse("mouseReleased", x - 80, y, button="left")
    later = view_of(browser)
    assert later[0] > closer[0] and later[1] - later[0] == pytest.approx(closer[1] - closer[0], abs=1e-5)
    browser.mouse("mouseWheel", x, y, deltaX=-80, deltaY=0)
    assert view_of(browser)[0] < later[0]
    healthy(browser, crash)


def test_fingers_drag_and_pinch(browser, crash):
    look(browser, crash, size=PHONE)
    whole = view_of(browser)
    x, y = middle_of_timeline(browser)

    def touch(kind, *places):
        points = [{"x": place, "y": y, "id": finger} for finger, place in enumerate(places)]
        browser.call("Input.dispatchTouchEvent", type=kind, touchPoints=points)

    touch("touchStart", x - 20)
    touch("touchStart", x - 20, x + 20)
    for step in (20, 40, 60):
        touch("touchMove", x - 20 - step, x + 20 + step)
    touch("touchEnd")
    closer = view_of(browser)
    assert whole[0] < closer[0] < closer[1] < whole[1] and closer[1] - closer[0] < 0.5 * (whole[1] - whole[0])
    touch("touchStart", x)
    for step in (15, 30, 45):
        touch("touchMove", x + step)
    touch("touchEnd")
    earlier = view_of(browser)
    assert earlier[0] < closer[0] and earlier[1] - earlier[0] == pytest.approx(closer[1] - closer[0], abs=1e-5)
    assert text_of(browser, "chosen") == ""  # nothing was meant to be chosen
    healthy(browser, crash)


def test_keys_move_and_zoom_the_timeline(browser, crash):
    look(browser, crash)
    view = functools.partial(view_of, browser)
    browser.key("t")
    assert browser.evaluate("document.activeElement.id") == "tracks"
    begin, end = view()
    browser.key("+")
    closer = view()
    assert closer[1] - closer[0] < 0.7 * (end - begin)
    browser.key("ArrowRight")
    later = view()
    assert later[0] > closer[0] and later[1] > closer[1]
    browser.key("ArrowLeft")
    assert view() == pytest.approx(closer)
    browser.key("-")
    browser.key("0")
    assert view() == (begin, end)
    browser.key("e")
    assert view()[0] > begin and view()[1] == end
    browser.key("ArrowDown")
    first = text_of(browser, "chosen")
    browser.key("ArrowDown")
    assert text_of(browser, "chosen") != first != ""
    browser.key("Escape")
    assert text_of(browser, "chosen") == ""
    browser.key("?")
    assert browser.evaluate("document.getElementById('help').open")
    browser.key("Escape")
    assert not browser.evaluate("document.getElementById('help').open")
    browser.key("Tab")
    assert browser.evaluate("document.activeElement.id") != "tracks"
    healthy(browser, crash)


def test_what_is_drawn_changes_with_the_view(browser, crash):
    look(browser, crash)
    drawn = "document.getElementById('canvas').toDataURL()"
    before = browser.evaluate(drawn)
    browser.key("t")
    browser.key("+")
    assert browser.evaluate(drawn) != before


def test_search_finds_goroutines_functions_and_logs(browser, crash):
    look(browser, crash)
    for wanted, found, chosen in [
        ("number 39", "tick: number 39", "tick: number 39"),
        ("g20", "1 goroutine", "goroutine 20: "),
        ("Main.main", "main.main", "goroutine 1 main.main: "),
    ]:
        browser.key("/")
        browser.evaluate("document.getElementById('search').select()")
        browser.type(wanted)
        assert found in text_of(browser, "results")
        browser.key("Enter")
        assert chosen in text_of(browser, "chosen")
    browser.key("/")
    browser.evaluate("document.getElementById('search').select()")
    browser.type("time.Sleep")
    assert "at the end" in text_of(browser, "results") and "on the stack" in text_of(browser, "results")
    browser.key("Enter")
    assert text_of(browser, "chosen").startswith("goroutine 1 main.main: blocked: sleep")
    browser.key("/")
    browser.evaluate("document.getElementById('search').select()")
    browser.type("nowhere to be found")
    assert text_of(browser, "results") == "Nothing was found."
    browser.key("Escape")
    healthy(browser, crash)


# The contrast of two colours by WCAG 2, and of each text that is seen, down to the colour that lies behind it.
CONTRAST = """(() => {
  const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = colour => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1);
                          return [...paint.getImageData(0, 0, 1, 1).data]; };
  const light = colour => { const [r, g, b] = colour.map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
                            return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] > 0) return c; }
                        return [255, 255, 255, 255]; };
  let least = [99, ""];
  for (const e of document.querySelectorAll("body *")) {
    if (!e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least[0]) least = [ratio, e.className + ": " + e.textContent.slice(0, 60)];
  }
  return least;
})()"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_texts_have_enough_contrast_in_both_schemes(browser, crash, dark):
    look(browser, crash, dark=dark)
    ratio, where = browser.evaluate(CONTRAST)
    assert ratio >= 4.5, where


def test_the_scheme_is_the_systems_or_what_the_switch_says(browser, crash):
    ground = "getComputedStyle(document.body).backgroundColor"
    look(browser, crash)
    light = browser.evaluate(ground)
    look(browser, crash, dark=True)
    dark = browser.evaluate(ground)
    assert light != dark
    press = "document.getElementById('theme').click()"
    seen = []
    for _ in range(3):
        browser.evaluate(press)
        seen.append(browser.evaluate(ground))
    assert seen == [light, dark, dark]  # light, dark, and the system's again


HOSTILE = trace(
    "1.26",
    (1, -1, 1000, "Sync\nFrequency freq=1000000000\nClockSnapshot dt=1 mono=50 sec=1700000000 nsec=123456789\n"),
    (1, 7, 2000, "ProcStatus dt=1 p=0 pstatus=1\n"
                 "GoStatus dt=1 g=1 m=7 gstatus=2\n"
                 "UserRegionBegin dt=1 task=0 name_string=2 stack=1\n"
                 "UserLog dt=1 task=0 key_string=3 value_string=4 stack=1\n"
                 "UserLog dt=1 task=0 key_string=3 value_string=8 stack=1\n"),
    (1, -1, 3000, "Stacks\nStack id=1 nframes=1\n\tpc=256 func=5 file=6 line=12\n"),
    (1, -1, 3000, "Strings\n" + "".join(f"String id={i + 1}\n\tdata={text}\n" for i, text in enumerate([
        '"a"', r'"</script><script>document.title=\"run\"</script>"', r'"\u202ecat\u2028\x00"',
        r'"</script><script>document.title=\"run\"</script><img src=http://localhost/x onerror=alert(1)>"',
        r'"main.<b>f\u2066"', '"main.go"', '"main.main"', r'"<!--<script>\xff\x1b[31m{{7*7}}"']))),
    "EndOfGeneration",
)


def test_hostile_texts_are_shown_and_never_run(browser, tmp_path):
    made = tmp_path / "<script>alert(1)<"
    made.mkdir()
    path = made / "script>.trace"
    path.write_bytes(HOSTILE)
    page = page_of(path, tmp_path, code=0)
    look(browser, page)
    assert browser.evaluate("document.title").startswith("complete: ")
    logs = text_of(browser, "logs")
    assert '</script><script>document.title="run"</script><img src=http://localhost/x onerror=alert(1)>' in logs
    assert r"\u202ecat\u2028\x00: " in logs
    assert r"<!--<script>\xff\x1b[31m{{7*7}}" in logs
    assert browser.evaluate("document.images.length + document.querySelectorAll('b b').length") == 0
    assert browser.evaluate("document.scripts.length") == 2
    for wanted in ("script", "main."):
        browser.key("/")
        browser.evaluate("document.getElementById('search').select()")
        browser.type(wanted)
        browser.key("Enter")
    assert r"main.<b>f\u2066" in text_of(browser, "goroutines")
    healthy(browser, page)
    assert not any(ord(c) < 32 and c != "\n" or 0x2028 <= ord(c) <= 0x202E for c in page.read_text())


def test_the_page_may_ask_for_nothing(browser, crash):
    look(browser, crash)
    refused = browser.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')")
    assert refused == "refused"
    assert any("Content Security Policy" in problem for problem in browser.problems)


def crowd(goroutines, blocks):
    """A trace in which that many goroutines run on one proc, one after another, `blocks` times each."""
    lines = ["ProcStatus dt=1 p=0 pstatus=1"]
    lines += [f"GoStatus dt=1 g={g} m={2**64 - 1} gstatus=1" for g in range(1, goroutines + 1)]
    sequence = [1] * (goroutines + 1)
    for _ in range(blocks):
        for g in range(1, goroutines + 1):
            lines.append(f"GoStart dt=10 g={g} g_seq={sequence[g]}")
            lines.append("GoStop dt=100 reason_string=1 stack=0")
            sequence[g] += 1
    first = (1, -1, 1000, "Sync\nFrequency freq=1000000000\nClockSnapshot dt=1 mono=50 sec=1700000000 nsec=0\n")
    size = 4000
    time = 2000
    batches = []
    for at in range(0, len(lines), size):
        part = lines[at : at + size]
        batches.append((1, 7, time, "\n".join(part) + "\n"))
        time += sum(int(re.search(r"dt=(\d+)", line)[1]) for line in part)
    strings = (1, -1, 0, 'Strings\nString id=1\n\tdata="preempted"\n')
    return trace("1.26", first, *batches, strings, "EndOfGeneration")


def test_a_thousand_goroutines_are_drawn_in_no_time(browser, tmp_path):
    path = tmp_path / "crowd.trace"
    path.write_bytes(crowd(1000, 20))
    page = page_of(path, tmp_path, code=0)
    assert page.stat().st_size < MOST_BYTES
    assert len(data_of(page)["timeline"]["goroutines"]) == 1000
    with browser.seconds_of_work() as opening:
        look(browser, page)
    with browser.seconds_of_work() as scrolling:
        browser.evaluate("""(() => {
          const tracks = document.getElementById("tracks");
          return new Promise(done => {
            let left = 20;
            const step = () => {
              tracks.scrollTop += 500;
              if (left-- > 0) requestAnimationFrame(step);
              else done(true);
            };
            step();
          });
        })()""")
    assert opening() < 2 and scrolling() < 2
    healthy(browser, page)
