// What people see who do not draw: the picture as it grows, what is known, and what was said.
import { byId, h } from "./dom.js";
import { text } from "./texts.js";

const HURRY = 10; // seconds

const picture = byId("picture");
let link = null;
let ends = null;
let shown = 0; // counts pictures, as they are decoded one beside the other

/** Let this page's forms speak over a line. */
export function watchWith(by) {
  link = by;
  by.addEventListener("said", ({ detail }) => {
    byId("answer").textContent = detail.text;
    byId("answer").classList.toggle("problem", !detail.good);
  });
}

export function showWatching(scene) {
  byId("who").textContent = scene.drawer ? text("activity.draws", { who: scene.drawer }) : "";
  byId("known").textContent = scene.title;
  byId("note").textContent = scene.note;
  byId("choices").replaceChildren(
    ...scene.choices.map((word, index) =>
      h("button", { class: "ink primary", type: "button", on: { click: () => link.say({ t: "choose", number: scene.number, index }) } }, word),
    ),
  );
  byId("remarks").replaceChildren(...remarks(scene));
  byId("remarks").scrollTop = byId("remarks").scrollHeight;
  if (byId("guess").hidden !== !scene.guesses) byId("answer").textContent = scene.guesses ? "" : byId("answer").textContent;
  byId("guess").hidden = !scene.guesses;
  byId("sit").hidden = !scene.joins;
  byId("watch").classList.toggle("bare", !scene.picture && !scene.drawer);
  ends = scene.left === undefined ? null : performance.now() + scene.left * 1000;
  tick();
  if (!scene.picture) wipe();
  else if (scene.png !== undefined) paint(scene.png);
}

const remarks = (scene) => (scene.heard ?? []).map(([who, said]) => h("li", { class: said ? "" : "solved" }, h("b", {}, who), " ", said || text("activity.has_it")));

async function paint(png) {
  const mine = ++shown;
  if (!png) return wipe();
  const bytes = Uint8Array.from(atob(png), (char) => char.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  if (mine !== shown) return;
  const scale = Math.min(1, 1024 / Math.max(image.width, image.height));
  [picture.width, picture.height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
  picture.getContext("2d").drawImage(image, 0, 0, picture.width, picture.height);
  picture.dataset.painted = shown;
}

function wipe() {
  shown += 1;
  picture.getContext("2d").clearRect(0, 0, picture.width, picture.height);
}

function tick() {
  const left = ends === null ? null : Math.max(0, Math.ceil((ends - performance.now()) / 1000));
  const clock = byId("remaining");
  clock.hidden = left === null;
  if (left === null) return;
  clock.textContent = left >= 100 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : left;
  clock.classList.toggle("hurry", left <= HURRY);
}
setInterval(tick, 250);

byId("guess").addEventListener("submit", (event) => {
  event.preventDefault();
  const word = byId("word").value.trim();
  if (!word || !link?.say({ t: "guess", text: word })) return;
  byId("word").value = "";
});
byId("sit").addEventListener("click", () => link?.say({ t: "join" }));
