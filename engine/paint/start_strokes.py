"""Where strokes start: random beginnings that the optimiser then pulls into shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.raster import pack


@dataclass
class Strokes:
    """The strokes of one drawing as tensors, in pixels of a square canvas.

    segments: (S,) int64 cubics a stroke. points: (P, 2). widths: (S,) full. colours: (S, 4)
    straight RGBA. background: (3,).
    """

    segments: np.ndarray
    points: Tensor
    widths: Tensor
    colours: Tensor
    background: Tensor


def scatter(generator: torch.Generator, count: int, side: int, pen: bool) -> Strokes:
    """The notebook's beginning: short random scribbles anywhere.

    p0 ~ U(0, 1)² of the canvas, each next control point 0.1 (U - 0.5) of the canvas away, one to
    three cubics, width 2 px at 224, colours ~ U(0, 1)⁴ (or opaque black for a pen).
    """
    segments = torch.randint(1, 4, (count,), generator=generator).numpy().astype(np.int64)
    first = torch.rand(count, 2, generator=generator)
    moves = (torch.rand(count, 9, 2, generator=generator) - 0.5) * 0.1
    paths = torch.cat((first[:, None], first[:, None] + moves.cumsum(1)), 1)  # (S, 10, 2)
    kept = torch.arange(10)[None] <= torch.from_numpy(3 * segments)[:, None]
    points = paths[kept] * side
    return Strokes(segments, points, *_inks(generator, count, 2.0 / 224 * side, pen))


def cover(generator: torch.Generator, count: int, side: int, pen: bool) -> Strokes:
    """A beginning that covers the middle of the canvas evenly: one flowing cubic a stroke.

    Centres lie on a jittered grid over the inner 70 %, each stroke a third of the canvas long in
    a random direction with a slight bend; wider than the notebook's, so that every stroke is
    seen, and pulled on, from the first step.
    """
    columns = int(np.ceil(np.sqrt(count)))
    cells = torch.randperm(columns * columns, generator=generator)[:count]
    corner = torch.stack((cells % columns, cells // columns), 1).float()
    centre = 0.15 + 0.7 * (corner + torch.rand(count, 2, generator=generator)) / columns
    angle = torch.rand(count, generator=generator) * torch.pi
    strokes = _bent(generator, centre, angle, 0.35 / (1 + count / 64), bend=0.3)
    segments = np.ones(count, dtype=np.int64)
    width = (0.02 + 0.02 / (1 + count / 32)) * side
    return Strokes(segments, strokes * side, *_inks(generator, count, width, pen))


def _bent(
    generator: torch.Generator, centre: Tensor, angle: Tensor, length: float, bend: float
) -> Tensor:
    """(4 S, 2): one cubic through each centre, 0.6 to 1.4 times `length` long, slightly bent."""
    along = torch.stack((angle.cos(), angle.sin()), 1)  # (S, 2)
    lengths = (length * (0.6 + 0.8 * torch.rand(len(angle), generator=generator)))[:, None, None]
    at = torch.tensor([-0.5, -1 / 6, 1 / 6, 0.5])[None, :, None]
    off = (torch.rand(len(angle), 4, 2, generator=generator) - 0.5) * bend * lengths
    return (centre[:, None] + along[:, None] * at * lengths + off).reshape(-1, 2)


def from_drawing(drawing: Drawing, side: int, pen: bool) -> Strokes:
    """A warm start: the strokes of a drawing that exists, all of it in a square of that side."""
    packed = pack([drawing.fitted(side)])
    colours = packed.colours.clone()
    if pen:
        colours = torch.tensor([0.0, 0.0, 0.0, 1.0]).repeat(len(colours), 1)
    background = torch.tensor(drawing.background)
    return Strokes(packed.layout.segments, packed.points, packed.widths, colours, background)


def _inks(generator: torch.Generator, count: int, width: float, pen: bool) -> tuple[Tensor, ...]:
    widths = torch.full((count,), width)
    colours = torch.rand(count, 4, generator=generator)
    if pen:
        colours = torch.tensor([0.0, 0.0, 0.0, 1.0]).repeat(count, 1)
    return widths, colours, torch.ones(3)
