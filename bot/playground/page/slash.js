// The form that a slash command becomes: a field for each option, as the bot registered them.
import { h } from "./dom.js";
import { Listbox } from "./listbox.js";
import { channels, people, roles } from "./parts.js";
import { commandsIn, state } from "./state.js";

const [STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, FILE] = [3, 4, 5, 6, 7, 8, 9, 10, 11];

/** Everything that can be called here, subcommands with their whole path. */
export function callable() {
  const found = [];
  const visit = (path, shown, item) => {
    const inner = (item.options ?? []).filter((option) => option.type <= 2);
    if (inner.length) inner.forEach((option) => visit(`${path} ${option.name}`, `${shown} ${option.label}`, option));
    else found.push({ path, shown, description: item.description, options: item.options ?? [] });
  };
  commandsIn(state.here, 1).forEach((command) => visit(command.name, command.label, command));
  return found.sort((a, b) => a.shown.localeCompare(b.shown));
}

export class CommandForm {
  /** `rest` is what was typed after the name already: options as `name:value`, or the first one. */
  constructor(command, act, rest = "") {
    this.command = command;
    this.act = act;
    this.fields = new Map();
    this.chips = h("span", { class: "chips" });
    this.more = h("input", { type: "text", class: "more", placeholder: "option:", "aria-label": "Name of an option", autocomplete: "off", autocapitalize: "none", on: { input: () => this.#named() } });
    this.node = h("div", { class: "command", role: "group", "aria-label": `Command ${command.shown}` },
      h("div", { class: "command-head" }, h("code", {}, `/${command.shown}`), h("span", {}, command.description)),
      (this.holder = h("div", { class: "command-fields" })));
    command.options.filter((option) => option.required).forEach((option) => this.#add(option));
    this.holder.append(this.chips, this.more);
    if (rest && !this.#fill(rest) && command.options.length) {
      const [first] = this.fields.values();
      const control = first?.control ?? this.#add(command.options[0]);
      if (control.type !== "file") control.value = rest;
    }
    this.#offer();
  }

  focus() {
    const first = this.fields.values().next().value?.control;
    // A keyboard on the glass would hide the options.
    const typed = matchMedia("(hover: hover)").matches && !this.more.hidden ? this.more : null;
    (first ?? typed ?? this.chips.firstElementChild)?.focus();
    return Boolean(first ?? typed);
  }

  /** An option whose name was typed, with a colon or a space after it. */
  #named() {
    const typed = this.more.value;
    this.more.setCustomValidity("");
    if (!/[:\s]$/.test(typed)) return;
    const option = this.#option(typed.slice(0, -1));
    if (!option) return;
    this.more.value = "";
    this.#add(option).focus();
    this.#offer();
  }

  #option(name) {
    return this.command.options.find((option) => [option.name, option.label].includes(name.trim().toLowerCase()));
  }

  /** Put a file into the first option that takes one and has none; returns whether there is one. */
  attach(file) {
    const option = this.command.options.find((one) => one.type === FILE && !this.fields.get(one.name)?.control.files.length);
    if (!option) return false;
    const control = this.fields.get(option.name)?.control ?? this.#add(option);
    const given = new DataTransfer();
    given.items.add(file);
    control.files = given.files;
    control.setCustomValidity("");
    this.#offer();
    return true;
  }

  /** Fill in what is written as `name:value name:value`; returns whether it is. */
  #fill(written) {
    const parts = written.split(/(?:^|\s+)(?=[^\s:]+:)/).filter(Boolean).map((part) => [this.#option(part.split(":", 1)[0]), part.slice(part.indexOf(":") + 1).trim()]);
    if (!parts.length || !parts.every(([option]) => option)) return false;
    for (const [option, value] of parts) {
      const control = this.fields.get(option.name)?.control ?? this.#add(option);
      if (option.type === FILE) continue; // a page cannot choose a file for somebody
      if (control.tagName !== "SELECT") control.value = value;
      else control.value = [...control.options].find((one) => [one.label, spoken(one.value)].some((said) => said.toLowerCase() === value.toLowerCase()))?.value ?? "";
    }
    return true;
  }

  #add(option) {
    const control = this.#control(option);
    const id = `option-${option.name}`;
    control.id = id;
    const line = h("div", { class: "field" }, h("label", { for: id, title: option.description }, option.label, option.required ? "" : h("button", { type: "button", class: "plain", "aria-label": `Leave out ${option.label}`, on: { click: () => this.#leaveOut(option) } }, "×")), control);
    this.fields.set(option.name, { option, control, line });
    this.holder.insertBefore(line, this.chips.parentNode ? this.chips : null);
    if (option.autocomplete) this.#complete(option, control, line);
    return control;
  }

  #leaveOut(option) {
    this.fields.get(option.name).line.remove();
    this.fields.delete(option.name);
    this.#offer();
    this.focus();
  }

  #offer() {
    const left = this.command.options.filter((option) => !this.fields.has(option.name));
    this.more.hidden = !left.length;
    this.chips.replaceChildren(...left.map((option) =>
      h("button", { type: "button", class: "chip", title: option.description, on: { click: () => { this.#add(option).focus(); this.#offer(); } } }, `+ ${option.label}`)));
  }

  #control(option) {
    const base = { required: option.required, "aria-description": option.description };
    if (option.choices?.length) return choose(base, option.choices.map((c) => ({ value: JSON.stringify(c.value), label: c.label })));
    switch (option.type) {
      case BOOLEAN: return choose(base, [{ value: "true", label: "Yes" }, { value: "false", label: "No" }]);
      case USER: return choose(base, people());
      case ROLE: return choose(base, roles());
      case MENTIONABLE: return choose(base, [...people(), ...roles()]);
      case CHANNEL: return choose(base, channels(option.channel_types));
      case FILE: return h("input", { ...base, type: "file" });
      case INTEGER:
      case NUMBER: return h("input", { ...base, type: "text", inputmode: option.type === INTEGER ? "numeric" : "decimal", placeholder: range(option), autocomplete: "off" });
      default: return h("input", { ...base, type: "text", minlength: option.min_length, maxlength: option.max_length ?? 6000, placeholder: option.description, autocomplete: "off", enterkeyhint: "send" });
    }
  }

  #complete(option, control, line) {
    const list = new Listbox(control, line, option.label, (item) => {
      control.value = item.label;
      control.dataset.value = JSON.stringify(item.value);
      list.hide();
    });
    let asked = 0;
    const suggest = async () => {
      const mine = ++asked;
      const { values } = this.#read();
      const { choices } = await this.act.complete(this.command.path, { ...values, [option.name]: control.value }, option.name).catch(() => ({ choices: [] }));
      if (mine === asked && document.activeElement === control) list.show(choices.map((c) => ({ label: c.name, value: c.value })), false);
    };
    let timer;
    control.addEventListener("input", () => {
      delete control.dataset.value;
      clearTimeout(timer);
      timer = setTimeout(suggest, 150);
    });
    control.addEventListener("focus", suggest);
    control.addEventListener("blur", () => list.hide());
    control.addEventListener("keydown", (event) => list.takes(event));
  }

  /** Values as they stand, with files apart; empty ones are left out. */
  #read() {
    const values = {};
    const files = {};
    for (const [name, { option, control }] of this.fields) {
      if (option.type === FILE) {
        if (control.files[0]) files[name] = control.files[0];
      } else if (control.dataset.value) values[name] = JSON.parse(control.dataset.value);
      else if (control.value === "") continue;
      else if (option.choices?.length || option.type === BOOLEAN) values[name] = JSON.parse(control.value);
      else values[name] = control.value;
    }
    return { values, files };
  }

  /** Everything to send, or null after pointing at the field that lacks something. */
  read() {
    for (const { option, control } of [...this.fields.values()]) {
      if ([option.name, option.label].some((name) => control.value.toLowerCase().startsWith(`${name}:`))) this.#fill(control.value);
    }
    const named = this.more.value.trim();
    if (named && !this.#fill(named)) {
      this.more.setCustomValidity(`There is no option “${named}” here.`);
      this.more.reportValidity();
      return null;
    }
    this.more.value = "";
    for (const { option, control } of this.fields.values()) {
      control.setCustomValidity?.(problem(option, control.value));
      if (!control.reportValidity()) {
        control.addEventListener("input", () => control.setCustomValidity(""), { once: true });
        return null;
      }
    }
    return this.#read();
  }
}

/** What a choice stands for, as one would type it. */
function spoken(value) {
  return value.replace(/^"|"$/g, "");
}

function choose(base, options) {
  return h("select", base, h("option", { value: "", disabled: base.required, selected: true }, "…"), options.map((o) => h("option", { value: o.value }, o.label)));
}

function range({ min_value: least, max_value: most }) {
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  if (least !== undefined) return `at least ${least}`;
  return most !== undefined ? `at most ${most}` : "a number";
}

function problem(option, text) {
  if (option.type === FILE && !text) return "Choose a file, or leave this out with ×.";
  if (!text || option.choices?.length || (option.type !== INTEGER && option.type !== NUMBER)) return "";
  const number = Number(text);
  if (Number.isNaN(number) || (option.type === INTEGER && !Number.isInteger(number))) return option.type === INTEGER ? "A whole number, please." : "A number, please.";
  const low = option.min_value !== undefined && number < option.min_value;
  const high = option.max_value !== undefined && number > option.max_value;
  return low || high ? `Between ${option.min_value ?? "…"} and ${option.max_value ?? "…"}, please.` : "";
}
