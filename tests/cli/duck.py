"""DuckDB, as a reader of our tables that we did not write. It is no package of Debian's: pip puts it beside the program
that is tested. Where that cannot be, such tests are skipped; under TRACECHECK_REQUIRE_GO=1 that is a failure."""

import functools
import subprocess
import sys
from pathlib import Path

from go_children import skip_without_go
from support import TRACECHECK

PACKAGE = "duckdb==2.0.1"


@functools.cache
def why_not():
    """Installs it once; why it cannot be had, "" if it can."""
    folder = Path(TRACECHECK).resolve().parent / "python"
    if not (folder / "duckdb").exists():
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--break-system-packages", "--target"]
        done = subprocess.run([*command, folder, PACKAGE], capture_output=True, text=True)
        if done.returncode != 0:
            return (done.stderr.strip().split("\n") or [""])[-1] or "pip failed"
    sys.path.insert(0, str(folder))
    return ""


def connect():
    if reason := why_not():
        skip_without_go(f"no DuckDB: {reason}")
    import duckdb

    return duckdb.connect()
