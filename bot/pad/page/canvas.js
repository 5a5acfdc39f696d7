// Paints the strokes: those that are finished once, the newest again with every frame.
import { Lines } from "./lines.js";

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
      if (this.#moving && !this.#moving.hidden) this.#stroke(this.#context, this.#moving);
      if (this.#cursor) this.#mark(this.#cursor);
    });
  }

  #resize() {
    const side = Math.min(2048, Math.round(this.#canvas.clientWidth * Math.min(devicePixelRatio, 3)));
    if (!side || side === this.#canvas.width) return;
    for (const canvas of [this.#canvas, this.#still]) canvas.width = canvas.height = side;
    this.repaint();
  }

  /** A smooth path: it turns at each point and passes half-way between them. */
  #stroke(context, { ink, pen, points }) {
    const scale = this.#canvas.width / Lines.unit;
    context.strokeStyle = this.inks[ink];
    context.lineWidth = this.#lines.pens[pen] * scale;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    context.moveTo(points[0] * scale, points[1] * scale);
    for (let i = 2; i < points.length - 2; i += 2) {
      const share = i === points.length - 4 ? 1 : 0.5;
      const [x, y, dx, dy] = [points[i], points[i + 1], points[i + 2] - points[i], points[i + 3] - points[i + 1]];
      context.quadraticCurveTo(x * scale, y * scale, (x + dx * share) * scale, (y + dy * share) * scale);
    }
    // A path without length would not be painted at all, and a dot is one.
    if (points.length <= 4) context.lineTo(points.at(-2) * scale + 0.01, points.at(-1) * scale);
    context.stroke();
  }

  #mark({ x, y, down }) {
    const scale = this.#canvas.width / Lines.unit;
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

  /** The uppermost stroke within reach of a place, for the eraser. */
  hit(x, y, reach) {
    return this.#lines?.visible.findLast(({ points, pen }) => {
      const near = (reach + this.#lines.pens[pen] / 2) ** 2;
      for (let i = 0; i < points.length; i += 2) {
        const j = Math.min(i + 2, points.length - 2);
        if (squaredDistance(x, y, points[i], points[i + 1], points[j], points[j + 1]) <= near) return true;
      }
      return false;
    });
  }
}

/** From a point to a straight piece between two others. */
function squaredDistance(x, y, x0, y0, x1, y1) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const along = dx || dy ? Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy))) : 0;
  return (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2;
}
