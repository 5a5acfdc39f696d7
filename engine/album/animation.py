"""A chain as one animated GIF: phrases to read, drawings that come about stroke by stroke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PIL import Image

from engine.album.book import Book
from engine.album.cards import HEAD, ROOM, SIDE, card, drawn_on, sheet
from engine.canvas.drawing import Drawing
from engine.canvas.render import encode_gif, to_image

MAX_BYTES = 10 << 20

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
        size = round(SIDE * share), round((SIDE + HEAD) * share)
        images = [frame.image.resize(size, Image.Resampling.LANCZOS) for frame in frames]
        times = [frame.milliseconds for frame in frames]
        data = encode_gif(images, colours, times, repeat=True)
        if len(data) <= max_bytes:
            return data
    raise ValueError(f"{len(book.pages)} pages do not fit into {max_bytes:,} bytes")


def _frames(book: Book, growth: int) -> Iterator[_Frame]:
    for number, page in enumerate(book.pages):
        if page.phrase is not None:
            yield _Frame(card(book, number), _HOLD + _READ * min(len(page.phrase), 60))
            continue
        if isinstance(page.content, Drawing):
            empty = sheet(book, number)
            for part in _growing(page.content, growth):
                yield _Frame(drawn_on(empty, to_image(part, ROOM)), _FAST)
        yield _Frame(card(book, number), _HOLD)


def _growing(drawing: Drawing, frames: int) -> Iterator[Drawing]:
    """The first strokes, and more of them each time; the whole is not among them."""
    count = len(drawing.strokes)
    for shown in sorted({round(count * i / frames) for i in range(1, frames)}):
        if 0 < shown < count:
            yield replace(drawing, strokes=drawing.strokes[:shown])
