"""One generation of drawings: who likes which, and which of them have children."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace

LITTER = 9
"""Drawings in a generation, so that a digit numbers each."""
MOST_PARENTS = 4
"""Those with fewer votes have no children, or nothing would be passed on."""


@dataclass(frozen=True, slots=True)
class Litter:
    """The drawings of a generation, by reference.

    parents: of each drawing, the numbers (from 0) of its parents in the generation before.
    votes: each person and the drawings, by number, that this person likes. scores: what the critic
    says of each, in [0, 1]; empty if nobody asked it, or it has not answered. chosen: the drawings
    that have children, the most liked one first; empty until the generation is over.
    """

    drawings: tuple[str, ...] = ()
    parents: tuple[tuple[int, ...], ...] = ()
    votes: tuple[tuple[str, tuple[int, ...]], ...] = ()
    scores: tuple[float, ...] = ()
    chosen: tuple[int, ...] = ()

    def likes(self, person: str) -> tuple[int, ...]:
        """What a person likes."""
        return dict(self.votes).get(person, ())

    def toggled(self, person: str, number: int) -> Litter:
        """With a person's vote for a drawing, or without it if it was there."""
        liked = set(self.likes(person)) ^ {number}
        rest = tuple(vote for vote in self.votes if vote[0] != person)
        new = ((person, tuple(sorted(liked))),) if liked else ()
        return replace(self, votes=(*rest, *new))

    @property
    def counts(self) -> tuple[int, ...]:
        """How many like each drawing."""
        found = Counter(number for _, liked in self.votes for number in liked)
        return tuple(found[number] for number in range(len(self.drawings)))

    def weight(self, number: int) -> int:
        """How often a parent is chosen: its votes, or once where the critic chose it."""
        return max(1, self.counts[number])

    def choose(self, rng: random.Random) -> tuple[int, ...]:
        """The drawings that are liked most, best first, at most MOST_PARENTS; none if nobody likes
        any. The critic decides between those that are liked as much, and chance where it is silent.
        Without a vote the two that the critic likes best, if it was asked."""
        counts = self.counts
        scores = self.scores or (0.0,) * len(self.drawings)
        lots = [rng.random() for _ in self.drawings]
        order = sorted(range(len(self.drawings)), key=lambda n: (-counts[n], -scores[n], lots[n]))
        liked = [number for number in order if counts[number]]
        if not liked and self.scores:
            return tuple(order[:2])
        return tuple(liked[:MOST_PARENTS])
