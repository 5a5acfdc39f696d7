"""The fast rasteriser: float32 on the CPU, compiled by Numba, work proportional to the ink.

Strokes are flattened, their pixels and how much of these they cover are found, and they are laid
over what is there: flatten.py, coverage.py, compositing.py. The way back runs over what the way
there has left. Drawings, and bands of large ones, are shared among as many threads as
`torch.get_num_threads()` says.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from engine.raster.compositing import paint, total, unpaint
from engine.raster.coverage import cover
from engine.raster.flatten import flatten, unflatten
from engine.raster.layout import Layout
from engine.raster.record import Canvas, new_canvas, new_coverage

BAND = 96  # rows at least: less is not worth a thread of its own
MOST_ROWS = 512  # of a band, which bounds the scratch
KEPT = 1 << 22  # pixels: larger scratch is not kept
ROOM = (1 << 14, 1 << 14, 1 << 15)  # for edges, insides and contacts at first
SPARES = 8  # records kept for later calls: fresh memory costs more than what is done with it


def rasterise(
    points: Tensor, widths: Tensor, colours: Tensor, layout: Layout, paper: Tensor
) -> Tensor:
    """As `engine.raster.rasterise`, for float32 on the CPU and paper (B, 3, height, width)."""
    return _Rasterise.apply(points, widths, colours, layout, paper)


class _Rasterise(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, points: Tensor, widths: Tensor, colours: Tensor, layout: Layout, paper: Tensor
    ) -> Tensor:
        ink = _numbers(colours)
        pieces, spans, parameters, cubics, offsets, half = flatten(
            _numbers(points),
            layout.first_point_of_cubic,
            layout.cubic_offsets,
            _numbers(widths),
            layout.width,
            layout.height,
        )
        curves = pieces, spans, offsets, half
        image = torch.empty(paper.shape).copy_(paper)
        flat = image.numpy().reshape(-1)
        moving, colouring = any(ctx.needs_input_grad[:2]), ctx.needs_input_grad[2]
        work = _parts(layout, torch.get_num_threads())
        loan = _Loan(len(work))

        def draw(number: int) -> None:
            loan.records[number].draw(
                flat, layout, work[number], curves, ink, moving or colouring, colouring
            )

        _on_threads(draw, len(work))
        if moving or colouring:
            ctx.save_for_backward(colours)
            ctx.left = loan, work, parameters, cubics, layout
        return image

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        (colours,) = ctx.saved_tensors
        loan, work, parameters, cubics, layout = ctx.left
        moving, widening, colouring = ctx.needs_input_grad[:3]
        ink = _numbers(colours)
        by_pixel = gradient.contiguous().numpy().reshape(-1)
        through = np.ones(len(by_pixel) // 3, np.float32)
        bands = work[0].bands
        by_vertex = np.zeros((bands, len(parameters) if moving else 0, 2), np.float32)
        by_colour = np.zeros((bands, len(ink), 4))
        by_half = np.zeros((bands, len(ink)))

        def undo(number: int) -> None:
            record = loan.records[number]
            unpaint(
                by_pixel,
                through,
                layout.height * layout.width,
                work[number].units,
                layout.stroke_offsets,
                ink,
                record.found,
                record.below_edges,
                record.below_insides if colouring else record.below_insides[:0],
                by_vertex,
                by_colour,
                by_half,
            )

        _on_threads(undo, len(work))
        by_ink, by_width = total(by_colour, by_half)
        by_point = None
        if moving:
            first = layout.first_point_of_cubic
            sums = unflatten(by_vertex, parameters, cubics, first, layout.points_count)
            by_point = torch.from_numpy(sums)
        return (
            by_point,
            torch.from_numpy(by_width) if widening else None,
            torch.from_numpy(by_ink) if colouring else None,
            None,
            None,
        )


def _numbers(tensor: Tensor) -> np.ndarray:
    return np.ascontiguousarray(tensor.detach().numpy())


class _Record:
    """What one thread has painted and how, for the way back; its memory serves again."""

    def __init__(self) -> None:
        self.found = new_coverage(0, *ROOM)
        self.below_edges = self.below_insides = np.empty((0, 3), np.float32)

    def draw(
        self,
        image: np.ndarray,
        layout: Layout,
        part: _Part,
        curves: tuple[np.ndarray, ...],
        ink: np.ndarray,
        keep_edges: bool,
        keep_insides: bool,
    ) -> None:
        owners, width = layout.stroke_offsets, layout.width
        units, strokes = part.units, part.strokes
        if len(self.found.offsets) != strokes + 1:
            self.found = self.found._replace(offsets=np.zeros((strokes + 1, 3), np.int64))
        canvas = _canvas(part.rows, width)
        pieces, spans, offsets, half = curves
        done = 0
        while True:
            done, *room = cover(
                width, units, owners, pieces, spans, offsets, half, canvas, self.found, done
            )
            if done == strokes:
                break
            self._grow(*room)
        self.below_edges = _sized(self.below_edges, room[0] if keep_edges else 0)
        self.below_insides = _sized(self.below_insides, room[1] if keep_insides else 0)
        area = layout.height * width
        paint(image, area, units, owners, ink, self.found, self.below_edges, self.below_insides)

    def _grow(self, edges: int, insides: int, contacts: int) -> None:
        """Make room for that many and as many again, keeping what is there."""
        old = self.found
        self.found = new_coverage(
            len(old.offsets) - 1,
            max(2 * edges, old.edges.shape[1]),
            max(2 * insides, len(old.insides)),
            max(2 * contacts, len(old.contacts)),
        )
        for before, after in zip(old, self.found, strict=True):
            after[tuple(map(slice, before.shape))] = before


class _Loan:
    """Records in use, until nobody can ask for the way back any more."""

    def __init__(self, count: int) -> None:
        self.records = [_take() for _ in range(count)]

    def __del__(self) -> None:
        _spares.extend(self.records)


_spares: deque[_Record] = deque(maxlen=SPARES)
_scratch = threading.local()


def _take() -> _Record:
    try:
        return _spares.pop()
    except IndexError:
        return _Record()


def _sized(memory: np.ndarray, count: int) -> np.ndarray:
    """The first `count` rows of the memory, or of larger memory."""
    whole = memory if memory.base is None else memory.base
    if count > len(whole):
        whole = np.empty((count + count // 2, 3), np.float32)
    return whole[:count]


def _canvas(rows: int, width: int) -> Canvas:
    """This thread's scratch; strokes leave it clean."""
    held = getattr(_scratch, "held", None)
    if held is None or held[0] < rows or held[1] != width:
        held = rows, width, new_canvas(rows, width)
        _scratch.held = held if rows * width <= KEPT else None
    return held[2]


class _Part(NamedTuple):
    """What one thread paints."""

    units: np.ndarray  # (U, 4) int64: drawing, first row, row after the last, number of the band
    strokes: int  # of all units
    rows: int  # of the largest
    bands: int  # of each drawing


@lru_cache(maxsize=32)
def _parts(layout: Layout, threads: int) -> list[_Part]:
    """Drawings, or bands of them, for each thread.

    How a drawing is cut does not depend on who shares the batch, so that neither do its
    gradients, to the bit.
    """
    height = layout.height
    bands = max(1, min(threads, height // BAND), -(-height // MOST_ROWS))
    edges = np.linspace(0, height, bands + 1).astype(np.int64)
    units = np.empty((layout.drawings_count, bands, 4), np.int64)
    units[..., 0] = np.arange(layout.drawings_count)[:, None]
    units[..., 1], units[..., 2], units[..., 3] = edges[:-1], edges[1:], np.arange(bands)
    units = units.reshape(-1, 4)
    return [
        _Part(
            part,
            strokes=int(layout.strokes[part[:, 0]].sum()),
            rows=int((part[:, 2] - part[:, 1]).max(initial=1)),
            bands=bands,
        )
        for part in np.array_split(units, max(1, min(threads, len(units))))
    ]


def _on_threads(work: Callable[[int], None], count: int) -> None:
    if count == 1:
        work(0)
    else:
        list(_pool(os.getpid(), count).map(work, range(count)))


@lru_cache(maxsize=8)
def _pool(process: int, threads: int) -> ThreadPoolExecutor:
    """Threads do not survive a fork, so each process has its own."""
    del process
    return ThreadPoolExecutor(threads, thread_name_prefix="rasterise")
