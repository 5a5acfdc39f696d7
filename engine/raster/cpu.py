"""The fast rasteriser: float32 on the CPU, compiled by Numba, work proportional to the ink.

A stroke is flattened, its pixels and their coverage are found, and it is laid over what is there;
see flatten.py, coverage.py and compositing.py. The way back runs over the record of the way there.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.raster.compositing import paint, unpaint
from engine.raster.coverage import Canvas, Coverage, cover, new_canvas, new_coverage
from engine.raster.flatten import flatten, unflatten
from engine.raster.layout import Layout

BAND_ROWS = 96  # at least, where one drawing is shared out over threads
EXPECTED = 1 << 14  # pixels to make room for at first
SPARES = 8  # records kept for the next call: fresh memory costs more than what is done with it


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
        height, width = layout.height, layout.width
        half = widths.detach().numpy() * np.float32(0.5)
        ink = np.ascontiguousarray(colours.detach().numpy())
        pieces, spans, parameters, cubics, offsets = flatten(
            np.ascontiguousarray(points.detach().numpy()),
            layout.first_point_of_cubic,
            _cubic_offsets(layout),
            half,
            width,
            height,
        )
        image = paper.contiguous().clone().numpy()
        flat, area, owners = image.reshape(-1), height * width, layout.stroke_offsets
        keep = any(ctx.needs_input_grad[:3])

        longest = int(np.diff(offsets).max(initial=1))

        def draw(units: np.ndarray) -> tuple[Any, ...]:
            canvas = _canvas(int((units[:, 2] - units[:, 1]).max()), width, longest)
            room = _room(int(layout.strokes[units[:, 0]].sum()))
            covered = cover(width, units, owners, pieces, spans, offsets, half, canvas, room)
            return covered, *paint(flat, area, units, owners, ink, covered, keep)

        shares = _shares(layout)
        records = _on_threads(draw, shares)
        if not keep:
            _spares.extend(record[0] for record in records)
        else:
            ctx.way_there = (shares, records, ink, parameters, cubics, len(points), layout)
        return torch.from_numpy(image)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        if ctx.way_there is None:
            raise RuntimeError("the fast rasteriser's record serves one backward pass")
        shares, records, ink, parameters, cubics, points_count, layout = ctx.way_there
        ctx.way_there = None
        used_up = gradient.detach().to(torch.float32).contiguous().clone().numpy().reshape(-1)
        area, owners = layout.height * layout.width, layout.stroke_offsets
        by_vertex = np.zeros((len(shares), len(parameters), 2), np.float32)
        by_colour = np.zeros((len(shares), len(ink), 4))
        by_half = np.zeros((len(shares), len(ink)))

        def undo(number: int) -> None:
            covered, below_edges, below_insides = records[number]
            unpaint(
                used_up,
                area,
                shares[number],
                owners,
                ink,
                covered,
                below_edges,
                below_insides,
                by_vertex[number],
                by_colour[number],
                by_half[number],
            )

        _on_threads(undo, range(len(shares)))
        _spares.extend(record[0] for record in records)
        by_point = unflatten(
            by_vertex, parameters, cubics, layout.first_point_of_cubic, points_count
        )
        wanted = ctx.needs_input_grad
        return (
            torch.from_numpy(by_point).float() if wanted[0] else None,
            torch.from_numpy(by_half.sum(0) * 0.5).float() if wanted[1] else None,
            torch.from_numpy(by_colour.sum(0)).float() if wanted[2] else None,
            None,
            None,
        )


_scratch = threading.local()
_spares: deque[Coverage] = deque(maxlen=SPARES)


def _canvas(rows: int, width: int, longest: int) -> Canvas:
    """This thread's scratch, as a stroke left it: clean."""
    size = (rows, width)
    if getattr(_scratch, "size", None) != size or _scratch.longest < longest:
        _scratch.size, _scratch.longest = size, 2 * longest
        _scratch.canvas = new_canvas(rows, width, 2 * longest)
    return _scratch.canvas


def _room(strokes: int) -> Coverage:
    """Where to write the coverage of so many strokes; what is too small grows."""
    try:
        spare = _spares.pop()
    except IndexError:
        return new_coverage(strokes, EXPECTED, EXPECTED, EXPECTED)
    return spare._replace(offsets=np.empty((strokes + 1, 3), np.int64))


def _cubic_offsets(layout: Layout) -> np.ndarray:
    return np.concatenate(([0], np.cumsum(layout.segments))).astype(np.int64)


def _shares(layout: Layout) -> list[np.ndarray]:
    """What each thread paints, as rows (drawing, first row, row after the last).

    A drawing stays whole, so that it comes out the same to the bit whoever shares the batch;
    only one that is alone and large is cut into bands.
    """
    threads, drawings = torch.get_num_threads(), len(layout.strokes)
    if drawings == 1:
        threads = max(1, min(threads, layout.height // BAND_ROWS))
        edges = np.linspace(0, layout.height, threads + 1).astype(np.int64)
        return [np.array([[0, a, b]], np.int64) for a, b in pairwise(edges)]
    units = np.zeros((drawings, 3), np.int64)
    units[:, 0], units[:, 2] = np.arange(drawings), layout.height
    return [np.ascontiguousarray(part) for part in np.array_split(units, min(threads, drawings))]


def _on_threads(work: Callable[[Any], Any], items: Any) -> list[Any]:
    items = list(items)
    if len(items) == 1:
        return [work(items[0])]
    return list(_pool(len(items)).map(work, items))


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="rasterise")
