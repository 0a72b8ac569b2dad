"""The seed scene with a real child: a Go program logs one message and panics, and its trace is read from the pipe.
test_seed_scene.py has the same of recorded traces."""

import subprocess

import pytest

from go_children import go_program
from support import PATIENCE, SEED_SELECTION, VERSIONS, expect, expect_seed_verdict, run

SINCE_1_23 = VERSIONS[1:]


def crash_into(tmp_path, version, *arguments):
    """`./crasher 2>err | tracecheck ARGUMENTS`: what tracecheck gave, the child's exit code, and err."""
    with open(tmp_path / "err", "wb") as err:
        child = subprocess.Popen(
            [go_program(version, "crasher")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err
        )
    result = run(*arguments, stdin=child.stdout)
    child.stdout.close()
    return result, child.wait(timeout=PATIENCE), (tmp_path / "err").read_text()


@pytest.mark.parametrize("version", SINCE_1_23)
def test_the_log_before_a_panic_is_found_on_the_childs_stdout(tmp_path, version):
    result, _, _ = crash_into(tmp_path, version, "grep", *SEED_SELECTION)
    time, rest = result.stdout.decode().split(" ", 1)
    assert rest == "g1 xyzzy-cat: xyzzy-msg\n"
    assert 0 <= float(time) < PATIENCE
    expect(result, 0, None)


@pytest.mark.parametrize("version", SINCE_1_23)
def test_what_was_not_logged_is_known_not_to_be_there(tmp_path, version):
    result, _, _ = crash_into(tmp_path, version, "grep", "--category", "xyzzy-cat", "--message", "yzzyx")
    # A kill just after the first generation would have left the same bytes, so grep does not keep quiet about it.
    expect(result, 1, stderr=None)
    why = b"a kill between two generations" if version in ("1.23", "1.24") else b"trace.Stop did not end it"
    assert result.stderr.startswith(b"tracecheck: (standard input): no match, and the trace is complete; but " + why)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_trace_of_a_panic_is_whole_from_go_1_23_on(tmp_path, version):
    result, _, _ = crash_into(tmp_path, version, "verify")
    expect_seed_verdict(result, version, "(standard input)")


def test_go_1_22_loses_the_log_and_grep_says_that_it_may_have_been_there(tmp_path):
    result, _, _ = crash_into(tmp_path, "1.22", "grep", *SEED_SELECTION)
    expect(result, 3, stderr=None)
    assert b"no match; there may have been one in what is missing\n" in result.stderr


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("command", [["verify"], ["grep", *SEED_SELECTION]], ids=["verify", "grep"])
def test_the_childs_panic_is_its_own_exit_and_stands_once_on_its_stderr(tmp_path, version, command):
    _, exit_code, err = crash_into(tmp_path, version, *command)
    assert exit_code == 2
    assert err.startswith("panic: yzzyx\n\ngoroutine 1 [running]:\n")
    assert err.count("yzzyx") == 1
