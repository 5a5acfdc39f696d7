"""A server's week as a picture: figures, the best drawings, who guessed most."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from engine.album.book import Page
from engine.album.lettering import line, shorten, to_png
from engine.album.strip import CARD, EDGE, INK, MUTED, PAPER

WIDTH = 840
_MARGIN, _GAP = 40, 20
_SIDE = 240  # of a drawing
_BAR = "#5b8def"
BEST, GUESSERS = 3, 3
"""Drawings and people that are shown at most."""


@dataclass(frozen=True, slots=True)
class Recap:
    """What is to be seen. All words are for people to read; drawings carry their artist's name and,
    as a note, the word. guessers: names and how many words they guessed, the most first. figures:
    numbers and what they count."""

    title: str
    figures: tuple[tuple[str, str], ...]
    best_title: str
    best: tuple[Page, ...]
    guessers_title: str
    guessers: tuple[tuple[str, int], ...]


def recap(shown: Recap) -> bytes:
    """A PNG, WIDTH pixels wide."""
    parts = [line(shown.title, _MARGIN, 76, 38, INK, 'font-weight="bold"')]
    y = 110.0
    parts.append(_figures(shown.figures, y))
    y += 128
    if shown.best:
        parts.append(_heading(shown.best_title, y))
        y += 44
        parts += [
            _drawing(page, _MARGIN + i * (_SIDE + _GAP), y)
            for i, page in enumerate(shown.best[:BEST])
        ]
        y += _SIDE + 84
    if shown.guessers:
        parts.append(_heading(shown.guessers_title, y))
        y += 44
        body, height = _bars(shown.guessers[:GUESSERS], y)
        parts.append(body)
        y += height
    height = round(y + 16)
    return to_png(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )


def _heading(text: str, y: float) -> str:
    return line(text, _MARGIN, y + 20, 22, INK, 'font-weight="bold"')


def _figures(figures: Sequence[tuple[str, str]], y: float) -> str:
    count = max(1, len(figures))
    width = (WIDTH - 2 * _MARGIN - (count - 1) * _GAP) / count
    parts: list[str] = []
    for i, (number, what) in enumerate(figures):
        x = _MARGIN + i * (width + _GAP)
        parts.append(
            f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="96" rx="14" fill="{CARD}" '
            f'stroke="{EDGE}" stroke-width="2"/>'
        )
        middle = x + width / 2
        bold = 'text-anchor="middle" font-weight="bold"'
        parts.append(line(number, middle, y + 48, 36, INK, bold))
        said = shorten(what, 16, width - 20)
        parts.append(line(said, middle, y + 78, 16, MUTED, 'text-anchor="middle"'))
    return "".join(parts)


def _drawing(page: Page, x: float, y: float) -> str:
    data = base64.b64encode(page.png(_SIDE)).decode()
    return (
        f'<rect x="{x}" y="{y}" width="{_SIDE}" height="{_SIDE}" rx="10" fill="{CARD}" '
        f'stroke="{EDGE}" stroke-width="2"/>'
        f'<image x="{x + 4}" y="{y + 4}" width="{_SIDE - 8}" height="{_SIDE - 8}" '
        f'href="data:image/png;base64,{data}"/>'
        + line(shorten(page.note, 20, _SIDE - 8), x + 4, y + _SIDE + 28, 20, INK)
        + line(shorten(page.author, 16, _SIDE - 8), x + 4, y + _SIDE + 52, 16, MUTED)
    )


def _bars(guessers: Sequence[tuple[str, int]], y: float) -> tuple[str, float]:
    most = max(1, *(n for _, n in guessers))
    room = WIDTH - 2 * _MARGIN - 330
    parts: list[str] = []
    for i, (name, n) in enumerate(guessers):
        top = y + i * 48
        width = max(12.0, room * n / most)
        parts.append(line(shorten(name, 19, 250), _MARGIN, top + 25, 19, INK))
        parts.append(
            f'<rect x="{_MARGIN + 270}" y="{top + 4}" width="{width:.1f}" height="30" rx="8" '
            f'fill="{_BAR}"/>'
        )
        parts.append(line(str(n), _MARGIN + 282 + width, top + 26, 19, INK, 'font-weight="bold"'))
    return "".join(parts), len(guessers) * 48.0
