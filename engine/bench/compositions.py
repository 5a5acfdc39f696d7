"""Sheets on which a person drew several things: people's doodles put together, one after another.

Whoever draws a cat beside a tree draws the cat and then the tree, at sizes of their own, apart or
so that they touch; sometimes a detail of the first is added at the end.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.bench.doodles import Doodle
from engine.canvas.drawing import Drawing, polyline

KINDS = ("beside", "above", "on", "close beside", "three", "twins", "close twins")
"""How things stand: apart, or, where it says close or on, so that their lines meet. Of twins both
show the same word."""
TOUCHING = ("on", "close")
"""What kinds whose lines meet begin with."""
SMALLEST = 0.5
"""Side of a thing, where the largest it may be is 1."""
LATE = 0.2
"""Share of the sheets on which a stroke of the first thing is drawn at the end."""
PEN = 0.02
"""Width of the pen, of the longer side of everything."""
AIR = 0.06
"""Around everything, of the same."""
SIDE = 512

_GAPS = 0.06, 0.3  # between things that stand apart, of the smaller one's side
_DEEP = 0.0, 0.06  # how far things that meet go into each other, of the same
_NEAR = 6.0  # of 256: points no further apart across are compared where lines are to meet

Path = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Composition:
    """What was put together. words: one a thing. kind: of `KINDS`, or "one". paths: each (N, 2), in
    the order drawn. owners: to which thing each belongs. late: a stroke came at the end."""

    words: tuple[str, ...]
    kind: str
    paths: tuple[Path, ...]
    owners: tuple[int, ...]
    late: bool = False

    @property
    def touching(self) -> bool:
        """Whether the lines of its things meet."""
        return self.kind.startswith(TOUCHING)

    def drawing(self) -> Drawing:
        """As somebody would hand it in."""
        points = np.concatenate(self.paths)
        low, high = points.min(0), points.max(0)
        scale = (1 - 2 * AIR) * SIDE / float((high - low).max())
        width, height = np.ceil((high - low) * scale + 2 * AIR * SIDE).astype(int).tolist()
        strokes = [
            stroke
            for path in self.paths
            for stroke in polyline(
                [(x, y) for x, y in ((path - low) * scale + AIR * SIDE).tolist()], PEN * SIDE
            )
        ]
        return Drawing(width, height, tuple(strokes))


def alone(doodle: Doodle) -> Composition:
    """A single thing, in the same way."""
    paths = tuple(np.array(path, float) for path in doodle.paths)
    return Composition((doodle.word,), "one", paths, (0,) * len(paths))


def composed(kind: str, doodles: Sequence[Doodle], chance: random.Random) -> Composition:
    """Doodles put together: two, or for "three" three; for twins two of one word."""
    things = [_sized(doodle, chance) for doodle in doodles]
    placed = [things[0]]
    for thing in things[1:]:
        placed.append(_moved(thing, placed[-1], kind, chance))
    order = list(range(len(placed)))
    if kind == "on" and chance.random() < 0.5:
        order.reverse()
    paths = [path for i in order for path in placed[i]]
    owners = [i for i in order for _ in placed[i]]
    late = chance.random() < LATE and len(placed[order[0]]) > 1
    if late:
        number = chance.randrange(1, len(placed[order[0]]))
        paths.append(paths.pop(number))
        owners.append(owners.pop(number))
    words = tuple(doodle.word for doodle in doodles)
    return Composition(words, kind, tuple(paths), tuple(owners), late)


def _sized(doodle: Doodle, chance: random.Random) -> list[Path]:
    size = 256 * chance.uniform(SMALLEST, 1.0)
    paths = [np.array(path, float) for path in doodle.paths]
    points = np.concatenate(paths)
    scale = size / max(float((points.max(0) - points.min(0)).max()), 1.0)
    return [(path - points.min(0)) * scale for path in paths]


def _moved(thing: list[Path], last: list[Path], kind: str, chance: random.Random) -> list[Path]:
    """The thing to the right of the last one, or below it."""
    along = 1 if kind in ("above", "on") else 0
    ours, theirs = np.concatenate(thing), np.concatenate(last)
    across = 1 - along
    sides = [float((points.max(0) - points.min(0)).max()) for points in (ours, theirs)]
    shift = np.zeros(2)
    # Beside each other things stand on one ground, more or less; above, one is over the middle.
    spread = chance.uniform(-0.15, 0.15) * min(sides)
    if along == 0:
        shift[1] = theirs[:, 1].max() - ours[:, 1].max() + spread
    else:
        middles = [(points.min(0)[0] + points.max(0)[0]) / 2 for points in (theirs, ours)]
        shift[0] = middles[0] - middles[1] + spread
    gap = chance.uniform(*_GAPS) * min(sides)
    shift[along] = theirs.max(0)[along] + gap - ours.min(0)[along]
    if kind.startswith(TOUCHING):
        dense, others = _dense(thing) + shift, _dense(last)
        level = np.abs(dense[:, None, across] - others[None, :, across]) < _NEAR
        away = dense[:, None, along] - others[None, :, along]
        least = away[level].min() if level.any() else gap
        shift[along] -= least + chance.uniform(*_DEEP) * min(sides)
    return [path + shift for path in thing]


def _dense(paths: Sequence[Path]) -> Path:
    """Points along paths, close to each other."""
    found = []
    for path in paths:
        for a, b in pairwise(path):
            steps = max(2, int(np.hypot(*(b - a)) / 4))
            found.append(a + (b - a) * np.linspace(0, 1, steps)[:, None])
        if len(path) == 1:
            found.append(path)
    return np.concatenate(found)


def sheets(kind: str, doodles: Sequence[Doodle], count: int, seed: int) -> list[Composition]:
    """So many sheets of a kind, of doodles taken by lot."""
    chance = random.Random(f"{kind} {seed}")
    of_word: dict[str, list[Doodle]] = {}
    for doodle in doodles:
        of_word.setdefault(doodle.word, []).append(doodle)
    several = [word for word, found in of_word.items() if len(found) > 1]
    found = []
    for _ in range(count):
        if kind.endswith("twins"):
            taken = chance.sample(of_word[chance.choice(several)], 2)
        else:
            words = chance.sample(sorted(of_word), 3 if kind == "three" else 2)
            taken = [chance.choice(of_word[word]) for word in words]
        found.append(composed(kind, taken, chance))
    return found
