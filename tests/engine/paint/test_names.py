"""Prompts in other languages and emoji."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from engine.paint.names import in_english
from games.words.lists import words
from games.words.names_table import table


@pytest.mark.parametrize(
    ("prompt", "english"),
    [
        ("ein Hund mit Hut", "a dog with hat"),
        ("Katze", "cat"),
        ("un perro y un gato", "a dog and a cat"),
        ("犬", "dog"),
        ("ネコ", "cat"),
        ("🐱", "cat"),
        ("🐘", "elephant"),
        ("a 🐱 on a sofa", "a cat on a sofa"),
    ],
)
def test_names_of_the_lists_are_put_into_english(prompt: str, english: str) -> None:
    assert in_english(prompt) == english


@pytest.mark.parametrize(
    "prompt",
    [
        "a cat",
        "hand",
        "Arm in arm",
        "die hard",
        "a red boat on the sea",
        "ein Quastenflosser",
        "la la la",
    ],
)
def test_what_is_english_or_not_known_stays(prompt: str) -> None:
    assert in_english(prompt) == prompt


def test_no_word_of_the_english_list_is_taken_for_another_language() -> None:
    changed = {word.text: in_english(word.text) for word in words("en")}
    assert {text: to for text, to in changed.items() if text != to} == {}


def test_the_table_that_ships_is_that_of_the_games() -> None:
    """After a change of the lists: python -m games.words.names_table engine/pocket/names.json"""
    file = resources.files("engine.pocket").joinpath("names.json")
    assert json.loads(file.read_text("utf-8")) == table()
