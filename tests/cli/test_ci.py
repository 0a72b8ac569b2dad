"""docs/ci.md: its Go test runs as it says, and the commands of its workflow are right. test_readme.py has the console
blocks."""

import os
import re
import shlex
import subprocess
import xml.etree.ElementTree as xml
from pathlib import Path

from go_children import environment, skip_without_go, why_not
from support import CRASHER, TRACECHECK, VERSIONS, run

DOCUMENT = (Path(__file__).parents[2] / "docs" / "ci.md").read_text()


def block(language):
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.M | re.S)
    return text


def cases(path):
    (suite,) = xml.parse(path).getroot()
    assert suite.get("failures") == "0"
    return [case.get("name") for case in suite]


def test_the_go_test_leaves_a_trace_that_holds_its_checks(tmp_path):
    version = VERSIONS[-1]
    if reason := why_not(version):
        skip_without_go(reason)
    (tmp_path / "go.mod").write_text("module example/worker\n\ngo 1.22\n")
    (tmp_path / "worker_test.go").write_text(block("go"))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "tracecheck").symlink_to(Path(TRACECHECK).resolve())
    env = environment(version)
    env["PATH"] = f"{tmp_path / 'bin'}:{env['PATH']}"
    result = subprocess.run(["sh", "-e", "-c", block("sh")], cwd=tmp_path, env=env, capture_output=True, timeout=300)
    assert result.returncode == 0, result
    assert cases(tmp_path / "verify.xml") == ["trace.out"]
    assert len(cases(tmp_path / "assert.xml")) == 5
    missing = run("assert", tmp_path / "trace.out", "--expect-log", "test:none", "--forbid-log", "worker:done")
    assert missing.returncode == 1
    assert missing.stdout.decode().splitlines()[1] == "failed --forbid-log worker:done: found 8 times"


def test_the_commands_of_the_workflow_are_right(tmp_path):
    commands = [shlex.split(line) for line in re.findall(r"^ +run: (.+)$", block("yaml"), re.M)]
    install, go_test, *checks = commands
    assert install[0] == "curl" and "tar" in install
    assert go_test[:3] == ["go", "test", "-trace"] and [command[0] for command in checks] == ["tracecheck"] * 2
    trace = go_test[3]
    (tmp_path / trace).symlink_to(CRASHER)
    for command in checks:
        result = run(*command[1:], cwd=tmp_path)
        assert result.returncode == 0, result
    kept = re.search(r"path: \|\n((?: {12}\S+\n)+)", block("yaml"))[1].split()
    assert sorted(kept) == sorted(os.listdir(tmp_path))
    for results in set(kept) - {trace}:
        assert cases(tmp_path / results)


def test_every_check_is_explained():
    told = run("assert", "--help").stdout.decode()
    checks = re.findall(r"^  (--(?:expect|forbid|max)-[\w-]+)", told.split("Limits:")[0], re.M)
    assert len(checks) == 8
    assert [check for check in checks if f"| `{check} " not in DOCUMENT] == []
