"""Changes a trace in its text form (`tracecheck wire`, `tracecheck assemble`), to plant what a question is to find.

What happens is left as it was, in its order; only the clock jumps, or a text is another. A jump while the world is stopped
makes that pause longer by as much, one before a goroutine starts makes it wait longer, and one before the last event makes
all that waits then wait longer."""

import re
import subprocess
from bisect import bisect_right

NUMBER = re.compile(r" \w+=(\d+)")
TIME = re.compile(r"(?<= )(time|dt)=(\d+)")


def wire(tracecheck, path):
    """The lines of a trace's text form."""
    return subprocess.run([tracecheck, "wire", path], check=True, capture_output=True, text=True).stdout.split("\n")


def assemble(tracecheck, lines, path):
    subprocess.run([tracecheck, "assemble", "-", "-o", path], check=True, input="\n".join(lines).encode())


def name_of(line):
    return line.split(" ", 1)[0]


def value_of(line, name):
    return int(re.search(rf" {name}=(\d+)", line)[1])


def times(lines):
    """The time of each line on the trace's clock, in ticks; None where it has none."""
    found, now = [], None
    for line in lines:
        time = TIME.search(line)
        if time is None:
            found.append(None)
        elif time[1] == "time" and name_of(line) != "EventBatch":  # a CPU sample has a time of its own
            found.append(int(time[2]))
        else:
            now = int(time[2]) + (now if time[1] == "dt" else 0)
            found.append(now)
    return found


def ticks(lines, nanoseconds):
    frequency = next(value_of(line, "freq") for line in lines if name_of(line) == "Frequency")
    return nanoseconds * frequency // 10**9


def encoded(line):
    """The bytes that a line's values take in the trace: numbers as varints, a plain text behind its length."""
    if line.startswith('\tdata="'):
        length = len(line) - len('\tdata=""')
        return length + bytes_of(length)
    return sum(bytes_of(int(number)) for number in NUMBER.findall(line))


def bytes_of(number):
    return max(1, -(-number.bit_length() // 7))


def with_sizes(lines, before):
    """The lines with the sizes of their batches put right, from those as they were `before` the change."""
    out, batch = [], 0
    for line, old in zip(lines, before):
        out.append(line)
        if name_of(line) == "EventBatch":
            batch = len(out) - 1
        elif line != old:
            size = value_of(out[batch], "size") + encoded(line) - encoded(old)
            out[batch] = re.sub(r" size=\d+", f" size={size}", out[batch])
    return out


def jump(lines, jumps):
    """The trace with its clock put forward: `jumps` has pairs of a time, and how many nanoseconds later that and all after
    it are to be."""
    ordered = sorted(jumps)
    begins = [begin for begin, _ in ordered]
    later = [0]
    for _, nanoseconds in ordered:
        later.append(later[-1] + nanoseconds)

    def moved(time):
        return time + ticks(lines, later[bisect_right(begins, time)])

    out, before = [], None
    for line, time in zip(lines, times(lines)):
        if time is None:
            out.append(line)
            continue
        absolute = moved(time) if " time=" in line else moved(time) - before
        if " time=" not in line or name_of(line) == "EventBatch":
            before = moved(time)
        line = TIME.sub(lambda found: f"{found[1]}={absolute}", line, count=1)
        if name_of(line) == "ClockSnapshot":
            line = with_system_clocks(line, later[bisect_right(begins, time)])
        out.append(line)
    return with_sizes(out, lines)


def with_system_clocks(line, nanoseconds):
    """A snapshot whose other clocks are put forward as the trace's own is."""
    wall = value_of(line, "sec") * 10**9 + value_of(line, "nsec") + nanoseconds
    for name, value in (
        ("mono", value_of(line, "mono") + nanoseconds), ("sec", wall // 10**9), ("nsec", wall % 10**9)
    ):  # fmt: skip
        line = re.sub(rf" {name}=\d+", f" {name}={value}", line)
    return line


def texts(lines):
    """The strings by generation and id."""
    found, generation = {}, None
    for line, following in zip(lines, lines[1:]):
        if name_of(line) == "EventBatch":
            generation = value_of(line, "gen")
        elif name_of(line) == "String":
            found[generation, value_of(line, "id")] = following.strip()
    return found


def longer_pause(lines, kind, nanoseconds):
    """The first stop-the-world pause of a kind made longer."""
    known, generation, begun = texts(lines), None, False
    for line, time in zip(lines, times(lines)):
        if name_of(line) == "EventBatch":
            generation, begun = value_of(line, "gen"), False
        elif name_of(line) == "STWBegin":
            begun = known[generation, value_of(line, "kind_string")] == f'data="{kind}"'
        elif name_of(line) == "STWEnd" and begun:
            return jump(lines, [(time, nanoseconds)])
    raise ValueError(f"no pause of the kind {kind}")


def slower_starts(lines, nanoseconds):
    """Every goroutine waits longer before it starts."""
    starts = {time for line, time in zip(lines, times(lines)) if name_of(line) == "GoStart"}
    return jump(lines, [(time, nanoseconds) for time in starts])


def later_end(lines, nanoseconds):
    """The last event comes later."""
    last = max(time for line, time in zip(lines, times(lines)) if " dt=" in line)
    return jump(lines, [(last, nanoseconds)])


def other_text(lines, text, instead):
    """The trace with another text wherever one stands."""
    old, new = f'\tdata="{text}"', f'\tdata="{instead}"'
    if old not in lines:
        raise ValueError(f"no text {text}")
    return with_sizes([new if line == old else line for line in lines], lines)
