"""Words that are refused wherever people can write: guesses, prompts, phrases, own lists.

A text is compared by its words, so that a name or a town that holds a bad word by chance passes
(the "Scunthorpe problem"), after the usual disguises are taken off: look-alike letters of other
scripts, digits and signs for letters beside letters, letters spread apart, repeated, or split by
marks. Of each word in the list its own inflections count and no other endings: "spices" is no
plural of its beginning. A letter that an entry writes with an umlaut or a tilde is that letter.
The list (`words/blocked.json`) is a start for every server, which adds its own; its `harmless`
are phrases, and runs of Japanese (`^`: where a run of its script begins), that hold a bad word and
mean something else, and words that mean something else in the language of the server.
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
_INFLECTIONS: dict[str, tuple[str, ...]] = {
    "en": ("s", "ed", "er", "ers", "ing", "y"),
    "de": ("e", "en", "n", "er", "ern", "es", "s", "t", "te", "ter"),
}
"""Endings that a word of the list may take in its own language."""

_MARKED = "äöüßñ"
"""Letters of their own, which an entry that has them does not give up."""

_UNSPACED = "\u2e80"
"""From here on Unicode has the scripts of East Asia, which are not read as Latin ones."""

_LONG_RUN = re.compile(r"(.)\1{2,}")

_PARTICLES = "のはがをにでともへやいなだねよか"
"""Hiragana that end the word before, or begin what follows one."""


def blocked(text: str, extra: Iterable[str] = (), languages: Iterable[str] = ()) -> bool:
    """Whether a text holds a word of the lists or of `extra` (a server's own).

    languages: what is spoken where the text is read. Their lists count, and the English one, whose
    words are known everywhere; all lists if none is named.
    """
    extra = tuple(extra)
    spoken = set(languages)
    chosen = tuple(sorted(spoken | {"en"} if spoken else _lists()["blocked"]))
    plain, marked = _default(chosen)
    own_plain, own_marked = _folded(tuple((word, "en") for word in extra))
    spaced = f" {' '.join(_latin_words(text))} "
    innocent = text
    for phrase in _lists()["harmless"]["phrases"]:
        if f" {phrase} " in spaced:
            innocent = re.sub(phrase.replace(" ", r"[\W_]+"), " ", innocent, flags=re.IGNORECASE)
    for bad, keep in ((plain | own_plain, ""), (marked | own_marked, _MARKED)):
        for word in _readings(innocent, keep):
            if word in bad or (_LONG_RUN.search(word) and _is_stretched(word, bad)):
                return True
    if any(phrase in spaced for phrase in _phrases(extra)):
        return True
    return _holds_run(text, _runs(chosen) | _runs_of(extra))


@cache
def _lists() -> dict[str, Any]:
    file = resources.files("games.words").joinpath("blocked.json")
    return json.loads(file.read_text("utf-8"))


@cache
def _default(languages: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    lists = _lists()["blocked"]
    plain, marked = _folded(
        tuple((word, name) for name in languages for word in lists.get(name, ()))
    )
    # Where all lists count, nobody said what is spoken.
    spoken = () if set(languages) >= lists.keys() else languages
    harmless = _lists()["harmless"]["words"]
    return plain.difference(*(harmless.get(name, ()) for name in spoken)), marked


@cache
def _runs(languages: tuple[str, ...]) -> frozenset[str]:
    lists = _lists()["blocked"]
    return _runs_of(tuple(word for name in languages for word in lists.get(name, ())))


@lru_cache(maxsize=256)
def _runs_of(words: tuple[str, ...]) -> frozenset[str]:
    """Those that are written without spaces."""
    plain = (unicodedata.normalize("NFKC", word).casefold().strip() for word in words)
    return frozenset(word for word in plain if word and not _is_latin(word))


@lru_cache(maxsize=256)
def _folded(words: tuple[tuple[str, str], ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Latin words with their inflections: those in plain letters, and those with marked ones."""
    plain: set[str] = set()
    marked: set[str] = set()
    for word, language in words:
        text = unicodedata.normalize("NFKC", word).lower().strip()
        if not _is_latin(text):
            continue
        stem = re.sub("[^a-z0-9äöüßñ]", "", _letters(text, _MARKED))
        if not stem:
            continue
        forms = _inflected(stem, language)
        if any(char in _MARKED for char in stem):
            marked |= forms
            spelt = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
            plain |= {form.translate(spelt) for form in forms if "ñ" not in form}
        else:
            plain |= forms
    return frozenset(plain), frozenset(marked)


def _inflected(stem: str, language: str) -> set[str]:
    """A word and its inflections as they are spelt."""
    endings = _INFLECTIONS.get(language, ())
    if language == "es":
        endings = ("s",) if stem[-1] in "aeiou" else () if stem[-1] == "s" else ("es",)
    forms = {stem, *(stem + ending for ending in endings)}
    if language == "en":
        if stem[-1] in "sxzo" or stem.endswith(("ch", "sh")):
            forms.add(stem + "es")
        if stem[-1] == "e":
            forms |= {stem[:-1] + ending for ending in ("ed", "er", "ers", "ing")}
        elif stem[-1] == "y" and stem[-2:-1] not in "aeiou":
            forms |= {stem[:-1] + ending for ending in ("ies", "ied")}
        elif len(stem) >= 3 and stem[-1] not in "aeiouwxy" and stem[-2] in "aeiou":
            forms |= {stem + stem[-1] + ending for ending in ("ed", "er", "ing", "y")}
    return forms - set(_lists()["no_inflections"])


def _is_latin(text: str) -> bool:
    return all(char.isascii() or "LATIN" in unicodedata.name(char, "") for char in text)


def _letters(text: str, keep: str) -> str:
    """In lower-case ASCII letters, but for those that are kept."""
    text = unicodedata.normalize("NFC", text)
    return "".join(
        char if char in keep else " " if _is_unspaced(char) else anyascii(char).casefold()
        for char in text
    )


def _is_unspaced(char: str) -> bool:
    """Of a script without spaces, and no Latin letter in a box or a small capital."""
    return char >= _UNSPACED and "LATIN" not in unicodedata.name(char, "")


@lru_cache(maxsize=256)
def _phrases(words: tuple[str, ...]) -> frozenset[str]:
    """Those of several words, each in plain letters with a space around it."""
    split = (_latin_words(word) for word in words)
    return frozenset(f" {' '.join(parts)} " for parts in split if len(parts) > 1)


def _latin_words(text: str) -> list[str]:
    return re.findall("[a-z0-9]+", anyascii(unicodedata.normalize("NFKC", text)).casefold())


def _readings(text: str, keep: str) -> set[str]:
    """Every word that a text may be read as holding, in lower-case letters."""
    text = unicodedata.normalize("NFKC", text).lower().translate(_LOOKALIKES)
    text = unicodedata.normalize("NFC", text)
    text = "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Mn"))
    text = _letters(text, keep)
    word = f"a-z0-9{keep}"
    found: set[str] = set()
    for version in (text, _undisguised(text)):
        # "f*u*c*k" and "f.u c k": single letters in a row, whatever is between them.
        for run in re.findall(rf"(?:\b[{word}]\b[\W_]*){{3,}}", version):
            found.add(re.sub(r"[\W_]", "", run))
        found.update(re.findall(rf"[{word}]+", version))
        whole = (re.sub("['’](re|s|ll|ve|d|t|m)$", "", chunk) for chunk in version.split())
        found.update(re.sub(r"[\W_]", "", chunk) for chunk in whole)
    return found


def _undisguised(text: str) -> str:
    """Digits and signs as the letters that they stand for, where letters stand beside them."""
    return " ".join(
        chunk.translate(_DISGUISES) if re.search("[a-z]", chunk) else chunk
        for chunk in text.split()
    )


def _is_stretched(word: str, bad: frozenset[str]) -> bool:
    """Whether it is a bad word once runs of three letters and more are taken for one or two."""
    pattern = re.compile(_LONG_RUN.sub(lambda run: f"{run[1]}{{1,{len(run[0])}}}", word))
    return any(pattern.fullmatch(other) for other in _by_outline(bad).get(_outline(word), ()))


@lru_cache(maxsize=64)
def _by_outline(words: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in words:
        if not _LONG_RUN.search(word):  # a longer "kkk" is laughter
            found.setdefault(_outline(word), []).append(word)
    return found


def _outline(word: str) -> str:
    """A word with each of its letters once in a row."""
    return re.sub(r"(.)\1+", r"\1", word)


def _holds_run(text: str, bad: frozenset[str]) -> bool:
    """Whether a bad word stands in a text without spaces: at an end of a run of its script, or
    beside particles. A longer word that holds it by chance (スーパーマンコスチューム) passes."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    for run in _lists()["harmless"]["runs"]:
        bare = run.removeprefix("^")
        anywhere = bare == run
        if bare not in plain:
            continue
        for found in reversed(list(re.finditer(re.escape(bare), plain))):
            start, end = found.span()
            if anywhere or _script(plain[max(0, start - 1) : start]) != _script(bare[0]):
                plain = f"{plain[:start]} {plain[end:]}"
    return any(
        _stands_alone(plain, found.start(), found.end())
        for word in bad
        if word in plain
        for found in re.finditer(re.escape(word), plain)
    )


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    script = _script(text[start])
    if script not in ("HIRAGANA", "KATAKANA"):
        return True
    opens = _script(before) != script or before in _PARTICLES
    return opens or _script(text[end - 1]) != _script(after) or after in _PARTICLES


def _script(char: str) -> str:
    if char == "ー":
        return "KATAKANA"
    return unicodedata.name(char, "").split(" ")[0] if char.isalpha() else ""
