"""The stroke tower: sees a drawing as its strokes, in the order in which they were drawn.

Residual convolutions (He et al. 2016) along the sequence of points, with batch normalisation.
Its vectors are compared with the same text tower's as those of the towers that see pictures. How
it was trained is `engine.train.stroke_tower`.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, normalize

from engine.pocket.stroke_points import FEATURES

EMBED = 256
"""Length of its vectors."""
WIDTHS = (64, 96, 144, 192, 224)
"""Channels of its stages, each at half the resolution of the one before."""


class _Residual(nn.Module):
    """Adds what two convolutions find to what is there (pre-activation, He et al. 2016b)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm1d(width)
        self.conv1 = nn.Conv1d(width, width, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm1d(width)
        self.conv2 = nn.Conv1d(width, width, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(gelu(self.norm2(self.conv1(gelu(self.norm1(x))))))


class StrokeTower(nn.Module):
    """Sequences (B, POINTS, FEATURES) to vectors (B, EMBED), not of length one.

    dropped: share of the last features that is left out while training.
    """

    def __init__(self, dropped: float = 0.0) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv1d(FEATURES, WIDTHS[0], 5, 1, 2), nn.GELU()]
        for inside, width in pairwise(WIDTHS):
            layers += [nn.Conv1d(inside, width, 4, 2, 1), _Residual(width)]
        self.layers = nn.Sequential(*layers)
        self.norm = nn.LayerNorm(2 * WIDTHS[-1])
        self.drop = nn.Dropout(dropped)
        self.head = nn.Linear(2 * WIDTHS[-1], EMBED)

    def forward(self, x: Tensor) -> Tensor:
        h = self.layers(x.transpose(1, 2))
        return self.head(self.drop(self.norm(torch.cat((h.mean(2), h.amax(2)), 1))))


FACTS = 12
"""See `facts`."""


class StrokeReader(nn.Module):
    """The tower, and how much its word counts beside that of a picture.

    trust: (2, FACTS) what the logarithms of the scales of picture and strokes are made of, by what
    is known of a drawing (`facts`).
    """

    def __init__(self) -> None:
        super().__init__()
        self.tower = StrokeTower()
        self.register_buffer("trust", torch.zeros(2, FACTS))
        self.eval().requires_grad_(False)

    @torch.no_grad()
    def evidence(self, seen: Tensor, sequences: Tensor, amounts: Tensor) -> Tensor:
        """(N, EMBED) vectors whose products with words' unit vectors are logits.

        seen: (N, EMBED) unit vectors of the drawings as pictures. sequences: (N, POINTS,
        FEATURES). amounts: (N, 3) number of strokes, their length in the longer side of the box
        that they fill, and how much of the drawing that is, in (0, 1], or NaN if nobody knows.
        """
        strokes = normalize(self.tower(sequences), dim=1)
        return joined(self.get_buffer("trust"), seen, strokes, amounts)

    @torch.no_grad()
    def alone(self, sequences: Tensor, amounts: Tensor) -> Tensor:
        """As `evidence`, of strokes that nobody looks at: as if a picture said what they say."""
        strokes = normalize(self.tower(sequences), dim=1)
        return joined(self.get_buffer("trust"), strokes, strokes, amounts)


def facts(amounts: Tensor) -> Tensor:
    """(N, FACTS) of amounts (N, 3): 1, the logarithm of the number of strokes, and that of their
    length with its square; once for drawings of unknown share, once for others, with that of
    theirs, its square, and its products with the first two logarithms."""
    many, long, share = amounts.unbind(1)
    known = ~share.isnan()
    many, long = many.clamp(1, 200).log(), long.clamp(0.5, 200).log()
    share = share.nan_to_num(1.0).clamp(0.05, 1).log()
    plain = torch.stack((torch.ones_like(many), many, long, long * long), 1)
    theirs = torch.stack((share, share * share, share * many, share * long), 1)
    shared = torch.cat((plain, theirs), 1)
    return torch.cat((plain * ~known[:, None], shared * known[:, None]), 1)


def joined(trust: Tensor, seen: Tensor, strokes: Tensor, amounts: Tensor) -> Tensor:
    """What pictures and strokes say together; the arguments as for StrokeReader. Differentiable."""
    picture, order = (facts(amounts) @ trust.T).clamp(-4, 5).exp().unbind(1)
    return picture[:, None] * seen + order[:, None] * strokes
