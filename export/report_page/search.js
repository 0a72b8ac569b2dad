
// Search over goroutines, functions and logs; what is found leads to the timeline, or to the list of logs.
const mostResults = 40;

function goroutineResults(wanted) {
  const id = wanted.match(/^g?(\d+)$/)?.[1];
  const found = [];
  let count = 0;
  for (const track of timeline.model.goroutines) {
    if (String(track.id) !== id && !track.name.toLowerCase().includes(wanted)) continue;
    ++count;
    if (String(track.id) === id) found.unshift(track);
    else if (found.length < mostResults) found.push(track);
  }
  return { count, items: found.slice(0, mostResults).map((track) => ({ kind: `g${track.id}`, text: track.name || "(function not known)", go: () => timeline.goToGoroutine(track.id) })) };
}

function logResults(wanted) {
  const found = [];
  let count = 0;
  data.logs.forEach(([, , , category, message], i) => {
    const line = category ? `${category}: ${message}` : message;
    if (!line.toLowerCase().includes(wanted)) return;
    ++count;
    if (found.length < mostResults) found.push({ kind: "log", text: line, go: () => { goToLog(i); if (timeline.hasLog(i)) timeline.goToLog(i); } });
  });
  return { count, items: found };
}

function goToGroup(group) {
  const id = group.ids.find((candidate) => timeline.hasGoroutine(candidate));
  if (id === undefined) byId("goroutines").scrollIntoView();
  else timeline.goToGoroutine(id);
}

// Functions on the stacks of what goroutines did at the end.
function placeResults(wanted) {
  const found = [];
  let count = 0;
  for (const group of data.at_end.groups) {
    const frame = framesOf(group.stack).find(({ name, file }) => name.toLowerCase().includes(wanted) || file.toLowerCase().includes(wanted));
    if (!frame || text(group.function).toLowerCase().includes(wanted)) continue;
    ++count;
    if (found.length < mostResults) found.push({ kind: group.count === 1 ? `g${group.ids[0]}` : `${group.count} ×`, text: `${frame.name} on the stack, ${stateNames[group.state] ?? group.state}`, go: () => goToGroup(group) });
  }
  return { count, items: found };
}

class Search {
  constructor() {
    this.input = byId("search");
    this.box = byId("results");
    this.items = [];
    this.at = -1;
    this.input.addEventListener("input", () => this.find());
    this.input.addEventListener("focus", () => this.find());
    this.input.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("pointerdown", (event) => {
      if (!event.target.closest(".search")) this.close();
    });
    byId("search").closest(".search").addEventListener("focusout", (event) => {
      if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) this.close();
    });
  }

  find() {
    const wanted = this.input.value.trim().toLowerCase();
    this.box.replaceChildren();
    this.items = [];
    if (wanted === "") return this.close();
    const parts = [["goroutine", goroutineResults(wanted)], ["log", logResults(wanted)], ["place at the end", placeResults(wanted)]];
    const counts = parts.filter(([, found]) => found.count > 0).map(([noun, found]) => (noun === "place at the end" ? `${counted(found.count, "place")} at the end` : counted(found.count, noun)));
    this.box.append(make("p", { role: "status" }, counts.length ? counts.join(", ") : "Nothing was found."));
    for (const [, found] of parts) {
      for (const item of found.items) this.add(item);
    }
    this.choose(this.items.length > 0 ? 0 : -1);
    this.box.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  add(item) {
    const i = this.items.length;
    const option = make("div", { role: "option", id: `result-${i}` }, make("span", {}, item.kind), make("span", {}, item.text));
    option.addEventListener("click", () => this.go(i));
    this.items.push({ ...item, option });
    this.box.append(option);
  }

  choose(i) {
    this.items[this.at]?.option.removeAttribute("aria-selected");
    this.at = i;
    const option = this.items[i]?.option;
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest", behavior: "instant" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  go(i) {
    const { go } = this.items[i];
    this.close();
    go();
  }

  close() {
    this.box.hidden = true;
    this.at = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.key === "Escape") {
      if (this.box.hidden) this.input.value = "";
      this.close();
    } else if (event.key === "ArrowDown" && this.items.length > 0) {
      if (this.box.hidden) this.find();
      else this.choose((this.at + 1) % this.items.length);
    } else if (event.key === "ArrowUp" && this.items.length > 0) {
      this.choose((this.at + this.items.length - 1) % this.items.length);
    } else if (event.key === "Enter" && this.at >= 0) {
      this.go(this.at);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
