"""How far a painting's strokes are from a picture's, by what the critic's first layers see in both.

StyleCLIPDraw (Schaldenbrand, Liu, Oh 2021): the prompt says what is drawn, a picture how, and both
pull at the strokes in every step. Compared are Gram matrices (Gatys, Ecker, Bethge 2016): which of
the things that a layer finds occur together, wherever. StyleCLIPDraw compares each place with its
nearest neighbour in the picture; in eleven pairs of picture and prompt this gave as much style for
as much that is recognised, and took longer (docs/painters.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from torch import Tensor

from engine.see.critic import Critic

WEIGHT = 0.1  # of the distance, beside the cosine to the prompt


@dataclass(frozen=True, slots=True)
class Textures:
    """What is found in a picture. grams: of each layer (channels, channels), on the critic's
    device. weight: of its lines, their width as a share of the side."""

    grams: tuple[Tensor, ...]
    weight: float


@torch.no_grad()
def textures_of(picture: Image.Image, weight: float, critic: Critic) -> Textures:
    """The textures of an RGB picture of any size: of the square in its middle."""
    side = critic.view_size
    square = ImageOps.fit(picture.convert("RGB"), (side, side), Image.Resampling.BOX)
    pixels = torch.from_numpy(np.asarray(square, np.float32) / 255).permute(2, 0, 1)
    return Textures(tuple(gram[0] for gram in grams(critic, pixels[None])), weight)


def grams(critic: Critic, images: Tensor) -> list[Tensor]:
    """Of each of the critic's first layers (N, channels, channels): what occurs together in images
    (N, 3, S, S), averaged over all places. Differentiable in these."""
    side = critic.view_size
    if images.shape[-1] != side:
        images = F.interpolate(images, (side, side), mode="area")
    return [found.transpose(1, 2) @ found / found.shape[1] for found in critic.early(images)]


def apart(found: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
    """(N,): how far N pictures' Gram matrices are from those that are wanted of each: squared, as
    a share of these, the mean of the layers."""
    shares = [
        (mine - theirs).square().sum((1, 2)) / theirs.square().sum((1, 2)).clamp(min=1e-12)
        for mine, theirs in zip(found, wanted, strict=True)
    ]
    return torch.stack(shares).mean(0)


class StyleLoss:
    """Pulls some of the drawings of a batch towards pictures' textures."""

    def __init__(
        self, critic: Critic, wanted: Sequence[tuple[int, Textures]], device: torch.device
    ) -> None:
        """wanted: which of the drawings, and what of."""
        self._critic = critic
        self._which = torch.tensor([number for number, _ in wanted]).to(device)
        by_layer = zip(*(textures.grams for _, textures in wanted), strict=True)
        self._wanted = [torch.stack(some).to(device) for some in by_layer]

    def pull(self, images: Tensor) -> Tensor:
        """The gradient of all drawings (B, 3, S, S) that brings them nearer."""
        gradient = torch.zeros_like(images)
        leaf = images.detach()[self._which].requires_grad_()
        loss = WEIGHT * apart(grams(self._critic, leaf), self._wanted).sum()
        (of_some,) = torch.autograd.grad(loss, leaf)
        gradient[self._which] = of_some
        return gradient
