"""Pages as cards: one picture a page, to leaf through."""

from __future__ import annotations

import io

from PIL import Image

from engine.album.book import Book
from engine.album.lettering import line, shorten, to_png, wrap
from engine.album.strip import EDGE, INK, MUTED, PAPER, authors

SIDE, HEAD = 480, 60
"""Pixels: of the square with the page, and of the line above it that says whose it is."""
ROOM = SIDE - 32
"""Pixels: the side of what is drawn in that square."""


def card(book: Book, number: int) -> Image.Image:
    """Page `number`, from 0, as a picture of SIDE × (SIDE + HEAD) pixels."""
    page, empty = book.pages[number], sheet(book, number)
    if page.phrase is not None:
        return empty
    return drawn_on(empty, Image.open(io.BytesIO(page.png(ROOM))).convert("RGB"))


def png(book: Book, number: int) -> bytes:
    """The same as PNG bytes."""
    out = io.BytesIO()
    card(book, number).save(out, "PNG", optimize=True)
    return out.getvalue()


def drawn_on(empty: Image.Image, shown: Image.Image) -> Image.Image:
    """A card with a drawing of at most ROOM × ROOM pixels."""
    whole = empty.copy()
    x, y = (SIDE - shown.width) // 2, HEAD + (ROOM - shown.height) // 2
    whole.paste("white", (16, HEAD, SIDE - 16, HEAD + ROOM))
    whole.paste(shown, (x, y))
    return whole


def sheet(book: Book, number: int) -> Image.Image:
    """The card without its drawing: its head or who made the page, and the phrase if it is one."""
    page = book.pages[number]
    name = shorten(page.author, 17, SIDE - 190)
    made = book.wording.made_by(name, phrase=page.phrase is not None)
    above = shorten(page.head, 17, SIDE - 150) if page.head else made
    place = book.wording.place.format(n=number + 1, of=len(book.pages))
    parts = [
        f'<circle cx="36" cy="31" r="17" fill="{authors(book)[page.author]}"/>',
        line(str(number + 1), 36, 37, 15, "#ffffff", 'text-anchor="middle" font-weight="bold"'),
        line(above, 66, 37, 17, INK),
        line(place, SIDE - 20, 37, 14, MUTED, 'text-anchor="end"'),
        f'<rect x="15" y="{HEAD - 1}" width="{SIDE - 30}" height="{SIDE - 30}" fill="#ffffff" '
        f'stroke="{EDGE}" stroke-width="2"/>',
    ]
    if page.phrase is not None:
        size = 40 if len(page.phrase) <= 24 else 32 if len(page.phrase) <= 60 else 26
        lines = wrap(page.phrase, size, SIDE - 90)
        first = HEAD + ROOM / 2 - (len(lines) - 1) * size * 0.66 + size * 0.36
        parts += [
            line(text, SIDE / 2, first + i * size * 1.32, size, INK, 'text-anchor="middle"')
            for i, text in enumerate(lines)
        ]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE + HEAD}">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )
    return Image.open(io.BytesIO(to_png(svg))).convert("RGB")
