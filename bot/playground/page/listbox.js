// Suggestions under a text field: the combobox pattern of the ARIA authoring practices.
import { h } from "./dom.js";

let count = 0;

export class Listbox {
  /** Suggestions for `input`, shown in `holder`; `pick` is called with the chosen item. */
  constructor(input, holder, label, pick) {
    this.input = input;
    this.pick = pick;
    this.items = [];
    this.at = -1;
    this.list = h("ul", { id: `list-${++count}`, class: "suggestions", role: "listbox", "aria-label": label, hidden: true });
    holder.append(this.list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) input.setAttribute(name, value);
    // pointerdown, not click: the field must not lose its focus first
    this.list.addEventListener("pointerdown", (event) => {
      const option = event.target.closest("[role=option]");
      if (!option) return;
      event.preventDefault();
      this.pick(this.items[[...this.list.children].indexOf(option)]);
    });
  }

  get open() {
    return !this.list.hidden;
  }

  /** Show items of label, hint; the first is chosen if `eager`. */
  show(items, eager = true) {
    this.items = items;
    this.at = items.length && eager ? 0 : -1;
    this.list.hidden = !items.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.list.replaceChildren(...items.map((item, index) =>
      h("li", { id: `${this.list.id}-${index}`, role: "option" }, h("b", {}, item.label), item.hint && h("span", {}, item.hint))));
    this.#mark();
  }

  hide() {
    this.show([]);
  }

  /** Does this key belong to the list? Then it is done with. */
  takes(event) {
    if (!this.open) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.at = (this.at + step + this.items.length) % this.items.length;
      this.#mark();
    } else if ((event.key === "Enter" || event.key === "Tab") && this.at >= 0) this.pick(this.items[this.at]);
    else if (event.key === "Escape") this.hide();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #mark() {
    [...this.list.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === this.at));
      if (index === this.at) option.scrollIntoView({ block: "nearest" });
    });
    if (this.at >= 0) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }
}
