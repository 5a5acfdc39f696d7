import math

import torch

from engine.paint.step.optimiser import Bounds, adam


def test_it_is_adam_with_each_rows_own_rate_and_step() -> None:
    torch.manual_seed(0)
    values = torch.randn(3, 2)
    twin = values.clone().requires_grad_()
    theirs = torch.optim.Adam([twin], lr=0.1)
    moments = (torch.zeros_like(values), torch.zeros_like(values))
    for step in range(1, 6):
        gradient = torch.randn(3, 2)
        twin.grad = gradient.clone()
        theirs.step()
        adam(values, gradient, moments, torch.full((3,), 0.1), torch.full((3,), float(step)))
    torch.testing.assert_close(values, twin.detach(), rtol=1e-4, atol=1e-5)


def test_a_rate_of_zero_moves_nothing() -> None:
    values = torch.ones(2)
    moments = (torch.zeros(2), torch.zeros(2))
    adam(values, torch.tensor([1.0, 1.0]), moments, torch.tensor([0.5, 0.0]), torch.ones(2))
    assert values[0] < 1
    assert values[1] == 1


def test_bounds_move_back_what_has_left_them() -> None:
    points = torch.tensor([[-5.0, 3.0], [-5.0, 30.0]])
    widths, colours = torch.tensor([0.1, 9.0]), torch.tensor([[2.0, -1, 0.5, 1]])
    inside = (torch.tensor([0.0, -math.inf]), torch.tensor([10.0, math.inf]))
    Bounds((torch.tensor([1.0, 1.0]), torch.tensor([4.0, 4.0])), inside).keep(
        points, widths, colours
    )
    assert points.tolist() == [[0.0, 3.0], [-5.0, 30.0]]
    assert widths.tolist() == [1.0, 4.0]
    assert colours.tolist() == [[1.0, 0.0, 0.5, 1.0]]
