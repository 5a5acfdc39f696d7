// What a hand does on the paper, as operations: strokes that grow, filling, rubbing out, undo and redo.
import { regionAt } from "./bucket.js";
import { measures } from "./measures.js";
import { Pressure } from "./pressure.js";
import { cellsOf, inkOf } from "./region.js";
import { Rubber } from "./rubber.js";

const STEP = 18; // of the paper's numbers: what is closer than this to the last point is left out
const EVERY = 80; // ms between two pieces of a stroke that is being drawn
const NUMBERS_AT_ONCE = 1000; // in one operation
const AT_ONCE = 64; // strokes that one operation may name
const REACH = 150; // of the paper's numbers, around the eraser
const SAME = 1e-6; // widths of the paper: less ink is none

/**
 * Emits "operation" for each that was carried out here and is to be sent, "changed" when what can
 * be seen or done has changed, and "short" with the key of a text when there is too little of
 * something.
 */
export class Hand extends EventTarget {
  ink = 0;
  pen = 1;
  tool = "pen"; // or "bucket", "rubber" for parts of strokes, "eraser" for whole ones
  held = true; // draws nothing
  #canvas;
  #lines = null;
  #name = () => "";
  #line = null; // under the pen
  #pressure = null; // of the pen that draws it
  #unsent = [];
  #timer = 0;
  #using = null; // the tool of the gesture under way
  #rubber = null;
  #from = null; // where a fill was begun
  #deed = null; // of #past: what the gesture under way did
  #past = []; // what undo takes back: lists of { stroke, before, after }; see state()
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
    this.#rubber = null;
    this.#line = lines.get(growing) ?? null;
    this.#canvas.follow(this.#line);
    // What was drawn before this page was loaded can be undone too.
    if (!this.#past.length) this.#past = lines.visible.map((line) => [{ stroke: line.stroke, before: { hidden: true }, after: { hidden: false } }]);
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

  /** Is something being rubbed out that is not sent yet? */
  get rubbing() {
    return this.#rubber !== null;
  }

  // -- the gesture

  /** erasing: with a pen's other end. press: how hard a pen is pressed, 0 to 1, if that is known. */
  down(x, y, { erasing = false, press = null } = {}) {
    if (this.held) return;
    this.#deed = null;
    this.#using = erasing ? "rubber" : this.tool;
    if (this.#using === "pen") this.#begin(x, y, press);
    else if (this.#using === "eraser") this.#wipe(x, y);
    else if (this.#using === "bucket") this.#from = [x, y];
    else {
      this.#rubber = new Rubber(this.#lines, x, y);
      this.move([x, y]);
    }
  }

  /** points: one flat list; presses: for each of them. */
  move(points, presses = []) {
    let rubbed = false;
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = [points[i], points[i + 1]];
      if (this.#using === "eraser") this.#wipe(x, y);
      else if (this.#rubber) rubbed = this.#rubber.pass(x, y) || rubbed;
      else if (this.#line) this.#reach(x, y, presses[i / 2] ?? null);
    }
    if (this.#line) this.#canvas.refresh();
    if (rubbed) this.#redrawn();
  }

  up() {
    const [from, rubber] = [this.#from, this.#rubber];
    [this.#using, this.#from, this.#rubber] = [null, null, null];
    if (from) this.#fill(...from);
    if (rubber) this.#rubbed(rubber);
    if (!this.#line) return;
    this.flush();
    this.#line = null;
    this.#canvas.follow(null);
    this.#changed();
  }

  /** Take back what the gesture under way did, as if it had not been. */
  withdraw() {
    this.#from = null;
    this.#rubber?.withdraw();
    if (this.#rubber) this.#redrawn();
    this.#rubber = null;
    this.up();
    const deed = this.#deed;
    this.#deed = null;
    if (!deed || this.#past.at(-1) !== deed) return;
    this.#past.pop();
    this.#carry(deed, "after", "before");
  }

  /** Note what this gesture did to a stroke: all of it is one thing to undo. */
  #note(stroke, before, after) {
    if (!this.#deed) this.#past.push((this.#deed = []));
    this.#deed.push({ stroke, before, after });
    this.#future = [];
  }

  // -- the pen and the bucket

  /** Is there something left to draw with? */
  #ready(ink) {
    const lines = this.#lines;
    const short = lines.strokesLeft < 1 ? "pad.no_strokes" : lines.full ? "pad.no_paper" : lines.inkLeft + SAME < ink ? "pad.no_ink" : null;
    if (short) this.#short(short);
    return !short;
  }

  #begin(x, y, press) {
    if (!this.#ready(this.#lines.cost(0, this.pen))) return;
    this.#pressure = new Pressure(press);
    this.#line = this.#added({ op: "add", ink: this.ink, pen: this.pen, press: this.#pressure.level, points: [x, y] });
    this.#canvas.follow(this.#line);
    this.#changed();
  }

  /** A new stroke. */
  #added(operation) {
    const stroke = this.#name();
    this.#do({ ...operation, stroke });
    this.#note(stroke, { hidden: true }, { hidden: false });
    return this.#lines.get(stroke);
  }

  #reach(x, y, press) {
    const { points, length, pen } = this.#line;
    const [x0, y0] = points.slice(-2);
    const far = Math.hypot(x - x0, y - y0);
    if (far < STEP) return;
    if (points.length / 2 >= measures.limits.longest) {
      this.up();
      this.#using = "pen";
      this.#begin(x0, y0, press);
      return;
    }
    const level = this.#pressure.after(press, far);
    if (level !== null) {
      this.flush();
      this.#pressure.level = level;
    }
    // A little is kept back, for sums that come out otherwise elsewhere.
    const spare = this.#lines.inkLeft + this.#lines.cost(length, pen) - length - 1e-4;
    const share = Math.min(1, (spare * measures.unit) / far);
    if (share > 0) {
      const step = [Math.round(x0 + (x - x0) * share), Math.round(y0 + (y - y0) * share)];
      this.#line.reach(step, this.#pressure.level);
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
      const points = this.#unsent.splice(0, NUMBERS_AT_ONCE);
      this.#tell({ op: "extend", stroke: this.#line.stroke, press: this.#pressure.level, points });
    }
    this.#changed();
  }

  #fill(x, y) {
    if (!this.#ready(0)) return;
    const contours = regionAt(this.#lines, this.#canvas.inks, x, y, this.ink);
    if (!contours || !cellsOf(contours)) return this.#short("pad.nothing_to_fill");
    if (inkOf(cellsOf(contours)) > this.#lines.inkLeft + SAME) return this.#short("pad.no_ink_to_fill");
    this.#added({ op: "fill", ink: this.ink, contours });
    this.#redrawn();
  }

  // -- taking away and bringing back

  /** The eraser: a whole stroke, or a part that is by itself since others were rubbed out. */
  #wipe(x, y) {
    const hit = this.#canvas.hit(x, y, REACH);
    if (!hit) return;
    const { line, part } = hit;
    const before = state(line);
    if (line.spans?.length > 1) this.#do({ op: "trim", stroke: line.stroke, spans: line.spans.filter((_, i) => i !== part) });
    else this.#do({ op: "erase", strokes: [line.stroke] });
    this.#note(line.stroke, before, state(line));
    this.#redrawn();
  }

  #rubbed(rubber) {
    for (const [stroke, shape] of rubber.before) {
      const line = this.#lines.get(stroke);
      const after = state(line);
      this.#tell(reshaped(line, after.shape));
      this.#note(stroke, { hidden: false, shape }, after);
    }
    this.#redrawn();
  }

  clear() {
    const erased = this.#lines.visible;
    if (!erased.length) return;
    this.#do({ op: "clear" });
    this.#past.push(erased.map(({ stroke }) => ({ stroke, before: { hidden: false }, after: { hidden: true } })));
    this.#future = [];
    this.#redrawn();
  }

  /** Take back, or with `again` do again, the last thing. Returns whether anything happened. */
  undo(again = false) {
    this.up();
    this.#deed = null;
    const [from, to] = again ? [this.#future, this.#past] : [this.#past, this.#future];
    const [was, then] = again ? ["before", "after"] : ["after", "before"];
    while (from.length) {
      const deed = from.at(-1);
      const short = this.#shortOf(deed, was, then);
      if (short) {
        this.#short(short);
        return false;
      }
      to.push(from.pop());
      if (this.#carry(deed, was, then)) return true; // else another tab was there first
    }
    return false;
  }

  /** The changes of a deed whose strokes are still as it left them. */
  #open(deed, was) {
    return deed.filter(({ stroke, [was]: state }) => this.#lines.get(stroke) && is(this.#lines.get(stroke), state));
  }

  /** What there is too little of to let strokes be as they were. */
  #shortOf(deed, was, then) {
    let [ink, strokes] = [0, 0];
    for (const change of this.#open(deed, was)) {
      const line = this.#lines.get(change.stroke);
      const now = state(line);
      ink -= line.visible ? line.used : 0;
      strokes -= Number(line.visible);
      put(line, change[then]);
      ink += line.visible ? line.used : 0;
      strokes += Number(line.visible);
      put(line, now);
    }
    if (strokes > Math.max(0, this.#lines.strokesLeft)) return "pad.no_strokes";
    return ink > SAME && ink > this.#lines.inkLeft + SAME ? "pad.no_ink" : null;
  }

  /** Let the strokes of a deed be as they were. Returns whether any was changed. */
  #carry(deed, was, then) {
    const changes = this.#open(deed, was);
    for (const op of ["erase", "restore"]) {
      const names = changes.filter(({ stroke, [then]: { hidden } }) => hidden === (op === "erase") && hidden !== this.#lines.get(stroke).hidden);
      for (let i = 0; i < names.length; i += AT_ONCE) this.#do({ op, strokes: names.slice(i, i + AT_ONCE).map(({ stroke }) => stroke) });
    }
    for (const { stroke, [then]: goal } of changes) {
      const line = this.#lines.get(stroke);
      if (!is(line, goal)) this.#do(reshaped(line, goal.shape));
    }
    if (changes.length) this.#redrawn();
    return changes.length > 0;
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

/** How a stroke is: whether it is hidden, and what is left of it. */
function state(line) {
  return { hidden: line.hidden, shape: line.shape };
}

function is(line, { hidden, shape }) {
  return line.hidden === hidden && (!shape || JSON.stringify(line.shape) === JSON.stringify(shape));
}

function put(line, { hidden, shape }) {
  line.hidden = hidden;
  if (shape) line.shape = shape;
}

/** The operation that leaves so much of a line or a fill. */
function reshaped({ stroke, contours }, shape) {
  return contours ? { op: "reshape", stroke, contours: shape } : { op: "trim", stroke, spans: shape };
}
