
// The timeline as one uses it: what is in view, what is chosen, keys, mouse and fingers.
const marginAtEnd = 0.02; // of the view, behind the trace's end
const leastView = 100; // ns

class Timeline {
  constructor(model) {
    this.model = model;
    this.tracks = byId("tracks");
    this.painter = new Painter(byId("canvas"));
    this.chosen = null; // {track, slices, slice} or {track, log}
    this.order();
    this.all();
  }

  get isEmpty() { return this.model.goroutines.length === 0 && this.model.procs.length === 0; }

  start() {
    this.painter.learnColours();
    new ResizeObserver(() => this.resize()).observe(this.tracks);
    this.tracks.addEventListener("scroll", () => this.redraw());
    this.tracks.addEventListener("keydown", (event) => this.key(event));
    this.tracks.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.tracks.addEventListener("dblclick", (event) => this.closeUp(event));
    this.startPointers();
    this.resize();
  }

  // View

  get widest() { return this.model.span * (1 + marginAtEnd); }

  show(begin, end) {
    const width = Math.min(Math.max(end - begin, leastView), this.widest);
    const least = Math.min(0, this.model.span - width);
    this.begin = Math.min(Math.max(begin, least), this.widest - width);
    if (width >= this.widest) this.begin = 0;
    this.end = this.begin + width;
    this.redraw();
  }

  all() { this.show(0, this.widest); }
  atEnd() {
    const width = Math.min((this.end - this.begin) / 2, this.model.span / 20);
    this.show(this.model.span - width * (1 - marginAtEnd), this.model.span + width * marginAtEnd);
  }
  pan(share) {
    const by = (this.end - this.begin) * share;
    this.show(this.begin + by, this.end + by);
  }
  zoom(factor, around = this.focus()) {
    const width = Math.min((this.end - this.begin) * factor, this.widest);
    const share = (around - this.begin) / (this.end - this.begin);
    this.show(around - width * share, around + width * (1 - share));
  }

  // Where zooming keys zoom: what is chosen, if it is in view, else the middle.
  focus() {
    const time = this.chosenTime();
    return time !== null && time >= this.begin && time <= this.end ? time : (this.begin + this.end) / 2;
  }
  chosenTime() {
    if (this.chosen?.log !== undefined) return data.logs[this.chosen.log][0] - this.model.begin;
    if (this.chosen?.slice === undefined) return null;
    const { slices, slice } = this.chosen;
    return Math.min(Math.max((slices.begins[slice] + slices.ends[slice]) / 2, this.begin), Math.max(slices.ends[slice], this.begin));
  }

  // Rows

  order() {
    const how = byId("order").value;
    const own = byId("system").checked;
    const compare = {
      active: (a, b) => b.active - a.active || Number(a.id) - Number(b.id),
      number: (a, b) => Number(a.id) - Number(b.id),
      function: (a, b) => a.name.localeCompare(b.name) || Number(a.id) - Number(b.id),
    }[how];
    const goroutines = this.model.goroutines.filter((track) => own || !track.system).sort(compare);
    this.rows = [...this.model.procs, ...goroutines];
    this.places = new Map();
    let y = 0;
    this.tops = this.rows.map((track, i) => {
      this.places.set(track, i);
      const top = y;
      y += heightOf(track);
      return top;
    });
    this.fixedHeight = axisHeight + this.model.fixed.reduce((sum, track) => sum + heightOf(track), 0) + 1;
    this.height = this.fixedHeight + y;
    byId("ground").style.height = `${this.height}px`;
    if (this.painter.width) this.resize();
  }

  resize() {
    const most = Math.max(260, Math.min(innerHeight * 0.7, 640));
    const height = Math.min(this.height, most);
    this.tracks.style.height = `${height + 2}px`;
    this.painter.resize(this.tracks.clientWidth, height);
    this.gutter = Math.round(Math.min(Math.max(this.painter.width * 0.2, 104), 230));
    this.redraw();
  }

  rowAt(y) {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tops[middle] + heightOf(this.rows[middle]) <= y) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  redraw() {
    if (this.waiting || !this.painter.width) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  draw() {
    const offset = this.tracks.scrollTop;
    const rows = [];
    for (let i = this.rowAt(offset); i < this.rows.length; ++i) {
      const y = this.fixedHeight + this.tops[i] - offset;
      if (y > this.painter.height) break;
      rows.push({ track: this.rows[i], y });
    }
    let y = axisHeight;
    const fixed = this.model.fixed.map((track) => {
      const row = { track, y };
      y += heightOf(track);
      return row;
    });
    this.painter.draw({ gutter: this.gutter, begin: this.begin, end: this.end, span: this.model.span, rows, fixed, fixedHeight: this.fixedHeight, chosen: this.chosen });
    const from = this.model.begin + Math.max(this.begin, 0);
    const to = this.model.begin + Math.min(this.end, this.model.span);
    byId("view").textContent = `In view: ${duration(to - from)}, from ${seconds(Math.round(from))} to ${seconds(Math.round(to))}`;
  }

  // Choosing

  choose(chosen) {
    this.chosen = chosen;
    showChosen(this.model, chosen);
    this.redraw();
  }

  scrollTo(track) {
    const place = this.places.get(track);
    if (place === undefined) return;
    const top = this.tops[place];
    const room = this.painter.height - this.fixedHeight;
    const { scrollTop } = this.tracks;
    if (top < scrollTop || top + heightOf(track) > scrollTop + room) this.tracks.scrollTop = top - room / 2;
  }

  // Moves the view so that these times are in it.
  reveal(begin, end = begin) {
    const width = this.end - this.begin;
    if (end < this.begin || begin > this.end) this.show((begin + end - width) / 2, (begin + end + width) / 2);
  }

  // All that keys may choose, from top to bottom.
  get choosable() { return [...this.model.fixed, ...this.rows]; }

  moveTrack(by) {
    const all = this.choosable;
    const at = this.chosen ? all.indexOf(this.chosen.track) : by > 0 ? -1 : all.length;
    const track = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    const time = this.focus();
    this.choose(this.nearest(track, time));
    this.scrollTo(track);
  }

  nearest(track, time) {
    if (track.slices.count > 0) {
      const slice = Math.min(firstBehind(track.slices, time), track.slices.count - 1);
      return { track, slices: track.slices, slice };
    }
    if (track.marks.length > 0) {
      const mark = track.marks.find((candidate) => candidate.time >= time) ?? track.marks[track.marks.length - 1];
      return { track, log: mark.log };
    }
    return { track };
  }

  moveSlice(by) {
    if (!this.chosen) return this.moveTrack(1);
    const { track, slices, slice, log } = this.chosen;
    if (slices) {
      const next = Math.min(Math.max(slice + by, 0), slices.count - 1);
      this.choose({ track, slices, slice: next });
      this.reveal(slices.begins[next], slices.ends[next]);
    } else if (log !== undefined) {
      const at = track.marks.findIndex((mark) => mark.log === log);
      const next = track.marks[Math.min(Math.max(at + by, 0), track.marks.length - 1)];
      this.choose({ track, log: next.log });
      this.reveal(next.time);
    }
  }

  zoomToChosen() {
    if (this.chosen?.log !== undefined) return this.zoom(0.25);
    if (this.chosen?.slice === undefined) return;
    const { slices, slice } = this.chosen;
    const width = Math.max(slices.ends[slice] - slices.begins[slice], leastView);
    this.show(slices.begins[slice] - width * 0.2, slices.ends[slice] + width * 0.2);
  }

  // From elsewhere on the page

  hasGoroutine(id) { return this.model.byNumber.has(String(id)); }

  goTo(chosen, time) {
    if (chosen.track.system && !byId("system").checked) {
      byId("system").checked = true;
      this.order();
    }
    this.choose(chosen);
    if (time !== null) this.reveal(time);
    this.scrollTo(chosen.track);
    byId("timeline").scrollIntoView();
    this.tracks.focus({ preventScroll: true });
  }
  goToGoroutine(id) {
    const track = this.model.byNumber.get(String(id));
    this.goTo(this.nearest(track, this.model.span), track.active);
  }
  hasLog(i) { return data.logs[i][0] >= this.model.begin; }
  goToLog(i) {
    const track = this.model.byNumber.get(String(data.logs[i][1])) ?? this.model.fixed[0];
    this.goTo({ track, log: i }, data.logs[i][0] - this.model.begin);
  }

  // Keys

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = {
      ArrowLeft: () => this.pan(event.shiftKey ? -1 : -0.15),
      ArrowRight: () => this.pan(event.shiftKey ? 1 : 0.15),
      ArrowUp: () => this.moveTrack(-1),
      ArrowDown: () => this.moveTrack(1),
      PageUp: () => this.moveTrack(-10),
      PageDown: () => this.moveTrack(10),
      "+": () => this.zoom(0.6),
      "=": () => this.zoom(0.6),
      "-": () => this.zoom(1 / 0.6),
      "−": () => this.zoom(1 / 0.6),
      ",": () => this.moveSlice(-1),
      ".": () => this.moveSlice(1),
      Enter: () => this.zoomToChosen(),
      0: () => this.all(),
      Home: () => this.all(),
      e: () => this.atEnd(),
      End: () => this.atEnd(),
    };
    const action = actions[event.key];
    if (event.key === "Escape" && this.chosen) this.choose(null);
    else if (action) action();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  do(what) {
    ({ earlier: () => this.pan(-0.3), later: () => this.pan(0.3), closer: () => this.zoom(0.5), wider: () => this.zoom(2), all: () => this.all(), end: () => this.atEnd() })[what]();
  }

  // Mouse and fingers

  wheel(event) {
    if (event.ctrlKey || event.metaKey) this.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 100)) * 0.5), this.timeAt(event));
    else if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) this.pan((event.deltaX || event.deltaY) / this.painter.width);
    else return;
    event.preventDefault();
  }

  place(event) {
    const box = this.painter.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
  timeOf(x) { return this.begin + ((x - this.gutter) / (this.painter.width - this.gutter)) * (this.end - this.begin); }
  timeAt(event) { return this.timeOf(this.place(event).x); }

  startPointers() {
    const down = new Map();
    let moved = false;
    let twoFingers = false;
    this.tracks.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      down.set(event.pointerId, this.place(event).x);
      if (down.size === 1) moved = twoFingers = false;
      if (down.size === 2) twoFingers = true;
    });
    this.tracks.addEventListener("pointermove", (event) => {
      const before = down.get(event.pointerId);
      if (before === undefined) return;
      const { x } = this.place(event);
      if (!moved && Math.abs(x - before) < 4) return;
      if (!moved && event.pointerType === "mouse") this.tracks.setPointerCapture(event.pointerId);
      moved = true;
      this.tracks.classList.add("dragged");
      if (down.size === 1) this.pan((before - x) / (this.painter.width - this.gutter));
      else this.pinch(down, event.pointerId, x);
      down.set(event.pointerId, x);
    });
    const up = (event) => {
      if (!down.delete(event.pointerId)) return;
      this.tracks.classList.remove("dragged");
      if (event.type === "pointerup" && !moved && !twoFingers) this.chooseAt(this.place(event));
    };
    this.tracks.addEventListener("pointerup", up);
    this.tracks.addEventListener("pointercancel", up);
  }

  pinch(down, moving, x) {
    const other = [...down].find(([id]) => id !== moving)[1];
    const before = Math.abs(down.get(moving) - other);
    const after = Math.abs(x - other);
    if (before > 8 && after > 8) this.zoom(before / after, this.timeOf(other));
  }

  trackAt(y) {
    if (y < axisHeight) return null;
    if (y < this.fixedHeight) {
      let top = axisHeight;
      for (const track of this.model.fixed) {
        if (y < top + heightOf(track)) return { track, top };
        top += heightOf(track);
      }
      return null;
    }
    const inside = y - this.fixedHeight + this.tracks.scrollTop;
    const i = this.rowAt(inside);
    if (i >= this.rows.length) return null;
    return { track: this.rows[i], top: this.fixedHeight + this.tops[i] - this.tracks.scrollTop };
  }

  chooseAt({ x, y }) {
    const found = this.trackAt(y);
    if (!found) return this.choose(null);
    const { track, top } = found;
    if (x < this.gutter) return this.choose(this.nearest(track, this.focus()));
    const near = ((this.end - this.begin) * 6) / (this.painter.width - this.gutter);
    const time = this.timeOf(x);
    const mark = y - top < 13 || track.kind === "logs" ? nearestMark(track.marks, time, track.kind === "logs" ? 2 * near : near) : null;
    if (mark) return this.choose({ track, log: mark.log });
    const lane = y - top < rowHeight ? track.slices : track.lanes[Math.floor((y - top - rowHeight + 2) / laneHeight)] ?? track.slices;
    const i = firstBehind(lane, time - near / 3);
    if (i < lane.count && lane.begins[i] <= time + near / 3) return this.choose({ track, slices: lane, slice: i });
    return this.choose({ track });
  }

  closeUp(event) {
    this.chooseAt(this.place(event));
    this.zoomToChosen();
  }
}

function nearestMark(marks, time, near) {
  let best = null;
  for (const mark of marks) {
    const distance = Math.abs(mark.time - time);
    if (distance <= near && (best === null || distance < Math.abs(best.time - time))) best = mark;
  }
  return best;
}

// What is told of a slice or log below the timeline.
function showChosen(model, chosen) {
  const box = byId("chosen");
  box.replaceChildren();
  if (!chosen) return;
  const { track, slices, slice, log } = chosen;
  const of = track.kind === "goroutine" ? `goroutine ${track.id} ${track.name}`.trim() : track.kind === "proc" ? `proc ${track.id}` : track.label;
  if (log !== undefined) {
    const [time, , task, category, message, salvaged] = data.logs[log];
    box.append(make("h3", {}, category ? `${category}: ` : "", message),
      make("p", { className: "context" }, `Log of ${of}, at ${seconds(time)}, ${beforeEnd(time)}${task ? `, task ${task}` : ""}${salvaged ? ", salvaged" : ""}`));
    return;
  }
  if (slice === undefined) {
    box.append(make("h3", {}, of), make("p", { className: "context" }, "nothing in the time of the timeline"));
    return;
  }
  const flags = slices.flags[slice];
  const begin = model.begin + slices.begins[slice];
  const length = slices.ends[slice] - slices.begins[slice];
  const parts = [`${flags & (begunBeforeFlag | sinceStartFlag | unendedFlag) ? "at least " : ""}${duration(length)}`];
  parts.push(flags & begunBeforeFlag ? "since before the timeline begins" : `from ${seconds(begin)}`);
  parts.push(flags & unendedFlag ? "until the trace’s end" : beforeEnd(begin + length));
  if (track.kind === "goroutine" && flags >>> procShift) parts.push(`on proc ${(flags >>> procShift) - 1}`);
  if (flags & salvagedFlag) parts.push("salvaged");
  box.append(make("h3", {}, `${of}: ${sliceName(track, slices, slice)}`), make("p", { className: "context" }, parts.join(" · ")));
  if (slices.stacks[slice] !== 0) box.append(stackList(slices.stacks[slice]));
}
