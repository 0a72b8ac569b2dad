"""What tracecheck says of one trace, as rows of tables. Knows nothing of Spark, which ships this file to its workers.

Whatever a trace does to tracecheck, or tracecheck to us, comes out as a row of `verdicts`: no exception leaves `rows_of`."""

import time
from datetime import datetime, timezone

from trace_pipe import Contents, Failed, Unreadable, lines_of

# Columns as Spark declares them. Times are ns, sizes bytes; in each table `host` and `day` follow, by which it is partitioned.
TABLES = {
    "verdicts": """trace STRING, size BIGINT, verdict STRING, failure STRING, message STRING, go_version STRING, start BIGINT,
        duration BIGINT, events BIGINT, salvaged BIGINT, goroutines BIGINT, most_goroutines BIGINT, most_heap BIGINT,
        max_stw BIGINT, max_gc BIGINT, logs BIGINT, lost_texts BIGINT, damages BIGINT, damage_code STRING,
        damage_offset BIGINT, damage_message STRING, seconds DOUBLE""",
    "logs": """trace STRING, time BIGINT, goroutine BIGINT, task BIGINT, category STRING, message STRING,
        salvaged BOOLEAN""",
    "functions": """trace STRING, function STRING, system BOOLEAN, goroutines BIGINT, at_end BIGINT, execution BIGINT,
        scheduling_wait BIGINT, blocked BIGINT, syscall BIGINT, total BIGINT""",
    "at_end": """trace STRING, function STRING, system BOOLEAN, state STRING, reason STRING, stack STRING,
        goroutines BIGINT, longest BIGINT""",
    "pauses": """trace STRING, kind STRING, of_gc BOOLEAN, count BIGINT, unended BIGINT, shortest BIGINT, median BIGINT,
        longest BIGINT, total BIGINT""",
    "latency": "trace STRING, at_least BIGINT, below BIGINT, count BIGINT",
}
COLUMNS = {name: [column.split()[0] for column in columns.split(",")] for name, columns in TABLES.items()}


# Values


def number(value):
    """Large numbers are texts in the JSON; what a column of 64 bits cannot hold, no runtime writes."""
    value = None if value is None else int(value)
    return value if value is None or -(2**63) <= value < 2**63 else None


def text(value):
    return None if value is None else value.encode(errors="replace").decode()


def wall_clock(value):
    """RFC 3339 with up to nine digits, in UTC, as ns since 1970."""
    if value is None:
        return None
    moment, _, fraction = value.removesuffix("Z").partition(".")
    seconds = datetime.fromisoformat(moment).replace(tzinfo=timezone.utc).timestamp()
    return int(seconds) * 10**9 + int(fraction.ljust(9, "0") if fraction else 0)


def stack_of(frames):
    """A line, innermost frame first; null if none is known."""
    if not frames:
        return None
    return text(" < ".join(f"{f['func'] or '?'} ({f['file'] or '?'}:{f['line'] or 0})" for f in frames))


# Rows


def rows_of(trace, size, opened, tracecheck, limits):
    """Pairs of a table's name and a row, a dict. The row of `verdicts` comes last, and always comes. `opened` opens the trace
    as a binary file, and is called once or twice."""
    start = time.monotonic()
    verdict = dict.fromkeys(COLUMNS["verdicts"]) | {"trace": text(trace), "size": size, "verdict": "not judged"}
    contents = Contents(opened)
    try:
        yield from of_stats(verdict, tracecheck, contents, limits)
        if verdict["duration"] is not None:  # there is a trace
            yield from of_logs(verdict, tracecheck, contents, limits)
    except Failed as failure:
        verdict["failure"] = text(str(failure))
        if isinstance(failure, Unreadable) and verdict["damages"] is None:
            verdict["verdict"] = "unreadable"
    except Exception as error:  # a document that is not as the schema has it, say
        verdict["failure"] = text(f"what tracecheck printed cannot be used: {error!r}")
    verdict["seconds"] = time.monotonic() - start
    yield "verdicts", verdict


def of_stats(verdict, tracecheck, contents, limits):
    documents = list(lines_of(tracecheck, ["stats", "--json"], contents, limits))
    if len(documents) != 1:
        raise Failed(f"stats printed {len(documents)} documents")
    (document,) = documents
    judge(verdict, document)
    if document["summary"] is not None:
        yield from of_summary(verdict["trace"], document["summary"])


def judge(verdict, document):
    damage, summary = document["damage"], document["summary"] or {}
    found = {name: text(document[name]) for name in ("verdict", "message", "go_version")} | {"damages": len(damage)}
    if damage:
        found |= {
            "damage_code": text(damage[0]["code"]),
            "damage_offset": number(damage[0]["offset"]),
            "damage_message": text(damage[0]["message"]),
        }
    if summary:
        names = ("duration", "events", "salvaged", "goroutines", "most_goroutines", "most_heap")
        found |= {name: number(summary[name]) for name in names}
        found |= {
            "max_stw": longest(summary["stop_the_world"]["durations"]),
            "max_gc": longest(summary["gc"]["pauses"]),
        }
    verdict |= found


def longest(durations):
    return number(durations["max"])


def of_summary(trace, summary):
    for function in summary["functions"]:
        names = ("goroutines", "at_end", "execution", "scheduling_wait", "blocked", "total")
        yield "functions", {
            "trace": trace,
            "function": text(function["function"]),
            "system": function["system"],
            **{name: number(function[name]) for name in names},
            "syscall": number(int(function["syscall"]) + int(function["syscall_block"])),
        }
    yield from of_end(trace, summary["at_end"])
    for pause in summary["stop_the_world"]["kinds"]:
        durations = pause["durations"]
        yield "pauses", {
            "trace": trace,
            "kind": text(pause["kind"]),
            "of_gc": (pause["kind"] or "").startswith("GC "),
            "count": number(durations["count"]),
            "unended": number(pause["unended"]),
            "shortest": number(durations["min"]),
            "median": number(durations["median"]),
            "longest": longest(durations),
            "total": number(durations["total"]),
        }
    for bucket in summary["scheduling_latency"]["histogram"]:
        yield "latency", {
            "trace": trace,
            "at_least": number(bucket["from"]),
            "below": number(bucket["below"]),
            "count": number(bucket["count"]),
        }


def of_end(trace, goroutines):
    """Goroutines that are alike at the end are one row: there may be very many."""
    alike = {}
    for goroutine in goroutines:
        names = ("function", "system", "state", "reason")
        key = (*(goroutine[name] for name in names), stack_of(goroutine["stack"]))
        count, most = alike.get(key, (0, 0))
        alike[key] = count + 1, max(most, int(goroutine["at_least"]))
    for (function, system, state, reason, stack), (count, most) in alike.items():
        yield "at_end", {
            "trace": trace,
            "function": text(function),
            "system": system,
            "state": text(state),
            "reason": text(reason),
            "stack": stack,
            "goroutines": count,
            "longest": number(most),
        }


def of_logs(verdict, tracecheck, contents, limits):
    verdict["logs"] = verdict["lost_texts"] = 0
    command = ["export", "--format", "ndjson", "--kind", "Log", "--no-stacks"]
    for document in lines_of(tracecheck, command, contents, limits):
        if document["kind"] == "Trace" and verdict["start"] is None:
            verdict["start"] = wall_clock(document["wall"])
        elif document["kind"] == "Log":
            verdict["logs"] += 1
            verdict["lost_texts"] += document["category"] is None or document["message"] is None
            yield "logs", {
                "trace": verdict["trace"],
                **{name: number(document[name]) for name in ("time", "goroutine", "task")},
                **{name: text(document[name]) for name in ("category", "message")},
                "salvaged": document.get("salvaged", False),
            }
