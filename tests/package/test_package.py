"""What scripts/package.sh makes: the Debian packages and the release archive, looked into and run."""

import os
import re
import subprocess
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRACECHECK = Path(os.environ["TRACECHECK"])
BUILD = TRACECHECK.parent
TESTDATA = ROOT / "testdata"


def output(*command):
    return subprocess.run([*map(str, command)], capture_output=True, check=True, timeout=300).stdout.decode()


COMMANDS = re.findall(r"^  ([a-z]+) ", output(TRACECHECK, "--help").split("\nCommands:\n")[1], re.M)
PAGES = ["tracecheck.1", *(f"tracecheck-{command}.1" for command in COMMANDS)]
VERSION = output(TRACECHECK, "--version").split()[1]
ARCHITECTURE = output("dpkg", "--print-architecture").strip()
MACHINE = output("uname", "-m").strip()
ARCHIVE = f"tracecheck-{VERSION}-linux-{MACHINE}"
DOCS = ["README.md", "docs/crash.md", "docs/schema/events.schema.json"]


@pytest.fixture(scope="module")
def packages():
    output("sh", ROOT / "scripts" / "package.sh", BUILD)
    return BUILD / "packages"


def package(packages, name):
    return packages / f"{name}_{VERSION}_{ARCHITECTURE}.deb"


def contents(deb):
    """The files of a package, each owned by root."""
    found = {}
    for line in output("dpkg-deb", "-c", deb).splitlines():
        mode, owner, _, _, _, name = line.split(maxsplit=5)
        assert owner == "root/root"
        if not mode.startswith("d"):
            found[name.removeprefix("./")] = mode
    return found


def field(deb, name):
    return output("dpkg-deb", "-f", deb, name).strip()


def verdicts(program):
    files = sorted(path for folder in ("ok", "truncated", "corrupt", "other") for path in (TESTDATA / folder).iterdir())
    result = subprocess.run([program, "verify", "--json", *files], capture_output=True, timeout=300)
    assert result.stdout.count(b"\n") == len(files)
    return result.returncode, result.stdout, result.stderr


def test_nothing_but_the_three_is_made(packages):
    assert sorted(path.name for path in packages.iterdir()) == sorted([
        f"tracecheck_{VERSION}_{ARCHITECTURE}.deb", f"libtracecheck-dev_{VERSION}_{ARCHITECTURE}.deb",
        f"{ARCHIVE}.tar.gz"])  # fmt: skip


def test_the_program_is_packaged_with_its_pages_completions_and_docs(packages):
    files = contents(package(packages, "tracecheck"))
    docs = [name for name in DOCS if name != "CHANGELOG.md"]
    assert files.pop("usr/bin/tracecheck") == "-rwxr-xr-x"
    for name in [
        *(f"usr/share/man/man1/{page}.gz" for page in PAGES),
        "usr/share/bash-completion/completions/tracecheck",
        "usr/share/zsh/vendor-completions/_tracecheck",
        "usr/share/fish/vendor_completions.d/tracecheck.fish",
        "usr/share/doc/tracecheck/copyright",
        "usr/share/doc/tracecheck/changelog.gz",
        *(f"usr/share/doc/tracecheck/{name}" for name in docs),
    ]:
        assert files.pop(name) == "-rw-r--r--", name
    assert [name for name in files if not name.startswith("usr/share/doc/tracecheck/docs/")] == []


def test_the_library_is_packaged_for_those_who_build_on_it(packages):
    files = contents(package(packages, "libtracecheck-dev"))
    headers = {f"usr/include/tracecheck/{path.name}" for path in (ROOT / "include" / "tracecheck").iterdir()}
    assert headers <= files.keys()
    names = {Path(name).name for name in files.keys() - headers}
    assert {"libtracecheck.a", "tracecheckConfig.cmake", "tracecheckConfigVersion.cmake", "copyright"} <= names
    assert all(name.startswith(("usr/include/", "usr/lib/", "usr/share/doc/libtracecheck-dev/")) for name in files)
    depends = field(package(packages, "libtracecheck-dev"), "Depends")
    assert "zlib1g-dev" in depends and "libzstd-dev" in depends


def test_what_a_package_says_of_itself(packages):
    deb = package(packages, "tracecheck")
    assert field(deb, "Package") == "tracecheck"
    assert field(deb, "Version") == VERSION
    assert field(deb, "Architecture") == ARCHITECTURE
    depends = field(deb, "Depends")
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-d", TRACECHECK))
    assert len(needed) > 4
    for library in needed:
        stem = re.match(r"(?:lib|ld-)[a-z_+]+[0-9]*[a-z]*", library)[0].replace("_", "-")
        owner = {"libm": "libc", "ld-linux": "libc", "libz": "zlib"}.get(stem, stem)
        assert owner in depends, library


def test_the_packaged_program_runs(packages, tmp_path):
    output("dpkg-deb", "-x", package(packages, "tracecheck"), tmp_path)
    program = tmp_path / "usr" / "bin" / "tracecheck"
    assert verdicts(program) == verdicts(TRACECHECK)
    expect_no_path_of_the_build(program)


def expect_no_path_of_the_build(program):
    assert os.fsencode(ROOT) not in program.read_bytes()


@pytest.fixture
def unpacked(packages, tmp_path):
    with tarfile.open(packages / f"{ARCHIVE}.tar.gz") as archive:
        for member in archive:
            assert member.name.split("/")[0] == ARCHIVE
            assert (member.uid, member.gid) == (0, 0)
        archive.extractall(tmp_path)
    return tmp_path / ARCHIVE


def test_the_archive_has_what_is_installed_for_the_program(unpacked):
    found = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    assert found >= {
        "bin/tracecheck",
        "share/bash-completion/completions/tracecheck",
        "share/zsh/site-functions/_tracecheck",
        "share/fish/vendor_completions.d/tracecheck.fish",
        "share/doc/tracecheck/LICENSE",
        "share/doc/tracecheck/CHANGELOG.md",
        *(f"share/doc/tracecheck/{name}" for name in DOCS),
        *(f"share/man/man1/{page}" for page in PAGES),
    }
    assert not any(name.endswith((".h", ".a", ".cmake")) for name in found)


def test_the_archives_program_needs_no_library_and_does_the_same(unpacked, tmp_path):
    program = unpacked / "bin" / "tracecheck"
    assert "(NEEDED)" not in output("readelf", "-d", program)
    assert "INTERP" not in output("readelf", "-lW", program)
    assert output(program, "--version") == output(TRACECHECK, "--version")
    expect_no_path_of_the_build(program)
    assert verdicts(program) == verdicts(TRACECHECK)
    trace = TESTDATA / "ok" / "go1.26-work.trace"
    # Wall times are in the local zone, which is read from files of the system.
    for arguments in (["events", trace], ["grep", "-c", ".", trace], ["run", "-o", tmp_path / "kept", "--", "cat", trace]):
        assert output(program, *arguments) == output(TRACECHECK, *arguments)
    for made in ("program", "again"):
        which = program if made == "program" else TRACECHECK
        output(which, "export", "--format", "sqlite", "-o", tmp_path / made, trace)
    dumps = [output("sqlite3", tmp_path / made, ".dump") for made in ("program", "again")]
    assert dumps[0] == dumps[1]
