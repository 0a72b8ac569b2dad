"""Perfetto's published schema: the PyPI package `perfetto` carries it. It is put into a folder of its own, so that
nothing of the system changes; without a network, tests that need it are skipped."""

import functools
import importlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

VERSION = "0.59.1"
FOLDER = Path(os.environ.get("TRACECHECK_PYTHON_PACKAGES", Path(tempfile.gettempdir()) / "tracecheck-python"))


def install(folder):
    """Into a folder that gets its name when it is whole: tests may run side by side."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", made, f"perfetto=={VERSION}"]
        result = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if result.returncode == 0 and not folder.exists():
            Path(made).rename(folder)
            Path(made).mkdir()
    return result


@functools.cache
def perfetto_trace():
    """The module whose `Trace` is the root of the schema."""
    folder = FOLDER / f"perfetto-{VERSION}"
    if not folder.exists():
        result = install(folder)
        if result.returncode != 0:
            reason = f"Perfetto's schema cannot be had: {result.stderr.strip().splitlines()[-1:]}"
            if os.environ.get("TRACECHECK_REQUIRE_GO") == "1":
                pytest.fail(reason)
            pytest.skip(reason)
    sys.path.insert(0, str(folder))
    return importlib.import_module("perfetto.protos.perfetto.trace.perfetto_trace_pb2")
