"""Calls of `tracecheck stats`."""

from support import documents, run, validator

VALIDATOR = validator("stats")


def stats(*arguments, **options):
    return run("stats", *arguments, **options)


def document(path, *arguments):
    (found,) = documents(stats("--json", *arguments, path))
    VALIDATOR.validate(found)
    return found
