"""The files of words as they are: what each language calls a concept, and what is known of it."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def read(language: str) -> dict[str, dict[str, Any]]:
    """The list of a language, by concept; `en` is the one that all others translate."""
    return json.loads(
        resources.files("games.words").joinpath(f"{language}.json").read_text("utf-8")
    )


@cache
def entries(language: str) -> dict[str, tuple[str, ...]]:
    """What a language calls each of its concepts: the word, then whatever else counts as it."""
    return {
        concept: (about.get("word", concept), *about.get("alternatives", ()))
        for concept, about in read(language).items()
        if concept in read("en")
    }
