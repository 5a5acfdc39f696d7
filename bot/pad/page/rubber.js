// Rubbing out parts: what is left of lines and fills where a rubber has passed.
import { squaredDistance, within } from "./geometry.js";
import { measures } from "./measures.js";
import { contoursOf, mark, maskOf } from "./region.js";

export const RUBBER = 190; // of the paper's numbers: its radius
const CRUMB = 0.7; // of the pen: a shorter part of a line that would be left goes too
const THOUSAND = 1000;

/** One gesture with the rubber: it changes the strokes here, and says in the end which and how. */
export class Rubber {
  #lines;
  #at;
  #masks = new Map(); // of fills that it has touched
  before = new Map(); // shapes by stroke, as they were

  constructor(lines, x, y) {
    this.#lines = lines;
    this.#at = [x, y];
  }

  /** Go on to a place. Returns whether anything has changed. */
  pass(x, y) {
    const [x0, y0] = this.#at;
    this.#at = [x, y];
    let changed = false;
    for (const line of this.#lines.visible) {
      const shape = line.shape;
      if (line.contours ? this.#fill(line, [x0, y0, x, y]) : this.#line(line, [x0, y0, x, y])) {
        changed = true;
        if (!this.before.has(line.stroke)) this.before.set(line.stroke, shape);
      }
    }
    return changed;
  }

  /** Let everything be as it was. */
  withdraw() {
    for (const [stroke, shape] of this.before) {
      const line = this.#lines.get(stroke);
      if (line) line.shape = shape;
    }
  }

  #fill(region, way) {
    const mask = this.#masks.get(region) ?? maskOf(region.contours);
    this.#masks.set(region, mask);
    if (!mark(mask, way, RUBBER, 0)) return false;
    region.shape = contoursOf(mask);
    return true;
  }

  #line(line, [x0, y0, x1, y1]) {
    const reach = RUBBER + measures.pens[line.pen] / 4;
    const steps = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / (reach / 3)));
    let changed = false;
    for (let step = 0; step <= steps; step++) {
      const [x, y] = [x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps];
      const gone = touched(line.points, x, y, reach);
      if (!gone.length) continue;
      const left = gone.reduce((spans, [from, to]) => without(spans, from, to), line.shape);
      if (JSON.stringify(left) === JSON.stringify(line.shape)) continue;
      line.shape = left;
      changed = true;
    }
    if (!changed) return false;
    // What is shorter than the pen is wide would be left as a dot.
    const least = (CRUMB * measures.pens[line.pen]) / measures.unit;
    const parts = line.parts.map(({ length }, i) => ({ span: line.shape[i], length }));
    const large = parts.filter(({ length }) => length >= least).sort((a, b) => b.length - a.length);
    line.shape = large.slice(0, measures.limits.spans_at_most).map(({ span }) => span).sort(([a], [b]) => a - b);
    return true;
  }
}

/** The places along a line, as [from, to], that lie within a circle. */
function touched(points, x, y, radius) {
  if (points.length === 2) return squaredDistance(x, y, ...points, ...points) <= radius * radius ? [[0, 0]] : [];
  const found = [];
  for (let i = 0; i + 2 < points.length; i += 2) {
    const share = within(x, y, radius, ...points.slice(i, i + 4));
    if (!share) continue;
    const [from, to] = [Math.floor(THOUSAND * (i / 2 + share[0])), Math.ceil(THOUSAND * (i / 2 + share[1]))];
    if (found.at(-1)?.[1] >= from) found.at(-1)[1] = to;
    else found.push([from, to]);
  }
  return found;
}

/** Spans without what lies from one place to another. */
function without(spans, from, to) {
  return spans.flatMap(([a, b]) => {
    if (b < from || a > to) return [[a, b]];
    return [[a, from], [to, b]].filter(([first, last]) => first < last);
  });
}
