"""A chain as it is shown: pages by their authors, phrases and drawings in turn."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cache

from PIL import Image

from engine.album.wording import Wording
from engine.canvas.drawing import Drawing
from engine.canvas.render import to_png

MAX_PIXELS = 40_000_000

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


class UnreadablePage(ValueError):
    """The bytes of a page are no picture, or a larger one than is read."""


@dataclass(frozen=True, slots=True)
class Page:
    """What one seat made: a phrase, strokes, the bytes of a picture, or None where there is none.

    author: a name for people to read, whatever characters it has. note: a few words that stand on a
    sheet where there is no phrase for a drawing. head: what stands above the page, if not who made
    it.
    """

    author: str
    content: str | Drawing | bytes | None
    note: str = ""
    head: str = ""

    @property
    def phrase(self) -> str | None:
        """The phrase, if it is one."""
        return self.content if isinstance(self.content, str) else None

    def png(self, side: int) -> bytes:
        """A drawing or a picture as PNG, at most `side` pixels wide and high, on white.

        A missing one is an empty sheet. Raises UnreadablePage; ValueError for a phrase.
        """
        return _png(self.content, side)


@dataclass(frozen=True, slots=True)
class Book:
    """The pages of one chain, in order. wording: what is said around them. about: what they are
    about, where the first phrase does not say so."""

    pages: tuple[Page, ...]
    wording: Wording = field(default_factory=Wording)
    about: str = ""

    @property
    def title(self) -> str:
        """What it is about, else the first phrase, or "" if there is none."""
        return self.about or next((page.phrase for page in self.pages if page.phrase), "")


@cache
def _blank(side: int) -> bytes:
    return to_png(Drawing(side, side), side)


def _png(content: str | Drawing | bytes | None, side: int) -> bytes:
    match content:
        case str():
            raise ValueError("a phrase is no picture")
        case Drawing():
            return to_png(content, side)
        case None | b"":
            return _blank(side)
    try:
        image = Image.open(io.BytesIO(content), formats=_FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise UnreadablePage(f"a picture of {image.width} × {image.height} is too large")
        image = image.convert("RGBA")
    except UnreadablePage:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise UnreadablePage("a page is no picture that can be read") from error
    image.thumbnail((side, side))
    ground = Image.new("RGBA", image.size, "white")
    out = io.BytesIO()
    Image.alpha_composite(ground, image).convert("RGB").save(out, "PNG")
    return out.getvalue()
