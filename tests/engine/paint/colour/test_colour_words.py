from __future__ import annotations

import pytest

from engine.paint.colour.colour_words import Named, things
from engine.paint.colour.shades import lightness


def named(prompt: str) -> list[tuple[str, int]]:
    return [(thing.text, len(thing.colours)) for thing in things(prompt)]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a red apple on a blue plate", [("apple", 1), ("plate", 1)]),
        ("a cat", [("cat", 0)]),
        ("a black and white cat", [("cat", 2)]),
        ("a cat and a dog", [("cat", 0), ("dog", 0)]),
        ("un gato blanco y negro", [("gato", 2)]),
        ("eine rote Blume", [("blume", 1)]),
        ("ein dunkelblaues Auto", [("auto", 1)]),
        ("赤い車", [("車", 1)]),
        ("a light blue house", [("house", 1)]),
        ("an orange", [("orange", 0)]),
        ("an orange cat", [("cat", 1)]),
        ("una rosa", [("rosa", 0)]),
        ("una casa rosa", [("casa", 1)]),
        ("a rose on a gold ring", [("rose", 0), ("ring", 1)]),
        ("a light bulb", [("light bulb", 0)]),
        ("a colourful parrot", [("parrot", 5)]),
        ("red", [("", 1)]),
        ("two fish in a pond", [("fish", 0), ("pond", 0)]),
        ("42", [("42", 0)]),
    ],
)
def test_words_of_colour_belong_to_their_things(
    prompt: str, expected: list[tuple[str, int]]
) -> None:
    assert named(prompt) == expected


def test_one_colour_has_one_pen_in_every_language() -> None:
    pens = [things(p)[0].colours for p in ("a green frog", "ein grüner Frosch", "una rana verde")]
    assert pens[0] == pens[1] == pens[2] == things("緑の蛙")[0].colours


def test_light_and_dark_shades_differ() -> None:
    light, plain, dark = (
        lightness(things(f"a {shade}blue house")[0].colours[0]) for shade in ("light ", "", "dark ")
    )
    assert light > plain + 0.1 > dark + 0.2


def test_japanese_colours_come_in_the_order_said() -> None:
    (thing,) = things("赤と青の旗")
    assert thing == Named(thing.text, (*things("赤")[0].colours, *things("青")[0].colours))
