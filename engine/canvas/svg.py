"""Drawings as SVG, written and read.

Written: a background rectangle, an `<image>` a patch, and one `<path>` a stroke, in painting order.
Colours are eight bits a channel and coordinates have three decimals, so strokes come back within
that.
Read: the paths, lines, polygons and circles that a browser shows (engine/canvas/svg_tree.py),
through svgelements. Text, images, gradients, clips and filters are passed over.
"""

from __future__ import annotations

import io
import math
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from typing import Any

import svgelements as untyped_svgelements

from engine.canvas.drawing import (
    MAX_SEGMENTS,
    MAX_STROKES,
    RGB,
    RGBA,
    WHITE,
    Drawing,
    InvalidDrawing,
    Point,
    Stroke,
)
from engine.canvas.patch import Patch
from engine.canvas.svg_tree import Document, UnreadableSvg, parse, refers, shown

svgelements: Any = untyped_svgelements  # the types it infers to are wrong

BACKGROUND_ID = "background"

# A control polygon this short cannot be seen; it comes from a path that is only a move.
_MIN_WIDTH = 0.05


def to_svg(drawing: Drawing, size: int | None = None) -> str:
    """The drawing as an SVG document, shown `size` pixels wide (default: its own width)."""
    width = size or drawing.width
    height = max(1, round(drawing.height * width / drawing.width))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {drawing.width} {drawing.height}">',
        f'<rect id="{BACKGROUND_ID}" width="100%" height="100%" '
        f'fill="{_hex(drawing.background)}"/>',
        *(_image(patch) for patch in drawing.patches),
        '<g fill="none" stroke-linecap="round" stroke-linejoin="round">',
    ]
    for stroke in drawing.strokes:
        alpha = stroke.colour[3]
        opacity = "" if alpha >= 1.0 else f' stroke-opacity="{alpha:.4g}"'
        lines.append(
            f'<path d="{_path_data(stroke.points)}" stroke="{_hex(stroke.colour[:3])}"{opacity} '
            f'stroke-width="{max(stroke.width, _MIN_WIDTH):.4g}"/>'
        )
    lines += ["</g>", "</svg>", ""]
    return "\n".join(lines)


def _image(patch: Patch) -> str:
    matrix = " ".join(f"{value:.6g}" for value in patch.matrix)
    opacity = "" if patch.opacity >= 1.0 else f' opacity="{patch.opacity:.4g}"'
    # Of size 1, as the matrix takes the unit square to where the picture lies.
    return (
        f'<image width="1" height="1" preserveAspectRatio="none" transform="matrix({matrix})"'
        f'{opacity} href="{patch.uri}"/>'
    )


def from_svg(text: str | bytes) -> Drawing:
    """Read the strokes of an SVG document, at most 4 MiB.

    Outlines of filled shapes become strokes in the fill's colour; a filled rectangle that lies
    first and covers everything is the background. Strokes beyond the 1,024 that a drawing holds
    raise UnreadableSvg, as does anything that is no SVG or holds no path.
    """
    document = parse(text.encode() if isinstance(text, str) else text)
    width, height = document.width, document.height
    background: RGB = WHITE
    strokes: list[Stroke] = []
    for element in _shapes(document):
        if not strokes and (paper := _paper(element, width, height)):
            background = paper
            continue
        strokes.extend(_strokes(element))
        if len(strokes) > MAX_STROKES:
            raise UnreadableSvg(f"the SVG has more than {MAX_STROKES} strokes")
    if not strokes:
        raise UnreadableSvg("the SVG has no path that could be a stroke")
    try:
        return Drawing(width, height, tuple(strokes), background).near()
    except InvalidDrawing as error:
        raise UnreadableSvg(str(error)) from error


def is_drawn(data: bytes) -> bool:
    """Whether an SVG is lines that strokes can show: not filled shapes alone, and nothing that is
    clipped, masked, or painted with a gradient or a marker. Raises UnreadableSvg."""
    document = parse(data)
    return not refers(document) and any(
        _rgba(shape.stroke)[3] > 0 and float(shape.stroke_width or 0) > 0
        for shape in _shapes(document)
    )


def _shapes(document: Document) -> list[Any]:
    """What a browser shows of a document, its transforms and its viewBox folded in."""
    try:
        data = ElementTree.tostring(shown(document))
        found = svgelements.SVG.parse(io.BytesIO(data), reify=True, ppi=96)
        return [element for element in found.elements() if isinstance(element, svgelements.Shape)]
    except Exception as error:
        raise UnreadableSvg("not an SVG that can be read: a number in it is wrong") from error


def _paper(shape: Any, width: int, height: int) -> RGB | None:
    """The colour of a rectangle that covers the whole canvas."""
    if not isinstance(shape, svgelements.Rect) or _rgba(shape.fill)[3] < 1:
        return None
    left, upper, right, lower = shape.bbox(with_stroke=False) or (1, 1, 0, 0)
    covers = left <= 0.01 and upper <= 0.01 and right >= width - 0.01 and lower >= height - 0.01
    return _rgba(shape.fill)[:3] if covers else None


def _path_data(points: tuple[Point, ...]) -> str:
    x, y = points[0]
    rest = " ".join(f"{x:.3f},{y:.3f}" for x, y in points[1:])
    return f"M{x:.3f},{y:.3f} C{rest}"


def _hex(colour: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(value * 255):02x}" for value in colour)


def _rgba(colour: Any) -> RGBA:
    if colour is None or colour.value is None:
        return (0.0, 0.0, 0.0, 0.0)
    alpha = 1.0 if colour.opacity is None else colour.opacity
    return (colour.red / 255, colour.green / 255, colour.blue / 255, min(1.0, max(0.0, alpha)))


def _strokes(shape: Any) -> Iterator[Stroke]:
    """One stroke for each subpath that can be seen."""
    colour = _rgba(shape.stroke)
    width = float(shape.stroke_width or 0.0)
    if colour[3] == 0.0 or width <= 0.0:
        left, upper, right, lower = shape.bbox(with_stroke=False) or (0, 0, 0, 0)
        if min(right - left, lower - upper) < 1e-6:  # nothing is inside a straight line
            return
        colour, width = _rgba(shape.fill), 1.0
    if colour[3] == 0.0:
        return
    path = svgelements.Path(shape)
    path.approximate_arcs_with_cubics()
    for subpath in path.as_subpaths():
        points = _control_points(svgelements.Path(subpath))
        for start in range(0, len(points) - 1, 3 * MAX_SEGMENTS):
            part = points[start : start + 3 * MAX_SEGMENTS + 1]
            if all(math.isfinite(value) for point in part for value in point):
                yield Stroke(tuple(part), max(width, _MIN_WIDTH), colour)


def _control_points(path: Any) -> list[Point]:
    points: list[Point] = []
    for segment in path:
        match segment:
            case svgelements.CubicBezier():
                between = [segment.control1, segment.control2]
            case svgelements.QuadraticBezier():
                start, middle, end = segment.start, segment.control, segment.end
                between = [start + (middle - start) * (2 / 3), end + (middle - end) * (2 / 3)]
            case svgelements.Line() | svgelements.Close():
                start, end = segment.start, segment.end
                if start is None or end is None:
                    continue
                between = [start + (end - start) * (1 / 3), start + (end - start) * (2 / 3)]
            case _:  # a move draws nothing
                continue
        if not points:
            points.append((float(segment.start.x), float(segment.start.y)))
        points += [(float(p.x), float(p.y)) for p in (*between, segment.end)]
    return points
