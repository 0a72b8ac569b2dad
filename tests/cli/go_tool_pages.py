"""What `go tool trace` shows in a browser, as numbers: the pages of its goroutine analysis, tasks and regions."""

import html.parser
import os
import re
import subprocess
import urllib.parse
import urllib.request
from contextlib import contextmanager

from support import PATIENCE

UNITS = {"h": 3600 * 10**9, "m": 60 * 10**9, "s": 10**9, "ms": 10**6, "µs": 10**3, "ns": 1}


def nanoseconds(text):
    """Of a time.Duration as Go prints it, which is exact."""
    assert re.fullmatch(r"-?([\d.]+(h|ms|m|s|µs|ns))+|0s", text), text
    total = 0
    for whole, fraction, unit in re.findall(r"(\d+)(?:\.(\d+))?(h|ms|m|s|µs|ns)", text):
        total += int(whole) * UNITS[unit]
        if fraction:
            total += int(fraction) * UNITS[unit] // 10 ** len(fraction)
    return -total if text.startswith("-") else total


class Tables(html.parser.HTMLParser):
    """All tables of a page, in the order in which they end: rows of cells, each with its text and the links in it."""

    def __init__(self, page):
        super().__init__()
        self.done, self.open = [], []
        self.feed(page)
        while self.open:  # a page need not say that its table ends
            self.handle_endtag("table")

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self.open.append([])
        elif tag == "tr" and self.open:
            self.open[-1].append([])
        elif tag in ("td", "th") and self.open:
            self.open[-1][-1].append(["", []])
        elif tag == "a" and self.open:
            self.open[-1][-1][-1][1].append(dict(attributes)["href"])
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag):
        if tag == "table":
            self.done.append([[(text.strip(), links) for text, links in row] for row in self.open.pop()])

    def handle_data(self, data):
        if self.open and self.open[-1] and self.open[-1][-1]:
            self.open[-1][-1][-1][0] += data


class Pages:
    def __init__(self, address):
        self.address = address

    def tables(self, path, **query):
        link = self.address + path + ("?" + urllib.parse.urlencode(query) if query else "")
        with urllib.request.urlopen(link, timeout=PATIENCE) as answer:
            return Tables(answer.read().decode()).done

    def functions(self):
        """Of each function, how many goroutines, and their execution time."""
        (table,) = self.tables("/goroutines")
        return {
            urllib.parse.parse_qs(name[1][0].split("?")[1], keep_blank_values=True)["name"][0]:
                (int(count[0]), nanoseconds(time[0]))
            for name, count, time in table[1:]
        }

    def breakdown(self, path, first_columns, **query):
        """The two tables of times; by what the first columns have, in the order of the page."""
        _, times, ranges = self.tables(path, **query)
        return [
            [
                (tuple(cell[0] for cell in row[:first_columns]),
                 {header[0]: nanoseconds(cell[0])
                  for header, cell in zip(table[0][first_columns:], row[first_columns:]) if header[0]})
                for row in table[1:]
            ]
            for table in (times, ranges)
        ]

    def goroutines(self, function):
        """Of each goroutine, its times by the page's names, and those in ranges."""
        times, ranges = self.breakdown("/goroutine", 1, name=function)
        in_ranges = {int(id): {name: time for name, time in row.items() if name != "Total"} for (id,), row in ranges}
        return {int(id): (row, in_ranges.get(int(id), {})) for (id,), row in times}

    def tasks(self):
        """Of each name, how many, complete or not; and of each that is, its id and duration."""
        found = {}
        for row in self.tables("/usertasks")[-1][1:]:
            name = row[0][0]
            if name == "":
                continue  # the background task, and tasks that are only named by others
            (table,) = self.tables("/usertask", type=name)
            heads = [r for r in table[1:] if r[3][0].startswith("Task ")]
            found[name] = (int(row[1][0]), {
                int(re.search(r"Task (\d+)", head[3][0])[1]): nanoseconds(head[1][0])
                for head in heads if "(complete)" in head[3][0]
            })
        return found

    def regions(self):
        """Of each name, how many, and the times of each."""
        found = {}
        for row in self.tables("/userregions")[-1][1:]:
            query = urllib.parse.parse_qs(row[1][1][0].split("?")[1], keep_blank_values=True)
            name = query["type"][0]
            times, _ = self.breakdown("/userregion", 2, type=name, pc=query["pc"][0])
            found.setdefault(name, []).extend(row for _, row in times)
            assert len(times) == int(row[1][0])
        return found


@contextmanager
def go_tool_trace(path):
    """The tool at work on a trace. The browser that it opens is one that does nothing."""
    process = subprocess.Popen(
        ["go", "tool", "trace", "-http=127.0.0.1:0", str(path)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"BROWSER": "true"},
    )
    try:
        for line in process.stderr:
            if address := re.search(r"http://[\d.:]+", line):
                yield Pages(address[0])
                return
        raise AssertionError(f"go tool trace serves no pages of {path}")
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)

