"""The seed scene with a recorded trace of each version of Go. test_crashing_child.py has it with real children."""

import pytest

from support import OK, SEED_SELECTION, TRUNCATED, VERSIONS, expect, expect_seed_verdict, run


def recorded(version):
    folder = TRUNCATED if version == "1.22" else OK
    return folder / f"go{version}-crasher.trace"


@pytest.mark.parametrize("version", VERSIONS)
def test_the_verdict_on_the_file_and_on_a_pipe(version):
    trace = recorded(version)
    expect_seed_verdict(run("verify", trace), version, str(trace))
    expect_seed_verdict(run("verify", input=trace.read_bytes()), version, "(standard input)")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_log_is_found_or_may_have_been_there(version):
    trace = recorded(version)
    for result in (run("grep", *SEED_SELECTION, trace), run("grep", *SEED_SELECTION, input=trace.read_bytes())):
        if version == "1.22":
            expect(result, 3, stderr=None)
        else:
            expect(result, 0, None)
            assert result.stdout.decode().split(" ", 1)[1] == "g1 xyzzy-cat: xyzzy-msg\n"
