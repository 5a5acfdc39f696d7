// The strokes on the sheet, as operations leave them: the same rules as the server's paper.
import { measures } from "./measures.js";
import { cellsOf, inkOf } from "./region.js";

const THOUSAND = 1000; // places along a line from one point to the next

/** One stroke: points in one flat list, length in widths of the paper. presses: [number of a point,
 * how hard the pen is pressed from there on]; spans: [from, to] of what is left, or null for all. */
class Line {
  #parts = null;

  constructor({ stroke, ink, pen, points, press, presses = null, hidden = false, spans = null }) {
    Object.assign(this, { stroke, ink, pen, hidden, points: [], presses: [], spans: null, length: 0 });
    this.reach(points, press);
    if (presses) this.presses = presses.map((each) => [...each]);
    if (spans) this.shape = spans;
  }

  get visible() {
    return !this.hidden && this.spans?.length !== 0;
  }

  get end() {
    return THOUSAND * (this.points.length / 2 - 1);
  }

  get pieces() {
    return Math.max(1, this.presses.length) + (this.spans?.length ?? 0);
  }

  get used() {
    return this.parts.reduce((sum, part) => sum + Math.max(part.length, measures.pens[this.pen] / measures.unit), 0);
  }

  /** Go on to these points, pressed as hard as before or as told. */
  reach(points, press = null) {
    const before = this.end;
    const hardness = this.presses.at(-1)?.[1] ?? measures.even;
    for (let i = 0; i < points.length; i += 2) {
      const n = this.points.length;
      if (n && points[i] === this.points[n - 2] && points[i + 1] === this.points[n - 1]) continue;
      if (press !== null && press !== hardness && this.presses.length < measures.limits.presses_at_most) this.presses.push([n / 2, press]);
      press = null;
      if (n) this.length += Math.hypot(points[i] - this.points[n - 2], points[i + 1] - this.points[n - 1]) / measures.unit;
      this.points.push(points[i], points[i + 1]);
    }
    if (this.spans && this.end > before) {
      // What is drawn on after something was rubbed out can be seen.
      const kept = this.spans.map((span) => [...span]);
      if (kept.at(-1)?.[1] === before) kept.at(-1)[1] = this.end;
      else kept.push([before, this.end]);
      this.shape = kept;
    }
    this.#parts = null;
  }

  /** What can be seen of it, as spans. */
  get shape() {
    return this.spans ?? [[0, this.end]];
  }

  set shape(spans) {
    this.spans = spans.length === 1 && spans[0][0] === 0 && spans[0][1] === this.end ? null : spans;
    this.#parts = null;
  }

  /** What can be seen of it, each as a line of its own: points, presses and length. */
  get parts() {
    if (!this.spans) return [this];
    return (this.#parts ??= this.spans.map(([first, last]) => {
      const start = Math.floor(first / THOUSAND);
      const presses = this.presses.filter(([n]) => n > start && n <= last / THOUSAND).map(([n, press]) => [n - start, press]);
      const points = [...this.place(first)];
      for (let n = start + 1; n <= last / THOUSAND; n++) points.push(...this.points.slice(2 * n, 2 * n + 2));
      points.push(...this.place(last));
      let length = 0;
      for (let i = 2; i < points.length; i += 2) length += Math.hypot(points[i] - points[i - 2], points[i + 1] - points[i - 1]) / measures.unit;
      return { points, presses: [[0, pressAt(this.presses, start)], ...presses], length };
    }));
  }

  /** The point at a place along the line. The server rounds in the same way. */
  place(at) {
    const n = Math.floor(at / THOUSAND);
    const share = at - n * THOUSAND;
    const m = Math.min(n + 1, this.points.length / 2 - 1);
    return [0, 1].map((i) => Math.floor((this.points[2 * n + i] * (THOUSAND - share) + this.points[2 * m + i] * share + THOUSAND / 2) / THOUSAND));
  }
}

/** A region that is filled; contours: flat lists of points. */
class Region {
  #cells = null;

  constructor({ stroke, ink, contours, hidden = false }) {
    Object.assign(this, { stroke, ink, contours, hidden });
  }

  get cells() {
    return (this.#cells ??= cellsOf(this.contours));
  }

  get visible() {
    return !this.hidden && this.cells > 0;
  }

  get pieces() {
    return measures.limits.pieces_of_fill;
  }

  get used() {
    return inkOf(this.cells);
  }

  get shape() {
    return this.contours;
  }

  set shape(contours) {
    this.contours = contours;
    this.#cells = null;
  }
}

/** How hard the pen is pressed at a point, by its number. */
export function pressAt(presses, n) {
  return presses.findLast(([at]) => at <= n)?.[1] ?? measures.even;
}

export class Lines {
  #lines = new Map();

  /** most: strokes that may be seen at once, or null. */
  constructor({ lines, budget, most, pens, pressures, unit, ...limits }, pending = []) {
    Object.assign(this, { budget, most, pens });
    Object.assign(measures, { unit, pens, pressures, limits, even: pressures.indexOf(1) });
    for (const line of lines) this.#lines.set(line.stroke, line.contours ? new Region(line) : new Line(line));
    for (const operation of pending) this.apply(operation);
  }

  get(name) {
    return this.#lines.get(name);
  }

  get visible() {
    return [...this.#lines.values()].filter((line) => line.visible);
  }

  get count() {
    return this.#lines.size;
  }

  /** Is there room for one more, a line or a fill? */
  get full() {
    const pieces = [...this.#lines.values()].reduce((sum, line) => sum + line.pieces, 0);
    return this.count >= measures.limits.lines_at_most || pieces >= measures.limits.pieces_at_most;
  }

  /** What some ink a line of this length takes: a dot takes as much as the pen is wide. */
  cost(length, pen) {
    return Math.max(length, this.pens[pen] / measures.unit);
  }

  get inkLeft() {
    return this.budget - this.visible.reduce((sum, line) => sum + line.used, 0);
  }

  get strokesLeft() {
    return this.most === null ? Infinity : this.most - this.visible.length;
  }

  /** Carry out an operation; one that names strokes that are not here does nothing. */
  apply({ op, stroke, strokes, ...rest }) {
    const line = this.#lines.get(stroke);
    if (op === "add") line || this.#lines.set(stroke, new Line({ stroke, ...rest }));
    else if (op === "fill") line || this.#lines.set(stroke, new Region({ stroke, ...rest }));
    else if (op === "extend") line?.reach?.(rest.points, rest.press);
    else if (op === "trim" && line) line.shape = rest.spans;
    else if (op === "reshape" && line) line.shape = rest.contours;
    else if (op === "erase" || op === "restore") {
      for (const name of strokes) {
        const named = this.#lines.get(name);
        if (named) named.hidden = op === "erase";
      }
    } else if (op === "clear") for (const each of this.#lines.values()) each.hidden = true;
  }
}
