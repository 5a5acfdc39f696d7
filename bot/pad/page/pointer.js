// Finger, pen and mouse: where each goes on the paper. A palm beside a pen draws nothing, whichever
// came first; two fingers are a gesture and no drawing.
import { measures } from "./measures.js";

const ERASER_END = 32; // of a pen, in `buttons`: Pointer Events, section 5.1.1.3

/**
 * Calls down(x, y, { erasing, press }), move(points, presses) with flat lists, and up(), in the
 * paper's numbers, or withdraw() where it turns out that what was drawn was not meant. One pointer
 * draws at a time. press: how hard a pen is pressed, 0 to 1; null where nothing measures it.
 */
export function followPointer(canvas, { down, move, up, withdraw }) {
  let drawing = null;
  let byTouch = false; // what draws is a finger
  let penSeen = false;
  let gesture = false; // two fingers were down, and one still is
  const fingers = new Set();

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const along = (value, start, length) => Math.round(Math.max(0, Math.min(1, (value - start) / length)) * measures.unit);
    return [along(event.clientX, box.left, box.width), along(event.clientY, box.top, box.height)];
  };

  // A finger's and a mouse's pressure is made up: Pointer Events, section 4.1.
  const press = (event) => (event.pointerType === "pen" && event.pressure > 0 ? event.pressure : null);

  canvas.addEventListener("pointerdown", (event) => {
    penSeen ||= event.pointerType === "pen";
    if (event.pointerType === "touch") {
      fingers.add(event.pointerId);
      gesture ||= fingers.size > 1;
    }
    // A pen beats the palm that came before it; a second finger makes a gesture of the first.
    if (drawing !== null && byTouch && (event.pointerType === "pen" || gesture)) {
      drawing = null;
      withdraw();
    }
    const palm = penSeen && event.pointerType === "touch";
    const erasing = event.pointerType === "pen" && (event.buttons & ERASER_END) !== 0;
    if (drawing !== null || palm || (gesture && event.pointerType === "touch") || (event.button !== 0 && !erasing)) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true, focusVisible: false });
    canvas.setPointerCapture(event.pointerId);
    drawing = event.pointerId;
    byTouch = event.pointerType === "touch";
    down(...place(event), { erasing, press: press(event) });
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== drawing) return;
    const all = event.getCoalescedEvents?.() ?? [];
    const events = all.length ? all : [event];
    move(events.flatMap(place), events.map(press));
  });
  const end = (event) => {
    if (event.pointerId !== drawing) return;
    if (event.type === "pointerup") move(place(event), [null]);
    drawing = null;
    if (event.type === "pointercancel") withdraw();
    else up();
  };
  const lifted = (event) => {
    fingers.delete(event.pointerId);
    if (!fingers.size) gesture = false;
  };
  for (const type of ["pointerup", "pointercancel"]) addEventListener(type, lifted);
  // The paper lies elsewhere now: the next place would be a jump.
  addEventListener("resize", () => {
    if (drawing === null) return;
    drawing = null;
    up();
  });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(type, end);
  // Long presses and selections have no meaning here.
  for (const type of ["contextmenu", "selectstart", "dragstart"]) canvas.addEventListener(type, (event) => event.preventDefault());
}
