
// Numbers for people, as the program's own output has them.
function duration(ns) {
  const size = Math.abs(ns);
  const units = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"]];
  for (const [unit, name] of units) {
    if (size >= unit) return `${trimmed(ns / unit)}\u202f${name}`;
  }
  return `${ns}\u202fns`;
}

// Three digits that mean something.
function trimmed(value) {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}

// Seconds from the trace's start with nine decimals, as grep and verify write them.
function seconds(ns) {
  const whole = Math.floor(ns / 1e9);
  return `${whole}.${String(ns - whole * 1e9).padStart(9, "0")}`;
}

function beforeEnd(ns) {
  return ns >= traceEnd ? "at the end" : `${duration(traceEnd - ns)} before the end`;
}

function bytes(count) {
  const units = [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]];
  for (const [unit, name] of units) {
    if (count >= unit) return `${trimmed(count / unit)}\u202f${name}`;
  }
  return `${count}\u202fB`;
}

const grouped = new Intl.NumberFormat("en");
const number = (value) => grouped.format(value);

function counted(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}
