"""Objects of the event stream held against docs/schema/events.schema.json."""

import json
import re

import jsonschema

from support import schema

KINDS_WITH_KNOWN_MEMBERS = (
    "Trace Verdict damage segment frame resource clock_snapshot experimental_batch named_value "
    "Sync Metric Label StackSample RangeBegin RangeActive RangeEnd TaskBegin TaskEnd RegionBegin RegionEnd Log "
    "StateTransition Experimental"
).split()


def strict(schema):
    """The schema, but a member that it does not name is an error: it would be one that nobody documented."""
    for kind in KINDS_WITH_KNOWN_MEMBERS:
        schema["$defs"][kind]["unevaluatedProperties"] = False
    return schema


VALIDATOR = jsonschema.Draft202012Validator(strict(schema("events")))
FRAME = jsonschema.Draft202012Validator({**VALIDATOR.schema, "if": True, "then": {"$ref": "#/$defs/frame"}})
seen = set()


def once(text):
    """False for a text that a schema cannot tell from one seen before: nothing differs but small numbers."""
    shape = re.sub(r"\d{1,15}(?!\d)", "7", text)
    new = shape not in seen
    seen.add(shape)
    return new


def validate(line):
    """One line. Frames, most of the text and all alike, are looked at by themselves."""
    event = json.loads(line)
    for name in ("stack", "resource_stack"):
        for frame in event.get(name) or ():
            if once(json.dumps(frame)):
                FRAME.validate(frame)
        if event.get(name):
            event[name] = event[name][:1]
    if once(json.dumps(event)):
        VALIDATOR.validate(event)
