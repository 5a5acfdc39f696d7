// The strokes on the sheet, as operations leave them: the same rules as the server's paper.

/** One stroke: points in one flat list, length in widths of the paper. */
class Line {
  constructor({ stroke, ink, pen, points, hidden = false }) {
    Object.assign(this, { stroke, ink, pen, hidden, points: [], length: 0 });
    this.reach(points);
  }

  reach(points) {
    for (let i = 0; i < points.length; i += 2) {
      const n = this.points.length;
      if (n) this.length += Math.hypot(points[i] - this.points[n - 2], points[i + 1] - this.points[n - 1]) / Lines.unit;
      this.points.push(points[i], points[i + 1]);
    }
  }
}

export class Lines {
  static unit = 10000;
  #lines = new Map();

  /** pens: widths in the paper's numbers. most: strokes that may be seen at once, or null. */
  constructor({ lines, budget, most, pens, unit, longest, lines_at_most }, pending = []) {
    Object.assign(this, { budget, most, pens, longest, linesAtMost: lines_at_most });
    Lines.unit = unit;
    for (const line of lines) this.#lines.set(line.stroke, new Line(line));
    for (const operation of pending) this.apply(operation);
  }

  get(name) {
    return this.#lines.get(name);
  }

  get visible() {
    return [...this.#lines.values()].filter((line) => !line.hidden);
  }

  get count() {
    return this.#lines.size;
  }

  /** What some ink a line of this length takes: a dot takes as much as the pen is wide. */
  cost(length, pen) {
    return Math.max(length, this.pens[pen] / Lines.unit);
  }

  get inkLeft() {
    return this.budget - this.visible.reduce((sum, line) => sum + this.cost(line.length, line.pen), 0);
  }

  get strokesLeft() {
    return this.most === null ? Infinity : this.most - this.visible.length;
  }

  /** May these come back, with the ink and the strokes that are left? */
  roomFor(names) {
    const back = names.map((name) => this.#lines.get(name)).filter((line) => line?.hidden);
    const ink = back.reduce((sum, line) => sum + this.cost(line.length, line.pen), 0);
    return { ink: ink <= this.inkLeft + 1e-6, strokes: back.length <= this.strokesLeft };
  }

  /** Carry out an operation; one that names strokes that are not here does nothing. */
  apply({ op, stroke, strokes, ...rest }) {
    if (op === "add" && !this.#lines.has(stroke)) this.#lines.set(stroke, new Line({ stroke, ...rest }));
    else if (op === "extend") this.#lines.get(stroke)?.reach(rest.points);
    else if (op === "erase" || op === "restore") {
      for (const name of strokes) {
        const line = this.#lines.get(name);
        if (line) line.hidden = op === "erase";
      }
    } else if (op === "clear") for (const line of this.#lines.values()) line.hidden = true;
  }
}
