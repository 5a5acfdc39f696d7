"""Adam over the strokes of many drawings at once, each with its own step, rates and bounds."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

Moments = tuple[Tensor, Tensor]


@torch.no_grad()
def adam(values: Tensor, gradient: Tensor, moments: Moments, rates: Tensor, steps: Tensor) -> None:
    """One step of Adam (Kingma & Ba 2015) in place, of `values` (N, …) and their `moments`.

    rates, steps: (N,) the learning rate of each row, and how many steps it will have taken.
    """
    first, second = moments
    first.lerp_(gradient, 1 - BETA1)
    second.lerp_(gradient.square(), 1 - BETA2)
    shape = (-1, *[1] * (values.dim() - 1))
    pace = (rates / (1 - BETA1**steps)).reshape(shape)
    spread = (second / (1 - BETA2**steps).reshape(shape)).sqrt()
    values -= pace * first / (spread + EPSILON)


class Bounds:
    """How wide strokes may be and where points may lie, for all restarts of a batch.

    widths: (S,) low and high, in pixels. inside: (P, 2) low and high of coordinates, in pixels;
    infinite where points may leave the canvas.
    """

    def __init__(self, widths: Sequence[Tensor], inside: Sequence[Tensor]) -> None:
        (self._thin, self._wide), (self._low, self._high) = widths, inside

    @torch.no_grad()
    def keep(self, points: Tensor, widths: Tensor, colours: Tensor) -> None:
        """Move back in place what has left its bounds; colours stay in [0, 1]."""
        torch.clamp(widths, self._thin, self._wide, out=widths)
        torch.clamp(points, self._low[:, None], self._high[:, None], out=points)
        colours.clamp_(0.0, 1.0)
