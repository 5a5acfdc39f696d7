// Inks, pens and what changes the drawing, by click and by key.
import { byId, h, svg } from "./dom.js";
import { text } from "./texts.js";

const ROW = 9; // inks
const TOOLS = { f: "bucket", r: "rubber", e: "eraser" }; // besides the pen, by key

let choose = () => {};

/** One radio button for each ink. */
export function inks(colours, hand) {
  const swatches = colours.map((rgb, i) => {
    const name = text(`pad.ink_${i}`);
    const key = i < ROW ? `${i + 1}` : `⇧${i + 1 - ROW}`;
    const drop = h("span", { class: "drop", "aria-hidden": "true" });
    drop.style.setProperty("--ink", `rgb(${rgb.join(" ")})`);
    return radio("ink", i, i === hand.ink, name, `${name} (${key})`, drop);
  });
  byId("inks").replaceChildren(...swatches);
}

/** One radio button for each width. */
export function pens(widths, hand) {
  const nibs = widths.map((width, i) => {
    const line = svg("path", { d: "M6 21 C10 10 14 10 16 16 S22 22 26 11", "stroke-width": 1.2 + width / 75 });
    const picture = svg("svg", { viewBox: "0 0 32 32", "aria-hidden": "true" }, line);
    const name = text(`pad.pen_${i}`);
    return radio("pen", i, i === hand.pen, name, name, picture);
  });
  byId("pens").replaceChildren(...nibs);
}

function radio(group, value, checked, name, title, picture) {
  const input = h("input", { type: "radio", name: group, value, checked, "aria-label": name, on: { change: () => choose(group, value) } });
  return h("label", { class: `choice choice-${group}`, title }, input, picture);
}

/** Let buttons and keys lead the hand; `handIn` asks whether the drawing is done. */
export function setUpTools(hand, handIn) {
  const changed = () => hand.dispatchEvent(new Event("changed"));
  const use = (tool) => {
    hand.tool = tool;
    for (const id of Object.values(TOOLS)) byId(id).setAttribute("aria-pressed", String(id === tool));
    changed();
  };
  choose = (group, value) => {
    hand[group] = value;
    // Ink goes into the bucket too; whoever takes a pen or some ink does not go on rubbing out.
    use(group === "ink" && hand.tool === "bucket" ? "bucket" : "pen");
  };
  const pick = (group, value) => {
    const input = document.querySelector(`input[name="${group}"][value="${value}"]`);
    if (!input) return;
    input.checked = true;
    choose(group, value);
  };
  const click = (id) => byId(id).disabled || byId(id).click();

  for (const id of Object.values(TOOLS)) byId(id).addEventListener("click", () => use(hand.tool === id ? "pen" : id));
  byId("undo").addEventListener("click", () => hand.undo());
  byId("redo").addEventListener("click", () => hand.undo(true));
  byId("clear").addEventListener("click", () => hand.clear());
  byId("done").addEventListener("click", handIn);

  document.addEventListener("keydown", (event) => {
    if (byId("hand-in").open || event.altKey) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z") click(event.shiftKey ? "redo" : "undo");
      else if (key === "y") click("redo");
      else if (key === "enter") click("done");
      else return;
    } else if (event.target.matches?.('input:not([type="radio"]), textarea, select')) return;
    else if (/^Digit[1-9]$/.test(event.code)) pick("ink", Number(event.code.at(-1)) - 1 + (event.shiftKey ? ROW : 0));
    else if (key === "[") pick("pen", Math.max(0, hand.pen - 1));
    else if (key === "]") pick("pen", hand.pen + 1);
    else if (TOOLS[key]) click(TOOLS[key]);
    else if (key === "delete") click("clear");
    else return;
    event.preventDefault();
  });
}
