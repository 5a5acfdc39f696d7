from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.canvas.drawing import BLACK, Drawing, Stroke
from engine.canvas.render import to_image
from engine.canvas.tidy import is_outline
from engine.paint.colour.colouring import coloured, measure, without_erasers
from engine.paint.colour.palette import EMPTY, Palette
from tests.engine.canvas.test_tidy import SIDE, arc, line

RED, WHITE, GREEN = (0.9, 0.2, 0.2), (1.0, 1.0, 1.0), (0.2, 0.7, 0.3)


def drawn(*strokes: Stroke) -> Drawing:
    return Drawing(SIDE, SIDE, strokes)


def fillings(drawing: Drawing) -> list[Stroke]:
    return [stroke for stroke in drawing.strokes if not is_outline(stroke)]


def colour_at(drawing: Drawing, x: int, y: int) -> tuple[float, ...]:
    return tuple(v / 255 for v in np.asarray(to_image(drawing, SIDE))[y, x])


@pytest.mark.parametrize("last", [360, 345])
def test_a_ring_is_coloured_in_beneath_its_outline(last: int) -> None:
    outline = arc(0, last)
    picture = coloured(drawn(outline), Palette((RED,), (1.0,)), 8)
    assert picture.strokes[-1] == outline
    assert 1 <= len(fillings(picture)) <= 8
    assert colour_at(picture, 100, 100) == pytest.approx(RED, abs=0.01)
    assert colour_at(picture, 20, 20) == WHITE
    found = measure(picture)
    assert found.covered > 0.95
    assert found.spilt < 0.05


def test_it_keeps_to_the_number_of_strokes() -> None:
    walls = [line((40 + 20 * i, 40), (40 + 20 * i, 160)) for i in range(7)]
    ends = [line((40, 40), (160, 40)), line((40, 160), (160, 160))]
    for count in (1, 3, 6):
        filled = fillings(coloured(drawn(*walls, *ends), Palette((RED,), (1.0,)), count))
        assert len(filled) == count
    assert fillings(coloured(drawn(*walls, *ends), Palette((RED,), (1.0,)), 0)) == []


def test_colours_go_where_the_thing_has_them() -> None:
    plan = tuple(1 if cell < 32 else 0 for cell in range(64))
    tree = Palette((RED, GREEN), (0.5, 0.5), plan)
    halves = drawn(arc(0, 360), line((40, 100), (160, 100)))
    picture = coloured(halves, tree, 8)
    assert colour_at(picture, 100, 70) == pytest.approx(GREEN, abs=0.01)
    assert colour_at(picture, 100, 130) == pytest.approx(RED, abs=0.01)


def test_regions_share_the_colours_as_the_thing_does() -> None:
    stripes = drawn(
        *(line((40, y), (160, y)) for y in (40, 70, 100, 130, 160)),
        line((40, 40), (40, 160)),
        line((160, 40), (160, 160)),
    )
    picture = coloured(stripes, Palette((RED, GREEN), (0.5, 0.5)), 8)
    seen = [colour_at(picture, 100, y) for y in (55, 85, 115, 145)]
    assert sum(np.allclose(c, RED, atol=0.01) for c in seen) == 2
    assert sum(np.allclose(c, GREEN, atol=0.01) for c in seen) == 2


def test_what_is_left_of_the_strokes_shades() -> None:
    flat = coloured(drawn(arc(0, 360)), Palette((RED,), (1.0,)), 1)
    assert {stroke.colour[:3] for stroke in fillings(flat)} == {RED}
    shaded = coloured(drawn(arc(0, 360)), Palette((RED,), (1.0,)), 8)
    lit, dark = colour_at(shaded, 75, 75), colour_at(shaded, 138, 138)
    assert lit == pytest.approx(RED, abs=0.01)
    assert sum(dark) < sum(lit) - 0.1
    assert measure(shaded).spilt < 0.05


def test_white_is_the_paper() -> None:
    picture = coloured(drawn(arc(0, 360)), Palette((WHITE,), (1.0,)), 8)
    assert fillings(picture) == []
    tinted = replace(drawn(arc(0, 360)), background=(0.6, 0.8, 1.0))
    assert colour_at(coloured(tinted, Palette((WHITE,), (1.0,)), 8), 100, 100) == WHITE


def test_outlines_show_on_black() -> None:
    picture = coloured(drawn(arc(0, 360)), Palette(((0.0, 0.0, 0.0),), (1.0,)), 8)
    assert min(colour_at(picture, 100, 100)) > 0.2
    assert len(fillings(picture)) >= 1


def test_a_thing_of_lines_alone_is_highlighted() -> None:
    cross = drawn(line((40, 100), (160, 100)), line((100, 40), (100, 160)))
    picture = coloured(cross, Palette((RED,), (1.0,)), 8)
    assert picture.strokes[-2:] == cross.strokes
    assert len(fillings(picture)) == 2
    assert colour_at(picture, 70, 104) == pytest.approx(RED, abs=0.02)


def test_colouring_again_colours_anew() -> None:
    once = coloured(drawn(arc(0, 360)), Palette((RED,), (1.0,)), 8)
    again = coloured(once, Palette((GREEN,), (1.0,)), 8)
    assert colour_at(again, 100, 100) == pytest.approx(GREEN, abs=0.01)
    assert len(fillings(again)) == len(fillings(once))
    assert coloured(drawn(), Palette((RED,), (1.0,)), 8) == drawn()


def test_the_plan_may_be_empty_where_a_region_lies() -> None:
    plan = tuple(0 if cell < 8 else EMPTY for cell in range(64))
    picture = coloured(drawn(arc(0, 360)), Palette((RED, GREEN), (0.9, 0.1), plan), 8)
    assert colour_at(picture, 100, 100) == pytest.approx(RED, abs=0.01)


def test_erasers_go_and_highlights_stay() -> None:
    body = Stroke(line((40, 100), (160, 100)).points, 60.0, (*RED, 1.0))
    eraser = Stroke(line((80, 100), (120, 100)).points, 20.0, (0.99, 0.98, 1.0, 0.9))
    lone = Stroke(line((20, 20), (60, 20)).points, 8.0, (0.98, 0.98, 0.98, 0.9))
    faint = Stroke(line((20, 180), (60, 180)).points, 8.0, (*GREEN, 0.05))
    assert without_erasers(drawn(body, eraser, lone, faint)).strokes == (body,)
    paper = replace(drawn(body, eraser), background=(0.2, 0.2, 0.3))
    assert without_erasers(paper) == paper
    assert without_erasers(drawn(lone)) == drawn(lone)


def test_ink_marks_outlines() -> None:
    assert is_outline(Stroke(line((0, 0), (9, 9)).points, 2.0, BLACK))
