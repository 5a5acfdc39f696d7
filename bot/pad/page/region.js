// Regions of the paper as cells of a grid: what is of one colour around a place, and its contours.
import { squaredDistance } from "./geometry.js";
import { measures } from "./measures.js";

const LIKE = 60; // of 765: colours that differ by less are one, so that an outline's soft edge is not
const ROUGH = 0.3; // cells by which a contour may miss the region's edge
const SMOOTH = 2; // corners on each side over which an edge is smoothed: the grid's steps are not its own
const SPECK = 4; // cells: holes that are smaller are filled over

const side = () => measures.unit / measures.limits.cell;

/** What filling so many cells takes: the length for which the broadest pen would cover as much. */
export function inkOf(cells) {
  return (cells / side() ** 2) * (measures.unit / measures.pens.at(-1));
}

/** How many cells have their middle inside: what an odd number of contours goes around. */
export function cellsOf(contours) {
  let count = 0;
  eachRun(contours, (row, first, last) => (count += last - first));
  return count;
}

/** The cells inside contours, as a mask of side() × side() ones and noughts. */
export function maskOf(contours) {
  const n = side();
  const mask = new Uint8Array(n * n);
  eachRun(contours, (row, first, last) => mask.fill(1, row * n + first, row * n + last));
  return mask;
}

/** Calls take(row, first, last) for each run of cells inside. The server counts in the same way,
 * number for number (`region.py`). */
function eachRun(contours, take) {
  const [n, { cell }] = [side(), measures.limits];
  const crossings = Array.from({ length: n }, () => []);
  for (const points of contours) {
    for (let i = 0; i < points.length; i += 2) {
      const j = (i + 2) % points.length;
      const [x0, y0, x1, y1] = [points[i], points[i + 1], points[j], points[j + 1]];
      if (y0 === y1) continue;
      const top = Math.max(0, Math.floor((Math.min(y0, y1) - cell / 2) / cell));
      const end = Math.min(n - 1, Math.ceil((Math.max(y0, y1) - cell / 2) / cell));
      for (let row = top; row <= end; row++) {
        const y = cell * row + cell / 2;
        if (y0 <= y === y1 <= y) continue;
        const x = x0 + ((y - y0) * (x1 - x0)) / (y1 - y0);
        crossings[row].push(Math.max(0, Math.min(n, Math.ceil((x - cell / 2) / cell))));
      }
    }
  }
  for (const [row, columns] of crossings.entries()) {
    columns.sort((a, b) => a - b);
    for (let i = 0; i + 1 < columns.length; i += 2) if (columns[i] < columns[i + 1]) take(row, columns[i], columns[i + 1]);
  }
}

/** The cells around one that have its colour, as a mask. pixels: RGBA of side() × side(); walls: a
 * mask of cells that part regions though they look like them, or null. */
export function flood(pixels, start, walls = null) {
  const n = side();
  const mask = new Uint8Array(n * n);
  const [red, green, blue] = pixels.subarray(4 * start, 4 * start + 3);
  const open = (i) =>
    !mask[i] && !walls?.[i] && Math.abs(pixels[4 * i] - red) + Math.abs(pixels[4 * i + 1] - green) + Math.abs(pixels[4 * i + 2] - blue) < LIKE;
  if (walls?.[start]) return mask;
  const waiting = [start];
  while (waiting.length) {
    const i = waiting.pop();
    if (!open(i)) continue;
    const row = i - (i % n);
    let [first, last] = [i, i];
    while (first > row && open(first - 1)) first--;
    while (last < row + n - 1 && open(last + 1)) last++;
    for (let k = first; k <= last; k++) {
      mask[k] = 1;
      if (row && open(k - n) && (k === first || !open(k - n - 1))) waiting.push(k - n);
      if (row < n * (n - 1) && open(k + n) && (k === first || !open(k + n - 1))) waiting.push(k + n);
    }
  }
  return mask;
}

export const countOf = (mask) => mask.reduce((sum, one) => sum + one, 0);

/** Whether a region reaches the paper's edge: then it lies around things, or is open. */
export function isOutside(mask) {
  const n = side();
  for (let i = 0; i < n; i++) if (mask[i] || mask[n * (n - 1) + i] || mask[n * i] || mask[n * i + n - 1]) return true;
  return false;
}

/** Mark the cells within `reach` of a straight piece; all in the paper's numbers. */
export function mark(mask, [x0, y0, x1, y1], reach, value = 1) {
  const [n, { cell }] = [side(), measures.limits];
  const [first, last] = [x0, x1].sort((a, b) => a - b).map((x, i) => Math.round((x + (i ? reach : -reach)) / cell));
  const [top, end] = [y0, y1].sort((a, b) => a - b).map((y, i) => Math.round((y + (i ? reach : -reach)) / cell));
  let changed = false;
  for (let row = Math.max(0, top); row <= Math.min(n - 1, end); row++) {
    for (let column = Math.max(0, first); column <= Math.min(n - 1, last); column++) {
      const i = row * n + column;
      if (mask[i] === value) continue;
      if (squaredDistance(cell * (column + 0.5), cell * (row + 0.5), x0, y0, x1, y1) > reach * reach) continue;
      mask[i] = value;
      changed = true;
    }
  }
  return changed;
}

/** The contours of a mask in the paper's numbers: as few points as do, and no more than may be.
 * beyond: how many cells they lie outside of it. */
export function contoursOf(mask, beyond = 0) {
  const { cell, contours_at_most: most, contour_points: points } = measures.limits;
  const loops = trace(mask, beyond)
    .map((loop) => ({ loop: smoothed(loop), area: Math.abs(areaOf(loop)) }))
    .filter(({ area }) => area >= SPECK)
    .sort((a, b) => b.area - a.area)
    .slice(0, most);
  for (let rough = ROUGH; ; rough *= 1.5) {
    const contours = loops.map(({ loop }) => simplified(loop, rough)).filter((loop) => loop.length >= 3);
    if (contours.reduce((sum, loop) => sum + loop.length, 0) <= points) return contours.map((loop) => loop.flat().map((value) => Math.round(Math.max(0, Math.min(measures.unit, value * cell)))));
  }
}

/** Closed paths of corners [x, y] along the edges of a mask, the region on the right. */
function trace(mask, beyond) {
  const n = side();
  const at = (x, y) => x >= 0 && y >= 0 && x < n && y < n && mask[y * n + x];
  const ways = [[1, 0], [0, 1], [-1, 0], [0, -1]];
  const edges = new Uint8Array((n + 1) ** 2); // bits: the ways that edges leave a corner
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      if (!mask[y * n + x]) continue;
      if (!at(x, y - 1)) edges[y * (n + 1) + x] |= 1;
      if (!at(x + 1, y)) edges[y * (n + 1) + x + 1] |= 2;
      if (!at(x, y + 1)) edges[(y + 1) * (n + 1) + x + 1] |= 4;
      if (!at(x - 1, y)) edges[(y + 1) * (n + 1) + x] |= 8;
    }
  }
  const loops = [];
  for (let start = 0; start < edges.length; start++) {
    while (edges[start]) {
      const turns = []; // corner, way to it, way from it
      let [corner, way, before] = [start, Math.log2(edges[start] & -edges[start]), -1];
      do {
        edges[corner] &= ~(1 << way);
        turns.push([corner, before, way]);
        corner += ways[way][0] + ways[way][1] * (n + 1);
        before = way;
        // Where two corners of the region meet, the way turns right: they are apart.
        way = [way + 1, way, way + 3].map((turn) => turn % 4).find((turn) => edges[corner] & (1 << turn));
      } while (corner !== start && way !== undefined);
      turns[0][1] = before;
      // What lies to the left of a way is outside.
      const out = (way, axis) => beyond * (axis ? -ways[way][0] : ways[way][1]);
      loops.push(
        turns.map(([at, to, from]) =>
          [at % (n + 1), Math.floor(at / (n + 1))].map((place, axis) => place + out(to, axis) + (to === from ? 0 : out(from, axis))),
        ),
      );
    }
  }
  return loops;
}

/** A closed path without the grid's steps; what lies at the paper's edge stays there. */
function smoothed(loop) {
  const [n, count] = [side(), loop.length];
  const reach = Math.min(SMOOTH, Math.floor((count - 1) / 8));
  return loop.map((place, i) =>
    place.map((value, axis) => {
      if (value <= 0 || value >= n) return value;
      let sum = 0;
      for (let k = -reach; k <= reach; k++) sum += loop[(i + k + count) % count][axis];
      return sum / (2 * reach + 1);
    }),
  );
}

function areaOf(loop) {
  return loop.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = loop[(i + 1) % loop.length];
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
}

/** A closed path with fewer corners (Douglas and Peucker 1973), from two that are far apart. */
function simplified(loop, rough) {
  const far = (from) => loop.reduce((best, [x, y], i) => {
    const away = (x - loop[from][0]) ** 2 + (y - loop[from][1]) ** 2;
    return away > best.away ? { i, away } : best;
  }, { i: from, away: -1 }).i;
  const one = far(0);
  const other = far(one);
  const [first, last] = [Math.min(one, other), Math.max(one, other)];
  return [...between([...loop.slice(first, last + 1)], rough), ...between([...loop.slice(last), ...loop.slice(0, first + 1)], rough)];
}

/** An open path with fewer corners, without its last. */
function between(path, rough) {
  const kept = new Set([0]);
  const parts = [[0, path.length - 1]];
  while (parts.length) {
    const [first, last] = parts.pop();
    let [worst, split] = [rough * rough, 0];
    for (let i = first + 1; i < last; i++) {
      const away = squaredDistance(...path[i], ...path[first], ...path[last]);
      if (away > worst) [worst, split] = [away, i];
    }
    if (!split) continue;
    kept.add(split);
    parts.push([first, split], [split, last]);
  }
  return [...kept].sort((a, b) => a - b).map((i) => path[i]);
}
