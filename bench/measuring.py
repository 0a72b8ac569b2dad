"""What bench/compare measures with: programs and traces, made once and kept; runs that take turns."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SMALL_TRACE = ROOT / "testdata" / "ok" / "go1.26-crasher.trace"


class Sample(NamedTuple):
    seconds: float
    peak: int  # bytes of the maximum resident set; 0 where it was not asked for


class Workshop:
    """The cache folder: the Go programs that the benchmark needs, and its traces."""

    def __init__(self, cache):
        self.cache = cache.resolve()
        self.cache.mkdir(parents=True, exist_ok=True)
        self.generate = self._build("generate", ROOT / "bench" / "generate", ".")
        self.refread = self._build("refread", ROOT / "tests" / "reference", "./cmd/refread")
        self.gotrace = self._build("gotrace", ROOT / "tests" / "reference", "cmd/trace")  # what `go tool trace` runs

    def _build(self, name, folder, package):
        out = self.cache / name
        subprocess.run(["go", "build", "-o", out, package], cwd=folder, check=True)
        return out

    def trace(self, kind, megabytes):
        """A trace of at least that size."""
        path = self.cache / f"{kind}-{megabytes}.trace"
        if not path.exists():
            note(f"making {path.name}")
            partial = path.with_suffix(".partial")
            subprocess.run([self.generate, kind, str(megabytes), partial], check=True)
            partial.rename(path)
        return path

    def small_traces(self, count):
        """A folder of copies of one of 2.7 kB."""
        folder = self.cache / f"small-{count}"
        if not folder.exists():
            partial = folder.with_suffix(".partial")
            partial.mkdir(exist_ok=True)
            for i in range(count):
                shutil.copyfile(SMALL_TRACE, partial / f"{i}.trace")
            partial.rename(folder)
        return folder


def note(text):
    print(text, file=sys.stderr)


def load(trace):
    """Into the page cache."""
    subprocess.run(["cat", trace], stdout=subprocess.DEVNULL, check=True)


def run(command, exit_code=0, peak=True):
    """Runs a command whose output goes to /dev/null. The peak is told by GNU time, which is small: what a process
    starts from counts as its own, and Python's is large."""
    with tempfile.NamedTemporaryFile("r") as told:
        if peak:
            command = ["/usr/bin/time", "-q", "-f", "%M", "-o", told.name, *command]
        start = time.perf_counter()
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        if done.returncode != exit_code:
            sys.exit(f"exit code {done.returncode}, not {exit_code}: {' '.join(map(str, command))}")
        return Sample(seconds, 1024 * int(told.read()) if peak else 0)


def take_turns(turns, rounds):
    """Calls each of `turns`, by name (a function that gives a Sample, and in how many rounds it takes part), one after
    the other, round by round, so that all meet the same noise. The medians by name."""
    samples = {name: [] for name in turns}
    for i in range(rounds):
        for name, (turn, most) in turns.items():
            if i < most:
                samples[name].append(turn())
    return {name: Sample(*map(statistics.median, zip(*found))) for name, found in samples.items()}
