"""Which strokes of a scene that was drawn before belong to which of its things.

A drawing does not say so. Its strokes lie thing after thing in the order of the layers
(see `scene.composed`), so that only the borders between them are sought: those with which the
jury sees each thing best in its own strokes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.canvas.drawing import Drawing
from engine.canvas.paths import sample
from engine.paint.sketch.scene import WHOLE, Place, Thing

AIR = 0.11
"""Of the canvas, on each side of a thing taken by itself: as much as a sketch has."""

Worth = Callable[[str, Sequence[Drawing]], Sequence[float]]
"""How surely a thing is seen in each of some drawings, as a logarithm."""


def parted(drawing: Drawing, things: Sequence[Thing], worth: Worth) -> list[tuple[Thing, Drawing]]:
    """Each thing where it is in the drawing, and the drawing of it alone, filling the canvas.

    things: at least two, as `scene` gives them, and no more than there are strokes.
    """
    drawing = drawing.fitted(max(drawing.width, drawing.height))
    strokes, count = drawing.strokes, len(things)
    order = sorted(range(count), key=lambda i: (things[i].place or WHOLE).layer)
    # best[j]: the worth of the things so far in the first j strokes, and where each begins.
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for number, thing in enumerate(order):
        last = number == count - 1
        ends = [len(strokes)] if last else range(number + 1, len(strokes) - (count - number) + 2)
        runs = [(i, j) for j in ends for i in best if i < j]
        cut = [alone(replace(drawing, strokes=strokes[i:j])) for i, j in runs]
        reached: dict[int, tuple[float, tuple[int, ...]]] = {}
        for (i, j), value in zip(runs, worth(things[thing].text, cut), strict=True):
            total = best[i][0] + float(value)
            if total > reached.get(j, (-math.inf, ()))[0]:
                reached[j] = (total, (*best[i][1], i))
        best = reached
    borders = (*best[len(strokes)][1], len(strokes))
    parts: dict[int, tuple[Thing, Drawing]] = {}
    for number, i in enumerate(order):
        part = replace(drawing, strokes=strokes[borders[number] : borders[number + 1]])
        layer = (things[i].place or WHOLE).layer
        parts[i] = (replace(things[i], place=_place(part, layer)), alone(part))
    return [parts[i] for i in range(count)]


def alone(drawing: Drawing) -> Drawing:
    """Strokes made as large as the canvas allows and put in its middle; widths are kept."""
    place, side = _place(drawing, 0), drawing.width
    left, top = ((at - place.side / 2) * side for at in (place.x, place.y))
    return replace(
        drawing,
        strokes=tuple(
            replace(
                stroke,
                points=tuple(
                    ((x - left) / place.side, (y - top) / place.side) for x, y in stroke.points
                ),
            )
            for stroke in drawing.strokes
        ),
    )


def _place(drawing: Drawing, layer: int) -> Place:
    """The square that a drawing's strokes take, with AIR around them, of a square canvas."""
    points = np.concatenate([sample(np.array(stroke.points)).xy for stroke in drawing.strokes])
    low, high = points.min(0), points.max(0)
    x, y = (low + high) / 2 / drawing.width
    side = max(float((high - low).max()) / drawing.width, 1e-3) / (1 - 2 * AIR)
    return Place(float(x), float(y), side, layer)
