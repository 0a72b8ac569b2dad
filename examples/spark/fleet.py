#!/usr/bin/env python3
"""Judges many traces with Spark, and writes what tracecheck says of them as tables of Parquet.

  fleet.py [--tracecheck FILE] [--label REGEX] ... TRACES... --out FOLDER

TRACES are folders, files or patterns, on any file system that Spark reads. docs/fleet.md describes the tables and what
changes on a cluster."""

import argparse
import functools
import itertools
import re
import shutil
import subprocess
import sys
from pathlib import Path

import trace_files
import trace_pipe
import trace_rows

try:
    import pandas
    import pyarrow  # noqa: F401 (Spark needs it, and so do the workers)
    from pyspark import SparkFiles, StorageLevel
    from pyspark.errors import AnalysisException
    from pyspark.sql import SparkSession
except ImportError as missing:
    sys.exit(f"fleet.py needs pyspark, pandas and pyarrow (pip install 'pyspark[sql]'): {missing}")

LABEL = r"host=(?P<host>[^/]+)/day=(?P<day>[^/]+)/"
ROWS = 4096  # of a table, at most so many at once


def arguments(given):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("traces", nargs="+", metavar="TRACES")
    parser.add_argument("--out", required=True, metavar="FOLDER", help="the tables; must not exist yet")
    parser.add_argument("--tracecheck", default="tracecheck", metavar="FILE", help="the program, shipped to all workers")
    parser.add_argument("--include", default="*.trace*", metavar="PATTERN", help="names of files (default: %(default)s)")
    parser.add_argument("--label", default=LABEL, metavar="REGEX", help="finds host and day in a path (default: %(default)s)")
    parser.add_argument("--max-memory", default="512M", metavar="SIZE", help="for tracecheck (default: %(default)s)")
    parser.add_argument("--max-bytes", default="256M", metavar="SIZE", help="of a trace, unpacked (default: %(default)s)")
    parser.add_argument("--timeout", type=float, default=60, metavar="SECONDS", help="for each run of tracecheck")
    options = parser.parse_args(given)
    options.program = shutil.which(options.tracecheck)
    if options.program is None:
        parser.error(f"{options.tracecheck} is no program here; name tracecheck with --tracecheck")
    options.limits = trace_pipe.Limits(options.max_memory, options.max_bytes, options.timeout)
    # Of nothing at all, tracecheck says that it is cut. What is no tracecheck, or a limit that is none, fails here once.
    command = [options.program, "stats", *options.limits.options(), "-"]
    tried = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    if tried.returncode != 3:
        parser.error(f"{options.program} cannot be used: {tried.stderr.decode(errors='replace').split(chr(10))[0]}")
    try:
        names = re.compile(options.label).groupindex
    except re.error as error:
        parser.error(f"--label: {error}")
    if {"host", "day"} - set(names):
        parser.error("--label needs the groups (?P<host>...) and (?P<day>...)")
    return options


def found_files(spark, options):
    """Path and size of each. What is in them the workers read by themselves: Spark would hold each as a whole, several
    times over, in Java's memory, and one that is too large would end the job."""
    reader = spark.read.format("binaryFile").option("recursiveFileLookup", "true")
    return reader.option("pathGlobFilter", options.include).load(options.traces).select("path", "length")


def row_type():
    """A row of any table: where it belongs, and a struct for each table, of which one is there."""
    structs = (f"{name} STRUCT<{columns}>" for name, columns in trace_rows.TABLES.items())
    return "table STRING, host STRING, day STRING, " + ", ".join(structs)


def judge(options, program):
    """What runs on the workers: frames of files in, frames of rows out. `program` is found there only."""
    limits = options.limits
    label = re.compile(options.label)
    columns = ["table", "host", "day", *trace_rows.TABLES]

    def rows(frame):
        for path, size in zip(frame["path"], frame["length"]):
            found = label.search(path)
            host, day = (found["host"], found["day"]) if found else (None, None)
            open_it = functools.partial(trace_files.opened, path)
            for table, row in trace_rows.rows_of(trace_files.local(path), int(size), open_it, program(), limits):
                yield {"table": table, "host": host, "day": day, table: row}

    def judged(frames):
        found = (row for frame in frames for row in rows(frame))
        while some := list(itertools.islice(found, ROWS)):
            # As objects: pandas would make a number that is not there NaN, and all others of its column inexact.
            yield pandas.DataFrame({name: pandas.Series([row.get(name) for row in some], dtype=object) for name in columns})

    return judged


def write(rows, out):
    """Each trace is judged once: the rows wait on the workers' disks while one table after the other is written."""
    rows.persist(StorageLevel.DISK_ONLY)
    for name in trace_rows.TABLES:
        table = rows.where(rows.table == name).select(f"{name}.*", "host", "day")
        # A file for each host and day, not one from each worker.
        table.repartition("host", "day").write.partitionBy("host", "day").parquet(f"{out}/{name}")
    rows.unpersist()


def fill(spark, options):
    """Judges the traces and writes the tables; ends with a sentence if there is nothing to judge, or no place to write."""
    for module in (trace_files, trace_pipe, trace_rows):
        spark.sparkContext.addPyFile(module.__file__)
    spark.sparkContext.addFile(options.program)
    name = Path(options.program).name
    try:
        files = found_files(spark, options)
        if files.select("path").isEmpty():
            sys.exit(f"fleet.py: no file like {options.include} is in {' '.join(options.traces)}")
        write(files.mapInPandas(judge(options, lambda: SparkFiles.get(name)), row_type()), options.out)
    except AnalysisException as error:  # a path that is not there, or tables that are
        sys.exit(f"fleet.py: {error.getMessage()}")


def main():
    options = arguments(sys.argv[1:])
    spark = SparkSession.builder.appName("tracecheck fleet").getOrCreate()
    try:
        fill(spark, options)
    finally:
        spark.stop()


if __name__ == "__main__":
    main()
