"""The words that are drawn: concepts, what each language calls them, and people's own lists.

`words/en.json` lists the concepts: what people say for each, how hard it is to draw, its theme,
and the measured difficulty (0..1: how seldom the bot's drawing of it and people's are recognised;
null until measured). The other languages map the same concepts to their words, so that the
engine draws and recognises in any of them through the concept.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from games.words.blocklist import blocked
from games.words.concepts import entries, read
from games.words.matching import same

DIFFICULTIES = ("easy", "medium", "hard")

WORD_LENGTH = 40
"""The longest word of an own list, in characters, and of compatibility characters what they stand
for: one may be eighteen letters."""

MOST_ALTERNATIVES = 20
"""The most that counts as a word besides itself: each guess is compared with all of them."""

_LOOKED_AT = 4
"""Of an own list so many entries are read for each that may be taken."""

HOPELESS = 0.95
"""A measured difficulty from which on the bot does not draw a word: nobody recognised it."""

RECOGNISED = 0.5
"""A measured difficulty below which more than half of the drawings are recognised."""

POOL = 400
"""The most words that a game is given: more than it can use, less than a log should carry."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word to draw.

    `concept` is what the engine is told to draw and `text` what people see and must guess;
    whatever is in `alternatives` counts as well. `measured` as in the list.
    """

    concept: str
    text: str
    alternatives: tuple[str, ...] = ()
    difficulty: str = "medium"
    theme: str = ""
    measured: float | None = None

    @property
    def answers(self) -> tuple[str, ...]:
        """Everything that counts as the word."""
        return (self.text, *self.alternatives)


class Fault(StrEnum):
    """What is wrong with a word of somebody's own."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    NO_LETTERS = "no letters"
    BLOCKED = "blocked"
    TWICE = "twice"
    TOO_MANY = "too many"
    ALTERNATIVES = "too many alternatives"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A word of an own list that was not taken: its line (from 1), and why."""

    line: int
    fault: Fault


@cache
def words(language: str) -> tuple[Word, ...]:
    """All words of a language ("en", "de", "es", "ja"), in the order of the English list."""
    texts = entries(language)
    return tuple(
        Word(
            concept,
            texts[concept][0],
            texts[concept][1:],
            about["difficulty"],
            about["theme"],
            about["measured"],
        )
        for concept, about in read("en").items()
        if concept in texts
    )


@cache
def _texts(language: str) -> dict[str, str]:
    return {word.concept: word.text for word in words(language)}


def called(concept: str, language: str) -> str:
    """What a concept is called in a language; itself where the list does not have it."""
    return _texts(language).get(concept, concept)


def translated(concept: str, language: str) -> bool:
    """Whether `called` has a word of this language for a concept."""
    return language == "en" or concept in _texts(language)


@cache
def themes() -> tuple[str, ...]:
    """The themes of the list, sorted."""
    return tuple(sorted({word.theme for word in words("en")}))


def pool(
    language: str,
    rng: random.Random,
    theme: str = "",
    difficulty: str = "",
    own: Iterable[Word] = (),
    own_only: bool = False,
) -> tuple[Word, ...]:
    """Words for one game, shuffled, at most `POOL`: all own words, then those that fit.

    Empty if nothing fits (a theme without words of that difficulty in that language).
    """
    mine = list(own)
    listed = [
        word
        for word in (() if own_only else words(language))
        if theme in ("", word.theme) and difficulty in ("", word.difficulty)
    ]
    rng.shuffle(listed)
    chosen = [*mine, *listed][:POOL]
    rng.shuffle(chosen)
    return tuple(chosen)


def drawable(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Those of the words that the bot does not draw in vain as far as is known; all if none is."""
    able = tuple(word for word in words if word.measured is None or word.measured < HOPELESS)
    return able or words


def recognised(words: tuple[Word, ...]) -> tuple[str, ...]:
    """The concepts of those of the words that were measured, and are recognised more often than
    not; and of people's own ones, of which nobody knows but whoever wants them drawn."""
    return tuple(
        word.concept
        for word in words
        if (word.theme == "own" if word.measured is None else word.measured < RECOGNISED)
    )


def fits(text: str) -> bool:
    """Whether a word is no longer than `WORD_LENGTH`, also once it is folded for comparing."""
    return len(text) <= WORD_LENGTH and len(unicodedata.normalize("NFKC", text)) <= WORD_LENGTH


def check_word(
    text: str, extra: Iterable[str] = (), blocklists: Iterable[str] = ()
) -> Fault | None:
    """What is wrong with a word of somebody's own, or None.

    extra, blocklists: more blocked words, and whose lists of them count (`blocklist.blocked`).
    """
    if not text.strip():
        return Fault.EMPTY
    if not fits(text):
        return Fault.TOO_LONG
    if not any(char.isalnum() for char in text):
        return Fault.NO_LETTERS
    return Fault.BLOCKED if blocked(text, extra, blocklists) else None


def parse_own(
    text: str,
    language: str,
    most: int,
    extra: Iterable[str] = (),
    blocklists: Iterable[str] = (),
) -> tuple[tuple[Word, ...], tuple[Rejected, ...]]:
    """The words of somebody's own list, and the lines that were not taken.

    One word a line, or several with commas or semicolons between them; after the first `=`
    alternatives (`bicycle = bike = cycle`), at most `MOST_ALTERNATIVES`. Lines that begin with `#`
    are comments. A word that the list of the language knows keeps its concept, so that the engine
    knows it too.
    """
    known = {word.text.casefold(): word for word in words(language)}
    taken: list[Word] = []
    rejected: list[Rejected] = []
    looked_at = 0
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip(" \t,;\ufeff")
        if not line or line.startswith("#"):
            continue
        for entry in re.split("[,;、，；]", line):
            looked_at += 1
            if len(taken) >= most or looked_at > _LOOKED_AT * most:
                rejected.append(Rejected(number, Fault.TOO_MANY))
                continue
            names = [_tidy(name) for name in entry.split("=", MOST_ALTERNATIVES + 1)]
            fault = _fault(names, extra, blocklists)
            if fault is None and any(same(names[0], word.text, language) for word in taken):
                fault = Fault.TWICE
            if fault is not None:
                rejected.append(Rejected(number, fault))
                continue
            word = known.get(names[0].casefold(), Word(names[0], names[0], theme="own"))
            more = tuple(dict.fromkeys((*word.alternatives, *names[1:])))
            taken.append(replace(word, alternatives=more))
    return tuple(taken), tuple(rejected)


def _fault(names: list[str], extra: Iterable[str], blocklists: Iterable[str]) -> Fault | None:
    """What is wrong with a word and its alternatives, or None."""
    if len(names) > 1 + MOST_ALTERNATIVES:
        return Fault.ALTERNATIVES
    return next((fault for name in names if (fault := check_word(name, extra, blocklists))), None)


def _tidy(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(text.split())
