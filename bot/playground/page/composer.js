// Where people write: text, files, replies, and slash commands from the first "/".
import { byId, h } from "./dom.js";
import { Listbox } from "./listbox.js";
import { callable, CommandForm } from "./slash.js";
import { channel, person, state } from "./state.js";

const form = byId("composer");
let act = {};
let command = null; // the CommandForm while one is open
let replyTo = null;
let files = [];
let lastTyping = 0;

const picker = h("input", { type: "file", multiple: true, id: "attach", class: "unseen", "aria-label": "Attach files" });
const text = h("textarea", { id: "say", rows: 1, maxlength: 2000, "aria-label": "Message", enterkeyhint: "send" });
const above = h("div", { class: "above-line" });
const line = h("div", { class: "line" },
  h("label", { class: "plain attach", for: "attach", title: "Attach files" }, h("span", { "aria-hidden": "true" }, "📎")), picker,
  text,
  h("button", { type: "submit", class: "ink primary send", "aria-label": "Send" }, h("span", { "aria-hidden": "true" }, "➤")));
form.append(above, line);
const list = new Listbox(text, form, "Commands", (item) => begin(item.command));

export function setUp(actions) {
  act = actions;
}

/** Fit the composer to the open channel. */
export function enter() {
  cancel();
  const here = channel(state.here);
  text.placeholder = here?.can_write ? "Write here, or / for commands" : "You can't write here";
  text.disabled = !here?.can_write;
  setReply(null);
}

export function setReply(message) {
  replyTo = message;
  showAbove();
  if (message) text.focus();
}

function showAbove() {
  above.replaceChildren(
    ...(replyTo ? [h("p", { class: "replying" }, "↰ Replying to ", h("b", {}, person(replyTo.author.id).name), h("button", { type: "button", class: "plain", "aria-label": "Don't reply", on: { click: () => setReply(null) } }, "×"))] : []),
    ...files.map((file) => h("p", { class: "pending-file" }, "▤ ", file.name, h("button", { type: "button", class: "plain", "aria-label": `Leave out ${file.name}`, on: { click: () => { files = files.filter((other) => other !== file); showAbove(); } } }, "×"))));
}

/** Files go into the command that is open, as far as it takes any, else along with a message. */
function addFiles(more) {
  files = [...files, ...more].filter((file) => !command?.attach(file)).slice(0, 10);
  showAbove();
  (command ?? text).focus();
}

function begin(chosen, rest = "") {
  list.hide();
  text.value = "";
  command = new CommandForm(chosen, act, rest);
  line.insertBefore(command.node, text);
  form.classList.add("commanding");
  files = files.filter((file) => !command.attach(file));
  showAbove();
  if (!command.focus()) form.querySelector(".send").focus();
}

function cancel() {
  if (!command) return;
  command.node.remove();
  command = null;
  form.classList.remove("commanding");
  fit();
}

function fit() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 200)}px`;
}

/** Begin the command whose whole name, and a space, stand at the start; returns whether one does. */
function beginNamed(typed) {
  const names = callable().flatMap((item) => [[item.shown, item], [item.path, item]]);
  const whole = names.filter(([name]) => typed.startsWith(`${name} `)).sort(([a], [b]) => b.length - a.length)[0];
  if (whole) begin(whole[1], typed.slice(whole[0].length + 1));
  return Boolean(whole);
}

/** While the text starts with "/": suggest; once a whole name and a space stand there: begin. */
function followSlash() {
  if (!text.value.startsWith("/")) {
    list.hide();
    return;
  }
  const typed = text.value.slice(1);
  const all = callable();
  if (beginNamed(typed)) return;
  const wanted = typed.toLowerCase();
  const fits = all.filter((item) => item.shown.includes(wanted) || item.path.startsWith(wanted)).sort((a, b) => a.shown.indexOf(wanted) - b.shown.indexOf(wanted));
  list.show(fits.slice(0, 25).map((item) => ({ label: `/${item.shown}`, hint: item.description, command: item })));
}

text.addEventListener("input", () => {
  fit();
  followSlash();
  if (text.value && !text.value.startsWith("/") && Date.now() - lastTyping > 5000) {
    lastTyping = Date.now();
    act.typing();
  }
});

form.addEventListener("keydown", (event) => {
  if (event.target === text) {
    if (list.takes(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape" && replyTo) setReply(null);
  } else if (command && event.key === "Escape") {
    cancel();
    text.focus();
  } else if (command && event.key === "Backspace" && event.target.value === "" && event.target.closest(".field") === command.holder.firstElementChild) {
    event.preventDefault();
    text.value = `/${command.command.shown}`;
    cancel();
    text.focus();
    followSlash();
  }
});

text.addEventListener("blur", () => list.hide());
text.addEventListener("focus", followSlash);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  // A name that nothing follows was typed, and is sent with the button.
  if (!command && text.value.startsWith("/")) beginNamed(`${text.value.slice(1).trim()} `);
  if (command) {
    const given = command.read();
    if (!given) return;
    const { path } = command.command;
    cancel();
    text.focus();
    await act.call(path, given.values, given.files);
    return;
  }
  const written = text.value.trim();
  if (!written && !files.length) return;
  const mistyped = written.match(/^\/[\p{L}\p{M}\p{N}_-]+/u);
  if (mistyped && callable().length) {
    act.tell(`There is no command ${mistyped[0]}. Type / to see those there are.`);
    return;
  }
  const sending = { written, files, replyTo };
  text.value = "";
  files = [];
  setReply(null);
  fit();
  list.hide();
  lastTyping = 0;
  if (!(await act.say(sending.written, sending.files, sending.replyTo))) {
    text.value = sending.written; // nothing that was written is lost
    files = sending.files;
    showAbove();
    fit();
  }
});

picker.addEventListener("change", () => {
  addFiles([...picker.files]);
  picker.value = "";
});

form.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) {
    event.preventDefault();
    addFiles([...event.clipboardData.files]);
  }
});

for (const type of ["dragover", "drop"]) {
  document.addEventListener(type, (event) => {
    if (!event.dataTransfer?.types.includes("Files") || event.target.closest?.("dialog")) return;
    event.preventDefault();
    if (type === "drop" && state.here) addFiles([...event.dataTransfer.files]);
  });
}
