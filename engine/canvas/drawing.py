"""A drawing as data: strokes in painting order on a canvas, and its JSON.

Everything else in the engine turns drawings into something (pixels, SVG, a score) or makes
them better. A drawing never changes; whoever improves one makes a new one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from engine.canvas.patch import (
    MAX_PATCH_BYTES,
    MAX_PATCHES,
    InvalidDrawing,
    Patch,
    from_parts,
    to_parts,
)

JSON_VERSION = 1
MAX_STROKES = 1024
MAX_SEGMENTS = 64  # cubics in one stroke
MAX_SIDE = 8192  # pixels
FARTHEST = 1e6  # how many times the canvas what is read may reach or be wide

Point = tuple[float, float]
RGB = tuple[float, float, float]
RGBA = tuple[float, float, float, float]

WHITE: RGB = (1.0, 1.0, 1.0)
BLACK: RGBA = (0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Stroke:
    """One movement of the pen: an open path of k cubic Beziers with round caps and joins.

    points: 3k + 1 control points (x, y) in pixels, y down; neighbouring cubics share an end.
    width: full width in pixels, > 0.
    colour: straight (not premultiplied) red, green, blue, alpha, each in [0, 1].
    """

    points: tuple[Point, ...]
    width: float
    colour: RGBA

    def __post_init__(self) -> None:
        count = len(self.points)
        if count < 4 or count % 3 != 1:
            raise InvalidDrawing(f"a stroke has 3k+1 control points (4, 7, 10 …), not {count}")
        if count > 3 * MAX_SEGMENTS + 1:
            raise InvalidDrawing(f"a stroke has at most {MAX_SEGMENTS} cubics, not {count // 3}")
        if not all(math.isfinite(value) for point in self.points for value in point):
            raise InvalidDrawing("control points must be finite numbers")
        if not (math.isfinite(self.width) and self.width > 0):
            raise InvalidDrawing(f"a stroke's width is a number above 0, not {self.width}")
        if not all(0.0 <= value <= 1.0 for value in self.colour):
            raise InvalidDrawing(f"colours lie between 0 and 1, not {self.colour}")

    @property
    def segments(self) -> int:
        """How many cubics the path has."""
        return len(self.points) // 3

    def scaled(self, factor: float) -> Stroke:
        """The same stroke on a canvas `factor` times as large."""
        points = tuple((x * factor, y * factor) for x, y in self.points)
        return Stroke(points, self.width * factor, self.colour)

    def moved(self, right: float, down: float) -> Stroke:
        """The same stroke so many pixels from where it was."""
        points = tuple((x + right, y + down) for x, y in self.points)
        return Stroke(points, self.width, self.colour)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Strokes on a canvas; the last one lies on top.

    width, height: the canvas in pixels, 1 to 8192; strokes may leave it.
    background: opaque red, green, blue, each in [0, 1].
    patches: pictures that lie on the background, beneath all strokes; the last one on top.
    plain: what it was before a style was laid over it; whoever draws on begins there.
    """

    width: int
    height: int
    strokes: tuple[Stroke, ...] = ()
    background: RGB = WHITE
    patches: tuple[Patch, ...] = ()
    plain: Drawing | None = None

    def __post_init__(self) -> None:
        for side in (self.width, self.height):
            if not 1 <= side <= MAX_SIDE:
                raise InvalidDrawing(f"a canvas side has 1 to {MAX_SIDE} pixels, not {side}")
        if not all(0.0 <= value <= 1.0 for value in self.background):
            raise InvalidDrawing(f"colours lie between 0 and 1, not {self.background}")
        if len(self.strokes) > MAX_STROKES:
            raise InvalidDrawing(
                f"a drawing has at most {MAX_STROKES} strokes, not {len(self.strokes)}"
            )
        if len(self.patches) > MAX_PATCHES:
            raise InvalidDrawing(
                f"a drawing has at most {MAX_PATCHES} pictures, not {len(self.patches)}"
            )
        # One picture may lie in many places.
        if sum(map(len, {patch.data for patch in self.patches})) > MAX_PATCH_BYTES:
            raise InvalidDrawing(f"the pictures of a drawing have over {MAX_PATCH_BYTES:,} bytes")

    def scaled(self, width: int) -> Drawing:
        """The same picture on a canvas `width` pixels wide, strokes and all."""
        factor = width / self.width
        height = max(1, round(self.height * factor))
        strokes = tuple(stroke.scaled(factor) for stroke in self.strokes)
        patches = tuple(patch.placed(factor) for patch in self.patches)
        plain = self.plain and self.plain.scaled(width)
        return Drawing(width, height, strokes, self.background, patches, plain)

    def near(self) -> Drawing:
        """The drawing, unless something in it is absurdly far away or wide (InvalidDrawing)."""
        most = FARTHEST * max(self.width, self.height)
        for stroke in self.strokes:
            if stroke.width > most or any(abs(v) > most for point in stroke.points for v in point):
                raise InvalidDrawing(f"strokes lie within {FARTHEST:,.0f} times the canvas")
        if any(abs(value) > most for patch in self.patches for value in patch.matrix):
            raise InvalidDrawing(f"pictures lie within {FARTHEST:,.0f} times the canvas")
        return self

    def fitted(self, side: int) -> Drawing:
        """The same picture in the middle of a square canvas, as large as that holds."""
        factor = side / max(self.width, self.height)
        left = (side - factor * self.width) / 2
        above = (side - factor * self.height) / 2
        strokes = tuple(stroke.scaled(factor).moved(left, above) for stroke in self.strokes)
        patches = tuple(patch.placed(factor, left, above) for patch in self.patches)
        plain = self.plain and self.plain.fitted(side)
        return Drawing(side, side, strokes, self.background, patches, plain)

    def middle(self, width: float, height: float) -> Drawing:
        """The middle of the canvas alone, of so large shares of its width and height; what `fitted`
        puts on a square, it gives back."""
        across, down = max(1, round(width * self.width)), max(1, round(height * self.height))
        left, above = (across - self.width) / 2, (down - self.height) / 2
        strokes = tuple(stroke.moved(left, above) for stroke in self.strokes)
        patches = tuple(patch.placed(1.0, left, above) for patch in self.patches)
        plain = self.plain and self.plain.middle(width, height)
        return Drawing(across, down, strokes, self.background, patches, plain)

    def to_dict(self, digits: int = 3) -> dict[str, Any]:
        """A plain dict for JSON; coordinates are rounded to `digits` decimals of a pixel.

        Only a drawing that has pictures or a style says so; others are what they were before.
        """
        data: dict[str, Any] = {
            "version": JSON_VERSION,
            "width": self.width,
            "height": self.height,
            "background": [round(value, 4) for value in self.background],
            "strokes": [
                {
                    "points": [[round(x, digits), round(y, digits)] for x, y in stroke.points],
                    "width": max(round(stroke.width, digits), 10.0**-digits),
                    "colour": [round(value, 4) for value in stroke.colour],
                }
                for stroke in self.strokes
            ],
        }
        if self.patches:
            data |= to_parts(self.patches, digits)
        if self.plain:
            data["plain"] = self.plain.to_dict(digits)
        return data

    def to_json(self, digits: int = 3) -> str:
        return json.dumps(self.to_dict(digits), separators=(",", ":"))

    @classmethod
    def from_dict(cls, data: Any) -> Drawing:
        """Read what `to_dict` wrote. Raises InvalidDrawing on anything else."""
        try:
            version = data["version"]
            if version != JSON_VERSION:
                raise InvalidDrawing(f"this is version {version}; version {JSON_VERSION} is read")
            strokes = tuple(
                Stroke(
                    tuple((float(x), float(y)) for x, y in stroke["points"]),
                    float(stroke["width"]),
                    _numbers(stroke["colour"], 4),
                )
                for stroke in data["strokes"]
            )
            background = _numbers(data["background"], 3)
            plain = data.get("plain")
            if plain is not None:  # which has none itself, however deep somebody goes
                plain = cls.from_dict({key: plain[key] for key in plain if key != "plain"})
            width, height = int(data["width"]), int(data["height"])
            drawing = cls(width, height, strokes, background, from_parts(data), plain)
            return drawing.near()
        except InvalidDrawing:
            raise
        except KeyError as error:
            raise InvalidDrawing(f"not a drawing: it has no {error}") from error
        except (TypeError, ValueError, OverflowError) as error:
            raise InvalidDrawing("not a drawing: a value is of the wrong kind") from error

    @classmethod
    def from_json(cls, text: str | bytes) -> Drawing:
        """Read what `to_json` wrote. Raises InvalidDrawing on anything else."""
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InvalidDrawing(f"not JSON: {error}") from error
        return cls.from_dict(data)


def polyline(path: Sequence[Point], width: float, colour: RGBA = BLACK) -> list[Stroke]:
    """A hand-drawn path of straight pieces as strokes; a single point becomes a dot.

    More pieces than a stroke may have cubics are shared out over several strokes.
    """
    corners = list(path) if len(path) > 1 else [*path, *path]
    strokes = []
    for first in range(0, len(corners) - 1, MAX_SEGMENTS):
        part = corners[first : first + MAX_SEGMENTS + 1]
        points = [part[0]]
        for (x0, y0), (x1, y1) in pairwise(part):
            dx, dy = (x1 - x0) / 3, (y1 - y0) / 3
            points += [(x0 + dx, y0 + dy), (x1 - dx, y1 - dy), (x1, y1)]
        strokes.append(Stroke(tuple(points), width, colour))
    return strokes


def _numbers(values: Any, count: int) -> Any:
    numbers = tuple(float(value) for value in values)
    if len(numbers) != count:
        raise InvalidDrawing(f"a colour has {count} numbers here, not {len(numbers)}")
    return numbers
