from __future__ import annotations

import io

import pytest
from PIL import Image

from engine.album import Book, Page, animation
from tests.engine.album.conftest import DRAWING, picture


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_phrases_stand_and_drawings_come_about(book: Book) -> None:
    gif = opened(animation.gif(book))
    assert gif.size == (480, 540)
    assert gif.info["loop"] == 0
    times = []
    for i in range(gif.n_frames):
        gif.seek(i)
        times.append(gif.info["duration"])
    assert len([t for t in times if t >= 1500]) == len(book.pages)
    assert len([t for t in times if t < 200]) == 9  # of the one drawing of strokes
    assert sum(times) < 30_000


def test_the_file_stays_below_its_limit() -> None:
    pages = (Page("Ada", "a cat on a bicycle " * 5), Page("Bot", DRAWING), Page("Bo", picture()))
    book = Book(pages * 4)
    free = animation.gif(book)
    limit = len(free) // 2
    small = animation.gif(book, limit)
    assert len(small) <= limit
    assert opened(small).width < opened(free).width


def test_what_cannot_be_made_is_refused(book: Book) -> None:
    with pytest.raises(ValueError, match="100 bytes"):
        animation.gif(book, 100)
    with pytest.raises(ValueError, match="without pages"):
        animation.gif(Book(()))
