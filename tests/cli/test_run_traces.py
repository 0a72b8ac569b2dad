"""run: where the trace comes from, and what is kept of it."""

import os
import re
import stat
import subprocess

import pytest
from recorded_child import LATE, child, shell
from support import CRASHER, FIXTURES, PATIENCE, SANITIZED, TRACECHECK, expect, name_of, run, verify

# What is kept


@pytest.mark.parametrize("path", FIXTURES, ids=name_of)
def test_every_trace_is_kept_byte_for_byte_and_judged_as_by_verify(tmp_path, path):
    out = tmp_path / "out"
    result = child("-o", out, command=["cat", path])
    told = verify(out).stdout
    if path.stat().st_size == 0:
        told = re.sub(rb"perhaps   killed by .*\n  or        ", b"perhaps   ", told)
        told = re.sub(rb"  or        a fatal error .*\n", b"", told)
        told += b"tracecheck: cat wrote nothing to standard output; if its trace goes elsewhere, say so with --trace FILE "
        told += b"or --fd N\n"
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", told)
    assert out.read_bytes() == path.read_bytes()
    assert os.listdir(tmp_path) == ["out"]


def test_without_a_file_nothing_is_left_and_the_verdict_is_the_same(tmp_path):
    result = child(command=["cat", LATE], env=os.environ | {"TMPDIR": str(tmp_path)})
    name = b"(standard output of cat)"
    kept = b"tracecheck: the trace of cat was not kept; -o FILE keeps it\n"
    assert result.stderr == verify(LATE).stdout.replace(bytes(LATE), name) + kept
    assert os.listdir(tmp_path) == []


def test_a_file_that_was_there_is_replaced_and_keeps_its_permissions(tmp_path):
    out = tmp_path / "out"
    out.write_bytes(b"x" * 1_000_000)
    out.chmod(0o604)
    (tmp_path / "link").symlink_to("out")
    child("-o", tmp_path / "link")
    assert out.read_bytes() == CRASHER.read_bytes()
    assert stat.S_IMODE(out.stat().st_mode) == 0o604
    child("-o", out, command=["true"])
    assert out.read_bytes() == b""


def test_what_does_not_start_leaves_the_file_as_it_was(tmp_path):
    (tmp_path / "out").write_text("from before")
    assert child("-o", tmp_path / "out", command=["./missing"]).returncode == 127
    assert (tmp_path / "out").read_text() == "from before"


@pytest.mark.parametrize("path", ["out", "link"])
def test_what_does_not_start_leaves_no_new_file(tmp_path, path):
    (tmp_path / "link").symlink_to("out")
    assert child("-o", tmp_path / path, command=["./missing"]).returncode == 127
    assert os.listdir(tmp_path) == ["link"]


@pytest.mark.parametrize("output", ["-", "/dev/stdout", "/dev/fd/1"])
def test_the_trace_can_go_on_to_standard_output(tmp_path, output):
    with open(tmp_path / "out", "wb") as out:
        out.write(b"from before")
        out.flush()
        result = child("-o", output, "--expect-crash", stdout=out)
    assert (tmp_path / "out").read_bytes() == b"from before" + CRASHER.read_bytes()
    assert result.returncode == 0
    assert result.stderr.endswith(b"\nok --expect-crash: it exited with code 2\n"), "the other stream has the checks"


@pytest.mark.parametrize("own_file", [False, True])
def test_who_closes_the_pipe_that_gets_the_trace_has_had_enough(tmp_path, own_file):
    reading, writing = os.pipe()
    os.close(reading)
    command = shell('cat "$1" > "$2"', CRASHER, tmp_path / "trace" if own_file else "/dev/stdout")
    trace = ["--trace", tmp_path / "trace"] if own_file else []
    result = child(*trace, "-o", "-", "--expect-verdict", "complete", command=command, stdout=writing)
    os.close(writing)
    assert result.returncode == 0
    assert result.stderr.endswith(b"\nok --expect-verdict complete: the trace is complete\n")


def test_the_trace_can_go_into_a_named_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE)
    expect(child("-o", tmp_path / "pipe", "--expect-verdict", "complete"), 0, None, None)
    assert reader.communicate(timeout=60)[0] == CRASHER.read_bytes()


@pytest.mark.parametrize("output, why", [("missing/out", "No such file or directory"), (".", "Is a directory")])
@pytest.mark.parametrize("options, code", [([], 125), (["--expect-crash"], 2)])
def test_what_cannot_be_kept_is_not_begun(tmp_path, output, why, options, code):
    result = run("run", "-o", output, *options, "--", "touch", "begun", cwd=tmp_path)
    expect(result, code, "", f"tracecheck: {output} cannot be written: {why}\n")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("options, code", [([], 125), (["--expect-crash"], 2)])
def test_a_full_disk_is_our_own_failure(options, code):
    result = child("-o", "/dev/full", *options)
    expect(result, code, "", "panic: yzzyx\ntracecheck: /dev/full cannot be written: No space left on device\n")


def test_without_a_place_for_temporary_files_nothing_is_run(tmp_path):
    result = child(env=os.environ | {"TMPDIR": str(tmp_path / "missing")})
    sentence = f"a temporary file in {tmp_path}/missing cannot be written: No such file or directory"
    expect(result, 125, "", f"tracecheck: {sentence}\n")


# Where the trace comes from


@pytest.mark.parametrize("descriptor", [*range(3, 16), 100])
def test_the_trace_comes_from_another_descriptor(tmp_path, descriptor):
    script = "import os, sys; os.write(int(sys.argv[2]), open(sys.argv[1], 'rb').read()); print('hello'); sys.exit(3)"
    command = ["/usr/bin/python3", "-c", script, CRASHER, descriptor]
    result = child("--fd", descriptor, "-o", tmp_path / "out", "--expect-exit", "3", command=command)
    assert (result.returncode, result.stdout) == (0, b"hello\n"), result
    assert (tmp_path / "out").read_bytes() == CRASHER.read_bytes()
    assert result.stderr.endswith(b"ok --expect-exit 3: it exited with code 3\n")


def test_a_descriptor_beyond_the_limit_is_our_own_failure():
    result = run("run", "--fd", "500000", "--", "true")
    expect(result, 125, "", "tracecheck: true cannot be started: Bad file descriptor\n")


@pytest.mark.skipif(SANITIZED, reason="a sanitizer starts a process itself")
@pytest.mark.parametrize("options, code", [([], 125), (["--expect-crash"], 2)])
def test_a_lack_of_memory_is_our_own_failure(options, code):
    # Where the first process of a namespace has ended, the system says so to who wants to start another one.
    namespace = ["unshare", "--pid"] if os.geteuid() == 0 else ["unshare", "--user", "--pid"]
    if subprocess.run([*namespace, "true"], stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip("no process namespace to be had")
    script = '/bin/true; exec "$@"'
    command = [*namespace, *shell(script, TRACECHECK, "run", *options, "--", "true")]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
    expect(result, code, "", "tracecheck: true cannot be started: Cannot allocate memory\n")


def test_the_trace_is_a_file_that_the_command_writes(tmp_path):
    command = shell('cat "$1" > "$2"; echo hello', CRASHER, tmp_path / "trace")
    result = child("--trace", tmp_path / "trace", "--expect-log", "xyzzy-cat:xyzzy-msg", command=command)
    assert (result.returncode, result.stdout) == (0, b"hello\n")
    line = b"ok --expect-log xyzzy-cat:xyzzy-msg: found once\n"
    assert result.stderr == verify(tmp_path / "trace").stdout + line


def test_a_file_that_the_command_writes_can_be_kept_besides(tmp_path):
    out = tmp_path / "out"
    command = shell('cat "$1" > "$2"', CRASHER, tmp_path / "trace")
    result = child("--trace", tmp_path / "trace", "-o", out, command=command)
    expect(result, 0, "", verify(out).stdout.decode())
    assert out.read_bytes() == CRASHER.read_bytes()


@pytest.mark.parametrize("output", ["link", "/dev/stdout", "-"])
def test_a_file_that_the_command_writes_is_not_replaced_under_another_name(tmp_path, output):
    (tmp_path / "trace").write_text("from before")
    os.link(tmp_path / "trace", tmp_path / "link")
    with open(tmp_path / "trace", "ab") as trace:
        result = child("--trace", "trace", "-o", output, command=["touch", "begun"], cwd=tmp_path, stdout=trace)
    assert (result.returncode, result.stderr.split(b"\n")[0]) == (2, b"tracecheck: -o and --trace name the same file")
    assert (tmp_path / "trace").read_text() == "from before" and not (tmp_path / "begun").exists()


@pytest.mark.parametrize("script", ['cat "$1" > trace; ln -f trace "$2"', 'ln "$2" trace; cat "$1" > trace',
                                    'mv "$2" trace; cat "$1" > trace'])
@pytest.mark.parametrize("options, code", [([], 125), (["--expect-crash"], 2)])
def test_a_command_that_links_its_trace_to_what_is_kept_loses_nothing(tmp_path, script, options, code):
    command = shell(script, CRASHER, "out")
    result = child("--trace", "trace", "-o", "out", *options, command=command, cwd=tmp_path)
    assert (tmp_path / "trace").read_bytes() == CRASHER.read_bytes()
    if "-f" not in script:  # there the file that was to be kept has lost its name
        expect(result, code, "", "tracecheck: sh has made one file of out and trace, which is left as it is\n")


@pytest.mark.parametrize("options", [[], ["-o", "out"]])
def test_a_trace_from_before_is_not_taken_for_the_commands(tmp_path, options):
    (tmp_path / "trace").write_bytes(CRASHER.read_bytes())
    result = run("run", "--trace", "trace", *options, "--expect-log", "xyzzy-cat:xyzzy-msg", "--", "true", cwd=tmp_path)
    expect(result, 1, "", "trace: unreadable: the command has not written it; it was there before\n"
           "failed --expect-log xyzzy-cat:xyzzy-msg: not found; the trace is unreadable\n")
    assert (tmp_path / "trace").read_bytes() == CRASHER.read_bytes()


def test_a_trace_that_is_not_written_at_all_is_unreadable(tmp_path):
    result = run("run", "--trace", tmp_path / "trace", "--expect-verdict", "unreadable", "--", "true")
    expect(result, 0, "", f"{tmp_path}/trace: unreadable: no such file\n"
           "ok --expect-verdict unreadable: the trace is unreadable\n")


def test_standard_input_is_the_childs():
    result = run("run", "--expect-verdict", "complete", "--", "cat", input=CRASHER.read_bytes())
    expect(result, 0, None, None)
