from __future__ import annotations

import io

from PIL import Image

from engine.album import Book, Drift, Page, strip
from tests.engine.album.conftest import DRAWING


def height(book: Book, drift: Drift | None = None) -> int:
    image = Image.open(io.BytesIO(strip.picture(book, drift)))
    assert image.width == strip.WIDTH
    return image.height


def test_a_strip_has_every_page_and_the_thermometer(book: Book, drift: Drift) -> None:
    pages = height(book)
    assert height(Book(book.pages[:3])) < pages < height(book, drift)


def test_a_long_phrase_gets_more_room() -> None:
    short, long = Page("Ada", "a cat"), Page("Ada", "a cat on a bicycle " * 5)
    assert height(Book((long,))) > height(Book((short,)))


def test_the_longest_chain_fits() -> None:
    pages = (Page("Ada", "a cat on a bicycle " * 5), Page("Bot", DRAWING)) * 12
    assert height(Book(pages)) < 10_000


def test_authors_are_told_apart(book: Book) -> None:
    colours = strip.authors(book)
    assert len(set(colours.values())) == len({page.author for page in book.pages}) == 5
