"""A chain as one animated GIF: phrases to read, drawings that come about stroke by stroke."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

from PIL import Image

from engine.album.book import Book, Page
from engine.album.lettering import line, shorten, to_png, wrap
from engine.album.strip import EDGE, INK, MUTED, PAPER, authors
from engine.canvas.drawing import Drawing
from engine.canvas.render import encode_gif, to_image

MAX_BYTES = 10 << 20

_SIDE, _HEAD = 480, 60  # pixels: of the square below, and of the line above it
_GROWTH = 10  # frames in which a drawing comes about
_FAST, _HOLD = 110, 1800  # milliseconds
_READ = 45  # milliseconds more for each character of a phrase
# From generous to frugal, until the file is small enough: (share of the size, colours, growth).
_TIERS = (
    (1.0, 64, _GROWTH), (0.8, 48, 8), (0.65, 32, 6), (0.5, 32, 4), (0.4, 16, 2), (0.25, 8, 1),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Frame:
    image: Image.Image
    milliseconds: int


def gif(book: Book, max_bytes: int = MAX_BYTES) -> bytes:
    """An animation that repeats for ever, of at most `max_bytes`.

    Raises ValueError for a book without pages, or if even the smallest does not fit.
    """
    if not book.pages:
        raise ValueError("a book without pages cannot be animated")
    for share, colours, growth in _TIERS:
        frames = list(_frames(book, growth))
        size = round(_SIDE * share), round((_SIDE + _HEAD) * share)
        images = [frame.image.resize(size, Image.Resampling.LANCZOS) for frame in frames]
        times = [frame.milliseconds for frame in frames]
        data = encode_gif(images, colours, times, repeat=True)
        if len(data) <= max_bytes:
            return data
    raise ValueError(f"{len(book.pages)} pages do not fit into {max_bytes:,} bytes")


def _frames(book: Book, growth: int) -> Iterator[_Frame]:
    colours = authors(book)
    for number, page in enumerate(book.pages, 1):
        sheet = _sheet(book, page, number, colours[page.author])
        if page.phrase is not None:
            yield _Frame(sheet, _HOLD + _READ * min(len(page.phrase), 60))
            continue
        if isinstance(page.content, Drawing):
            for part in _growing(page.content, growth):
                yield _Frame(_with(sheet, to_image(part, _SIDE - 32)), _FAST)
        shown = Image.open(io.BytesIO(page.png(_SIDE - 32))).convert("RGB")
        yield _Frame(_with(sheet, shown), _HOLD)


def _growing(drawing: Drawing, frames: int) -> Iterator[Drawing]:
    """The first strokes, and more of them each time; the whole is not among them."""
    count = len(drawing.strokes)
    for shown in sorted({round(count * i / frames) for i in range(1, frames)}):
        if 0 < shown < count:
            yield replace(drawing, strokes=drawing.strokes[:shown])


def _with(sheet: Image.Image, shown: Image.Image) -> Image.Image:
    whole = sheet.copy()
    x, y = (_SIDE - shown.width) // 2, _HEAD + (_SIDE - 32 - shown.height) // 2
    whole.paste("white", (16, _HEAD, _SIDE - 16, _HEAD + _SIDE - 32))
    whole.paste(shown, (x, y))
    return whole


def _sheet(book: Book, page: Page, number: int, colour: str) -> Image.Image:
    """The page without its drawing: who made it, and the phrase if it is one."""
    name = shorten(page.author, 17, _SIDE - 190)
    made = book.wording.made_by(name, phrase=page.phrase is not None)
    place = book.wording.place.format(n=number, of=len(book.pages))
    parts = [
        f'<circle cx="36" cy="31" r="17" fill="{colour}"/>',
        line(str(number), 36, 37, 15, "#ffffff", 'text-anchor="middle" font-weight="bold"'),
        line(made, 66, 37, 17, INK),
        line(place, _SIDE - 20, 37, 14, MUTED, 'text-anchor="end"'),
        f'<rect x="15" y="{_HEAD - 1}" width="{_SIDE - 30}" height="{_SIDE - 30}" fill="#ffffff" '
        f'stroke="{EDGE}" stroke-width="2"/>',
    ]
    if page.phrase is not None:
        size = 40 if len(page.phrase) <= 24 else 32 if len(page.phrase) <= 60 else 26
        lines = wrap(page.phrase, size, _SIDE - 90)
        first = _HEAD + (_SIDE - 32) / 2 - (len(lines) - 1) * size * 0.66 + size * 0.36
        parts += [
            line(text, _SIDE / 2, first + i * size * 1.32, size, INK, 'text-anchor="middle"')
            for i, text in enumerate(lines)
        ]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_SIDE}" height="{_SIDE + _HEAD}">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )
    return Image.open(io.BytesIO(to_png(svg))).convert("RGB")
