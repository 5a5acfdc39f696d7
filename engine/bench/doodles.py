"""People's doodles as drawings, for benches: the part that neither pocket nor the judges saw."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from engine.canvas.drawing import Drawing, Point, polyline
from engine.train.doodles import lines, part_of

VARIABLE = "PENGUESS_QUICKDRAW"
WIDTH = 10.0  # of a line, in the doodles' box of 256
MARGIN = 16.0


class NoDoodles(ValueError):
    """The bench needs people's doodles; the message names the variable."""


@dataclass(frozen=True, slots=True)
class Doodle:
    """A word and how one person drew it: paths in the order drawn, in a box of 256."""

    word: str
    paths: tuple[tuple[Point, ...], ...]

    def drawing(self, ink: float = 1.0) -> Drawing:
        """The doodle, or as much of it as was there when a share `ink` of its length was drawn."""
        paths = self.paths if ink >= 1.0 else _first(self.paths, ink)
        moved = (tuple((x + MARGIN, y + MARGIN) for x, y in path) for path in paths)
        strokes = tuple(stroke for path in moved for stroke in polyline(path, WIDTH))
        side = round(256 + 2 * MARGIN)
        return Drawing(side, side, strokes)


def unseen() -> list[Doodle]:
    """The validation part of the doodles in the file or folder that PENGUESS_QUICKDRAW names."""
    source = os.environ.get(VARIABLE)
    if not source or not Path(source).exists():
        raise NoDoodles(f"set {VARIABLE} to Quick, Draw! drawings (ndjson, gzipped or not)")
    return [
        Doodle(
            record["word"],
            tuple(
                tuple(zip(map(float, xs), map(float, ys), strict=True))
                for xs, ys, *_ in record["drawing"]
            ),
        )
        for record in lines(Path(source))
        if part_of(record["key_id"]) == "validation"
    ]


def _first(paths: Sequence[tuple[Point, ...]], share: float) -> list[tuple[Point, ...]]:
    """The paths up to a share of their whole length; the last one is cut."""
    left = share * sum(math.dist(a, b) for path in paths for a, b in pairwise(path))
    kept = []
    for path in paths:
        part = [path[0]]
        for a, b in pairwise(path):
            length = math.dist(a, b)
            if length >= left:
                t = left / length if length else 0.0
                part.append((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
                return [*kept, tuple(part)]
            left -= length
            part.append(b)
        kept.append(tuple(part))
    return kept
