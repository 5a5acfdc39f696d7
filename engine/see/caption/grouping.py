"""Several things in one drawing by hand: which strokes belong to which, told by their order, by
where they are, and by what can be seen in them.

People draw one thing after another. So a few ways of parting the strokes are weighed: runs of them,
cut where one thing may end and the next begin, a run whose last strokes were added at the end, and
what stands apart in space whatever its order. A way is worth what its things look like by
themselves, against what all of it looks like as one thing, and how they lie to each other: weights
of a conditional logit (McFadden 1974), fitted by `python -m engine bench things --fit`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from engine.canvas.drawing import Drawing, Stroke
from engine.see import hand
from engine.see.caption.places import Box, Points, box

MOST = 4
"""Things in a drawing."""
PIECES = 20
"""Movements of the pen that are told apart; of more, those nearest to each other are taken
together, so that no drawing takes longer."""
CUTS = 7
"""Places in their order where a thing may end."""
LATE = 2
"""Movements at the end that may belong to the first thing."""
APART = 0.04
"""Of the longer side of everything: what is further from everything else stands apart,"""
SHARED = 0.15
"""unless it shares more than this of its box with another one, or that of its own."""

FEATURES = ("more", "seen", "sure", "alike", "shared", "gap", "air", "jump", "whole", "whole_sure")
"""What a way is weighed by: how many things more than one; the sum of the logarithms of how
probable each is (seen), of how improbable the contrary (sure), and how probable it is that all
are of one kind (alike); for each thing after the first its nearness to those before: the share of
the smaller box in both, the least distance of lines and of boxes in the smaller one's side, and
how far the pen went, in the side of everything; and the same of the whole, subtracted."""

BY_STROKES = (0.3, 0.9, 0.5, 0.8, -3.1, 1.0, 1.5, 2.6, 0.9, 1.2)
"""Weights of the features, where only strokes are read."""
BY_SIGHT = (1.4, 1.1, 0.5, 1.3, -3.1, 0.0, 2.3, 2.0, 0.5, 1.4)
"""The same where things are looked at as well, as pictures."""
SEVERAL = 1.0
"""A way that is worth more by sight is taken: so much that two in a hundred single things are
taken for several."""
LEAST = -1.5
"""A way that is worth less by its strokes alone is not looked at as a picture."""

_MOST_POINTS = 8000  # of a drawing; of one that has more, some are left out
_POINTS = 40  # of a movement that are compared with others'
_THIN = 0.05  # of a box's longer side: no box is thinner when boxes are compared

Way = tuple[tuple[int, ...], ...]
"""Things, each as the numbers of its movements in the order drawn."""


@dataclass(frozen=True, slots=True)
class Movement:
    """The pen between coming down and going up: its strokes, and where it went; in a crowd several
    of them."""

    strokes: tuple[Stroke, ...]
    paths: tuple[Points, ...]

    @property
    def points(self) -> Points:
        """(N, 2) all of where it went."""
        return np.concatenate(self.paths)


@dataclass(frozen=True, slots=True)
class Parting:
    """A way of parting a drawing, and how its things lie to each other: (4,) of `FEATURES`."""

    way: Way
    lie: NDArray[np.float64]


class Movements:
    """What can be told of a drawing by its strokes without looking at it.

    lines: of which some can be seen (`hand.read` says so). drawing: the same with what else it
    holds, such as what lies beneath its lines to colour them in.
    """

    def __init__(self, lines: Drawing, drawing: Drawing | None = None) -> None:
        self.drawing = drawing or lines
        strokes = hand.movements(lines)
        paths = [hand.path(some) for some in strokes]
        step = -(-sum(map(len, paths)) // _MOST_POINTS)
        thin = [np.concatenate((path[:-1:step], path[-1:])) for path in paths]
        found = [Movement(tuple(some), (path,)) for some, path in zip(strokes, thin, strict=True)]
        self.all = _fewer(found)
        points = np.concatenate([move.points for move in self.all])
        self.side = max(float((points.max(0) - points.min(0)).max()), 1e-6)
        self._boxes = np.array([box(move.points) for move in self.all])
        self._apart = _distances([_some(move) for move in self.all])
        # What else there is, each with the movement that it is beneath.
        seen = set(lines.strokes)
        others = [stroke for stroke in self.drawing.strokes if stroke not in seen]
        self.fillings = [(stroke, self._beneath(stroke)) for stroke in others]

    def partings(self) -> list[Parting]:
        """The ways worth weighing, each of at least two things."""
        count = len(self.all)
        rank = {cut: self._shared(range(cut), range(cut, count)) for cut in range(1, count)}
        cuts = sorted(sorted(rank, key=lambda cut: rank[cut])[:CUTS])
        edges = [(0, *some, count) for more in range(1, MOST) for some in combinations(cuts, more)]
        ways: list[Way] = [tuple(tuple(range(a, b)) for a, b in pairwise(some)) for some in edges]
        for cut in cuts:
            ends = range(max(cut + 1, count - LATE), count)
            ways += [((*range(cut), *range(late, count)), tuple(range(cut, late))) for late in ends]
        islands = self._islands()
        if 2 <= len(islands) <= MOST:
            ways.append(islands)
        return [Parting(way, self._lie(way)) for way in dict.fromkeys(ways)]

    def hand(self, things: Sequence[int], share: float = math.nan) -> hand.Hand:
        """Some of the movements, as the stroke tower reads them. share: see `hand.Hand`."""
        return hand.of_paths([path for i in things for path in self.all[i].paths], share)

    def points(self, things: Sequence[int]) -> Points:
        """Places on their lines."""
        return np.concatenate([_some(self.all[i]) for i in things])

    def alone(
        self, things: Sequence[int], side: int, pen: float, *, coloured: bool = False
    ) -> Drawing:
        """Some of the movements on a square canvas that they fill but for a tenth on each side,
        with the pen no wider than a share `pen` of them. coloured: with what lies beneath them."""
        points = np.concatenate([self.all[i].points for i in things])
        low, high = points.min(0), points.max(0)
        scale = 0.8 * side / max(float((high - low).max()), 1e-6)
        strokes = [stroke for i in things for stroke in self.all[i].strokes]
        usual = float(np.median([stroke.width for stroke in strokes])) * scale
        thinner = min(1.0, pen * 0.8 * side / max(usual, 1e-6))
        right, down = (side / 2 - scale * (low + high) / 2).tolist()
        placed = [stroke.scaled(scale).moved(right, down) for stroke in strokes]
        thin = [replace(stroke, width=stroke.width * thinner) for stroke in placed]
        filled = [
            stroke.scaled(scale).moved(right, down)
            for stroke, movement in self.fillings
            if coloured and movement in things
        ]
        return Drawing(side, side, (*filled, *thin), self.drawing.background)

    def _beneath(self, filling: Stroke) -> int:
        """The movement that it is likeliest to colour in: the smallest that is around its middle,
        or else the one whose middle is nearest."""
        x, y = np.array(filling.points).mean(0).tolist()
        left, upper, right, lower = self._boxes.T
        outside = (x < left) | (x > right) | (y < upper) | (y > lower)
        far = np.hypot((left + right) / 2 - x, (upper + lower) / 2 - y)
        size = np.maximum(right - left, lower - upper)
        return int(np.where(outside, 1e3 * self.side + far, size).argmin())

    def _lie(self, way: Way) -> NDArray[np.float64]:
        found = np.zeros(4)
        boxes = [_around(self._boxes[list(thing)]) for thing in way]
        for number in range(1, len(way)):
            shared, gap, air = 0.0, 0.5, 0.5
            thing = list(way[number])
            for other in range(number):
                one, two = boxes[number], boxes[other]
                smaller = max(min(_long(one), _long(two)), 1e-6)
                least = self._apart[np.ix_(thing, list(way[other]))].min()
                shared = max(shared, _shared(one, two))
                gap = min(gap, float(least) / smaller)
                air = min(air, _air(one, two) / smaller)
            begins = thing[0]
            jump = 0.0
            if begins:
                before, after = self.all[begins - 1].paths[-1][-1], self.all[begins].paths[0][0]
                jump = float(np.hypot(*(after - before)))
            found += (shared, gap, max(air, -1.0), jump / self.side)
        return found

    def _islands(self) -> Way:
        """What stands apart in space, in the order in which each was begun."""
        near = self._apart < APART * self.side
        islands = [[i] for i in range(len(self.all))]
        at = 0
        while at < len(islands):
            one = islands[at]
            for other in islands[at + 1 :]:
                if near[np.ix_(one, other)].any() or self._shared(one, other) > SHARED:
                    islands.remove(other)
                    islands[at] = sorted((*one, *other))
                    at = -1  # what has grown may meet others now
                    break
            at += 1
        return tuple(map(tuple, islands))

    def _shared(self, one: Sequence[int], other: Sequence[int]) -> float:
        return _shared(*(_around(self._boxes[list(part)]) for part in (one, other)))


def features(
    lie: NDArray[np.float64], whole: NDArray[np.float64], things: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The values of `FEATURES` for a way; their product with weights is the logarithm of how much
    likelier it is than one thing.

    lie: of a `Parting`. whole: (N,) logarithms of how probable each noun is for the whole. things:
    (T, N) the same for each thing.
    """
    best = things.max(1)
    together = float(things.sum(0).max())
    seen, all_seen = float(best.sum()), float(whole.max())
    alike = (len(things) - 1) * float(np.exp(together - seen))
    sure = sum(_sure(value) for value in best.tolist())
    return np.array(
        [len(things) - 1, seen, sure, alike, *lie.tolist(), -all_seen, -_sure(all_seen)]
    )


def _sure(chance: float) -> float:
    return float(-np.log(1.01 - np.exp(chance)))


def _fewer(moves: list[Movement]) -> list[Movement]:
    """At most `PIECES`: of more, the two neighbours in order that are nearest are joined."""
    while len(moves) > 4 * PIECES:  # a crowd: by twos
        moves = [_one(moves[i : i + 2]) for i in range(0, len(moves), 2)]
    boxes = [np.array(box(move.points)) for move in moves]
    while len(moves) > PIECES:
        sizes = [_long(_around(np.stack(pair))) for pair in pairwise(boxes)]
        at = int(np.argmin(sizes))
        moves = [*moves[:at], _one(moves[at : at + 2]), *moves[at + 2 :]]
        boxes[at : at + 2] = [np.array(_around(np.stack(boxes[at : at + 2])))]
    return moves


def _one(moves: Sequence[Movement]) -> Movement:
    strokes = tuple(stroke for move in moves for stroke in move.strokes)
    return Movement(strokes, tuple(path for move in moves for path in move.paths))


def _some(move: Movement) -> Points:
    """(_POINTS, 2) of where it went, at equal distances; those of several paths share them out."""
    paths = move.paths[:_POINTS]
    found = []
    for number, path in enumerate(paths):
        count = _POINTS // len(paths) + (number < _POINTS % len(paths))
        steps = np.hypot(*np.diff(path, axis=0).T)
        way = np.concatenate(([0.0], np.cumsum(steps)))
        at = np.linspace(0.0, way[-1], count)
        found.append(np.stack([np.interp(at, way, path[:, axis]) for axis in (0, 1)], 1))
    return np.concatenate(found)


def _distances(paths: Sequence[Points]) -> NDArray[np.float64]:
    """(M, M) least distances of points."""
    points = np.stack(paths)
    found = np.zeros((len(points), len(points)))
    for i, one in enumerate(points):
        apart = points[i:, :, None] - one[None, None]
        found[i, i:] = found[i:, i] = np.sqrt((apart * apart).sum(3).min((1, 2)))
    return found


def _around(boxes: NDArray[np.float64]) -> Box:
    (left, upper), (right, lower) = boxes[:, :2].min(0).tolist(), boxes[:, 2:].max(0).tolist()
    return left, upper, right, lower


def _long(one: Box) -> float:
    return max(one[2] - one[0], one[3] - one[1])


def _air(one: Box, other: Box) -> float:
    """How far boxes are apart; below 0, how deep they go into each other."""
    return max(
        one[0] - other[2], other[0] - one[2], one[1] - other[3], other[1] - one[3]
    )  # fmt: skip


def _shared(one: Box, other: Box) -> float:
    """The share of the smaller box that lies in both, in [0, 1]."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    thin = max(_THIN * max(_long(one), _long(other)), 1e-6)
    areas = [max(x1 - x0, thin) * max(y1 - y0, thin) for x0, y0, x1, y1 in (one, other)]
    return min(1.0, max(0.0, width) * max(0.0, height) / min(areas))
