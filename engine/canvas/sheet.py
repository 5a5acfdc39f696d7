"""Several drawings side by side on one sheet, numbered, so that people can pick one."""

from __future__ import annotations

from collections.abc import Sequence

from engine.canvas.drawing import MAX_STROKES, RGBA, Drawing, Point, Stroke, polyline

SIDE = 512  # pixels, of the sheet
MOST = 9  # drawings, so that a digit numbers each

_NUMBER: RGBA = (0.36, 0.55, 0.94, 1.0)
_RULE: RGBA = (0.85, 0.85, 0.88, 1.0)
_MARGIN = 0.06  # of a cell's side
_TALL = 0.11  # of a cell's side: a digit; it is half as wide

# Digits as a pen writes them: paths in a box one wide and one high, y down.
_DIGITS: dict[int, tuple[tuple[Point, ...], ...]] = {
    1: (((0.1, 0.3), (0.6, 0.0), (0.6, 1.0)),),
    2: (((0.0, 0.25), (0.2, 0.0), (0.8, 0.0), (1.0, 0.3), (0.0, 1.0), (1.0, 1.0)),),
    3: (((0.0, 0.0), (1.0, 0.0), (0.4, 0.4), (1.0, 0.6), (0.9, 0.95), (0.0, 1.0)),),
    4: (((0.7, 1.0), (0.7, 0.0), (0.0, 0.7), (1.0, 0.7)),),
    5: (((1.0, 0.0), (0.1, 0.0), (0.0, 0.45), (0.8, 0.45), (1.0, 0.75), (0.8, 1.0), (0.0, 1.0)),),
    6: (((0.9, 0.0), (0.1, 0.5), (0.1, 1.0), (0.9, 1.0), (0.9, 0.5), (0.1, 0.5)),),
    7: (((0.0, 0.0), (1.0, 0.0), (0.3, 1.0)),),
    8: (((0.5, 0.5), (0.1, 0.0), (0.9, 0.0), (0.0, 1.0), (1.0, 1.0), (0.5, 0.5)),),
    9: (((0.9, 0.5), (0.1, 0.5), (0.1, 0.0), (0.9, 0.0), (0.9, 0.5), (0.2, 1.0)),),
}


def numbered(drawings: Sequence[Drawing], columns: int = 2) -> Drawing:
    """A sheet with 1 to MOST drawings in rows of `columns`, each in a square with its number.

    Of drawings with very many strokes together, the last strokes of each are left out. Raises
    ValueError for no drawings or too many.
    """
    if not 1 <= len(drawings) <= MOST:
        raise ValueError(f"a sheet holds 1 to {MOST} drawings, not {len(drawings)}")
    columns = min(columns, len(drawings))
    rows = -(-len(drawings) // columns)
    cell = SIDE / columns
    most = MAX_STROKES // len(drawings) - 4
    strokes: list[Stroke] = []
    for i, drawing in enumerate(drawings):
        left, above = (i % columns) * cell, (i // columns) * cell
        room = (1 - 2 * _MARGIN) * cell
        factor = room / max(drawing.width, drawing.height)
        right = left + (cell - factor * drawing.width) / 2
        down = above + (cell - factor * drawing.height) / 2
        strokes += [one.scaled(factor).moved(right, down) for one in drawing.strokes[:most]]
        corner = left + _MARGIN * cell, above + _MARGIN * cell
        strokes += _written(i + 1, corner, _TALL * cell)
    height = round(rows * cell)
    ruled = [((n * cell, 0.0), (n * cell, float(height))) for n in range(1, columns)]
    ruled += [((0.0, n * cell), (float(SIDE), n * cell)) for n in range(1, rows)]
    lines = [stroke for ends in ruled for stroke in polyline(ends, 1.5, _RULE)]
    return Drawing(SIDE, height, (*lines, *strokes))


def _written(digit: int, corner: Point, height: float) -> list[Stroke]:
    x, y = corner
    return [
        stroke
        for path in _DIGITS[digit]
        for stroke in polyline(
            [(x + u * height / 2, y + v * height) for u, v in path], 0.13 * height, _NUMBER
        )
    ]
