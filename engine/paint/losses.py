"""What a drawing is weighed by while it is painted: terms of one loss, each on its own.

A term of views sees the embeddings of all drawings' views at once, a term of strokes their points.
`view_terms` makes those that the parts of a batch ask for; what nobody asks for is not computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

from engine.paint.contrast import push
from engine.paint.painting import Part

AVOID_WEIGHT = 0.3  # of all negative prompts together (the notebook's)


class ViewTerm(Protocol):
    """A term of the loss that views of drawings are weighed by."""

    def __call__(self, vectors: Tensor, who: Tensor, share: Tensor) -> Tensor:
        """The loss of some views, a scalar.

        vectors: (V, D) their embeddings, of length one. who: (V,) the attempt each belongs to.
        share: (V,) what each counts of its attempt's views: 1 over their number.
        """
        ...


class Avoid:
    """Mean likeness to texts that the drawing should not look like."""

    def __init__(self, avoids: Sequence[tuple[int, Tensor]]) -> None:
        self._avoids = avoids  # attempts, each with unit vectors (A, D)

    def __call__(self, vectors: Tensor, who: Tensor, share: Tensor) -> Tensor:
        loss = vectors.new_zeros(())
        for attempt, avoid in self._avoids:
            mine = who == attempt
            likeness = (vectors[mine] @ avoid.T).mean(1) * share[mine]
            loss = loss + AVOID_WEIGHT * likeness.sum()
        return loss


class Contrast:
    """Likeness to the prompt's rivals, see engine/paint/contrast.py."""

    def __init__(self, rivals: Tensor, weights: Tensor, scale: float) -> None:
        self._rivals, self._weights, self._scale = rivals, weights, scale  # (B, R, D), (B,)

    def __call__(self, vectors: Tensor, who: Tensor, share: Tensor) -> Tensor:
        against = torch.einsum("vd,vrd->vr", vectors, self._rivals[who])
        return (push(against, self._scale) * share * self._weights[who]).sum()


class Anchor:
    """How far points have left where they began, so that a sketch stays as a person drew it.

    A sum of squares over points, in units of the canvas's side; weight 0 lets an attempt go.
    """

    def __init__(self, began: Tensor, weights: Tensor, side: int) -> None:
        self._began, self._weights, self._side = began, weights, side  # (P, 2), (P,)

    def __call__(self, points: Tensor) -> Tensor:
        moved = (points - self._began) / self._side
        return (self._weights * moved.square().sum(1)).sum()


def view_terms(parts: Sequence[Part], margins: Sequence[float], scale: float) -> list[ViewTerm]:
    """Those that are asked for; parts, margins: one for each attempt. scale: the critic's."""
    terms: list[ViewTerm] = []
    avoids = [(i, part.avoid) for i, part in enumerate(parts) if len(part.avoid)]
    if avoids:
        terms.append(Avoid(avoids))
    # All attempts of a painter have rivals, or none has: it depends on the critic.
    if parts and len(parts[0].rivals):
        weights = parts[0].rivals.new_tensor(margins)
        terms.append(Contrast(torch.stack([part.rivals for part in parts]), weights, scale))
    return terms
