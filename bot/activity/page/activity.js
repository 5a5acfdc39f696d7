// The pad inside Discord: who this is comes from Discord, what there is to do from the bot.
import { Courier } from "./courier.js";
import { sit } from "./desk.js";
import { DiscordSDK } from "./discord-embedded-app-sdk.js";
import { byId } from "./dom.js";
import { Link } from "./link.js";
import { text } from "./texts.js";
import { showWatching, watchWith } from "./watching.js";

const PROXY = "/.proxy/"; // where Discord's proxy hands requests on, whatever its policy of the day
const PATIENCE = 8000; // ms until Discord's client must have answered
const { client } = document.documentElement.dataset;

let sheet = ""; // the one that lies on the desk
let sdk = null;

/** One of the three things the page can be: waiting, desk or watch. */
const view = (name) => (document.body.dataset.view = name);

function wait(key, again) {
  view("waiting");
  byId("waiting-text").textContent = text(key);
  byId("retry").hidden = !again;
}

/** Ask Discord who this is, and the bot what it makes of that. Throws { why }, the key of a text. */
async function admission() {
  let code;
  try {
    ({ code } = await sdk.commands.authorize({ client_id: client, response_type: "code", state: "", prompt: "none", scope: ["identify"] }));
  } catch {
    throw { why: "activity.not_allowed" };
  }
  const body = JSON.stringify({ code, instance: sdk.instanceId });
  const answer = await fetch(`${PROXY}token`, { method: "POST", headers: { "Content-Type": "application/json" }, body }).catch(() => null);
  const said = (await answer?.json().catch(() => null)) ?? {};
  if (!answer?.ok) throw { why: said.why ?? "activity.away" };
  // Discord wants to be told; nothing here depends on its answer.
  sdk.commands.authenticate({ access_token: said.access_token }).catch(() => {});
  return said.pass;
}

async function open() {
  wait("activity.opening");
  const silent = setTimeout(() => wait("activity.outside"), PATIENCE);
  try {
    await sdk.ready();
    clearTimeout(silent);
    wait("activity.opening");
    const link = new Link(await admission(), new URL(`${PROXY}socket`, location.href));
    watchWith(link);
    link.addEventListener("scene", ({ detail }) => show(detail));
    link.addEventListener("lost", () => document.body.dataset.view === "desk" || wait("activity.lost"));
    link.addEventListener("closed", () => open());
    link.open();
  } catch (problem) {
    wait(problem.why ?? "activity.away", true);
  }
}

function show(scene) {
  if (scene.sheet) {
    const name = `${scene.game}:${scene.sheet}`;
    if (name !== sheet) sit(new Courier(scene.token, new URL(`${PROXY}pad/socket`, location.href)));
    sheet = name;
    view("desk");
  } else {
    sheet = "";
    showWatching(scene);
    view("watch");
  }
}

byId("retry").addEventListener("click", open);

try {
  sdk = new DiscordSDK(client, { disableConsoleLogOverride: true });
  open();
} catch {
  wait("activity.outside"); // the address was opened in a browser
}
