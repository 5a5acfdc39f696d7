"""Colouring in: wide strokes beneath the outlines, in the colours that the thing has.

What the outlines enclose is found on a small grid (regions.py), each region gets a colour of the
palette by where the thing has it and by its share, and is hatched like a person would with a felt
pen (hatching.py). Everything is geometry, so it takes tenths of a second and no gradients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.canvas.drawing import RGB, Drawing, Stroke
from engine.canvas.paths import sample
from engine.canvas.tidy import is_outline
from engine.paint.colour.hatching import Hatch, coverage, fill
from engine.paint.colour.palette import Palette
from engine.paint.colour.region_colours import DARKEST, PAPER, assign
from engine.paint.colour.regions import Mask, Regions, distance, near, parts, regions
from engine.paint.colour.shades import apart, as_rgb, from_oklab, oklab, relit

WORTH = 12  # cells: what is left uncovered and smaller is not worth a stroke
UNDER = 1.6  # cells: how far a filling reaches beneath the outline
MOST_SHADES = 5
ROUND = 0.012  # of the grid: area from which a region is shaded
THICK = 5.0  # cells: the same for the radius of the largest disc inside
SHADE, SHADE_MOST = 0.55, 9  # of that radius, cells: how broad a shade is
DARKER = 0.075  # OKLab lightness
LITTLE = 0.03  # of the box around the thing: with less enclosed, lines are highlighted
HIGHLIGHT = 0.06  # of the side: width of such a stroke
LIGHTEST = 0.88  # OKLab lightness of it at most
ERASER = 0.05  # apart(): a stroke of a painting so near the paper only takes away
FAINT = 0.12  # opacity below which a stroke of a painting is a trace


@dataclass(frozen=True, slots=True)
class Filled:
    """How well a drawing is coloured in.

    covered: share of the enclosed area under a filling. spilt: share of the fillings' area that
    is neither enclosed nor under an outline. enclosed: share of the canvas.
    """

    covered: float
    spilt: float
    enclosed: float


def coloured(drawing: Drawing, palette: Palette, strokes: int) -> Drawing:
    """The drawing with at most `strokes` fillings laid beneath its outlines.

    What is left of the strokes shades the largest regions. Where next to nothing is enclosed, the
    lines themselves are highlighted. Fillings that are there already are replaced; with `strokes`
    0 the outlines alone are left.
    """
    outlines = tuple(stroke for stroke in drawing.strokes if is_outline(stroke))
    bare = replace(drawing, strokes=outlines)
    if strokes < 1 or not outlines:
        return bare
    found = regions(bare)
    colours = assign(found, palette, drawing.background)
    fillings = _fillings(found, colours, strokes)
    fillings += _shades(found, colours, strokes - len(fillings))
    if found.share < LITTLE:
        fillings += _highlights(outlines, palette, drawing, strokes - len(fillings))
    return replace(drawing, strokes=(*fillings, *outlines))


def _highlights(
    outlines: Sequence[Stroke], palette: Palette, drawing: Drawing, count: int
) -> list[Stroke]:
    """Broad strokes along the longest outlines, as with a highlighter: for things of lines alone.

    Colours go round, each as often as its share asks for.
    """
    side = max(drawing.width, drawing.height)
    longest = sorted(outlines, key=lambda stroke: -sample(np.array(stroke.points)).length)[:count]
    colours = [
        (relit(colour, DARKEST, LIGHTEST), share)
        for colour, share in zip(palette.colours, palette.shares, strict=True)
        if float(apart(colour, drawing.background)) >= PAPER
    ]
    if not colours:
        return []
    shares = np.array([share for _, share in colours]) / sum(share for _, share in colours)
    drawn, given = [], np.zeros(len(colours))
    for stroke in sorted(longest, key=outlines.index):
        length = sample(np.array(stroke.points)).length
        best = int(np.argmax(shares - given / max(given.sum(), 1e-9) if given.any() else shares))
        given[best] += length
        drawn.append(Stroke(stroke.points, HIGHLIGHT * side, (*colours[best][0], 1.0)))
    return drawn


def _fillings(found: Regions, colours: Sequence[RGB | None], strokes: int) -> list[Stroke]:
    """Hatches for the regions, always where most is still bare."""
    left = {n: mask.copy() for n, mask in enumerate(found.masks) if colours[n] is not None}
    room = {n: _room(found, n) for n in left}
    made: list[tuple[int, Hatch]] = []
    while left and len(made) < strokes:
        n = max(left, key=lambda n: int(left[n].sum()))
        if left[n].sum() < WORTH:
            break
        hatch = fill(left[n], room[n])
        if hatch is None:
            del left[n]
            continue
        fresh = left[n] & ~coverage(hatch, left[n].shape)
        if left[n].sum() - fresh.sum() < WORTH:
            del left[n]
            continue
        made.append((n, hatch))
        left[n] = fresh
    made.sort(key=lambda item: item[0])  # the largest region first
    return [
        _stroke(hatch, colour, found.scale)
        for n, hatch in made
        if (colour := colours[n]) is not None
    ]


def _shades(found: Regions, colours: Sequence[RGB | None], strokes: int) -> list[Stroke]:
    """A darker shade along the lower right of the largest regions, as if light came from above."""
    made: list[Stroke] = []
    for n, (mask, colour) in enumerate(zip(found.masks, colours, strict=True)):
        if len(made) >= min(strokes, MOST_SHADES) or mask.sum() < ROUND * mask.size:
            break
        radius = float((distance(~np.pad(mask, 1))).max())
        if colour is None or radius < THICK:
            continue
        room = _room(found, n)
        step = round(min(SHADE_MOST, SHADE * radius))
        lit = np.zeros_like(room)
        lit[:-step, :-step] = room[step:, step:]
        label, count = parts(mask & ~lit)
        if not count:
            continue
        dark = label == np.bincount(label.ravel())[1:].argmax() + 1
        hatch = fill(dark, dark | (room & found.ink & near(dark, UNDER)))
        if hatch is not None:
            light, a, b = oklab(colour)
            shade = from_oklab((light - DARKER, 1.05 * a, 1.05 * b))
            made.append(_stroke(hatch, as_rgb(shade), found.scale))
    return made


def _room(found: Regions, n: int) -> Mask:
    """Where the pen may go for a region: into the outlines around it, too, but not through."""
    mask = found.masks[n]
    return mask | (found.ink & near(mask, UNDER))


def _stroke(hatch: Hatch, colour: RGB, scale: float) -> Stroke:
    points = tuple((float(x), float(y)) for x, y in hatch.points * scale)
    return Stroke(points, hatch.width * scale, (*colour, 1.0))


def measure(drawing: Drawing) -> Filled:
    """How much of what the outlines enclose is filled, and how much colour lies beside it."""
    outlines = tuple(stroke for stroke in drawing.strokes if is_outline(stroke))
    found = regions(replace(drawing, strokes=outlines))
    inside = np.any([found.ink & False, *found.masks], axis=0)
    under = np.zeros_like(inside)
    for stroke in drawing.strokes:
        if not is_outline(stroke):
            points = np.array(stroke.points) / found.scale
            under |= coverage(Hatch(points, stroke.width / found.scale), inside.shape)
    thing = found.ink | inside
    return Filled(
        float((under & inside).sum() / max(1, inside.sum())),
        float((under & ~thing).sum() / max(1, under.sum())),
        float(inside.mean()),
    )


def without_erasers(drawing: Drawing) -> Drawing:
    """A painting without the strokes that only take away: nearly of the paper's colour, or faint.

    An optimiser uses them to bite notches into other strokes, which people see as damage. The
    last stroke is never left out.
    """
    kept = tuple(
        stroke
        for stroke in drawing.strokes
        if stroke.colour[3] >= FAINT and _seen(stroke, drawing.background) >= ERASER
    )
    return replace(drawing, strokes=kept) if kept else drawing


def _seen(stroke: Stroke, paper: RGB) -> float:
    """How much a stroke's colour differs from the paper it is laid on."""
    alpha = stroke.colour[3]
    mixed = alpha * np.array(stroke.colour[:3]) + (1 - alpha) * np.array(paper)
    return float(apart(mixed, paper))
