"""Pictures as people hand them in, made by the tests themselves."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

SIZE = (90, 60)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def lying() -> Image.Image:
    """White, with a red block in the upper left quarter."""
    image = Image.new("RGB", SIZE, "white")
    image.paste((220, 20, 20), (0, 0, 45, 30))
    return image


def rational_over_zero() -> bytes:
    """A JPEG whose EXIF says orientation 6, and holds the rational -1/0 that phones write."""
    entries = struct.pack("<HHI4s", 0x0112, 3, 1, struct.pack("<HH", 6, 0))
    entries += struct.pack("<HHII", 0x011A, 5, 1, 38)  # XResolution
    tiff = b"II*\0" + struct.pack("<IH", 8, 2) + entries + struct.pack("<I", 0)
    tiff += struct.pack("<iI", -1, 0)
    return encoded(lying(), "JPEG", exif=b"Exif\0\0" + tiff, quality=95)


def sixteen_bits() -> bytes:
    """A grey scan of 16 bits a pixel with the greys 0, 90, 217 and 255 of eight bits."""
    return encoded(Image.fromarray(np.array([[0, 257 * 90], [257 * 217, 65535]], np.uint16)))


def pale_on_nothing() -> bytes:
    """A circle in nearly white ink on a transparent sheet."""
    image = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((40, 40, 160, 160), outline=(245, 245, 250, 255), width=8)
    return encoded(image)


def animation(kind: str, *, times: list[int], loop: int | None = 0) -> bytes:
    """Frames of the reds 10, 60, 110, …, each shown for some milliseconds."""
    frames = [Image.new("RGB", (16, 16), (10 + 50 * i, 0, 0)) for i in range(len(times))]
    options: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": times}
    if loop is not None:
        options["loop"] = loop
    if kind == "WEBP":
        options["lossless"] = True
    return encoded(frames[0], kind, **options)


def promised(width: int, height: int) -> bytes:
    """A PNG that says it has so many pixels, with hardly any data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data
