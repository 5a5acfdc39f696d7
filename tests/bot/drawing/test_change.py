from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drawing.change import BIGGER, FEWER, MORE, SMALLER, Change, changed_prompt, parse
from bot.kit.errors import UserError
from bot.texts import Texts
from engine.paint.options import INKS, Ink

A_HAT = Change(place="wearing", thing="a hat")
SAID = {
    Change(factor=MORE): ("more strokes", "mehr Striche", "más trazos", "線を増やして"),
    Change(factor=FEWER): ("fewer strokes", "weniger Striche", "menos trazos", "線を減らして"),
    Change(strokes=40): ("40 strokes", "mit 40 Strichen", "con 40 trazos", "線40本で"),
    Change(ink="pen"): (
        *("as a pen drawing", "in ink", "black and white", "pen and ink"),
        *("als Federzeichnung", "schwarzweiß", "a tinta", "en blanco y negro", "ペンで", "白黒で"),
    ),
    Change(ink="marker"): ("with a marker", "mit Filzstift", "con rotulador", "マーカーで"),
    Change(ink="paint"): ("painted", "as a painting", "als Gemälde", "como pintura", "絵の具で"),
    Change(size=BIGGER): ("bigger", "but larger", "größer", "más grande", "もっと大きく"),
    Change(size=SMALLER): ("smaller", "Make it smaller!", "kleiner", "más pequeño", "小さくして"),
    Change(colour="blue"): ("in blue", "blue", "make it blue"),
    Change(colour="hellblau"): ("in Hellblau", "hellblau"),
    Change(colour="azul"): ("en azul", "de color azul"),
    Change(colour="青"): ("青く", "青で", "青くして"),
    Change(colour="orange"): ("in orange", "orange"),
    A_HAT: (
        *("with a hat", "Draw it again, but with a hat", "wearing a hat", "give it a hat"),
        *("mit einem Hut", "con un sombrero"),
    ),
    Change(place="wearing", thing="hat"): ("帽子をかぶって", "帽子をかぶせて"),
    Change(place="on", thing="a bicycle"): ("on a bicycle", "auf einem Fahrrad"),
    Change(place="with", thing="sun"): ("with sun", "con sol"),
    Change(place="holding", thing="a balloon"): ("holding a balloon",),
    Change(colour="red", place="wearing", thing="a hat"): ("in red and with a hat",),
    Change(colour="grün", size=SMALLER): ("in grün und kleiner",),
    Change(colour="rojo", place="wearing", thing="eyeglasses"): ("en rojo y con gafas",),
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "wish"), [(change, wish) for change, said in SAID.items() for wish in said]
)
def test_a_wish_is_understood_in_four_languages(change: Change, wish: str):
    assert parse(wish) == change


@pytest.mark.parametrize("language", ["en", "de", "es", "ja"])
@pytest.mark.parametrize("ink", INKS)
def test_an_ink_is_understood_by_the_names_that_people_see(language: str, ink: Ink):
    texts = Texts(language)
    seen = (texts(f"buttons.{ink}"), texts(f"commands.ink.{ink}"))
    assert [parse(name) for name in seen] == [Change(ink=ink), Change(ink=ink)]


@pytest.mark.parametrize(
    "wish",
    [
        "dance",
        "without ears",
        "…",
        "but",
        "in blue and dancing",
        "bigger and smaller",
        "with",
        "!!",
    ],
)
def test_what_is_not_understood_is_refused_as_a_whole(wish: str):
    with pytest.raises(UserError) as refused:
        parse(wish)
    assert refused.value.key == "change.unknown"


@given(st.text(max_size=100))
def test_anything_is_understood_or_refused(wish: str):
    with contextlib.suppress(UserError):
        change = parse(wish)
        assert change != Change()
        changed_prompt("a cat", change)


@pytest.mark.parametrize(
    ("prompt", "wish", "becomes"),
    [
        ("a cat", "with a hat", "a cat wearing a hat"),
        ("eine Katze", "mit einem Hut", "a cat wearing a hat"),
        ("a red cat", "in blue", "blue cat"),
        ("a cat", "in blue and with a sun", "blue cat with a sun"),
        ("a cat on a bicycle", "bigger", "a cat on a bicycle"),
        ("eine Katze", "als Federzeichnung", "eine Katze"),
    ],
)
def test_the_prompt_changes_only_where_it_has_to(prompt: str, wish: str, becomes: str):
    assert changed_prompt(prompt, parse(wish)) == becomes


@pytest.mark.parametrize("wish", ["in blue", "with a hat"])
def test_of_several_things_none_is_coloured_or_added_to(wish: str):
    with pytest.raises(UserError) as refused:
        changed_prompt("a cat on a bicycle", parse(wish))
    assert refused.value.key == "change.several"
