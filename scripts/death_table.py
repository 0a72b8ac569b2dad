#!/usr/bin/env python3
"""Prints the table of docs/crash.md: what each kind of death leaves in the traces of testdata/, and who reads it.

    TRACECHECK=build/release/tracecheck TESTDATA=testdata python3 scripts/death_table.py

Events on the wire are counted by the walker of the tests, those of the reference reader by tests/reference/cmd/refread
(needs Go; a Sync is no event here), salvaged ones are those of `tracecheck export`, kept ones those that `tracecheck
repair` says it kept."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "cli"))
from go_children import go_program  # noqa: E402
from support import OK, TRUNCATED, VERSIONS, documents, run  # noqa: E402
from wire_events import reader_events  # noqa: E402

DEATHS = ["panic", "nil", "mapwrites", "unlock", "overflow", "exit", "return", "sigkill", "sigterm", "sigquit"]


def read_by_reference(refread, path):
    """Its count, less the Syncs: one a generation and one at the end, or where it gives up."""
    out = subprocess.run([refread, path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    parsed = run("events", path).stdout
    return int(out.split()[0]) - len(re.findall(rb"^M=-1 P=-1 G=-1 Sync ", parsed, re.MULTILINE))


def cell(path, refread, directory):
    least, _ = reader_events(path.read_bytes())
    lines = documents(run("export", "--format", "ndjson", path))
    ours = sum(line["kind"] not in ("Trace", "Sync", "Verdict") for line in lines)
    said = run("repair", "--force", "-o", directory / "out.trace", path).stderr.decode()
    kept = re.search(r"with ([0-9]+) of [0-9]+ events?", said)
    kept = int(kept[1]) if kept else least if lines[-1]["verdict"] == "complete" else 0
    return f"{least} / {read_by_reference(refread, path)} / {ours} / {kept}"


def busy(version, directory):
    """A busy program's trace, made on the spot."""
    path = directory / f"go{version}-busy.trace"
    with path.open("wb") as out:
        subprocess.run([go_program(version, "busy")], stdout=out, stderr=subprocess.DEVNULL)
    return path


def main():
    with tempfile.TemporaryDirectory() as directory:
        refread = Path(directory) / "refread"
        subprocess.run(["go", "build", "-o", refread, "./cmd/refread"], cwd=ROOT / "tests" / "reference", check=True)
        print("| death | " + " | ".join(f"Go {v}" for v in VERSIONS) + " |")
        print("| --- |" + " --- |" * len(VERSIONS))
        for death in DEATHS:
            for when in ("early", "late"):
                paths = [next((folder / f"go{v}-{death}-{when}.trace" for folder in (TRUNCATED, OK)
                               if (folder / f"go{v}-{death}-{when}.trace").exists()), None) for v in VERSIONS]  # fmt: skip
                cells = [cell(path, refread, Path(directory)) if path else "" for path in paths]
                print(f"| {death}, {when} | " + " | ".join(cells) + " |")
        cells = [cell(busy(v, Path(directory)), refread, Path(directory)) for v in VERSIONS]
        print("| mapwrites, busy | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
