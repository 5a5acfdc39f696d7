from __future__ import annotations

from typing import Any

import open_clip
import pytest
import torch
from torch import nn

from engine.see import ensemble
from engine.see.critic import Critic, load
from engine.see.early_layers import EarlyLayers


class Counted(nn.Module):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.asked += 1
        return x


@pytest.fixture(scope="module")
def pocket() -> Critic:
    return load()


def test_of_convolutions_they_are_the_last_of_each_size(pocket: Critic) -> None:
    found = pocket.early(torch.rand(2, 3, 48, 48))
    assert [tuple(layer.shape) for layer in found] == [(2, 576, 32), (2, 144, 48), (2, 36, 96)]


@pytest.mark.parametrize(("name", "side"), [("RN50", 64), ("ViT-B-32", 224)])
def test_any_tower_has_some_and_what_they_find_depends_on_the_picture(name: str, side: int) -> None:
    model: Any = open_clip.create_model(name, pretrained=None, force_image_size=side)
    tower: nn.Module = model.visual.eval().requires_grad_(False)
    early = EarlyLayers(tower, tower, side)
    pictures = torch.rand(2, 3, side, side, requires_grad=True)
    found = early(pictures)
    assert 2 <= len(found) <= 3
    for layer in found:
        assert layer.shape[0] == 2
        assert layer.shape[1] > 1
        assert not torch.equal(layer[0], layer[1])
    (gradient,) = torch.autograd.grad(found[-1][0].sum(), pictures)
    assert gradient[0].abs().max() > 0
    assert gradient[1].abs().max() == 0
    # The tower is as it was: nothing hangs on it.
    assert tower(pictures).shape[0] == 2


def test_what_comes_after_them_is_not_computed() -> None:
    late = Counted()
    shallow = [nn.Conv2d(3 if i == 0 else 4, 4, 3, 2, 1) for i in range(4)]
    tower = nn.Sequential(*shallow, late)
    early = EarlyLayers(tower, tower, 32)
    asked = late.asked  # when the layers were looked for
    assert [layer.shape[1] for layer in early(torch.rand(1, 3, 32, 32))] == [256, 64, 16]
    assert late.asked == asked


def test_several_models_look_together(tiny_model: str) -> None:
    both = ensemble.load(f"pocket+{tiny_model}")
    found = both.early(torch.rand(1, 3, both.view_size, both.view_size))
    assert len(found) == 3 + 2
