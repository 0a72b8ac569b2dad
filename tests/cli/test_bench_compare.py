"""bench/compare and bench/document still work, and judge by the targets. That targets are met is for a quiet machine to
say, not for a test."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from go_children import skip_without_go
from support import OK, SANITIZED, TRACECHECK, documents, run

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "bench"
BLANK = "a page\n<!-- figures -->\n<!-- end of figures -->\nmore\n"


def load(name):
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


table = load("table")


def row(goal, theirs, ours, target, unit="s"):
    return {
        "row": "verify",
        "work": "work",
        "trace": "mixed, 1 MB",
        "against": "reference",
        "unit": unit,
        "theirs": theirs,
        "ours": {"1": ours},
        "goal": goal,
        "targets": {"1": target},
    }


# Judging


@pytest.mark.parametrize(
    "goal, theirs, ours, target, met, text",
    [
        ("times faster", 12.0, 1.0, 12, True, "12x (12)"),
        ("times faster", 11.9, 1.0, 12, False, "11.9x (12) missed"),
        ("share", 100.0, 50.0, 0.5, True, "0.50 of it (0.5)"),
        ("share", 100.0, 51.0, 0.5, False, "0.51 of it (0.5) missed"),
        ("ms more", 0.001, 0.0035, 3, True, "+2.5 ms (3)"),
        ("ms more", 0.001, 0.0045, 3, False, "+3.5 ms (3) missed"),
    ],
)
def test_a_target_is_met_or_missed(goal, theirs, ours, target, met, text):
    rows = [row(goal, theirs, ours, target)]
    assert table.all_met(rows) == met
    assert table.cells(rows[0], "1")[1] == text
    assert table.cells(rows[0], "2") == ["", ""]


def test_what_has_no_target_is_not_missed():
    figure = row("times faster", 1.0, 2.0, 1)
    figure["targets"] = {}
    assert table.all_met([figure])
    assert table.cells(figure, "1")[1] == "0.5x"


@pytest.mark.parametrize(
    "value, unit, text",
    [(31.24, "s", "31.2 s"), (0.0123, "s", "12.3 ms"), (2.5e-8, "s", "25 ns"), (35_888_000, "bytes", "35.9 MB")],
)
def test_amounts_have_three_digits(value, unit, text):
    assert table.amount(value, unit) == text


# Running


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    if shutil.which("go") is None:
        skip_without_go("no go on PATH")
    return tmp_path_factory.mktemp("bench")


def compare(cache, *options):
    fixed = ["--program", TRACECHECK, "--cache", cache, "--megabytes", "1"]
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, BENCH / "compare", *fixed, *options], env=env, capture_output=True, text=True, timeout=600)


def test_every_row_is_measured_and_judged(cache, tmp_path):
    figures = tmp_path / "figures.json"
    # The thousand processes take their time with sanitizers.
    rows = ["verify", "grep-none", "grep-all", "events", "export", "pipe", "start", "flat", "crowd"]
    if not SANITIZED:
        rows.append("small")
    result = compare(cache, "--runs", "1", "--json", figures, "--only", *rows)
    found = json.loads(figures.read_text())
    assert {row["row"] for row in found["rows"]} | {"flat"} == set(rows)  # of one size, none is held against it
    assert {point["kind"] for point in found["per_event"]} == {"channels", "crowd"}
    assert table.table(found["rows"]) in result.stdout
    assert result.returncode == (0 if table.all_met(found["rows"]) else 1), result.stderr


def test_rows_can_be_chosen(cache):
    result = compare(cache, "--runs", "1", "--only", "start")
    assert result.returncode in (0, 1), result.stderr
    assert [line.split("|")[1].strip() for line in result.stdout.splitlines()[4:5]] == ["verify, whole process"]
    assert compare(cache, "--only", "nonsense").returncode == 2


@pytest.mark.parametrize("path", [*OK.glob("*-late.trace"), *OK.glob("*-midgc.trace")], ids=lambda path: path.stem)
def test_the_reference_writes_the_objects_that_export_writes(cache, path):
    """So that they can be held against each other."""
    if not (cache / "refread").exists():
        compare(cache, "--runs", "1", "--only", "start")
    theirs = subprocess.run([cache / "refread", "-json", path], capture_output=True, check=True)
    head, *events, verdict = documents(run("export", "--format", "ndjson", path))
    their_head, *their_events = documents(theirs)
    assert their_events == events
    assert their_head == {name: value for name, value in head.items() if name != "go_version"}


# Documenting


def test_the_figures_are_put_into_the_page(tmp_path):
    if subprocess.run([sys.executable, "-c", "import matplotlib"], capture_output=True).returncode != 0:
        if os.environ.get("CI"):
            pytest.fail("no matplotlib")
        pytest.skip("no matplotlib")
    figures = {
        "machine": {"cpu": "A processor", "cores": 2},
        "program": "tracecheck 0.1.0",
        "go": "go1.26",
        "runs": 5,
        "rows": [row("times faster", 12.0, 1.0, 12)],
        "per_event": [{"kind": "channels", "megabytes": n, "seconds": 2.5e-8} for n in (1, 10)],
    }
    (tmp_path / "figures.json").write_text(json.dumps(figures))
    page = tmp_path / "performance.md"
    page.write_text(BLANK)
    command = [sys.executable, BENCH / "document", tmp_path / "figures.json", "--docs", tmp_path]
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    for _ in range(2):  # the second time there is a table to replace
        subprocess.run(command, env=env, check=True)
        text = page.read_text()
        assert text.count("| that takes |") == 1 and table.table(figures["rows"]) in text
        assert text.startswith("a page\n<!-- figures -->\nA processor, 2 cores; medians of 5")
        assert text.endswith("(performance.svg)\n<!-- end of figures -->\nmore\n")
    assert (tmp_path / "performance.svg").read_text().startswith("<?xml")


def test_the_page_has_the_marks():
    page = (ROOT / "docs" / "performance.md").read_text()
    assert page.count("<!-- figures -->\n") == page.count("<!-- end of figures -->\n") == 1
