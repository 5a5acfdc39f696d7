// A little face in ink for everyone, drawn from the digits of their id; the bot is a pen nib.
import { h, svg } from "./dom.js";
import { person, state } from "./state.js";

const INKS = ["#c8553d", "#3d5a98", "#4f7942", "#8a5a9e", "#b07d2b", "#2f7f86", "#a8456a", "#5b6470"];

/** A picture of a person, `size` pixels wide; decoration only, their name stands beside it. */
export function doodle(id, size = 40) {
  if (id === state.bot) return h("img", { class: "doodle", src: "/page/nib.svg", alt: "", width: size, height: size });
  let seed = [...String(id)].reduce((sum, digit) => Math.imul(sum ^ digit.charCodeAt(0), 16777619), 0x811c9dc5);
  const pick = (count) => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) % count;
  };
  const ink = INKS[pick(INKS.length)];
  const wobble = () => pick(5) - 2;
  const head = `M ${20 + wobble()} 5 C ${33 + wobble()} 4 ${37 + wobble()} 14 36 ${21 + wobble()} S ${28 + wobble()} 36 ${20 + wobble()} 36 S 4 ${30 + wobble()} 4 ${20 + wobble()} S ${9 + wobble()} 6 ${22 + wobble()} 5`;
  const mouth = [`M 13 26 Q 20 ${30 + pick(4)} 27 26`, "M 14 27 L 26 26", "M 15 26 q 5 7 10 0 z", "M 14 27 Q 22 31 27 24"][pick(4)];
  const hair = ["M 10 9 q 5 -8 8 -2 q 4 -8 9 1", "M 7 12 q 12 -14 26 -1", "M 18 5 q 1 -6 5 -4", ""][pick(4)];
  const eye = pick(3);
  const stroke = { fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round" };
  const eyes = [13 + wobble() / 2, 26 + wobble() / 2].map((x) =>
    eye === 2 ? svg("path", { ...stroke, d: `M ${x - 2} 17 q 2 -4 4 0` }) : svg("circle", { cx: x, cy: 17, r: eye ? 2 : 1.6, fill: "currentColor" }),
  );
  const face = svg("svg", { viewBox: "0 0 40 40", width: size, height: size, class: "doodle", "aria-hidden": "true" },
    svg("path", { d: head, fill: ink, "fill-opacity": 0.22, stroke: ink, "stroke-width": 2.2, "stroke-linecap": "round" }),
    ...eyes,
    svg("path", { ...stroke, d: mouth }),
    svg("path", { ...stroke, d: hair, stroke: ink }),
  );
  face.dataset.key = `${id}-${person(id).name}`;
  return face;
}
