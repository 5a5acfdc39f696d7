"""Which colours a drawing gets: those that the prompt names, then those that the thing has.

A thing's colours come from a table that ships with pocket (engine/train/palettes.py made
it from open colour emoji): found by name, or else by the text embedding, so that a kitten has a
cat's. What resembles nothing in the table gets three pens that go well together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from engine import pocket
from engine.canvas.drawing import RGB
from engine.paint.colour.colour_words import Named, things
from engine.paint.colour.shades import GREY, as_rgb, chroma, oklab
from engine.see import critic as critics
from engine.see.caption.grammar import singular
from engine.see.critic import POCKET, Critic

TABLE = Path(pocket.__file__).parent / "palettes.npz"
COLOURS = 5  # of a thing, at most
GRID = 8  # cells a side of the plan that says which colour is where
EMPTY = 15  # in the plan: nothing of the thing
AXES = 44  # of the shortened text embedding
ALIKE = 0.7  # cosine from which a name is near enough to lend its colours
ACCENTS = 0.25  # of the area: what a thing keeps of its other colours when the prompt names one

# Three pens that go together, for what nobody knows the colours of.
_TRIOS = (
    ("f2a33a", "3f8fc4", "e4572e"), ("4fb3a5", "f6c445", "e76f6f"), ("7aa95c", "f2c14e", "c8553d"),
    ("6c8fd6", "f5b3c1", "f7d774"), ("e98a4f", "5aa9a3", "f4d58d"), ("9b7ede", "f2b84b", "5cc0c0"),
    ("ef7f7f", "6fb7e9", "f8da7a"), ("58a55c", "f08a5d", "f3d250"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours with the share of the area that each has, the largest first; at least one.

    colours: opaque RGB, [0, 1]. shares: sum to 1. plan: row by row, 64 cells over the thing's
    box, which colour is there (an index, or EMPTY); () if nobody knows. source: `words`, `thing`
    or `default`. things: what in the table the colours are from.
    """

    colours: tuple[RGB, ...]
    shares: tuple[float, ...]
    plan: tuple[int, ...] = ()
    source: str = "default"
    things: tuple[str, ...] = ()


def palette(critic: Critic, prompt: str, seed: int = 0) -> Palette:
    """The colours for a prompt: those of its things together, the first thing's most.

    critic: any; names are compared by pocket's text tower. seed: chooses the pens for what
    nobody knows. The plan is a thing's own, so there is none where the prompt has several.
    """
    found = [part for part in palettes(critic, prompt, seed) if part.source != "default"]
    if not found:
        return default(seed)
    if len(found) == 1:
        return found[0]
    weights = [0.6, 0.4] if len(found) == 2 else [1 / len(found)] * len(found)
    colours: list[RGB] = []
    shares: list[float] = []
    for part, weight in zip(found, weights, strict=True):
        for colour, share in zip(part.colours, part.shares, strict=True):
            colours.append(colour)
            shares.append(weight * share)
    words = any(part.source == "words" for part in found)
    names = tuple(name for part in found for name in part.things)
    return _merged(colours, shares, "words" if words else "thing", names)


def palettes(critic: Critic, prompt: str, seed: int = 0) -> list[Palette]:
    """One palette for each thing that the prompt speaks of, in their order."""
    return [_of(critic, thing, seed) for thing in things(prompt)]


def default(seed: int) -> Palette:
    """Three pens that go well together."""
    trio = Random(seed).choice(_TRIOS)
    colours = tuple(
        (int(h[:2], 16) / 255, int(h[2:4], 16) / 255, int(h[4:], 16) / 255) for h in trio
    )
    return Palette(colours, (0.6, 0.25, 0.15))


def _of(critic: Critic, thing: Named, seed: int) -> Palette:
    found = _lookup(critic, thing.text) if thing.text else None
    known = found or default(seed)
    if not thing.colours:
        return known
    return _recoloured(known if found else None, thing.colours)


def _recoloured(known: Palette | None, said: Sequence[RGB]) -> Palette:
    """The named colours for the thing's main ones; its accents stay."""
    said = list(dict.fromkeys(said))[:COLOURS]
    if known is None or len(said) > 2:
        shares = (1.0,) if len(said) == 1 else tuple(1 / len(said) for _ in said)
        return Palette(tuple(said), shares, (), "words", known.things if known else ())
    main = known.colours[0]
    accent = [
        i
        for i, colour in enumerate(known.colours)
        if i and known.shares[i] <= ACCENTS and not _related(colour, main)
    ]
    total = min(ACCENTS, sum(known.shares[i] for i in accent))
    kept = sum(known.shares[i] for i in accent) or 1.0
    firsts = [1 - total] if len(said) == 1 else [0.6 * (1 - total), 0.4 * (1 - total)]
    colours = [*said, *(known.colours[i] for i in accent)]
    shares = [*firsts, *(total * known.shares[i] / kept for i in accent)]
    plan: tuple[int, ...] = ()
    if len(said) == 1:
        new = {old: 1 + accent.index(old) if old in accent else 0 for old in range(COLOURS)}
        plan = tuple(EMPTY if cell == EMPTY else new[cell] for cell in known.plan)
    fresh = _merged(colours[:COLOURS], shares[:COLOURS], "words", known.things)
    same = fresh.colours == tuple(colours[:COLOURS])
    return replace(fresh, plan=plan) if same else fresh


def _related(one: RGB, other: RGB) -> bool:
    """Whether two colours are shades of one hue, or both grey."""
    a, b = oklab(one), oklab(other)
    if min(chroma(one), chroma(other)) < GREY:
        return max(chroma(one), chroma(other)) < GREY
    turn = np.arctan2(a[2], a[1]) - np.arctan2(b[2], b[1])
    return bool(abs((turn + np.pi) % (2 * np.pi) - np.pi) < np.radians(35))


def _merged(
    colours: Sequence[RGB], shares: Sequence[float], source: str, names: tuple[str, ...]
) -> Palette:
    """A palette of the largest, equal colours counted together."""
    sums: dict[RGB, float] = {}
    for colour, share in zip(colours, shares, strict=True):
        sums[colour] = sums.get(colour, 0.0) + share
    best = sorted(sums.items(), key=lambda item: -item[1])[:COLOURS]
    total = sum(share for _, share in best)
    return Palette(
        tuple(c for c, _ in best), tuple(share / total for _, share in best), (), source, names
    )


@dataclass(frozen=True, slots=True)
class _Table:
    row: dict[str, int]
    names: tuple[str, ...]
    palettes: tuple[Palette, ...]
    axes: NDArray[np.float32]  # (AXES, D)
    vectors: NDArray[np.float32]  # (N, AXES), unit


@cache
def table(file: Path = TABLE) -> _Table:
    """The table in a file. Raises OSError, ValueError or KeyError if that is none."""
    with np.load(file) as data:
        names = tuple(bytes(data["names"]).decode().split("\n"))
        rows = []
        for rgb, shares, packed in zip(
            data["colours"], data["shares"], data["places"], strict=True
        ):
            count = max(1, int((shares > 0).sum()))
            part = shares[:count] / max(1, shares[:count].sum())
            plan = np.stack((packed >> 4, packed & 15), 1).ravel()
            rows.append(
                Palette(
                    tuple(as_rgb(c / 255) for c in rgb[:count]),
                    tuple(float(s) for s in part),
                    tuple(int(p) for p in plan) if (plan != EMPTY).any() else (),
                    "thing",
                )
            )
        vectors = data["vectors"].astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        of = tuple(
            replace(rows[r], things=(name,)) for name, r in zip(names, data["row"], strict=True)
        )
        index = {name: i for i, name in enumerate(names)}
        return _Table(index, names, of, data["axes"].astype(np.float32), vectors)


def _lookup(critic: Critic, text: str) -> Palette | None:
    """The thing that a phrase names, or the nearest one; None if that is far."""
    known = table()
    words = text.split()
    for count in range(len(words), 0, -1):  # the longest name, the last one of these
        for first in range(len(words) - count, -1, -1):
            part = " ".join(words[first : first + count])
            for name in (part, singular(part)):
                if name in known.row:
                    return known.palettes[known.row[name]]
    near = [(cosine, name) for name, cosine in nearest(critic, text, 1)]
    return known.palettes[known.row[near[0][1]]] if near[0][0] >= ALIKE else None


def nearest(critic: Critic, text: str, count: int = 5) -> list[tuple[str, float]]:
    """The names of the table that are nearest in meaning, each with its cosine."""
    known = table()
    vector = _pocket(critic).encode_text([text])[0].float().cpu().numpy() @ known.axes.T
    cosines = known.vectors @ (vector / max(float(np.linalg.norm(vector)), 1e-9))
    best = np.argsort(-cosines)[:count]
    return [(known.names[i], float(cosines[i])) for i in best]


def _pocket(critic: Critic) -> Critic:
    return critic if critic.name == POCKET else _loaded()


@cache
def _loaded() -> Critic:
    return critics.load(POCKET, "cpu")
