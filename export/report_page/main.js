
// Puts the page together.
const timeline = new Timeline(makeModel());

function aboutTimeline() {
  const { timeline: raw } = data;
  const parts = [];
  const span = raw.end - raw.begin;
  if (raw.begin === 0) parts.push(`The whole trace, ${duration(span)}.`);
  else if (raw.cut_short) parts.push(`The last ${duration(span)}: the timeline holds at most 100,000 slices. \`tracecheck export --format perfetto\` has all.`);
  else parts.push(`The last ${duration(span)}; --last shows more or less.`);
  if (raw.left_out > 0) parts.push(`${counted(raw.left_out, "goroutine")} that did nothing for longest are left out.`);
  const oldest = data.logs.at(-1);
  if (oldest && data.logs.length < Number(data.all_logs) && oldest[0] > raw.begin) {
    parts.push(`Of the logs the last ${number(data.logs.length)} are marked.`);
  }
  if (data.segments > 1) parts.push(`The stream holds ${data.segments} traces; this is the last one.`);
  byId("timeline-about").append(...withCode(parts.join(" ")));
}

function legendItem(label, draw) {
  const canvas = make("canvas", { width: 68, height: 32 });
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  draw(context);
  return make("li", {}, canvas, label);
}

function showLegend() {
  const { painter } = timeline;
  const { colours: c, patterns } = painter;
  const bar = (fill, outline) => (context) => {
    context.fillStyle = fill;
    context.fillRect(0, 1, 34, 14);
    if (!outline) return;
    context.strokeStyle = outline;
    context.strokeRect(0.5, 1.5, 33, 13);
  };
  byId("legend").replaceChildren(
    legendItem("running", bar(c.running)),
    legendItem("runnable, waits for a proc", bar(patterns.runnable, c.runnable)),
    legendItem("blocked", (context) => { context.fillStyle = c.blocked; context.fillRect(0, 9, 34, 6); }),
    legendItem("in a system call", bar(patterns.syscall, c.syscall)),
    legendItem("region", bar(c.region)),
    legendItem("log; hollow: salvaged", (context) => {
      for (const [x, hollow] of [[8, false], [24, true]]) {
        context.beginPath();
        context.moveTo(x - 4.5, 3);
        context.lineTo(x + 4.5, 3);
        context.lineTo(x, 12);
        context.closePath();
        context.fillStyle = hollow ? c.card : c.log;
        context.strokeStyle = c.log;
        context.fill();
        context.stroke();
      }
    }),
    legendItem("dashes below: salvaged", (context) => { context.fillStyle = c.ink; for (let x = 0; x < 32; x += 6) context.fillRect(x, 8, 3, 2); }),
    legendItem("the trace’s end", (context) => { context.fillStyle = c.stop; context.fillRect(16, 0, 2, 16); }),
  );
}

function startTimeline() {
  aboutTimeline();
  if (timeline.isEmpty) {
    byId("timeline-body").hidden = true;
    byId("timeline-about").textContent = "The trace tells nothing of goroutines or procs.";
    return;
  }
  if (timeline.rows.length === timeline.model.procs.length) {
    byId("system").checked = true;
    timeline.order();
  }
  timeline.start();
  showLegend();
  byId("order").addEventListener("change", () => timeline.order());
  byId("system").addEventListener("change", () => timeline.order());
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => timeline.do(button.dataset.do));
  }
  themeListeners.push(() => {
    timeline.painter.learnColours();
    timeline.redraw();
    showLegend();
  });
}

function globalKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, dialog")) return;
  if (event.key === "/") byId("search").focus();
  else if (event.key === "?") byId("help").showModal();
  else if (event.key === "t" && !timeline.isEmpty) {
    byId("timeline").scrollIntoView();
    timeline.tracks.focus({ preventScroll: true });
  } else return;
  event.preventDefault();
}

showVerdict();
startTheme();
startTimeline();
showLogs();
showGroups();
showLost();
showWhole();
new Search();
byId("keys").addEventListener("click", () => byId("help").showModal());
document.addEventListener("keydown", globalKey);
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
byId("foot").textContent =
  `Made by ${data.tool}${data.go_version ? ` of a trace of ${data.go_version}` : ""}. This page needs no network and sends nothing.`;
