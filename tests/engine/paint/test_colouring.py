from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.canvas.drawing import BLACK, Drawing, Stroke
from engine.canvas.render import to_image
from engine.canvas.tidy import is_outline
from engine.paint.colouring import coloured, measure, without_erasers
from engine.paint.hatching import coverage, fill
from engine.paint.palette import EMPTY, Palette
from engine.paint.regions import border, distance, near, parts, regions
from tests.engine.canvas.test_tidy import SIDE, arc, line

RED, WHITE, GREEN = (0.9, 0.2, 0.2), (1.0, 1.0, 1.0), (0.2, 0.7, 0.3)


def drawn(*strokes: Stroke) -> Drawing:
    return Drawing(SIDE, SIDE, strokes)


def fillings(drawing: Drawing) -> list[Stroke]:
    return [stroke for stroke in drawing.strokes if not is_outline(stroke)]


def colour_at(drawing: Drawing, x: int, y: int) -> tuple[float, ...]:
    return tuple(v / 255 for v in np.asarray(to_image(drawing, SIDE))[y, x])


def test_distance_is_that_to_the_nearest_cell() -> None:
    mask = np.random.default_rng(0).random((20, 30)) < 0.03
    ys, xs = np.nonzero(mask)
    rows, columns = np.mgrid[:20, :30]
    exact = np.sqrt(((rows[..., None] - ys) ** 2 + (columns[..., None] - xs) ** 2).min(-1))
    assert distance(mask) == pytest.approx(exact, abs=1e-4)


@pytest.mark.parametrize("reach", [1.0, 1.6, 2.5, 5.5])
def test_near_is_what_distance_says(reach: float) -> None:
    mask = np.random.default_rng(1).random((23, 31)) < 0.02
    assert (near(mask, reach) == (distance(mask) <= reach)).all()


def test_parts_are_those_that_share_edges() -> None:
    mask = np.array([[1, 0, 1, 1], [1, 1, 0, 1], [0, 0, 1, 0], [1, 0, 1, 1]], bool)
    label, count = parts(mask)
    assert count == 4
    assert label[0, 0] == label[1, 1] != label[0, 2] == label[1, 3]
    assert (label == 0).sum() == (~mask).sum()
    noise = np.random.default_rng(2).random((30, 40)) < 0.6
    label, count = parts(noise)
    assert set(np.unique(label)) == set(range(count + 1))
    for axis in (0, 1):  # neighbours in the mask have one label
        one, other = np.delete(label, 0, axis), np.delete(label, -1, axis)
        assert (one == other)[(one > 0) & (other > 0)].all()


def test_a_border_goes_around_once() -> None:
    mask = np.zeros((8, 8), bool)
    mask[2:6, 2:7] = True
    around = border(mask)
    assert len(around) == 14
    assert np.abs(np.diff(around, axis=0)).max() == 1
    assert border(np.pad([[True]], 2)).tolist() == [[2.5, 2.5]]


def test_a_ring_encloses_its_disc() -> None:
    found = regions(drawn(arc(0, 360)))
    (disc,) = found.masks
    assert disc.sum() * found.scale**2 == pytest.approx(np.pi * 58**2, rel=0.05)


def test_a_gap_is_closed_in_thought_and_a_wide_one_by_a_line() -> None:
    whole = regions(drawn(arc(0, 360))).masks[0].sum()
    for last in (345, 300):
        (disc,) = regions(drawn(arc(0, last))).masks
        assert disc.sum() == pytest.approx(whole, rel=0.1)


def test_two_rooms_are_two_regions() -> None:
    wall = line((100, 40), (100, 160))
    rooms = regions(drawn(arc(0, 360), wall)).masks
    assert len(rooms) == 2
    assert rooms[0].sum() == pytest.approx(rooms[1].sum(), rel=0.1)


def test_lines_that_enclose_nothing_have_no_regions() -> None:
    assert regions(drawn(line((40, 100), (160, 100)))).masks == ()
    assert regions(drawn()).masks == ()


def test_one_stroke_fills_a_disc_without_leaving_it() -> None:
    rows, columns = np.mgrid[:80, :80]
    disc = np.hypot(rows - 40, columns - 40) < 30
    hatch = fill(disc, disc)
    assert hatch is not None
    assert (len(hatch.points) - 1) % 3 == 0
    covered = coverage(hatch, disc.shape)
    assert (covered & disc).sum() / disc.sum() > 0.97
    assert (covered & ~disc).sum() / disc.sum() < 0.03


def test_a_region_too_narrow_for_any_pen_is_left() -> None:
    thin = np.zeros((40, 40), bool)
    thin[20, 5:35] = True
    assert fill(thin, thin) is None
    assert fill(np.zeros((5, 5), bool), np.ones((5, 5), bool)) is None


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
