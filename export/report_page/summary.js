
// The verdict and what stands around it, what was lost, and the whole trace.
const tones = { complete: "good", truncated: "warn", "not judged": "warn" };
const sealPaths = {
  good: "M4 12.5l5 5L20 6.5",
  warn: "M12 3v11M12 19.5v.5",
  bad: "M5 5l14 14M19 5L5 19",
};
const headlines = {
  complete: "The trace is complete",
  truncated: "The trace was cut short",
  corrupt: "The trace is damaged",
  "not a trace": "This is not a trace",
  "not judged": "This trace cannot be judged",
  unreadable: "The trace cannot be read",
};

function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// A line of verify's, in which commands stand between backquotes.
function withCode(line) {
  return line.split("`").map((part, i) => (i % 2 === 1 ? make("code", {}, part) : part));
}

function showVerdict() {
  const tone = tones[data.verdict] ?? "bad";
  byId("verdict").dataset.tone = tone;
  byId("file").textContent = data.file;
  byId("file").title = data.file;
  document.title = `${data.verdict}: ${data.file}`;
  const mark = svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" },
    svg("path", { d: sealPaths[tone], fill: "none", stroke: "currentColor", "stroke-width": "2.8", "stroke-linecap": "round" }));
  byId("seal").append(mark, data.verdict);
  byId("verdict-word").textContent = headlines[data.verdict];
  const what = data.lines.find(([label]) => label === "what");
  byId("what").textContent = data.message ?? what?.[1] ?? "";
  showLastLog();
  showLines();
}

function showLastLog() {
  const log = data.logs[0];
  if (!log) return;
  byId("last").hidden = false;
  const [time, goroutine, task, category, message, salvaged] = log;
  byId("last-title").textContent = `The last log, ${beforeEnd(time)}`;
  byId("last-words").append(make("b", {}, category ? `${category}: ` : ""), message);
  const parts = [`${seconds(time)}`];
  if (goroutine !== null) parts.push(`goroutine ${goroutine}`);
  if (task) parts.push(`task ${task}`);
  if (salvaged) parts.push("salvaged: more may be missing around it");
  byId("last-context").textContent = parts.join(" · ");
}

function showLines() {
  const list = byId("lines");
  for (const [label, line] of data.lines) {
    if (label === "what" || label === "last log") continue;
    list.append(make("dt", {}, label), make("dd", {}, ...withCode(line)));
  }
}

// A table of rows; the first of the columns to the left.
function table(caption, head, rows) {
  const heads = head.map((name) => make("th", { scope: "col" }, name));
  const body = rows.map((row) => make("tr", {}, ...row.map((cell, i) =>
    make("td", i === 0 ? { className: "mono" } : {}, cell))));
  return make("div", { className: "scroll", tabIndex: 0, role: "group", "aria-label": caption },
    make("table", rows.every(([first]) => first.length < 9) ? { className: "narrow" } : {}, make("caption", {}, caption), make("thead", {}, make("tr", {}, ...heads)),
      make("tbody", {}, ...body)));
}

function facts(pairs) {
  return make("dl", { className: "facts" }, ...pairs.map(([name, value]) =>
    make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}

function showLost() {
  const { lost } = data;
  const body = byId("lost-body");
  if (lost.damaged_places === 0) {
    body.append(make("p", {}, "Nothing that can be seen: every generation that is there is whole."));
  } else {
    const unread = lost.damage.reduce((sum, damage) => sum + Number(damage.lost), 0);
    body.append(facts([
      ["Damaged places", number(lost.damaged_places)],
      ["Bytes that cannot be read", unread === 0 ? "none" : bytes(unread)],
      ["Events only salvaged", number(lost.salvageable)],
      ["Logs without their texts", number(lost.logs_text_lost)],
    ]));
    body.append(table("Where it is damaged", ["What", "Byte", "Generation", "Batch", "Reading"],
      lost.damage.map((damage) => [damage.message, number(damage.offset), damage.generation ?? "", damage.batch ?? "",
        damage.reading])));
    if (lost.damage.length < lost.damaged_places) {
      body.append(make("p", { className: "about" }, `These are the first ${lost.damage.length}; `,
        make("code", {}, "tracecheck verify --json"), " has all."));
    }
    body.append(make("p", { className: "about" },
      "Salvaged events are from a generation that is not whole: they are real, but others may be missing between them. ",
      "The texts of logs are written when their generation ends, about once a second, so the last ones go first."));
  }
  if (lost.generations.length === 0) return;
  const rows = lost.generations.map((g) => [String(g.id), g.state, number(g.events), number(g.salvaged), number(g.offset), bytes(g.length)]);
  const caption = lost.generations.length < lost.all_generations
    ? `The last ${rows.length} of ${number(lost.all_generations)} generations` : "Generations";
  const generations = table(caption, ["Generation", "State", "Events", "Salvaged", "From byte", "Size"], rows);
  body.append(rows.length > 12 ? make("details", {}, make("summary", {}, caption), generations) : generations);
}

// Charts of the whole trace

// Steps as the points of a line, a path for each stretch that is known; x and y from 0 to 100.
function stretches(course, top) {
  const found = [];
  let points = [];
  const width = Math.max(traceEnd, 1);
  course.most.forEach((value, i) => {
    if (value === null) return;
    const from = Math.min(100, (100 * i * course.width) / width);
    const to = Math.min(100, (100 * (i + 1) * course.width) / width);
    const y = 100 - (100 * Number(value)) / top;
    points.push(`${from.toFixed(2)},${y.toFixed(2)}`, `${to.toFixed(2)},${y.toFixed(2)}`);
  });
  if (points.length > 0) found.push(points);
  return found;
}

const greatest = (course) => course.most.reduce((most, value) => Math.max(most, Number(value ?? 0)), 0);

function chart(title, unit, course, goal) {
  const top = Math.max(greatest(course), goal ? greatest(goal) : 0);
  if (top === 0) return null;
  const drawing = svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" });
  const begin = (100 * data.timeline.begin) / Math.max(traceEnd, 1);
  if (begin > 0) drawing.append(svg("rect", { class: "window", x: begin, y: 0, width: Math.max(100 - begin, 0.6), height: 100 }));
  for (const points of stretches(course, top * 1.06)) {
    const first = points[0].split(",")[0];
    const last = points[points.length - 1].split(",")[0];
    drawing.append(svg("polygon", { class: "area", points: `${first},100 ${points.join(" ")} ${last},100` }));
    drawing.append(svg("polyline", { class: "stroke", points: points.join(" ") }));
  }
  if (goal) {
    for (const points of stretches(goal, top * 1.06)) drawing.append(svg("polyline", { class: "goal", points: points.join(" ") }));
  }
  return make("figure", {},
    make("figcaption", {}, title, make("span", {}, ` at most ${unit(greatest(course))}${goal ? `; dashed: the goal, at most ${unit(greatest(goal))}` : ""}`)),
    drawing,
    make("div", { className: "axis" }, make("span", {}, "0"), make("span", {}, begin > 0 ? "shaded: the timeline above" : ""), make("span", {}, duration(traceEnd))));
}

function durationFacts(name, d) {
  if (d.count === 0) return [[name, "none"]];
  return [[name, `${number(d.count)}, the longest ${duration(d.most)}`], [`${name}, in all`, duration(d.total)]];
}

function showWhole() {
  const { whole } = data;
  byId("whole-about").textContent =
    `${duration(traceEnd)}, ${counted(whole.events, "event")}` +
    (data.start_wall ? `, from ${data.start_wall}` : "") +
    (data.segments > 1 ? `. The stream holds ${data.segments} traces: the charts are of the last one` : "");
  for (const figure of [
    chart("Heap in objects", bytes, whole.heap, whole.heap_goal),
    chart("Goroutines", number, whole.goroutine_count, null),
  ]) {
    if (figure) byId("charts").append(figure);
  }
  const body = byId("whole-body");
  body.append(facts([
    ["Goroutines seen", number(whole.goroutines)],
    ["Most at one time", number(whole.most_goroutines)],
    ...durationFacts("Stop-the-world", whole.stops),
    ["GC cycles", number(whole.gc_cycles.count)],
    ["Wait to run, median", whole.latency.count ? duration(whole.latency.median) : "none"],
    ["Wait to run, p99", whole.latency.count ? duration(whole.latency.p99) : "none"],
  ]));
  if (whole.functions.length === 0) return;
  const rows = whole.functions.map((f) => [shortName(text(f.function)) || "(not known)", number(f.goroutines), number(f.at_end),
    duration(f.running), duration(f.runnable), duration(f.blocked), duration(f.syscall)]);
  const caption = whole.functions.length < whole.all_functions
    ? `Goroutines by function: the ${rows.length} of ${number(whole.all_functions)} that ran longest` : "Goroutines by function";
  body.append(table(caption, ["Function", "Seen", "At the end", "Running", "Runnable", "Blocked", "Syscall"], rows));
}
