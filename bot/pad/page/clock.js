// The clock: a ring that runs down. Time comes from the server as seconds left, since clocks of
// phones go wrong, and is announced at a few moments only.
import { byId } from "./dom.js";
import { text } from "./texts.js";

const SAID_AT = [60, 30, 10];
const HURRY = 10; // seconds

const news = byId("news");
let ends = null;
let whole = 60; // seconds of a full ring
let paused = false;
let said = Infinity;

/** left: seconds, or null without a clock. seconds: of how many, where that is known. */
export function setClock({ left, seconds, paused: held }) {
  paused = held;
  ends = left === null ? null : performance.now() + left * 1000;
  if (left !== null) {
    whole = Math.max(left, seconds ?? whole);
    said = left;
  }
  byId("clock").hidden = left === null;
  show();
}

/** What fits into the ring: hours where there are some, else minutes, at last seconds. */
function short(seconds) {
  if (seconds >= 3600) return `${Math.round(seconds / 3600)} h`;
  return seconds >= 100 ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` : seconds;
}

function show() {
  if (ends === null || paused) return;
  const left = Math.max(0, (ends - performance.now()) / 1000);
  const seconds = Math.ceil(left);
  const clock = byId("clock");
  byId("left").textContent = short(seconds);
  byId("left").classList.toggle("minutes", seconds >= 100);
  byId("hand").setAttribute("stroke-dasharray", `${(100 * left) / whole} 100`);
  byId("hand").classList.toggle("out", left === 0);
  clock.classList.toggle("hurry", left <= HURRY && left > 0);
  const passed = SAID_AT.find((moment) => left <= moment && said > moment);
  if (passed !== undefined) {
    said = left;
    news.textContent = text("pad.seconds", { n: passed });
  }
}

setInterval(show, 200);
