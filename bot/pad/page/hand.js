// What a hand does on the paper, as operations: strokes that grow, erasing, undo and redo.
import { Lines } from "./lines.js";

const STEP = 18; // of the paper's numbers: what is closer than this to the last point is left out
const EVERY = 80; // ms between two pieces of a stroke that is being drawn
const NUMBERS_AT_ONCE = 1000; // in one operation
const AT_ONCE = 64; // strokes that one operation may name
const REACH = 150; // of the paper's numbers, around the eraser

/**
 * Emits "operation" for each that was carried out here and is to be sent, "changed" when what can
 * be seen or done has changed, and "short" with the key of a text when there is too little of
 * something.
 */
export class Hand extends EventTarget {
  ink = 0;
  pen = 1;
  erasing = false;
  held = true; // draws nothing
  #canvas;
  #lines = null;
  #name = () => "";
  #line = null; // under the pen
  #unsent = [];
  #timer = 0;
  #wiping = false;
  #deed = null; // of #past: what the gesture under way did
  #past = []; // what undo takes back: { added } or { erased }, names of strokes
  #future = [];

  constructor(canvas) {
    super();
    this.#canvas = canvas;
  }

  /** Work on these strokes. name: gives a new stroke its name. */
  take(lines, name) {
    const growing = this.#line?.stroke;
    this.#lines = lines;
    this.#name = name;
    this.#line = lines.get(growing) ?? null;
    this.#canvas.follow(this.#line);
    // What was drawn before this page was loaded can be undone too.
    const known = new Set(this.#past.flatMap(({ added = [] }) => added));
    const before = lines.visible.map((line) => line.stroke).filter((stroke) => !known.has(stroke));
    if (!this.#past.length) this.#past = before.map((stroke) => ({ added: [stroke] }));
    this.#changed();
  }

  /** Put the pen down: the sheet is taken away, and what was done on it is not undone on another. */
  leave() {
    this.up();
    this.held = true;
    [this.#lines, this.#deed, this.#past, this.#future] = [null, null, [], []];
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  get busy() {
    return this.#line !== null;
  }

  // -- the pen

  down(x, y, erasing = false) {
    if (this.held) return;
    this.#deed = null;
    this.#wiping = erasing || this.erasing;
    if (this.#wiping) this.#wipe(x, y);
    else this.#begin(x, y);
  }

  /** points: one flat list. */
  move(points) {
    for (let i = 0; i < points.length; i += 2) {
      if (this.#wiping) this.#wipe(points[i], points[i + 1]);
      else if (this.#line) this.#reach(points[i], points[i + 1]);
    }
    if (this.#line) this.#canvas.refresh();
  }

  up() {
    this.#wiping = false;
    if (!this.#line) return;
    this.flush();
    this.#line = null;
    this.#canvas.follow(null);
    this.#changed();
  }

  /** Take back what the gesture under way did, as if it had not been. */
  withdraw() {
    this.up();
    const deed = this.#deed;
    this.#deed = null;
    if (!deed || this.#past.at(-1) !== deed) return;
    this.#past.pop();
    const op = deed.added ? "erase" : "restore";
    const names = (deed.added ?? deed.erased).filter((name) => this.#lines.get(name)?.hidden === !deed.added);
    for (let i = 0; i < names.length; i += AT_ONCE) this.#do({ op, strokes: names.slice(i, i + AT_ONCE) });
    this.#redrawn();
  }

  /** Note a stroke that this gesture drew or rubbed out: it is one thing to undo. */
  #note(kind, stroke) {
    if (this.#deed?.[kind]) this.#deed[kind].push(stroke);
    else this.#past.push((this.#deed = { [kind]: [stroke] }));
    this.#future = [];
  }

  #begin(x, y) {
    const lines = this.#lines;
    if (lines.strokesLeft < 1) return this.#short("pad.no_strokes");
    if (lines.inkLeft < lines.cost(0, this.pen)) return this.#short("pad.no_ink");
    if (lines.count >= lines.linesAtMost) return this.#short("pad.no_paper");
    const stroke = this.#name();
    this.#do({ op: "add", stroke, ink: this.ink, pen: this.pen, points: [x, y] });
    this.#note("added", stroke);
    this.#line = lines.get(stroke);
    this.#canvas.follow(this.#line);
    this.#changed();
  }

  #reach(x, y) {
    const { points, length, pen } = this.#line;
    const [x0, y0] = points.slice(-2);
    const far = Math.hypot(x - x0, y - y0);
    if (far < STEP) return;
    if (points.length / 2 >= this.#lines.longest) {
      this.up();
      this.#begin(x0, y0);
      return;
    }
    // A little is kept back, for sums that come out otherwise elsewhere.
    const spare = this.#lines.inkLeft + this.#lines.cost(length, pen) - length - 1e-4;
    const share = Math.min(1, (spare * Lines.unit) / far);
    if (share > 0) {
      const step = [Math.round(x0 + (x - x0) * share), Math.round(y0 + (y - y0) * share)];
      this.#line.reach(step);
      this.#unsent.push(...step);
      this.#timer ||= setTimeout(() => this.flush(), EVERY);
    }
    if (share < 1) {
      this.up();
      this.#short("pad.no_ink");
    }
  }

  /** Send what was drawn since the last piece. */
  flush() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (!this.#line || !this.#unsent.length) return;
    while (this.#unsent.length) {
      this.#tell({ op: "extend", stroke: this.#line.stroke, points: this.#unsent.splice(0, NUMBERS_AT_ONCE) });
    }
    this.#changed();
  }

  // -- taking away and bringing back

  #wipe(x, y) {
    const line = this.#canvas.hit(x, y, REACH);
    if (!line) return;
    this.#do({ op: "erase", strokes: [line.stroke] });
    this.#note("erased", line.stroke);
    this.#redrawn();
  }

  clear() {
    const erased = this.#lines.visible.map((line) => line.stroke);
    if (!erased.length) return;
    this.#do({ op: "clear" });
    this.#past.push({ erased });
    this.#future = [];
    this.#redrawn();
  }

  /** Take back, or with `again` do again, the last thing. Returns whether anything happened. */
  undo(again = false) {
    this.up();
    this.#deed = null;
    const [from, to] = again ? [this.#future, this.#past] : [this.#past, this.#future];
    while (from.length) {
      const deed = from.at(-1);
      const hide = Boolean(deed.added) !== again;
      const names = (deed.added ?? deed.erased).filter((name) => this.#lines.get(name)?.hidden === !hide);
      if (!hide) {
        const room = this.#lines.roomFor(names);
        if (!room.ink || !room.strokes) {
          this.#short(room.ink ? "pad.no_strokes" : "pad.no_ink");
          return false;
        }
      }
      to.push(from.pop());
      if (!names.length) continue; // another tab was there first
      for (let i = 0; i < names.length; i += AT_ONCE) {
        this.#do({ op: hide ? "erase" : "restore", strokes: names.slice(i, i + AT_ONCE) });
      }
      this.#redrawn();
      return true;
    }
    return false;
  }

  #do(operation) {
    this.#lines.apply(operation);
    this.#tell(operation);
  }

  #tell(operation) {
    this.dispatchEvent(new CustomEvent("operation", { detail: operation }));
  }

  #redrawn() {
    this.#canvas.repaint();
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("changed"));
  }

  #short(of) {
    this.dispatchEvent(new CustomEvent("short", { detail: of }));
  }
}
