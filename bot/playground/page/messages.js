// The log: messages of the open channel, kept in place through edits, and what people do to them.
import { doodle } from "./doodle.js";
import { byId, h } from "./dom.js";
import { inline, markdown, relative } from "./markdown.js";
import { openMenu } from "./menu.js";
import { morph } from "./morph.js";
import { attachments, component, embed } from "./parts.js";
import { channel, commandsIn, person, state } from "./state.js";

const EPHEMERAL = 64;
const LOADING = 128;
const log = byId("log");
const QUICK = ["👍", "❤️", "😂", "😮", "🎨", "🐱"];

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });

const rendered = new Map(); // message id -> its <li>
const isPrivate = (message) => (message.flags & EPHEMERAL) !== 0;
let act = {}; // what main.js lets people do

export function setActions(actions) {
  act = actions;
}

// -- building

function caller(message) {
  const asked = message.interaction_metadata;
  if (!asked) return null;
  const who = person(asked.user.id).name;
  if (message.type === 20) return h("p", { class: "caller" }, h("b", {}, who), " used ", h("code", {}, `/${asked.name}`));
  if (message.type === 23) return h("p", { class: "caller" }, h("b", {}, who), " used ", h("code", {}, asked.name));
  return null;
}

function replied(message) {
  if (message.type !== 19 && !(message.message_reference && message.interaction_metadata)) return null;
  const target = message.referenced_message;
  if (!target) return h("p", { class: "caller" }, "↱ a message that is gone");
  const start = (target.content || firstWords(target.components) || "a picture").slice(0, 80);
  return h("p", { class: "caller" }, "↱ ", h("b", {}, person(target.author.id).name), " ", inline(start));
}

/** The first line of text in a message's components, without the marks of a heading. */
function firstWords(parts = []) {
  for (const part of parts) {
    const words = part.content ?? firstWords(part.components);
    if (words) return words.split("\n")[0].replace(/^(#+|-#) /, "");
  }
  return "";
}

function body(message) {
  if (message.flags & LOADING) {
    return h("p", { class: "thinking", role: "status" }, `${person(message.author.id).name} is thinking`, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
  }
  return [
    message.content && markdown(message.content),
    message.edited_timestamp && message.content && h("span", { class: "edited" }, "(edited)"),
    message.flags & 32768 ? null : attachments(message.attachments),
    message.embeds.map(embed),
    message.components.length > 0 && h("div", { class: "components" }, message.components.map(component)),
    message.reactions.length > 0 && h("div", { class: "reactions" }, message.reactions.map((r) =>
      h("button", { type: "button", class: r.me ? "reaction mine" : "reaction", "aria-pressed": r.me ? "true" : "false", data: { react: r.emoji.name, key: r.emoji.name } }, r.emoji.name, " ", h("span", {}, String(r.count))))),
    message.thread && h("button", { type: "button", class: "ink thread-link", data: { open: message.thread.id } }, `⌇ ${message.thread.name}`),
    isPrivate(message) && h("p", { class: "only-you" }, "👁 Only you can see this · ", h("button", { type: "button", class: "as-link", data: { dismiss: "" } }, "Dismiss")),
  ];
}

function build(message) {
  const author = person(message.author.id);
  const when = new Date(message.timestamp);
  const classes = ["message", isPrivate(message) && "ephemeral", message.mentions.some((u) => u.id === state.me) && "pinged"].filter(Boolean).join(" ");
  return h("li", { class: classes, data: { id: message.id, author: author.id, at: String(when.getTime()), key: message.id } },
    h("article", { "aria-labelledby": `by-${message.id}` },
      h("div", { class: "above" }, caller(message), replied(message)),
      doodle(author.id),
      h("header", { id: `by-${message.id}` },
        h("b", { class: author.bot ? "name bot" : "name" }, author.name), author.bot && h("span", { class: "tag" }, "bot"),
        " ", h("time", { datetime: message.timestamp, title: when.toLocaleString() }, clock.format(when))),
      h("div", { class: "body" }, body(message))),
    h("div", { class: "tools" },
      h("button", { type: "button", class: "plain", "aria-label": "React", data: { quick: "" } }, "☺"),
      h("button", { type: "button", class: "plain", "aria-label": "Reply", data: { reply: "" } }, "↰"),
      h("button", { type: "button", class: "plain", "aria-label": "More", "aria-haspopup": "menu", data: { more: "" } }, "⋯")));
}

/** Messages in a row by one person share one heading; days are marked. */
function arrange() {
  let before = null;
  for (const item of log.querySelectorAll(":scope > li.message")) {
    const soon = before && item.dataset.author === before.dataset.author && item.dataset.at - before.dataset.at < 300000;
    const headed = item.querySelector(".above").childElementCount > 0;
    item.classList.toggle("continued", Boolean(soon && !headed));
    const newDay = !before || new Date(+before.dataset.at).toDateString() !== new Date(+item.dataset.at).toDateString();
    item.classList.toggle("new-day", newDay);
    if (newDay) item.dataset.day = day.format(+item.dataset.at);
    before = item;
  }
}

// -- showing

let following = true; // the end is in view, and stays in view when something grows

const nearEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 120;

export function toEnd() {
  following = true;
  log.scrollTop = log.scrollHeight;
  byId("to-newest").hidden = true;
}

/** Show the messages of a channel from scratch. */
export function showAll(messages) {
  rendered.clear();
  log.setAttribute("aria-busy", "true");
  log.replaceChildren(...messages.map((message) => remember(message)));
  if (!messages.length) log.append(h("li", { class: "empty" }, h("p", {}, "A blank page. Say hello, or type ", h("kbd", {}, "/"), " to see what the bot can do.")));
  arrange();
  log.removeAttribute("aria-busy");
  toEnd();
}

function remember(message) {
  const item = build(message);
  rendered.set(message.id, item);
  return item;
}

/** Put older messages above, and keep what is in view where it is. */
export function showOlder(messages) {
  const height = log.scrollHeight;
  log.prepend(...messages.map((message) => remember(message)));
  arrange();
  log.scrollTop += log.scrollHeight - height;
}

/** Show a new message or an edit. */
export function show(message) {
  const present = rendered.get(message.id);
  if (present) {
    const still = present.classList.contains("waiting");
    rendered.set(message.id, morph(present, build(message)));
    present.classList.toggle("waiting", still);
  } else {
    log.querySelector(".empty")?.remove();
    const item = remember(message);
    const note = [...log.querySelectorAll(":scope > li.note")].pop();
    log.insertBefore(item, note?.nextSibling ? null : (note ?? null));
    if (note) log.append(note);
    item.classList.add("arriving");
  }
  arrange();
  if (following) requestAnimationFrame(toEnd);
  else if (!present) byId("to-newest").hidden = false;
}

export function remove(id) {
  rendered.get(id)?.remove();
  rendered.delete(id);
  arrange();
}

/** A line of the page's own at the end, such as a command on its way; returns how to take it away. */
export function note(text, kind = "") {
  const item = h("li", { class: `note ${kind}` }, h("p", {}, text), kind === "failed" && h("button", { type: "button", class: "as-link", on: { click: () => item.remove() } }, "Dismiss"));
  log.append(item);
  toEnd();
  return () => item.remove();
}

/** Mark a message while the bot has not answered what someone did on it. */
export function setWaiting(id, waiting) {
  rendered.get(id)?.classList.toggle("waiting", waiting);
}

/** Names changed or people came: build all again, in place. */
export function refresh() {
  for (const [id, item] of rendered) {
    const message = state.messages.get(state.here)?.get(id);
    if (message) rendered.set(id, morph(item, build(message)));
  }
  arrange();
}

// -- doing

function messageOf(node) {
  const id = node.closest("li.message")?.dataset.id;
  return state.messages.get(state.here)?.get(id);
}

function reveal(node) {
  node.removeAttribute("data-reveal");
  node.removeAttribute("role");
  node.removeAttribute("tabindex");
  node.removeAttribute("aria-label");
  node.classList.add("revealed");
}

log.addEventListener("click", (event) => {
  const covered = event.target.closest("[data-reveal]");
  if (covered) {
    event.preventDefault();
    reveal(covered);
    return;
  }
  const target = event.target.closest("[data-press],[data-choose-many],[data-react],[data-open],[data-dismiss],[data-quick],[data-reply],[data-more],[data-enlarge]");
  const message = target && messageOf(target);
  if (!message) return;
  const { dataset } = target;
  if ("press" in dataset) act.component(message, dataset.press);
  else if ("chooseMany" in dataset) chooseMany(target, message);
  else if ("react" in dataset) act.react(message, dataset.react);
  else if ("open" in dataset) act.open(dataset.open);
  else if ("dismiss" in dataset) act.remove(message);
  else if ("reply" in dataset) act.reply(message);
  else if ("enlarge" in dataset && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    act.enlarge(dataset.enlarge, target.querySelector("img").alt);
  } else if ("quick" in dataset) openMenu(target, QUICK.map((emoji) => ({ label: emoji, run: () => act.react(message, emoji) })), "row");
  else if ("more" in dataset) openMenu(target, menuOf(message));
});

log.addEventListener("keydown", (event) => {
  const covered = event.target.closest?.("[data-reveal]");
  if (covered && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    reveal(covered);
  }
});

log.addEventListener("contextmenu", (event) => {
  const item = event.target.closest("li.message");
  if (!item || event.target.closest("a, img, input, select") || String(getSelection())) return;
  event.preventDefault();
  openMenu(item.querySelector("[data-more]"), menuOf(messageOf(item)));
});

log.addEventListener("change", (event) => {
  const target = event.target.closest("[data-choose]");
  const message = target && messageOf(target);
  if (message) act.component(message, target.dataset.choose, target.value ? [target.value] : []);
});

log.addEventListener("scroll", () => {
  following = nearEnd();
  if (following) byId("to-newest").hidden = true;
  if (log.scrollTop < 80) act.older?.();
}, { passive: true });

function chooseMany(target, message) {
  const fields = target.closest("fieldset");
  const chosen = [...fields.querySelectorAll("input:checked")].map((box) => box.value);
  if (chosen.length < +fields.dataset.least || chosen.length > +fields.dataset.most) {
    act.tell(fields.querySelector("legend").textContent);
    return;
  }
  target.closest("details").open = false;
  act.component(message, target.dataset.chooseMany, chosen);
}

function menuOf(message) {
  const mine = message.author.id === state.me || isPrivate(message);
  return [
    ...commandsIn(state.here, 3).map((command) => ({ label: command.label, mark: "✎", run: () => act.use(command.name, message) })),
    { label: "Reply", mark: "↰", run: () => act.reply(message) },
    { label: "Copy text", mark: "⧉", run: () => navigator.clipboard?.writeText(message.content) },
    (mine || channel(state.here)?.can_moderate) && { label: isPrivate(message) ? "Dismiss" : "Delete", mark: "✕", run: () => act.remove(message) },
  ].filter(Boolean);
}

log.addEventListener("load", () => following && toEnd(), true); // a picture arrived and took its room
new ResizeObserver(() => following && toEnd()).observe(log);
byId("to-newest").addEventListener("click", toEnd);
setInterval(() => {
  for (const node of log.querySelectorAll("time[data-since]")) node.textContent = relative(+node.dataset.since);
}, 5000);
