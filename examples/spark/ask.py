#!/usr/bin/env python3
"""Answers questions in SQL about the tables that fleet.py wrote, with columns parted by tabs.

  ask.py FOLDER "SELECT ..." ..."""

import argparse
import sys

import trace_rows

try:
    from pyspark.errors import AnalysisException
    from pyspark.sql import SparkSession
except ImportError as missing:
    sys.exit(f"ask.py needs pyspark (pip install pyspark): {missing}")


def open_tables(spark, folder):
    """Makes each table a view."""
    for name, columns in trace_rows.TABLES.items():
        # With a schema, Spark opens no file to find it, and a table without a row is a table.
        schema = f"{columns}, host STRING, day STRING"
        spark.read.schema(schema).parquet(f"{folder}/{name}").createOrReplaceTempView(name)


def print_answer(spark, question):
    answer = spark.sql(question)
    print(*answer.columns, sep="\t")
    for row in answer.collect():
        print(*("" if value is None else value for value in row), sep="\t")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="FOLDER")
    parser.add_argument("questions", nargs="+", metavar="SELECT")
    options = parser.parse_args()
    spark = SparkSession.builder.appName("tracecheck fleet").getOrCreate()
    try:
        open_tables(spark, options.folder)
        for question in options.questions:
            print_answer(spark, question)
    except AnalysisException as error:
        sys.exit(f"ask.py: {error.getMessage()}")
    finally:
        spark.stop()


if __name__ == "__main__":
    main()
