from __future__ import annotations

import numpy as np

from engine.paint.colour.hatching import coverage, fill


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
