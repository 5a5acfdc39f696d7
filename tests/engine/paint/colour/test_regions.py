from __future__ import annotations

import numpy as np
import pytest

from engine.canvas.drawing import Drawing, Stroke
from engine.paint.colour.regions import border, distance, near, parts, regions
from tests.engine.canvas.test_tidy import SIDE, arc, line


def drawn(*strokes: Stroke) -> Drawing:
    return Drawing(SIDE, SIDE, strokes)


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
