"""Pictures and drawings in files."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import resvg_py
from PIL import Image

from engine.canvas.decoder import MAX_BYTES, SMALL, UnreadablePicture, open_picture
from engine.canvas.drawing import Drawing, InvalidDrawing
from engine.canvas.render import to_image
from engine.canvas.svg import from_svg, is_drawn
from engine.canvas.svg_tree import SIDE, UnreadableSvg, parse


def read_drawing(path: Path) -> Drawing | None:
    """The drawing in an SVG or JSON file; None for files of other kinds and for an SVG without a
    line, whose filled shapes are a picture.

    Raises UnreadablePicture for a broken one, OSError for one that cannot be opened.
    """
    kind = path.suffix.lower()
    if kind not in (".svg", ".json"):
        return None
    try:
        data = _read(path)
        if kind == ".json":
            return Drawing.from_json(data)
        return from_svg(data) if is_drawn(data) else None
    except (UnreadableSvg, InvalidDrawing) as error:
        raise UnreadablePicture(str(error)) from error


def read_picture(path: Path) -> Image.Image:
    """The picture in a file: an SVG as a browser shows it, a drawing rendered.

    Raises UnreadablePicture or OSError.
    """
    if path.suffix.lower() == ".svg":
        return svg_image(_read(path))
    drawing = read_drawing(path)
    return open_picture(_read(path)) if drawing is None else to_image(drawing)


def read_cut_out(path: Path) -> Image.Image:
    """The picture in a file as RGBA, at most SMALL pixels a side; what is transparent stays so.

    Raises UnreadablePicture or OSError.
    """
    data = _read(path)
    if path.suffix.lower() == ".svg":
        return svg_image(data, SMALL, transparent=True)
    return open_picture(data, SMALL, transparent=True)


def svg_image(data: bytes, side: int = SIDE, *, transparent: bool = False) -> Image.Image:
    """An SVG as a browser shows it (by resvg), `side` px wide or high, on paper that shows it, or
    transparent as `open_picture` can leave it.

    Raises UnreadablePicture.
    """
    try:
        document = parse(data)
        root = document.root
        scale = side / max(document.width, document.height)
        root.set("width", f"{max(1, round(scale * document.width))}")
        root.set("height", f"{max(1, round(scale * document.height))}")
        root.set("viewBox", " ".join(map(str, document.view)))
        text = ElementTree.tostring(root, encoding="unicode")
        png = resvg_py.svg_to_bytes(svg_string=text, skip_system_fonts=True, dpi=96)
    except UnreadableSvg as error:
        raise UnreadablePicture(str(error)) from error
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of Rust is no Exception
        raise UnreadablePicture("not an SVG that can be shown") from error
    return open_picture(bytes(png), transparent=transparent)


def _read(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UnreadablePicture(f"the file has {size:,} bytes, over {MAX_BYTES:,}")
    return path.read_bytes()
