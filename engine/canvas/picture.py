"""Pictures from people, opened within limits: the one decoder of the engine and the bot."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.canvas.drawing import Drawing, InvalidDrawing
from engine.canvas.render import to_image
from engine.canvas.svg import UnreadableSvg, from_svg

MAX_BYTES = 16 << 20
MAX_PIXELS = 40_000_000
SMALL = 256  # pixels a side, of a picture that goes with a request to draw it
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")


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
