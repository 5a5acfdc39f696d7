"""What a drawing is weighed by while it is painted: terms of one loss, each on its own.

A term of views sees the embeddings of all drawings' views at once, a term of strokes their points.
`view_terms` makes those that the parts of a batch ask for; what nobody asks for is not computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.paint.contrast import push
from engine.paint.painting import Goal, Part

AVOID_WEIGHT = 0.3  # of all negative prompts together (the notebook's)

_BLURRED = 16  # blocks along a side, of the blurred picture


class ViewTerm(Protocol):
    """A term of the loss that views of drawings are weighed by."""

    def __call__(self, vectors: Tensor, some: slice, share: Tensor) -> Tensor:
        """The loss of some views, a scalar.

        some: which of all views. vectors: (V, D) their embeddings, of length one. share: (V,) what
        each counts of its restart's views: 1 over their number.
        """
        ...


class Avoid:
    """Mean likeness to texts that the drawing should not look like."""

    def __init__(self, avoids: Sequence[tuple[slice, Tensor]]) -> None:
        self._avoids = avoids  # of all views those of a restart, with unit vectors (A, D)

    def __call__(self, vectors: Tensor, some: slice, share: Tensor) -> Tensor:
        loss = vectors.new_zeros(())
        for views, avoid in self._avoids:
            first, last = max(views.start, some.start), min(views.stop, some.stop)
            if first < last:
                mine = slice(first - some.start, last - some.start)
                likeness = (vectors[mine] @ avoid.T).mean(1) * share[mine]
                loss = loss + AVOID_WEIGHT * likeness.sum()
        return loss


class Contrast:
    """Likeness to the prompt's rivals, see engine/paint/contrast.py."""

    def __init__(self, rivals: Tensor, who: Tensor, weights: Tensor, scale: float) -> None:
        """rivals: (B, R, D). who: (V,) the restart that each view belongs to. weights: (B,)."""
        self._rivals, self._who, self._weights, self._scale = rivals, who, weights[who], scale

    def __call__(self, vectors: Tensor, some: slice, share: Tensor) -> Tensor:
        against = torch.einsum("vd,vrd->vr", vectors, self._rivals[self._who[some]])
        return (push(against, self._scale) * share * self._weights[some]).sum()


class Pixels:
    """How far drawings are from the pixels of pictures: squared, as they are and blurred.

    The blurred difference shows colours where they lie, however little lines agree.
    """

    def __init__(
        self, goals: Sequence[tuple[int, Goal]], weights: Sequence[float], device: torch.device
    ) -> None:
        self._which = torch.tensor([restart for restart, _ in goals]).to(device)
        self._pixels = torch.stack([goal.pixels for _, goal in goals]).to(device)  # (G, 3, S, S)
        inside = torch.stack([goal.inside for _, goal in goals])[:, None]  # (G, 1, S, S)
        counts = inside * (torch.tensor(weights) / inside.sum((1, 2, 3)))[:, None, None, None]
        self._counts = counts.to(device)
        self._block = max(1, inside.shape[-1] // _BLURRED)

    def pull(self, images: Tensor) -> Tensor:
        """The gradient of all drawings (B, 3, S, S) that brings them nearer."""
        gradient = torch.zeros_like(images)
        leaf = images.detach()[self._which].requires_grad_()
        apart = (leaf - self._pixels).square() * self._counts / 3
        # Each block of pixels counts as much as its pixels do.
        area = self._block**2
        mean = F.avg_pool2d((leaf - self._pixels) * (self._counts > 0), self._block)
        coarse = mean.square() * F.avg_pool2d(self._counts, self._block) * area / 3
        (of_some,) = torch.autograd.grad(apart.sum() + coarse.sum(), leaf)
        gradient[self._which] = of_some
        return gradient


class Anchor:
    """How far points have left where they began, so that a sketch stays as a person drew it.

    A sum of squares over points, in units of the canvas's side; weight 0 lets a restart go.
    """

    def __init__(self, began: Tensor, weights: Tensor, side: int) -> None:
        self._began, self._weights, self._side = began, weights, side  # (P, 2), (P,)

    def __call__(self, points: Tensor) -> Tensor:
        moved = (points - self._began) / self._side
        return (self._weights * moved.square().sum(1)).sum()


def view_terms(
    parts: Sequence[Part],
    viewers: Tensor,
    margins: Sequence[float],
    scale: float,
    device: torch.device,
) -> list[ViewTerm]:
    """Those that are asked for, on a device.

    parts, margins: one for each restart. viewers: (V,) on the CPU, see Schedule.viewers. scale: the
    critic's.
    """
    terms: list[ViewTerm] = []
    avoids = []
    for i, part in enumerate(parts):
        if len(part.avoid):
            views = (viewers == i).nonzero()
            avoids.append((slice(int(views[0]), int(views[-1]) + 1), part.avoid.to(device)))
    if avoids:
        terms.append(Avoid(avoids))
    most = max((part.rivals for part in parts), key=len, default=None)
    if most is not None and len(most):
        # Who has none, as drawings of pictures have, gets some that count for nothing.
        rivals = [p.rivals if len(p.rivals) else torch.zeros_like(most) for p in parts]
        weights = [m if len(p.rivals) else 0.0 for p, m in zip(parts, margins, strict=True)]
        terms.append(
            Contrast(
                torch.stack(rivals).to(device),
                viewers.to(device),
                torch.tensor(weights).to(device),
                scale,
            )
        )
    return terms
