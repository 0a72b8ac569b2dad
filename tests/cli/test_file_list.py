"""-r, --include and --files-from: which files verify, grep, stats and export read, and in which order."""

import contextlib
import os
import re
import resource
import shutil
import socket
import subprocess
import time

import pytest
from support import (
    CRASHER,
    OK,
    TRACECHECK,
    TRUNCATED,
    documents,
    expect,
    expect_usage,
    run,
    run_on_terminal,
    verify,
    without_privileges,
)

CUT = TRUNCATED / "go1.26-mapwrites-late.trace"
COMMANDS = {
    "verify": ["verify", "--json"],
    "grep": ["grep", "--json", "-e", "."],
    "stats": ["stats", "--json"],
    "export": ["export", "--format", "ndjson", "--kind", "Log"],
}


def files_of(result):
    """Of each document, each file once."""
    return list(dict.fromkeys(d.get("trace") or d.get("file") for d in documents(result)))


@pytest.fixture
def tree(tmp_path):
    """A folder `t` with traces at several depths, and what is none."""
    for name in ("b.trace", "a/z.trace.gz", "a/c/d.trace", "a.trace", "a/b.trace", "notes.txt", "trace.out"):
        path = tmp_path / "t" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CRASHER, path)
    return tmp_path


TRACES = ["t/a/b.trace", "t/a/c/d.trace", "t/a/z.trace.gz", "t/a.trace", "t/b.trace"]


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_directory_gives_its_traces_sorted(command, tree):
    for workers in ("1", "4"):
        result = run(*command, "-j", workers, "-r", "t", cwd=tree)
        assert (result.returncode, files_of(result), result.stderr) == (0, TRACES, b"")


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_include_says_which(command, tree):
    result = run(*command, "-r", "--include", "*.out", "--include", "[ab].trace", "t", cwd=tree)
    assert files_of(result) == ["t/a/b.trace", "t/a.trace", "t/b.trace", "t/trace.out"]


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_what_is_named_is_read_in_its_order(command, tree):
    result = run(*command, "t/notes.txt", "-r", "t/a", "t/a.trace", cwd=tree)
    assert files_of(result) == ["t/notes.txt", *TRACES[:4]]


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("end", [b"\n", b"\0"], ids=repr)
def test_a_list_of_files(command, end, tree):
    names = [b"t/b.trace", b"t/a"]
    (tree / "list").write_bytes(end.join(names) + end)
    expected = ["t/trace.out", "t/b.trace", *TRACES[:3]]
    result = run(*command, "-r", "--files-from", "list", "t/trace.out", cwd=tree)
    assert (result.returncode, files_of(result)) == (0, expected)
    result = run(*command, "-r", "--files-from", "-", "t/trace.out", cwd=tree, input=end.join(names))
    assert (result.returncode, files_of(result)) == (0, expected)


def test_names_may_hold_anything_but_a_nul(tmp_path):
    folder = os.path.join(os.fsencode(tmp_path), b"a\n\x1b\xff")
    os.mkdir(folder)
    name = os.path.join(folder, b"*\r\n.trace")
    shutil.copy(CRASHER, name)
    shown = os.fsdecode(os.fsencode(tmp_path) + rb"/a\n\x1b\xff/*\r\n.trace: complete")
    for result in (verify("-r", folder), verify("--files-from", "-", input=name + b"\0")):
        assert (result.returncode, result.stdout.decode().split("\n")[0]) == (0, shown)
    assert run("grep", "-l", "-0", "-e", ".", "-r", folder).stdout == name + b"\0"


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_bad_files_are_told_and_the_rest_goes_on(command, tree):
    (tree / "t" / "aa.trace").write_text("no trace")
    (tree / "t" / "ab.trace").symlink_to("ab.trace")
    (tree / "t" / "ac.trace").symlink_to("nowhere")
    result = run(*command, "-r", "t", cwd=tree)
    assert result.returncode == 2
    told = result.stdout + result.stderr
    assert b"t/ab.trace" in told and b"Too many levels of symbolic links" in told
    assert b"t/ac.trace" in told and b"no such file" in told and b"t/aa.trace" in told
    assert [name for name in files_of(result) if name in TRACES] == TRACES


def test_links_to_directories_are_not_followed_and_pipes_not_read(tree):
    (tree / "t" / "loop.trace").symlink_to(".")
    (tree / "t" / "a" / "up.trace").symlink_to("..")
    (tree / "t" / "link.trace").symlink_to("trace.out")
    os.mkfifo(tree / "t" / "fifo.trace")
    # The name of a socket may have only some hundred bytes.
    with contextlib.chdir(tree), socket.socket(socket.AF_UNIX) as endpoint:
        endpoint.bind("t/socket.trace")
    result = verify("--json", "-r", "t", cwd=tree)
    assert (result.returncode, files_of(result)) == (0, [*TRACES, "t/link.trace"])
    (tree / "linked").symlink_to("t")
    assert verify("-q", "-r", "linked", cwd=tree).returncode == 0


def test_a_directory_that_cannot_be_listed_is_told(tree):
    drop = without_privileges()
    if drop is None:
        pytest.skip("root may read everything, and setpriv cannot change that here")
    (tree / "t" / "a").chmod(0)
    result = subprocess.run([*drop, TRACECHECK, "verify", "--json", "-r", "t"], cwd=tree, capture_output=True, timeout=60)
    (tree / "t" / "a").chmod(0o755)
    verdicts = [(d["file"], d["verdict"], d["message"]) for d in documents(result)]
    assert result.returncode == 2
    assert verdicts == [
        ("t/a", "unreadable", "cannot be listed: Permission denied"),
        ("t/a.trace", "complete", None),
        ("t/b.trace", "complete", None),
    ]


def test_what_the_call_writes_is_not_read(tree):
    out = tree / "t" / "out.trace"
    out.write_text("from before")
    result = run("export", "--format", "ndjson", "--kind", "Log", "-r", "t", "-o", "t/out.trace", cwd=tree)
    assert (result.returncode, result.stderr) == (0, b"")
    with out.open("wb") as stream:
        assert verify("-r", "t", cwd=tree, stdout=stream).returncode == 0
    assert out.read_text().count(": complete\n") == len(TRACES)


@pytest.mark.parametrize("arguments, sentence", [
    (["-r"], "-r needs a directory to look in"),
    (["-r", "--include", "*.x", "t"], "no file there is named *.x; --include takes other patterns"),
    (["--include", "*.x", "t"], "--include goes with -r: files that are named are always read"),
    (["--files-from", "t/empty"], "t/empty: names no file"),
    (["--files-from", "missing"], "missing: no such file"),
    (["--files-from", "t"], "t: is a directory"),
    (["--files-from", "-", "-"], "-: standard input can be read only once"),
    (["--files-from", "t/minus", "-"], "-: standard input can be read only once"),
    (["--files-from", ""], "--files-from: '' is no file name"),
    (["--include", "", "-r", "t"], "--include: '' is no pattern for names"),
])  # fmt: skip
def test_bad_usage(arguments, sentence, tree):
    (tree / "t" / "empty").write_text("\n\n")
    (tree / "t" / "minus").write_text("-\n")
    expect_usage(verify(*arguments, cwd=tree), sentence, "verify")


def test_a_list_on_standard_input_cannot_name_it():
    sentence = "-: standard input has the names of the files, so it cannot be one of them"
    expect_usage(verify("--files-from", "-", input=b"-\n"), sentence, "verify")


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_few_descriptors_are_enough(command, tmp_path):
    """Many files, and directories that go deep."""
    deep = tmp_path
    for _ in range(200):
        deep = deep / "d"
    deep.mkdir(parents=True)
    for i in range(300):
        (tmp_path / f"{i:03}.trace").symlink_to(CRASHER)
    shutil.copy(CRASHER, deep / "x.trace")
    limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))
    result = run(*command, "-j", "2", "-r", tmp_path, preexec_fn=limit)
    assert (result.returncode, len(files_of(result))) == (0, 301)


# grep over many files at once


def test_matches_come_in_the_order_of_the_files(tmp_path):
    """Also those of a file with more of them than are kept waiting, and of others behind it."""
    names = []
    for i, path in enumerate([CUT, CRASHER, CUT, OK / "go1.26-work.trace"] * 6):
        names.append(tmp_path / f"{i:02}.trace")
        names[-1].symlink_to(path)
    for arguments in (["-e", "."], ["--kind", "transition", "--stack", "-e", "."], ["-C", "2", "-e", "."], ["-c", "-e", "."],
                      ["-L", "-e", "xyzzy"], ["--last", "1", "-C", "1", "-e", "."]):  # fmt: skip
        one = run("grep", "-j", "1", *arguments, "-r", tmp_path)
        four = run("grep", "-j", "4", *arguments, "-r", tmp_path)
        assert one.stdout
        assert (four.returncode, four.stdout, four.stderr) == (one.returncode, one.stdout, one.stderr)
        alone = [run("grep", "-H", *arguments, name).stdout for name in names]
        between = b"--\n" if "-C" in arguments else b""
        assert one.stdout == between.join(text for text in alone if text)


def test_quiet_ends_at_the_first_match(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.trace").symlink_to(CRASHER)
    os.mkfifo(tmp_path / "never")  # nobody writes it
    result = run("grep", "-j", "1", "-q", "-e", "xyzzy", tmp_path / "missing", tmp_path / "a.trace", tmp_path / "never")
    expect(result, 0, "", f"tracecheck: {tmp_path}/missing: no such file\n")


# Progress


@pytest.mark.parametrize("command", [
    ["verify", "-q"],
    ["export", "--format", "csv", "--kind", "Log", "-o", "/dev/null"],
], ids=" ".join)  # fmt: skip
def test_progress_counts_files(command, tmp_path):
    for i in range(60):
        (tmp_path / f"{i:02}.trace").symlink_to(OK / "go1.26-work.trace")
    os.mkfifo(tmp_path / "slow")
    # A second and more passes while the last file, a pipe, is waited for.
    feeder = os.fork()
    if feeder == 0:
        with open(tmp_path / "slow", "wb") as pipe:
            pipe.write(CRASHER.read_bytes()[:100])
            pipe.flush()
            time.sleep(1.3)
        os._exit(0)
    code, shown, _ = run_on_terminal(*command, "-j", "2", "-r", tmp_path, tmp_path / "slow", terminal=("stderr",))
    os.waitpid(feeder, 0)
    assert code == 3
    assert re.search(rb"\r\x1b\[K60 of 61 files at \d+/s: 100%, 3 of 3 MB at \d+ MB/s\r\x1b\[K", shown), shown
