"""Several things in one picture: are there some, what are they, and how do they stand?

In a picture, things are told by the empty space around them, in a drawing by hand by its strokes
(`caption.grouping`). Here it is decided with what the model sees in them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine import pocket
from engine.canvas.drawing import Drawing, Stroke
from engine.canvas.tidy import is_outline
from engine.see import hand
from engine.see.caption import colours, grouping, places
from engine.see.caption.blocked import is_blocked, unsayable
from engine.see.caption.grammar import LONGEST, Noun, Phrase, nouns
from engine.see.caption.grouping import Movements, Parting
from engine.see.caption.looking import Look
from engine.see.caption.places import Points
from engine.see.critic import NAMER, POCKET

RARE = 0.5
"""By how much, on the same scale, a noun that people seldom draw must be ahead of others."""

SURE = 0.15
"""How probable, among all nouns, each of the things that stand apart must be to be named."""
ALIKE = 3.0
"""By how many logits for each more thing, all of one kind are likelier than of several kinds."""
MARKS = frozenset(("line", "zigzag", "squiggle", "wavy line", "dotted line"))
"""Nouns of mere strokes: what looks like one beside a thing is nearly always a detail of it, such
as the ground that it stands on, and not named for itself."""
LINES = 0.25
"""Of the strokes of a drawing by the engine: with fewer lines over all else, it is a painting."""


def movements(model: str, drawing: Drawing, *, by_hand: bool = True) -> Movements | None:
    """A drawing as a model can read it by its strokes; None where it looks at pictures alone, or
    where no strokes can be seen. by_hand: a person made them all; of a drawing by the engine only
    the outlines are read, not what colours them in, and nothing where there are none."""
    if model not in (POCKET, NAMER) or (drawing.patches and not by_hand):
        return None
    lines = drawing if by_hand else replace(drawing, strokes=_outlines(drawing))
    return Movements(lines, drawing) if hand.movements(lines) else None


def _outlines(drawing: Drawing) -> tuple[Stroke, ...]:
    """The lines that lie over all that colours them in; none of a painting, which has few."""
    strokes = drawing.strokes
    under = max((i for i, stroke in enumerate(strokes) if not is_outline(stroke)), default=-1) + 1
    return strokes[under:] if len(strokes) - under >= LINES * len(strokes) else ()


def share(by_hand: bool) -> float:
    """How much of a drawing is there: all of one by the engine; of a person's nobody knows."""
    return math.nan if by_hand else 1.0


@torch.no_grad()
def likeliest(moves: Movements, vectors: Tensor) -> Parting | None:
    """The likeliest way in which a drawing is several things, as far as its strokes tell alone;
    None if that is out of the question. vectors: as for `weighed`."""
    found = weighed(moves, vectors)
    if not found:
        return None
    worth = [float(np.dot(grouping.BY_STROKES, features)) for _, features in found]
    best = int(np.argmax(worth))
    return found[best][0] if worth[best] > grouping.LEAST else None


@torch.no_grad()
def weighed(moves: Movements, vectors: Tensor) -> list[tuple[Parting, NDArray[np.float64]]]:
    """The ways in which a drawing may be several things, each with the values of
    `grouping.FEATURES` by its strokes alone. vectors: of the nouns (N, D), of the built-in model.
    """
    found = moves.partings()
    if not found:
        return []
    whole = tuple(range(len(moves.all)))
    things = list(dict.fromkeys((whole, *(thing for parting in found for thing in parting.way))))
    seen = pocket.stroke_reader().alone(*hand.batch([moves.hand(thing) for thing in things]))
    by_row = log_chances(seen.to(vectors.device) @ vectors.T).cpu().double().numpy()
    row = {thing: number for number, thing in enumerate(things)}
    return [
        (one, grouping.features(one.lie, by_row[0], by_row[[row[thing] for thing in one.way]]))
        for one in found
    ]


def log_chances(logits: Tensor) -> Tensor:
    """(N, nouns) logarithms of how probable each noun is, by the logits of all of them."""
    rare = torch.tensor([noun.rare for noun in nouns()], device=logits.device)
    return (logits - RARE * rare).log_softmax(1)


def phrase(chances: Tensor, looked: Look, forbidden: frozenset[str] = frozenset()) -> Phrase | None:
    """How many of what is parted, or what stands where, without `MARKS` beside it; None if it is
    one thing.

    chances: see `log_chances`, of the whole and of each thing (1 + P, N). forbidden: see `blocked`.
    """
    count = len(looked.places)
    if not count or not (looked.lie is None or _several(chances, looked.lie)):
        return None
    things, chances = nouns(), chances.clone()
    chances[:, list(unsayable(forbidden))] = -torch.inf
    each, kinds = chances[1:].max(1)
    together, kind = chances[1:].sum(0).max(0)
    if float(together) + ALIKE * (count - 1) >= float(each.sum()):
        each, kinds = chances[1:, kind], kind.expand(count)
    # What empty space parts must be surer than the whole; what strokes part was weighed before.
    least = max(float(chances[0].max()), math.log(SURE)) if looked.lie is None else -math.inf
    if float(each.min()) < least or float(each.min()) == -math.inf:
        return None
    named = [things[i] for i in kinds.tolist()]
    looked, named = _without_marks(looked, named)
    counts = Counter(named)
    if any(count > 1 and not noun.plural for noun, count in counts.items()):
        return None
    said = _listed(counts) if len(counts) > 2 else _related(counts, named, looked)
    return None if len(str(said)) > LONGEST or is_blocked(said, forbidden) else said


def _without_marks(looked: Look, named: list[Noun]) -> tuple[Look, list[Noun]]:
    """The things that are more than mere strokes; all if none is."""
    kept = [i for i, noun in enumerate(named) if noun.text not in MARKS] or range(len(named))
    places, each = ([of[i] for i in kept if i < len(of)] for of in (looked.places, looked.each))
    return replace(looked, places=tuple(places), each=tuple(each)), [named[i] for i in kept]


_NUMBERS = ("", "", "two", "three", "four")


def _several(chances: Tensor, lie: NDArray[np.float64]) -> bool:
    rows = chances.cpu().double().numpy()
    features = grouping.features(lie, rows[0], rows[1:])
    return float(np.dot(grouping.BY_SIGHT, features)) > grouping.SEVERAL


def _listed(counts: Counter[Noun]) -> Phrase:
    """One after the other."""
    first, second, *more = counts
    return Phrase(
        first,
        count=_NUMBERS[counts[first]],
        relation="and",
        other=second,
        other_count=_NUMBERS[counts[second]],
        more=tuple((noun, _NUMBERS[counts[noun]]) for noun in more),
    )


def _related(counts: Counter[Noun], named: Sequence[Noun], looked: Look) -> Phrase:
    """How many there are of one kind, or how those of two kinds stand."""
    first, *others = counts
    inks = {noun: _common(looked.each, named, noun) for noun in counts}
    if not others:
        return Phrase(first, count=_NUMBERS[counts[first]], colour=inks[first])
    (other,) = others
    ours, theirs = (
        [points for points, noun in zip(looked.places, named, strict=True) if noun == kind]
        for kind in (first, other)
    )
    relation, swapped = _relation(ours, theirs)
    if swapped:
        first, other = other, first
    return Phrase(
        first,
        count=_NUMBERS[counts[first]],
        colour=inks[first],
        relation=relation,
        other=other,
        other_count=_NUMBERS[counts[other]],
        other_colour=inks[other],
    )


def _relation(ours: Sequence[Points], theirs: Sequence[Points]) -> tuple[str, bool]:
    """How some things stand to others, all alike; see `places.standing`."""
    found = {places.standing(one, other) for one in ours for other in theirs}
    return found.pop() if len(found) == 1 else ("and", False)


def _common(each: Sequence[dict[str, float]], named: Sequence[Noun], noun: Noun) -> str:
    """The colour that all things of a name have; "" if they have none, or several."""
    called = {colours.called(inks) for inks, one in zip(each, named, strict=False) if one == noun}
    return called.pop() if len(called) == 1 else ""
