"""Strokes to pixels, differentiable in where the strokes run, how wide and what colour they are."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.canvas.drawing import BLACK, Drawing, Stroke
from engine.raster import cpu, diffvg, gpu, reference
from engine.raster.flatten import finite
from engine.raster.layout import Layout, Packed, pack, unpack

__all__ = ["BACKENDS", "Layout", "Packed", "pack", "prepare", "rasterise", "unpack", "warm_up"]

BACKENDS = ("auto", "cpu", "gpu", "reference", "diffvg")


def rasterise(
    points: Tensor,
    widths: Tensor,
    colours: Tensor,
    layout: Layout,
    background: Tensor,
    backend: str = "auto",
) -> Tensor:
    """Paint a batch of drawings: (B, 3, height, width), in the dtype and on the device of `points`.

    points: (P, 2) control points in pixels, y down, pixel (x, y) covering [x, x+1) x [y, y+1).
    widths: (S,) full widths in pixels. colours: (S, 4) straight RGBA in [0, 1].
    layout: which of them belong together. background: opaque RGB, (3,), (B, 3) or
    (B, 3, height, width); it gets no gradient.
    backend: "auto" takes the fastest that fits: for float32 "gpu" on an NVIDIA GPU and "cpu" for
    any other device, else "reference".

    Raises ValueError when shapes do not match the layout, when the backend is unknown, and, on the
    CPU, when numbers are not finite.
    """
    _check(points, widths, colours, layout)
    drawings, height, width = layout.drawings_count, layout.height, layout.width
    paper = background.detach().to(points)
    if paper.dim() < 4:
        paper = paper.expand(drawings, 3)[:, :, None, None]
    paper = paper.expand(drawings, 3, height, width)
    if backend not in BACKENDS:
        raise ValueError(f"there is no rasteriser {backend!r}; there are {', '.join(BACKENDS)}")
    if backend == "diffvg":
        if not diffvg.available():
            raise ValueError("diffvg is not installed: docs/diffvg.md says how to build it")
        return diffvg.rasterise(points, widths, colours, layout, paper)
    fits, device = points.dtype == torch.float32, points.device
    if backend == "gpu" and not (fits and gpu.available(device)):
        raise ValueError("the rasteriser 'gpu' takes float32 on an NVIDIA GPU, and needs Triton")
    if backend == "gpu" or (backend == "auto" and fits and _on_gpu(device)):
        return gpu.rasterise(points, widths, colours, layout, paper)
    if backend == "cpu" and not fits:
        raise ValueError("the rasteriser 'cpu' takes float32")
    if backend == "cpu" or (backend == "auto" and fits):
        image = cpu.rasterise(points.cpu(), widths.cpu(), colours.cpu(), layout, paper.cpu())
        return image.to(device)
    return reference.rasterise(points, widths, colours, layout, paper)


def prepare(layout: Layout, device: torch.device) -> None:
    """Put onto a device what it has to know of a layout, so that to rasterise copies nothing."""
    if _on_gpu(device):
        gpu.prepare(layout, device)


def _on_gpu(device: torch.device) -> bool:
    return device.type != "cpu" and gpu.available(device)


def warm_up() -> None:
    """Compile the fast rasteriser, or load it from Numba's cache.

    Once on a machine this takes a while; the cache lies beside the modules, or in Numba's own
    folder where that is not writable.
    """
    line = Stroke(((4.0, 4.0), (6.0, 5.0), (9.0, 3.0), (12.0, 12.0)), 2.0, BLACK)
    points, widths, colours, layout, background = pack([Drawing(16, 16, (line,))])
    for leaf in (points, widths, colours):
        leaf.requires_grad_()
    rasterise(points, widths, colours, layout, background).sum().backward()


def _check(points: Tensor, widths: Tensor, colours: Tensor, layout: Layout) -> None:
    strokes = layout.strokes_count
    shapes = {"points": (layout.points_count, 2), "widths": (strokes,), "colours": (strokes, 4)}
    numbers = tuple(tensor.detach() for tensor in (points, widths, colours))
    for (name, shape), tensor in zip(shapes.items(), numbers, strict=True):
        if tensor.shape != shape:
            raise ValueError(f"{name} have shape {tuple(tensor.shape)}; the layout says {shape}")
    if points.device.type != "cpu":  # to look would be to wait: whoever reads them sees
        return
    if all(t.dtype == torch.float32 for t in numbers) and finite(*(t.numpy() for t in numbers)):
        return
    for name, tensor in zip(shapes, numbers, strict=True):
        if not bool(tensor.isfinite().all()):
            raise ValueError(f"{name} hold numbers that are not finite")
