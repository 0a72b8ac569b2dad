"""Reads what `export --format chrome` and `--format perfetto` write back into tracks, and checks what must hold of any.

Chrome's is JSON; Perfetto's is parsed by the schema that Perfetto publishes (pypi.py)."""

import json
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from pypi import perfetto_trace

STEPS = {"B": 1, "b": 1, "E": -1, "e": -1}


class Slice(NamedTuple):
    begin: int  # ns from the trace's start
    end: int
    name: str
    arguments: dict


class Instant(NamedTuple):
    time: int
    name: str
    arguments: dict


class Timeline:
    """Slices, instants and counters by group ("Goroutines") and track ("G1 main.main"); names are the last ones."""

    def __init__(self):
        self.slices, self.instants, self.counters = {}, {}, defaultdict(list)
        self.flows = {}  # by id: where it comes "from" and goes "to", each a time and the name of a track
        self.depths = defaultdict(int)  # by group, the most slices that were open on a track of it

    def names(self, group):
        return {name for in_group, name in self.slices.keys() | self.instants.keys() if in_group == group}

    def all_instants(self):
        return sorted(instant for found in self.instants.values() for instant in found)

    def state_slices(self):
        """Of goroutines, by id."""
        return {
            int(name.split()[0][1:]): slices for (group, name), slices in self.slices.items() if group == "Goroutines"
        }


def build(marks, name_of_track):
    """Marks are (time, step, track, name, arguments), in the order of the file."""
    timeline = Timeline()
    open_slices = defaultdict(list)
    for time, step, track, name, arguments in sorted(marks, key=lambda mark: mark[0]):
        group = name_of_track(track)[0]
        if step > 0:
            open_slices[track].append((time, name, arguments))
            timeline.depths[group] = max(timeline.depths[group], len(open_slices[track]))
        elif step < 0:
            assert open_slices[track], f"an end without a beginning on {name_of_track(track)} at {time}"
            begin, name, arguments = open_slices[track].pop()
            timeline.slices.setdefault(name_of_track(track), []).append(Slice(begin, time, name, arguments))
        else:
            timeline.instants.setdefault(name_of_track(track), []).append(Instant(time, name, arguments))
    for track, left in open_slices.items():
        assert not left, f"without an end on {name_of_track(track)}: {left}"
    assert timeline.depths["Goroutines"] <= 1 and timeline.depths["Procs"] <= 2 and timeline.depths["Threads"] <= 2
    return timeline


def add_flows(timeline, ends, name_of_track):
    """Ends are (id, "from" or "to", time, track); each flow has one of either."""
    for flow, end, time, track in ends:
        timeline.flows.setdefault(flow, {})
        assert end not in timeline.flows[flow], "an arrow has two ends of one kind"
        timeline.flows[flow][end] = (time, name_of_track(track))
    for flow in timeline.flows.values():
        assert flow.keys() == {"from", "to"}


# Chrome


def nanoseconds(microseconds):
    value = microseconds * 1000
    assert value == int(value) >= 0
    return int(value)


def chrome(output):
    document = json.loads(output, parse_float=Decimal)
    assert set(document) == {"displayTimeUnit", "traceEvents", "otherData"}
    groups, names, marks, ends = {}, {}, [], []
    timeline_counters = defaultdict(list)
    for event in document["traceEvents"]:
        time, phase = nanoseconds(event["ts"]), event["ph"]
        track = (event["pid"], event["id2"]["local"] if phase in "be" else event["tid"])
        if phase == "M":
            value = event["args"].get("name")
            if event["name"] == "process_name":
                groups[event["pid"]] = value
            elif event["name"] == "thread_name":
                names[track] = value
        elif phase == "C":
            timeline_counters[event["name"]].append((time, event["args"]["value"]))
        elif phase in "sf":
            ends.append((event["id"], {"s": "from", "f": "to"}[phase], time, track))
        else:
            assert phase in "BEbeiX", event
            assert phase != "X" or event["dur"] == 0
            assert event["pid"] in groups and (phase in "be" or track in names), event
            if phase == "b":
                names[track] = event["name"].rsplit(" (task ", 1)[0]
            marks.append((time, STEPS.get(phase, 0), track, event.get("name"), event.get("args")))
    def name_of_track(track):
        return groups[track[0]], names[track]

    timeline = build(marks, name_of_track)
    timeline.counters = timeline_counters
    add_flows(timeline, ends, name_of_track)
    timeline.verdict = document["otherData"].get("verdict")
    timeline.traces = [(trace["trace"], trace["verdict"]) for trace in document["otherData"].get("traces", [])]
    timeline.wall_start = document["otherData"].get("start")
    return timeline


# Perfetto


def expect_known_fields(message):
    """Nothing in it that the schema does not know."""
    from google.protobuf import unknown_fields

    assert len(unknown_fields.UnknownFieldSet(message)) == 0, message
    for field, value in message.ListFields():
        if field.message_type:
            for each in value if field.is_repeated else [value]:
                expect_known_fields(each)


def annotations(event, texts):
    found = {}
    for annotation in event.debug_annotations:
        kind = annotation.WhichOneof("value")
        value = getattr(annotation, kind)
        found[annotation.name] = texts[value].split("\n") if kind == "string_value_iid" else value
    return found


class PerfettoReader:
    def __init__(self):
        self.descriptors, self.texts, self.marks, self.ends = {}, {}, [], []
        self.counters = defaultdict(list)
        self.clocks = {}

    def read(self, packet, number):
        expect_known_fields(packet)
        assert packet.trusted_packet_sequence_id == 1 and packet.HasField("timestamp")
        assert packet.timestamp < 2**63
        assert (packet.sequence_flags == 1) == (number == 0)
        for text in packet.interned_data.debug_annotation_string_values:
            assert text.iid not in self.texts and packet.sequence_flags == 2
            self.texts[text.iid] = text.str.decode()
        if packet.HasField("track_descriptor"):
            description = packet.track_descriptor
            assert description.uuid != 0
            if description.HasField("parent_uuid"):
                assert description.parent_uuid in self.descriptors
            self.descriptors[description.uuid] = description
        for reading in packet.clock_snapshot.clocks:
            self.clocks[reading.clock_id] = reading.timestamp
        if packet.HasField("track_event"):
            self.read_event(packet.timestamp, packet.track_event, packet.sequence_flags)

    def read_event(self, time, event, flags):
        assert event.track_uuid in self.descriptors, "a track that nothing describes"
        uuid = event.track_uuid
        if event.type == event.TYPE_COUNTER:
            self.counters[self.descriptors[uuid].name].append((time, event.counter_value))
            return
        step = {event.TYPE_SLICE_BEGIN: 1, event.TYPE_SLICE_END: -1, event.TYPE_INSTANT: 0}[event.type]
        assert flags == 2 or not any(a.HasField("string_value_iid") for a in event.debug_annotations)
        self.marks.append((time, step, uuid, event.name, annotations(event, self.texts)))
        self.ends += [(flow, "from", time, uuid) for flow in event.flow_ids]
        self.ends += [(flow, "to", time, uuid) for flow in event.terminating_flow_ids]

    def name_of_track(self, uuid):
        description = self.descriptors[uuid]
        group = self.descriptors[description.parent_uuid]
        trace = f" ({self.descriptors[group.parent_uuid].name})" if group.HasField("parent_uuid") else ""
        return group.name + trace, description.name


def perfetto(output):
    trace = perfetto_trace().Trace.FromString(output)
    reader = PerfettoReader()
    for number, packet in enumerate(trace.packet):
        reader.read(packet, number)
    timeline = build(reader.marks, reader.name_of_track)
    timeline.counters = reader.counters
    timeline.clocks = reader.clocks
    add_flows(timeline, reader.ends, reader.name_of_track)
    return timeline
