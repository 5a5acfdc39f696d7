"""The things that stand apart in a picture: told by the empty bands between them, not guessed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.canvas.framing import ink

Box = tuple[int, int, int, int]
"""Left, upper, right and lower edge in pixels; the last two lie outside."""

GAP = 0.04
"""How wide a band without ink parts two things, of the longer side of all ink."""
LEAST = 0.3
"""The longer side of a thing, of the same; if something is smaller, nothing is parted."""
MOST = 4
"""Things; more are a pattern."""

_LEAST_GAP = 4  # pixels, on a small picture


def boxes(image: Image.Image) -> tuple[Box, ...]:
    """The boxes of the 2 to `MOST` things that stand apart, as one reads; empty if it is one thing.

    image: RGB. Bands run straight through what they part, across or down.
    """
    seen, side = ink(image), extent(image)
    if side == 0:
        return ()
    found = tuple(_parted(seen, 0, 0, max(GAP * side, _LEAST_GAP)))
    large = all(max(x1 - x0, y1 - y0) >= LEAST * side for x0, y0, x1, y1 in found)
    return found if 2 <= len(found) <= MOST and large else ()


def extent(image: Image.Image) -> int:
    """The longer side of all the ink of an RGB picture, in pixels; 0 if there is none."""
    seen = ink(image)
    if not seen.any():
        return 0
    left, upper, right, lower = _box(seen)
    return max(right - left, lower - upper)


def above(one: Box, other: Box) -> bool:
    """Whether all of the one is higher up than all of the other."""
    return one[3] <= other[1]


def _box(seen: NDArray[np.bool_]) -> Box:
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _parted(seen: NDArray[np.bool_], x: int, y: int, gap: float) -> list[Box]:
    """The boxes of what bands of `gap` pixels part, the widest first; `seen` has ink and begins
    at (x, y)."""
    left, upper, right, lower = _box(seen)
    seen, x, y = seen[upper:lower, left:right], x + left, y + upper
    across, column = _widest(np.flatnonzero(seen.any(0)))
    down, row = _widest(np.flatnonzero(seen.any(1)))
    if max(across, down) < gap:
        return [(x, y, x + right - left, y + lower - upper)]
    if across >= down:
        first, second = seen[:, :column], seen[:, column:]
        return _parted(first, x, y, gap) + _parted(second, x + column, y, gap)
    first, second = seen[:row], seen[row:]
    return _parted(first, x, y, gap) + _parted(second, x, y + row, gap)


def _widest(inked: NDArray[np.intp]) -> tuple[int, int]:
    """How many lines without ink lie in the widest gap between lines with some, and where it
    ends; (0, 0) if there is none."""
    if len(inked) < 2:
        return 0, 0
    steps = np.diff(inked)
    at = int(steps.argmax())
    return int(steps[at]) - 1, int(inked[at + 1])
