// Paints the strokes: those that are finished once, the newest again with every frame.
import { squaredDistance } from "./geometry.js";
import { pressAt } from "./lines.js";
import { measures } from "./measures.js";

/** Paint a line or a fill. scale: pixels for one of the paper's numbers. */
export function paint(context, line, scale, inks) {
  context.strokeStyle = context.fillStyle = inks[line.ink];
  if (line.contours) {
    context.beginPath();
    for (const points of line.contours) {
      context.moveTo(points[0] * scale, points[1] * scale);
      for (let i = 2; i < points.length; i += 2) context.lineTo(points[i] * scale, points[i + 1] * scale);
      context.closePath();
    }
    context.fill("evenodd");
    return;
  }
  context.lineCap = context.lineJoin = "round";
  for (const part of line.parts) path(context, part, measures.pens[line.pen] * scale, scale);
}

/** A smooth path: it turns at each point and passes half-way between them. */
function path(context, { points, presses }, width, scale) {
  const begin = (x, y, n) => {
    context.beginPath();
    context.lineWidth = width * measures.pressures[pressAt(presses, n)];
    context.moveTo(x * scale, y * scale);
  };
  const last = points.length / 2 - 1;
  begin(points[0], points[1], Math.min(1, last));
  let [atX, atY] = points;
  for (let n = 1; n < last; n++) {
    const [x, y, nextX, nextY] = points.slice(2 * n, 2 * n + 4);
    if (n > 1 && presses.some(([at]) => at === n)) {
      context.stroke();
      begin(atX, atY, n);
    }
    const share = n === last - 1 ? 1 : 0.5;
    [atX, atY] = [x + (nextX - x) * share, y + (nextY - y) * share];
    context.quadraticCurveTo(x * scale, y * scale, atX * scale, atY * scale);
  }
  // A path without length would not be painted at all, and a dot is one.
  if (last < 2) context.lineTo(points.at(-2) * scale + 0.01, points.at(-1) * scale);
  context.stroke();
}

export class Canvas {
  #canvas;
  #context;
  #still; // strokes that do not change, painted already
  #moving = null;
  #lines = null;
  #frame = 0;
  #cursor = null;

  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#still = document.createElement("canvas");
    new ResizeObserver(() => this.#resize()).observe(canvas);
  }

  /** Show these strokes; `inks` are [red, green, blue] of 255. */
  show(lines, inks) {
    this.#lines = lines;
    this.inks = inks.map((rgb) => `rgb(${rgb.join(" ")})`);
    this.repaint();
  }

  /** Paint a stroke anew with every frame, as it is still growing; null ends that. */
  follow(line) {
    this.#moving = line;
    this.repaint();
  }

  /** Mark a place for somebody who draws with the keyboard; null removes the mark. */
  point(at) {
    this.#cursor = at;
    this.refresh();
  }

  repaint() {
    const context = this.#still.getContext("2d");
    context.clearRect(0, 0, this.#still.width, this.#still.height);
    for (const line of this.#lines?.visible ?? []) if (line !== this.#moving) this.#stroke(context, line);
    this.refresh();
  }

  refresh() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      const { width, height } = this.#canvas;
      this.#context.clearRect(0, 0, width, height);
      this.#context.drawImage(this.#still, 0, 0);
      if (this.#moving?.visible) this.#stroke(this.#context, this.#moving);
      if (this.#cursor) this.#mark(this.#cursor);
    });
  }

  #resize() {
    const side = Math.min(2048, Math.round(this.#canvas.clientWidth * Math.min(devicePixelRatio, 3)));
    if (!side || side === this.#canvas.width) return;
    for (const canvas of [this.#canvas, this.#still]) canvas.width = canvas.height = side;
    this.repaint();
  }

  #stroke(context, line) {
    paint(context, line, this.#canvas.width / measures.unit, this.inks);
  }

  #mark({ x, y, down }) {
    const scale = this.#canvas.width / measures.unit;
    const [context, size] = [this.#context, this.#canvas.width / 40];
    context.save();
    context.translate(x * scale, y * scale);
    for (const [colour, width] of [["#fff", 5], ["#2f4f96", 2.5]]) {
      context.strokeStyle = colour;
      context.lineWidth = width * (this.#canvas.width / 700);
      context.beginPath();
      context.arc(0, 0, down ? size / 2 : size, 0, 7);
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(dx * size * 0.6, dy * size * 0.6);
        context.lineTo(dx * size * 1.7, dy * size * 1.7);
      }
      context.stroke();
    }
    context.restore();
  }

  /** What of the uppermost stroke lies within reach of a place, for the eraser: the stroke, and which
   * of its parts. */
  hit(x, y, reach) {
    for (const line of this.#lines?.visible.toReversed() ?? []) {
      if (line.contours) {
        if (isInside(line.contours, x, y)) return { line, part: 0 };
        continue;
      }
      const near = (reach + measures.pens[line.pen] / 2) ** 2;
      const part = line.parts.findIndex(({ points }) => {
        for (let i = 0; i < points.length; i += 2) {
          const j = Math.min(i + 2, points.length - 2);
          if (squaredDistance(x, y, points[i], points[i + 1], points[j], points[j + 1]) <= near) return true;
        }
        return false;
      });
      if (part >= 0) return { line, part };
    }
    return null;
  }
}

/** Whether an odd number of contours goes around a place. */
function isInside(contours, x, y) {
  let inside = false;
  for (const points of contours) {
    for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
      const [x0, y0, x1, y1] = [points[j], points[j + 1], points[i], points[i + 1]];
      if (y0 <= y !== y1 <= y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0)) inside = !inside;
    }
  }
  return inside;
}
