"""Words that are refused wherever people can write: guesses, prompts, phrases, own lists.

A text is compared by its words, so that a name or a town that holds a bad word by chance passes
(the "Scunthorpe problem"), after the usual disguises are taken off: look-alike letters of other
scripts, digits and signs for letters, letters spread apart, repeated, or split by marks.
The list (`words/blocked.json`) is a start for every server, which adds its own; its `harmless`
are words without spaces around them that hold a bad one by chance.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from anyascii import anyascii

_DISGUISES = str.maketrans("01345789@$!|+", "oieastbgasiit")
# Cyrillic and Greek letters that look like Latin ones but do not sound like them.
_LOOKALIKES = str.maketrans("аеорсухівһԁѕјνρτκηυ", "aeopcyxibhdsjvptknu")
_ENDINGS = ("s", "es", "ed", "er", "ers", "ing", "en")


def blocked(text: str, extra: Iterable[str] = ()) -> bool:
    """Whether a text holds a word of the default list or of `extra` (a server's own)."""
    extra = tuple(extra)
    bad = _default() | _folded(extra)
    if any(_is_bad(word, bad) for word in _readings(text)):
        return True
    if phrases := _phrases(extra):
        words = f" {' '.join(_latin_words(text))} "
        if any(phrase in words for phrase in phrases):
            return True
    plain = unicodedata.normalize("NFKC", text).casefold()
    for word in _lists()["harmless"]:
        plain = plain.replace(word, " ")
    # Scripts without spaces have no words to compare; there the run of characters counts.
    return any(word in plain for word in bad if not word.isascii())


@cache
def _lists() -> dict[str, Any]:
    return json.loads(resources.files("games").joinpath("words/blocked.json").read_text("utf-8"))


@cache
def _default() -> frozenset[str]:
    return _folded(tuple(word for words in _lists()["blocked"].values() for word in words))


@lru_cache(maxsize=256)
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    """Words as they are looked for: Latin ones squeezed to letters, others as they are."""
    folded: set[str] = set()
    for word in words:
        plain = unicodedata.normalize("NFKC", word).casefold().strip()
        latin = all(char.isascii() or "LATIN" in unicodedata.name(char, "") for char in plain)
        folded.add(re.sub("[^a-z0-9]", "", anyascii(plain).casefold()) if latin else plain)
    return frozenset(folded - {""})


@lru_cache(maxsize=256)
def _phrases(words: tuple[str, ...]) -> frozenset[str]:
    """Those of several words, each in plain letters with a space around it."""
    split = (_latin_words(word) for word in words)
    return frozenset(f" {' '.join(parts)} " for parts in split if len(parts) > 1)


def _latin_words(text: str) -> list[str]:
    return re.findall("[a-z0-9]+", anyascii(unicodedata.normalize("NFKC", text)).casefold())


def _readings(text: str) -> set[str]:
    """Every word that a text may be read as holding, in plain lower-case letters."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LOOKALIKES)
    text = "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Mn"))
    text = anyascii(text).casefold()
    found: set[str] = set()
    for version in (text, text.translate(_DISGUISES)):
        # "f*u*c*k" and "f.u c k": single letters in a row, whatever is between them.
        for run in re.findall(r"(?:\b[a-z0-9]\b[\W_]*){3,}", version):
            found.add(re.sub(r"[\W_]", "", run))
        found.update(re.findall(r"[a-z0-9]+", version))
        found.update(re.sub(r"[\W_]", "", chunk) for chunk in version.split())
    return found


def _is_bad(word: str, bad: frozenset[str]) -> bool:
    forms = {word, re.sub(r"(.)\1{2,}", r"\1", word), re.sub(r"(.)\1{2,}", r"\1\1", word)}
    forms |= {form.removesuffix(ending) for form in forms for ending in _ENDINGS}
    return not forms.isdisjoint(bad)
