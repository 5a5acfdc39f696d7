"""Which region of a drawing gets which colour: by where the thing has it, and by its share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.canvas.drawing import RGB
from engine.paint.colour.palette import EMPTY, GRID, Palette
from engine.paint.colour.regions import Regions
from engine.paint.colour.shades import apart, relit

DARKEST = 0.45  # OKLab lightness of a filling at least, so that outlines show on it
PAPER = 0.03  # apart(): a colour so near the paper's is left out, the paper shows
EYE = 0.02  # of all regions' area: an enclosed region so small stays paper
LARGE = 0.4  # of all regions' area: so large a region stays bare in white things only
TWIN = 0.55  # of the area: regions as alike and at one height have one colour
BELIEF = 0.15  # of the palette's shares in what a region is taken for
DEBT = 0.35  # how much a colour that has too little of the area yet is preferred
WHITE = 0.8  # how much a colour that the paper has counts beside one that is seen


def assign(found: Regions, palette: Palette, paper: RGB) -> list[RGB | None]:
    """A colour for each region, None where the paper does; as long as `found.masks`.

    A region is likely to have the colours that the thing has in that part of its box; a colour
    that has less of the area than its share so far comes first. Specks inside stay paper.
    """
    fills = [relit(colour, low=DARKEST) for colour in palette.colours]
    pale = np.array([float(apart(colour, paper)) < PAPER for colour in palette.colours])
    white = float(np.array(palette.shares)[pale].sum())
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
            given += area * np.array([fill == chosen[twin] for fill in fills])
            continue
        belief = np.where(pale, WHITE, 1.0) * local[n]
        belief = (1 - BELIEF) * belief / max(belief.sum(), 1e-9) + BELIEF * shares
        debt = (shares - given / total) / max(area / total, 0.15)
        worth = belief + DEBT * debt.clip(-1, 1)
        if area > LARGE * total and white < 0.5:
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
    ys = (np.arange(whole.shape[0]) - rows[0] + 0.5) / (rows[-1] - rows[0] + 1)
    xs = (np.arange(whole.shape[1]) - columns[0] + 0.5) / (columns[-1] - columns[0] + 1)
    ys, xs = ((GRID * places).astype(int).clip(0, GRID - 1) for places in (ys, xs))
    cells = plan[ys[:, None], xs[None]]
    result = np.zeros((len(found.masks), count))
    for n, mask in enumerate(found.masks):
        here = cells[mask]
        counts = np.bincount(here[here != EMPTY], minlength=count)[:count].astype(float)
        result[n] = counts / counts.sum() if counts.sum() else shares
    return result
