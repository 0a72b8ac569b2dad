"""What bench/compare holds against what, and the targets."""

from dataclasses import dataclass, field


@dataclass
class Entry:
    """What tracecheck does, and the targets by the number of cores: how much faster it is, what share of the memory it
    takes."""

    row: str
    work: str
    command: list[str]
    targets: dict[int, float]
    exit_code: int = 0
    memory: dict[int, float] = field(default_factory=dict)


@dataclass
class Contest:
    """One other side, and what is held against it on the same trace. In commands, words in braces stand for programs,
    the trace and the number of cores."""

    kind: str
    against: str
    command: list[str]
    entries: list[Entry]
    goal: str = "times faster"
    slow: bool = False  # the other side runs once
    rounds: int = 1  # of each run that is asked for


VERIFY = ["{tracecheck}", "verify", "-j", "{cores}", "{trace}"]
NO_MATCH = ["{tracecheck}", "grep", "-j", "{cores}", "no program logs this", "{trace}"]
EVERY_LOG = ["{tracecheck}", "grep", "-j", "{cores}", "", "{trace}"]
EVENTS = ["{tracecheck}", "events", "-j", "{cores}", "{trace}"]
EXPORT = ["{tracecheck}", "export", "--format", "ndjson", "-j", "{cores}", "{trace}"]
VERIFY_ENTRY = Entry("verify", "verify, all checks", VERIFY, {1: 12, 2: 22}, memory={1: 0.5, 2: 1})


def script(text):
    """A script of sh, in which $0 is the program, $1 the trace and $2 the number of cores."""
    return ["sh", "-c", text, "{tracecheck}", "{trace}", "{cores}"]


CONTESTS = [
    Contest(
        "channels",
        "reference reader",
        ["{refread}", "{trace}"],
        [VERIFY_ENTRY, Entry("grep-none", "grep, no match", NO_MATCH, {1: 1000}, exit_code=1)],
    ),
    Contest(
        "mixed",
        "reference reader",
        ["{refread}", "{trace}"],
        [VERIFY_ENTRY, Entry("grep-none", "grep, no match", NO_MATCH, {1: 300}, exit_code=1)],
    ),
    Contest(
        "mixed",
        "reference reader, printing logs",
        ["{refread}", "-logs", "{trace}"],
        [Entry("grep-all", "grep, every log", EVERY_LOG, {1: 25, 2: 45})],
    ),
    Contest(
        "mixed",
        "go tool trace -d=parsed",
        ["{gotrace}", "-d=parsed", "{trace}"],
        [Entry("events", "events", EVENTS, {1: 40, 2: 70})],
        slow=True,
    ),
    Contest(
        "mixed",
        "reference reader, encoding/json",
        ["{refread}", "-json", "{trace}"],
        [Entry("export", "export --format ndjson", EXPORT, {1: 30, 2: 50})],
        slow=True,
    ),
    Contest(
        "channels",
        "verify of the file",
        VERIFY,
        [Entry("pipe", "verify from a pipe", script('cat "$1" | "$0" verify -j "$2"'), {1: 0.8})],
    ),
    Contest(
        "one small",
        "/bin/true",
        ["/bin/true"],
        [Entry("start", "verify, whole process", VERIFY, {1: 3})],
        goal="ms more",
        rounds=20,
    ),
    Contest(
        "small",
        "a process for each",
        script('for trace in "$1"/*; do "$0" verify -j "$2" "$trace"; done'),
        [Entry("small", "verify of all at once", script('exec "$0" verify -j "$2" "$1"/*'), {1: 20})],
    ),
]
