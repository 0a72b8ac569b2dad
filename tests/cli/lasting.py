"""How long things lasted, reckoned from the events that `export` gives: what grep says is held against it."""

from support import documents, run

MEMBERS = ("context", "begin", "duration", "at_least", "ended", "end_salvaged", "begin_reason", "begin_stack")


def exported(trace):
    """The events of a trace without those of others in the same file."""
    result = run("export", "--format", "ndjson", trace)
    return [event for event in documents(result) if event["kind"] != "Verdict"]


def goroutine_of(event):
    """The one that it is about."""
    resource = event.get("resource")
    if resource and resource["kind"] == "Goroutine":
        return resource["id"]
    return event["goroutine"]


def kind_of(event):
    """What --kind calls it."""
    kind = event["kind"]
    for name in ("Task", "Region", "Range"):
        if kind in (name + "Begin", name + "Active", name + "End"):
            return name.lower()
    if kind == "StateTransition":
        return "transition" if event["resource"]["kind"] == "Goroutine" else None
    return kind.lower() if kind in ("Log", "Metric", "Label") else None


class Lasting:
    """Events in order; `ended` has (event, begin, duration, at least), `unended` (event of the begin, begin,
    duration, at least)."""

    def __init__(self, events):
        self.ended, self.unended = [], []
        self.anew()
        for event in events:
            if event["kind"] == "Trace":
                self.close(self.newest)
                self.anew()
            else:
                self.follow(event)
        self.close(self.newest)

    def anew(self):
        self.open, self.regions, self.states = {}, {}, {}
        self.known = None
        self.newest = self.generation_start = self.before = self.generation = self.known_generation = 0
        self.first_task = float("inf")

    def close(self, until):
        for event, begin, at_least in [
            *self.open.values(),
            *(region for regions in self.regions.values() for region in regions),
            *self.states.values(),
        ]:
            self.unended.append((event, begin, max(0, until - begin), at_least))
        self.open, self.regions, self.states = {}, {}, {}
        self.first_task = float("inf")

    def before_all(self):
        return self.known if self.generation == self.known_generation else self.generation_start

    def end(self, event, opened):
        _, begin, at_least = opened
        self.ended.append((event, begin, max(0, event["time"] - begin), at_least))

    def end_unknown(self, event):
        self.end(event, (None, event["time"] if event.get("salvaged") else self.known, True))

    def follow(self, event):
        kind, time = event["kind"], event["time"]
        if self.known is None:
            self.known = self.generation_start = self.newest = time
        if kind == "Sync":
            self.generation += 1
            if self.generation == 1:
                self.known_generation = 1
            self.generation_start, self.before = time, self.newest
        self.newest = max(self.newest, time)
        if kind == "StateTransition":
            self.transition(event)
        elif kind in ("RangeBegin", "RangeActive", "RangeEnd"):
            self.range(event, kind, (event["name"].split(" (")[0], str(event["resource"])))
        elif kind == "TaskBegin":
            self.first_task = min(self.first_task, event["id"])
            self.open[event["id"]] = (event, time, False)
        elif kind == "TaskEnd" and event["id"] in self.open:
            self.end(event, self.open.pop(event["id"]))
        elif kind == "TaskEnd" and event["id"] < self.first_task:
            self.end_unknown(event)
        elif kind == "RegionBegin":
            self.regions.setdefault(event["goroutine"], []).append((event, time, False))
        elif kind == "RegionEnd" and self.regions.get(event["goroutine"]):
            self.end(event, self.regions[event["goroutine"]].pop())
        elif kind == "RegionEnd":
            self.end_unknown(event)

    def range(self, event, kind, key):
        if kind == "RangeEnd" and key in self.open:
            self.end(event, self.open.pop(key))
        elif kind == "RangeEnd":
            self.end_unknown(event)
        elif kind == "RangeActive":
            self.open.setdefault(key, (event, self.before_all(), True))
        else:
            self.open[key] = (event, event["time"], False)

    def transition(self, event):
        if event["from"] == "Undetermined" and self.generation != self.known_generation:
            self.close(self.before)
            self.known_generation, self.known = self.generation, self.generation_start
        if event["resource"]["kind"] != "Goroutine":
            return
        goroutine = event["resource"]["id"]
        held = self.states.get(goroutine)
        if event["from"] == event["to"]:
            if held and held[0]["to"] != event["to"]:
                del self.states[goroutine]
            return
        if held:
            del self.states[goroutine]
            if held[0]["to"] == event["from"]:
                self.end(event, held)
        if event["to"] == "NotExist":
            for region, begin, at_least in self.regions.pop(goroutine, ()):
                self.unended.append((region, begin, max(0, self.newest - begin), at_least))
            return
        was_so = event["from"] == "Undetermined"
        self.states[goroutine] = (event, self.before_all() if was_so else event["time"], was_so)
