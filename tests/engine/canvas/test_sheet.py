from __future__ import annotations

import pytest

from engine.canvas.drawing import MAX_STROKES, Drawing, polyline
from engine.canvas.render import to_image
from engine.canvas.sheet import MOST, SIDE, numbered

CROSS = Drawing(
    64,
    64,
    (*polyline([(4, 4), (60, 60)], 3), *polyline([(60, 4), (4, 60)], 3)),
)


@pytest.mark.parametrize(
    ("count", "columns", "height"),
    [(1, 2, 512), (2, 2, 256), (4, 2, 512), (5, 3, 341), (9, 3, 512)],
)
def test_drawings_stand_in_rows(count: int, columns: int, height: int):
    sheet = numbered([CROSS] * count, columns)
    assert (sheet.width, sheet.height) == (SIDE, height)
    crosses = [stroke for stroke in sheet.strokes if stroke.colour == (0, 0, 0, 1)]
    assert len(crosses) == 2 * count
    for x, y in (point for stroke in crosses for point in stroke.points):
        assert 0 < x < SIDE
        assert 0 < y < height


def test_each_has_its_number():
    sheets = {to_image(numbered([Drawing(9, 9)] * n, 3)).tobytes() for n in range(1, MOST + 1)}
    assert len(sheets) == MOST
    four = to_image(numbered([Drawing(9, 9)] * 4))
    corners = [four.crop((x, y, x + 60, y + 60)).tobytes() for y in (4, 260) for x in (4, 260)]
    assert len(set(corners)) == 4


def test_what_is_too_much_is_left_out_or_refused():
    many = Drawing(64, 64, CROSS.strokes * (MAX_STROKES // 2))
    assert len(numbered([many] * MOST, 3).strokes) <= MAX_STROKES
    for count in (0, MOST + 1):
        with pytest.raises(ValueError, match="1 to 9 drawings"):
            numbered([CROSS] * count)
