"""The second opinion: a network that neither paints nor gives gradients, and says what it sees.

It shares the text tower with pocket and nothing else: another architecture (after VGG, Simonyan &
Zisserman 2015: pairs of plain convolutions, ReLU, maxima), taught with doodles that neither pocket
nor the sketcher has seen. Drawings are chosen by it, and what people read below a drawing is its
word and not the painter's own. How it was trained is `engine.train.opinion`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, normalize

SIDE = 48
"""In pixels, of the pictures that it was taught with and brings others to."""
WIDTHS = (32, 64, 128, 224)
"""Channels of its stages, each at half the resolution of the one before."""
EMBED = 256
"""Length of its embeddings."""
MEAN, STD = 0.85, 0.3
"""Of the pictures' pixels, as for pocket: most of them are paper."""


class OpinionTower(nn.Module):
    """Pictures (B, 3, H, W), normalised, to (B, num_features): mean and maximum of each channel."""

    def __init__(self, *, norm: bool = True) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inside = 3
        for stage, width in enumerate(WIDTHS):
            for number in range(2):
                stride = 2 if stage == number == 0 else 1
                layers.append(nn.Conv2d(inside, width, 3, stride, 1, bias=not norm))
                if norm:
                    layers.append(nn.BatchNorm2d(width))
                layers.append(nn.ReLU(inplace=True))
                inside = width
            if stage < len(WIDTHS) - 1:
                layers.append(nn.MaxPool2d(2))
        self.layers = nn.Sequential(*layers)
        self.num_features = 2 * inside

    def forward(self, x: Tensor) -> Tensor:
        found = self.layers(x.contiguous(memory_format=torch.channels_last))
        return torch.cat((found.mean((2, 3)), found.amax((2, 3))), 1)


class Opinion(nn.Module):
    """The tower, its projection, and a linear layer that pocket's words go through."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = OpinionTower(norm=False)
        self.proj = nn.Linear(self.trunk.num_features, EMBED, bias=False)
        self.words = nn.Linear(EMBED, EMBED, bias=False)
        self.register_buffer("scale", torch.tensor(1.0))
        self.eval().requires_grad_(False)

    @torch.no_grad()
    def see(self, pictures: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) in [0, 1], of any size, as unit vectors (N, EMBED): the mean of
        what is found in each and in its mirror image."""
        if pictures.shape[-1] != SIDE:
            pictures = interpolate(pictures, (SIDE, SIDE), mode="bilinear", antialias=True)
        both = torch.cat((pictures, pictures.flip(3)))
        found = self.proj(self.trunk((both - MEAN) / STD)).unflatten(0, (2, -1)).mean(0)
        return normalize(found, dim=1)

    @torch.no_grad()
    def read(self, words: Tensor) -> Tensor:
        """Pocket's unit vectors (W, 256) of words as those that pictures are compared with."""
        return normalize(self.words(words), dim=1)

    def logits(self, pictures: Tensor, words: Tensor) -> Tensor:
        """(N, W): how much pictures show each of some words, given as pocket's vectors (W, 256);
        a softmax makes probabilities of them."""
        return self.get_buffer("scale") * self.see(pictures) @ self.read(words).T
