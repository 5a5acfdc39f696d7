from __future__ import annotations

import io

from PIL import Image

from engine.album import Book, Page, sheet
from engine.canvas.drawing import Drawing, polyline

HOUSE = Drawing(64, 64, tuple(polyline([(10, 50), (10, 20), (50, 20), (50, 50)], 4)))


def book(drawings: int) -> Book:
    pages = [
        page
        for n in range(drawings)
        for page in (Page("Penguess", f"word {n}"), Page(f"player {n % 3}", HOUSE if n else None))
    ]
    return Book(tuple(pages))


def size(drawings: int) -> tuple[int, int]:
    return Image.open(io.BytesIO(sheet.picture(book(drawings)))).size


def test_a_drawing_has_the_phrase_before_it_for_a_caption():
    assert [(n, word) for n, word, _ in sheet.drawings(book(3))] == [
        (1, "word 0"),
        (2, "word 1"),
        (3, "word 2"),
    ]
    assert [word for _, word, _ in sheet.drawings(Book((Page("a", HOUSE),)))] == [""]


def test_drawings_stand_in_rows_and_many_are_bounded():
    assert size(1)[0] < size(2)[0]
    assert size(2)[1] < size(3)[1]
    assert size(25)[0] == size(30)[0] < 1500
    assert size(sheet.MOST) == size(sheet.MOST + 40)
    size(0)


def test_hostile_names_make_a_picture():
    pages = (Page("x", "</text><script>"), Page("\u202e&amp;" * 50, HOUSE))
    Image.open(io.BytesIO(sheet.picture(Book(pages)))).load()
