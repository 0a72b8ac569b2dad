
// The last logs, and what goroutines were doing at the end.
const logPortion = 100;
let logsShown = 0;

function tag(word, quiet = false) {
  return make("span", { className: quiet ? "tag quiet" : "tag" }, word);
}

function logItem(log, i) {
  const [time, goroutine, task, category, message, salvaged, lost] = log;
  const line = make("span", { className: "text" }, make("b", {}, category ? `${category}: ` : ""), message);
  if (salvaged) line.append(" ", tag("~ salvaged"));
  if (lost) line.append(" ", tag("text lost"));
  if (task) line.append(" ", tag(`task ${task}`, true));
  return make("li", { id: `log-${i}` },
    make("span", { className: "when" }, seconds(time)),
    make("span", { className: "when", title: "before the end" }, time >= traceEnd ? "at the end" : `−${duration(traceEnd - time)}`),
    make("span", { className: "when" }, goroutine === null ? "" : goroutineLink(goroutine)),
    line);
}

// Leads to the goroutine in the timeline, where it is there.
function goroutineLink(id) {
  const name = `g${id}`;
  if (!timeline.hasGoroutine(id)) return name;
  const button = make("button", { type: "button", className: "plain", title: "show in the timeline" }, name);
  button.addEventListener("click", () => timeline.goToGoroutine(id));
  return button;
}

function showMoreLogs(upTo = logsShown + logPortion) {
  const list = byId("log-list");
  const end = Math.min(upTo, data.logs.length);
  for (; logsShown < end; ++logsShown) list.append(logItem(data.logs[logsShown], logsShown));
  const left = data.logs.length - logsShown;
  byId("more-logs").hidden = left === 0;
  byId("more-logs").textContent = `Show ${Math.min(left, logPortion)} earlier ones (${number(left)} left)`;
}

function goToLog(i) {
  if (i >= logsShown) showMoreLogs(i + 1);
  for (const found of document.querySelectorAll(".log-list .found")) found.classList.remove("found");
  const item = byId(`log-${i}`);
  item.classList.add("found");
  item.scrollIntoView({ block: "center" });
}

function showLogs() {
  const about = byId("logs-about");
  if (data.logs.length === 0) {
    about.textContent = "The trace has no logs.";
    byId("log-list").hidden = true;
    return;
  }
  const all = Number(data.all_logs);
  about.textContent = (data.logs.length < all ? `The last ${number(data.logs.length)} of ${number(all)}` : `All ${number(all)}`) +
    ", the latest first: time from the trace’s start, time before its end, goroutine, category and message.";
  byId("more-logs").addEventListener("click", () => showMoreLogs());
  showMoreLogs(25);
}

// Goroutines at the end

const groupPortion = 40;
const stateNames = { Running: "running", Runnable: "runnable", Waiting: "blocked", Syscall: "in a system call" };
const stateOrder = ["Running", "Syscall", "Runnable", "Waiting"];

function stackList(stack) {
  return make("ol", { className: "frames" }, ...framesOf(stack).map(({ name, file, line }) =>
    make("li", {}, name || "(unknown)", " ", make("span", {}, file ? `${file}:${line}` : ""))));
}

function groupItem(group) {
  const state = stateNames[group.state] ?? group.state.toLowerCase();
  const reason = text(group.reason);
  const times = group.count > 1 && group.shortest !== group.longest
    ? `${duration(group.shortest)} to ${duration(group.longest)}` : duration(group.longest);
  const head = make("div", { className: "head" },
    make("span", { className: "count" }, group.count === 1 ? goroutineLink(group.ids[0]) : `${number(group.count)} ×`),
    make("span", { className: "function", title: text(group.function) }, shortName(text(group.function)) || "(function not known)"),
    make("span", { className: "state", data: { state: group.state } }, reason ? `${state}: ${reason}` : state,
      ...(group.salvaged ? [" ", tag("~ salvaged")] : [])),
    make("span", { className: "for", title: group.since_start ? "at least: it was so before the trace begins" : "until the trace’s end" },
      `${group.since_start ? "≥ " : ""}${times}`));
  const item = make("div", { className: "group" }, head);
  if (group.stack === 0 && group.count === 1) return item;
  const top = framesOf(group.stack)[group.place];
  const summary = make("summary", {}, top ? `at ${shortName(top.name)}` : "which ones");
  const details = make("details", {}, summary);
  details.addEventListener("toggle", () => {
    if (details.childElementCount > 1) return;
    if (group.stack !== 0) details.append(stackList(group.stack));
    if (group.count > 1) {
      const ids = group.ids.map(goroutineLink);
      if (group.count > ids.length) ids.push(`and ${number(group.count - ids.length)} more`);
      details.append(make("div", { className: "ids" }, ...ids));
    }
  });
  item.append(details);
  return item;
}

function showGroups() {
  const { at_end: atEnd } = data;
  const ordered = [...atEnd.groups].sort((a, b) =>
    stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state) || b.longest - a.longest);
  const users = ordered.filter((group) => !group.system);
  const own = ordered.filter((group) => group.system);
  if (atEnd.goroutines === 0) {
    byId("goroutines-about").textContent = "The trace tells of no goroutine that was there at its end.";
    return;
  }
  byId("goroutines-about").textContent =
    `${counted(atEnd.goroutines, "goroutine")}, those in the same place together; running ones first, then for how long at least they had been so.` +
    (atEnd.groups.length < atEnd.all_groups ? ` The ${number(atEnd.groups.length)} that had been so for longest, of ${number(atEnd.all_groups)} places.` : "") +
    (data.stacks_left_out > 0 ? ` There was no room for ${counted(data.stacks_left_out, "stack")}.` : "");
  let shown = 0;
  const showMore = () => {
    const end = Math.min(shown + groupPortion, users.length);
    for (; shown < end; ++shown) byId("end-groups").append(groupItem(users[shown]));
    byId("more-groups").hidden = shown === users.length;
    byId("more-groups").textContent = `Show more (${number(users.length - shown)} left)`;
  };
  byId("more-groups").addEventListener("click", showMore);
  showMore();
  if (own.length === 0) return;
  const count = own.reduce((sum, group) => sum + group.count, 0);
  byId("end-system").hidden = false;
  byId("end-system").firstElementChild.textContent = `The runtime’s own (${counted(count, "goroutine")})`;
  byId("end-system").open = users.length === 0;
  byId("end-system-groups").append(...own.map(groupItem));
}
