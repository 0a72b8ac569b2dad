"""What stands in the batches of a trace, by a walker that knows nothing but FORMAT.md."""

from typing import NamedTuple

from support import STRINGS, batches, varint

# Arguments of the timed events, the time not counted.
ARGUMENTS = {
    9: 2, 10: 2, 11: 0, 12: 3, 13: 2, 14: 3, 15: 1, 16: 2, 17: 0, 18: 0, 19: 2, 20: 2, 21: 3, 22: 2, 23: 0, 24: 0,
    25: 3, 26: 2, 27: 0, 28: 1, 29: 2, 30: 1, 31: 1, 32: 1, 33: 2, 34: 1, 35: 1, 36: 0, 37: 1, 38: 1, 39: 1, 40: 4,
    41: 2, 42: 3, 43: 3, 44: 4, 45: 2, 46: 2, 47: 3, 48: 4,
    128: 3, 129: 3, 130: 1, 131: 2, 132: 2, 133: 1, 134: 2, 135: 2, 136: 1,
}  # fmt: skip
STRING, USER_LOG = 5, 44
CPU_SAMPLES, CPU_SAMPLE = 6, 7
SWITCHES = (45, 46)  # each comes out as three events
DESTROY_SYSCALL = 18  # as one or two


class WireEvent(NamedTuple):
    generation: int
    thread: int
    type: int
    arguments: tuple


def cut_to_batches(trace):
    """A trace with what is there of its last batch, be that cut; without the rest of a cut header."""
    for cut in range(len(trace), max(0, len(trace) - 64), -1):
        try:
            return list(batches(trace[:cut]))
        except IndexError:  # inside a header
            continue
    return []


def events_of(trace, batch):
    """The whole timed events of one batch, up to what is none."""
    data, at = trace[batch.data : batch.end], 0
    try:
        while at < len(data) and data[at] in ARGUMENTS:
            kind, at = data[at], at + 1
            values = []
            for _ in range(1 + ARGUMENTS[kind]):
                value, at = varint(data, at)
                values.append(value)
            yield WireEvent(batch.generation, batch.thread, kind, tuple(values[1:]))
    except IndexError:  # the end of a batch that is cut
        pass


def events(trace):
    """All whole timed events, in the order of the bytes."""
    return [
        event
        for batch in cut_to_batches(trace)
        if batch.data < len(trace) and batch.holds(trace) in ARGUMENTS
        for event in events_of(trace, batch)
    ]


def samples(trace):
    """How many CPU samples there are."""
    count = 0
    for batch in cut_to_batches(trace):
        if batch.data >= len(trace) or batch.holds(trace) != CPU_SAMPLES:
            continue
        data, at = trace[batch.data : batch.end], 1
        try:
            while at < len(data) and data[at] == CPU_SAMPLE:
                at += 1
                for _ in range(5):
                    _, at = varint(data, at)
                count += 1
        except IndexError:
            pass
    return count


def reader_events(trace):
    """How many events a reader makes of those on the wire: at least, at most."""
    kinds = [event.type for event in events(trace)]
    least = len(kinds) + samples(trace) + 2 * sum(kinds.count(kind) for kind in SWITCHES)
    return least, least + kinds.count(DESTROY_SYSCALL)


def texts(trace):
    """The strings by generation and id."""
    found = {}
    for batch in cut_to_batches(trace):
        if batch.data >= len(trace) or batch.holds(trace) != STRINGS:
            continue
        data, at = trace[batch.data : batch.end], 1
        try:
            while at < len(data):
                assert data[at] == STRING
                number, at = varint(data, at + 1)
                size, at = varint(data, at)
                if at + size <= len(data):
                    found[batch.generation, number] = data[at : at + size].decode()
                at += size
        except IndexError:
            pass
    return found


def logs(trace):
    """Category and message of every log, None where the text is lost."""
    known = texts(trace)
    return [
        (known.get((e.generation, e.arguments[1])), known.get((e.generation, e.arguments[2])))
        for e in events(trace)
        if e.type == USER_LOG
    ]
