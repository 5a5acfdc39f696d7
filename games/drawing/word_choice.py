"""The choice of a word: whoever draws next picks one of a few, and nobody else sees them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from games.core import Effect, Effects, Event, only
from games.table.table import Reason, Table
from games.words.lists import Word

CHOOSE = "choose"


@dataclass(frozen=True, slots=True)
class ChooseWord(Event):
    """The drawer takes one of the words on offer, counted from 0."""

    by: str
    index: int


@dataclass(frozen=True, slots=True)
class ChoosingStarted(Effect):
    """A drawer is picking a word, and has `seconds` for it."""

    turn: int = 0
    round: int = 0
    drawer: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class WordsOffered(Effect):
    """The drawer may pick one of these (`ChooseWord`)."""

    turn: int = 0
    words: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    """A turn before it begins: the drawer has some words on offer."""

    number: int
    round: int
    drawer: str
    words: tuple[Word, ...]

    def why_not(self, by: str, index: int, *, paused: bool) -> Reason | None:
        """Why somebody cannot take the word at `index`."""
        if by != self.drawer:
            return Reason.NOT_THE_DRAWER
        if paused:
            return Reason.PAUSED
        return None if 0 <= index < len(self.words) else Reason.OUT_OF_BOUNDS


def offer(
    pool: tuple[Word, ...], used: tuple[str, ...], count: int, rng: random.Random
) -> tuple[Word, ...]:
    """Up to `count` words that have not been used; when they run out, any."""
    fresh = [word for word in pool if word.concept not in used]
    source = fresh if len(fresh) >= min(count, len(pool)) else list(pool)
    return tuple(rng.sample(source, min(count, len(source))))


def ask(table: Table, choice: Choice, seconds: float, now: float) -> tuple[Table, Effects]:
    """Let the drawer choose within `seconds`."""
    texts = tuple(word.text for word in choice.words)
    return table.timer(CHOOSE, now, seconds), (
        ChoosingStarted(
            turn=choice.number, round=choice.round, drawer=choice.drawer, seconds=seconds
        ),
        WordsOffered(only(choice.drawer), choice.number, texts, seconds),
    )
