from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.album.lettering import clean, line, measure, shorten, to_png, wrap


def test_lines_break_between_words() -> None:
    lines = wrap("a cat riding a bicycle in the rain", 20, 150)
    assert len(lines) > 1
    assert " ".join(lines) == "a cat riding a bicycle in the rain"
    assert all(measure(text, 20) <= 150 for text in lines)


def test_words_that_are_too_wide_are_broken() -> None:
    lines = wrap("x" * 80, 20, 150)
    assert "".join(lines) == "x" * 80
    assert all(measure(text, 20) <= 150 for text in lines)


def test_scripts_without_spaces_break_anywhere() -> None:
    lines = wrap("自転車に乗る猫が雨の中を走っている", 20, 100)
    assert [len(text) for text in lines] == [5, 5, 5, 2]


def test_what_is_too_long_ends_in_an_ellipsis() -> None:
    lines = wrap("word " * 100, 20, 150, most=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert shorten("a very long name of somebody", 20, 100).endswith("…")
    assert shorten("Ada", 20, 100) == "Ada"


@given(st.text(max_size=100), st.floats(8, 60), st.floats(80, 600))
def test_any_text_is_set(text: str, size: float, width: float) -> None:
    for said in wrap(text, size, width):
        assert measure(said, size) <= max(width, 2.6 * size)
        ElementTree.fromstring(f"<svg>{line(said, 0, 0, size, '#000')}</svg>")  # noqa: S314


def test_text_cannot_leave_its_element() -> None:
    element = ElementTree.fromstring(line('</text><script x="', 0, 0, 12, "#000"))  # noqa: S314
    assert element.text == '</text><script x="'


@pytest.mark.parametrize("text", ["a\u202egnp.exe", "a\ufffe\x00b", "a\nb\tc"])
def test_what_turns_or_breaks_text_is_taken_out(text: str) -> None:
    assert not set(clean(text)) & set("\u202e\x00\n\t\ufffe")


@pytest.mark.parametrize("text", ["a cat", "кошка", "חתול", "قطة"])
def test_scripts_of_the_bundled_font_leave_ink(text: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60">{line(text, 9, 40, 30, "#000")}</svg>'  # noqa: E501
    image = Image.open(io.BytesIO(to_png(svg))).convert("RGBA")
    ink = image.getchannel("A").getbbox()
    assert ink is not None
    assert ink[2] - ink[0] > 40
