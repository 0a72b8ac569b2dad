"""Traces made to hurt by sheer number: time grows as they do, memory stays within what docs/reliability.md states."""

import subprocess
import sys
from pathlib import Path

import pytest
from support import SANITIZED, TRACECHECK

HOSTILE = Path(__file__).parents[2] / "fuzz" / "hostile.py"


@pytest.mark.skipif(SANITIZED, reason="a sanitizer has costs of its own")
def test_no_shape_costs_out_of_proportion():
    result = subprocess.run([sys.executable, HOSTILE, "--size", "20000", TRACECHECK], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    assert len(result.stdout.split("\n")) > 50
