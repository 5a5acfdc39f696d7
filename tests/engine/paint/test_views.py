from __future__ import annotations

import torch
from torchvision.transforms import functional as tv

from engine.paint.views import PAPER, Views, homographies, identity, look


def test_the_identity_changes_nothing() -> None:
    images = torch.rand(2, 3, 16, 16)
    seen = look(images, torch.stack([identity(2)] * 2), torch.zeros(2, 3), 16)
    assert torch.allclose(seen, images[:, None].expand_as(seen), atol=1e-5)


def test_outside_the_canvas_is_background() -> None:
    away = torch.tensor([[1.0, 0, 5.0], [0, 1.0, 0], [0, 0, 1.0]])
    ground = torch.tensor([[0.25, 0.5, 0.75]])
    seen = look(torch.zeros(1, 3, 8, 8), away[None, None], ground, 8)
    assert torch.allclose(seen[0, 0, :, 0, 0], ground[0])


def test_a_perspective_is_torchvisions() -> None:
    # The same corners through torchvision's warp, which the notebook uses.
    image = torch.rand(1, 1, 32, 32).repeat(1, 3, 1, 1)
    image = tv.gaussian_blur(image, [7, 7])
    generator = torch.Generator().manual_seed(3)
    whole = Views(perspective=0.5, scale=(1.0, 1.0), ratio=(1.0, 1.0))
    matrix = homographies(generator, 1, whole)
    again = torch.Generator().manual_seed(3)
    inwards = torch.rand(1, 14, generator=again, dtype=torch.float64)[0, :8].reshape(4, 2) * 0.5
    corners = torch.tensor([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=torch.float64)
    bent = ((corners * (1 - inwards) + 1) * 16).tolist()
    theirs = tv.perspective(image, [[0, 0], [32, 0], [32, 32], [0, 32]], bent, fill=[1.0] * 3)
    ours = look(image, matrix[None], torch.ones(1, 3), 32)[0]
    inside = (ours - theirs).abs()[..., 8:24, 8:24]
    assert inside.mean() < 0.02


def test_views_come_from_the_generator_alone() -> None:
    one = homographies(torch.Generator().manual_seed(1), 6, PAPER)
    two = homographies(torch.Generator().manual_seed(1), 6, PAPER)
    assert torch.equal(one, two)
    assert not torch.equal(one[0], one[1])


def test_crops_of_the_paper_lie_inside_the_canvas() -> None:
    flat = Views(perspective=0.0)
    matrices = homographies(torch.Generator().manual_seed(0), 500, flat)
    corners = torch.tensor([[-1.0, -1, 1], [1, -1, 1], [1, 1, 1], [-1, 1, 1]])
    spots = matrices @ corners.T
    assert spots[:, :2].abs().max() <= 1 + 1e-5
    area = matrices[:, 0, 0] * matrices[:, 1, 1]
    assert area.min() >= 0.7 - 1e-5
    assert area.max() <= 0.9 + 1e-5


def test_gradients_reach_the_image() -> None:
    image = torch.rand(1, 3, 16, 16, requires_grad=True)
    matrices = homographies(torch.Generator().manual_seed(0), 4, PAPER)[None]
    look(image, matrices, torch.ones(1, 3), 16).sum().backward()
    assert image.grad is not None
    assert (image.grad > 0).float().mean() > 0.5
