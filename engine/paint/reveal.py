"""In which order a guessing game shows the strokes of a finished drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.canvas.drawing import Drawing

MOST = 128
"""Strokes that are weighed: with more, one of them hardly matters and weighing them takes long."""


def weighed(
    drawing: Drawing, scores: Callable[[Sequence[Drawing]], Sequence[float]], fillings: int = 0
) -> tuple[int, ...]:
    """`reveal_order` of a drawing's strokes, by what each of them is worth to its score; () for
    more than MOST.

    scores: of drawings, all by the same fixed views.
    """
    strokes = drawing.strokes
    if len(strokes) > MOST:
        return ()
    without = [
        replace(drawing, strokes=strokes[:i] + strokes[i + 1 :]) for i in range(len(strokes))
    ]
    whole, *lesser = scores([drawing, *without])
    return reveal_order([whole - rest for rest in lesser], fillings)


def reveal_order(worth: Sequence[float], fillings: int = 0) -> tuple[int, ...]:
    """The numbers of all strokes: outlines first, then what colours them in; what tells most last.

    worth: what the drawing's score loses without each stroke. fillings: so many strokes, the first
    ones, lie beneath the others and colour in.
    """
    return tuple(sorted(range(len(worth)), key=lambda i: (i < fillings, worth[i], i)))
