// What the others do while somebody draws: their guesses, who has it, and the points.
import { byId, h } from "./dom.js";
import { text } from "./texts.js";

const room = byId("room");
const heard = byId("heard");
const standings = byId("standings");

/** Show the room as the server tells it; null where there is none. */
export function showRoom(told) {
  room.hidden = told === null;
  if (told === null) return;
  standings.replaceChildren(...told.standings.map(standing));
  // Newest first, so that a narrow screen shows what was said last.
  heard.replaceChildren(...told.heard.toReversed().map(saying));
  if (!told.heard.length) heard.append(h("li", { class: "nothing" }, text("pad.no_guesses")));
}

function standing({ who, points, has }) {
  return h("li", { class: has ? "has" : null }, has && h("span", { "aria-hidden": "true" }, "✓ "), h("b", {}, who), ` ${points}`);
}

function saying({ who, kind, text: said }) {
  const words = kind === "right" ? text("pad.has_it") : kind === "near" ? text("pad.near", { text: said }) : said;
  return h("li", { class: kind }, h("b", {}, who), " ", words);
}
