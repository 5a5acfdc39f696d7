"""Styles of strokes: pure functions from a drawing to the same in ink, chalk or neon.

They live in the strokes and not in the words, so they work with every model, and what is drawn
stays as it is. Each is a function and an entry of STYLES; its name is in STROKE_STYLES
(engine/paint/options.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.canvas.drawing import MAX_STROKES, RGB, WHITE, Drawing, Stroke
from engine.canvas.tidy import is_outline
from engine.paint.styles import drawn, dry, marks, wet
from engine.paint.styles.brush import SIDE

Make = Callable[[Sequence[Stroke], Sequence[Stroke], np.random.Generator], list[Stroke]]
"""From lines and what colours them in, on a canvas SIDE wide, to strokes, first beneath last."""


@dataclass(frozen=True, slots=True)
class Style:
    """make: the strokes. ground: the paper they lie on."""

    make: Make
    ground: RGB = WHITE


STYLES: dict[str, Style] = {
    "ink brush": Style(wet.ink_brush, (0.965, 0.945, 0.9)),
    "watercolour": Style(wet.watercolour, (0.995, 0.985, 0.955)),
    "crayon": Style(dry.crayon, (1.0, 0.995, 0.97)),
    "charcoal": Style(dry.charcoal, (0.93, 0.915, 0.88)),
    "chalk": Style(dry.chalk, (0.13, 0.2, 0.17)),
    "blueprint": Style(drawn.blueprint, (0.06, 0.21, 0.47)),
    "neon": Style(drawn.neon, (0.03, 0.02, 0.07)),
    "woodcut": Style(drawn.woodcut, (0.95, 0.9, 0.8)),
    "stained glass": Style(drawn.stained_glass, (0.8, 0.88, 0.95)),
    "pointillism": Style(marks.pointillism, (0.985, 0.965, 0.91)),
    "embroidery": Style(marks.embroidery, (0.9, 0.86, 0.78)),
    "one line": Style(drawn.one_line, (0.99, 0.985, 0.97)),
}


def styled(drawing: Drawing, name: str, seed: int) -> Drawing:
    """The drawing in a style of STYLES, SIDE wide; the same for the same seed.

    What it was before goes with it, as `plain`: whoever goes on from it begins there.
    """
    plain = drawing.plain or drawing
    scaled = plain.scaled(SIDE)
    lines = [stroke for stroke in scaled.strokes if is_outline(stroke)]
    fills = [stroke for stroke in scaled.strokes if not is_outline(stroke)]
    style = STYLES[name]
    if not lines:  # painted without outlines: what there is are the lines
        lines, fills = fills, []
    strokes = style.make(lines, fills, np.random.default_rng(seed))
    # What lies on top matters most.
    kept = tuple(strokes[-MAX_STROKES:])
    return replace(scaled, strokes=kept, background=style.ground, plain=plain)
