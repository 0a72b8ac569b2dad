#!/usr/bin/env python3
"""Makes a fleet of traces to try fleet.py on, from those in testdata: of five Go versions, one in ten broken, a few with
something planted that a question is to find.

  make_fleet.py FOLDER [--traces N] [--tracecheck FILE]

The traces are FOLDER/traces/host=web-1/day=2026-11-01/0000.trace and so on. FOLDER/plan.json says of each what it was made
of, its verdict, and what was planted: what is true of the fleet, known without reading it. The same N gives the same
fleet."""

import argparse
import gzip
import json
import random
import shutil
import sys
from pathlib import Path

import planting

TESTDATA = Path(__file__).resolve().parents[2] / "testdata"
VERSIONS = ("1.22", "1.23", "1.24", "1.25", "1.26")
HOSTS, DAYS = 8, 5
SOUND = ("stop-early", "stop-late", "many", "work", "midgc", "exit-between")
SLOW_HOST, SLOW_VERSION = "web-3", "1.22"
LOG = ("tick", "payment 4711 was refused")
NS_PER_SECOND = 10**9

# What is planted, and how many times: the trace it is planted in, how its text is changed, and what that amounts to.
PLANTED = {
    "long pause": (3, "work", lambda lines: planting.longer_pause(lines, "read mem stats", 400_000_000)),
    "long GC pause": (3, "work", lambda lines: planting.longer_pause(lines, "GC mark termination", 250_000_000)),
    "log": (5, "stop-late", lambda lines: planting.other_text(lines, "number 7", LOG[1])),
    "stuck": (4, "stop-late", lambda lines: planting.later_end(lines, 90 * NS_PER_SECOND)),
    "slow starts": (0, "stop-late", lambda lines: planting.slower_starts(lines, NS_PER_SECOND // 2)),
}
# Of testdata/other, what its README says.
OTHER = {
    "go1.21-v1.trace": "not judged",
    "future.trace": "not judged",
    "error-page.trace": "not a trace",
    "text.trace": "not a trace",
    "elf.trace": "not a trace",
    "checksum.trace.gz": "unreadable",
    "checksum.trace.zst": "unreadable",
}
HEADER = b"go 1.26 trace\0\0\0"
LARGE = 80 << 20  # bytes, mostly zeros: gzip makes them small, and a disk need not keep them


class Workshop:
    """Makes traces, those that are planted once and then as copies."""

    def __init__(self, tracecheck, folder):
        self.tracecheck = tracecheck
        self.folder = folder
        self.made = {}

    def planted(self, version, what):
        if (version, what) not in self.made:
            _, template, change = PLANTED[what]
            lines = planting.wire(self.tracecheck, TESTDATA / "ok" / f"go{version}-{template}.trace")
            path = self.folder / f"{version}-{what}.trace"
            planting.assemble(self.tracecheck, change(lines), path)
            self.made[version, what] = path
        return self.made[version, what]


def fixtures(folder, version):
    return sorted((TESTDATA / folder).glob(f"go{version}-*.trace"))


def broken(chance, version):
    """What it is made of, its verdict, its bytes."""
    kind = chance.choices(("kept", "cut", "corrupt", "other"), (3, 3, 3, 1))[0]
    if kind == "other":
        name = chance.choice(sorted(OTHER))
        return f"other/{name}", OTHER[name], (TESTDATA / "other" / name).read_bytes()
    if kind == "cut":
        # The last batch of these has more than 200 bytes, and the first generation more than 1,000: each cut is inside.
        name = f"ok/go{version}-{chance.choice(('stop-late', 'work', 'many'))}.trace"
        whole = (TESTDATA / name).read_bytes()
        keep = chance.choice((chance.randrange(17, 1000), len(whole) - chance.randrange(2, 200)))
        return f"{name}, its first {keep} bytes", "truncated", whole[:keep]
    folder = "truncated" if kind == "kept" else "corrupt"
    path = chance.choice(fixtures(folder, version))
    return f"{folder}/{path.name}", folder, path.read_bytes()


def hostile(number):
    """One is larger than it should be, one unpacks to more than it should."""
    if number == 0:
        return "a header and zeros", "not judged", HEADER
    return "a gzip bomb", "not judged", gzip.compress(HEADER + bytes(LARGE), mtime=0)


def places(count):
    """Version, host and day of each trace: each version is on each host each day."""
    for i in range(count):
        host, day = i // len(VERSIONS) % HOSTS, i // len(VERSIONS) // HOSTS % DAYS
        yield VERSIONS[i % len(VERSIONS)], f"web-{host + 1}", f"2026-11-{day + 1:02d}"


def roles(chance, count):
    """What is to become of which: the number of a trace, and "broken", "hostile" or what is planted."""
    numbers = chance.sample(range(count), count)
    found = {numbers.pop(): "hostile" for _ in range(2)}
    found |= {numbers.pop(): "broken" for _ in range(count // 10 - 2)}
    slow = [i for i, place in enumerate(places(count)) if place[:2] == (SLOW_VERSION, SLOW_HOST)]
    found = {i: "slow starts" for i in slow} | found
    numbers = [i for i in numbers if i not in found]
    for what, (times, _, _) in PLANTED.items():
        found |= {numbers.pop(): what for _ in range(times)}
    return found


def make(folder, count, tracecheck):
    chance = random.Random(2026)
    becomes = roles(chance, count)
    workshop = Workshop(tracecheck, folder)
    attacks = 0
    plan = []
    for i, (version, host, day) in enumerate(places(count)):
        role = becomes.get(i)
        suffix = ""
        if role in PLANTED:
            origin, verdict = f"ok/go{version}-{PLANTED[role][1]}.trace", "complete"
            content = workshop.planted(version, role).read_bytes()
        elif role == "hostile":
            origin, verdict, content = hostile(attacks)
            attacks += 1
        elif role == "broken":
            origin, verdict, content = broken(chance, version)
            suffix = Path(origin).suffix if origin.endswith((".gz", ".zst")) else ""
        else:
            origin, verdict = f"ok/go{version}-{chance.choice(SOUND)}.trace", "complete"
            content = (TESTDATA / origin).read_bytes()
        path = folder / "traces" / f"host={host}" / f"day={day}" / f"{i:04d}.trace{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(content)
            if content is HEADER:
                file.truncate(LARGE)
        planted = role if role in PLANTED else None
        wrote = version if f"go{version}-" in origin else None
        plan.append({"trace": str(path), "host": host, "day": day, "go_version": wrote, "of": origin,
                     "verdict": verdict, "planted": planted})  # fmt: skip
    for path in workshop.made.values():
        path.unlink()
    (folder / "plan.json").write_text(json.dumps(plan, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="must not exist yet")
    parser.add_argument("--traces", type=int, default=2000, metavar="N", help="at least 200 (default: %(default)s)")
    parser.add_argument("--tracecheck", default="tracecheck", metavar="FILE")
    options = parser.parse_args()
    program = shutil.which(options.tracecheck)
    if program is None:
        parser.error(f"{options.tracecheck} is no program here; name tracecheck with --tracecheck")
    if options.traces < HOSTS * DAYS * len(VERSIONS):
        parser.error(f"--traces: at least {HOSTS * DAYS * len(VERSIONS)}, so that each version is on each host each day")
    try:
        options.folder.mkdir(parents=True)
    except FileExistsError:
        sys.exit(f"make_fleet.py: {options.folder} is there already")
    make(options.folder.resolve(), options.traces, program)


if __name__ == "__main__":
    main()
