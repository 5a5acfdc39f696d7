"""How one thing stands to another in a picture, told by where their lines are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""(N, 2) places on the lines of a thing, close to each other, y down; N is at least 1."""
Box = tuple[float, float, float, float]
"""Left, upper, right and lower edge."""

MEETS = 0.05
"""Of the smaller thing's longer side: lines no further apart touch."""

_COLUMNS = 16  # into which a thing's width is cut, to see what is over it and what below
_ROOF = 0.4  # of them: with a line in so many, something is over a thing, or below it
_OPEN = 0.2  # with lines in fewer, nothing is
_INSIDE = 0.85  # of a thing's box
_DEEP = 0.25  # of the height of what stands below something: so far it reaches into it
_WIDE = 1.3  # times the width of what is below it
_SLACK = 0.1  # of a thing's height: so far it may reach beyond an edge
_LEVEL = 0.5  # of the lower one's height


def standing(ours: Points, theirs: Points) -> tuple[str, bool]:
    """A word of `grammar.APART`, and whether it is said of theirs rather than of ours: of a bed
    and a cat that stands on it, the cat is on the bed."""
    word = _of(ours, theirs)
    if word:
        return word, False
    word = _of(theirs, ours)
    return (word, True) if word else ("and", False)


def _of(ours: Points, theirs: Points) -> str:
    """How ours stand to theirs; "" if that cannot be said, or better of theirs."""
    one, other = box(ours), box(theirs)
    middle = (one[1] + one[3]) / 2 - (other[1] + other[3]) / 2  # below 0: ours are higher up
    height = min(one[3] - one[1], other[3] - other[1])
    level = min(one[3], other[3]) - max(one[1], other[1])
    smaller = _long(one) < _long(other)
    over, below = _columns(ours, theirs)
    touches = meet(ours, theirs)
    if smaller and _within(one, other) >= _INSIDE and min(over, below) >= _ROOF:
        return "in"
    if middle < 0 and below >= _ROOF and over < _OPEN:
        return "on" if touches else "above"
    if middle > 0 and over >= _ROOF and below < _OPEN:
        wide = other[2] - other[0] >= _WIDE * (one[2] - one[0])  # a roof, not a hat
        return "under" if wide and (level >= _DEEP * height or not touches) else ""
    if middle < 0 and one[3] - _SLACK * (one[3] - one[1]) <= other[1]:
        return "above"
    if middle > 0 and other[3] - _SLACK * (other[3] - other[1]) <= one[1]:
        return "under"
    narrow = min(one[2] - one[0], other[2] - other[0])
    apart = max(one[0], other[0]) >= min(one[2], other[2]) - 2 * _SLACK * narrow
    return "beside" if apart and narrow + height > 0 and level >= _LEVEL * height else ""


def meet(ours: Points, theirs: Points) -> bool:
    """Whether their lines touch."""
    return distance(ours, theirs) <= MEETS * min(_long(box(ours)), _long(box(theirs)))


def distance(ours: Points, theirs: Points) -> float:
    """How far their nearest points are from each other."""
    apart = ours[:, None] - theirs[None]
    return float(np.sqrt((apart * apart).sum(2).min()))


def box(points: Points) -> Box:
    """Around points."""
    (left, upper), (right, lower) = points.min(0).tolist(), points.max(0).tolist()
    return left, upper, right, lower


def _columns(ours: Points, theirs: Points) -> tuple[float, float]:
    """The shares of our width over which there are lines of theirs, and below which there are."""
    left, upper, right, lower = box(ours)
    edges = np.linspace(left, right, _COLUMNS + 1)[1:-1]
    mine, their = np.digitize(ours[:, 0], edges), np.digitize(theirs[:, 0], edges)
    near = MEETS * _long((left, upper, right, lower))
    inside = (theirs[:, 0] >= left) & (theirs[:, 0] <= right)
    over = below = 0
    for column in range(_COLUMNS):
        here = ours[mine == column, 1]
        top, bottom = (here.min(), here.max()) if len(here) else ((upper + lower) / 2,) * 2
        there = theirs[inside & (their == column), 1]
        over += bool((there < top + near).any())
        below += bool((there > bottom - near).any())
    return over / _COLUMNS, below / _COLUMNS


def _within(one: Box, other: Box) -> float:
    """The share of the one box that lies in the other; of a thin one, of its length."""
    least = 1e-6 + 0.01 * _long(one)
    width = max(0.0, min(one[2], other[2]) - max(one[0], other[0])) + least
    height = max(0.0, min(one[3], other[3]) - max(one[1], other[1])) + least
    return width * height / ((one[2] - one[0] + least) * (one[3] - one[1] + least))


def _long(one: Box) -> float:
    return max(one[2] - one[0], one[3] - one[1])
