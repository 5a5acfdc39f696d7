"""Doodles and line icons as strokes of a fixed number of points: what the sketcher learns from.

A stroke that is long or winds much is cut into pieces, so that POINTS points at equal distances
say it; a drawing is moved to the middle and its longer side made 1.7 long.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.pocket.sketcher import POINTS, STROKES
from engine.train.doodles import Doodles

SIDE = 1.7
"""Longer side of a drawing; the canvas is 2 wide."""
LONGEST = 2.8
"""Length of a stroke from which on it is cut."""
WINDING = 7.0
"""Radians that a stroke may turn before it is cut."""


@dataclass(frozen=True, slots=True)
class Sketches:
    """Drawings as strokes, one behind another: drawing i has the strokes first[i]:first[i + 1]."""

    points: np.ndarray
    """(S, POINTS, 2) float32 in about [-1, 1], y down."""
    first: np.ndarray
    """(N + 1,) int64."""
    names: np.ndarray
    """(N,) int64 indices into `words`."""
    kinds: np.ndarray
    """(N,) int64: DOODLE or ICON."""
    words: list[str]

    def __len__(self) -> int:
        return len(self.names)

    def save(self, path: Path) -> None:
        np.savez(
            path, points=self.points, first=self.first, names=self.names, kinds=self.kinds,
            words=np.array(self.words),
        )  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> "Sketches":
        with np.load(path) as z:
            return cls(z["points"], z["first"], z["names"], z["kinds"], z["words"].tolist())


def length(path: np.ndarray) -> float:
    """Of a path (N, 2)."""
    return float(np.hypot(*np.diff(path, axis=0).T).sum())


def resampled(path: np.ndarray, count: int) -> np.ndarray:
    """(count, 2) points at equal distances along a path (N, 2)."""
    along = np.r_[0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))]
    if along[-1] < 1e-6:
        return np.repeat(path[:1], count, 0)
    at = np.linspace(0, along[-1], count)
    return np.c_[np.interp(at, along, path[:, 0]), np.interp(at, along, path[:, 1])]


def winding(path: np.ndarray) -> float:
    """How far a path turns, in radians, there and back both counted."""
    way = np.diff(path, axis=0)
    turns = np.diff(np.unwrap(np.arctan2(way[:, 1], way[:, 0])))
    return float(np.abs(turns).sum())


def sketch(paths: Sequence[np.ndarray]) -> np.ndarray:
    """A drawing's paths, each (N, 2), as (S, POINTS, 2): 1 to STROKES strokes in their order.

    Of more strokes the longest are kept.
    """
    ink = np.concatenate(paths)
    low, high = ink.min(0), ink.max(0)
    factor = SIDE / max(float((high - low).max()), 1e-6)
    parts: list[np.ndarray] = []
    for path in paths:
        placed = (path - (low + high) / 2) * factor
        if len(placed) < 2:
            placed = np.r_[placed, placed + 0.01]
        cuts = max(length(placed) / LONGEST, winding(resampled(placed, 24)) / WINDING)
        pieces = max(1, math.ceil(cuts))
        fine = resampled(placed, pieces * (POINTS - 1) + 1)
        parts += [fine[i * (POINTS - 1) : (i + 1) * (POINTS - 1) + 1] for i in range(pieces)]
    if len(parts) > STROKES:
        longest = np.argsort([-length(part) for part in parts], kind="stable")[:STROKES]
        parts = [parts[i] for i in sorted(longest)]
    return np.array(parts, np.float32)


def gather(
    drawings: Iterable[tuple[str, int, Sequence[np.ndarray]]],
) -> Sketches:
    """Drawings of (name, kind, paths) as one set."""
    points, first, names, kinds = [], [0], [], []
    words: dict[str, int] = {}
    for name, kind, paths in drawings:
        strokes = sketch(paths)
        points.append(strokes)
        first.append(first[-1] + len(strokes))
        names.append(words.setdefault(name, len(words)))
        kinds.append(kind)
    return Sketches(
        np.concatenate(points),
        np.array(first, np.int64),
        np.array(names, np.int64),
        np.array(kinds, np.int64),
        list(words),
    )


def paths_of(doodles: Doodles, number: int) -> list[np.ndarray]:
    """The strokes of a doodle as paths (N, 2), y down."""
    some = range(doodles.drawings[number], doodles.drawings[number + 1])
    return [doodles.points[doodles.strokes[s] : doodles.strokes[s + 1]] for s in some]


def cut_short(paths: Sequence[np.ndarray], share: float) -> list[np.ndarray]:
    """Paths, each (N, 2), up to a share of their whole length; the last one is cut."""
    left = share * sum(length(path) for path in paths)
    kept: list[np.ndarray] = []
    for path in paths:
        if share >= 1 or left >= length(path):
            kept.append(path)
            left -= length(path)
            continue
        along = np.r_[0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))]
        whole = int(np.searchsorted(along, left, side="right"))
        end = [np.interp(left, along, path[:, 0]), np.interp(left, along, path[:, 1])]
        if left > 0 or not kept:
            kept.append(np.r_[path[:whole], [end]])
        break
    return kept
