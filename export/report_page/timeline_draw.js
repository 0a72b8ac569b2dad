
// Draws what is in view. Sizes are in CSS pixels.
const rowHeight = 24;
const laneHeight = 15;
const axisHeight = 26;
const barInset = 4;
const colourNames = ["card", "ink", "soft", "line", "band", "link", "running", "runnable", "blocked", "syscall", "gc", "stop", "region", "log", "on-slice", "ground"];

const heightOf = (track) => rowHeight + laneHeight * track.lanes.length;

class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.colours = {};
    this.patterns = {};
    this.widths = new Map();
  }

  // To be told after a change of colours.
  learnColours() {
    this.colours = colours(colourNames);
    this.patterns = { runnable: this.hatched(this.colours.runnable), syscall: this.dotted(this.colours.syscall) };
  }

  pattern(size, draw) {
    const tile = make("canvas", { width: size, height: size });
    draw(tile.getContext("2d"));
    return this.context.createPattern(tile, "repeat");
  }

  hatched(colour) {
    return this.pattern(8, (context) => {
      context.strokeStyle = colour;
      context.lineWidth = 2.4;
      for (const x of [-8, 0, 8]) {
        context.moveTo(x, 8);
        context.lineTo(x + 8, 0);
      }
      context.stroke();
    });
  }

  dotted(colour) {
    return this.pattern(5, (context) => {
      context.fillStyle = colour;
      context.fillRect(0, 0, 3, 3);
    });
  }

  resize(width, height) {
    const ratio = devicePixelRatio || 1;
    this.width = width;
    this.height = height;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.style.height = `${height}px`;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.font = getComputedStyle(document.body).fontFamily;
    this.widths.clear();
  }

  // `scene`: gutter, begin, end (of the view), span, rows of {track, y}, fixedHeight, fixed likewise, chosen, offset.
  draw(scene) {
    this.scene = scene;
    this.scale = (this.width - scene.gutter) / (scene.end - scene.begin);
    const { context } = this;
    context.fillStyle = this.colours.card;
    context.fillRect(0, 0, this.width, this.height);
    context.textBaseline = "middle";
    this.grid();
    this.clip(0, scene.fixedHeight, this.width, this.height - scene.fixedHeight, () => {
      for (const row of scene.rows) this.row(row);
    });
    this.clip(0, 0, this.width, scene.fixedHeight, () => {
      for (const row of scene.fixed) this.row(row);
    });
    this.axis();
    this.endLine();
    context.fillStyle = this.colours.line;
    context.fillRect(0, scene.fixedHeight - 1, this.width, 1);
    context.fillRect(scene.gutter - 1, 0, 1, this.height);
  }

  clip(x, y, width, height, draw) {
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.context.clip();
    draw();
    this.context.restore();
  }

  x(time) { return this.scene.gutter + (time - this.scene.begin) * this.scale; }

  row({ track, y }) {
    const { context, scene } = this;
    const height = heightOf(track);
    const isChosen = scene.chosen?.track === track;
    if (isChosen) {
      context.fillStyle = this.colours.band;
      context.fillRect(0, y, this.width, height);
    }
    context.fillStyle = this.colours.line;
    context.fillRect(0, y + height - 1, this.width, 1);
    this.clip(scene.gutter, y, this.width - scene.gutter, height, () => {
      this.slices(track, track.slices, y + barInset, rowHeight - 2 * barInset);
      track.lanes.forEach((lane, i) => this.slices(track, lane, y + rowHeight - 2 + i * laneHeight, laneHeight - 2));
      this.marks(track, y);
    });
    context.font = `${isChosen ? "600 " : ""}12.5px ${this.font}`;
    context.fillStyle = track.system ? this.colours.soft : this.colours.ink;
    context.fillText(this.fitted(track.label, scene.gutter - 16), 8, y + rowHeight / 2);
    if (isChosen) {
      context.fillStyle = this.colours.link;
      context.fillRect(0, y, 3, height);
    }
  }

  // A text, cut so that it fits.
  fitted(label, width) {
    if (this.widthOf(label) <= width) return label;
    let low = 0;
    let high = label.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.widthOf(`${label.slice(0, middle)}…`) <= width) low = middle;
      else high = middle - 1;
    }
    return low < 4 ? "" : `${label.slice(0, low)}…`;
  }

  widthOf(label) {
    const key = this.context.font + label;
    let width = this.widths.get(key);
    if (width === undefined) {
      if (this.widths.size > 20000) this.widths.clear();
      width = this.context.measureText(label).width;
      this.widths.set(key, width);
    }
    return width;
  }

  slices(track, slices, y, height) {
    const { scene } = this;
    let drawn = -Infinity; // as far as something is drawn
    let drawnKind = -1;
    for (let i = firstBehind(slices, scene.begin); i < slices.count; ++i) {
      if (slices.begins[i] > scene.end) break;
      const kind = slices.flags[i] & 3;
      const left = Math.max(this.x(slices.begins[i]), scene.gutter - 2);
      const right = Math.min(this.x(slices.ends[i]), this.width + 2);
      // Of many in one pixel it shows one, a running one if there is one.
      if (right - drawn < 0.7 && (kind !== 0 || drawnKind === 0)) continue;
      this.slice(track, slices, i, left, Math.max(right - left, 1), y, height);
      drawn = Math.max(right, left + 1);
      drawnKind = kind;
    }
  }

  slice(track, slices, i, x, width, y, height) {
    const { context, scene } = this;
    const flags = slices.flags[i];
    const look = this.look(track, slices, i);
    const top = look.low ? y + height * 0.62 : y;
    const tall = look.low ? height * 0.38 : height;
    context.fillStyle = look.fill;
    context.fillRect(x, top, Math.max(width - (width > 3 ? 1 : 0), 1), tall);
    if (look.outline && width > 4) {
      context.strokeStyle = look.outline;
      context.lineWidth = 1;
      context.strokeRect(x + 0.5, top + 0.5, width - 2, tall - 1);
    }
    if (flags & salvagedFlag && width > 3) {
      context.fillStyle = this.colours.ink;
      for (let at = x; at < x + width - 2; at += 6) context.fillRect(at, y + height, 3, 1.5);
    }
    if (scene.chosen?.slices === slices && scene.chosen.slice === i) {
      context.strokeStyle = this.colours.ink;
      context.lineWidth = 2;
      context.strokeRect(x, y - 1, Math.max(width, 2), height + 2);
    }
    if (width > 34) this.sliceText(sliceName(track, slices, i), look, x, width, y, height);
  }

  look(track, slices, i) {
    const { colours: c } = this;
    if (track.kind === "gc") return { fill: c.gc, text: c["on-slice"] };
    if (track.kind === "stops") return { fill: c.stop, text: c["on-slice"] };
    if (slices !== track.slices) return { fill: c.region, text: c.ink };
    if (track.kind === "proc") return { fill: c.running, text: c["on-slice"] };
    switch (slices.flags[i] & 3) {
      case 0: return { fill: c.running, text: c["on-slice"] };
      case 1: return { fill: this.patterns.runnable, outline: c.runnable, text: c.ink, back: c.card };
      case 2: return { fill: c.blocked, low: true, text: c.ink };
      default: return { fill: this.patterns.syscall, outline: c.syscall, text: c.ink, back: c.card };
    }
  }

  sliceText(name, look, x, width, y, height) {
    const { context } = this;
    context.font = `11px ${this.font}`;
    const left = Math.max(x, this.scene.gutter) + 4;
    const label = this.fitted(name, x + width - left - 6);
    if (label === "") return;
    if (look.back) {
      context.fillStyle = look.back;
      context.fillRect(left - 2, y + 1, this.widthOf(label) + 4, height - 2);
    }
    context.fillStyle = look.text;
    context.fillText(label, left, look.low ? y + height * 0.3 : y + height / 2 + 0.5);
  }

  // Logs: a pin, hollow where it is salvaged; in the track of logs with the text where there is room.
  marks(track, y) {
    const { context, scene } = this;
    const isLogs = track.kind === "logs";
    let drawn = -Infinity;
    for (let i = 0; i < track.marks.length; ++i) {
      const mark = track.marks[i];
      if (mark.time < scene.begin || mark.time > scene.end) continue;
      const x = this.x(mark.time);
      const isChosen = scene.chosen?.log === mark.log;
      if (x - drawn < 1.5 && !isChosen) continue;
      drawn = x;
      this.pin(x, y, data.logs[mark.log][5] === 1, isChosen);
      if (!isLogs) continue;
      const next = track.marks[i + 1];
      const room = (next ? this.x(next.time) : this.width) - x - 12;
      if (room < 30) continue;
      context.font = `11px ${this.font}`;
      context.fillStyle = this.colours.ink;
      const [, , , category, message] = data.logs[mark.log];
      context.fillText(this.fitted(category ? `${category}: ${message}` : message, room), x + 7, y + rowHeight / 2);
    }
  }

  pin(x, y, hollow, isChosen) {
    const { context } = this;
    context.beginPath();
    context.moveTo(x - 4.5, y + 2);
    context.lineTo(x + 4.5, y + 2);
    context.lineTo(x, y + 11);
    context.closePath();
    context.fillStyle = hollow ? this.colours.card : isChosen ? this.colours.link : this.colours.log;
    context.strokeStyle = isChosen ? this.colours.link : this.colours.log;
    context.lineWidth = isChosen ? 2.5 : 1.2;
    context.fill();
    context.stroke();
  }

  // Calls back with the x and the time before the end of each line, as the end is what counts.
  eachTick(visit) {
    const { scene } = this;
    const step = this.step();
    const last = Math.floor((scene.span - scene.begin) / step);
    for (let i = Math.max(Math.ceil((scene.span - scene.end) / step), 0); i <= last; ++i) {
      visit(this.x(scene.span - i * step), i * step);
    }
  }

  grid() {
    this.context.fillStyle = this.colours.line;
    this.eachTick((x) => this.context.fillRect(Math.round(x), 0, 1, this.height));
  }

  axis() {
    const { context, scene } = this;
    context.fillStyle = this.colours.band;
    context.fillRect(0, 0, this.width, axisHeight);
    context.font = `12px ${this.font}`;
    context.fillStyle = this.colours.soft;
    context.fillText("before the end", 8, axisHeight / 2 + 1);
    this.eachTick((x, before) => {
      const label = before === 0 ? "end" : `−${duration(before)}`;
      const left = x - this.widthOf(label) - 4;
      if (left > scene.gutter) context.fillText(label, left, axisHeight / 2 + 1);
    });
  }

  step() {
    const wanted = (this.scene.end - this.scene.begin) / Math.max((this.width - this.scene.gutter) / 100, 2);
    const power = 10 ** Math.floor(Math.log10(Math.max(wanted, 1)));
    for (const factor of [1, 2, 5]) {
      if (power * factor >= wanted) return power * factor;
    }
    return power * 10;
  }

  endLine() {
    const x = this.x(this.scene.span);
    if (x < this.scene.gutter || x > this.width) return;
    const { context } = this;
    context.fillStyle = this.colours.stop;
    context.fillRect(Math.round(x), 0, 2, this.height);
    context.globalAlpha = 0.08;
    context.fillRect(x + 2, axisHeight, this.width - x, this.height);
    context.globalAlpha = 1;
  }
}
