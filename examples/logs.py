#!/usr/bin/env python3
"""Prints the logs of a trace as `tracecheck grep` does: logs.py FILE, or logs.py - to read standard input as it comes.

The library is libtracecheck.so.0.1, or what the environment variable LIBTRACECHECK names. Behind damage, logs of a file are
salvaged, and have "~" before them. The verdict goes to standard error. Exit: 0 for a complete trace, else 1.
"""

import os
import sys
from ctypes import CDLL, POINTER, Structure, byref, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint32, c_uint64
from ctypes import c_void_p, sizeof, string_at

EVENT = 1  # of the enums in tracecheck/c.h
SALVAGE = 1
LOG = 11
BACKGROUND_TASK = 0


NAMED = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"}


def escaped(character):
    """A trace's text is not to be trusted: it may hold what a terminal obeys."""
    if character.isprintable():
        return character
    number = ord(character)
    plain = f"\\x{number:02x}" if number < 0x80 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
    return NAMED.get(character, plain)


class Text(Structure):
    _fields_ = [("data", c_void_p), ("size", c_size_t)]

    def __str__(self):
        return "".join(map(escaped, string_at(self.data, self.size).decode(errors="backslashreplace")))


class Event(Structure):
    # The first members of tracecheck_event: struct_size tells the library that there is no room for more.
    _fields_ = [
        ("struct_size", c_size_t),
        ("kind", c_int32),
        ("salvaged", c_int32),
        ("time", c_int64),
        ("thread", c_int64),
        ("proc", c_int64),
        ("goroutine", c_int64),
        ("name", Text),
        ("text", Text),
        ("lost_name", c_uint64),
        ("lost_text", c_uint64),
        ("task", c_uint64),
    ]


def load():
    library = CDLL(os.environ.get("LIBTRACECHECK", "libtracecheck.so.0.1"))
    for name, result, *arguments in [
        ("open_file", c_void_p, c_char_p, c_uint32),
        ("open_feed", c_void_p),
        ("feed", c_int, c_void_p, c_char_p, c_size_t),
        ("finish", c_int, c_void_p),
        ("next", c_int, c_void_p, POINTER(Event)),
        ("verdict", c_int, c_void_p),
        ("verdict_name", c_char_p, c_int),
        ("message", Text, c_void_p),
        ("close", None, c_void_p),
    ]:
        function = getattr(library, f"tracecheck_{name}")
        function.restype, function.argtypes = result, arguments
    return library


def events(library, reader):
    """Those that are known; each is valid until the next."""
    event = Event(struct_size=sizeof(Event))
    while library.tracecheck_next(reader, byref(event)) == EVENT:
        yield event


def fed(library, reader, stream):
    while piece := os.read(stream, 65536):
        library.tracecheck_feed(reader, piece, len(piece))
        yield from events(library, reader)
    library.tracecheck_finish(reader)
    yield from events(library, reader)


def print_logs(found):
    start = None
    for event in found:
        start = event.time if start is None else start
        if event.kind != LOG:
            continue
        # Salvaged events may come late: before the first one that was given out, or before others.
        sign = "-" if event.time < start else ""
        seconds, nanoseconds = divmod(abs(event.time - start), 10**9)
        goroutine = event.goroutine if event.goroutine >= 0 else "?"
        task = f" task {event.task}" if event.task != BACKGROUND_TASK else ""
        category = f"string#{event.lost_name}" if event.lost_name else str(event.name)
        message = f"string#{event.lost_text}" if event.lost_text else str(event.text)
        mark = "~" if event.salvaged else ""
        print(f"{mark}{sign}{seconds}.{nanoseconds:09} g{goroutine}{task} {category}: {message}", flush=True)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: logs.py FILE, or logs.py - for standard input")
    path = sys.argv[1]
    library = load()
    if path == "-":
        reader = library.tracecheck_open_feed()
        print_logs(fed(library, reader, sys.stdin.fileno()))
    else:
        reader = library.tracecheck_open_file(os.fsencode(path), SALVAGE)
        print_logs(events(library, reader))
    verdict = library.tracecheck_verdict(reader)
    print(library.tracecheck_verdict_name(verdict).decode(), library.tracecheck_message(reader), file=sys.stderr)
    library.tracecheck_close(reader)
    return 1 if verdict else 0


if __name__ == "__main__":
    sys.exit(main())
