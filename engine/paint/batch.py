"""The strokes of everything that is being painted, as one set of tensors."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engine.paint.losses import Anchor, Pixels, view_terms
from engine.paint.optimiser import Bounds, adam
from engine.paint.painting import Work
from engine.raster import Layout, rasterise


class Batch:
    """The strokes of all attempts in one set of tensors; attempts hold slices of them."""

    def __init__(self, works: Sequence[Work], side: int, scale: float) -> None:
        self.attempts = [attempt for work in works for attempt in work.attempts]
        self._works = [work for work in works for _ in work.attempts]
        parts = [part for work in works for part in work.parts for _ in part.attempts]
        self._side = side
        strokes = [attempt.strokes for attempt in self.attempts]
        counts = np.array([len(s.segments) for s in strokes])
        self.layout = Layout(np.concatenate([s.segments for s in strokes]), counts, side, side)
        self.values = [
            torch.cat([s.points for s in strokes]),
            torch.cat([s.widths for s in strokes]),
            torch.cat([s.colours for s in strokes]),
        ]
        self.moments = [
            (
                torch.cat([a.moments[k][0] for a in self.attempts]),
                torch.cat([a.moments[k][1] for a in self.attempts]),
            )
            for k in range(3)
        ]
        self.background = torch.stack([s.background for s in strokes])
        self.targets = torch.stack([part.target for part in parts])
        margins = [work.method.margin for work in self._works]
        self.view_terms = view_terms(parts, margins, scale)
        goals = [(i, part.goal) for i, part in enumerate(parts) if part.goal]
        weights = [self._works[i].method.pixels for i, _ in goals]
        self.pixels = Pixels(goals, weights) if goals else None
        of_stroke = torch.from_numpy(np.repeat(np.arange(len(counts)), counts))
        segments = torch.from_numpy(self.layout.segments)
        of_point = of_stroke.repeat_interleave(3 * segments + 1)
        self._owner = (of_point, of_stroke, of_stroke)
        methods = [work.method for work in self._works]
        widths = torch.tensor([work.widths for work in self._works]) * side  # (B, 2)
        low = [-math.inf if m.inside is None else m.inside * side for m in methods]
        high = [math.inf if m.inside is None else (1 - m.inside) * side for m in methods]
        self._bounds = Bounds(
            widths[of_stroke].unbind(1),
            (torch.tensor(low)[of_point], torch.tensor(high)[of_point]),
        )
        anchors = torch.tensor([m.anchor for m in methods])
        self._anchor = None
        if bool(anchors.any()):
            began = torch.cat([attempt.began for attempt in self.attempts])
            self._anchor = Anchor(began, anchors[of_point], side)
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
        free = (True, self._moves(1), self._moves(2))
        self._leaves = [
            v.detach().requires_grad_(f) for v, f in zip(self.values, free, strict=True)
        ]
        points, widths, colours = self._leaves
        return rasterise(points, widths, colours, self.layout, self.background)

    def _moves(self, kind: int) -> bool:
        return any(work.rates[kind] for work in self._works)

    def update(self) -> None:
        """One step of Adam with each work's own step count and schedule, then the bounds."""
        if self._anchor:
            self._anchor(self._leaves[0]).backward()
        steps = torch.tensor([work.step + 1.0 for work in self._works])
        fade = torch.tensor([w.method.schedule(w.step / w.commission.steps) for w in self._works])
        points, widths, colours = torch.tensor([work.rates for work in self._works]).unbind(1)
        rates = (points * self._side * fade, widths * self._side * fade, colours)
        for leaf, value, moments, rate, owner in zip(
            self._leaves, self.values, self.moments, rates, self._owner, strict=True
        ):
            if leaf.grad is not None:
                adam(value, leaf.grad, moments, rate[owner], steps[owner])
        self._bounds.keep(*self.values)
