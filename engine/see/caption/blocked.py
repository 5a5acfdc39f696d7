"""Words that captions must not hold, and phrases that were said before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from engine.see.caption.grammar import Phrase, nouns

_ARTICLES = frozenset(("a", "an", "the"))


def forms(blocked: Iterable[str]) -> frozenset[str]:
    """The words as they are compared: lower case, in the plural as well."""
    words = {" ".join(_words(word)) for word in blocked} - {""}
    return frozenset(form for word in words for form in (word, f"{word}s", f"{word}es"))


@lru_cache(maxsize=16)
def unsayable(forbidden: frozenset[str]) -> tuple[int, ...]:
    """The nouns of the vocabulary that are blocked."""
    return tuple(i for i, noun in enumerate(nouns()) if is_blocked(Phrase(noun), forbidden))


def is_blocked(phrase: Phrase, forbidden: frozenset[str]) -> bool:
    """Whether it holds a forbidden word, or several in a row that are forbidden together."""
    if not forbidden:
        return False
    if not phrase.words.isdisjoint(forbidden):
        return True
    text = f" {phrase} {' '.join(noun.text for noun in phrase.nouns)} ".lower()
    return any(" " in word and f" {word} " in text for word in forbidden)


def said(phrases: Iterable[str]) -> frozenset[str]:
    """Phrases as they are compared: without case, articles and marks."""
    return frozenset(" ".join(w for w in _words(one) if w not in _ARTICLES) for one in phrases)


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.casefold())
