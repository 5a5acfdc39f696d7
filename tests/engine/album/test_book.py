from __future__ import annotations

import io

import pytest
from PIL import Image

from engine.album import Book, Page
from engine.album.book import UnreadablePage
from tests.engine.album.conftest import DRAWING, picture
from tests.engine.canvas.pictures import promised


def size(png: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(png)).size


def test_a_book_is_called_by_its_first_phrase(book: Book) -> None:
    assert book.title == "a cat"
    assert Book((Page("Ada", DRAWING),)).title == ""


def test_drawings_and_pictures_are_shown_within_a_square() -> None:
    assert size(Page("Ada", DRAWING).png(200)) == (200, 200)
    assert size(Page("Ada", picture(90, 50)).png(45)) == (45, 25)
    assert size(Page("Ada", None).png(30)) == (30, 30)


def test_what_is_transparent_stands_on_white() -> None:
    image = Image.open(io.BytesIO(Page("Ada", picture()).png(50)))
    assert image.mode == "RGB"
    assert image.getpixel((5, 5)) == pytest.approx((227, 142, 142), abs=2)


@pytest.mark.parametrize("data", [b"no picture", b"\x89PNG\r\n\x1a\n", promised(50_000, 50_000)])
def test_bytes_that_are_no_picture_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePage, match="picture"):
        Page("Ada", data).png(100)


def test_a_phrase_is_no_picture() -> None:
    with pytest.raises(ValueError, match="phrase"):
        Page("Ada", "a cat").png(100)
