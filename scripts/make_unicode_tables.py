#!/usr/bin/env python3
"""Makes format/unicode_printable.inc: the code points that Go prints unescaped.

Go's quoting calls printable what Unicode puts in the categories L, M, N, P and S, and the ASCII space.
Go 1.26 follows Unicode 15.0, which Debian 12's package unicode-data has.

    scripts/make_unicode_tables.py          writes the table
    scripts/make_unicode_tables.py --check  exit 1 if the table in the tree is not what would be written
"""

import argparse
import pathlib
import re
import sys

VERSION = "15.0.0"
SOURCE = pathlib.Path("/usr/share/unicode/extracted/DerivedGeneralCategory.txt")
OUTPUT = pathlib.Path(__file__).resolve().parent.parent / "format" / "unicode_printable.inc"
PRINTABLE = set("LMNPS")
PER_LINE = 5

HEADER = f"""\
// Code points that Go's quoting leaves as they are, by Unicode {VERSION}: inclusive ranges, ascending.
// Made by scripts/make_unicode_tables.py from Debian's unicode-data; not to be edited.
"""


def read_ranges(lines):
    """The (first, last) pairs of printable code points, in no order, not merged."""
    row = re.compile(r"([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*;\s*([A-Z][a-z])\b")
    yield 0x20, 0x20
    for line in lines:
        match = row.match(line)
        if match and match[3][0] in PRINTABLE:
            first = int(match[1], 16)
            yield first, int(match[2] or match[1], 16)


def merge(ranges):
    merged = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1][1] = max(last, merged[-1][1])
        else:
            merged.append([first, last])
    return merged


def render(ranges):
    cells = [f"{{{first:#x}, {last:#x}}}," for first, last in ranges]
    lines = [" ".join(cells[i:i + PER_LINE]) for i in range(0, len(cells), PER_LINE)]
    return HEADER + "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the table in the tree, write nothing")
    parser.add_argument("--source", type=pathlib.Path, default=SOURCE, help="DerivedGeneralCategory.txt")
    arguments = parser.parse_args()

    try:
        text = arguments.source.read_text(encoding="utf-8")
    except OSError as error:
        print(f"{arguments.source}: {error.strerror}; install the package unicode-data", file=sys.stderr)
        return 2
    if not text.startswith(f"# DerivedGeneralCategory-{VERSION}.txt"):
        print(f"{arguments.source} is not of Unicode {VERSION}, which Go 1.26 follows", file=sys.stderr)
        return 2

    table = render(merge(read_ranges(text.splitlines())))
    if not arguments.check:
        OUTPUT.write_text(table, encoding="utf-8")
        return 0
    if not OUTPUT.exists() or OUTPUT.read_text(encoding="utf-8") != table:
        print(f"{OUTPUT.name} is out of date; run scripts/make_unicode_tables.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
