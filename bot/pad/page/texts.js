// What the page says, in its language: the server has put the texts into the page.
import { byId } from "./dom.js";

const texts = JSON.parse(byId("texts").textContent);

/** The text of a key, with its {names} filled in; one with forms is chosen by the value `n`. */
export function text(key, values = {}) {
  let found = texts[key];
  if (typeof found === "object") found = values.n === 1 && found.one ? found.one : found.other;
  return found.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
