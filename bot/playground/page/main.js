// Brings the parts of the page together: joining, channels, people, and what happens meanwhile.
import { Connection, sendFile } from "./connection.js";
import { keepActivity, resetActivities, setUpActivities, show as showActivity, showJoin } from "./activity.js";
import * as composer from "./composer.js";
import { doodle } from "./doodle.js";
import { byId, h } from "./dom.js";
import * as messages from "./messages.js";
import { openMenu } from "./menu.js";
import { enlarge, openForm } from "./modal.js";
import { channel, channelTitle, commandsIn, keepMessage, person, state } from "./state.js";
import { setUpGrants, showGrants } from "./grants.js";
import "./theme.js";

const connection = new Connection();
const memory = sessionStorage; // each tab is someone of its own
let reading = false;
let allRead = new Set(); // channels whose beginning is shown

// -- joining

async function join(name) {
  const room = await connection.ask("join", { name, secret: memory.getItem("secret"), languages: navigator.languages });
  memory.setItem("name", name);
  memory.setItem("secret", room.secret);
  Object.assign(state, { me: room.me, bot: room.bot, botWakes: room.bot_wakes, guild: room.guild, secret: room.secret, commands: room.commands });
  state.people = new Map(room.people.map((p) => [p.id, p]));
  state.roles = new Map(room.roles.map((r) => [r.id, r]));
  state.channels = new Map(room.channels.map((c) => [c.id, c]));
  state.messages.clear();
  allRead = new Set();
  byId("door").hidden = true;
  byId("room").hidden = false;
  byId("me").replaceChildren(doodle(state.me, 32), h("b", {}, person(state.me).name));
  showPeople();
  showGrants(room.grants);
  resetActivities(room.activities);
  const wanted = state.here ?? memory.getItem("here");
  await openChannel(state.channels.has(wanted) ? wanted : room.channels[0].id);
}

byId("join").addEventListener("submit", async (event) => {
  event.preventDefault();
  byId("join-problem").textContent = "";
  memory.removeItem("secret");
  try {
    await join(byId("join-name").value.trim());
    byId("say").focus();
  } catch (error) {
    byId("join-problem").textContent = error.message;
  }
});

connection.addEventListener("open", async () => {
  tell("");
  const name = memory.getItem("name");
  if (name) await join(name).catch(showDoor);
  else showDoor();
});
connection.addEventListener("closed", () => {
  if (state.me) tell("The connection is lost; trying again…");
});

function showDoor() {
  byId("room").hidden = true;
  byId("door").hidden = false;
  byId("join-name").focus();
}

let quiet;
function tell(text) {
  byId("notice").textContent = text;
  byId("notice").hidden = !text;
  clearTimeout(quiet);
  if (text && !text.endsWith("…")) quiet = setTimeout(() => tell(""), 6000);
}

// -- channels

async function openChannel(id) {
  state.here = id;
  memory.setItem("here", id);
  state.unread.delete(id);
  const here = channel(id);
  byId("channel-name").textContent = channelTitle(here);
  byId("channel-topic").textContent = here.topic ?? "";
  document.title = `${channelTitle(here)} · Penguess playground`;
  drawer("channels", false);
  showChannels();
  showJoin();
  composer.enter();
  if (!state.messages.has(id)) {
    const { messages: found, more } = await connection.ask("read", { channel: id });
    state.messages.set(id, new Map(found.map((m) => [m.id, m])));
    if (!more) allRead.add(id);
  }
  if (state.here === id) messages.showAll([...state.messages.get(id).values()]);
}

async function older() {
  const id = state.here;
  if (reading || allRead.has(id) || !state.messages.get(id)?.size) return;
  reading = true;
  try {
    const [first] = state.messages.get(id).keys();
    const { messages: found, more } = await connection.ask("read", { channel: id, before: first });
    state.messages.set(id, new Map([...found.map((m) => [m.id, m]), ...state.messages.get(id)]));
    if (!more) allRead.add(id);
    if (state.here === id) messages.showOlder(found);
  } finally {
    reading = false;
  }
}

function showChannels() {
  const all = [...state.channels.values()].filter((c) => !c.archived || c.id === state.here);
  const tops = all.filter((c) => [0, 2, 5, 13].includes(c.type) && !c.elsewhere);
  const rows = tops.flatMap((top) => [top, ...all.filter((c) => c.parent === top.id)]);
  const direct = all.filter((c) => c.type === 1);
  byId("channel-list").replaceChildren(
    ...[...rows, ...direct].map(channelRow),
    ...(direct.length ? [] : [h("li", {}, h("button", { type: "button", class: "channel", on: { click: openDirect } }, `@ ${person(state.bot).name}`))]),
    h("li", {}, h("h2", {}, `${person(state.bot).name} isn’t a member here`)),
    ...all.filter((c) => c.elsewhere).map(channelRow));
}

function channelRow(item) {
  const pinged = state.unread.get(item.id);
  const unread = pinged !== undefined;
  return h("li", { class: item.parent ? "threaded" : null },
    h("button", { type: "button", class: unread ? "channel unread" : "channel", "aria-current": item.id === state.here ? "page" : null, on: { click: () => openChannel(item.id) } },
      channelTitle(item), unread && h("span", { class: pinged ? "mark ping" : "mark", "aria-label": pinged ? "you were mentioned" : "unread" }, pinged ? "@" : "•")));
}

// As in Discord, whoever begins to type writes a message, wherever the focus was.
addEventListener("keydown", (event) => {
  const typed = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (typed && document.activeElement.matches("body, .channel")) byId("say").focus();
});

async function openDirect() {
  const { channel: id } = await connection.ask("direct");
  if (state.channels.has(id)) await openChannel(id);
}

// -- people

function showPeople() {
  const all = [...state.people.values()].sort((a, b) => a.name.localeCompare(b.name));
  const row = (p) => h("li", { class: p.here ? null : "away" },
    h("button", { type: "button", class: "person", on: { click: (event) => personMenu(event.currentTarget, p) } },
      doodle(p.id, 32), h("span", {}, p.name), p.bot && h("span", { class: "tag" }, "bot"), p.moderator && h("span", { class: "tag", title: "may delete messages and change settings" }, "mod")));
  const group = (title, list) => (list.length ? [h("h2", {}, `${title} (${list.length})`), h("ul", {}, list.map(row))] : []);
  byId("people-list").replaceChildren(...group("Here", all.filter((p) => p.here)), ...group("Away", all.filter((p) => !p.here)));
  const bot = person(state.bot);
  byId("bot-state").textContent = bot.here ? "" : `${bot.name} is ${state.botWakes ? "waking up…" : "away"}`;
}

function personMenu(anchor, who) {
  const items = commandsIn(state.here, 2).map((command) => ({ label: command.label, mark: "✎", run: () => asked(connection.ask("use_on", { channel: state.here, user: who.id, name: command.name })) }));
  if (who.bot) items.push({ label: "Write to it alone", mark: "@", run: openDirect });
  items.push({ label: "Mention", mark: "@", run: () => { const say = byId("say"); say.value += `<@${who.id}> `; say.focus(); } });
  openMenu(anchor, items);
}

// -- drawers for narrow screens

function drawer(id, open) {
  byId(id).classList.toggle("open", open);
  byId(`show-${id}`).setAttribute("aria-expanded", String(open));
}
for (const id of ["channels", "people"]) {
  byId(`show-${id}`).addEventListener("click", () => drawer(id, !byId(id).classList.contains("open")));
}
document.addEventListener("keydown", (event) => {
  const opened = event.key === "Escape" && document.querySelector(".side.open");
  if (!opened) return;
  drawer(opened.id, false);
  byId(`show-${opened.id}`).focus();
});
document.addEventListener("pointerdown", (event) => {
  for (const id of ["channels", "people"]) {
    if (!event.target.closest(`#${id}, #show-${id}`)) drawer(id, false);
  }
});

// -- asking the bot

const pending = new Map(); // interaction -> how to tidy up once it is answered

/** Follow something that was asked of the bot; `settle` runs when it answers or gives up. */
async function asked(promise, settle = () => {}) {
  try {
    const { interaction } = await promise;
    if (settled.delete(interaction)) settle();
    else pending.set(interaction, settle);
  } catch (error) {
    settle();
    tell(error.message);
  }
}
const settled = new Set(); // answered before the page heard the number

connection.addEventListener("interaction", ({ detail }) => {
  const settle = pending.get(detail.interaction);
  if (settle) {
    pending.delete(detail.interaction);
    settle();
  } else settled.add(detail.interaction);
  if (detail.failed && (settle || pending.size === 0)) messages.note(`${person(state.bot).name} did not answer in time.`, "failed");
  if (detail.launched) showActivity(detail.launched);
  if (detail.modal) {
    openForm(detail.modal, async ({ values, files }) => {
      for (const [id, list] of Object.entries(files)) values[id] = await sendAll(list);
      const { interaction } = await connection.ask("submit", { interaction: detail.interaction, values });
      pending.set(interaction, () => {});
    });
  }
});

const sendAll = (files) => Promise.all(files.map((file) => sendFile(file, state.secret)));

const actions = {
  async say(text, files, replyTo) {
    try {
      await connection.ask("say", { channel: state.here, text, files: await sendAll(files), reply_to: replyTo?.id });
      return true;
    } catch (error) {
      tell(error.message);
      return false;
    }
  },
  typing: () => connection.ask("typing", { channel: state.here }).catch(() => {}),
  async call(name, options, files) {
    const done = messages.note(`/${name} is on its way…`, "sending");
    const where = state.here;
    const all = { ...options };
    const send = async () => {
      for (const [option, file] of Object.entries(files)) all[option] = await sendFile(file, state.secret);
      return connection.ask("call", { channel: where, name, options: all });
    };
    await asked(send(), done);
  },
  complete: (name, options, focused) => connection.ask("complete", { channel: state.here, name, options, focused }),
  component(message, customId, values) {
    messages.setWaiting(message.id, true);
    asked(connection.ask("component", { channel: state.here, message: message.id, custom_id: customId, values }), () => messages.setWaiting(message.id, false));
  },
  use: (name, message) => asked(connection.ask("use", { channel: state.here, message: message.id, name })),
  react: (message, emoji) => connection.ask("react", { channel: state.here, message: message.id, emoji }).catch((e) => tell(e.message)),
  remove: (message) => connection.ask("delete", { channel: state.here, message: message.id }).catch((e) => tell(e.message)),
  reply: (message) => composer.setReply(message),
  open: (id) => state.channels.has(id) && openChannel(id),
  enlarge,
  older,
  tell,
};
messages.setActions(actions);
composer.setUp(actions);

// -- what happens meanwhile

connection.addEventListener("message", ({ detail }) => {
  const { message } = detail;
  keepMessage(message);
  const open = message.channel_id === state.here;
  if (open) messages.show(message);
  if (detail.new) {
    typists.delete(`${message.channel_id} ${message.author.id}`);
    showTyping();
    const mine = message.author.id === state.me || message.interaction_metadata?.user.id === state.me;
    if (!mine && (!open || document.hidden)) {
      state.unread.set(message.channel_id, state.unread.get(message.channel_id) || detail.pings);
      showChannels();
    }
  }
});
connection.addEventListener("message_gone", ({ detail }) => {
  state.messages.get(detail.channel)?.delete(detail.message);
  if (detail.channel === state.here) messages.remove(detail.message);
});
connection.addEventListener("channel", ({ detail }) => {
  state.channels.set(detail.channel.id, detail.channel);
  showChannels();
  if (detail.channel.id === state.here) composer.enter();
});
connection.addEventListener("channel_gone", ({ detail }) => {
  if (!state.channels.delete(detail.channel)) return;
  showChannels();
  if (detail.channel === state.here) openChannel(state.channels.keys().next().value);
});
connection.addEventListener("person", ({ detail }) => {
  const known = state.people.has(detail.person.id);
  state.people.set(detail.person.id, detail.person);
  if (detail.person.id === state.bot && detail.person.here) state.botWakes = false;
  showPeople();
  if (!known) messages.refresh();
});
connection.addEventListener("commands", ({ detail }) => {
  state.commands = detail.commands;
});

setUpGrants((what, on) => connection.ask("grant", { what, on }).catch((error) => tell(error.message)));
setUpActivities((what, data) => connection.ask(what, data), tell);
connection.addEventListener("activity", ({ detail }) => keepActivity(detail.activity));
connection.addEventListener("grants", ({ detail }) => showGrants(detail.grants));

const typists = new Map(); // "channel user" -> until when
connection.addEventListener("typing", ({ detail }) => {
  typists.set(`${detail.channel} ${detail.user}`, Date.now() + 9000);
  showTyping();
});
function showTyping() {
  const now = Date.now();
  for (const [key, until] of typists) if (until < now) typists.delete(key);
  const names = [...typists.keys()].map((key) => key.split(" ")).filter(([where]) => where === state.here).map(([, who]) => person(who).name);
  const many = names.length > 3 ? "Several people are" : `${names.join(", ")} ${names.length === 1 ? "is" : "are"}`;
  byId("typing").textContent = names.length ? `${many} writing…` : "";
}
setInterval(showTyping, 2000);

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && state.unread.delete(state.here)) showChannels();
});

connection.open();
