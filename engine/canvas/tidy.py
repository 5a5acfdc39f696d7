"""Lines as a careful person draws them: they meet, none is drawn twice, and there is air around.

Only outlines are touched: opaque dark strokes. What lies beneath them (colour) is moved along with
the frame and otherwise left alone. Lengths below are shares of the canvas's longer side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.canvas.drawing import Drawing, Point, Stroke
from engine.canvas.paths import (
    Path,
    bend,
    cut,
    feet,
    gaps,
    overlap_limit,
    pieces_heading,
    sample,
)

Array = NDArray[np.float64]

DARK = 0.3  # of an outline: no channel is brighter

END_GAP = 0.085  # how far two ends may be apart and still be meant to meet
SIDE_GAP = 0.06  # the same for an end and the side of another line
PASSING_GAP = 0.034  # the same where the end does not run towards what it would join
OWN_GAP = 0.03  # the same for an end and the side of its own stroke, or a spiral would close
OF_LENGTH = 0.16  # of its length: how wide open a stroke may be and still be meant to close
HOOKED = 0.1  # the same where its ends do not run towards each other
MOST_MOVED = 0.35  # of its length: how far joining may move the end of a stroke

HOOK = 0.035  # what sticks out this little beyond a crossing is cut off
HOOK_OF_LENGTH = 0.25
TWICE = 0.75  # of its length: a stroke drawn over others to this extent goes
SHORTEST_RUN = 0.03  # what runs along another line for less is how two lines meet
BREAK = 0.03  # a run may be interrupted so far, as by a wobble
SHORTEST = 0.02  # what is left of a stroke and is shorter goes
SPECK = 0.05  # length up to which a stroke far from all others is a stray
SPECK_AWAY = 0.09
RAIN = 3  # as many specks are meant: rain, snow, seeds

HEAVIEST = 0.026  # line width with few strokes; it falls as strokes grow many
FEW = 12
AIR = 0.08  # on each side of the thing
SMALLEST = 0.62  # the thing's longer side at least
MOST_ENLARGED = 1.6


@dataclass(frozen=True, slots=True)
class Lines:
    """How lines are drawn.

    open_ends: ends of outlines that touch no other line. twice: share of the ink (by length)
    that runs along a line which is there already. strays: tiny strokes far from all others.
    """

    open_ends: int
    twice: float
    strays: int


def is_outline(stroke: Stroke) -> bool:
    """Whether a stroke is a line of the drawing rather than colour: opaque and nearly black."""
    return stroke.colour[3] > 0.8 and max(stroke.colour[:3]) <= DARK


def outlined(drawing: Drawing) -> Drawing:
    """A drawing's outlines without what colours them in; a drawing without outlines as it is."""
    lines = tuple(stroke for stroke in drawing.strokes if is_outline(stroke))
    return replace(drawing, strokes=lines) if lines else drawing


def measure(drawing: Drawing) -> Lines:
    """Open ends, ink drawn twice and strays of a drawing's outlines."""
    paths = [path for path in _paths(drawing) if path is not None]
    free = len(open_ends(drawing))
    double = whole = 0.0
    for i, path in enumerate(paths):
        double += _share(path, _again(path, paths[:i])) * path.length
        whole += path.length
    return Lines(free, double / whole if whole else 0.0, len(_strays(paths)))


def open_ends(drawing: Drawing) -> list[tuple[Point, Point]]:
    """Where outlines end without touching another line, in pixels, and the unit vector in which
    they would go on."""
    side = max(drawing.width, drawing.height)
    paths = [path for path in _paths(drawing) if path is not None]
    found: list[tuple[Point, Point]] = []
    for i, path in enumerate(paths):
        for end in (0, -1):
            if _away(paths, i, end) > _touching(path):
                (x, y), (right, down) = path.xy[end] * side, path.outward(end)
                found.append(((float(x), float(y)), (float(right), float(down))))
    return found


def tidy(drawing: Drawing, frame: bool = True) -> Drawing:
    """The same drawing with tidier outlines; strokes keep their order, and some are left out.

    Lines drawn twice and strays go, hooks beyond crossings are cut, ends that nearly meet meet,
    no line is heavier than its number asks for. frame: also bring the thing into the middle with
    air around it. A drawing without outlines is only framed.
    """
    side = float(max(drawing.width, drawing.height))
    paths = _paths(drawing)
    heaviest = heaviest_line(sum(path is not None for path in paths))
    lines = [replace(path, width=min(path.width, heaviest)) for path in paths if path is not None]
    places = [i for i, path in enumerate(paths) if path is not None]
    kept: dict[int, Path] = dict(zip(places, lines, strict=True))
    _drop_doubles(kept)
    _cut_hooks(kept)
    _join(kept)
    _drop_doubles(kept)  # lines that now meet at both ends may have become one
    numbers = list(kept)
    for i in _strays(list(kept.values())):
        if len(kept) > 1:
            del kept[numbers[i]]
    strokes = []
    for i, stroke in enumerate(drawing.strokes):
        if paths[i] is None:
            strokes.append(stroke)
        elif i in kept:
            points = tuple((float(x) * side, float(y) * side) for x, y in kept[i].points)
            strokes.append(Stroke(points, kept[i].width * side, stroke.colour))
    tidied = replace(drawing, strokes=tuple(strokes))
    return framed(tidied) if frame else tidied


def heaviest_line(count: int) -> float:
    """The most that lines are wide in a drawing of so many, as a share of the side."""
    return HEAVIEST * (FEW / max(count, FEW)) ** 0.4


def framed(drawing: Drawing, air: float = AIR) -> Drawing:
    """The thing in the middle, with `air` on every side, neither cut off nor tiny.

    Widths are kept unless the thing is shrunk to less than three quarters.
    """
    side = max(drawing.width, drawing.height)
    boxes = []
    for stroke in drawing.strokes:
        xy = sample(np.array(stroke.points)).xy
        boxes.append((xy.min(0) - stroke.width / 2, xy.max(0) + stroke.width / 2))
    if not boxes:
        return drawing
    low, high = np.min([b[0] for b in boxes], 0), np.max([b[1] for b in boxes], 0)
    extent = float((high - low).max())
    room = (1 - 2 * air) * np.array([drawing.width, drawing.height])
    factor = float(min(1.0, (room / np.maximum(high - low, 1e-9)).min()))
    if factor == 1.0 and extent < SMALLEST * side:
        factor = min(MOST_ENLARGED, SMALLEST * side / max(extent, 1e-9))
        factor = float(min(factor, (room / np.maximum(high - low, 1e-9)).min()))
    middle = (low + high) / 2
    move = np.array([drawing.width, drawing.height]) / 2 - factor * middle
    thinner = min(1.0, factor / 0.75)
    strokes = tuple(
        Stroke(
            tuple((x * factor + move[0], y * factor + move[1]) for x, y in stroke.points),
            # Colour has to go on filling its outline; lines keep their weight.
            stroke.width * (thinner if is_outline(stroke) else factor),
            stroke.colour,
        )
        for stroke in drawing.strokes
    )
    return replace(drawing, strokes=_plain(strokes))


def _plain(strokes: Sequence[Stroke]) -> tuple[Stroke, ...]:
    return tuple(
        Stroke(tuple((float(x), float(y)) for x, y in s.points), float(s.width), s.colour)
        for s in strokes
    )


def _paths(drawing: Drawing) -> list[Path | None]:
    """Each outline as a path in shares of the side; None for other strokes."""
    side = max(drawing.width, drawing.height)
    return [
        sample(np.array(stroke.points) / side, stroke.width / side) if is_outline(stroke) else None
        for stroke in drawing.strokes
    ]


def _touching(path: Path) -> float:
    """How far an end may be from a line and still touch it: their ink overlaps."""
    return 0.75 * path.width + 0.004


def _nearest(spot: Array, line: Path, far: NDArray[np.bool_] | None = None) -> tuple[float, Array]:
    """How far a line is, and its nearest point; `far` (m,) says which pieces count."""
    foot = feet(spot[None], line)[0]
    apart = np.hypot(*(foot - spot).T)
    if far is not None:
        apart = np.where(far, apart, np.inf)
    best = int(apart.argmin())
    return float(apart[best]), foot[best]


def _elsewhere(path: Path, end: int) -> NDArray[np.bool_]:
    """(m,): the pieces of a path that are not just next to one of its ends."""
    middle = (path.along[1:] + path.along[:-1]) / 2
    return np.abs(middle - path.along[end]) > max(4 * path.width, 0.08)


def _away(paths: Sequence[Path], i: int, end: int) -> float:
    """From an end to the nearest other line, or to its own stroke's part that is not next to it."""
    path = paths[i]
    spot = path.xy[end]
    return min(
        _nearest(spot, other, _elsewhere(path, end) if j == i else None)[0]
        for j, other in enumerate(paths)
    )


def _again(path: Path, others: Sequence[Path], own: bool = True) -> NDArray[np.bool_]:
    """(n,): which samples run along one of the others, or (own) along the path's earlier part."""
    found = np.zeros(len(path.xy), bool)
    for other in [*others, *([path] if own else [])]:
        reach = overlap_limit(path.width, other.width)
        near = gaps(path.xy, other) < reach
        near &= np.abs(path.heading @ pieces_heading(other).T) > 0.85
        if other is path:
            near &= path.along[:, None] - path.along[1:][None] > max(3 * reach, 0.05)
        found |= near.any(1)
    return found


def _share(path: Path, where: NDArray[np.bool_]) -> float:
    """The share of a path's length between samples that are both in `where`."""
    steps = np.diff(path.along)
    return float(steps[where[1:] & where[:-1]].sum()) / max(path.length, 1e-9)


def _drop_doubles(kept: dict[int, Path]) -> None:
    """Leave out what runs along another line: whole strokes, or their ends. Short ones first."""
    for i in sorted(kept, key=lambda i: kept[i].length):
        path = kept[i]
        rest = [other for j, other in kept.items() if j != i]
        by_others = _again(path, rest, own=False)
        if rest and _share(path, by_others) >= TWICE:
            del kept[i]
            continue
        # An end that runs along a line is cut where the run begins, and so still touches it.
        last = _run_begins(by_others | _again(path, ()), path.along)
        first = len(path.xy) - 1 - _run_begins(by_others[::-1], path.length - path.along[::-1])
        if (first, last) == (0, len(path.xy) - 1):
            continue
        if last <= first or path.along[last] - path.along[first] < SHORTEST:
            if rest:
                del kept[i]
        else:
            kept[i] = cut(path, first, last)


def _run_begins(again: NDArray[np.bool_], along: Array) -> int:
    """The sample at which the run at a path's end begins; the last one where there is no run.

    A run may have short gaps, and a short hook behind it.
    """
    end = begin = len(again) - 1
    run = gap = 0.0
    for n in range(end - 1, -1, -1):
        step = float(along[n + 1] - along[n])
        if again[n] and again[n + 1]:
            run += step
            begin, gap = n, 0.0
        else:
            gap += step
            if gap > BREAK:
                break
    return begin if run >= max(SHORTEST_RUN, 1.5 * float(along[end] - along[begin] - run)) else end


def _cut_hooks(kept: dict[int, Path]) -> None:
    """Cut off what sticks out a little beyond the last crossing with another line."""
    for i, path in list(kept.items()):
        most = min(HOOK, HOOK_OF_LENGTH * path.length)
        first, last = 0, len(path.xy) - 1
        for j, other in kept.items():
            for at in _crossings(path, other, i == j, most):
                if path.along[at] <= most:
                    first = max(first, at)
                elif path.length - path.along[at] <= most:
                    last = min(last, at + 1)
        if (first or last < len(path.xy) - 1) and last - first > 1:
            kept[i] = cut(path, first, last)


def _crossings(path: Path, other: Path, own: bool, most: float) -> list[int]:
    """Pieces of `path` within `most` of an end that cross `other`; its own neighbours do not."""
    near = np.flatnonzero((path.along[:-1] <= most) | (path.length - path.along[1:] <= most))
    if not len(near):
        return []
    a, b = path.xy[near][:, None], path.xy[near + 1][:, None]
    c, d = other.xy[:-1][None], other.xy[1:][None]

    def turn(p: Array, q: Array, r: Array) -> Array:
        return (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (
            r[..., 0] - p[..., 0]
        )

    crossed = (turn(a, b, c) * turn(a, b, d) < 0) & (turn(c, d, a) * turn(c, d, b) < 0)
    if own:
        apart = np.abs(path.along[near][:, None] - path.along[:-1][None])
        crossed &= apart > max(2 * most, 0.08)
    return [int(k) for k in near[crossed.any(1)]]


@dataclass(frozen=True, slots=True)
class _Joint:
    """An end that could meet another end, or (`to` None) the side of a line."""

    cost: float
    end: tuple[int, int]
    to: tuple[int, int] | None
    line: int


def _join(kept: dict[int, Path]) -> None:
    """Let ends that nearly meet meet, the surest ones first."""
    met: set[tuple[int, int]] = set()
    paths, order = list(kept.values()), list(kept)
    for place, i in enumerate(order):
        for end in (0, -1):
            if _away(paths, place, end) <= 0.5 * paths[place].width:
                met.add((i, end))
    joints = sorted(_joints(kept, met), key=lambda joint: joint.cost)
    for joint in joints:
        if joint.end in met:
            continue
        i, end = joint.end
        spot = kept[i].xy[end]
        if joint.to is not None:
            if joint.to in met:
                continue
            j, other = joint.to
            goal = _middle(kept, joint.end, joint.to)
            kept[i] = bend(kept[i], end, goal - spot)
            kept[j] = bend(kept[j], other, goal - kept[j].xy[other])
            met |= {joint.end, joint.to}
        else:
            far = _elsewhere(kept[i], end) if joint.line == i else None
            _, goal = _nearest(spot, kept[joint.line], far)
            kept[i] = bend(kept[i], end, goal - spot)
            met.add(joint.end)


def _middle(kept: dict[int, Path], one: tuple[int, int], other: tuple[int, int]) -> Array:
    """Where two ends meet: the longer stroke yields less."""
    a, b = kept[one[0]], kept[other[0]]
    share = 0.5 if one[0] == other[0] else b.length / max(a.length + b.length, 1e-9)
    share = min(max(share, 0.25), 0.75)
    return a.xy[one[1]] + share * (b.xy[other[1]] - a.xy[one[1]])


def _joints(kept: dict[int, Path], met: set[tuple[int, int]]) -> list[_Joint]:
    """All joints that would not bend a stroke much nor close what is meant to be open."""
    ends = [(i, end) for i in kept for end in (0, -1) if (i, end) not in met]
    joints = []
    for n, (i, end) in enumerate(ends):
        path = kept[i]
        spot, heading = path.xy[end], path.outward(end)
        for j, other_end in ends[n + 1 :]:
            other = kept[j]
            gap = other.xy[other_end] - spot
            distance = float(np.hypot(*gap))
            moved = distance if i == j else 0.75 * distance
            if distance > END_GAP or moved > MOST_MOVED * min(path.length, other.length):
                continue
            way = gap / max(distance, 1e-9)
            agreement = float(heading @ way - other.outward(other_end) @ way) / 2
            limit = END_GAP if agreement > 0.25 else PASSING_GAP
            if i == j:
                share = OF_LENGTH if agreement > 0.25 else HOOKED
                limit = min(END_GAP, share * path.length)
            cost = distance * (1.3 - 0.3 * agreement)
            if distance <= limit:
                joints.append(_Joint(cost, (i, end), (j, other_end), j))
        for j, line in kept.items():
            distance, foot = _nearest(spot, line, _elsewhere(path, end) if j == i else None)
            if distance > SIDE_GAP or distance > MOST_MOVED * path.length:
                continue
            agreement = float(heading @ (foot - spot)) / max(distance, 1e-9)
            limit = OWN_GAP if j == i else SIDE_GAP if agreement > 0.35 else PASSING_GAP
            if distance <= limit:
                joints.append(_Joint(distance * (1.6 - 0.4 * agreement), (i, end), None, j))
    return joints


def _strays(paths: Sequence[Path]) -> list[int]:
    """Specks far from every other line and outside of the thing, unless they are many."""
    specks = [i for i, path in enumerate(paths) if path.length <= SPECK]
    if len(paths) - len(specks) < 1:
        return []
    found = []
    for i in specks:
        others = [path for j, path in enumerate(paths) if j != i]
        spot = paths[i].xy.mean(0)
        away = min(float(np.hypot(*(other.xy - spot).T).min()) for other in others)
        large = np.concatenate([paths[j].xy for j in range(len(paths)) if j not in specks])
        if away > SPECK_AWAY and not _surrounded(spot, large):
            found.append(i)
    return found if len(found) < RAIN else []


def _surrounded(spot: Array, ink: Array) -> bool:
    """Whether there is ink in every direction: no gap of a quarter turn."""
    angles = np.sort(np.arctan2(*(ink - spot).T[::-1]))
    gaps = [b - a for a, b in pairwise([*angles, angles[0] + 2 * np.pi])]
    return max(gaps) < np.pi / 2
