"""Pictures that cost nothing: real PNG and GIF files, a pixel large, made without rendering.

What is simulated is how long pictures take and that they fail. What the renderer paints is tested
elsewhere.
"""

from __future__ import annotations

import asyncio
import hashlib
import pickle
import random
import struct
import zlib
from collections.abc import Callable
from typing import Any, TypeVar

from bot.kit.errors import UserError
from bot.pictures import incoming, paper_photo, renderer
from bot.pictures.renderer import Renderer

T = TypeVar("T")

_SLOW = 0.02  # of all pictures
_TOO_LARGE = 0.02  # of all animations
_REFUSED = 0.05  # of what people hand in


class SimulatedRenderer(Renderer):
    """A renderer whose workers are virtual."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        seconds = self._chance.uniform(0.005, 0.3)
        if self._chance.random() < _SLOW:
            seconds = self._chance.uniform(1.0, 10.0)
        await asyncio.sleep(seconds)
        return self._made(work, arguments)

    def _made(self, work: Callable[..., Any], arguments: Any) -> Any:
        luck = self._chance.random()
        key = hashlib.sha256(pickle.dumps(arguments)).digest()
        if work in (renderer._gif, renderer._animation):
            if luck < _TOO_LARGE:
                raise ValueError("it cannot be made small enough")
            return _gif(key)
        if work in (incoming.tidy, incoming.small, paper_photo.prepare):
            if luck < _REFUSED:
                raise UserError("refused.picture_kind")
            return _png(key)
        if work is renderer._album_page:
            return key.hex()
        return _png(key)

    def close(self) -> None:
        pass


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(key: bytes) -> bytes:
    """A PNG of one pixel, with a text that no other picture has.

    source: Portable Network Graphics (W3C), sections 5 and 11.
    """
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    text = b"Comment\0" + key.hex().encode()
    pixel = zlib.compress(bytes((0, key[0])))
    chunks = ((b"IHDR", header), (b"tEXt", text), (b"IDAT", pixel), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _gif(key: bytes) -> bytes:
    """A GIF of one pixel. source: GIF89a (CompuServe, 1990), sections 17 to 27."""
    screen = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + key[:3] + b"\0\0\0"
    image = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return screen + image + b";"


def photo(chance: random.Random) -> bytes:
    """What somebody hands in."""
    return _png(chance.randbytes(32))
