"""The things that stand apart in a picture: told by the empty space around them, not guessed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.canvas.framing import Sheet, coarser, grown, labelled
from engine.see.caption.places import Points

Box = tuple[int, int, int, int]
"""Left, upper, right and lower edge in pixels; the last two lie outside."""

GAP = 0.04
"""How much empty space parts two things, of the longer side of all ink."""
LEAST = 0.3
"""The longer side of a thing, of the same; if something is smaller, nothing is parted."""
MOST = 4
"""Things; more are a pattern."""
POINTS = 600
"""Places on a thing's lines."""
SHARED = 0.15
"""Of the smaller one's box; things whose boxes share more belong together."""

_LEAST_GAP = 4  # pixels, on a small picture
_ROW = 0.35  # of the height of all: things whose middles are no further apart stand in a row


@dataclass(frozen=True, slots=True)
class Part:
    """A thing that stands apart: the box around it, a sheet of it alone, cropped to it, and about
    `POINTS` places spread over its lines."""

    box: Box
    sheet: Sheet
    points: Points


def parts(there: Sheet) -> tuple[Part, ...]:
    """The 2 to `MOST` things that stand apart on a sheet, as one reads; none if it is one thing."""
    image = there.image
    if there.blank:
        return ()
    left, top, right, bottom = there.box
    side = max(right - left, bottom - top)
    cells, step = coarser(there.ink, image.size)
    reach = max(1, round(max(GAP * side, _LEAST_GAP) / 2 / step))
    labels, _ = labelled(grown(cells, reach))
    names = labels.repeat(step, 0).repeat(step, 1)[: image.height, : image.width] * there.ink
    groups = _together([(_box(names == n), [n]) for n in np.unique(names).tolist() if n])
    large = all(max(x1 - x0, y1 - y0) >= LEAST * side for (x0, y0, x1, y1), _ in groups)
    if not 2 <= len(groups) <= MOST or not large:
        return ()
    found = []
    for box, numbers in groups:
        pixels, own = np.asarray(there.image).copy(), np.isin(names, numbers)
        pixels[there.ink & ~own] = there.paper
        points = np.argwhere(own)[:: max(1, own.sum() // POINTS), ::-1].astype(np.float64)
        alone = Image.fromarray(pixels).crop(box)
        left, upper, right, lower = box
        cut = own[upper:lower, left:right]
        found.append(Part(box, Sheet(alone, there.paper, cut, (0, 0, *alone.size)), points))
    return tuple(sorted(found, key=lambda part: _reading(part.box, top, bottom)))


def _together(groups: list[tuple[Box, list[int]]]) -> list[tuple[Box, list[int]]]:
    """The groups, those in one whose boxes share too much."""
    for i, (one, names) in enumerate(groups):
        for j in range(i + 1, len(groups)):
            other, more = groups[j]
            if _shared(one, other) > SHARED:
                rest = [group for k, group in enumerate(groups) if k not in (i, j)]
                return _together([*rest, (_union(one, other), names + more)])
    return groups


def _shared(one: Box, other: Box) -> float:
    """The share of the smaller box that lies in the other."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    areas = [(x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (one, other)]
    return max(0, width) * max(0, height) / min(areas)


def _union(one: Box, other: Box) -> Box:
    return (
        *(min(one[0], other[0]), min(one[1], other[1])),
        *(max(one[2], other[2]), max(one[3], other[3])),
    )


def _reading(box: Box, upper: int, lower: int) -> tuple[int, int]:
    """Row by row, each from the left."""
    middle = (box[1] + box[3]) / 2 - upper
    return int(middle / max(1.0, _ROW * (lower - upper))), box[0]


def _box(seen: NDArray[np.bool_]) -> Box:
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
