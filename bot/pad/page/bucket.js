// The fill bucket: which region is meant by a place, in the picture that the person sees.
import { paint } from "./canvas.js";
import { nearest, squaredDistance } from "./geometry.js";
import { measures } from "./measures.js";
import { contoursOf, countOf, flood, isOutside, mark } from "./region.js";

const NEAR = 9; // cells: how far beside a thin line the region that is meant may be
const GAPS = [260, 520]; // of the paper's numbers: openings that are bridged, the smaller first
const OWN = 2; // gaps: how much of its own line, from its end on, an end is not joined to
const BEYOND = 0.45; // cells: how far into an outline's soft edge a fill goes, so that no paper shows between
const SHRINKS = 0.9; // of an open region: what is left of it where a bridge closed something

/** The contours of the region around a place; null where there is nothing to fill. It is what has
 * one colour; where it runs off to the paper's edge, ends of lines that nearly meet are joined in
 * thought. colour: what to fill with, as the canvas has it. */
export function regionAt(lines, inks, x, y, ink) {
  const n = measures.unit / measures.limits.cell;
  const pixels = onPaper(picture(n, lines.visible, inks));
  const start = startOf(n, lines, x, y);
  const [red, green, blue] = inks[ink].match(/\d+/g).map(Number);
  if (pixels[4 * start] === red && pixels[4 * start + 1] === green && pixels[4 * start + 2] === blue) return null;
  let region = flood(pixels, start);
  if (isOutside(region)) {
    const open = countOf(region);
    for (const gap of GAPS) {
      const walls = new Uint8Array(n * n);
      for (const bridge of bridges(lines, gap)) mark(walls, bridge, measures.limits.cell);
      const closed = flood(pixels, start, walls);
      const left = countOf(closed);
      if (left && (left < SHRINKS * open || !isOutside(closed))) {
        region = closed;
        break;
      }
    }
  }
  const contours = contoursOf(region, BEYOND);
  return contours.length ? contours : null;
}

/** RGBA of n × n cells; what nothing is drawn on has no alpha. */
function picture(n, lines, inks) {
  const context = new OffscreenCanvas(n, n).getContext("2d", { willReadFrequently: true });
  for (const line of lines) paint(context, line, n / measures.unit, inks);
  return context.getImageData(0, 0, n, n).data;
}

/** The same on white paper. */
function onPaper(pixels) {
  for (let i = 0; i < pixels.length; i += 4) {
    const alpha = pixels[i + 3] / 255;
    for (let k = i; k < i + 3; k++) pixels[k] = pixels[k] * alpha + 255 * (1 - alpha);
  }
  return pixels;
}

/** The cell of a place; beside a thin line that lies there, the nearest that is free of lines. */
function startOf(n, lines, x, y) {
  const cell = (value) => Math.max(0, Math.min(n - 1, Math.floor(value / measures.limits.cell)));
  const [column, row] = [cell(x), cell(y)];
  const thin = lines.visible.filter((line) => line.points && measures.pens[line.pen] < measures.pens.at(-1));
  const inked = picture(n, thin, inks);
  let [best, distance] = [row * n + column, Infinity];
  for (let down = -NEAR; down <= NEAR; down++) {
    for (let right = -NEAR; right <= NEAR; right++) {
      const [a, b] = [column + right, row + down];
      if (a < 0 || b < 0 || a >= n || b >= n || inked[4 * (b * n + a) + 3]) continue;
      const away = right * right + down * down;
      if (away < distance) [best, distance] = [b * n + a, away];
    }
  }
  return best;
}

/** Straight pieces from ends of lines to what is nearest: another line, its own one farther on, or
 * the paper's edge. */
function bridges(lines, gap) {
  const found = [];
  const paths = lines.visible.filter((line) => line.points).flatMap((line) => line.parts.map((part) => ({ points: part.points, wide: measures.pens[line.pen] / 2 })));
  for (const path of paths) {
    const last = path.points.length - 2;
    for (const end of last ? [0, last] : [0]) {
      const [x, y] = path.points.slice(end, end + 2);
      const edge = [[0, y], [measures.unit, y], [x, 0], [x, measures.unit]].find(([a, b]) => Math.hypot(a - x, b - y) < gap);
      let [best, distance] = [edge ?? null, edge ? Math.hypot(edge[0] - x, edge[1] - y) : gap];
      for (const other of paths) {
        const skipped = other === path ? ownEnd(path.points, end, OWN * gap + 2 * path.wide) : null;
        for (let i = 0; i + 2 < Math.max(4, other.points.length); i += 2) {
          if (skipped && i >= skipped[0] && i <= skipped[1]) continue;
          const [a, b] = [i, Math.min(i + 2, other.points.length - 2)].map((at) => other.points.slice(at, at + 2));
          const away = Math.sqrt(squaredDistance(x, y, ...a, ...b)) - other.wide;
          if (away >= distance) continue;
          distance = away;
          best = nearest(x, y, ...a, ...b);
        }
      }
      if (best) found.push([x, y, ...best]);
    }
  }
  return found;
}

/** The numbers of the pieces of a line that are its own end: [first, last], as offsets. */
function ownEnd(points, end, reach) {
  let [i, length] = [end, 0];
  const step = end ? -2 : 2;
  while (length < reach && i + step >= 0 && i + step < points.length) {
    length += Math.hypot(points[i + step] - points[i], points[i + step + 1] - points[i + 1]);
    i += step;
  }
  return end ? [i, end] : [0, i - 2];
}
