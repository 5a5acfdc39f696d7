"""Pictures within a drawing: small files, each laid down somewhere by an affine map.

What a painter of pixels makes is one patch as large as the canvas, a collage is many. They go
wherever a drawing goes: into its JSON, its SVG, and what is rendered of that.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

MAX_PATCHES = 256
MAX_PATCH_BYTES = 512 << 10
"""Of all files of a drawing together."""
MAX_PATCH_SIDE = 512
"""Pixels of one, wide and high."""

_MEDIA = {"PNG": "image/png", "JPEG": "image/jpeg"}

Matrix = tuple[float, float, float, float, float, float]


class InvalidDrawing(ValueError):
    """Strokes or JSON that are no drawing; the message says which value and what is allowed."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A picture and where it lies.

    data: a PNG, which may be transparent, or a JPEG, at most 512 pixels wide and high.
    matrix: (a, b, c, d, e, f) takes (u, v) of the unit square, right and down through the picture,
    to the canvas's pixels (a u + c v + e, b u + d v + f), as SVG's `matrix` does.
    opacity: in [0, 1].
    """

    data: bytes = field(repr=False)
    matrix: Matrix
    opacity: float = 1.0

    def __post_init__(self) -> None:
        # Reads the head of the file alone: nothing is decoded that could be huge.
        try:
            with Image.open(io.BytesIO(self.data), formats=tuple(_MEDIA)) as image:
                width, height = image.size
        except Exception as error:
            raise InvalidDrawing("a drawing's picture is a PNG or a JPEG") from error
        if max(width, height) > MAX_PATCH_SIDE:
            raise InvalidDrawing(
                f"a drawing's picture has at most {MAX_PATCH_SIDE} pixels a side, "
                f"not {width} × {height}"
            )
        if len(self.matrix) != 6 or not all(math.isfinite(value) for value in self.matrix):
            raise InvalidDrawing("a picture's matrix is six finite numbers")
        if not 0.0 <= self.opacity <= 1.0:
            raise InvalidDrawing(f"opacity lies between 0 and 1, not {self.opacity}")

    @property
    def uri(self) -> str:
        """The file as a `data:` URI."""
        media = _MEDIA["PNG" if self.data.startswith(b"\x89PNG") else "JPEG"]
        return f"data:{media};base64,{base64.b64encode(self.data).decode('ascii')}"

    def placed(self, factor: float, right: float = 0.0, down: float = 0.0) -> Patch:
        """The same on a canvas `factor` times as large, and then moved by so many pixels."""
        a, b, c, d, e, f = (value * factor for value in self.matrix)
        return Patch(self.data, (a, b, c, d, e + right, f + down), self.opacity)


def to_parts(patches: Sequence[Patch], digits: int) -> dict[str, Any]:
    """What a drawing's JSON says of its patches: each file once, in base64, and where it lies."""
    files = list(dict.fromkeys(patch.data for patch in patches))
    return {
        "pictures": [base64.b64encode(data).decode("ascii") for data in files],
        "patches": [
            {
                "picture": files.index(patch.data),
                "matrix": [round(value, digits) for value in patch.matrix],
                "opacity": round(patch.opacity, 4),
            }
            for patch in patches
        ],
    }


def from_parts(data: Any) -> tuple[Patch, ...]:
    """Read what `to_parts` wrote, out of a drawing's JSON; none where it says nothing of it."""
    said = data.get("patches", ())
    if not said:
        return ()
    if len(said) > MAX_PATCHES:
        raise InvalidDrawing(f"a drawing has at most {MAX_PATCHES} pictures, not {len(said)}")
    pictures = data.get("pictures", ())
    if len(pictures) > MAX_PATCHES or sum(map(len, pictures)) > 4 * MAX_PATCH_BYTES // 3 + 1024:
        raise InvalidDrawing(f"the pictures of a drawing have over {MAX_PATCH_BYTES:,} bytes")
    files = [base64.b64decode(text, validate=True) for text in pictures]
    patches = []
    for patch in said:
        number = int(patch["picture"])
        if not 0 <= number < len(files):
            raise InvalidDrawing(f"there is no picture {number} in the drawing")
        a, b, c, d, e, f = (float(value) for value in patch["matrix"])
        patches.append(Patch(files[number], (a, b, c, d, e, f), float(patch["opacity"])))
    return tuple(patches)
