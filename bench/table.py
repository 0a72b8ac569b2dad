"""The rows of bench/compare: what was measured on both sides, whether the target is met, and a table of them.

A row is a dict, as it stands in the JSON of `bench/compare --json`:
  row      what it is chosen by
  work     what was done, on which `trace`, and `against` what it is held
  unit     "s" or "bytes"
  theirs   how much of it that took
  ours     how much we did, by the number of cores
  goal     how both are compared, see GOALS
  targets  by the number of cores, where there is one"""


class Goal:
    def __init__(self, compare, is_met, text):
        self.compare = compare  # of ours and theirs
        self.is_met = is_met  # by that and the target
        self.text = text


def three_digits(value):
    return f"{value:.3g}" if value < 999.5 else f"{value:,.0f}"


GOALS = {
    "times faster": Goal(lambda ours, theirs: theirs / ours, lambda is_, target: is_ >= target, lambda is_: f"{three_digits(is_)}x"),
    "share": Goal(lambda ours, theirs: ours / theirs, lambda is_, target: is_ <= target, lambda is_: f"{is_:.2f} of it"),
    "ms more": Goal(lambda ours, theirs: 1000 * (ours - theirs), lambda is_, target: is_ <= target, lambda is_: f"{is_:+.1f} ms"),
}

HEAD = ["work", "trace", "against", "that takes", "`-j1`", "is (target)", "`-j2`", "is (target)"]


def compared(row, cores):
    return GOALS[row["goal"]].compare(row["ours"][cores], row["theirs"])


def is_met(row, cores):
    target = row["targets"].get(cores)
    return target is None or GOALS[row["goal"]].is_met(compared(row, cores), target)


def all_met(rows):
    return all(is_met(row, cores) for row in rows for cores in row["ours"])


def amount(value, unit):
    if unit == "bytes":
        return f"{value / 1e6:.1f} MB"
    for scale, name in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= scale:
            return f"{three_digits(value / scale)} {name}"
    return f"{three_digits(value / 1e-9)} ns"


def cells(row, cores):
    if cores not in row["ours"]:
        return ["", ""]
    text = GOALS[row["goal"]].text
    comparison = text(compared(row, cores))
    target = row["targets"].get(cores)
    if target is not None:
        comparison += f" ({target:g})"
    if not is_met(row, cores):
        comparison += " missed"
    return [amount(row["ours"][cores], row["unit"]), comparison]


def table(rows):
    """In Markdown, and in columns."""
    lines = [HEAD]
    for row in rows:
        theirs = amount(row["theirs"], row["unit"])
        lines.append([row["work"], row["trace"], row["against"], theirs, *cells(row, "1"), *cells(row, "2")])
    widths = [max(map(len, column)) for column in zip(*lines)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines) + "\n"


def conditions(figures):
    machine = figures["machine"]
    return (
        f"{machine['cpu']}, {machine['cores']} cores; medians of {figures['runs']}, files in the page cache; "
        f"{figures['program']}, {figures['go']}"
    )
