"""How far a painting's strokes are from a picture's, by what the critic's first layers see in both.

StyleCLIPDraw (Schaldenbrand, Liu, Oh 2021): the prompt says what is drawn, a picture how, and both
pull at the strokes in every step. The distance is the relaxed earth mover's of STROTSS (Kolkin,
Salavon, Shakhnarovich 2019), between what is found at all places of the drawing and of the picture:
each place is compared with its nearest neighbour in the other, so a stroke has to look like some
stroke of the picture, and each kind of stroke there has to occur. Gram matrices, which compare
averages, come out further from the picture where as much is recognised (docs/painters.md).
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

WEIGHT = 0.2  # of the distance, beside the cosine to the prompt
_AVERAGES = 0.5  # of the distance of averages, which know how much of a colour there is


@dataclass(frozen=True, slots=True)
class Textures:
    """What is found in a picture: of each layer (places, channels), on the critic's device.
    weight: of its lines, their width as a share of the side."""

    layers: tuple[Tensor, ...]
    weight: float


@torch.no_grad()
def textures_of(picture: Image.Image, weight: float, critic: Critic) -> Textures:
    """The textures of an RGB picture of any size: of the square in its middle."""
    side = critic.view_size
    square = ImageOps.fit(picture.convert("RGB"), (side, side), Image.Resampling.BOX)
    pixels = torch.from_numpy(np.asarray(square, np.float32) / 255).permute(2, 0, 1)
    return Textures(tuple(layer[0] for layer in critic.early(pixels[None])), weight)


class StyleLoss:
    """Pulls some of the drawings of a batch towards pictures' textures."""

    def __init__(
        self, critic: Critic, wanted: Sequence[tuple[int, Textures]], device: torch.device
    ) -> None:
        """wanted: which of the drawings, and what of."""
        self._critic = critic
        self._which = torch.tensor([number for number, _ in wanted]).to(device)
        by_layer = zip(*(textures.layers for _, textures in wanted), strict=True)
        self._wanted = [torch.stack(some).to(device) for some in by_layer]

    def pull(self, images: Tensor) -> Tensor:
        """The gradient of all drawings (B, 3, S, S) that brings them nearer."""
        gradient = torch.zeros_like(images)
        leaf = images.detach()[self._which].requires_grad_()
        side = self._critic.view_size
        seen = F.interpolate(leaf, (side, side), mode="area") if side != leaf.shape[-1] else leaf
        loss = WEIGHT * apart(self._critic.early(seen), self._wanted).sum()
        (of_some,) = torch.autograd.grad(loss, leaf)
        gradient[self._which] = of_some
        return gradient


def apart(found: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
    """(N,): how far what is found in N pictures is from what is wanted of each; both of each layer
    (N, places, channels), the places as many as they are."""
    total = found[0].new_zeros(len(found[0]))
    for mine, theirs in zip(found, wanted, strict=True):
        one, other = F.normalize(mine, dim=2), F.normalize(theirs, dim=2)
        with torch.no_grad():  # who is whose neighbour; the gradient is of these pairs alone
            likeness = one @ other.transpose(1, 2)
            there, back = likeness.argmax(2), likeness.argmax(1)
        pairs = (one * _of(other, there)).sum(2), (_of(one, back) * other).sum(2)
        total = total + torch.maximum(*(1 - pair.mean(1) for pair in pairs))
        of_mine, of_theirs = mine.mean(1), theirs.mean(1)
        scale = of_theirs.abs().mean(1).clamp(min=1e-6)
        total = total + _AVERAGES * (of_mine - of_theirs).abs().mean(1) / scale
    return total / len(found)


def _of(vectors: Tensor, which: Tensor) -> Tensor:
    """(N, P, C): those of (N, Q, C) that (N, P) names."""
    return vectors.gather(1, which[:, :, None].expand(-1, -1, vectors.shape[2]))
