from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from engine.canvas import framing
from engine.see.caption.colours import shares
from engine.see.caption.grammar import SLOTS


def drawn_on(*colours: str, ground: str = "white") -> framing.Sheet:
    """Bars of the colours, equally wide."""
    image = Image.new("RGB", (100 * len(colours) + 40, 140), ground)
    pen = ImageDraw.Draw(image)
    for i, colour in enumerate(colours):
        pen.rectangle((20 + 100 * i, 20, 119 + 100 * i, 119), fill=colour)
    return framing.sheet(image)


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#e01020", "red"), ("#ff8c00", "orange"), ("#ffd700", "yellow"), ("#20a030", "green"),
        ("#1030e0", "blue"), ("#20c0e0", "blue"), ("#7020b0", "purple"), ("#ff69b4", "pink"),
        ("#8b4513", "brown"), ("#a0522d", "brown"), ("#ffc0cb", ""),
    ],
)  # fmt: skip
def test_ink_has_the_colour_that_people_call_it(colour: str, name: str) -> None:
    found = shares(drawn_on(colour))
    if name:
        assert found == {name: 1.0}
    else:
        assert set(found) <= {"pink"}


@pytest.mark.parametrize("colour", ["black", "#333333", "#999999"])
def test_black_and_grey_are_no_colours(colour: str) -> None:
    assert shares(drawn_on(colour)) == {}


def test_shares_are_of_the_ink_not_of_the_sheet() -> None:
    found = shares(drawn_on("#e01020", "#e01020", "#1030e0", "black"))
    assert list(found) == ["red", "blue"]
    assert found["red"] == pytest.approx(0.5, abs=0.02)
    assert found["blue"] == pytest.approx(0.25, abs=0.02)


def test_the_background_is_no_ink() -> None:
    assert shares(drawn_on("black", ground="#1030e0")) == {}
    assert shares(framing.sheet(Image.new("RGB", (50, 50), "red"))) == {}


def test_names_are_those_that_phrases_know() -> None:
    found = shares(drawn_on("#e01020", "#ff8c00", "#20a030", "#7020b0", "#8b4513"))
    assert set(found) <= set(SLOTS["colour"])
