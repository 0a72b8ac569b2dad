"""Where results go: files by -o, devices, pipes that close, terminals; and progress beside them."""

import os
import re
import signal
import stat
import subprocess
import time

import pytest
from support import CRASHER, OK, PATIENCE, TRACECHECK, TRUNCATED, documents, expect, expect_usage, run, run_on_terminal

TEXT = run("wire", CRASHER).stdout
WRITERS = {
    "export": (["export", "--format", "ndjson"], CRASHER.read_bytes()),
    "assemble": (["assemble"], TEXT),
}
NO_SPACE = "cannot be written: No space left on device\n"


@pytest.fixture(params=WRITERS)
def writer(request, tmp_path, monkeypatch):
    """A command that takes -o, its input in the file "input" of an own folder, and what comes out."""
    command, data = WRITERS[request.param]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "input").write_bytes(data)
    return [*command, "input"], run(*command, "input", "-o", "-").stdout


# Files


def test_a_new_file_has_the_permissions_of_any(writer, tmp_path):
    command, expected = writer
    expect(subprocess.run([TRACECHECK, *command, "-o", "out"], capture_output=True, umask=0o027, timeout=60), 0)
    assert (tmp_path / "out").read_bytes() == expected
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o640
    assert sorted(os.listdir()) == ["input", "out"]


def test_a_file_that_was_there_keeps_its_permissions(writer, tmp_path):
    command, expected = writer
    (tmp_path / "out").write_text("from before")
    (tmp_path / "out").chmod(0o604)
    expect(run(*command, "-o", "out"), 0)
    assert (tmp_path / "out").read_bytes() == expected
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o604


@pytest.mark.parametrize("there", [True, False])
def test_links_are_followed(writer, tmp_path, there):
    command, expected = writer
    (tmp_path / "folder").mkdir()
    target = tmp_path / "folder" / "target"
    if there:
        target.write_text("from before")
    (tmp_path / "second").symlink_to("folder/target")
    (tmp_path / "folder" / "first").symlink_to("../second")
    expect(run(*command, "-o", "folder/first"), 0)
    assert target.read_bytes() == expected and not target.is_symlink()
    assert os.readlink("second") == "folder/target" and os.readlink("folder/first") == "../second"
    assert sorted(os.listdir("folder")) == ["first", "target"]


@pytest.mark.parametrize("output, why", [
    ("missing/out", "missing/out cannot be written: No such file or directory"),
    ("folder", "folder cannot be written: Is a directory"),
    ("input/out", "input/out cannot be written: Not a directory"),
    ("loop", "loop cannot be written: Too many levels of symbolic links"),
    ("/dev/full", "/dev/full cannot be written: No space left on device"),
    ("a\n\x1b/out", "a\\n\\x1b/out cannot be written: No such file or directory"),
])
def test_what_cannot_be_written_is_named_and_leaves_nothing(writer, output, why):
    command, _ = writer
    os.mkdir("folder")
    os.symlink("loop", "loop")
    expect(run(*command, "-o", output), 2, "", f"tracecheck: {why}\n")
    assert sorted(os.listdir()) == ["folder", "input", "loop"] and os.listdir("folder") == []
    assert os.readlink("loop") == "loop"


@pytest.mark.parametrize("output", ["input", "./input", "link", "hard"])
@pytest.mark.parametrize("piped", [False, True])
def test_the_input_is_never_written(writer, output, piped):
    command, _ = writer
    before = open("input", "rb").read()
    os.symlink("input", "link")
    os.link("input", "hard")
    if piped:
        with open("input", "rb") as stream:
            result = run(*command[:-1], "-o", output, stdin=stream)
    else:
        result = run(*command, "-o", output)
    kind = "trace" if command[0] == "export" else "text"
    sentence = f"{output}: is the {kind} that is read; no command changes its input"
    if command[0] == "export":
        expect_usage(result, sentence, "export")
    else:
        expect(result, 2, "", f"tracecheck: {sentence}\n")
    assert open("input", "rb").read() == before
    assert sorted(os.listdir()) == ["hard", "input", "link"]


def test_damage_in_the_input_is_no_failure(tmp_path):
    damaged = TRUNCATED / "go1.26-cut-batch.trace"
    result = run("export", "--format", "ndjson", damaged, "-o", tmp_path / "out")
    assert result.returncode == 3 and result.stderr.startswith(f"tracecheck: {damaged}: truncated at byte ".encode())
    assert (tmp_path / "out").read_bytes() == run("export", "--format", "ndjson", damaged).stdout
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_the_target_as_it_was(tmp_path, number):
    (tmp_path / "out").write_text("from before")
    process = subprocess.Popen([TRACECHECK, "assemble", "-o", "out"], stdin=subprocess.PIPE, cwd=tmp_path)
    process.stdin.write(TEXT[:2000])
    process.stdin.flush()
    end = time.monotonic() + PATIENCE
    while len(os.listdir(tmp_path)) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    assert len(os.listdir(tmp_path)) == 2, "the temporary file stands beside the target"
    assert (tmp_path / "out").read_text() == "from before"
    process.send_signal(number)
    assert process.wait(PATIENCE) == -number
    process.stdin.close()
    assert os.listdir(tmp_path) == ["out"] and (tmp_path / "out").read_text() == "from before"


def test_a_name_may_be_as_long_as_names_may_be(tmp_path):
    for name in ("a" * 240, "b" * 255):
        expect(run("export", "--format", "ndjson", CRASHER, "-o", tmp_path / name), 0, "")
    assert sorted(map(len, os.listdir(tmp_path))) == [240, 255]


# Devices and pipes


def test_devices_are_written_directly(writer):
    command, expected = writer
    expect(run(*command, "-o", "/dev/null"), 0)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    result = run(*command, "-o", "/dev/stdout")
    assert (result.returncode, result.stdout, result.stderr) == (0, expected, b"")


def test_a_named_pipe_is_written_directly(writer):
    command, expected = writer
    os.mkfifo("pipe")
    reader = subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE)
    expect(run(*command, "-o", "pipe"), 0)
    assert reader.communicate(timeout=PATIENCE)[0] == expected
    assert stat.S_ISFIFO(os.stat("pipe").st_mode)


@pytest.mark.parametrize("command", [
    ["verify"], ["grep", "xyzzy"], ["export", "--format", "ndjson"], ["events"], ["wire"], ["stats"],
    ["stats", "--json"],
], ids=" ".join)
def test_a_full_disk_is_named(command):
    with open("/dev/full", "wb") as full:
        result = run(*command, CRASHER, stdout=full)
    assert (result.returncode, result.stderr.decode()) == (2, "tracecheck: standard output " + NO_SPACE)


@pytest.mark.parametrize("command", [
    ["verify"], ["grep", ""], ["events"], ["wire"], ["stats"], ["export", "--format", "ndjson"],
], ids=lambda command: command[0])
@pytest.mark.parametrize("lines", [0, 1])
def test_a_reader_that_has_gone_ends_it_quietly(command, lines):
    files = [OK / "go1.26-many.trace"] * (1 if command[0] in ("events", "wire", "export") else 50)
    process = subprocess.Popen([TRACECHECK, *command, *files], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for _ in range(lines):
        process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(PATIENCE) == -signal.SIGPIPE


# Progress


@pytest.fixture
def slow_pipe(tmp_path):
    """Gives the name of a pipe through which a trace comes with a pause in the middle."""
    children = []

    def start(pause):
        os.mkfifo(tmp_path / "pipe")
        script = 'exec > "$2"; head -c 1000 "$1"; sleep "$3"; tail -c +1001 "$1"'
        children.append(subprocess.Popen(["sh", "-c", script, "sh", CRASHER, tmp_path / "pipe", str(pause)]))
        return tmp_path / "pipe"

    yield start
    for child in children:
        child.wait(PATIENCE)


@pytest.mark.parametrize("command", ["verify", "events", "stats"])
def test_work_over_a_second_shows_progress_on_a_terminal(command, slow_pipe):
    pipe = slow_pipe(1.3)
    code, shown, streams = run_on_terminal(command, pipe, terminal=["stderr"], columns=200)
    assert code == 0
    assert shown.startswith(f"\r\x1b[K{pipe}: 0 MB at 0 MB/s".encode())
    assert shown.endswith(b"\r\x1b[K"), "it is wiped away in the end"
    assert streams["stdout"].replace(bytes(pipe), bytes(CRASHER)) == run(command, CRASHER).stdout


@pytest.fixture
def huge(tmp_path):
    """A trace and zeros behind it, more than can be read in a moment."""
    path = tmp_path / "huge.trace"
    path.write_bytes(CRASHER.read_bytes())
    os.truncate(path, 64 << 30)
    return path


@pytest.mark.parametrize("columns", [60, 200])
def test_progress_tells_rate_and_remaining_time_on_one_line(huge, columns):
    code, shown, _ = run_on_terminal("verify", "--timeout", "1.6s", huge, terminal=["stderr"], columns=columns)
    assert code == 4
    first, *lines, last = shown.decode().split("\r\x1b[K")
    assert first == last == ""
    for line in lines:
        assert re.search(r": \d+%, \d+ of 68719 MB at \d+ MB/s, \d+ (s|min|h) left$", line), line
        assert len(line) < columns
        assert line.startswith(f"{huge}: " if columns == 200 else "...") and "huge.trace: " in line


def test_progress_makes_way_for_results(huge, slow_pipe):
    pipe = slow_pipe(1.5)
    arguments = ["verify", "-j2", "--timeout", "3s", pipe, huge]
    code, shown, _ = run_on_terminal(*arguments, terminal=["stdout", "stderr"], columns=200)
    assert code == 4
    assert re.search(r"[01] of 2 files(: | at 1/s: )[01]%, \d+ of 68719 MB", shown.decode())
    for piece in shown.decode().split("\r\x1b[K"):
        assert "MB/s" not in piece or "\n" not in piece, "a result stands on lines of its own"


def test_quick_work_shows_no_progress():
    code, shown, _ = run_on_terminal("verify", CRASHER, terminal=["stderr"])
    assert (code, shown) == (0, b"")


def test_without_a_terminal_there_is_no_progress(slow_pipe):
    expect(run("stats", slow_pipe(1.3)), 0, None, "")


@pytest.mark.parametrize("color", ["never", "always"])
def test_scheduling_latency_is_a_histogram_on_a_terminal(color):
    path = OK / "go1.26-work.trace"
    code, shown, _ = run_on_terminal("stats", "--color", color, path, columns=80)
    lines = re.sub(r"\x1b\[[\d;]*m", "", shown.decode()).replace("\r", "").split("\n")
    assert code == 0
    head = next(i for i, line in enumerate(lines) if line.endswith("scheduling latency"))
    bars = lines[head + 2:lines.index("", head)]
    buckets = documents(run("stats", "--json", path))[0]["summary"]["scheduling_latency"]["histogram"]
    counts = [int(re.fullmatch(r" *[\d.]+(?:ns|µs|ms) +(\d+) *█*", bar)[1]) for bar in bars]
    assert sum(counts) == sum(bucket["count"] for bucket in buckets) and len(bars) > 5
    lengths = [bar.count("█") for bar in bars]
    assert all(len(bar) <= 80 for bar in bars) and max(lengths) == 40
    # A bar is as long as its count says beside the longest, to the character.
    assert all(abs(length - 40 * count / max(counts)) < 1 for length, count in zip(lengths, counts))
