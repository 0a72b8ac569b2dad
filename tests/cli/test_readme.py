"""The examples of README.md, CONTRIBUTING.md and docs/: the console blocks print what they say, the library's program is
the one that is built, what stands in sh blocks runs, every file that they name is there, and every line of code that they
quote.

After testdata/make.sh, replace in the console blocks what has another time, id or size then."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from support import CRASHER, OK, TESTDATA, TRACECHECK, TRUNCATED

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
LIBRARY = ROOT / "docs" / "library.md"
DOCUMENTS = [README, CONTRIBUTING, *sorted((ROOT / "docs").glob("*.md"))]
CRASH = TRUNCATED / "go1.26-mapwrites-late.trace"  # as README.md says


def blocks(document, language):
    found = re.findall(r"^```(\w*)\n(.*?)^```$", document.read_text(), re.M | re.S)
    return [text for name, text in found if name == language]


def commands():
    """Each command of the console blocks, with what is printed below it."""
    found = []
    for document in DOCUMENTS:
        for block in blocks(document, "console"):
            for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
                command, output = part.split("\n", 1)
                found.append((command, output.rstrip("\n")))
    return found


@pytest.fixture
def desk(tmp_path):
    """A folder in which README.md's commands can be given."""
    for link, target in [
        ("build/release/tracecheck", TRACECHECK),
        ("bin/tracecheck", TRACECHECK),
        ("testdata", TESTDATA),
        ("crash.trace", CRASH),
        ("trace.out", CRASHER),
        ("server.trace", CRASHER),
        ("client.trace", OK / "go1.26-work.trace"),
    ]:
        (tmp_path / link).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / link).symlink_to(Path(target).resolve())
    # A recorded crasher; test_crashing_child.py has the real one.
    crasher = tmp_path / "crasher"
    crasher.write_text("#!/bin/sh\ncat trace.out\necho 'panic: yzzyx' >&2\nexit 2\n")
    crasher.chmod(0o755)
    return tmp_path


def test_there_are_commands_to_try():
    told = " ".join(command for command, _ in commands())
    assert len(commands()) >= 6
    for word in ("verify", "grep", "export", "stats", "crash.trace", "./crasher", "build/release/tracecheck"):
        assert word in told


@pytest.mark.parametrize("command, output", commands(), ids=[command for command, _ in commands()])
def test_the_commands_print_what_is_below_them(desk, command, output):
    path = f"{desk / 'bin'}:{os.environ['PATH']}"
    result = subprocess.run(
        ["sh", "-c", command],
        cwd=desk,
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # as on a terminal
        timeout=60,
    )
    assert result.stdout.decode().rstrip("\n") == output


# Commands of sh blocks that do not run here, by how they begin, and where they do or why they cannot.
NOT_HERE = {
    "sh scripts/try.sh": "installs with apt-get; CI runs what it consists of",
    "sh scripts/test.sh": "runs all tests, this one among them; CI starts with it",
    "cmake --": "CI builds these presets",
    "sudo cmake --install": "tests/install does that into a folder",
    "ctest --preset": "runs tests, as CI does",
    "build/release/tests/unit_tests": "CI runs all of them",
    "TRACECHECK=$PWD": "runs tests, as CI does",
    "sh scripts/format.sh": "changes the sources; CI asks whether it would",
    "go test -trace": "test_ci.py runs this and what follows, on its trace",
    "tracecheck verify --junit verify.xml trace.out": "test_ci.py",
    "tracecheck assert --junit assert.xml": "test_ci.py",
    "tracecheck carve core": "needs a core; test_carve.py has some",
    "LIBTRACECHECK=": "test_library.py",
    "bench/": "takes an hour; CI runs it on small traces",
    "examples/spark/": "tests/spark",
    "tracecheck export trace.out --format pprof": "needs Go; test_pprof.py",
}


def shell_commands(block):
    """The commands of a block; one may take several lines."""
    found, text = [], ""
    for line in block.splitlines():
        text += line + "\n"
        if line.endswith("\\"):
            continue
        try:
            words = shlex.split(text, comments=True)
        except ValueError:  # a quote is open
            continue
        if words:
            found.append(text.strip())
        text = ""
    assert text == "", block
    return found


def shell_blocks():
    found = [(document.name, block) for document in DOCUMENTS for block in blocks(document, "sh")]
    return [(name, shell_commands(block)) for name, block in found]


@pytest.mark.parametrize("name, block", shell_blocks(), ids=lambda value: value if isinstance(value, str) else value[0])
def test_what_stands_in_a_block_for_the_shell_runs(desk, name, block):
    folder = desk / "traces" / "web-1"
    folder.mkdir(parents=True)
    (folder / "v1.0-crash.trace").symlink_to(CRASH.resolve())
    for command in block:
        if command.startswith(tuple(NOT_HERE)):
            continue
        env = os.environ | {"PATH": f"{desk / 'bin'}:{os.environ['PATH']}"}
        result = subprocess.run(["sh", "-c", command], cwd=desk, env=env, stdin=subprocess.DEVNULL, capture_output=True,
                                timeout=60)  # fmt: skip
        # 3 is the verdict of crash.trace.
        assert result.returncode in (0, 3), (name, command, result)


def test_what_does_not_run_here_is_there():
    there = [command for _, block in shell_blocks() for command in block]
    assert [begin for begin in NOT_HERE if not any(command.startswith(begin) for command in there)] == []
    assert sum(not command.startswith(tuple(NOT_HERE)) for command in there) >= 10


def test_every_example_with_a_prompt_is_a_console_block():
    for document in DOCUMENTS:
        assert "```\n$ " not in document.read_text(), document
        assert not re.search(r"^```\n(?:tracecheck|jq|sqlite3|go|sh|cmake) ", document.read_text(), re.M), document


def test_the_library_example_is_the_one_that_is_built():
    assert blocks(README, "cpp") == [(ROOT / "examples" / "print_logs.cc").read_text()]


def test_the_programs_of_the_library_reference_are_those_that_are_built():
    built = {path.read_text() for path in (ROOT / "examples").glob("*.c*")}
    shown = blocks(LIBRARY, "cpp") + blocks(LIBRARY, "c")
    assert len(shown) == len(built)
    assert set(shown) == built


PUBLIC = [
    r"^(?:class|struct|enum class) (\w+)[^;]*{",  # types of C++
    r"\busing (\w+) =",
    r"\bconstexpr [\w:]+ (k\w+)",
    r"^ *(?:explicit |static |virtual |constexpr |TRACECHECK_API )*[\w:<>*& ]+[ *&](\w+)\((?:[^;{}]|{})*\)[^;{}]*[;{]",  # functions
    r"\b(TRACECHECK_\w+)(?= = | [IU])",  # constants of C
    r"^} (\w+);$",  # types of C
]


@pytest.mark.parametrize("header", sorted((ROOT / "include" / "tracecheck").glob("*.h")), ids=lambda path: path.name)
def test_every_public_name_of_the_library_is_in_its_reference(header):
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", header.read_text(), flags=re.S)
    text = re.sub(r"^ private:\n.*?^};", "};", text, flags=re.M | re.S)
    names = {name for pattern in PUBLIC for name in re.findall(pattern, text, re.M)}
    assert len(names) >= 2
    told = re.sub(r"^```.*?^```$", "", LIBRARY.read_text(), flags=re.M | re.S)
    assert sorted(names - set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", told))))) == []


def test_the_project_that_uses_the_library_is_the_one_that_is_tested():
    (block,) = blocks(README, "cmake")
    assert (ROOT / "tests" / "install" / "CMakeLists.txt").read_text().endswith("\n\n" + block)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_linked_is_there(document):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text())
    assert links
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_documents_are_all_in_their_index():
    listed = set(re.findall(r"\]\((\w+\.md)\)", (ROOT / "docs" / "README.md").read_text()))
    assert listed == {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}


def test_every_script_that_it_names_is_there():
    text = README.read_text() + CONTRIBUTING.read_text()
    scripts = re.findall(r"\b(?:sh )?((?:scripts|bench|\.ci)/[\w./]+\w)", text)
    assert {"scripts/try.sh", "scripts/test.sh"} <= set(scripts)
    assert [script for script in scripts if not (ROOT / script).exists()] == []


def test_the_worked_example_of_an_event_type_is_what_is_there():
    part = CONTRIBUTING.read_text().split("## An event type of the next Go\n")[1].split("\n## ")[0]
    steps = part.split("\nA Go whose traces")[0]
    files = [ROOT / name for name in re.findall(r"\]\(([^)]+\.(?:h|cc|go))\)", steps)]
    assert len(files) > 8
    sources = [p for room in ("format", "reader", "crash", "analysis", "export", "c_api") for p in (ROOT / room).glob("*.*")]
    naming = {path for path in sources if "GoCreateBlocked" in path.read_text()}
    assert {file for file in files if file.parent.parent == ROOT} == naming
    quoted = re.findall(r"^ {3}```\w*\n {3}(.*)\n {3}```$", steps, re.M)
    assert len(quoted) == 4
    for line in quoted:
        assert any(line in file.read_text() for file in files), line


def test_the_newest_change_is_of_the_version_that_is_built():
    version = subprocess.run([TRACECHECK, "--version"], capture_output=True, check=True).stdout.decode().split()[1]
    newest = re.search(r"^## (\S+) \((.*)\)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert newest[1] == version
    assert re.fullmatch(r"not released yet|\d{4}-\d\d-\d\d", newest[2])
    assert f"tracecheck_{version}_" in README.read_text() and f"tracecheck-{version}-" in README.read_text()
