from __future__ import annotations

import numpy as np
import pytest

from engine.canvas.drawing import MAX_SEGMENTS
from engine.paint.colour.hatching import coverage, fill, shading


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


@pytest.mark.parametrize("angle", [-0.6, 0.0, 0.9])
def test_shading_runs_over_all_of_a_disc_in_even_passes(angle: float) -> None:
    rows, columns = np.mgrid[:80, :80]
    disc = np.hypot(rows - 39.5, columns - 39.5) < 30
    corners, *specks = shading(disc, 4.0, angle)
    assert all(np.ptp(speck, axis=0).max() < 5 for speck in specks)  # at the disc's very edge
    assert np.hypot(*(corners - 40).T).max() < 31.5
    across = corners @ np.array((-np.sin(angle), np.cos(angle)))
    passes = across.reshape(-1, 2)
    assert np.allclose(passes[:, 0], passes[:, 1])
    apart = np.diff(passes[:, 0])
    assert np.allclose(apart, apart[0])
    assert 3 < apart[0] <= 4.0
    assert np.ptp(across) > 50


def test_shading_comes_in_movements_that_a_stroke_can_hold_the_longest_first() -> None:
    two = np.zeros((120, 120), bool)
    two[5:115, 5:60] = True
    two[50:60, 90:110] = True
    movements = shading(two, 1.5, 0.0)
    assert len(movements) > 2
    assert all(len(corners) - 1 <= MAX_SEGMENTS for corners in movements)
    lengths = [np.abs(np.diff(corners[:, 0])[::2]).sum() for corners in movements]
    assert lengths == sorted(lengths, reverse=True)
    assert shading(np.zeros((9, 9), bool), 2.0, 0.0) == []
