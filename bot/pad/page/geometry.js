// Places, straight pieces between them, and what lies nearest.

/** The place on a straight piece that is nearest to another place. */
export function nearest(x, y, x0, y0, x1, y1) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const along = dx || dy ? Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy))) : 0;
  return [x0 + along * dx, y0 + along * dy];
}

/** From a place to a straight piece. */
export function squaredDistance(x, y, x0, y0, x1, y1) {
  const [a, b] = nearest(x, y, x0, y0, x1, y1);
  return (x - a) ** 2 + (y - b) ** 2;
}

/** The ends, from 0 to 1, of the part of a straight piece that lies within a circle; null if none. */
export function within(x, y, radius, x0, y0, x1, y1) {
  const [dx, dy, px, py] = [x1 - x0, y1 - y0, x0 - x, y0 - y];
  const [a, b, c] = [dx * dx + dy * dy, px * dx + py * dy, px * px + py * py - radius * radius];
  if (!a) return c <= 0 ? [0, 1] : null;
  const root = b * b - a * c;
  if (root < 0) return null;
  const ends = [(-b - Math.sqrt(root)) / a, (-b + Math.sqrt(root)) / a];
  return ends[0] > 1 || ends[1] < 0 ? null : [Math.max(0, ends[0]), Math.min(1, ends[1])];
}
