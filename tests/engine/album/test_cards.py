from __future__ import annotations

import io

from PIL import Image

from engine.album import Book, cards
from engine.album.cards import HEAD, SIDE


def test_every_page_is_a_card_of_one_size(book: Book) -> None:
    shown = [Image.open(io.BytesIO(cards.png(book, n))) for n in range(len(book.pages))]
    assert {card.size for card in shown} == {(SIDE, SIDE + HEAD)}
    assert len({card.tobytes() for card in shown}) == len(book.pages)


def test_a_card_shows_the_drawing_on_its_sheet(book: Book) -> None:
    drawn, empty = cards.card(book, 1), cards.sheet(book, 1)
    assert drawn.crop((0, 0, SIDE, HEAD - 2)).tobytes() == (
        empty.crop((0, 0, SIDE, HEAD - 2)).tobytes()
    )
    assert drawn.tobytes() != empty.tobytes()
