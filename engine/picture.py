"""Pictures from people: opened with limits, framed the way the critic is used to seeing things."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor

from engine.canvas.drawing import Drawing, InvalidDrawing
from engine.canvas.render import to_image
from engine.canvas.svg import UnreadableSvg, from_svg

MAX_BYTES = 16 << 20
MAX_PIXELS = 40_000_000
SMALL = 256  # pixels a side, of a picture that goes with a request to draw it
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")

# What counts as ink: this far from the background in some channel, of 255.
_INK = 40
_MARGIN = 0.04  # of the framed picture, on every side; pocket names most with .02 to .05


class UnreadablePicture(ValueError):
    """No picture, or one beyond the limits; the message says which."""


def open_picture(data: bytes, most: int = MAX_PIXELS) -> Image.Image:
    """Decode PNG, JPEG, WebP, GIF (first frame) or BMP bytes to RGB on white.

    Size is checked from the header, before anything is decoded: at most 16 MiB and `most` pixels.
    Raises UnreadablePicture.
    """
    if len(data) > MAX_BYTES:
        raise UnreadablePicture(f"the picture has {len(data):,} bytes, over {MAX_BYTES:,}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            width, height = image.size
            if width * height > most:
                raise UnreadablePicture(
                    f"the picture has {width} × {height} pixels, over {most:,} in all"
                )
            image.seek(0)
            image = _eight_bits(ImageOps.exif_transpose(image)).convert("RGBA")
    except UnreadablePicture:
        raise
    except Image.DecompressionBombError as error:
        raise UnreadablePicture(f"the picture has over {MAX_PIXELS:,} pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnreadablePicture(f"not a picture ({', '.join(FORMATS)}) that can be read") from error
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")


def open_small(data: bytes) -> Image.Image:
    """A picture at most SMALL pixels wide and high, as by `open_picture`.

    Raises UnreadablePicture.
    """
    image = open_picture(data, SMALL * SMALL)
    if max(image.size) > SMALL:
        raise UnreadablePicture(
            f"the picture has {image.width} × {image.height} pixels, over {SMALL} a side"
        )
    return image


def _eight_bits(image: Image.Image) -> Image.Image:
    """A grey picture of 16 bits in 8, which Pillow's own conversion would clip to white."""
    if image.mode != "I" and not image.mode.startswith("I;16"):
        return image
    return Image.fromarray((np.asarray(image).clip(0, 65535) // 257).astype(np.uint8))


def read_drawing(path: Path) -> Drawing | None:
    """The drawing in an SVG or JSON file; None for a file of another kind.

    Raises UnreadablePicture for a broken one, OSError for one that cannot be opened.
    """
    if path.suffix.lower() not in (".svg", ".json"):
        return None
    try:
        data = _read(path)
        return from_svg(data) if path.suffix.lower() == ".svg" else Drawing.from_json(data)
    except (UnreadableSvg, InvalidDrawing) as error:
        raise UnreadablePicture(str(error)) from error


def read_picture(path: Path) -> Image.Image:
    """The picture in a file, a drawing rendered. Raises UnreadablePicture or OSError."""
    drawing = read_drawing(path)
    return open_picture(_read(path)) if drawing is None else to_image(drawing)


def _read(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UnreadablePicture(f"the file has {size:,} bytes, over {MAX_BYTES:,}")
    return path.read_bytes()


def ink(image: Image.Image) -> NDArray[np.bool_]:
    """Where an RGB picture differs from its background, which is the border's median: (H, W)."""
    pixels = np.asarray(image).astype(np.int16)
    return np.abs(pixels - _ground(image)).max(2) > _INK


def _ground(image: Image.Image) -> NDArray[np.int16]:
    pixels = np.asarray(image)
    border = np.concatenate((pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]))
    return np.median(border, axis=0).astype(np.int16)


def framed(image: Image.Image, side: int) -> Tensor:
    """Crop to the ink, centre on a square of the background's colour, (3, side, side) in [0, 1].

    A doodle in the corner of a large sheet is thereby seen as large as one that fills it. A
    picture without any ink, or with ink up to the border (a photograph), is shown whole.
    """
    ground, seen = _ground(image), ink(image)
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    if len(rows):
        box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
        image = image.crop(box)
    inner = round(side * (1 - 2 * _MARGIN))
    scale = inner / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    shown = image.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR)
    canvas = Image.new("RGB", (side, side), tuple(int(value) for value in ground))
    canvas.paste(shown, ((side - size[0]) // 2, (side - size[1]) // 2))
    return torch.from_numpy(np.asarray(canvas).copy()).permute(2, 0, 1).float() / 255
