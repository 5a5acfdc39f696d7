import pytest
import torch

from engine.bench import handmade
from engine.bench.doodles import Doodle


def features(count: int, mean: float = 0.0, seed: int = 0) -> torch.Tensor:
    return torch.randn(count, 8, generator=torch.Generator().manual_seed(seed)) + mean


def test_what_is_alike_cannot_be_told_apart() -> None:
    assert handmade.area_under_curve(features(200), features(200, seed=1)) < 0.6
    assert abs(handmade.kernel_distance(features(200), features(200, seed=1))) < 0.05


def test_what_differs_is_told_apart() -> None:
    assert handmade.area_under_curve(features(100), features(300, 3.0, 1)) > 0.99
    assert handmade.kernel_distance(features(100), features(300, 3.0, 1)) > 1


def test_it_counts_how_many_pairs_are_ranked_right() -> None:
    value = handmade._ranked(torch.tensor([1.0, 3.0]), torch.tensor([2.0, 1.0]))
    assert value == pytest.approx((0 + 0.5 + 1 + 1) / 4)


def test_the_kernel_distance_is_that_of_its_formula() -> None:
    a, b = torch.tensor([[1.0], [2.0]]), torch.tensor([[0.0], [1.0]])
    within_a, within_b = (1 * 2 + 1) ** 3, (0 * 1 + 1) ** 3
    across = (1**3 + 2**3 + 1**3 + 3**3) / 4
    assert handmade.kernel_distance(a, b) == pytest.approx(within_a + within_b - 2 * across)


def test_the_spread_is_the_mean_distance_within_groups() -> None:
    groups = [torch.tensor([[0.0], [2.0]]), torch.tensor([[0.0], [4.0]])]
    assert handmade.spread(groups) == pytest.approx(3.0)


def test_a_persons_doodle_is_drawn_with_our_pen() -> None:
    circle = tuple((100 + 3 * i % 50, 90.0 + i) for i in range(40))
    drawn = handmade.as_ours(Doodle("line", (circle,)), 64)
    assert drawn.width == drawn.height == 64
    assert {stroke.colour for stroke in drawn.strokes} == {(0.0, 0.0, 0.0, 1.0)}
    xs = [x for stroke in drawn.strokes for x, _ in stroke.points]
    assert min(xs) > 3
    assert max(xs) < 61
