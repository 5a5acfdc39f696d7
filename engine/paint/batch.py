"""The strokes of everything that is being painted, as one set of tensors."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engine.paint.losses import Anchor, Pixels, view_terms
from engine.paint.optimiser import Bounds, adam
from engine.paint.painting import Painting
from engine.raster import Layout, rasterise


class Batch:
    """The strokes of all restarts in one set of tensors; restarts hold slices of them."""

    def __init__(self, paintings: Sequence[Painting], side: int, scale: float) -> None:
        self.restarts = [restart for painting in paintings for restart in painting.restarts]
        self._paintings = [painting for painting in paintings for _ in painting.restarts]
        parts = [part for painting in paintings for part in painting.parts for _ in part.restarts]
        self._side = side
        strokes = [restart.strokes for restart in self.restarts]
        counts = np.array([len(s.segments) for s in strokes])
        self.layout = Layout(np.concatenate([s.segments for s in strokes]), counts, side, side)
        self.values = [
            torch.cat([s.points for s in strokes]),
            torch.cat([s.widths for s in strokes]),
            torch.cat([s.colours for s in strokes]),
        ]
        self.moments = [
            (
                torch.cat([a.moments[k][0] for a in self.restarts]),
                torch.cat([a.moments[k][1] for a in self.restarts]),
            )
            for k in range(3)
        ]
        self.background = torch.stack([s.background for s in strokes])
        self.targets = torch.stack([part.target for part in parts])
        margins = [painting.preset.margin for painting in self._paintings]
        self.view_terms = view_terms(parts, margins, scale)
        goals = [(i, part.goal) for i, part in enumerate(parts) if part.goal]
        weights = [self._paintings[i].preset.pixels for i, _ in goals]
        self.pixels = Pixels(goals, weights) if goals else None
        of_stroke = torch.from_numpy(np.repeat(np.arange(len(counts)), counts))
        segments = torch.from_numpy(self.layout.segments)
        of_point = of_stroke.repeat_interleave(3 * segments + 1)
        self._owner = (of_point, of_stroke, of_stroke)
        presets = [painting.preset for painting in self._paintings]
        widths = torch.tensor([painting.widths for painting in self._paintings]) * side  # (B, 2)
        low = [-math.inf if m.inside is None else m.inside * side for m in presets]
        high = [math.inf if m.inside is None else (1 - m.inside) * side for m in presets]
        self._bounds = Bounds(
            widths[of_stroke].unbind(1),
            (torch.tensor(low)[of_point], torch.tensor(high)[of_point]),
        )
        anchors = torch.tensor([m.anchor for m in presets])
        self._anchor = None
        if bool(anchors.any()):
            began = torch.cat([restart.began for restart in self.restarts])
            self._anchor = Anchor(began, anchors[of_point], side)
        self._hand_out()

    def _hand_out(self) -> None:
        sizes = [len(a.strokes.points) for a in self.restarts]
        counts = [len(a.strokes.segments) for a in self.restarts]
        parts = [
            values.split(n) for values, n in zip(self.values, (sizes, counts, counts), strict=True)
        ]
        moments = [
            [both.split(n) for both in pair]
            for pair, n in zip(self.moments, (sizes, counts, counts), strict=True)
        ]
        for i, restart in enumerate(self.restarts):
            s = restart.strokes
            s.points, s.widths, s.colours = (part[i] for part in parts)
            restart.moments = [(first[i], second[i]) for first, second in moments]

    def views_of(self, i: int) -> Tensor:
        views = self.restarts[i].views
        return views[min(self._paintings[i].step, len(views) - 1)]

    def render(self) -> Tensor:
        """All drawings, (B, 3, side, side), ready to send gradients back to the strokes."""
        free = (True, self._moves(1), self._moves(2))
        self._leaves = [
            v.detach().requires_grad_(f) for v, f in zip(self.values, free, strict=True)
        ]
        points, widths, colours = self._leaves
        return rasterise(points, widths, colours, self.layout, self.background)

    def _moves(self, kind: int) -> bool:
        return any(painting.rates[kind] for painting in self._paintings)

    def update(self) -> None:
        """One step of Adam with each painting's own step count and schedule, then the bounds."""
        if self._anchor:
            self._anchor(self._leaves[0]).backward()
        steps = torch.tensor([painting.step + 1.0 for painting in self._paintings])
        fade = torch.tensor([w.preset.schedule(w.step / w.spec.steps) for w in self._paintings])
        points, widths, colours = torch.tensor(
            [painting.rates for painting in self._paintings]
        ).unbind(1)
        rates = (points * self._side * fade, widths * self._side * fade, colours)
        for leaf, value, moments, rate, owner in zip(
            self._leaves, self.values, self.moments, rates, self._owner, strict=True
        ):
            if leaf.grad is not None:
                adam(value, leaf.grad, moments, rate[owner], steps[owner])
        self._bounds.keep(*self.values)
