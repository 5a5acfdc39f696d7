// What whoever looks after a server, or the application, lets the bot do: switches that work at once.
import { byId } from "./dom.js";
import { person, state } from "./state.js";

const fields = byId("grants");
const box = (name) => fields.querySelector(`[name="${name}"]`);

/** send: tells the server that a switch was turned. */
export function setUpGrants(send) {
  fields.addEventListener("change", ({ target }) => send(target.name, target.checked));
}

/** grants: name of a switch to whether it is on. */
export function showGrants(grants) {
  for (const [name, on] of Object.entries(grants)) box(name).checked = on;
  const decides = person(state.me).moderator;
  fields.disabled = !decides;
  const how = grants.read && grants.delete ? "Guesses can be typed into the chat." : "Guesses typed into the chat don’t count: that takes both.";
  byId("grants-hint").textContent = decides ? how : `${how} A moderator decides.`;
}
