"""How the bot guesses out loud: when it looks, and what it dares to say.

The bot does not know the word. It is given what a network makes of the strokes so far, and leaves
people a chance by looking seldom, waiting at the start, and keeping quiet when it is unsure. How
sure it must be falls as the turn goes on: nobody knows how much of a drawing is still to come, so
it is too sure at first and not sure enough at last (docs/pocket.md, "When to speak").
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from games.words.matching import same


@dataclass(frozen=True, slots=True)
class Strength:
    """How well the bot plays.

    `first` is the part of a turn that passes before the first look, `every` the seconds from look
    to look, `sure` the least probability of what it says at the beginning of a turn and `down_to`
    at its end, `guesses` the most it says in a turn.
    """

    first: float
    every: float
    sure: float
    down_to: float
    guesses: int

    def least(self, passed: float) -> float:
        """The least probability (0..1) of what the bot says when this share (0..1) of the turn's
        time has passed."""
        return self.sure + (self.down_to - self.sure) * passed


STRENGTHS = {
    "easy": Strength(first=0.35, every=15.0, sure=0.7, down_to=0.3, guesses=4),
    "medium": Strength(first=0.2, every=10.0, sure=0.5, down_to=0.1, guesses=8),
    "hard": Strength(first=0.1, every=6.0, sure=0.3, down_to=0.03, guesses=15),
}

STEADY = {
    name: replace(STRENGTHS[name], sure=least, down_to=least)
    for name, least in (("easy", 0.4), ("medium", 0.2), ("hard", 0.08))
}
"""The strengths in games whose logs are older than version 4."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word, in the language of the game, and the probability (0..1) of its being drawn."""

    word: str
    probability: float


def next_look(strength: Strength, rng: random.Random) -> float:
    """Seconds until the bot looks again: within a fifth of `every`, so that nobody can count."""
    return strength.every * rng.uniform(0.8, 1.2)


def choose(
    strength: Strength,
    passed: float,
    candidates: Sequence[Candidate],
    said: Iterable[str],
    language: str,
) -> str | None:
    """What the bot says when this share (0..1) of the turn's time has passed: the likeliest
    candidate that is new and sure enough, or None."""
    before = tuple(said)
    if len(before) >= strength.guesses:
        return None
    for candidate in sorted(candidates, key=lambda one: -one.probability):
        if candidate.probability < strength.least(passed):
            return None
        if not any(same(candidate.word, word, language) for word in before):
            return candidate.word
    return None
