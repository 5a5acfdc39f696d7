// A small pop-up menu beside a button, for mouse and keyboard.
import { byId, h } from "./dom.js";

const menu = byId("menu");
let opener = null;

/** Open a menu at `anchor` with items of label, mark and run; `shape` "row" lays them side by side. */
export function openMenu(anchor, items, shape = "column") {
  closeMenu(false);
  opener = anchor;
  menu.className = `menu ${shape}`;
  menu.replaceChildren(...items.map((item) =>
    h("button", { type: "button", role: "menuitem", tabindex: "-1", on: { click: () => { closeMenu(true); item.run(); } } },
      item.mark && h("span", { class: "mark", "aria-hidden": "true" }, item.mark), item.label)));
  menu.hidden = false;
  const place = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = Math.max(8, Math.min(place.right - width, innerWidth - width - 8));
  const below = place.bottom + height + 8 < innerHeight;
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? place.bottom + 4 : Math.max(8, place.top - height - 4)}px`;
  menu.firstElementChild?.focus();
}

export function closeMenu(back) {
  if (menu.hidden) return;
  menu.hidden = true;
  if (back) opener?.focus();
}

menu.addEventListener("keydown", (event) => {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (step) items[(at + step + items.length) % items.length].focus();
  else if (event.key === "Home") items[0].focus();
  else if (event.key === "End") items.at(-1).focus();
  else if (event.key === "Escape" || event.key === "Tab") closeMenu(true);
  else return;
  event.preventDefault();
});

document.addEventListener("pointerdown", (event) => {
  if (!menu.contains(event.target)) closeMenu(false);
});
