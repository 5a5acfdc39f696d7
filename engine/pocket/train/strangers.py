"""Icons that pocket has never seen, for a judge of what it draws.

`icons.choose` leaves icons out: the rest of a name with many, or of a set with several alike, and
names with too few. Sets copy from each other, so what was left out may yet be in pocket's pictures:
whatever is nearly one of those is dropped here, and so is all but one of what is nearly the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from random import Random

import numpy as np

from engine.pocket.train.icons import Icon, Rendered, key, render_all

GRID = 16
"""Cells a side of what two pictures are compared by."""

ALIKE = 0.25
"""Two pictures are nearly one if their cells differ by less than this, Euclidean, in shares of the
length of the fainter."""

BACK = 5
"""Of this many pictures of a word one is kept back, to measure the judge by."""


def left_out(found: Iterable[Icon], chosen: Iterable[Icon], names: Mapping[str, str]) -> list[Icon]:
    """The icons of `names` (by `icons.key`) that were found but not chosen, named by the word that
    `names` gives. An icon whose drawing is a chosen one's, letter by letter, counts as chosen."""
    taken = {icon.body for icon in chosen}
    return [
        Icon(names[key(icon.name)], icon.set, icon.body, icon.box, icon.emoji)
        for icon in found
        if key(icon.name) in names and icon.body not in taken
    ]


def strangers(
    icons: Sequence[Icon],
    seen: Iterable[Rendered],
    *,
    least: int = 6,
    most: int = 60,
    workers: int = 1,
) -> Rendered:
    """Pictures of the icons that are nearly none of those `seen` nor of each other.

    Of a word at most `most`, by lot; words with fewer than `least` are left out.
    """
    shuffled = list(icons)
    Random(0).shuffle(shuffled)
    rendered = render_all(shuffled, workers)
    mine = _cells(rendered)
    fresh = np.ones(len(mine), bool)
    for others in seen:
        theirs = _cells(others)
        for part in np.array_split(np.arange(len(mine)), max(1, len(mine) // 512)):
            fresh[part] &= ~_alike(mine[part], theirs).any(1)
    kept: list[int] = []
    of_word: dict[str, list[int]] = {}
    for i in fresh.nonzero()[0].tolist():
        same = of_word.setdefault(rendered.names[i], [])
        if len(same) < most and not (same and _alike(mine[[i]], mine[same]).any()):
            same.append(i)
    for same in of_word.values():
        kept += same if len(same) >= least else []
    return only(rendered, sorted(kept))


def only(rendered: Rendered, which: Sequence[int]) -> Rendered:
    """Some of the pictures; `which` are ascending."""
    inks = len(rendered.ink)
    return Rendered(
        rendered.ink[[i for i in which if i < inks]],
        rendered.colour[[i - inks for i in which if i >= inks]],
        [rendered.names[i] for i in which],
        [rendered.sets[i] for i in which],
    )


def split(rendered: Rendered) -> tuple[list[int], list[int]]:
    """Indices to learn from and indices kept back: every `BACK`th of a word, the first not."""
    count: Counter[str] = Counter()
    learned, back = [], []
    for i, name in enumerate(rendered.names):
        count[name] += 1
        (back if count[name] % BACK == 0 else learned).append(i)
    return learned, back


def _cells(rendered: Rendered) -> np.ndarray:
    """`(N, 2 * GRID²)`: mean opacity and mean darkness of the cells, in [0, 1]."""
    opacity = [rendered.ink, rendered.colour[..., 3]]
    dark = [rendered.ink]
    grey = rendered.colour[..., :3].mean(-1)
    dark.append(((255 - grey) * (rendered.colour[..., 3] / 255.0)).astype(np.uint8))
    parts = [np.concatenate([_pooled(part) for part in some]) for some in (opacity, dark)]
    return np.concatenate(parts, 1)


def _pooled(pictures: np.ndarray) -> np.ndarray:
    side = pictures.shape[1] // GRID
    cells = pictures.reshape(len(pictures), GRID, side, GRID, side)
    return cells.mean((2, 4), dtype=np.float32).reshape(len(pictures), GRID * GRID) / 255


def _alike(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """`(A, B)` bool: which of `(A, D)` and `(B, D)` are nearly one."""
    a, b = (some**2).sum(1)[:, None], (others**2).sum(1)[None]
    apart = np.maximum(a + b - 2 * some @ others.T, 0)
    return apart < ALIKE**2 * np.minimum(a, b)
