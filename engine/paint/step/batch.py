"""The strokes of everything that is being painted, as one set of tensors on the critic's device.

Within a step nothing goes to the host and nothing comes from there. Between steps, `send` begins
to bring to the host how everything stands, and `Sent.arrive` waits for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from engine.device import Moment, moment
from engine.paint.losses import Anchor, Pixels, view_terms
from engine.paint.painting import Painting
from engine.paint.step.optimiser import Bounds, adam
from engine.paint.step.progress import Progress, tell
from engine.paint.step.schedule import HORIZON, Schedule, until
from engine.paint.style_loss import StyleLoss
from engine.raster import Layout, prepare, rasterise
from engine.see.critic import Critic


class Batch:
    """The strokes of all restarts, which hold slices of them, or of copies on the host.

    schedule, progress: what else moves on with every step, in place. left: steps that it can still
    take before something is to be decided.
    """

    def __init__(self, paintings: Sequence[Painting], side: int, critic: Critic) -> None:
        device = critic.device
        self.paintings = list(paintings)
        self.restarts = [restart for painting in paintings for restart in painting.restarts]
        self._paintings = [painting for painting in paintings for _ in painting.restarts]
        self.device = device
        parts = [part for painting in paintings for part in painting.parts for _ in part.restarts]
        strokes = [restart.strokes for restart in self.restarts]
        counts = np.array([len(s.segments) for s in strokes])
        self.layout = Layout(np.concatenate([s.segments for s in strokes]), counts, side, side)
        prepare(self.layout, device)
        self.values = [
            torch.cat([getattr(s, name) for s in strokes]).to(device)
            for name in ("points", "widths", "colours")
        ]
        self.moments = [
            (
                torch.cat([a.moments[k][0] for a in self.restarts]).to(device),
                torch.cat([a.moments[k][1] for a in self.restarts]).to(device),
            )
            for k in range(3)
        ]
        self.background = torch.stack([s.background for s in strokes]).to(device)
        self.targets = torch.stack([part.target for part in parts]).to(device)
        self.left = min(HORIZON, *(until(painting) for painting in paintings))
        self.schedule = Schedule(self.restarts, self._paintings, side, device)
        self.progress = Progress(self.restarts, self._paintings, device)
        viewers = self.schedule.viewers
        self.who = viewers.to(device)
        self.share = (1.0 / torch.bincount(viewers)[viewers].float()).to(device)
        margins = [painting.preset.margin for painting in self._paintings]
        self.view_terms = view_terms(parts, viewers, margins, critic.scale, device)
        goals = [(i, part.goal) for i, part in enumerate(parts) if part.goal]
        weights = [self._paintings[i].preset.pixels for i, _ in goals]
        self.pixels = Pixels(goals, weights, device) if goals else None
        styles = [(i, p.textures) for i, p in enumerate(self._paintings) if p.textures]
        self.style = StyleLoss(critic, styles, device) if styles else None
        of_stroke = torch.from_numpy(np.repeat(np.arange(len(counts)), counts))
        segments = torch.from_numpy(self.layout.segments)
        of_point = of_stroke.repeat_interleave(3 * segments + 1)
        self._owner = (of_point.to(device), of_stroke.to(device), of_stroke.to(device))
        presets = [painting.preset for painting in self._paintings]
        widths = torch.tensor([painting.widths for painting in self._paintings]) * side  # (B, 2)
        low = [-math.inf if m.inside is None else m.inside * side for m in presets]
        high = [math.inf if m.inside is None else (1 - m.inside) * side for m in presets]
        self._bounds = Bounds(
            widths[of_stroke].to(device).unbind(1),
            (
                torch.tensor(low)[of_point].to(device),
                torch.tensor(high)[of_point].to(device),
            ),
        )
        anchors = torch.tensor([m.anchor for m in presets])
        self._anchor = None
        if bool(anchors.any()):
            began = torch.cat([restart.began for restart in self.restarts]).to(device)
            self._anchor = Anchor(began, anchors[of_point].to(device), side)
        self._moves = [
            any(painting.rates[kind] for painting in self._paintings) for kind in range(3)
        ]
        self.taken = 0
        self.again: Callable[[], None] | None = None  # a step, recorded
        self._began = [painting.step for painting in self._paintings]
        self._post = _Shared() if device.type == "cpu" else _Post(device)
        if device.type == "cpu":
            self.hand_out(self.values, self.moments)

    def hand_out(self, values: Sequence[Tensor], moments: Sequence[tuple[Tensor, Tensor]]) -> None:
        """Give each restart its slices of strokes on the CPU."""
        sizes = [len(a.strokes.points) for a in self.restarts]
        counts = [len(a.strokes.segments) for a in self.restarts]
        parts = [some.split(n) for some, n in zip(values, (sizes, counts, counts), strict=True)]
        of_both = [
            [both.split(n) for both in pair]
            for pair, n in zip(moments, (sizes, counts, counts), strict=True)
        ]
        for i, restart in enumerate(self.restarts):
            s = restart.strokes
            s.points, s.widths, s.colours = (part[i] for part in parts)
            restart.moments = [(first[i], second[i]) for first, second in of_both]

    def render(self) -> Tensor:
        """All drawings, (B, 3, side, side), ready to send gradients back to the strokes."""
        free = (True, self._moves[1], self._moves[2])
        self._leaves = [
            v.detach().requires_grad_(f) for v, f in zip(self.values, free, strict=True)
        ]
        points, widths, colours = self._leaves
        return rasterise(points, widths, colours, self.layout, self.background)

    def update(self, scores: Tensor) -> None:
        """One step of Adam with each painting's own step count and schedule, then the bounds.

        scores: (B,) what the step has found each restart to be worth.
        """
        if self._anchor:
            self._anchor(self._leaves[0]).backward()
        points, widths, colours, steps = self.schedule.rates()
        moving = self.progress.moving
        rates = (points * moving, widths * moving, colours * moving)
        for leaf, value, moments, rate, owner in zip(
            self._leaves, self.values, self.moments, rates, self._owner, strict=True
        ):
            if leaf.grad is not None:
                adam(value, leaf.grad, moments, rate[owner], steps[owner])
        self._bounds.keep(*self.values)
        self.progress.observe(scores)
        self.schedule.next()

    def send(self) -> Sent:
        """Begin to bring to the host how everything stands now."""
        return self._post.send(self)

    def arrive(self, sent: Sent) -> str:
        """Wait for that, and let paintings and restarts know. Returns what is wrong, or ""."""
        steps, finite = sent.arrive()
        for painting, began, taken in zip(self._paintings, self._began, steps, strict=True):
            painting.step = began + taken
        return "" if finite else "strokes hold numbers that are not finite"


class Sent(Protocol):
    """How a batch stood, on its way to the host."""

    def arrive(self) -> tuple[list[int], bool]:
        """Wait for it and let the restarts know. Returns the steps that each has taken in this
        batch, and whether all numbers are finite, as far as the rasteriser does not see to that."""
        ...


class _Shared:
    """On the CPU restarts hold the batch's own numbers: there is nothing to bring."""

    def send(self, batch: Batch) -> Sent:
        self._batch = batch
        return self

    def arrive(self) -> tuple[list[int], bool]:
        return tell(self._batch.progress.numbers, self._batch.restarts), True


class _Post:
    """Brings all numbers of a batch in one piece, through memory that the device writes by itself.

    Two pieces of memory take turns, so that one may be read while the device fills the other.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._buffers: list[Tensor] = []

    @torch.no_grad()
    def send(self, batch: Batch) -> Sent:
        strokes = [*batch.values, *(some for pair in batch.moments for some in pair)]
        numbers = batch.progress.numbers
        rest = [some.flatten().to(numbers.dtype) for some in strokes]
        flat = torch.cat([numbers.flatten(), *rest])
        if not self._buffers:
            pinned = self._device.type == "cuda"
            self._buffers = [
                torch.empty(flat.shape, dtype=flat.dtype, pin_memory=pinned) for _ in range(2)
            ]
        self._buffers.reverse()
        buffer = self._buffers[0]
        buffer.copy_(flat, non_blocking=self._device.type == "cuda")
        return _Letter(batch, buffer, moment(self._device))


class _Letter:
    """One piece of it."""

    def __init__(self, batch: Batch, buffer: Tensor, sent: Moment) -> None:
        self._batch, self._buffer, self._sent = batch, buffer, sent

    def arrive(self) -> tuple[list[int], bool]:
        self._sent.synchronize()
        batch = self._batch
        strokes = [*batch.values, *(some for pair in batch.moments for some in pair)]
        sizes = [4 * len(batch.restarts), *(some.numel() for some in strokes)]
        numbers, *flat = self._buffer.clone().split(sizes)
        here = [part.float().reshape(s.shape) for part, s in zip(flat, strokes, strict=True)]
        values, moments = here[:3], here[3:]
        batch.hand_out(values, list(zip(moments[::2], moments[1::2], strict=True)))
        finite = all(bool(some.isfinite().all()) for some in values)
        return tell(numbers.reshape(4, -1), batch.restarts), finite
