"""What outlines enclose, on a small grid: distances, connected parts, gaps closed step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.canvas.drawing import Drawing
from engine.canvas.render import to_image
from engine.canvas.tidy import open_ends

Mask = NDArray[np.bool_]

SIDE = 104  # cells, the longer side of the grid
GAPS = (0, 1, 2, 3, 4, 5)  # cells: outlines are thought so much thicker on each side, to close gaps
INKED = 0.5  # of a cell: ink from which it belongs to a line
SMALLEST = 0.0025  # of the grid: what is smaller is left white, such as the white of an eye
CRUMB = 8  # cells: of what is inside without being wide, parts as large are kept
FAR = 1e6
BARE = 0.15  # of the box around the thing: with less enclosed, open ends are joined in thought
BRIDGED = 0.1  # of the same box: what such a line must enclose
ROOMY = 0.35  # of the square of its length: the same
BRIDGED_TOO, ROOMY_TOO = 0.02, 1.0  # both, where enough is enclosed: trunks are, legs are not
CLEAR = 4.0  # cells: how far a line has to go on to have left its own ink
FARTHER = 0.35  # of the side: how far it may go on
OPEN = 0.5  # of the root of its area: a region so open to another is part of it
SMALL_GAP = 2.0  # cells: on each side of the lines, what is closed together with that
LONGEST = 0.85  # of the side
MOST_BRIDGES = 24  # lines tried


@dataclass(frozen=True, slots=True)
class Regions:
    """What a drawing's outlines enclose.

    ink: (h, w) bool, cells under outlines. masks: a mask (h, w) of each enclosed region, without
    ink, the largest first. scale: pixels of the drawing for one cell.
    """

    ink: Mask
    masks: tuple[Mask, ...]
    scale: float

    @property
    def share(self) -> float:
        """How much of the box around the thing is enclosed."""
        whole = np.any([self.ink, *self.masks], axis=0)
        box = whole.any(1).sum() * whole.any(0).sum()
        return float(sum(int(mask.sum()) for mask in self.masks) / max(1, box))


def regions(drawing: Drawing, side: int = SIDE) -> Regions:
    """The regions that the drawing's strokes, taken as outlines, enclose.

    Gaps are closed by thinking the lines thicker, a little more each time; what appears keeps the
    cells that the thicker lines took from it. Then open ends are joined by straight lines in
    thought; where next to nothing is enclosed generously, and lines may go on until they meet
    one. What is tiny is left out.
    """
    image = to_image(drawing, side).convert("L")
    paper = 255 * np.dot(drawing.background, (0.299, 0.587, 0.114))
    ink = np.abs(np.asarray(image, np.float64) - paper) > INKED * 255 * 0.9
    room = GAPS[-1] + 2
    scale = max(drawing.width, drawing.height) / side
    walls = np.pad(ink, room)
    least = SMALLEST * ink.size
    found: list[Mask] = []
    away = distance(walls)
    for gap in GAPS:
        new = _enclosed(walls, away, gap, least if gap else 1.0)
        found += new
        if new:
            walls = np.any([walls, *new], axis=0)
            away = distance(walls)
    box = int(ink.any(1).sum() * ink.any(0).sum())
    ends = open_ends(drawing)
    spots = [np.array(spot) / scale + room for spot, _ in ends]
    bare = sum(int(mask.sum()) for mask in found) < BARE * box
    few, roomy = (BRIDGED, ROOMY) if bare else (BRIDGED_TOO, ROOMY_TOO)
    bridged = _bridged(walls, walls, spots, few * box, roomy)
    if bare and not bridged:
        longer = [
            _ray(walls, spot, np.array(way)) for spot, (_, way) in zip(spots, ends, strict=True)
        ]
        bridged = _bridged(walls, np.any([walls, *longer], axis=0), spots, few * box, roomy)
    found += bridged
    inner = _joined([mask[room:-room, room:-room] for mask in found])
    kept = sorted((m for m in inner if m.sum() >= least), key=lambda m: -int(m.sum()))
    return Regions(ink, tuple(kept), scale)


def _enclosed(walls: Mask, away: NDArray[np.float32], gap: int, least: float) -> list[Mask]:
    """The parts that lines `gap` thicker shut off from the outside, grown back by as much.

    away: (h, w), to the nearest wall. least: cells that a part has. What lies between them and
    cannot be reached from outside either comes as parts of its own.
    """
    label, count = parts(away > (gap + 0.5 if gap else 0.0))
    sizes = np.bincount(label.ravel(), minlength=count + 1)
    shut = [n for n in range(1, count + 1) if n != label[0, 0] and sizes[n] >= least]
    if not gap or not shut:
        return [label == n for n in shut]
    grown = [near(label == n, gap + 0.5) & ~walls for n in shut]
    rest = ~near(label == label[0, 0], gap + 0.5) & ~walls & ~np.any(grown, axis=0)
    pieces, count = parts(rest)
    sizes = np.bincount(pieces.ravel(), minlength=count + 1)
    return grown + [pieces == n for n in range(1, count + 1) if sizes[n] >= CRUMB]


def _joined(masks: list[Mask]) -> list[Mask]:
    """Masks that lie open to each other along much of their size as one: no line parts them."""
    masks = sorted(masks, key=lambda mask: -int(mask.sum()))
    n = 0
    while n < len(masks):
        around = near(masks[n], 1.0)
        for m in range(n + 1, len(masks)):
            contact = int((around & masks[m]).sum())
            if contact >= max(4.0, OPEN * float(masks[m].sum()) ** 0.5):
                masks[n] = masks[n] | masks.pop(m)
                break
        else:
            n += 1
    return masks


def _bridged(
    walls: Mask, barred: Mask, ends: Sequence[NDArray[np.float64]], least: float, roomy: float
) -> list[Mask]:
    """What straight lines between open ends enclose: the roomiest for its length, then the next.

    barred: the walls, and what else bars the way. Each end is joined once. least: cells that a
    line must enclose; roomy: the same in squares of its length.
    """
    pairs = sorted(
        (float(np.hypot(*(a - b))), n, m)
        for n, a in enumerate(ends)
        for m, b in enumerate(ends[:n])
    )
    pairs = [pair for pair in pairs if pair[0] <= LONGEST * SIDE][:MOST_BRIDGES]
    thick = near(barred, SMALL_GAP)
    found: list[Mask] = []
    while pairs:
        tried = []
        for length, n, m in pairs:
            trial = thick | _line(walls.shape, ends[n], ends[m])
            label, count = parts(~trial)
            sizes = np.bincount(label.ravel(), minlength=count + 1)
            new = [k for k in range(1, count + 1) if k != label[0, 0] and sizes[k] >= least]
            room = sum(int(sizes[k]) for k in new) / max(length, 1.0) ** 2
            if room >= roomy:
                grown = [near(label == k, SMALL_GAP) & ~walls for k in new]
                tried.append((room, (n, m), grown))
        if not tried:
            break
        _, (one, other), new = max(tried, key=lambda item: item[0])
        found += new
        thick = thick | _line(walls.shape, ends[one], ends[other]) | np.any(new, axis=0)
        pairs = [pair for pair in pairs if not {one, other} & {pair[1], pair[2]}]
    return found


def _ray(walls: Mask, spot: NDArray[np.float64], way: NDArray[np.float64]) -> Mask:
    """The straight line by which a line would go on until it meets another, if one is near."""
    start = int(CLEAR)
    for step in range(start, int(FARTHER * SIDE)):
        x, y = np.floor(spot + step * way).astype(int)
        if not (0 <= x < walls.shape[1] and 0 <= y < walls.shape[0]):
            break
        if walls[y, x]:
            return _line(walls.shape, spot, spot + step * way)
    return np.zeros_like(walls)


def _line(shape: tuple[int, ...], a: NDArray[np.float64], b: NDArray[np.float64]) -> Mask:
    """A straight line, so thick that nothing slips by diagonally."""
    t = np.linspace(0, 1, int(3 * np.hypot(*(a - b))) + 2)[:, None]
    x, y = np.floor(a + t * (b - a)).astype(int).T
    drawn = np.zeros(shape, bool)
    for right, down in ((0, 0), (1, 0), (0, 1)):
        drawn[(y + down).clip(0, shape[0] - 1), (x + right).clip(0, shape[1] - 1)] = True
    return drawn


def distance(mask: Mask) -> NDArray[np.float32]:
    """(h, w): from each cell's centre to the nearest cell in the mask, exactly; 0 inside it.

    Separable: to the nearest one in the row, then a minimum over rows.
    """
    height, width = mask.shape
    columns = np.arange(width, dtype=np.float32)
    left = np.maximum.accumulate(np.where(mask, columns, -FAR), axis=1)
    right = np.minimum.accumulate(np.where(mask, columns, FAR)[:, ::-1], axis=1)[:, ::-1]
    across = np.minimum(columns - left, right - columns).astype(np.float32) ** 2
    rows = np.arange(height, dtype=np.float32)
    down = (rows[:, None] - rows) ** 2  # (h, h)
    best = np.full((height, width), np.float32(FAR) ** 2, np.float32)
    for row in range(height):
        np.minimum(best, down[:, row, None] + across[row], out=best)
    return np.sqrt(best)


def border(mask: Mask) -> NDArray[np.float64]:
    """(n, 2): the middles of the cells around a connected mask's outer edge, in order, as x, y.

    Moore's tracing: from a cell of the edge, the next one clockwise around it.
    """
    grid = np.pad(mask, 1)
    y, x = (int(v[0]) for v in np.nonzero(grid))
    start, way = (x, y), 0
    cells = [start]
    ring = ((1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))
    been: set[tuple[int, int, int]] = set()
    while True:
        steps = ((way + 6 + turn) % 8 for turn in range(8))
        step = next((n for n in steps if grid[y + ring[n][1], x + ring[n][0]]), None)
        if step is None or (x, y, step) in been:
            return np.array(cells[:-1] or cells, float) - 0.5
        been.add((x, y, step))
        x, y, way = x + ring[step][0], y + ring[step][1], step
        cells.append((x, y))


def near(mask: Mask, reach: float) -> Mask:
    """(h, w): the cells whose middle is at most `reach` from that of a cell in the mask."""
    height, width = mask.shape
    result = np.zeros(mask.shape, bool)
    most = min(int(reach), height - 1)
    for down in range(-most, most + 1):
        # A row so far below is reached by cells at most `side` to the left or right.
        side = int((reach * reach - down * down) ** 0.5)
        rows = mask[max(0, -down) : height - max(0, down)]
        sums = np.cumsum(np.pad(rows, ((0, 0), (side + 1, side))), axis=1, dtype=np.int32)
        found = sums[:, 2 * side + 1 :] > sums[:, :width]
        result[max(0, down) : height - max(0, -down)] |= found
    return result


def parts(mask: Mask) -> tuple[NDArray[np.int64], int]:
    """Connected parts by edges: (h, w) labels from 1, 0 outside the mask; and how many.

    Runs of a row are joined with those they touch in the row above, and named by the first.
    """
    height, width = mask.shape
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = (v.tolist() for v in np.nonzero(edges == 1))
    ends = np.nonzero(edges == -1)[1].tolist()
    parent = list(range(len(rows)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    above = 0  # the first run that may touch this one from the row above
    for n, row in enumerate(rows):
        while rows[above] < row - 1 or (rows[above] == row - 1 and ends[above] <= starts[n]):
            above += 1
        other = above
        while rows[other] == row - 1 and starts[other] < ends[n]:
            one, two = sorted((root(n), root(other)))
            parent[two] = one
            other += 1
    names: dict[int, int] = {}
    label = np.zeros(height * width, np.int64)
    for n, row in enumerate(rows):
        name = names.setdefault(root(n), len(names) + 1)
        label[row * width + starts[n] : row * width + ends[n]] = name
    return label.reshape(height, width), len(names)
