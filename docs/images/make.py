#!/usr/bin/env python3
"""Makes the pictures of the report that README.md shows: docs/images/make.py [build/release/tracecheck]"""

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ["TRACECHECK"] = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/release/tracecheck")
sys.path.insert(0, str(ROOT / "tests" / "cli"))

from browser import Browser  # noqa: E402
from support import TRUNCATED, run  # noqa: E402


def main():
    images = Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder, Browser() as browser:
        page = Path(folder) / "report.html"
        run("report", "--last", "500ms", "-o", page, "crash.trace", cwd=link_trace(folder))
        browser.open(page, (1200, 780))
        browser.picture(images / "report-light.png")
        browser.open(page, (1200, 780), dark=True)
        browser.key("t")
        for key in ("ArrowDown", *["ArrowDown"] * 6):
            browser.key(key)
        browser.picture(images / "report-dark.png")


# The name that README.md calls it by is in the picture.
def link_trace(folder):
    (Path(folder) / "crash.trace").symlink_to(TRUNCATED / "go1.26-mapwrites-late.trace")
    return folder


if __name__ == "__main__":
    main()
