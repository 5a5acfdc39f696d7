"""Whether a guess is the word: the folding of languages, and what is near enough to say so.

Two texts are the same guess when one of their *keys* is the same. A key is the text in
compatibility form, case-folded, without accents (transliterated by anyascii, which for German
gives way to both spellings of an umlaut), without spacing, punctuation and a leading article.
Japanese keeps its script: katakana folds to hiragana, long marks at the end fall.

A plural counts as its singular, by rules of spelling. No rule makes one word into another: what
the lists know as a word of its own, or as a plural of one, is nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache

from anyascii import anyascii
from rapidfuzz.distance import OSA

from games.words.concepts import entries

LANGUAGES = ("en", "de", "es", "ja")

GUESS_LENGTH = 100
"""The longest guess that is read, in characters; see `length`."""

TEXT_LENGTH = 4000
"""The longest text that is looked through for the word, in characters; Discord takes no longer
ones."""

_KEPT = 8192
"""Texts whose folding is remembered: each may have TEXT_LENGTH characters."""

_OPENINGS = {
    "en": "a|an|the|some|is it|is this|its|it is|this is|thats|that is|is that|maybe",
    "de": "der|die|das|den|ein|eine|einen|ist es|ist das|das ist|es ist|vielleicht",
    "es": "el|la|los|las|un|una|unos|unas|es|es un|es una|son|quizas",
    "ja": "",
}
"""What may stand before a word in a guess. Apostrophes have gone by the time it is looked for."""

_AND = {"en": " and ", "de": " und ", "es": " y "}

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
    "matrices": "matrix",
    "vertices": "vertex",
    "indices": "index",
}

_PLURALS: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        (r"(?:zz|ss)es", "3"),
        (r"[^aeiou]ies", "3y"),
        ("ves", "3f"),
        ("ves", "3fe"),
        (r"(?:s|x|z|ch|sh|o)es", "2"),
        (r"[^s]s", "1"),
    ),
    "de": (("en", "2"), ("[elr]n", "1"), ("[^e]e", "1"), (r"[^s]s", "1")),
    "es": (("ces", "3z"), (r"[^aeiou]es", "2"), (r"[aeiou]s", "1")),
}
"""How plurals end, how many letters of that go, and what takes their place in the singular."""

_ER = frozenset(
    [
        "bild",
        "brett",
        "feld",
        "geist",
        "geld",
        "gesicht",
        "gespenst",
        "glied",
        "kind",
        "kleid",
        "leib",
        "licht",
        "lied",
        "nest",
        "rind",
        "schild",
        "schwert",
        "weib",
    ]
)
"""German nouns whose plural takes -er and no umlaut; agents (Fischer) are no plurals."""

_UMLAUT_ER = frozenset(
    [
        "amt",
        "bad",
        "band",
        "blatt",
        "buch",
        "dach",
        "dorf",
        "fahrrad",
        "fass",
        "fach",
        "glas",
        "gott",
        "grab",
        "gras",
        "gut",
        "haupt",
        "haus",
        "hochhaus",
        "holz",
        "horn",
        "huhn",
        "kalb",
        "korn",
        "kraut",
        "krankenhaus",
        "lamm",
        "land",
        "loch",
        "mann",
        "maul",
        "motorrad",
        "mund",
        "nashorn",
        "rad",
        "rand",
        "schloss",
        "schwimmbad",
        "strauch",
        "tal",
        "tuch",
        "volk",
        "wald",
        "wort",
        "wurm",
    ]
)
"""Those that take both."""

_UMLAUT_ALONE = frozenset(
    [
        "boden",
        "bogen",
        "briefkasten",
        "faden",
        "garten",
        "graben",
        "hafen",
        "kasten",
        "kragen",
        "laden",
        "magen",
        "ofen",
        "wagen",
    ]
)
"""German nouns in -en whose plural is an umlaut alone; those in -el and -er have it by rule."""

_NO_PLURALS = {
    "de": frozenset(
        [
            "ballen",
            "boten",
            "buche",
            "buerge",
            "eisen",
            "hain",
            "hausen",
            "passe",
            "posten",
            "reise",
            "reisen",
            "rinde",
            "schale",
            "schalen",
            "zehn",
        ]
    ),
}
"""Words that are spelt like the plural of another and are none."""

_SHORTEST_SINGULAR = 3
"""Characters of a singular that is looked for, so that "Eis" is not taken for many of "Ei"."""

_SHORTEST_CLOSE = 3
"""Words shorter than this, in characters, have no close guesses: everything is near them."""

_SHORTEST_WITHIN = 5
"""Words this long are noticed inside longer ones, too ("sunflower" gives "flower" away)."""


class Verdict(StrEnum):
    """What a guess is. CLOSE also says of a text that it gives the word away."""

    RIGHT = "right"
    CLOSE = "close"
    WRONG = "wrong"


def length(text: str) -> int:
    """Characters of a text as it is compared: one compatibility character may be eighteen."""
    return max(len(text), len(unicodedata.normalize("NFKC", text[: TEXT_LENGTH + 1])))


@lru_cache(maxsize=_KEPT)
def tokens(text: str, language: str) -> tuple[str, ...]:
    """The words of a text, folded; letters spelt out one by one ("c a t") make one word."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    text = text.replace("&", _AND.get(language, "&"))
    if language == "ja":
        text = _hiragana(text)
    else:
        if language == "de":
            text = text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
        # To Spanish, ñ is a letter of its own.
        kept = "ñ" if language == "es" else "\n"
        text = kept.join(anyascii(part).casefold() for part in text.split(kept))
    text = re.sub(r"['’`´]", "", text)
    words = re.findall(r"[^\W_]+|ー", text)
    return tuple(_join_spelling(words))


@lru_cache(maxsize=_KEPT)
def keys(text: str, language: str) -> frozenset[str]:
    """Every form under which a text is compared, none of them empty."""
    forms = set(_exact(text, language))
    if language == "de":
        # "Aepfel" and "Apfel" are both "Äpfel" from a keyboard that lacks the umlaut.
        forms |= {_without_umlauts(form) for form in forms}
    if language == "es":
        forms |= {form.replace("ñ", "n") for form in forms}
    return frozenset(forms)


@lru_cache(maxsize=_KEPT)
def _exact(text: str, language: str) -> frozenset[str]:
    """The forms of a text in which every mark that was written is still there."""
    words = tokens(text, language)
    forms = {"".join(words), "".join(_without_opening(words, language))}
    if language == "ja":
        forms |= {form.rstrip("ー") for form in forms}
    return frozenset(form for form in forms if form)


def same(one: str, other: str, language: str) -> bool:
    """Whether one of two texts counts as the other, give or take a plural."""
    return counts_as(one, other, language) or counts_as(other, one, language)


@lru_cache(maxsize=_KEPT)
def counts_as(guess: str, answer: str, language: str) -> bool:
    """Whether a guess is an answer, as one writes it or without its marks, or its plural, or its
    singular."""
    said, wanted = _exact(guess, language), _exact(answer, language)
    if said & wanted:
        return True
    mine, others = _concepts(guess, language), _concepts(answer, language)
    if mine and others and not mine & others:
        return False
    if language == "ja" and (bare := _without_copula(guess)) and _exact(bare, language) & wanted:
        return True
    # Marks may be left out; those that were written are meant.
    return bool(
        said & keys(answer, language)
        or _singulars(said, language) & keys(answer, language)
        or said & _singulars(keys(answer, language), language)
    )


def _without_copula(text: str) -> str:
    """Japanese without "it is" at its end, told before katakana is folded: パンダ has no だ."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"(ですか|です|だ|かな)[\W_]*$", "", text)


@cache
def _listed(language: str) -> dict[str, frozenset[str]]:
    """The concepts of every word in the list of a language, by its forms."""
    found: dict[str, set[str]] = {}
    for concept, texts in entries(language).items():
        for text in texts:
            for form in _exact(text, language):
                found.setdefault(form, set()).add(concept)
    return {form: frozenset(concepts) for form, concepts in found.items()}


@lru_cache(maxsize=_KEPT)
def _concepts(text: str, language: str) -> frozenset[str]:
    """What the list knows a text as, or knows its singular as."""
    if language not in LANGUAGES:
        return frozenset()
    listed, forms = _listed(language), _exact(text, language)
    direct = [listed[form] for form in forms if form in listed]
    if not direct:
        direct = [listed[form] for form in _singulars(forms, language) if form in listed]
    return frozenset[str]().union(*direct)


def judge(guess: str, answers: Iterable[str], language: str) -> Verdict:
    """What a guess is, given the word and everything else that counts as it.

    RIGHT if it is the `same` as an answer. CLOSE if it is one insertion, deletion, substitution
    or swap of neighbours away (optimal string alignment), or has an answer among its words.
    A text that is WRONG can be shown to those who are still guessing; one of over `TEXT_LENGTH`
    is not looked through, and is CLOSE.
    """
    if length(guess) > TEXT_LENGTH:
        return Verdict.CLOSE
    close = False
    for answer in answers:
        if counts_as(guess, answer, language):
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
            if counts_as(" ".join(words[start : start + size]), answer, language):
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


@lru_cache(maxsize=_KEPT)
def _singulars(forms: frozenset[str], language: str) -> frozenset[str]:
    """What the forms may be plurals of."""
    found: set[str] = set()
    for form in forms - _NO_PLURALS.get(language, frozenset()):
        if language == "en":
            found |= {
                form.removesuffix(plural) + singular
                for plural, singular in _IRREGULAR.items()
                if form.endswith(plural)
            }
        if language == "de":
            found |= _german_singulars(form)
        for ending, change in _PLURALS.get(language, ()):
            if re.search(f"{ending}$", form):
                found.add(form[: -int(change[0])] + change[1:])
    long = {form for form in found if len(form) >= _SHORTEST_SINGULAR}
    return frozenset(long | ({"ei"} if language == "de" and "eier" in forms else set()))


def _german_singulars(form: str) -> set[str]:
    """Of plurals with -er, with an umlaut, or with both."""
    found: set[str] = set()
    plain = _without_umlauts(form)
    if form.endswith("er") and form[:-2] in _ER:
        found.add(form[:-2])
    if plain != form:
        if plain.endswith("er") and plain[:-2] in _UMLAUT_ER:
            found.add(plain[:-2])
        elif plain.endswith(("el", "er")) or plain in _UMLAUT_ALONE:
            found.add(plain)
        elif plain.endswith("e") and not plain.endswith("ee"):
            found |= {plain[:-1], plain[:-2]} if plain.endswith("sse") else {plain[:-1]}
    return found


def _without_umlauts(form: str) -> str:
    return re.sub("([aou])e", r"\1", form)
