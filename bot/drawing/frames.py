"""The last frames of how a drawing came about: its outlines are coloured in."""

from __future__ import annotations

from dataclasses import replace

from engine.canvas.drawing import Drawing

_FRAMES = 4


def coloured_in(drawing: Drawing, fillings: int) -> list[Drawing]:
    """The outlines alone, then with more and more of the `fillings`, the first strokes; without
    the whole drawing. Empty where nothing is coloured in."""
    if not 0 < fillings < len(drawing.strokes):
        return []
    counts = dict.fromkeys(round(fillings * i / _FRAMES) for i in range(_FRAMES))
    return [
        replace(drawing, strokes=drawing.strokes[:count] + drawing.strokes[fillings:])
        for count in counts
        if count < fillings
    ]
