from __future__ import annotations

import io

import numpy as np
from PIL import Image

from engine.album import family_tree
from engine.album.family import Family, Member
from engine.canvas.drawing import Drawing, polyline

HOUSE = Drawing(64, 64, tuple(polyline([(10, 50), (10, 20), (50, 20), (50, 50)], 4)))
FIRST = tuple(Member(HOUSE) for _ in range(9))
SECOND = (Member(HOUSE, (4,)), *(Member(HOUSE, (4, 7)) for _ in range(7)), Member(HOUSE, (7, 2)))
THIRD = tuple(Member(HOUSE, (8, 0)) for _ in range(9))


def picture(family: Family) -> Image.Image:
    return Image.open(io.BytesIO(family_tree.picture(family))).convert("RGB")


def blue(image: Image.Image) -> int:
    """Pixels in the colour of the winner's own line."""
    return int((np.abs(np.asarray(image, int) - (0x34, 0x57, 0xD5)).sum(-1) < 40).sum())


def test_the_winner_s_line_has_all_its_ancestors_and_nobody_else():
    family = Family("a house", (FIRST, SECOND, THIRD), (2, 5))
    assert family.line() == {(2, 5), (1, 8), (1, 0), (0, 7), (0, 2), (0, 4)}
    assert Family("a house", (FIRST,), (0, 3)).line() == {(0, 3)}
    assert Family("a house", (FIRST, SECOND)).line() == set()


def test_a_row_for_each_generation_and_the_winner_below():
    one, two = picture(Family("x", (FIRST,))), picture(Family("x", (FIRST, SECOND)))
    assert one.width == two.width
    assert one.height < two.height < picture(Family("x", (FIRST, SECOND), (1, 2))).height


def test_the_line_is_drawn_in_colour():
    generations = (FIRST, SECOND, THIRD)
    assert blue(picture(Family("a house", generations))) == 0
    of_one = blue(picture(Family("a house", generations, (0, 5))))
    of_all = blue(picture(Family("a house", generations, (2, 5))))
    assert 0 < of_one < of_all


def test_any_title_and_no_generation_at_all():
    picture(Family("<script> & 猫 " * 20, (FIRST[:2],), (0, 1)))
    picture(Family("", ()))
