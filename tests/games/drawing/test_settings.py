"""Bounds of the settings."""

from typing import Any

import pytest

from games.drawing.settings import BOUNDS, OWN_WORDS, DrawingSettings, problems
from games.words.lists import Word


def test_the_defaults_are_well() -> None:
    assert problems(DrawingSettings()) == ()


@pytest.mark.parametrize("name", sorted(BOUNDS))
def test_a_number_is_kept_within_its_bounds(name: str) -> None:
    low, high = BOUNDS[name]
    numbers: dict[str, Any]
    for value, wrong in ((low, False), (high, False), (low - 1, True), (high + 1, True)):
        numbers = {name: value}
        assert (problems(DrawingSettings(**numbers)) == (name,)) == wrong


@pytest.mark.parametrize(
    ("chosen", "name"),
    [
        ({"language": "tlh"}, "language"),
        ({"theme": "quarks"}, "theme"),
        ({"difficulty": "absurd"}, "difficulty"),
        ({"strength": "cheater"}, "strength"),
        ({"scale": "richter"}, "scale"),
        ({"ink": "colour"}, "ink"),
        ({"own": (Word("fuck", "fuck"),)}, "own"),
        ({"own": (Word("x", "x"),) * (OWN_WORDS + 1)}, "own"),
        ({"own": (Word("x", "x", tuple(map(str, range(9000)))),)}, "own"),
        ({"own": (Word("x", "x", ("\ufdfa" * 40,)),)}, "own"),
        ({"own_only": True}, "own_only"),
    ],
)
def test_what_cannot_be_is_named(chosen: dict[str, Any], name: str) -> None:
    assert problems(DrawingSettings(**chosen)) == (name,)
