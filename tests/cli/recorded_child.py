"""A recorded crash as the child of `run`, for its tests."""

from support import CRASHER, TRUNCATED, run

LATE = TRUNCATED / "go1.26-mapwrites-late.trace"  # two of its logs have lost their texts


def shell(script, *arguments):
    return ["sh", "-c", script, "sh", *arguments]


CRASH = shell("cat \"$1\"; echo 'panic: yzzyx' >&2; exit 2", CRASHER)  # as testdata/programs/crasher


def child(*options, command=CRASH, **more):
    return run("run", *options, "--", *command, **more)


def lines(result):
    return result.stdout.decode().split("\n")[:-1]
