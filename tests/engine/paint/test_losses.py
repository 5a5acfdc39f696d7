import pytest
import torch
from torch.nn.functional import normalize

from engine.paint.losses import AVOID_WEIGHT, Anchor, Avoid, Contrast


def unit(*rows: list[float]) -> torch.Tensor:
    return normalize(torch.tensor(rows), dim=1)


def test_avoiding_weighs_the_mean_likeness_of_its_own_views() -> None:
    vectors = unit([1.0, 0], [0, 1], [1, 0])
    every, share = slice(0, 3), torch.tensor([0.5, 0.5, 1.0])
    avoid = Avoid([(slice(0, 2), unit([1.0, 0], [0, -1]))])
    # The first two views are like the texts 1 and 0, and 0 and -1.
    assert avoid(vectors, every, share).item() == pytest.approx(AVOID_WEIGHT * 0.5 * (0.5 - 0.5))
    alone = Avoid([(slice(2, 3), unit([1.0, 0]))])
    assert alone(vectors, every, share).item() == pytest.approx(AVOID_WEIGHT)
    passes = [alone(vectors[some], some, share[some]) for some in (slice(0, 1), slice(1, 3))]
    assert [value.item() for value in passes] == pytest.approx([0.0, AVOID_WEIGHT])


def test_contrast_weighs_the_likeliest_rival_by_each_attempts_weight() -> None:
    vectors = unit([1.0, 0], [0, 1])
    rivals = torch.stack([unit([1.0, 0], [0, 1])] * 2)
    contrast = Contrast(rivals, torch.tensor([0, 1]), torch.tensor([0.5, 0.0]), scale=100.0)
    value = contrast(vectors, slice(0, 2), torch.ones(2)).item()
    assert value == pytest.approx(0.5 * 1.0, abs=1e-3)
    assert contrast(vectors[1:], slice(1, 2), torch.ones(1)).item() == pytest.approx(0.0)


def test_an_anchor_pulls_back_by_how_far_points_have_gone() -> None:
    began = torch.zeros(2, 2)
    anchor = Anchor(began, torch.tensor([2.0, 0.0]), side=10)
    points = torch.tensor([[1.0, 0.0], [5.0, 5.0]], requires_grad=True)
    loss = anchor(points)
    assert loss.item() == pytest.approx(2 * 0.1**2)
    loss.backward()
    assert points.grad is not None
    torch.testing.assert_close(points.grad, torch.tensor([[2 * 2 * 1 / 100, 0.0], [0.0, 0.0]]))
