"""How near the rasteriser `gpu` comes to the definition: its pictures, and its gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.paint.start_strokes import cover
from engine.raster import gpu, reference
from engine.raster.layout import Layout
from engine.raster.reference import Pieces

GRADIENTS = ("points", "widths", "colours")


class Scene(NamedTuple):
    """Strokes to compare by, and the gradient of the picture that is sent back."""

    points: Tensor
    widths: Tensor
    colours: Tensor
    layout: Layout
    paper: Tensor
    upstream: Tensor


class Difference(NamedTuple):
    """Between two pictures, in [0, 1]; and the cosines of their gradients, see GRADIENTS."""

    mean: float
    most: float
    cosines: tuple[float, ...]


Painted = tuple[Tensor, tuple[Tensor, ...]]


def beginnings(side: int, strokes: int) -> Scene:
    """Strokes as the engine begins with them."""
    generator = torch.Generator().manual_seed(5)
    drawn = cover(generator, strokes, side, False)
    layout = Layout(drawn.segments, np.array([strokes]), side, side)
    paper = torch.ones(1, 3, side, side)
    upstream = torch.randn(paper.shape, generator=generator)
    return Scene(drawn.points, drawn.widths, drawn.colours, layout, paper, upstream)


def wild(side: int, strokes: int) -> Scene:
    """Two drawings of strokes that loop, leave the canvas and lie over each other, some opaque,
    some thinner than a pixel."""
    generator = torch.Generator().manual_seed(3)
    segments = np.resize(np.array([1, 2, 1, 3]), strokes)
    layout = Layout(segments, np.array([strokes // 2, strokes - strokes // 2]), side, side)
    points = torch.rand(layout.points_count, 2, generator=generator) * (side + 8) - 4
    widths = 0.4 + 0.1 * side * torch.rand(strokes, generator=generator)
    colours = torch.rand(strokes, 4, generator=generator)
    colours[::3, 3] = 1.0
    paper = torch.tensor([1.0, 0.95, 0.9])[None, :, None, None].expand(2, 3, side, side)
    upstream = torch.randn(paper.shape, generator=generator)
    return Scene(points, widths, colours, layout, paper.contiguous(), upstream)


def painted(rasterise: Callable[..., Tensor], scene: Scene, device: torch.device) -> Painted:
    """The picture and its gradients by points, widths and colours, on the CPU."""
    leaves = [t.to(device).requires_grad_() for t in scene[:3]]
    image = rasterise(*leaves, scene.layout, scene.paper.to(device))
    gradients = torch.autograd.grad(image, leaves, scene.upstream.to(device))
    return image.detach().cpu(), tuple(g.cpu() for g in gradients)


def compared(one: Painted, other: Painted) -> Difference:
    apart = (one[0] - other[0]).abs()
    cosines = tuple(
        float(F.cosine_similarity(a.double().flatten(), b.double().flatten(), dim=0))
        for a, b in zip(one[1], other[1], strict=True)
    )
    return Difference(float(apart.mean()), float(apart.max()), cosines)


def as_shipped(scene: Scene, device: torch.device) -> Difference:
    """What is painted with, beside the reference."""
    here = torch.device("cpu")
    return compared(
        painted(gpu.rasterise, scene, device), painted(reference.rasterise, scene, here)
    )


def as_defined(scene: Scene, device: torch.device) -> Difference:
    """With the definition's subpixels and bands, beside the reference on the same pieces: what is
    left is rounding."""

    def exactly(*arguments: Any) -> Tensor:
        return gpu.rasterise(*arguments, subpixels=reference.SUBPIXELS, area=False)

    ours = painted(exactly, scene, device)
    with _same_pieces(scene, device):
        return compared(ours, painted(reference.rasterise, scene, torch.device("cpu")))


@contextmanager
def _same_pieces(scene: Scene, device: torch.device) -> Iterator[None]:
    """Meanwhile the reference cuts this scene's curves where the kernels cut them."""
    half = scene.widths.clamp_min(0) / 2
    offsets, vertices = gpu.flattened(scene.points.to(device), half.to(device), scene.layout)
    offsets, vertices = offsets.cpu().long(), vertices.cpu()
    counts = offsets[1:] - offsets[:-1]
    stroke = torch.as_tensor(scene.layout.stroke_of_cubic)
    first = torch.as_tensor(scene.layout.first_point_of_cubic)
    cubic = torch.repeat_interleave(torch.arange(len(counts)), counts)
    # A piece runs to the vertex behind its own, and begins where the one before has ended.
    step = torch.arange(int(offsets[-1])) - offsets[:-1][cubic]
    end = torch.arange(int(offsets[-1])) + stroke[cubic] + 1
    t, out = vertices[end, 2], vertices[end, 3]
    before = torch.where(step == 0, 0.0, vertices[end - 1, 2])
    out_before = torch.where(step == 0, 0.0, vertices[end - 1, 3])

    def flatten(points: Tensor, _: Tensor, __: Layout) -> Pieces:
        corners = points[first[:, None] + torch.arange(4)][cubic]
        return Pieces(_at(corners, before, out_before), _at(corners, t, out), stroke[cubic])

    plain = reference._flatten
    reference._flatten = flatten
    try:
        yield
    finally:
        reference._flatten = plain


def _at(corners: Tensor, t: Tensor, out: Tensor) -> Tensor:
    """B(t) - out * B''(t) of cubics (N, 4, 2)."""
    u, k = 1 - t, 6 * out
    weights = torch.stack(
        (
            u**3 - k * u,
            3 * t * u**2 + k * (2 - 3 * t),
            3 * t**2 * u + k * (3 * t - 1),
            t**3 - k * t,
        ),
        1,
    )
    return (weights[:, :, None] * corners).sum(1)
