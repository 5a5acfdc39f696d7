"""The phrases that a caption can be: nouns and what can be said of them, in English.

A phrase has slots in a fixed order: count, size, attribute, colour, noun, action, a second noun
in some relation, with a count and a colour of its own, setting, style. "two tiny happy red cats
sleeping under a green tree at night". Searching for the right one is the captioner's matter; here
is only what is well-formed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

VOCABULARY = Path(__file__).parent / "vocabulary.txt"

LONGEST = 100
"""Characters; what a page of telephone may hold."""

SLOTS: dict[str, tuple[str, ...]] = {
    "count": ("two", "three", "four", "many"),
    "size": ("tiny", "tall", "long"),
    "attribute": (
        *("happy", "sad", "angry", "funny", "scary", "sleepy", "fat", "old", "round", "broken"),
        *("burning", "melting", "striped", "spotted", "fluffy", "hairy"),
    ),
    "colour": ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "beige"),
    "action": (
        *("sleeping", "running", "jumping", "dancing", "swimming", "flying", "sitting", "eating"),
        *("smiling", "crying"),
    ),
    "setting": (
        *("at night", "in the rain", "in the snow", "on the beach", "in space", "in the sky"),
        *("in the forest", "under water", "on the moon"),
    ),
    "style": ("in pixel art", "as a silhouette", "in a frame"),
}
"""The words of each slot."""

RELATIONS = ("with", "on", "in", "under")
DEEDS = ("riding", "wearing", "holding", "eating")
"""Relations that only a being can have to something."""
APART = ("and", "above", "under", "beside", "on", "in")
"""Relations of things that are looked at one by one, which are seen from where they are."""

# Written with a vowel and spoken with a consonant, and the other way round.
_CONSONANT = re.compile(r"(uni|eu|ewe|ufo|usb|uk|ut|one\b)", re.IGNORECASE)
_VOWEL = re.compile(r"([aeiou]|hour|heir|x-ray)", re.IGNORECASE)

_JOINED = re.compile("(.+?)( of | in | on | and )(.+)")
_PLURALS = tuple(
    (re.compile(f"{ending}$"), many)
    for ending, many in (
        *(("man", "men"), ("foot", "feet"), ("tooth", "teeth"), (r"\bgoose", "geese")),
        *((r"\bchild", "children"), (r"\box", "oxen"), (r"\b([lm])ouse", r"\1ice")),
        *((f"({same})", r"\1") for same in ("fish", "sheep", "deer", "craft")),
        *(("(l|ea|oa|ar)f", r"\1ves"), ("ife", "ives")),
        ("((her|potat|tomat|torped|domin|mosquit|volcan|tornad|buffal|mang)o)", r"\1es"),
        *(("(s|x|z|ch|sh)", r"\1es"), ("([^aeiou])y", r"\1ies")),
    )
)
"""Ends of words and what becomes of them in the plural, by the first that fits. Those that differ,
such as a mongoose, have theirs in the vocabulary."""
_SINGULARS = tuple(
    (re.compile(f"{ending}$"), one)
    for ending, one in (
        *(("people", "person"), ("men", "man"), ("(l|ea|oa|ar)ves", r"\1f")),
        *(("([^aeiou])ies", r"\1y"), ("oes", "o")),
        *(("(ss|x|zz|ch|sh|(?<!o)us)es", r"\1"), ("(?<!s|u|i)s", "")),
    )
)
"""The same of words that are not in the vocabulary, the other way round."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing that can be named.

    plural: "" if it has none. article: "a", "the", or "" for stuff, names and plurals.
    being: it can act. rare: people seldom draw it.
    """

    text: str
    plural: str
    article: str
    being: bool = False
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun and what is said of it; "" is an empty slot. `str` gives the English.

    colour: a word of its slot, or two of them: "red and blue". more: further nouns with their
    counts, where the relation is "and": "a cat, a dog and two trees".
    """

    noun: Noun
    count: str = ""
    size: str = ""
    attribute: str = ""
    colour: str = ""
    action: str = ""
    relation: str = ""
    other: Noun | None = None
    setting: str = ""
    style: str = ""
    other_count: str = ""
    other_colour: str = ""
    more: tuple[tuple[Noun, str], ...] = ()

    def __str__(self) -> str:
        named = _named(self.noun, self.count, self.size, self.attribute, self.colour)
        second = _named(self.other, self.other_count, self.other_colour) if self.other else ""
        if self.more:
            *listed, last = (second, *(_named(noun, count) for noun, count in self.more))
            return f"{', '.join((named, *listed))} and {last}"
        tail = (self.action, self.relation, second, self.setting, self.style)
        return " ".join(part for part in (named, *tail) if part)

    @property
    def nouns(self) -> tuple[Noun, ...]:
        """All that it names, in order."""
        second = (self.other,) if self.other else ()
        return (self.noun, *second, *(noun for noun, _ in self.more))

    @property
    def words(self) -> frozenset[str]:
        """Every word in it, in lower case, and those of its nouns in both numbers."""
        texts = [str(self)]
        for noun in self.nouns:
            texts += [noun.text, noun.plural]
        return frozenset(re.findall(r"[\w'-]+", " ".join(texts).lower()))

    def additions(self, slots: tuple[str, ...] = tuple(SLOTS)) -> Iterator[Phrase]:
        """Each phrase that has one of the empty `slots` filled as well."""
        for slot in slots:
            if getattr(self, slot) or not self._takes(slot):
                continue
            for word in SLOTS[slot]:
                if word not in self.words:
                    yield from _short(replace(self, **{slot: word}))

    def in_company(self, other: Noun) -> Iterator[Phrase]:
        """With a second noun, in each relation; none if there is one already."""
        if self.other or other == self.noun:
            return
        for relation in RELATIONS + (DEEDS if self.noun.being else ()):
            if not (relation in DEEDS and self.action):
                yield from _short(replace(self, relation=relation, other=other))

    def _takes(self, slot: str) -> bool:
        if slot == "count":
            return bool(self.noun.plural)
        if slot == "action":
            return self.noun.being and self.relation not in DEEDS
        return True


def _named(noun: Noun, count: str, *said: str) -> str:
    """A noun with its number, or its article, and what is said of it."""
    name = noun.plural if count else noun.text
    words = " ".join(word for word in (count, *said, name) if word)
    return words if count else with_article(words, noun.article)


def _short(phrase: Phrase) -> Iterator[Phrase]:
    if len(str(phrase)) <= LONGEST:
        yield phrase


def with_article(words: str, article: str) -> str:
    """The words behind "a" or "an" by their sound, "the", or nothing."""
    if article == "a" and _VOWEL.match(words) and not _CONSONANT.match(words):
        article = "an"
    return f"{article} {words}" if article else words


@cache
def nouns() -> tuple[Noun, ...]:
    """The nouns of the vocabulary that ships."""
    often, rarely = VOCABULARY.read_text("utf-8").split("# Rarely drawn:")
    return tuple(
        replace(parse(line), rare=part is rarely)
        for part in (often, rarely)
        for line in part.splitlines()
        if line and not line.startswith("#")
    )


def parse(line: str) -> Noun:
    """The noun of a line of the vocabulary; the file's head says how it is written."""
    being = line.endswith(" @")
    text, _, plural = line.removesuffix(" @").partition(" | ")
    mark = text[-1] if text.endswith((" =", " ^", " +")) else ""
    if mark:
        return Noun(text[:-2], "", "the" if mark == "^" else "", being)
    return Noun(text, plural or _plural(text), "a", being)


def _plural(text: str) -> str:
    """By the endings of words; of "cup of tea" and "bow and arrow" more than the end changes."""
    if joined := _JOINED.fullmatch(text):
        first, word, second = joined.groups()
        return f"{_plural(first)}{word}{_plural(second) if word == ' and ' else second}"
    for ending, many in _PLURALS:
        found, count = ending.subn(many, text)
        if count:
            return found
    return f"{text}s"


def singular(text: str) -> str:
    """One of what English names many of: cats, red houses, mice; other words as they are."""
    words = text.split(" ")
    for first in range(len(words)):
        if one := _known().get(" ".join(words[first:]).lower()):
            return " ".join((*words[:first], one))
    for ending, one in _SINGULARS:
        found, count = ending.subn(one, text)
        if count:
            return found
    return text


@cache
def _known() -> dict[str, str]:
    """The nouns of the vocabulary by what one and many of them are called."""
    every = [(noun.text, noun.text) for noun in nouns()]
    every += [(noun.plural, noun.text) for noun in nouns() if noun.plural]
    return {name.lower(): one for name, one in every}
