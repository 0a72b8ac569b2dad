"""A small writer of long traces of Go 1.26, made as they are sent."""

import random

NO_THREAD = 2**64 - 1
EVENT_BATCH, STACKS, STRINGS, STRING, FREQUENCY, PROC_STATUS, GO_STATUS, HEAP_ALLOC, USER_LOG = (
    1, 2, 4, 5, 8, 13, 25, 37, 44,
)  # fmt: skip
SYNC, CLOCK_SNAPSHOT, END_OF_GENERATION = 50, 51, 52
MOST_BYTES = 60_000  # of a batch, which may have 64 KiB
IDLE_TICKS = 1000  # from one generation's last event to the next one's first

HEADER = b"go 1.26 trace\0\0\0"


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def record(kind, *values):
    return bytes([kind]) + b"".join(map(varint, values))


def batch(generation, thread, time, data):
    return record(EVENT_BATCH, generation, thread, time, len(data)) + data


def generation(number, logs, heap_events):
    """A whole generation: goroutine 1 logs `logs` texts of about 1 kB, which do not compress well and of which no two
    are the same, and then the heap's size is told `heap_events` times. A unit of time is a nanosecond."""
    noise = random.Random(number)
    time = number * 10 * (logs + heap_events + IDLE_TICKS)
    clock = record(SYNC) + record(FREQUENCY, 10**9) + record(CLOCK_SNAPSHOT, 1, time, 1_700_000_000 + number, 0)
    out = batch(number, NO_THREAD, time, clock)
    events = record(PROC_STATUS, 1, 0, 1) + record(GO_STATUS, 1, 1, 1, 2)
    texts = {1: b"tick"}
    first = 0  # log of the batch at hand
    for log in range(logs):
        texts[2 + log] = f"number {number}.{log} {noise.randbytes(500).hex()}".encode()
        events += record(USER_LOG, 1, 0, 1, 2 + log, 0)
        if len(events) > MOST_BYTES:
            out += batch(number, 1, time + 1 + first, events)
            first, events = log + 1, b""
    strings = [record(STRING, id, len(text)) + text for id, text in texts.items()]
    heap = record(HEAP_ALLOC, 10, 1 << 60)
    out += batch(number, 1, time + 1 + first, events)
    per_batch = MOST_BYTES // len(heap)
    for first in range(0, heap_events, per_batch):
        count = min(per_batch, heap_events - first)
        out += batch(number, 1, time + 10 * (logs + first), heap * count)
    out += batch(number, NO_THREAD, 0, record(STACKS))
    for first in range(0, len(strings), 50):
        out += batch(number, NO_THREAD, 0, record(STRINGS) + b"".join(strings[first : first + 50]))
    return out + record(END_OF_GENERATION)
