"""Pictures and drawings in files."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from engine.canvas.decoder import MAX_BYTES, UnreadablePicture, open_picture
from engine.canvas.drawing import Drawing, InvalidDrawing
from engine.canvas.render import to_image
from engine.canvas.svg import UnreadableSvg, from_svg


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
