"""A chain as one tall picture, to be read from top to bottom."""

from __future__ import annotations

import base64
import io

from PIL import Image

from engine.album import thermometer
from engine.album.book import Book, Page
from engine.album.drift import Drift
from engine.album.lettering import line, shorten, to_png, wrap

WIDTH = 640
PAPER, CARD, EDGE = "#f7f4ec", "#ffffff", "#e4dfd2"
INK, MUTED = "#23212b", "#7d7986"
COLOURS = ("#3457d5", "#d9622b", "#1f8a5b", "#a43fa0", "#b8860b", "#0f7f94", "#c2334d", "#5b5bd6")
"""Authors are told apart by these, in the order of their first pages."""

_GUTTER, _RIGHT, _TOP = 84, 36, 36
_INNER = WIDTH - _GUTTER - _RIGHT
_SIDE = 440  # of a drawing, at most
_SIZE, _LEADING = 28, 38  # of phrases
_BOLD = 1.13  # how much wider bold letters are


def picture(book: Book, drift: Drift | None = None) -> bytes:
    """PNG bytes, 640 pixels wide; below the pages the sentence of the drift and a thermometer."""
    colours = authors(book)
    y, parts, middles = float(_TOP), list[str](), list[tuple[float, str]]()
    for number, page in enumerate(book.pages, 1):
        colour = colours[page.author]
        name = shorten(page.author, 15, _INNER - 80)
        made = book.wording.made_by(name, phrase=page.phrase is not None)
        above = shorten(page.head, 15, _INNER) if page.head else made
        parts.append(line(above, _GUTTER, y + 18, 15, MUTED))
        middles.append((y + 13, colour))
        parts.append(_dot(number, y + 13, colour))
        if page.phrase is not None:
            body, height = _phrase(page, y + 32)
        else:
            body, height = _drawn(page, y + 32, book.wording.missing)
        parts.append(body)
        y += 32 + height + 30
    if drift is not None:
        body, height = _verdict(book, drift, y)
        parts.append(body)
        y += height
    thread = ""
    if middles:
        thread = (
            f'<line x1="44" x2="44" y1="{middles[0][0]}" y2="{middles[-1][0]}" '
            f'stroke="{EDGE}" stroke-width="3"/>'
        )
    total = round(y + 10)
    return to_png(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{total}">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{thread}{"".join(parts)}</svg>'
    )


def authors(book: Book) -> dict[str, str]:
    """A colour for each author."""
    names = dict.fromkeys(page.author for page in book.pages)
    return {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}


def _dot(number: int, y: float, colour: str) -> str:
    label = line(str(number), 44, y + 5, 14, "#ffffff", 'text-anchor="middle" font-weight="bold"')
    return f'<circle cx="44" cy="{y}" r="16" fill="{colour}"/>{label}'


def _phrase(page: Page, y: float) -> tuple[str, float]:
    lines = wrap(page.phrase or "", _SIZE, _INNER - 48)
    height = len(lines) * _LEADING + 30
    said = "".join(
        line(text, _GUTTER + 24, y + 46 + i * _LEADING, _SIZE, INK) for i, text in enumerate(lines)
    )
    return _card(y, _INNER, height) + said, height


def _drawn(page: Page, y: float, none: str) -> tuple[str, float]:
    if not page.content:
        missing = line(none, _GUTTER + 24, y + 42, 20, MUTED, 'font-style="italic"')
        return _card(y, _INNER, 68) + missing, 68
    data = page.png(_SIDE)
    width, height = Image.open(io.BytesIO(data)).size
    return _card(y, width + 16, height + 16) + _image(data, y + 8, width, height), height + 16


def _verdict(book: Book, drift: Drift, y: float) -> tuple[str, float]:
    lines = wrap(drift.sentence(book), 19, (WIDTH - 80) / _BOLD)
    said = "".join(
        line(text, 40, y + 26 + i * 28, 19, INK, 'font-weight="bold"')
        for i, text in enumerate(lines)
    )
    height = len(lines) * 28 + 18.0
    if drift.left is None:
        return said, height
    below = book.wording.left.format(n=round(100 * drift.left))
    marks = thermometer.marks(drift.left, below)
    said += f'<g transform="translate(28 {y + height:.1f})">{marks}</g>'
    return said, height + thermometer.HEIGHT + 16


def _card(y: float, width: float, height: float) -> str:
    return (
        f'<rect x="{_GUTTER}" y="{y}" width="{width}" height="{height}" rx="14" '
        f'fill="{CARD}" stroke="{EDGE}" stroke-width="1.5"/>'
    )


def _image(data: bytes, y: float, width: int, height: int, x: float = _GUTTER + 8) -> str:
    encoded = base64.b64encode(data).decode()
    return (
        f'<image x="{x}" y="{y}" width="{width}" height="{height}" '
        f'href="data:image/png;base64,{encoded}"/>'
    )
