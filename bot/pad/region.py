"""A region that is filled: its contours, what it takes, and the strokes that others see.

The page finds the region, as it has the picture that the person sees, and sends the contours: so a
fill is what was seen when it was made, whatever comes later, in whichever order it is replayed.
What it takes is counted here, by the cells of a grid that lie inside, as the page counts them too.
Strokes are laid over the same cells, so that what is not counted is not painted either.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.pad.line import SIDE
from bot.pad.operations import BRUSH, INKS, PENS, UNIT
from engine.canvas.drawing import Stroke
from engine.paint.colour.covering import cover

CELL = 20  # of the paper's numbers
CELLS = UNIT // CELL
MOST_STROKES = 16  # that one fill becomes
HAIRLINE = 32  # of the paper's numbers: a pen for corners
BLEED = 24  # of the paper's numbers, by which they are wider: else paper would show beside outlines

Contours = tuple[tuple[int, ...], ...]


@dataclass(slots=True)
class Region:
    """A region that is filled.

    contours: flat lists of points; inside is what an odd number of them goes around.
    """

    ink: int
    contours: Contours
    hidden: bool = False
    cells: int = field(init=False)
    _covered: tuple[Contours, tuple[Stroke, ...]] | None = None

    def __post_init__(self) -> None:
        self.cells = cells_of(self.contours)

    @property
    def visible(self) -> bool:
        return not self.hidden and self.cells > 0

    @property
    def size(self) -> int:
        """How many points it has."""
        return sum(map(len, self.contours)) // 2

    @property
    def pieces(self) -> int:
        """How many strokes it may become."""
        return MOST_STROKES

    @property
    def used(self) -> float:
        """Ink, in widths of the paper."""
        return ink_of(self.cells)

    @property
    def covered(self) -> bool:
        """Whether `strokes` has its answer, which takes a while to find."""
        return self._covered is not None and self._covered[0] == self.contours

    def reshape(self, contours: Contours) -> None:
        self.contours = contours
        self.cells = cells_of(contours)

    def strokes(self) -> tuple[Stroke, ...]:
        """Strokes that cover the region."""
        contours = self.contours
        if self._covered is None or self._covered[0] != contours:
            self._covered = contours, _cover(contours, self.ink)
        return self._covered[1]


def ink_of(cells: int) -> float:
    """What filling so many cells takes: the length for which the brush would cover as much."""
    return cells / (CELLS * CELLS) * (UNIT / BRUSH)


@lru_cache(maxsize=64)  # it is asked before a fill is taken, and again when it is
def cells_of(contours: Contours) -> int:
    """How many cells have their middle inside."""
    return int(inside(contours).sum())


def inside(contours: Contours) -> NDArray[np.bool_]:
    """(CELLS, CELLS): the cells whose middle an odd number of contours goes around.

    The page counts in the same way, number for number (`region.js`).
    """
    mask = np.zeros((CELLS, CELLS), bool)
    if not contours:
        return mask
    starts, ends = [], []
    for contour in contours:
        points = np.array(contour, float).reshape(-1, 2)
        starts.append(points)
        ends.append(np.roll(points, -1, axis=0))
    (x0, y0), (x1, y1) = np.concatenate(starts).T, np.concatenate(ends).T
    top, end = int(y0.min()) // CELL, int(y0.max()) // CELL
    for row in range(top, min(end + 1, CELLS)):
        y = CELL * row + CELL / 2
        crossed = (y0 <= y) != (y1 <= y)
        if crossed.any():
            a, b, c, d = x0[crossed], y0[crossed], x1[crossed], y1[crossed]
            x = a + (y - b) * (c - a) / (d - b)
            first = np.ceil((x - CELL / 2) / CELL).astype(int).clip(0, CELLS)
            mask[row] = np.cumsum(np.bincount(first, minlength=CELLS + 1))[:CELLS] % 2 == 1
    return mask


def _cover(contours: Contours, ink: int) -> tuple[Stroke, ...]:
    red, green, blue = INKS[ink]
    colour = (red / 255, green / 255, blue / 255, 1.0)
    scale = CELL * SIDE / UNIT
    pens = [pen / CELL for pen in (*reversed(PENS), HAIRLINE)]
    hatches = cover(inside(contours), pens, MOST_STROKES)
    return tuple(
        Stroke(
            tuple((float(x) * scale, float(y) * scale) for x, y in hatch.points),
            (hatch.width + BLEED / CELL) * scale,
            colour,
        )
        for hatch in hatches
    )
