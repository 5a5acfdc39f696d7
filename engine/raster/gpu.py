"""The rasteriser of an NVIDIA GPU: buffers for curve_kernels.py and tile_kernels.py, and launches.

Triton comes with PyTorch's wheels for Linux with CUDA; where it is missing, or the device is
another one, this backend is not available. TRITON_INTERPRET=1, set before the process starts, lets
Triton's interpreter run the kernels anywhere, slowly: so they are tested, on machines without GPU.

Memory is known before it is spent. What a tile's strokes need is as much as if all strokes of the
drawing touched it; where that is over the budget, tiles are painted some at a time, and on the way
back once more. So there is nothing that could overflow, whatever is drawn.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
from dataclasses import dataclass
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from engine.raster.layout import Layout

SUBPIXELS = 2
"""A side of a pixel, each covered by its exact area: registers for more are not to be had."""
AREA = True
LEAST_BUDGET = 1 << 28  # bytes
SHARE = 16  # of a GPU's memory one part in so many


def available(device: torch.device) -> bool:
    """Whether the kernels can run on tensors of a device."""
    if device.type == "cuda":
        return torch.version.cuda is not None and _has_triton()
    return interpreted() and _has_triton()


def interpreted() -> bool:
    """Whether Triton's interpreter runs the kernels, on any device."""
    return os.environ.get("TRITON_INTERPRET") == "1"


@cache
def _has_triton() -> bool:
    return importlib.util.find_spec("triton") is not None


@cache
def curves() -> Any:
    """The kernels that cut curves; like `tiles`, imported where they are wanted, as Triton is."""
    return importlib.import_module("engine.raster.curve_kernels")


@cache
def tiles() -> Any:
    """The kernels that paint pieces."""
    return importlib.import_module("engine.raster.tile_kernels")


@cache
def budget(device: torch.device) -> int:
    """Bytes for what tiles keep, of one batch."""
    if device.type != "cuda":
        return LEAST_BUDGET
    total = torch.cuda.get_device_properties(device).total_memory
    return max(LEAST_BUDGET, total // SHARE)


def memory(layout: Layout) -> int:
    """Bytes that a batch takes at most on a device with a large enough budget, there and back;
    with a smaller one, `budget` and what its vertices take."""
    count = layout.drawings_count * _across(layout.width) * _across(layout.height)
    return count * _tile_bytes(_most(layout), keep=True) + 24 * _vertices(layout)


def launch(kernel: Any, grid: tuple[int, ...], *arguments: Any, **constants: Any) -> None:
    """Run a kernel on the device of its first argument."""
    device = arguments[0].device
    there = torch.cuda.device(device) if device.type == "cuda" else contextlib.nullcontext()
    with there:
        kernel[grid](*arguments, **constants)


@dataclass(frozen=True)
class _Heads:
    """A layout's numbers as kernels read them, on a device: int32.

    firsts: (C,) each cubic's first control point. strokes: (C,) its stroke. cubics: (S + 1,)
    and owners: (B + 1,) the offsets of strokes' cubics and of drawings' strokes.
    """

    firsts: Tensor
    strokes: Tensor
    cubics: Tensor
    owners: Tensor


_heads_of: WeakKeyDictionary[Layout, dict[torch.device, _Heads]] = WeakKeyDictionary()


def prepare(layout: Layout, device: torch.device) -> _Heads:
    """Put a layout's numbers onto a device, where they stay as long as the layout does."""
    known = _heads_of.setdefault(layout, {})
    if device not in known:
        known[device] = _Heads(
            *(
                torch.as_tensor(numbers, dtype=torch.int32).to(device)
                for numbers in (
                    layout.first_point_of_cubic,
                    layout.stroke_of_cubic,
                    layout.cubic_offsets,
                    layout.stroke_offsets,
                )
            )
        )
    return known[device]


def rasterise(
    points: Tensor,
    widths: Tensor,
    colours: Tensor,
    layout: Layout,
    paper: Tensor,
    *,
    subpixels: int = SUBPIXELS,
    area: bool = AREA,
) -> Tensor:
    """As `engine.raster.rasterise`, for float32 and paper (B, 3, height, width).

    subpixels, area: how finely a pixel is cut, and whether a part is covered by its area or as the
    definition says (reference.py, with 6).
    """
    image: Tensor = _Rasterise.apply(
        points.contiguous(),
        (widths.clamp_min(0) / 2).contiguous(),
        colours.contiguous(),
        paper.contiguous(),
        layout,
        subpixels,
        area,
    )
    return image


def flattened(points: Tensor, half: Tensor, layout: Layout) -> tuple[Tensor, Tensor]:
    """Where the kernels cut curves: offsets (C + 1,) of each cubic's pieces, and vertices (V, 4) of
    x, y, parameter and how far outwards moved; see curve_kernels.py."""
    paper = points.new_empty(layout.drawings_count, 3, layout.height, layout.width)
    scene = _Scene(points, half, points, paper, layout, SUBPIXELS, AREA)
    return scene.offsets, scene.vertices


class _Rasterise(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        points: Tensor,
        half: Tensor,
        colours: Tensor,
        paper: Tensor,
        layout: Layout,
        subpixels: int,
        area: bool,
    ) -> Tensor:
        scene = _Scene(points, half, colours, paper, layout, subpixels, area)
        wanted = any(ctx.needs_input_grad[:3])
        image = torch.empty_like(paper)
        parts = scene.parts(keep=wanted)
        ctx.scene, ctx.parts, ctx.kept = scene, parts, None
        once = wanted and len(parts) == 1
        for part in parts:
            kept = scene.paint(part, image, keep=once)
            ctx.kept = kept if once else None
        return image

    @staticmethod
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any, gradient: Tensor
    ) -> tuple[Tensor | None, ...]:
        scene: _Scene = ctx.scene
        sums = scene.sums()
        gradient = gradient.contiguous()
        image = None if ctx.kept else torch.empty_like(gradient)
        for part in ctx.parts:
            kept = ctx.kept
            if image is not None:
                kept = scene.paint(part, image, keep=True)
            scene.back(part, kept, gradient, sums)
        by_point = scene.collected(sums)
        return by_point, sums.half, sums.colours, None, None, None, None


@dataclass(frozen=True)
class _Kept:
    """What tiles keep: the strokes that may touch each, their pieces, what is seen of them."""

    lists: Tensor
    counts: Tensor
    ranges: Tensor
    clear: Tensor


@dataclass(frozen=True)
class _Sums:
    """Gradients being added up."""

    vertices: Tensor
    half: Tensor
    colours: Tensor


class _Scene:
    """A batch on its way to pixels: its strokes flattened, and how its tiles are numbered."""

    def __init__(
        self,
        points: Tensor,
        half: Tensor,
        colours: Tensor,
        paper: Tensor,
        layout: Layout,
        subpixels: int,
        area: bool,
    ) -> None:
        self._points, self._half, self._colours, self._paper = points, half, colours, paper
        self._layout = layout
        self._heads = prepare(layout, points.device)
        self._across = _across(layout.width)
        self._tiles = self._across * _across(layout.height)
        self._most = max(1, _most(layout))
        self._sub, self._area = subpixels, area
        self.offsets, self.vertices, self._boxes = self._flatten()

    def _flatten(self) -> tuple[Tensor, Tensor, Tensor]:
        k, heads, layout = curves(), self._heads, self._layout
        cubics, strokes = len(layout.first_point_of_cubic), layout.strokes_count
        new = self._points.new_empty
        counts = new(cubics, dtype=torch.int32)
        boxes, vertices = new(strokes, 4), new(_vertices(layout), 4)
        offsets = torch.zeros(cubics + 1, dtype=torch.int32, device=self._points.device)
        if strokes:
            launch(
                *(k.measure, (strokes,), self._points, heads.firsts, heads.cubics, self._half),
                *(counts, boxes, layout.width, layout.height),
                MOST=k.MOST,
            )
            torch.cumsum(counts, 0, dtype=torch.int32, out=offsets[1:])
            launch(
                *(k.place, (cubics,), self._points, heads.firsts, heads.strokes, heads.cubics),
                *(offsets, vertices),
                MOST=k.MOST,
            )
        return offsets, vertices, boxes

    def parts(self, *, keep: bool) -> list[tuple[int, int]]:
        """All tiles, as ranges that each fit into the budget."""
        total = self._layout.drawings_count * self._tiles
        most = budget(self._points.device) // _tile_bytes(self._most, keep)
        most = max(1, most)
        return [(first, min(most, total - first)) for first in range(0, total, most)]

    def paint(self, part: tuple[int, int], image: Tensor, *, keep: bool) -> _Kept:
        """Paint some tiles into the image."""
        k, heads, layout = tiles(), self._heads, self._layout
        first, count = part
        entries = count * self._most
        new = self._points.new_empty
        kept = _Kept(
            new(entries, dtype=torch.int32),
            new(count, dtype=torch.int32),
            new(2 * entries if keep else 0, dtype=torch.int32),
            new(entries * k.TILE**2 if keep else 0),
        )
        launch(
            *(k.bin_strokes, (count,), self._boxes, heads.owners, kept.lists, kept.counts, first),
            *(self._across, self._tiles, self._most),
            TILE=k.TILE,
            BLOCK=k.BLOCK,
        )
        launch(
            *(k.paint, (count,), self.vertices, heads.cubics, self.offsets, self._half),
            *(self._colours, kept.lists, kept.counts, kept.ranges, self._paper, image, kept.clear),
            *(first, layout.width, layout.height, self._across, self._tiles, self._most),
            KEEP=keep,
            BLOCK=k.BLOCK,
            **self._constants,
        )
        return kept

    def sums(self) -> _Sums:
        """Nothing yet."""
        zeros = torch.zeros_like
        return _Sums(
            self._points.new_zeros(len(self.vertices), 2), zeros(self._half), zeros(self._colours)
        )

    def back(self, part: tuple[int, int], kept: _Kept, gradient: Tensor, sums: _Sums) -> None:
        """Add what the pixels of some tiles pull at."""
        first, count = part
        layout = self._layout
        launch(
            *(tiles().back, (count,), self.vertices, self._half, self._colours, kept.lists),
            *(kept.counts, kept.ranges, self._paper, gradient, kept.clear),
            *(sums.vertices, sums.half, sums.colours, first, layout.width, layout.height),
            *(self._across, self._tiles, self._most),
            **self._constants,
        )

    def collected(self, sums: _Sums) -> Tensor:
        """The gradient of the control points."""
        by_point = torch.zeros_like(self._points)
        if self._layout.strokes_count:
            launch(
                *(curves().collect, (self._layout.strokes_count,), self.vertices, sums.vertices),
                *(self._heads.firsts, self._heads.cubics, self.offsets, by_point),
                BLOCK=curves().BLOCK,
            )
        return by_point

    @property
    def _constants(self) -> dict[str, Any]:
        subs = 1 << (self._sub**2 - 1).bit_length()
        return {"TILE": tiles().TILE, "SUB": self._sub, "SUBS": subs, "AREA": self._area}


def _across(side: int) -> int:
    return -(-side // tiles().TILE)


def _most(layout: Layout) -> int:
    """Strokes of the drawing that has most."""
    return int(layout.strokes.max()) if layout.drawings_count else 0


def _vertices(layout: Layout) -> int:
    """Room for all vertices: the most pieces for every cubic, and one vertex more a stroke."""
    return len(layout.first_point_of_cubic) * curves().MOST + layout.strokes_count


def _tile_bytes(most: int, keep: bool) -> int:
    """Of a tile's list, and of what it keeps for the way back."""
    return 4 + most * (4 + (8 + 4 * tiles().TILE ** 2 if keep else 0))
