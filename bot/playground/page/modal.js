// Forms that the bot opens, and pictures seen large, in the page's one dialog.
import { byId, h } from "./dom.js";
import { markdown } from "./markdown.js";
import { channels, people, roles } from "./parts.js";

const dialog = byId("dialog");
let back = null;

function open(...content) {
  back = document.activeElement;
  dialog.className = "sheet";
  dialog.replaceChildren(...content);
  if (!dialog.open) dialog.showModal();
}

dialog.addEventListener("close", () => {
  dialog.replaceChildren();
  if (back?.isConnected) back.focus();
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog && dialog.classList.contains("large")) dialog.close();
});

/** See a picture at its own size. */
export function enlarge(source, description) {
  open(
    h("h2", { id: "dialog-title", class: "unseen" }, description),
    h("img", { src: source, alt: description }),
    h("div", { class: "row" }, h("a", { class: "ink", href: source, download: "" }, "Save"), h("button", { type: "button", class: "ink", on: { click: () => dialog.close() } }, "Close")));
  dialog.classList.add("large");
}

/** Show a form of the bot's; `send` gets values and files by custom id and may throw a reason. */
export function openForm(modal, send) {
  const fields = new Map();
  const problem = h("p", { class: "problem", role: "alert" });
  const submit = h("button", { type: "submit", class: "ink primary" }, "Submit");
  const form = h("form", { method: "dialog" },
    h("h2", { id: "dialog-title" }, modal.title),
    modal.components.map((part) => line(part, fields)),
    problem,
    h("div", { class: "row end" }, h("button", { type: "button", class: "ink secondary", on: { click: () => dialog.close() } }, "Cancel"), submit));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    problem.textContent = "";
    try {
      await send(read(fields));
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      submit.disabled = false;
    }
  });
  open(form);
  form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}

function line(part, fields) {
  if (part.type === 10) return markdown(part.content);
  if (part.type === 18) return labelled(part.component, part.label, part.description, fields);
  return (part.components ?? []).map((item) => labelled(item, item.label, null, fields));
}

function labelled(part, label, description, fields) {
  const id = `field-${part.custom_id}`;
  const required = part.required ?? true;
  const control = build(part, required);
  control.id = id;
  if (description) control.setAttribute("aria-describedby", `${id}-hint`);
  fields.set(part.custom_id, { part, control });
  return h("div", { class: "field" },
    h("label", { for: id }, label, required ? h("span", { class: "needed", title: "required" }, " *") : h("small", {}, " (optional)")),
    description && h("p", { class: "hint", id: `${id}-hint` }, description),
    control);
}

function build(part, required) {
  const most = part.max_values ?? 1;
  switch (part.type) {
    case 4: {
      const base = { required, minlength: part.min_length, maxlength: part.max_length ?? 4000, placeholder: part.placeholder };
      if (part.style === 1) return h("input", { ...base, type: "text", value: part.value, autocomplete: "off" });
      return h("textarea", { ...base, rows: 5 }, part.value ?? "");
    }
    case 19: return h("input", { type: "file", multiple: most > 1, required });
    case 23: return h("input", { type: "checkbox", checked: part.default });
    case 21:
    case 22: return group(part, part.type === 21 ? "radio" : "checkbox");
    default: {
      const options = { 3: () => part.options.map((o) => ({ value: o.value, label: o.label, chosen: o.default })), 5: people, 6: roles, 7: () => [...people(), ...roles()], 8: () => channels(part.channel_types) }[part.type]?.() ?? [];
      return h("select", { required, multiple: most > 1, size: most > 1 ? Math.min(6, options.length) : null },
        most > 1 ? null : h("option", { value: "" }, part.placeholder || "Choose…"),
        options.map((o) => h("option", { value: o.value, selected: o.chosen }, o.label)));
    }
  }
}

function group(part, type) {
  return h("fieldset", { class: "group" }, part.options.map((o) =>
    h("label", {}, h("input", { type, name: part.custom_id, value: o.value, checked: o.default }), " ", o.label, o.description && h("small", {}, ` ${o.description}`))));
}

function read(fields) {
  const values = {};
  const files = {};
  for (const [id, { part, control }] of fields) {
    if (part.type === 19) files[id] = [...control.files];
    else if (part.type === 23) values[id] = control.checked;
    else if (part.type === 21) values[id] = control.querySelector(":checked")?.value ?? null;
    else if (part.type === 22) values[id] = [...control.querySelectorAll(":checked")].map((box) => box.value);
    else if (part.type === 4) values[id] = control.value;
    else values[id] = [...control.selectedOptions].map((option) => option.value).filter(Boolean);
  }
  return { values, files };
}
