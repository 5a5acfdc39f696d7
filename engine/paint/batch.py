"""The strokes of everything that is being painted, as one set of tensors, and Adam over them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engine.paint.painting import Work
from engine.paint.presets import Method
from engine.raster import Layout, rasterise

_BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-8


class Batch:
    """The strokes of all attempts in one set of tensors; attempts hold slices of them."""

    def __init__(self, works: Sequence[Work], side: int, method: Method) -> None:
        self.attempts = [attempt for work in works for attempt in work.attempts]
        self._works = [work for work in works for _ in work.attempts]
        self._method, self._side = method, side
        strokes = [attempt.strokes for attempt in self.attempts]
        counts = np.array([len(s.segments) for s in strokes])
        self.layout = Layout(np.concatenate([s.segments for s in strokes]), counts, side, side)
        self.values = [
            torch.cat([s.points for s in strokes]),
            torch.cat([s.widths for s in strokes]),
            torch.cat([s.colours for s in strokes]),
        ]
        self.moments = [
            tuple(torch.cat([a.moments[k][m] for a in self.attempts]) for m in (0, 1))
            for k in range(3)
        ]
        self.background = torch.stack([s.background for s in strokes])
        self.targets = torch.stack([work.target for work in self._works])
        self.rivals = torch.stack([work.rivals for work in self._works])
        self.avoids = [(i, work.avoid) for i, work in enumerate(self._works) if len(work.avoid)]
        of_stroke = torch.from_numpy(np.repeat(np.arange(len(counts)), counts))
        segments = torch.from_numpy(self.layout.segments)
        of_point = of_stroke.repeat_interleave(3 * segments + 1)
        self._owner = (of_point, of_stroke, of_stroke)
        self._pen = torch.tensor([work.commission.ink != "paint" for work in self._works])
        low, high = zip(
            *(method.pen_widths if pen else method.widths for pen in self._pen), strict=True
        )
        self._low = (torch.tensor(low) * side)[of_stroke]
        self._high = (torch.tensor(high) * side)[of_stroke]
        self._hand_out()

    def _hand_out(self) -> None:
        sizes = [len(a.strokes.points) for a in self.attempts]
        counts = [len(a.strokes.segments) for a in self.attempts]
        parts = [
            values.split(n) for values, n in zip(self.values, (sizes, counts, counts), strict=True)
        ]
        moments = [
            [both.split(n) for both in pair]
            for pair, n in zip(self.moments, (sizes, counts, counts), strict=True)
        ]
        for i, attempt in enumerate(self.attempts):
            s = attempt.strokes
            s.points, s.widths, s.colours = (part[i] for part in parts)
            attempt.moments = [(first[i], second[i]) for first, second in moments]

    def views_of(self, i: int) -> Tensor:
        views = self.attempts[i].views
        return views[min(self._works[i].step, len(views) - 1)]

    def render(self) -> Tensor:
        """All drawings, (B, 3, side, side), ready to send gradients back to the strokes."""
        free = (True, True, not bool(self._pen.all()))
        self._leaves = [
            v.detach().requires_grad_(f) for v, f in zip(self.values, free, strict=True)
        ]
        points, widths, colours = self._leaves
        return rasterise(points, widths, colours, self.layout, self.background)

    @torch.no_grad()
    def update(self) -> None:
        """One step of Adam with each work's own step count and schedule, then the clamps."""
        method = self._method
        steps = torch.tensor([work.step + 1.0 for work in self._works])
        fade = torch.tensor([method.schedule(w.step / w.commission.steps) for w in self._works])
        correction1, correction2 = 1 - _BETA1**steps, 1 - _BETA2**steps
        point_rate, width_rate, colour_rate = method.rates
        colour = torch.where(self._pen, 0.0, colour_rate)
        rates = (point_rate * self._side * fade, width_rate * self._side * fade, colour)
        for leaf, value, (first, second), rate, owner in zip(
            self._leaves, self.values, self.moments, rates, self._owner, strict=True
        ):
            if leaf.grad is None:
                continue
            first.lerp_(leaf.grad, 1 - _BETA1)
            second.lerp_(leaf.grad.square(), 1 - _BETA2)
            per_row = [
                t[owner].reshape(-1, *[1] * (value.dim() - 1))
                for t in (rate / correction1, correction2)
            ]
            value -= per_row[0] * first / ((second / per_row[1]).sqrt() + _EPSILON)
        points, widths, colours = self.values
        torch.clamp(widths, self._low, self._high, out=widths)
        colours.clamp_(0.0, 1.0)
        if method.inside is not None:
            points.clamp_(method.inside * self._side, (1 - method.inside) * self._side)
