"""What many chains tell together: how much of a first phrase is left, link by link.

A chain of the bot alone says little; twenty say how fast it drifts, and whether what a drawing
avoids or the number of its strokes changes that.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from games.telephone.books import BookPage
from games.words.lists import words
from games.words.matching import same, tokens

_LONGEST_NAME = 4  # words


@dataclass(frozen=True, slots=True)
class Chain:
    """A finished chain: how it was drawn, its pages, and their similarities to the first one.

    `kept` are cosines in -1..1 by page, None for a page that is missing.
    """

    strokes: int
    avoiding: bool
    pages: tuple[BookPage, ...]
    kept: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """The means of the chains that were drawn alike, by page from the second on.

    `named` is how many of them have a first guess that names what the first phrase named.
    """

    strokes: int
    avoiding: bool
    chains: int
    named: int
    kept: tuple[float | None, ...]


def survey(chains: Iterable[Chain]) -> tuple[Row, ...]:
    """The rows of the table, by strokes, without what is avoided first."""
    alike: dict[tuple[int, bool], list[Chain]] = {}
    for chain in chains:
        alike.setdefault((chain.strokes, chain.avoiding), []).append(chain)
    return tuple(
        Row(strokes, avoiding, len(some), sum(map(named, some)), _means(some))
        for (strokes, avoiding), some in sorted(alike.items())
    )


def named(chain: Chain) -> bool:
    """Whether the first guess names the thing that the first phrase named, or a synonym."""
    return len(chain.pages) > 2 and names(chain.pages[2].content, thing_of(chain.pages[0].content))


def thing_of(phrase: str) -> tuple[str, ...]:
    """Everything that counts as the first thing a phrase names; the whole phrase if none is known.

    "a cat riding a bicycle" is about a cat, so "kitten" counts. The longest name wins where
    several begin: an ice cream is no ice.
    """
    said = tokens(phrase, "en")
    for start in range(len(said)):
        for end in range(min(len(said), start + _LONGEST_NAME), start, -1):
            for word in words("en"):
                if any(same(" ".join(said[start:end]), name, "en") for name in word.answers):
                    return word.answers
    return (phrase,)


def names(phrase: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in a phrase, as words of its own."""
    said = tokens(phrase, "en")
    return any(
        same(" ".join(said[start:end]), answer, "en")
        for answer in answers
        for start in range(len(said))
        for end in range(start + 1, min(len(said), start + _LONGEST_NAME) + 1)
    )


def _means(chains: Sequence[Chain]) -> tuple[float | None, ...]:
    longest = max(len(chain.kept) for chain in chains)
    columns = [
        [chain.kept[i] for chain in chains if i < len(chain.kept)] for i in range(1, longest)
    ]
    there = [[value for value in column if value is not None] for column in columns]
    return tuple(statistics.fmean(column) if column else None for column in there)
