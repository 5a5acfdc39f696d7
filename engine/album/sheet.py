"""All drawings of a game on one sheet, each with its number, its word and who drew it."""

from __future__ import annotations

import base64
import math

from engine.album.book import Book, Page
from engine.album.lettering import line, shorten, to_png
from engine.album.strip import CARD, EDGE, INK, MUTED, PAPER, authors

MOST = 60
"""Drawings on a sheet; more would not be seen."""

_CELL, _GAP, _EDGE = 250, 18, 28  # pixels: of a drawing, between two, around all
_CAPTION = 62
_COLUMNS = 5


def picture(book: Book) -> bytes:
    """PNG bytes: the newest MOST drawings of a book, in rows.

    A phrase is the caption of the drawing that comes after it.
    """
    shown = drawings(book)[-MOST:]
    colours = authors(book)
    columns = max(1, min(_COLUMNS, math.ceil(math.sqrt(len(shown)))))
    rows = max(1, math.ceil(len(shown) / columns))
    width = 2 * _EDGE + columns * (_CELL + _GAP) - _GAP
    height = 2 * _EDGE + rows * (_CELL + _CAPTION + _GAP) - _GAP
    cells: list[str] = []
    for place, (number, word, page) in enumerate(shown):
        row, column = divmod(place, columns)
        x, y = _EDGE + column * (_CELL + _GAP), _EDGE + row * (_CELL + _CAPTION + _GAP)
        cells.append(_cell(x, y, number, word, page, colours[page.author]))
    return to_png(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(cells)}</svg>'
    )


def drawings(book: Book) -> list[tuple[int, str, Page]]:
    """The drawings of a book: number from 1, the phrase before it ("" if there is none), page."""
    found: list[tuple[int, str, Page]] = []
    word = ""
    for page in book.pages:
        if page.phrase is not None:
            word = page.phrase
        else:
            found.append((len(found) + 1, word, page))
            word = ""
    return found


def _cell(x: float, y: float, number: int, word: str, page: Page, colour: str) -> str:
    data = base64.b64encode(page.png(_CELL)).decode()
    label = line(str(number), x + 22, y + 27, 14, "#ffffff", 'text-anchor="middle"')
    return (
        f'<rect x="{x}" y="{y}" width="{_CELL}" height="{_CELL}" rx="8" fill="{CARD}" '
        f'stroke="{EDGE}" stroke-width="2"/>'
        f'<image x="{x + 4}" y="{y + 4}" width="{_CELL - 8}" height="{_CELL - 8}" '
        f'href="data:image/png;base64,{data}"/>'
        f'<circle cx="{x + 22}" cy="{y + 22}" r="15" fill="{colour}"/>{label}'
        + line(shorten(word or page.note, 19, _CELL - 8), x + 4, y + _CELL + 26, 19, INK)
        + line(shorten(page.author, 14, _CELL - 8), x + 4, y + _CELL + 48, 14, MUTED)
    )
