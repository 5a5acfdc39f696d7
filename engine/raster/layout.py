"""Drawings as tensors: a ragged batch of strokes laid out flat, and back again.

Optimisers want the numbers of a drawing in three flat tensors (points, widths, colours); which
of them belong together is a `Layout`, which stays the same while the numbers change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from engine.canvas.drawing import Drawing, InvalidDrawing, Stroke

THINNEST = 1e-3  # pixels: what `unpack` makes of a width that an optimiser drove to nothing


@dataclass(frozen=True, eq=False)
class Layout:
    """Which control points make a stroke and which strokes a drawing, for a ragged batch.

    segments: (S,) int64, cubics of each stroke (>= 1), in painting order, drawing after drawing.
    strokes: (B,) int64, strokes of each drawing; 0 is allowed.
    height, width: the canvas in pixels, shared by the batch.
    """

    segments: np.ndarray
    strokes: np.ndarray
    height: int
    width: int

    def __post_init__(self) -> None:
        for name in ("segments", "strokes"):
            values = np.ascontiguousarray(getattr(self, name), dtype=np.int64)
            if values.ndim != 1:
                raise ValueError(f"a layout's {name} are a list of numbers, not {values.ndim}-D")
            object.__setattr__(self, name, values)
        if self.segments.size and self.segments.min() < 1:
            raise ValueError("every stroke has at least one cubic")
        if self.strokes.size and self.strokes.min() < 0:
            raise ValueError("a drawing cannot have fewer than 0 strokes")
        if self.strokes.sum() != self.segments.size:
            raise ValueError(
                f"the drawings have {self.strokes.sum()} strokes together, "
                f"but {self.segments.size} strokes are described"
            )
        if self.height < 1 or self.width < 1:
            raise ValueError(f"a canvas of {self.width} x {self.height} pixels holds no picture")

    @cached_property
    def point_offsets(self) -> np.ndarray:
        """(S + 1,) int64: stroke i owns the control points [offsets[i], offsets[i + 1])."""
        return _offsets(3 * self.segments + 1)

    @cached_property
    def stroke_offsets(self) -> np.ndarray:
        """(B + 1,) int64: drawing i owns the strokes [offsets[i], offsets[i + 1])."""
        return _offsets(self.strokes)

    @cached_property
    def cubic_offsets(self) -> np.ndarray:
        """(S + 1,) int64: stroke i owns the cubics [offsets[i], offsets[i + 1])."""
        return _offsets(self.segments)

    @cached_property
    def stroke_of_point(self) -> np.ndarray:
        """(P,) int64: the stroke each control point belongs to."""
        return np.repeat(np.arange(self.segments.size), 3 * self.segments + 1)

    @cached_property
    def drawing_of_stroke(self) -> np.ndarray:
        """(S,) int64: the drawing each stroke belongs to."""
        return np.repeat(np.arange(self.strokes.size), self.strokes)

    @cached_property
    def stroke_of_cubic(self) -> np.ndarray:
        """(C,) int64: the stroke each cubic belongs to."""
        return np.repeat(np.arange(self.segments.size), self.segments)

    @cached_property
    def first_point_of_cubic(self) -> np.ndarray:
        """(C,) int64: where each cubic's four control points begin."""
        cubics = np.arange(self.stroke_of_cubic.size)
        return 3 * cubics + self.stroke_of_cubic  # a stroke has one point more than 3 a cubic

    @property
    def points_count(self) -> int:
        return int(self.point_offsets[-1])

    @property
    def strokes_count(self) -> int:
        return int(self.segments.size)

    @property
    def drawings_count(self) -> int:
        return int(self.strokes.size)


class Packed(NamedTuple):
    """What `rasterise` takes, in its order.

    points: (P, 2) x and y in pixels. widths: (S,) full widths in pixels.
    colours: (S, 4) straight RGBA. background: (B, 3) opaque RGB.
    """

    points: Tensor
    widths: Tensor
    colours: Tensor
    layout: Layout
    background: Tensor


def pack(
    drawings: Sequence[Drawing],
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
) -> Packed:
    """Lay drawings out flat. Raises InvalidDrawing unless all have the same canvas size."""
    if not drawings:
        raise InvalidDrawing("there is no drawing to pack")
    sizes = {(drawing.width, drawing.height) for drawing in drawings}
    if len(sizes) > 1:
        raise InvalidDrawing(f"drawings packed together share one canvas size, not {sorted(sizes)}")
    ((width, height),) = sizes
    strokes = [stroke for drawing in drawings for stroke in drawing.strokes]
    points = [point for stroke in strokes for point in stroke.points]
    layout = Layout(
        np.array([stroke.segments for stroke in strokes], dtype=np.int64),
        np.array([len(drawing.strokes) for drawing in drawings], dtype=np.int64),
        height,
        width,
    )

    def tensor(values: Sequence[object], *shape: int) -> Tensor:
        return torch.tensor(values, dtype=dtype, device=device).reshape(shape)

    return Packed(
        tensor(points, -1, 2),
        tensor([stroke.width for stroke in strokes], -1),
        tensor([stroke.colour for stroke in strokes], -1, 4),
        layout,
        tensor([drawing.background for drawing in drawings], -1, 3),
    )


def unpack(
    points: Tensor, widths: Tensor, colours: Tensor, layout: Layout, background: Tensor
) -> list[Drawing]:
    """The drawings behind the tensors; colours are clamped to [0, 1] and widths to above 0.

    background: (B, 3) or (3,). Raises InvalidDrawing where a number is not finite.
    """
    numbers = [tensor.detach().cpu().double() for tensor in (points, widths, colours, background)]
    if not all(bool(tensor.isfinite().all()) for tensor in numbers):
        raise InvalidDrawing("points, widths and colours must be finite numbers")
    places = [(x, y) for x, y in numbers[0].tolist()]
    thick = numbers[1].clamp_min(THINNEST).tolist()
    inks = [(r, g, b, a) for r, g, b, a in numbers[2].clamp(0, 1).tolist()]
    papers = numbers[3].clamp(0, 1).expand(layout.drawings_count, 3).tolist()
    ends = layout.point_offsets.tolist()
    strokes = [
        Stroke(tuple(places[ends[i] : ends[i + 1]]), thick[i], inks[i])
        for i in range(layout.strokes_count)
    ]
    owned = layout.stroke_offsets.tolist()
    return [
        Drawing(layout.width, layout.height, tuple(strokes[owned[i] : owned[i + 1]]), (r, g, b))
        for i, (r, g, b) in enumerate(papers)
    ]


def _offsets(counts: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
