"""docs/ci.md: its Go test runs as it says, and so do the steps of its workflow. test_readme.py has the console
blocks."""

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as xml
from pathlib import Path

import yaml
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


def steps():
    """Those of the workflow, which is YAML of the form that GitHub asks for."""
    workflow = yaml.safe_load(block("yaml"))
    assert list(workflow) == ["jobs"] and list(workflow["jobs"]) == ["test"]
    assert list(workflow["jobs"]["test"]) == ["runs-on", "steps"]
    found = workflow["jobs"]["test"]["steps"]
    for step in found:
        assert ("uses" in step) != ("run" in step) and set(step) <= {"name", "if", "uses", "with", "run", "env"}, step
    return found


def test_the_steps_of_the_workflow_run(tmp_path):
    """As GitHub runs them, in a folder for /usr/local. The trace is one that is there; the Go test is tested above."""
    (tmp_path / "tracecheck-0.1.0" / "bin").mkdir(parents=True)
    shutil.copy(TRACECHECK, tmp_path / "tracecheck-0.1.0" / "bin")
    subprocess.run(["tar", "-C", tmp_path, "-czf", tmp_path / "x.tar.gz", "tracecheck-0.1.0"], check=True)
    local, work, bin = (tmp_path / name for name in ("local", "work", "bin"))
    for folder in (local, work, bin):
        folder.mkdir()
    (bin / "sudo").write_text(f'#!/bin/sh\n[ "$*" = "tar -xz --strip-components=1 -C /usr/local" ] || exit 9\n'
                              f'exec tar -xz --strip-components=1 -C "{local}"\n')  # fmt: skip
    (bin / "go").write_text('#!/bin/sh\n[ "$*" = "test -trace trace.out ./worker" ] || exit 9\n'
                            f'cp "{CRASHER}" trace.out\n')  # fmt: skip
    for program in bin.iterdir():
        program.chmod(0o755)
    ran = []
    for step in steps():
        if "run" not in step:
            continue
        env = os.environ | {"PATH": f"{bin}:{local / 'bin'}:{os.environ['PATH']}"}
        if "env" in step:
            assert step["env"] == {"TRACECHECK_TARBALL": "${{ vars.TRACECHECK_TARBALL }}"}
            env["TRACECHECK_TARBALL"] = (tmp_path / "x.tar.gz").as_uri()
        result = subprocess.run(["bash", "-e", "-c", step["run"]], cwd=work, env=env, capture_output=True, timeout=60)
        assert result.returncode == 0, (step, result)
        ran.append(step["name"])
    assert ran == ["Install tracecheck", "Run the tests of a package with a trace", "Is the trace whole?", "Does it keep its limits?"]
    kept = steps()[-1]["with"]["path"].split()
    assert sorted(kept) == sorted(os.listdir(work))
    assert cases(work / "verify.xml") == ["trace.out"] and len(cases(work / "assert.xml")) == 2


def test_every_check_is_explained():
    told = run("assert", "--help").stdout.decode()
    checks = re.findall(r"^  (--(?:expect|forbid|max)-[\w-]+)", told.split("Limits:")[0], re.M)
    assert len(checks) == 8
    assert [check for check in checks if f"| `{check} " not in DOCUMENT] == []
