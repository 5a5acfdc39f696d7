// The desk: a sheet from the server, the hand that draws on it, and what is shown of both.
import { Canvas } from "./canvas.js";
import { setClock } from "./clock.js";
import { byId, h } from "./dom.js";
import { Hand } from "./hand.js";
import { followKeys } from "./keyboard.js";
import { Lines } from "./lines.js";
import { followPointer } from "./pointer.js";
import { showRoom } from "./room.js";
import { text } from "./texts.js";
import { inks, pens, setUpTools } from "./tools.js";

const LONG = 40; // characters of a title, from which on it is written small

const desk = byId("desk");
const element = byId("canvas");
const canvas = new Canvas(element);
const hand = new Hand(canvas);
let courier = null;
let sheet = null;
let lines = null;
let ended = null; // why nothing can be drawn any more
let paused = false;

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => (document.documentElement.dataset.theme = dark.matches ? "dark" : "light");
dark.addEventListener("change", follow);
follow();

// -- the sheet

/** Draw on the sheet that this courier brings, in the place of the one before. */
export function sit(by) {
  courier?.close();
  hand.leave();
  courier = by;
  sheet = lines = ended = null;
  showRoom(null);
  for (const [kind, take] of Object.entries({ sheet: lay, ops: draw, terms: agree, closed: leave, state: tell, room: showRoom })) {
    by.addEventListener(kind, ({ detail }) => by === courier && take(detail));
  }
  tell();
  by.open();
}

function lay(detail) {
  const first = sheet === null;
  hand.flush();
  sheet = detail;
  paused = detail.paused;
  lines = new Lines(detail, courier.pending);
  showTitle(detail.title);
  if (first) {
    inks(detail.inks, hand);
    pens(detail.pens, hand);
  }
  let count = lines.count;
  canvas.show(lines, detail.inks);
  hand.take(lines, () => `${courier.client}-${++count}`);
  setClock(detail);
  if (detail.closed) end(detail.done ? "pad.handed_in" : "pad.over");
  else if (detail.done) end("pad.handed_in", "reopen");
  else begin();
}

function draw({ ops }) {
  for (const operation of ops) {
    lines.apply(operation);
    if (operation.op === "done") end("pad.handed_in", "reopen");
    else if (operation.op === "reopen") begin();
  }
  canvas.repaint();
  showWhatIsLeft();
}

function agree(terms) {
  const { budget, most } = terms;
  Object.assign(lines, { budget, most });
  showTitle(terms.title);
  setClock(terms);
  showWhatIsLeft();
  paused = terms.paused;
  if (terms.closed) end(ended ?? "pad.over");
  else if (!ended) pause();
}

function leave(why) {
  end(why === "pad.over" ? (ended ?? why) : why);
}

function tell() {
  const waiting = courier.pending.length > 0;
  const state = !sheet ? "pad.connecting" : !courier.connected ? "pad.offline" : waiting ? "pad.saving" : "pad.saved";
  if (!ended && byId("state").textContent !== text(state)) {
    byId("state").dataset.is = state;
    byId("state").textContent = text(state);
  }
}

// -- the hand

followPointer(element, {
  down: (x, y, how) => hand.down(x, y, how),
  move: (points, presses) => hand.move(points, presses),
  up: () => hand.up(),
  withdraw: () => hand.withdraw(),
});
followKeys(element, canvas, hand, (down) => say(text(down ? "pad.pen_down" : "pad.pen_up")));
setUpTools(hand, handIn);
addEventListener("pagehide", () => (hand.rubbing ? hand.up() : hand.flush()));

hand.addEventListener("operation", ({ detail }) => courier.send(detail));
hand.addEventListener("changed", showWhatIsLeft);
hand.addEventListener("short", ({ detail }) => notice(text(detail)));

async function handIn() {
  hand.up();
  if (ended || !lines?.visible.length) return;
  const dialog = byId("hand-in");
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  if (dialog.returnValue !== "yes" || ended) return;
  courier.send({ op: "done" });
  end("pad.handed_in", "reopen");
}

byId("reopen").addEventListener("click", () => {
  courier.send({ op: "reopen" });
  begin();
  element.focus();
});

// -- what is shown

function showTitle(title) {
  byId("title").textContent = title;
  byId("title").classList.toggle("long", title.length > LONG);
  document.title = `${title} · ${text("pad.page")}`;
}

function showWhatIsLeft() {
  const visible = lines.visible.length;
  const percent = Math.max(0, Math.min(100, Math.round((100 * lines.inkLeft) / lines.budget)));
  const gauge = byId("gauge");
  gauge.setAttribute("aria-valuenow", percent);
  gauge.setAttribute("aria-valuetext", text("pad.percent", { percent }));
  byId("ink-left").setAttribute("stroke-dasharray", `${percent} 200`);
  byId("ink-left").classList.toggle("dry", percent < 1);
  for (const id of ["gauge", "bucket"]) byId(id).style.setProperty("--ink", canvas.inks[hand.ink]);
  gauge.classList.toggle("low", percent <= 15);
  byId("strokes-left").textContent = lines.most === null ? "" : text("pad.strokes_left", { n: lines.strokesLeft });
  element.setAttribute("aria-label", text("pad.canvas", { n: visible }));
  desk.dataset.tool = hand.tool;
  for (const id of ["bucket", "rubber", "eraser"]) byId(id).disabled = Boolean(ended);
  byId("undo").disabled = Boolean(ended) || !hand.canUndo;
  byId("redo").disabled = Boolean(ended) || !hand.canRedo;
  byId("clear").disabled = byId("done").disabled = Boolean(ended) || !visible;
}

/** Something can be drawn from now on. */
function begin() {
  ended = null;
  element.tabIndex = 0;
  tell();
  pause();
  showWhatIsLeft();
}

/** Nothing can be drawn from now on. why: the key of a text; another ends in `_text`. way: the id
 *  of a button that leads on from there. */
function end(why, way = why === "pad.moved" ? "again" : "") {
  hand.up();
  hand.held = true;
  element.blur();
  element.tabIndex = -1;
  ended = why;
  byId("state").textContent = "";
  veil(why, "ended", way);
  if (lines) showWhatIsLeft();
}

function pause() {
  if (paused) {
    hand.up();
    hand.held = true;
    veil("pad.paused", "paused");
  } else {
    hand.held = false;
    byId("veil").hidden = true;
    desk.dataset.state = "drawing";
  }
}

function veil(key, state, way = "") {
  desk.dataset.state = state;
  byId("veil-title").textContent = text(key);
  byId("veil-text").textContent = text(`${key}_text`);
  for (const id of ["again", "reopen"]) byId(id).hidden = id !== way;
  byId("veil").hidden = false;
}

byId("again").addEventListener("click", () => location.reload());

function say(words) {
  byId("news").textContent = words;
}

let quiet = 0;
function notice(words) {
  byId("notice").replaceChildren(h("span", {}, words));
  byId("notice").hidden = false;
  clearTimeout(quiet);
  quiet = setTimeout(() => (byId("notice").hidden = true), 3500);
}
