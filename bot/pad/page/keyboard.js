// Drawing without a pointer: arrow keys move a mark over the paper, the space bar is the pen.
import { measures } from "./measures.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const [SMALL, LARGE] = [100, 500]; // of the paper's numbers

/** The hand is led by the keys while the canvas has the focus; `say` tells whether the pen is down. */
export function followKeys(element, canvas, hand, say) {
  let [x, y, down] = [measures.unit / 2, measures.unit / 2, false];
  const mark = () => canvas.point({ x, y, down });
  const lift = () => {
    if (down) hand.up();
    down = false;
  };

  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step) {
      const size = event.shiftKey ? LARGE : SMALL;
      [x, y] = [x + step[0] * size, y + step[1] * size].map((value) => Math.max(0, Math.min(measures.unit, value)));
      if (down) hand.move([x, y]);
    } else if (event.key === " " && !event.repeat) {
      if (down) lift();
      else {
        down = true;
        hand.down(x, y);
        if (hand.tool === "bucket") lift(); // it fills where it stands
      }
      if (hand.tool !== "bucket") say(down);
    } else return;
    event.preventDefault();
    mark();
  });
  element.addEventListener("focus", () => element.matches(":focus-visible") && mark());
  element.addEventListener("blur", () => {
    lift();
    canvas.point(null);
  });
  element.addEventListener("pointerdown", () => canvas.point(null));
}
