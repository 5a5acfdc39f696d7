"""Letters that are given away, one by one and at even times."""

from __future__ import annotations

import random
import unicodedata
from typing import TypeAlias

Mask: TypeAlias = tuple[str | None, ...]
"""A word as guessers see it: one entry for each character, None where it is hidden."""


def _hidden(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char) == "Lm"


def spelling(word: str) -> str:
    """The word as hints spell it: composed, so that an accented letter is one character."""
    return unicodedata.normalize("NFC", word)


def plan(word: str, wanted: int, rng: random.Random) -> tuple[int, ...]:
    """Which characters to give away, in order, as positions in `spelling(word)`.

    At most `wanted`, and always fewer than half of the letters: a word of two has none, and no
    word is ever given away whole.
    """
    letters = [place for place, char in enumerate(spelling(word)) if _hidden(char)]
    return tuple(rng.sample(letters, min(wanted, max(0, (len(letters) - 1) // 2))))


def mask(word: str, shown: tuple[int, ...]) -> Mask:
    """The word with the letters at `shown` and everything that is no letter: spaces, hyphens."""
    return tuple(
        char if place in shown or not _hidden(char) else None
        for place, char in enumerate(spelling(word))
    )


def interval(seconds: float, hints: int) -> float:
    """Seconds between hints, so that they and the end of the turn are evenly apart."""
    return seconds / (hints + 1)
