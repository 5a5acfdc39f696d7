"""Pictures from people, decoded: size known first, shrunk on the way, upright, on paper.

Engine and bot open every picture here. A decoder may fail in any way it likes: whatever it raises
is the refusal. Of metadata the orientation alone is read; an animation is the frame that is shown
longest.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import re
import struct
import warnings
import zlib
from functools import cache
from typing import Literal

import numpy as np
from PIL import Image, features

from engine.canvas.frame_times import shown_longest

MAX_BYTES = 16 << 20
MAX_PIXELS = 40_000_000
SIDE = 1280
"""Pixels of the longer side of what is kept: a doodle may be a small part of a photograph."""

SMALL = 256
"""Pixels a side, of a picture that goes with a request to draw it."""

Reason = Literal["bytes", "pixels", "format", "heic", "cut", "blank"]

# What decoding costs at its height, in bytes a pixel, measured with Pillow and pillow-heif as the
# peak of a process that opens one picture. WebP's decoder holds four canvases at once; a
# progressive JPEG all coefficients, of 2 bytes each.
_MEMORY = 270_000_000
_COST = {"PNG": 4.5, "BMP": 4.5, "GIF": 4.5, "JPEG": 4.5, "WEBP": 16.5, "AVIF": 11.0, "HEIF": 8.0}
_ANIMATED = 16.5  # once a second frame is laid over the first
_FRAMES = 80_000_000  # pixels of all frames up to the one that is shown
_SCANS = 800_000_000  # pixels of all scans of a progressive JPEG; ten are usual
_MISSING = 0.25  # of its rows that a file cut off may lack
_HEIC = re.compile(rb"....ftyp(?:heic|heix|heim|heis|hevc|hevx|mif1|msf1)", re.DOTALL)
_STRIP = 1 << 21  # pixels that are converted at a time
_EVEN = 40  # of 255: less contrast than this, and other paper is tried
_DARK_PAPER = (49, 51, 56)  # Discord's own, on which people saw their pale drawing

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By the EXIF orientation (tag 0x0112, CIPA DC-008): what turns a picture upright."""


class UnreadablePicture(ValueError):
    """No picture, or one beyond the limits; the message says which and what helps.

    reason: the same for programs. most: the limit that it is beyond, in bytes or pixels.
    """

    def __init__(self, message: str, reason: Reason = "format", most: int = 0) -> None:
        super().__init__(message)
        self.reason: Reason = reason
        self.most = most


@cache
def formats() -> tuple[str, ...]:
    """What can be decoded here: HEIF where pillow-heif is installed, AVIF where Pillow has it."""
    found = ["PNG", "JPEG", "WEBP", "GIF", "BMP"]
    if features.check("avif"):
        found.append("AVIF")
    with contextlib.suppress(ImportError):
        importlib.import_module("pillow_heif").register_heif_opener(thumbnails=False)
        found.append("HEIF")
    return tuple(found)


def open_picture(
    data: bytes,
    side: int = SIDE,
    *,
    most_bytes: int = MAX_BYTES,
    most_pixels: int = MAX_PIXELS,
    transparent: bool = False,
) -> Image.Image:
    """A picture's bytes as RGB, upright, its longer side at most `side` pixels.

    What is transparent lies on white, or on dark paper where white would hide the drawing; with
    `transparent` it stays so, and the picture is RGBA. A JPEG or PNG that is cut off near its end
    is shown as far as it goes. Memory stays below 300 MB.
    Raises UnreadablePicture; over the limits before anything is decoded.
    """
    if len(data) > most_bytes:
        raise UnreadablePicture(
            f"the picture has {len(data):,} bytes, over {most_bytes:,}: save it smaller",
            "bytes",
            most_bytes,
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(_ended(data)), formats=formats())
            _check_size(image, data, most_pixels)
            decoded = _decoded(image, data, side)
            return decoded.convert("RGBA") if transparent else _on_paper(decoded)
    except UnreadablePicture:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(most_pixels) from error
    except (Exception, MemoryError) as error:
        raise _refusal(data) from error


def open_small(data: bytes, *, transparent: bool = False) -> Image.Image:
    """A picture at most SMALL pixels wide and high, as by `open_picture`.

    Raises UnreadablePicture.
    """
    image = open_picture(data, most_pixels=SMALL * SMALL, transparent=transparent)
    if max(image.size) > SMALL:
        raise UnreadablePicture(
            f"the picture has {image.width} × {image.height} pixels, over {SMALL} a side", "pixels"
        )
    return image


def _check_size(image: Image.Image, data: bytes, most: int) -> None:
    pixels = image.width * image.height
    kind = "JPEG" if image.format == "MPO" else str(image.format)
    cost = _COST[kind]
    if kind == "JPEG" and image.info.get("progressive"):
        cost = 0.5 + 2 * len(image.getbands())
        most = min(most, _SCANS // max(1, data.count(b"\xff\xda")))
    most = min(most, int(_MEMORY / cost))
    if pixels > most:
        raise _too_large(most, f"{image.width} × {image.height} pixels, ")


def _too_large(most: int, size: str = "") -> UnreadablePicture:
    return UnreadablePicture(
        f"the picture has {size}over {most:,} pixels in all: save it smaller", "pixels", most
    )


def _refusal(data: bytes) -> UnreadablePicture:
    if _HEIC.match(data[:16]) and "HEIF" not in formats():
        return UnreadablePicture(
            "HEIC pictures cannot be read here: send a screenshot of it, or let the phone save "
            "JPEG (iPhone: Settings, Camera, Formats, Most Compatible)",
            "heic",
        )
    kinds = ", ".join(formats())
    return UnreadablePicture(f"not a picture ({kinds}) that can be read: save it as PNG or JPEG")


def _ended(data: bytes) -> bytes:
    """A JPEG with an end: libjpeg fills what is missing before it with grey."""
    return data + b"\xff\xd9" if data[:2] == b"\xff\xd8" else data


def _decoded(image: Image.Image, data: bytes, side: int) -> Image.Image:
    """Upright RGB or RGBA, at most `side` px: the frame that is shown longest."""
    orientation = 1
    with contextlib.suppress(Exception):  # a photograph is seen without its metadata too
        orientation = image.getexif().get(0x0112, 1)
    scale = side / max(image.size)
    if scale < 1:  # libjpeg leaves out the finest frequencies and is the faster for it
        image.draft(None, (round(image.width * scale), round(image.height * scale)))
    pixels = image.width * image.height
    reachable = _FRAMES // pixels if pixels * _ANIMATED < _MEMORY else 1
    if frame := shown_longest(data, reachable):
        image.seek(frame)
    rows = _loaded(image, data)
    small = _small(image, rows, side)
    turn = _UPRIGHT.get(orientation) if isinstance(orientation, int) else None
    return small if turn is None else small.transpose(turn)


def _loaded(image: Image.Image, data: bytes) -> int:
    """Load it; how many of its rows are there, if the file is cut off."""
    if image.format == "PNG":
        try:
            image.load()
        except OSError:
            there = _png_share(data)
            # As ImageFile.LOAD_TRUNCATED_IMAGES does, which is the whole process's.
            image.tile = []  # type: ignore[attr-defined]
        else:
            return image.height
        rows = int(there * image.height)
    else:
        image.load()
        if image.format not in ("JPEG", "MPO") or b"\xff\xd9" in data[-64:]:
            return image.height
        rows = _rows_before_grey(image)
    if rows < (1 - _MISSING) * image.height:
        raise UnreadablePicture("the picture is cut off: send it again", "cut")
    return max(1, rows)


def _rows_before_grey(image: Image.Image) -> int:
    """Where the even grey begins that libjpeg puts in place of what is missing."""
    grey = np.asarray(image.convert("L"))
    rows = np.flatnonzero((grey != 128).any(1))
    return int(rows[-1]) + 1 if len(rows) else 0


def _png_share(data: bytes) -> float:
    """How much of a cut-off PNG's picture is there, 0 to 1; of an interlaced one, 0 or 1."""
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    expected = height * (1 + (width * depth * samples + 7) // 8)
    unpacker, found, place = zlib.decompressobj(), 0, 8
    with contextlib.suppress(zlib.error):
        while place + 8 <= len(data):
            length, kind = struct.unpack_from(">I4s", data, place)
            packed = data[place + 8 : place + 8 + length] if kind == b"IDAT" else b""
            while packed and found < expected:
                found += len(unpacker.decompress(packed, 1 << 20))
                packed = unpacker.unconsumed_tail
            place += length + 12
    share = min(1.0, found / expected)
    return float(share > 1 - _MISSING) if interlaced else share


def _small(image: Image.Image, rows: int, side: int) -> Image.Image:
    """The first rows of a loaded picture as RGB or RGBA, at most `side` px, strip by strip:
    converting the whole would take its memory again."""
    factor = max(1, max(image.width, rows) // side)
    tall = max(1, _STRIP // image.width // factor) * factor
    mode = "RGBA" if image.has_transparency_data else "RGB"
    sheet = Image.new(mode, (-(-image.width // factor), -(-rows // factor)))
    for top in range(0, rows, tall):
        strip = image.crop((0, top, image.width, min(rows, top + tall)))
        strip = _eight_bits(strip).convert(mode)
        sheet.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    sheet.thumbnail((side, side), Image.Resampling.BOX if factor > 1 else Image.Resampling.LANCZOS)
    return sheet


def _eight_bits(image: Image.Image) -> Image.Image:
    """A grey picture of 16 bits in 8, which Pillow's own conversion would clip to white."""
    if image.mode != "I" and not image.mode.startswith("I;16"):
        return image
    return Image.fromarray((np.asarray(image).clip(0, 65535) // 257).astype(np.uint8))


def _on_paper(image: Image.Image) -> Image.Image:
    """Flattened on white, or on dark paper if hardly anything could be seen on white."""
    if image.mode == "RGB":
        return image
    on_white = _flattened(image, (255, 255, 255))
    if (contrast := _contrast(on_white)) >= _EVEN:
        return on_white
    on_dark = _flattened(image, _DARK_PAPER)
    return on_dark if _contrast(on_dark) > contrast + _EVEN else on_white


def _flattened(image: Image.Image, paper: tuple[int, int, int]) -> Image.Image:
    sheet = Image.new("RGBA", image.size, paper)
    return Image.alpha_composite(sheet, image).convert("RGB")


def _contrast(image: Image.Image) -> int:
    """The widest range of a channel, of 255."""
    return max(high - low for low, high in (band.getextrema() for band in image.split()))  # type: ignore[misc]
