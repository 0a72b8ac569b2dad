#!/usr/bin/env python3
"""Makes the pictures of the report that README.md shows: docs/images/make.py [build/release/tracecheck]"""

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ["TRACECHECK"] = str(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release/tracecheck").resolve())
sys.path.insert(0, str(ROOT / "tests" / "cli"))

from browser import Browser  # noqa: E402
from support import OK, TRUNCATED, run  # noqa: E402

SIZE = (1100, 720)


def page_of(trace, name, folder, *options):
    """A page on which the trace has that name."""
    (folder / name).symlink_to(trace)
    page = folder / f"{name}.html"
    run("report", *options, "-o", page, name, cwd=folder)
    return page


def main():
    images = Path(__file__).parent
    with tempfile.TemporaryDirectory() as made, Browser() as browser:
        folder = Path(made)
        browser.open(page_of(TRUNCATED / "go1.26-mapwrites-late.trace", "crash.trace", folder), SIZE)
        browser.picture(images / "report-light.png")
        browser.open(page_of(OK / "go1.26-work.trace", "work.trace", folder), SIZE, dark=True)
        for key in ("t", *["ArrowDown"] * 6):
            browser.key(key)
        browser.picture(images / "report-dark.png")


if __name__ == "__main__":
    main()
