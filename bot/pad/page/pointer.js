// Finger, pen and mouse: where each goes on the paper. A palm beside a pen draws nothing.
import { Lines } from "./lines.js";

const ERASER_END = 32; // of a pen, in `buttons`: Pointer Events, section 5.1.1.3

/**
 * Calls down(x, y, erasing), move(points) with a flat list, and up(), in the paper's numbers.
 * One pointer draws at a time.
 */
export function followPointer(canvas, { down, move, up }) {
  let drawing = null;
  let penSeen = false;

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const along = (value, start, length) => Math.round(Math.max(0, Math.min(1, (value - start) / length)) * Lines.unit);
    return [along(event.clientX, box.left, box.width), along(event.clientY, box.top, box.height)];
  };

  canvas.addEventListener("pointerdown", (event) => {
    penSeen ||= event.pointerType === "pen";
    const palm = penSeen && event.pointerType === "touch";
    const erasing = event.pointerType === "pen" && (event.buttons & ERASER_END) !== 0;
    if (drawing !== null || palm || (event.button !== 0 && !erasing)) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true, focusVisible: false });
    canvas.setPointerCapture(event.pointerId);
    drawing = event.pointerId;
    down(...place(event), erasing);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== drawing) return;
    const all = event.getCoalescedEvents?.() ?? [];
    move((all.length ? all : [event]).flatMap(place));
  });
  const end = (event) => {
    if (event.pointerId !== drawing) return;
    if (event.type === "pointerup") move(place(event));
    drawing = null;
    up();
  };
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(type, end);
  // Long presses and selections have no meaning here.
  for (const type of ["contextmenu", "selectstart", "dragstart"]) canvas.addEventListener(type, (event) => event.preventDefault());
}
