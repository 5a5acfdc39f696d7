"""People's doodles: Google's Quick, Draw! in its simplified form, kept as vectors.

One JSON object a line: `word`, `key_id` and `drawing`, a list of strokes `[[x, …], [y, …]]` in a
box of 256 × 256 (https://github.com/googlecreativelab/quickdraw-dataset, CC BY 4.0).
"""

import dataclasses
import gzip
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

Part = Literal["train", "validation", "judges"]
"""Of doodles with a key; further ones, whose keys are made up, are the second opinion's."""

PARTS: dict[Part, range] = {
    "train": range(14),
    "validation": range(14, 16),
    "judges": range(16, 20),
}
"""Twentieths of all doodles, by a hash of their key."""


def part_of(key_id: str) -> Part:
    """Which part a doodle belongs to; a function of its key alone, the same on every machine.

    `train` is what pocket learns from, `validation` what it is measured on, `judges` what the
    judges of its drawings learn from; no doodle is in two.
    """
    twentieth = hashlib.blake2b(key_id.encode(), digest_size=8).digest()[0] * 20 // 256
    return next(part for part, which in PARTS.items() if twentieth in which)


@dataclass(frozen=True, slots=True)
class Doodles:
    """Drawings as flat arrays: drawing `i` has the strokes `drawings[i]:drawings[i + 1]`, stroke
    `s` the points `strokes[s]:strokes[s + 1]`."""

    points: np.ndarray
    """`(P, 2)` float32 in [0, 1]: x, y; the drawing's own 256-box."""
    strokes: np.ndarray
    """`(S + 1,)` int64 offsets into `points`."""
    drawings: np.ndarray
    """`(N + 1,)` int64 offsets into `strokes`."""
    labels: np.ndarray
    """`(N,)` int64 indices into `words`."""
    words: list[str]
    """The classes, sorted."""

    def __len__(self) -> int:
        return len(self.labels)


def lines(path: Path) -> Iterator[dict]:
    """The records of an ndjson file (`.gz` or plain), or of every one in a folder, by name."""
    if path.is_dir():
        for inner in sorted([*path.glob("*.ndjson"), *path.glob("*.ndjson.gz")]):
            yield from lines(inner)
        return
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for line in file:
            yield json.loads(line)


def load(path: Path, parts: Collection[Part] | None, most: int = 10_000) -> Doodles:
    """The doodles of some parts, at most `most` a word and part, in the order of the file.

    parts: None takes all of them.
    """
    points, strokes, drawings, labels = [], [0], [0], []
    words: dict[str, int] = {}
    taken: dict[tuple[str, Part], int] = {}
    for record in lines(path):
        words.setdefault(record["word"], len(words))
        part = part_of(record["key_id"])
        taken[record["word"], part] = taken.get((record["word"], part), 0) + 1
        wanted = parts is None or part in parts
        if not wanted or taken[record["word"], part] > most:
            continue
        for xs, ys, *_ in record["drawing"]:
            points.append(np.array([xs, ys], np.float32).T / 255)
            strokes.append(strokes[-1] + len(xs))
        drawings.append(len(strokes) - 1)
        labels.append(words[record["word"]])
    order = sorted(words)
    rank = np.array([order.index(word) for word in words])
    return Doodles(
        np.concatenate(points),
        np.array(strokes, np.int64),
        np.array(drawings, np.int64),
        rank[np.array(labels, np.int64)],
        order,
    )


def every(doodles: Doodles, nth: int, *, rest: bool = False) -> Doodles:
    """Of each word every `nth` doodle, the first one among them, in their order; or the others."""
    count: dict[int, int] = {}
    chosen = []
    for i, label in enumerate(doodles.labels.tolist()):
        number = count.get(label, 0)
        count[label] = number + 1
        if (number % nth == 0) != rest:
            chosen.append(i)
    return _some(doodles, chosen)


def of(doodles: Doodles, words: Collection[str]) -> Doodles:
    """The doodles of some of the words, as if there were no others."""
    wanted = np.array([word in words for word in doodles.words])
    kept = _some(doodles, wanted[doodles.labels].nonzero()[0].tolist())
    own = [word for word, is_wanted in zip(doodles.words, wanted, strict=True) if is_wanted]
    return dataclasses.replace(kept, labels=(wanted.cumsum() - 1)[kept.labels], words=own)


def _some(doodles: Doodles, chosen: Iterable[int]) -> Doodles:
    strokes, points, drawings, labels = [0], [], [0], []
    for i in chosen:
        for s in range(doodles.drawings[i], doodles.drawings[i + 1]):
            points.append(doodles.points[doodles.strokes[s] : doodles.strokes[s + 1]])
            strokes.append(strokes[-1] + len(points[-1]))
        drawings.append(len(strokes) - 1)
        labels.append(doodles.labels[i])
    return Doodles(
        np.concatenate(points),
        np.array(strokes, np.int64),
        np.array(drawings, np.int64),
        np.array(labels, np.int64),
        doodles.words,
    )


def both(one: Doodles, other: Doodles) -> Doodles:
    """The doodles of two sets of the same words, one behind the other. Raises ValueError for sets
    of other words."""
    if one.words != other.words:
        raise ValueError("the doodles are not of the same words")
    return Doodles(
        np.concatenate((one.points, other.points)),
        np.concatenate((one.strokes, other.strokes[1:] + one.strokes[-1])),
        np.concatenate((one.drawings, other.drawings[1:] + one.drawings[-1])),
        np.concatenate((one.labels, other.labels)),
        one.words,
    )
