"""Prompts in other languages and emoji, in the English that the built-in model has learned.

The names are those of the games' word lists (engine/pocket/names.json, which a test keeps equal to
them). A prompt is put into English as a whole or not at all: each of its words must be a name or a
small word of one language, and at least one must be no English word.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path

# Not by its package, which brings PyTorch along: the bot's process has none.
_POCKET = Path(__file__).parents[1] / "pocket"

_SMALL = {
    "de": {"ein": "a", "eine": "a", "einen": "a", "einem": "a", "einer": "a", "der": "the",
           "die": "the", "das": "the", "den": "the", "dem": "the", "mit": "with", "und": "and",
           "auf": "on", "unter": "under", "in": "in", "im": "in", "neben": "next to",
           "zwei": "two", "drei": "three"},
    "es": {"un": "a", "una": "a", "unos": "some", "unas": "some", "el": "the", "la": "the",
           "los": "the", "las": "the", "con": "with", "y": "and", "en": "in", "sobre": "on",
           "de": "of", "dos": "two", "tres": "three"},
    "ja": {},
}  # fmt: skip
_LONGEST = 4  # words of a name


@cache
def _names() -> dict[str, dict[str, str]]:
    return json.loads((_POCKET / "names.json").read_text("utf-8"))


@cache
def _english() -> frozenset[str]:
    """Words of English that names of other languages may look like."""
    listed = (_POCKET / "words.txt").read_text("utf-8").casefold().split()
    named = (*_names()["en"], *_names()["en"].values())
    return frozenset([*listed, *(word for name in named for word in name.casefold().split())])


@cache
def _by_sound() -> dict[str, str]:
    return {_hiragana(name): concept for name, concept in _names()["ja"].items()}


def _hiragana(text: str) -> str:
    return "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char for char in text)


def in_english(prompt: str, language: str | None = None) -> str:
    """The prompt in English where every word of it is known; else as it is.

    language: of the prompt, where somebody knows it: German "Hut" is an English word, too.
    """
    text = _without_emoji(unicodedata.normalize("NFKC", prompt))
    for one in (language,) if language else _SMALL:
        if (found := _translated(text, one, sure=language is not None)) is not None:
            return found
    return text if text != unicodedata.normalize("NFKC", prompt) else prompt


def _translated(text: str, language: str, *, sure: bool = False) -> str | None:
    names, small = _names()[language], _SMALL[language]
    if language == "ja":
        return _by_sound().get(_hiragana(text.strip().casefold()))
    words = re.findall(r"[^\s,;.!?]+|[,;]", text.casefold())
    parts: list[str] = []
    foreign, place = sure, 0
    while place < len(words):
        for count in range(min(_LONGEST, len(words) - place), 0, -1):
            name = " ".join(words[place : place + count])
            if name in names:
                parts.append(names[name])
                foreign = foreign or not _english().issuperset(name.split())
                place += count
                break
        else:
            word = words[place]
            if word not in small and word not in ",;":
                return None
            parts.append(small.get(word, word))
            place += 1
    # Only small words, or names that are English too, are no sign of another language.
    return re.sub(r" ([,;])", r"\1", " ".join(parts)) if foreign else None


def _without_emoji(text: str) -> str:
    """Each emoji by its name in Unicode, less what says that it is one: CAT FACE is a cat."""
    found: list[str] = []
    for char in text:
        if unicodedata.category(char) == "So" and ord(char) >= 0x2600:
            name = unicodedata.name(char, "").casefold()
            name = re.sub(r"\b(face|symbol|sign|with .*|black|white|heavy)\b", "", name)
            found.append(f" {' '.join(name.split())} ")
        elif char not in "\ufe0f\u200d":
            found.append(char)
    joined = "".join(found)
    return " ".join(joined.split()) if joined != text else text
