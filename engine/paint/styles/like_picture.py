"""The manner of a given picture: its paper, its colours, and how heavy its lines are.

What is drawn stays as it is; it is drawn as if with the picture's own pens. Strokes in paint learn
the picture's textures besides: engine/paint/style_loss.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from engine.canvas.drawing import RGB, Drawing, Stroke
from engine.canvas.tidy import is_outline
from engine.paint.styles.brush import luminance

_SIDE = 128  # pixels, the longer side at which a picture is looked at
_COLOURS = 10
_RARE = 0.01  # of the picture: a colour below counts for nothing
_APART = 0.15  # of two colours, in the unit cube: less looks like the same paper
_WEIGHTS = (0.006, 0.045)  # bounds of a line's width, as shares of the side
_FELT_PEN = 0.02  # the same, where a picture has masses and no lines


@dataclass(frozen=True, slots=True)
class Manner:
    """ground: of the paper. line: of outlines. colours: for what is coloured in, the commonest
    first. weight: the width of a line as a share of the canvas."""

    ground: RGB
    line: RGB
    colours: tuple[RGB, ...]
    weight: float


def manner_of(image: Image.Image) -> Manner:
    """The manner of an RGB picture of any size."""
    small = image.convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    indexed = small.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    places = np.asarray(indexed)
    entries = np.array(indexed.getpalette() or [0, 0, 0], np.float64).reshape(-1, 3) / 255
    shares = np.bincount(places.ravel(), minlength=len(entries)) / places.size
    edge = np.concatenate([places[0], places[-1], places[:, 0], places[:, -1]])
    ground = entries[_commonest(np.bincount(edge, minlength=len(entries)), entries)]
    apart = np.linalg.norm(entries - ground, axis=1)
    found = [i for i in np.argsort(-shares) if shares[i] >= _RARE and apart[i] > _APART]
    if not found:  # an even sheet: the pen is whatever shows on it
        dark = luminance(tuple(ground)) > 0.5
        line = np.array((0.1, 0.1, 0.1) if dark else (0.95, 0.95, 0.95))
    else:
        light = luminance(tuple(ground))
        line = entries[max(found, key=lambda i: abs(luminance(tuple(entries[i])) - light))]
    near = [i for i in found if np.linalg.norm(entries[i] - line) > _APART]
    ink = np.linalg.norm(np.asarray(small, np.float64) / 255 - ground, axis=2) > 2 * _APART
    colours = tuple(_rgb(entries[i]) for i in near)
    return Manner(_rgb(ground), _rgb(line), colours, _weight(ink))


def _commonest(counts: np.ndarray, entries: np.ndarray) -> int:
    """Which of the colours (N, 3) occurs most often by counts (N,), all of its shades together:
    paper is seldom even, and comes out as several."""
    shades = np.linalg.norm(entries[:, None] - entries, axis=2) <= _APART
    alike = shades[(shades @ counts).argmax()]
    return int((counts * alike).argmax())


def _weight(ink: np.ndarray) -> float:
    """How wide the lines of a mask are: twice its area over the length of its edge."""
    padded = np.pad(ink, 1)
    edge = sum(int((padded != np.roll(padded, 1, axis)).sum()) for axis in (0, 1))
    width = 2 * float(ink.sum()) / max(1, edge) / max(ink.shape)
    return max(width, _WEIGHTS[0]) if width <= _WEIGHTS[1] else _FELT_PEN


def _rgb(values: np.ndarray) -> RGB:
    r, g, b = (float(value) for value in values)
    return (r, g, b)


def in_manner(drawing: Drawing, manner: Manner) -> Drawing:
    """The drawing with the picture's pens on its paper; `plain` is what it was before."""
    plain = drawing.plain or drawing
    lines = [stroke.width for stroke in plain.strokes if is_outline(stroke)]
    factor = manner.weight * plain.width / float(np.median(lines)) if lines else 1.0
    others = list(dict.fromkeys(s.colour[:3] for s in plain.strokes if not is_outline(s)))
    table = _matched(others, manner)

    def redrawn(stroke: Stroke) -> Stroke:
        if is_outline(stroke):
            colour = (*manner.line, stroke.colour[3])
            return Stroke(stroke.points, max(stroke.width * factor, 0.1), colour)
        return Stroke(stroke.points, stroke.width, (*table[stroke.colour[:3]], stroke.colour[3]))

    strokes = tuple(redrawn(stroke) for stroke in plain.strokes)
    return replace(plain, strokes=strokes, background=manner.ground, plain=plain)


def _matched(colours: list[RGB], manner: Manner) -> dict[RGB, RGB]:
    """For each colour one of the picture's: the likest, but rather one that is not taken yet."""
    offered = manner.colours or (manner.line,)
    taken = dict.fromkeys(offered, 0)
    table: dict[RGB, RGB] = {}
    for colour in colours:
        mine = np.array(colour)
        best = min(
            offered, key=lambda o: float(np.linalg.norm(np.array(o) - mine)) + 0.4 * taken[o]
        )
        taken[best] += 1
        table[colour] = best
    return table
