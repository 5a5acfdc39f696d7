"""Drift: how much of the first phrase each page keeps, and where the chain broke."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.album.book import Book

KEPT = 0.85
"""Cosine of two phrases from which on the one still says the other."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Similarities in [-1, 1] by page: to the first page, and to the page before.

    The first page has 1.0 and None; a page that is missing has None twice. Cosines of a phrase
    with a drawing are far lower than those of two phrases: compare like with like.
    """

    to_first: tuple[float | None, ...]
    to_previous: tuple[float | None, ...]

    @classmethod
    def of(cls, vectors: Sequence[Sequence[float] | None]) -> Drift:
        """From the pages' unit vectors, as the engine's embeddings give them; None for none."""
        pairs = zip([None, *vectors], vectors, strict=False)
        return cls(
            tuple(_cosine(vectors[0], vector) for vector in vectors),
            tuple(_cosine(before, vector) for before, vector in pairs),
        )

    @property
    def left(self) -> float | None:
        """How much of the first phrase the last one keeps, in 0..1; None if that is unknown.

        A drawing's similarity says little beside a phrase's, so drawings have no part in this.
        """
        phrases = [value for value in self.to_first[::2] if value is not None]
        return min(1.0, max(0.0, phrases[-1])) if len(phrases) > 1 else None

    def broke_at(self, book: Book) -> int | None:
        """The page (from 0) whose phrase lost most of the first one; None if the last kept it.

        A phrase with every word of the first one keeps it, whatever else it says.
        """
        first = _words(book.title)
        phrases = [
            (i, 1.0 if first and first <= _words(page.phrase) else value)
            for i, (page, value) in enumerate(zip(book.pages, self.to_first, strict=True))
            if page.phrase and value is not None
        ]
        if len(phrases) < 2 or phrases[-1][1] >= KEPT:
            return None
        falls = [(before - value, i) for (_, before), (i, value) in pairwise(phrases)]
        return max(falls, key=lambda fall: fall[0])[1]

    def sentence(self, book: Book) -> str:
        """Where it broke, in one sentence. Page numbers count from 1."""
        phrases = [page.phrase for page in book.pages if page.phrase]
        if len(phrases) < 2:
            return book.wording.short
        at = self.broke_at(book)
        if at is None:
            said = book.wording.same if phrases[-1] == phrases[0] else book.wording.unbroken
            return said.format(first=phrases[0], last=phrases[-1])
        before = next(p.phrase for p in reversed(book.pages[:at]) if p.phrase)
        now = book.pages[at].phrase
        return book.wording.broke.format(n=at + 1, before=before, now=now)


def _words(phrase: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", phrase.casefold())) - {"a", "an", "the"}


def _cosine(one: Sequence[float] | None, other: Sequence[float] | None) -> float | None:
    if one is None or other is None:
        return None
    return sum(a * b for a, b in zip(one, other, strict=True))
