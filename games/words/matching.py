"""Whether a guess is the word: the folding of languages, and what is near enough to say so.

Two texts are the same guess when one of their *keys* is the same. A key is the text in
compatibility form, case-folded, without accents (transliterated by anyascii, which for German
gives way to both spellings of an umlaut), without spacing, punctuation and a leading article,
in a singular. Japanese keeps its script: katakana folds to hiragana, long marks at the end fall.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import OSA

LANGUAGES = ("en", "de", "es", "ja")

GUESS_LENGTH = 100
"""The longest guess that is read, in characters."""

_OPENINGS = {
    "en": "a|an|the|some|is it|is this|its|it is|this is|thats|that is|is that|maybe",
    "de": "der|die|das|den|ein|eine|einen|ist es|ist das|das ist|es ist|vielleicht",
    "es": "el|la|los|las|un|una|unos|unas|es|es un|es una|son|quizas",
    "ja": "",
}
"""What may stand before a word in a guess. Apostrophes have gone by the time it is looked for."""

_IRREGULAR = {
    "mice": "mouse",
    "feet": "foot",
    "teeth": "tooth",
    "geese": "goose",
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "person",
    "oxen": "ox",
    "dice": "die",
    "cacti": "cactus",
    "fungi": "fungus",
    "octopi": "octopus",
}

_PLURALS = {
    "en": (("ies", "y"), ("ves", "f"), ("ves", "fe"), ("es", ""), ("s", "")),
    "de": (("en", ""), ("er", ""), ("n", ""), ("e", ""), ("s", "")),
    "es": (("ces", "z"), ("es", ""), ("s", "")),
}
"""Endings of plurals, and what stands in their place in the singular."""

_SHORTEST_SINGULAR = 3
"""Characters that are left of a plural, so that "Eis" is not taken for many of "Ei"."""

_SHORTEST_CLOSE = 3
"""Words shorter than this, in characters, have no close guesses: everything is near them."""

_SHORTEST_WITHIN = 5
"""Words this long are noticed inside longer ones, too ("sunflower" gives "flower" away)."""


class Verdict(StrEnum):
    """What a guess is. CLOSE also says of a text that it gives the word away."""

    RIGHT = "right"
    CLOSE = "close"
    WRONG = "wrong"


@lru_cache(maxsize=65536)
def tokens(text: str, language: str) -> tuple[str, ...]:
    """The words of a text, folded; letters spelt out one by one ("c a t") make one word."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    if language == "ja":
        text = _hiragana(text)
    else:
        if language == "de":
            text = text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
        text = anyascii(text).casefold()
    text = re.sub(r"['’`´]", "", text)
    words = re.findall(r"[^\W_]+|ー", text)
    return tuple(_join_spelling(words))


@lru_cache(maxsize=65536)
def keys(text: str, language: str) -> frozenset[str]:
    """Every form under which a text is compared, none of them empty."""
    words = tokens(text, language)
    forms = {"".join(words), "".join(_without_opening(words, language))}
    if language == "ja":
        forms |= {re.sub("(ですか|です|だ|かな)$", "", form) for form in forms}
        forms |= {form.rstrip("ー") for form in forms}
    if language == "de":
        # "Aepfel" and "Apfel" are both "Äpfel" from a keyboard that lacks the umlaut.
        forms |= {re.sub("([aou])e", r"\1", form) for form in forms}
    return frozenset(form for form in forms if form)


def same(one: str, other: str, language: str) -> bool:
    """Whether two texts are the same word, give or take a plural."""
    first, second = keys(one, language), keys(other, language)
    return bool(
        first & second
        or _singulars(first, language) & second
        or first & _singulars(second, language)
    )


def judge(guess: str, answers: Iterable[str], language: str) -> Verdict:
    """What a guess is, given the word and everything else that counts as it.

    RIGHT if it is the `same` as an answer. CLOSE if it is one insertion, deletion, substitution
    or swap of neighbours away (optimal string alignment), or has an answer among its words.
    A text that is WRONG can be shown to those who are still guessing.
    """
    close = False
    for answer in answers:
        if same(guess, answer, language):
            return Verdict.RIGHT
        close = close or _near(guess, answer, language) or _within(guess, answer, language)
    return Verdict.CLOSE if close else Verdict.WRONG


def _near(guess: str, answer: str, language: str) -> bool:
    return any(
        OSA.distance(said, wanted, score_cutoff=1) <= 1
        for wanted in keys(answer, language)
        if len(wanted) >= _SHORTEST_CLOSE
        for said in keys(guess, language)
    )


def _within(guess: str, answer: str, language: str) -> bool:
    words = tokens(guess, language)
    length = max(1, len(tokens(answer, language)))
    # The word may be spelt in one or in two where the list has it otherwise.
    for size in {1, length, length + 1}:
        for start in range(len(words) - size + 1):
            if same(" ".join(words[start : start + size]), answer, language):
                return True
    whole = "".join(words)
    shortest = 2 if language == "ja" else _SHORTEST_WITHIN
    return any(len(form) >= shortest and form in whole for form in keys(answer, language))


def _hiragana(text: str) -> str:
    return "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char for char in text)


def _join_spelling(words: list[str]) -> list[str]:
    joined: list[str] = []
    spelling = False
    for word in words:
        if len(word) == 1 and spelling:
            joined[-1] += word
        else:
            joined.append(word)
        spelling = len(word) == 1
    return joined


def _without_opening(words: tuple[str, ...], language: str) -> tuple[str, ...]:
    if not _OPENINGS.get(language):
        return words
    text = " ".join(words)
    while True:
        shorter = re.sub(f"^(?:{_OPENINGS[language]}) (?=.)", "", text)
        if shorter == text:
            return tuple(text.split())
        text = shorter


@lru_cache(maxsize=65536)
def _singulars(forms: frozenset[str], language: str) -> frozenset[str]:
    """What the forms may be plurals of. A wrong one does no harm: hardly a word is spelt so."""
    found: set[str] = set()
    for form in forms:
        if language == "en":
            found |= {
                form.removesuffix(plural) + singular
                for plural, singular in _IRREGULAR.items()
                if form.endswith(plural)
            }
        for plural, singular in _PLURALS.get(language, ()):
            if form.endswith(plural) and len(form) - len(plural) >= _SHORTEST_SINGULAR:
                found.add(form.removesuffix(plural) + singular)
    return frozenset(found)
