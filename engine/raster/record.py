"""The arrays that the compiled parts of the fast rasteriser work on and hand on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.raster.coverage import BLOCK, FARTHEST, LANES, NOWHERE, PITCH, ROWS


class Coverage(NamedTuple):
    """The pixels of strokes; pixels count through a drawing, row by row."""

    offsets: np.ndarray  # (K + 1, 3) int64: where each stroke's edges, insides, contacts begin
    edges: np.ndarray  # (2, n) int32: pixel, and vertex of the nearest piece or -1 - contacts
    shares: np.ndarray  # (5, n) float32: SHARE, BY_HALF, T, BY_X, BY_Y, see coverage.py
    insides: np.ndarray  # (m,) int32: pixel
    contacts: np.ndarray  # (c,) int32: vertex of the piece nearest to a subpixel
    pulls: np.ndarray  # (c, 3) float32: T, BY_X, BY_Y of it


class Canvas(NamedTuple):
    """Scratch for one band of a drawing; every stroke leaves it as it found it."""

    keys: np.ndarray  # (rows * stride,) int32: squared distance, its last bits the piece
    where: np.ndarray  # ((rows + 2) * stride,) float32: how far along the stroke, or NOWHERE
    piece: np.ndarray  # ((rows + 2) * stride,) int32: the nearest piece
    first: np.ndarray  # (rows,) int64: the span of each row that the stroke may have touched
    last: np.ndarray  # (rows,) int64
    edges: np.ndarray  # (area,) int32: pixels at the edge, as positions in `keys`
    nearest: np.ndarray  # (area,) int32: their pieces, then -1 - contacts of those cut up
    xs: np.ndarray  # (area,) float32: their centres
    ys: np.ndarray  # (area,) float32
    insides: np.ndarray  # (area,) int32: pixels inside
    block: np.ndarray  # (ROWS * PITCH,) float32: edge pixels being measured
    split: np.ndarray  # (BLOCK + 1,) int32: those of them to cut up
    other: np.ndarray  # (BLOCK + 1,) int32: a piece on the other side of each
    spread: np.ndarray  # (ROWS * PITCH,) float32: their subpixels being measured
    seen: np.ndarray  # (BLOCK,) int32: the pieces nearest to those


def new_canvas(rows: int, width: int) -> Canvas:
    """Scratch for bands of up to so many rows."""
    stride = width + LANES
    area = rows * stride
    return Canvas(
        keys=np.full(area, FARTHEST, np.int32),
        where=np.full(area + 2 * stride, NOWHERE, np.float32),
        piece=np.empty(area + 2 * stride, np.int32),
        first=np.full(rows, FARTHEST, np.int64),
        last=np.zeros(rows, np.int64),
        edges=np.empty(area + 1, np.int32),
        nearest=np.empty(area + 1, np.int32),
        xs=np.empty(area + 1, np.float32),
        ys=np.empty(area + 1, np.float32),
        insides=np.empty(area + 1, np.int32),
        block=np.empty(ROWS * PITCH, np.float32),
        split=np.empty(BLOCK + 1, np.int32),
        other=np.empty(BLOCK + 1, np.int32),
        spread=np.empty(ROWS * PITCH, np.float32),
        seen=np.empty(BLOCK, np.int32),
    )


def new_coverage(strokes: int, edges: int, insides: int, contacts: int) -> Coverage:
    """Room for the coverage of so many strokes, pixels and subpixels."""
    return Coverage(
        offsets=np.zeros((strokes + 1, 3), np.int64),
        edges=np.empty((2, edges), np.int32),
        shares=np.empty((5, edges), np.float32),
        insides=np.empty(insides, np.int32),
        contacts=np.empty(contacts, np.int32),
        pulls=np.empty((contacts, 3), np.float32),
    )
