"""Colouring in: wide strokes beneath the outlines, in the colours that the thing has.

What the outlines enclose is found on a small grid (regions.py), each region gets a colour of the
palette by where the thing has it and by its share, and is hatched like a person would with a felt
pen (hatching.py). Everything is geometry, so it takes tenths of a second and no gradients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.canvas.drawing import RGB, Drawing, Stroke
from engine.canvas.paths import sample
from engine.canvas.tidy import is_outline
from engine.paint.hatching import Hatch, coverage, fill
from engine.paint.palette import EMPTY, GRID, Palette
from engine.paint.regions import Mask, Regions, distance, near, parts, regions
from engine.paint.shades import apart, as_rgb, from_oklab, lightness, oklab, relit

DARKEST = 0.45  # OKLab lightness of a filling at least, so that outlines show on it
PAPER = 0.03  # apart(): a colour so near the paper's is left out, the paper shows
WORTH = 12  # cells: what is left uncovered and smaller is not worth a stroke
UNDER = 1.6  # cells: how far a filling reaches beneath the outline
MOST_SHADES = 5
ROUND = 0.012  # of the grid: area from which a region is shaded
THICK = 5.0  # cells: the same for the radius of the largest disc inside
SHADE, SHADE_MOST = 0.55, 9  # of that radius, cells: how broad a shade is
DARKER = 0.075  # OKLab lightness
EYE = 0.02  # of all regions' area: an enclosed region so small inside another stays paper
LARGE = 0.4  # of all regions' area: so large a region stays bare in white things only
TWIN = 0.55  # of the area: regions as alike and at one height have one colour
BELIEF = 0.15  # of the palette's shares in what a region is taken for
WHITE = 0.8  # how much a colour that the paper has counts beside one that is seen
LITTLE = 0.03  # of the box around the thing: with less enclosed, lines are highlighted
HIGHLIGHT = 0.06  # of the side: width of such a stroke
LIGHTEST = 0.88  # OKLab lightness of it at most
ERASER = 0.05  # apart(): a stroke of a painting so near the paper only takes away
FAINT = 0.12  # opacity below which a stroke of a painting is a trace
DEBT = 0.35  # how much a colour that has too little of the area yet is preferred


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

    What is left of the strokes shades the largest regions. Fillings that are there already are
    replaced. Where nothing is enclosed, a loose stroke of the
    palette's main colour lies behind the thing. With `strokes` 0 the outlines alone are left.
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


def assign(found: Regions, palette: Palette, paper: RGB) -> list[RGB | None]:
    """A colour for each region, None where the paper does; as long as `found.masks`.

    A region is likely to have the colours that the thing has in that part of its box; a colour
    that has less of the area than its share so far comes first. Specks inside stay paper.
    """
    fills = [relit(colour, low=DARKEST) for colour in palette.colours]
    pale = np.array([float(apart(colour, paper)) < PAPER for colour in palette.colours])
    shares = np.where(pale, WHITE, 1.0) * palette.shares
    shares = shares / shares.sum()
    areas = np.array([float(mask.sum()) for mask in found.masks])
    if not len(areas):
        return []
    total = areas.sum()
    given = np.zeros(len(fills))
    chosen: list[RGB | None] = []
    local = _local(found, palette)
    spots = _spots(found)
    for n, area in enumerate(areas):
        if area < EYE * total and len(areas) > 1:
            chosen.append(None)
            continue
        twin = next((m for m in range(n) if area > TWIN * areas[m] and _level(spots, n, m)), None)
        if twin is not None:
            chosen.append(chosen[twin])
            given += (
                shares * 0
                if chosen[twin] is None
                else area * (np.array([fill == chosen[twin] for fill in fills]))
            )
            continue
        belief = np.where(pale, WHITE, 1.0) * local[n]
        belief = (1 - BELIEF) * belief / max(belief.sum(), 1e-9) + BELIEF * shares
        debt = (shares - given / total) / max(area / total, 0.15)
        worth = belief + DEBT * debt.clip(-1, 1)
        if area > LARGE * total and not pale.all() and palette.shares[int(pale.argmax())] < 0.5:
            worth = np.where(pale, -1.0, worth)  # a large part is not left bare
        best = int(np.argmax(worth))
        given[best] += area
        colour = fills[best]
        chosen.append(None if float(apart(colour, paper)) < PAPER else colour)
    return chosen


def _spots(found: Regions) -> NDArray[np.float64]:
    """(regions, 2): the middle of each, x and y, in shares of the box around all."""
    whole = np.any([found.ink, *found.masks], axis=0)
    rows, columns = np.flatnonzero(whole.any(1)), np.flatnonzero(whole.any(0))
    middles = np.array([[index.mean() for index in np.nonzero(mask)[::-1]] for mask in found.masks])
    low = np.array((columns[0], rows[0]))
    return (middles - low) / (np.array((columns[-1], rows[-1])) - low + 1)


def _level(spots: NDArray[np.float64], n: int, m: int) -> bool:
    """Whether two regions lie at one height, as eyes, wings and wheels do, and apart."""
    across, down = np.abs(spots[n] - spots[m])
    return bool(down < 0.1 and across > 0.15)


def _local(found: Regions, palette: Palette) -> NDArray[np.float64]:
    """(regions, colours): how much of each colour the thing has where the region lies."""
    count = len(palette.colours)
    shares = np.array(palette.shares)
    if not palette.plan:
        return np.tile(shares, (len(found.masks), 1))
    whole = np.any([found.ink, *found.masks], axis=0)
    rows, columns = np.flatnonzero(whole.any(1)), np.flatnonzero(whole.any(0))
    plan = np.array(palette.plan).reshape(GRID, GRID)
    ys = ((np.arange(whole.shape[0]) - rows[0] + 0.5) / (rows[-1] - rows[0] + 1) * GRID).clip(
        0, GRID - 1
    )
    xs = ((np.arange(whole.shape[1]) - columns[0] + 0.5) / (columns[-1] - columns[0] + 1)).clip(
        0, 0.999
    ) * GRID
    cells = plan[ys.astype(int)[:, None], xs.astype(int)[None]]
    result = np.zeros((len(found.masks), count))
    for n, mask in enumerate(found.masks):
        here = cells[mask]
        counts = np.bincount(here[here != EMPTY], minlength=count)[:count].astype(float)
        result[n] = counts / counts.sum() if counts.sum() else shares
    return result


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
    strokes_made = []
    for n, hatch in made:
        colour = colours[n]
        if colour is not None:
            strokes_made.append(_stroke(hatch, colour, found.scale))
    return strokes_made


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
    near = found.ink | inside
    return Filled(
        float((under & inside).sum() / max(1, inside.sum())),
        float((under & ~near).sum() / max(1, under.sum())),
        float(inside.mean()),
    )


def main_colour(palette: Palette) -> RGB:
    """The palette's most telling colour: a large share, and not white."""
    weights = [
        share * (0.2 if lightness(colour) > 0.93 else 1.0)
        for colour, share in zip(palette.colours, palette.shares, strict=True)
    ]
    return palette.colours[int(np.argmax(weights))]


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
