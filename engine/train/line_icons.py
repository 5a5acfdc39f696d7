"""Icons made of lines, as paths: sets whose pictures are strokes and not filled shapes."""

import io
import json
import math
import xml.etree.ElementTree as ElementTree
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import svgelements as untyped_svgelements

from engine.train.icons import clean_name, key
from engine.train.strokes import resampled

svgelements: Any = untyped_svgelements  # the types it infers to are wrong

SETS = ("lucide", "tabler", "hugeicons", "iconoir", "mynaui", "solar", "streamline")
"""Prefixes at Iconify; `NOTICE` has their authors and licences."""
MOST = 24
"""Paths of an icon; with more it is a texture rather than a drawing."""


def read(folder: Path, words: Collection[str]) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Name and paths (N, 2) of every line icon in `folder`/json/SET.json, the sets in their order.

    A drawing that a set has twice (under two names, or in another style) comes once a name.
    """
    wanted = {key(word): word for word in words}
    for prefix in SETS:
        file = folder / "json" / f"{prefix}.json"
        about = json.loads(file.read_text("utf-8"))
        side = float(about.get("width", 24)), float(about.get("height", 24))
        seen: set[tuple[str, str]] = set()
        for name, icon in sorted(about["icons"].items()):
            text = clean_name(name, wanted)
            body = icon["body"]
            if not text or "<mask" in body or "<defs" in body or "<filter" in body:
                continue
            if (text, body) in seen:
                continue
            seen.add((text, body))
            width, height = float(icon.get("width", side[0])), float(icon.get("height", side[1]))
            paths = lines_of(body, width, height)
            if paths:
                yield text, paths


def lines_of(body: str, width: float, height: float) -> list[np.ndarray]:
    """The lines of an icon's body as paths; none if a part of it is filled, or there are too many.

    Icons are drawn with `currentColor`; what is filled with it is a shape and no line.
    """
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">{body}</svg>'
    ).replace("currentColor", "#000000")
    try:
        document = svgelements.SVG.parse(io.StringIO(svg), reify=True)
    except (ElementTree.ParseError, ValueError, TypeError, KeyError, IndexError):
        return []
    paths: list[np.ndarray] = []
    for element in document.elements():
        if not isinstance(element, svgelements.Shape):
            continue
        stroked = element.stroke is not None and element.stroke.value is not None
        filled = element.fill is not None and element.fill.value is not None
        if not stroked:
            if filled:
                return []
            continue
        path = svgelements.Path(element)
        for subpath in path.as_subpaths():
            points = _flat(svgelements.Path(subpath))
            if len(points) >= 2:
                paths.append(points)
        if len(paths) > MOST:
            return []
    return paths


def _flat(path: Any) -> np.ndarray:
    """(N, 2): a subpath as a fine line."""
    points: list[tuple[float, float]] = []
    for segment in path:
        if isinstance(segment, svgelements.Move):
            continue
        if segment.start is None or segment.end is None:
            continue
        straight = isinstance(segment, svgelements.Line | svgelements.Close)
        count = 2 if straight else 9
        for t in np.linspace(0, 1, count)[(1 if points else 0) :]:
            point = segment.point(float(t))
            if not (math.isfinite(point.x) and math.isfinite(point.y)):
                return np.zeros((0, 2))
            points.append((float(point.x), float(point.y)))
    flat = np.array(points).reshape(-1, 2)
    return resampled(flat, max(2, 4 * len(flat))) if len(flat) > 1 else flat
