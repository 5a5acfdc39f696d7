"""The searches without gradients, on functions whose best point is known."""

from __future__ import annotations

import numpy as np

from engine.paint.step.pgpe import LEAST_SPREAD, Pgpe
from engine.paint.step.tournament import Tournament

GOAL = np.linspace(-2, 2, 30)


def near(points: np.ndarray) -> np.ndarray:
    """More the nearer to GOAL."""
    return -np.square(points - GOAL).sum(-1)


def test_pgpe_finds_the_best_point_whatever_the_scale_of_the_scores():
    ends = []
    for scale in (1.0, 1e6):
        search = Pgpe(30, 0.6)
        for step in range(150):
            search.tell(scale * near(search.ask(np.random.default_rng(step), 32)))
        assert near(search.mean) > -4.0 > near(np.zeros(30))
        ends.append(search.mean)
    assert np.array_equal(*ends)


def test_pgpe_moves_no_farther_than_is_asked_for():
    search = Pgpe(30, 0.6)
    for step in range(40):
        before = search.mean
        search.tell(near(search.ask(np.random.default_rng(step), 16)))
        assert np.linalg.norm(search.mean - before) <= 0.6 + 1e-9
        assert search.spread.min() >= LEAST_SPREAD


def test_pgpe_s_points_lie_in_pairs_and_spreads_shrink_where_it_is_found():
    search = Pgpe(30, 0.6)
    points = search.ask(np.random.default_rng(0), 8)
    assert np.allclose(points[:4] + points[4:], 2 * search.mean)
    for step in range(200):
        search.tell(near(search.ask(np.random.default_rng(step), 32)))
    assert search.spread.mean() < 0.8


def test_pgpe_stays_where_all_is_the_same():
    search = Pgpe(3, 0.6)
    search.ask(np.random.default_rng(0), 2)
    search.tell(np.zeros(2))
    assert np.isfinite(search.mean).all()


def evolved(steps: int, seed: int = 0) -> Tournament:
    rng = np.random.default_rng(seed)
    population = Tournament(rng, 40, np.repeat(np.arange(10), 3), 1.0, 0.3)
    for _ in range(steps):
        population.tell(rng, near(population.points))
    return population


def test_a_population_comes_nearer_and_learns_how_far_to_stray():
    young, old = evolved(3), evolved(150)
    assert near(old.best) > -2.0 > near(young.best)
    assert old.spreads.mean() < 0.5 * young.spreads.mean()


def test_the_best_live_on_and_the_others_give_way():
    population = evolved(5)
    before = population.points.copy()
    population.tell(np.random.default_rng(9), near(before))
    kept = [any(np.array_equal(one, old) for old in before) for one in population.points]
    assert sum(kept) == 8
    assert all(kept[:8])


def test_numbers_of_a_piece_are_passed_on_together():
    rng = np.random.default_rng(0)
    pieces = np.repeat(np.arange(3), 4)
    population = Tournament(rng, 200, pieces, 0.0, 1e-9)
    population.points[:] = np.arange(200)[:, None]
    population.tell(rng, np.arange(200.0))
    mixed = 0
    for child in population.points[40:]:
        of_piece = [np.round(child[pieces == n]) for n in range(3)]
        assert all(np.ptp(some) == 0 for some in of_piece)
        mixed += len({some[0] for some in of_piece}) > 1
    assert mixed > 10
