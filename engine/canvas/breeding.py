"""Drawings bred like plants: children have strokes of two parents, and each a little of its own.

Strokes of two drawings are matched by place, size and colour. Of a matched pair a child has one or
a blend; strokes without a match are taken over by chance, long ones of the parent that it takes
after nearly always: they are the body of the thing. Afterwards the child is varied: its whole shape
a little, single strokes more, and now and then a short one is lost, or one is drawn again
elsewhere. Nothing here knows what a drawing shows: that is for whoever chooses the parents.

After interactive evolution of pictures: Dawkins, The Blind Watchmaker (1986); Sims, Artificial
Evolution for Computer Graphics (1991).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.canvas.drawing import MAX_STROKES, RGBA, Drawing, Stroke
from engine.canvas.paths import length, sample

Array = NDArray[np.float64]

SIDE = 512
"""Pixels: the width of children's canvases."""

_SPOTS = 8  # points along a stroke by which it is compared
_ALIKE = 0.16  # of the canvas: how far apart matched strokes may lie in the mean
_TINTED = 0.8  # how far apart in that unit black and white strokes are
_LEANING = (0.5, 0.85)  # the share that the parent a child takes after has in it
_BLENDED = 0.35  # of the matched pairs
_LONG = 0.5  # of the canvas: strokes of this length are the body of a drawing
_AGAIN = 5.0  # how much farther than others a stroke strays that is drawn again
_GROWTH = 2  # strokes that a child may have more than either parent
_MARGIN = 0.03  # of the canvas, that children keep free
_BLACK = 0.3  # of 1, the brightest channel of a line that stays black


@dataclass(frozen=True, slots=True)
class Variation:
    """How far a child strays from its parents: standard deviations and chances.

    stretch: of the whole drawing's width and height, and how far it is slanted. turn: of a stroke,
    in radians. shift, bend: of a stroke and of its points, as shares of the canvas. scale, width:
    of a stroke, in logarithms. tint: of a colour that is not black. touched: the chance that a
    stroke is varied by itself. lost, doubled: that a short one goes, that one is drawn again
    elsewhere.
    """

    stretch: float = 0.07
    turn: float = 0.14
    shift: float = 0.02
    bend: float = 0.012
    scale: float = 0.12
    width: float = 0.08
    tint: float = 0.06
    touched: float = 0.6
    lost: float = 0.05
    doubled: float = 0.04


def children(
    parents: Sequence[Drawing],
    count: int,
    seed: int,
    weights: Sequence[float] | None = None,
    variation: Variation | None = None,
) -> list[tuple[Drawing, tuple[int, ...]]]:
    """`count` children, each with the numbers of its parents: the one it takes after comes first.

    parents: at least one; a single one has children by itself. weights: how often each is chosen,
    above 0. The same arguments give the same children. Raises ValueError without parents, or for
    weights that do not fit.
    """
    if not parents:
        raise ValueError("there are no parents")
    shares = list(weights) if weights is not None else [1.0] * len(parents)
    if len(shares) != len(parents) or min(shares) <= 0:
        raise ValueError("each parent has a weight above 0")
    squares = [parent.fitted(SIDE) for parent in parents]
    born: list[tuple[Drawing, tuple[int, ...]]] = []
    for number in range(count):
        rng = random.Random(f"{seed}:{number}")
        first = rng.choices(range(len(parents)), shares)[0]
        others = [i for i in range(len(parents)) if i != first]
        if others:
            second = rng.choices(others, [shares[i] for i in others])[0]
            child, numbers = crossed(squares[first], squares[second], rng), (first, second)
        else:
            child, numbers = squares[first], (first,)
        born.append((_inside(varied(child, rng, variation or Variation())), numbers))
    return born


def crossed(one: Drawing, other: Drawing, rng: random.Random) -> Drawing:
    """A child of two drawings on canvases of the same size, which takes after the first."""
    leaning = rng.uniform(*_LEANING)
    pairs = matched(one, other)
    mates = dict(pairs)
    taken = {b for _, b in pairs}
    placed: list[tuple[float, Stroke]] = []
    for a, stroke in enumerate(one.strokes):
        at = a / len(one.strokes)
        if a not in mates:
            short = 1 - _body(stroke, one)
            if rng.random() < 1 - short * (1 - leaning):
                placed.append((at, stroke))
            continue
        mate = other.strokes[mates[a]]
        if rng.random() < _BLENDED:
            placed.append((at, blend(stroke, mate, rng.random())))
        else:
            placed.append((at, stroke if rng.random() < leaning else mate))
    most = max(len(one.strokes), len(other.strokes)) + _GROWTH
    for b, stroke in enumerate(other.strokes):
        if len(placed) == most:
            break
        if b not in taken and rng.random() < (1 - leaning) * (1 - _body(stroke, other) / 2):
            placed.append((b / len(other.strokes), stroke))
    if not placed:
        placed = [(0.0, stroke) for stroke in one.strokes]
    placed.sort(key=lambda place: place[0])
    background = one.background if rng.random() < leaning else other.background
    strokes = tuple(stroke for _, stroke in placed)[:MAX_STROKES]
    return replace(one, strokes=strokes, background=background)


def matched(one: Drawing, other: Drawing) -> list[tuple[int, int]]:
    """Pairs of strokes, one of each drawing, that lie alike: the likest first, each stroke once."""
    if not one.strokes or not other.strokes:
        return []
    apart = _apart(one, other)
    free_a, free_b = set(range(len(one.strokes))), set(range(len(other.strokes)))
    pairs: list[tuple[int, int]] = []
    for flat in np.argsort(apart, axis=None, kind="stable"):
        a, b = divmod(int(flat), len(other.strokes))
        if apart[a, b] > _ALIKE:
            break
        if a in free_a and b in free_b:
            pairs.append((a, b))
            free_a.discard(a)
            free_b.discard(b)
    return pairs


def blend(one: Stroke, other: Stroke, share: float) -> Stroke:
    """A stroke between two; share: of the other, in [0, 1]. Both are followed in the direction in
    which they run alike; of paths with different numbers of cubics the first one's is kept, moved
    and scaled towards the other."""
    a, b = np.asarray(one.points), np.asarray(other.points)
    if len(a) == len(b):
        if np.square(a - b[::-1]).sum() < np.square(a - b).sum():
            b = b[::-1]
        points = (1 - share) * a + share * b
    else:
        middle = (1 - share) * a.mean(0) + share * b.mean(0)
        size = ((1 - share) * _extent(a) + share * _extent(b)) / _extent(a)
        points = (a - a.mean(0)) * size + middle
    colour = tuple(
        (1 - share) * p + share * q for p, q in zip(one.colour, other.colour, strict=True)
    )
    width = (1 - share) * one.width + share * other.width
    return _stroke(points, width, colour)  # type: ignore[arg-type]


def varied(drawing: Drawing, rng: random.Random, variation: Variation) -> Drawing:
    """The drawing with small changes, as a child has them; never without a stroke."""
    side = float(max(drawing.width, drawing.height))
    v = variation
    whole = np.eye(2) + np.array([[rng.gauss(0, v.stretch) for _ in range(2)] for _ in range(2)])
    middle = np.array([drawing.width / 2, drawing.height / 2])
    strokes: list[Stroke] = []
    for stroke in drawing.strokes:
        if rng.random() < v.lost * (1 - _body(stroke, drawing)):
            continue
        moved = (np.asarray(stroke.points) - middle) @ whole.T + middle
        copies = 2 if rng.random() < v.doubled else 1
        for copy in range(copies):
            points, width, colour = moved, stroke.width, stroke.colour
            if copy or rng.random() < v.touched:
                shift = v.shift * (_AGAIN if copy else 1.0)
                points = _bent(points, side, rng, replace(v, shift=shift))
                width *= float(np.exp(rng.gauss(0, v.width)))
                colour = _tinted(colour, rng, v.tint)
            strokes.append(_stroke(points, width, colour))
    kept = tuple(strokes[:MAX_STROKES]) or drawing.strokes
    return replace(drawing, strokes=kept)


def _bent(points: Array, side: float, rng: random.Random, v: Variation) -> Array:
    """A path turned and scaled about its middle, moved, and each of its corners pulled: the
    handles beside a corner go with it, so that the path stays as smooth as it was."""
    turn, size = rng.gauss(0, v.turn), float(np.exp(rng.gauss(0, v.scale)))
    cos, sin = np.cos(turn) * size, np.sin(turn) * size
    middle = points.mean(0)
    shift = np.array([rng.gauss(0, v.shift), rng.gauss(0, v.shift)]) * side
    moved = (points - middle) @ np.array([[cos, sin], [-sin, cos]]) + middle + shift
    pulls = [[rng.gauss(0, v.bend) * side for _ in range(2)] for _ in range(len(points) // 3 + 1)]
    corner = np.round(np.arange(len(points)) / 3).astype(int)
    return moved + np.asarray(pulls)[corner]


def _tinted(colour: RGBA, rng: random.Random, tint: float) -> RGBA:
    red, green, blue, alpha = colour
    if max(red, green, blue) <= _BLACK:
        return colour
    found = [min(1.0, max(0.0, value + rng.gauss(0, tint))) for value in (red, green, blue)]
    return (found[0], found[1], found[2], alpha)


def _apart(one: Drawing, other: Drawing) -> Array:
    """(A, B): how far apart strokes are, where 1 is the canvas: places and shapes, whichever way
    they are followed, and colours."""
    side = float(max(one.width, one.height))
    a, b = _spots(one) / side, _spots(other) / side
    along = np.hypot(*np.moveaxis(a[:, None] - b[None], -1, 0)).mean(-1)
    back = np.hypot(*np.moveaxis(a[:, None] - b[None, :, ::-1], -1, 0)).mean(-1)
    tints = [np.array([stroke.colour for stroke in each.strokes]) for each in (one, other)]
    colours = np.abs(tints[0][:, None] - tints[1][None]).mean(-1)
    return np.minimum(along, back) + _TINTED * colours


def _spots(drawing: Drawing) -> Array:
    """(S, _SPOTS, 2): points at equal distances along each stroke."""
    found: list[Array] = []
    for stroke in drawing.strokes:
        path = sample(np.asarray(stroke.points, float))
        at = np.linspace(0, path.length, _SPOTS)
        found.append(np.stack([np.interp(at, path.along, path.xy[:, i]) for i in (0, 1)], 1))
    return np.stack(found)


def _inside(drawing: Drawing) -> Drawing:
    """The drawing, made smaller and moved where it would leave its square canvas."""
    spots = np.concatenate([sample(np.asarray(s.points, float)).xy for s in drawing.strokes])
    low, high = spots.min(0), spots.max(0)
    margin, room = _MARGIN * SIDE, (1 - 2 * _MARGIN) * SIDE
    factor = min(1.0, room / max(float((high - low).max()), 1e-6))
    low, high = low * factor, high * factor
    over: Array = np.minimum(0, SIDE - margin - high) + np.maximum(0, margin - low)
    strokes = tuple(s.scaled(factor).moved(float(over[0]), float(over[1])) for s in drawing.strokes)
    return replace(drawing, strokes=strokes)


def _body(stroke: Stroke, drawing: Drawing) -> float:
    """How much a stroke is of the body of a drawing, in [0, 1]: by its length."""
    return min(1.0, length(stroke) / (_LONG * max(drawing.width, drawing.height)))


def _extent(points: Array) -> float:
    return max(float(np.hypot(*(points.max(0) - points.min(0)))), 1e-6)


def _stroke(points: Array, width: float, colour: RGBA) -> Stroke:
    return Stroke(tuple((float(x), float(y)) for x, y in points), max(width, 1e-3), colour)
