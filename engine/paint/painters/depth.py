"""Strokes in three dimensions, seen from eight sides, each of which is to be the prompt.

The cameras are orthographic, so a cubic's picture is a cubic again and the rasteriser for flat
strokes draws every view (engine/canvas/turntable.py). With a second prompt there are four, and the
sides are that one: a cat from the front, a dog from the side. Lines are black, so it is no matter
which of them is in front.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.canvas.turntable import Solid, turned
from engine.paint.contrast import push, rivals
from engine.paint.painters.likeness import looked_at
from engine.paint.painters.way import Commission, Given, Pause, Way, Work
from engine.paint.painting import State
from engine.paint.presets import HOUSE
from engine.paint.spec import Settled
from engine.paint.start_strokes import cover, from_drawing
from engine.raster import Layout, rasterise, unpack
from engine.see.critic import POCKET

STEPS = 200
FRAMES = 36  # of the turntable, where no number is asked for
CAMERAS = 8
"""All about, where every side is to be the prompt. Four leave a tangle between them, and cameras
that stand elsewhere in every step leave every side worse: docs/painters.md."""
RATE = 0.012  # of points, as a share of the canvas's side
_EDGE = 0.08  # share of the canvas's side above and below
_NEAR = 0.7  # share of the canvas's side, from the nearest to the farthest point, and across


class Cameras:
    """Where they stand: `turns` (N,), in radians clockwise from the front, `targets` (N, D) what
    each is to see, `rivals` (N, R, D) what it is not to take that for, with the built-in model;
    `views`: random ones of each, a step."""

    def __init__(self, commission: Commission) -> None:
        critic, spec = commission.critic, commission.spec
        target = commission.towards()
        texts, towards = [spec.sentence], [target]
        count, self.views = CAMERAS, 1
        if spec.more:
            # Between a front and another side there is nothing that it should be.
            count, self.views = 4, 2
            texts.append(spec.model_copy(update={"prompt": spec.more[0]}).sentence)
            towards.append(critic.encode_text(texts[1:])[0])
        self.turns = torch.arange(count) * (2 * torch.pi / count)
        which = torch.arange(count) % len(towards)
        self.targets = torch.stack(towards)[which]
        self.rivals = None
        if critic.name == POCKET:  # another model would need minutes on a CPU, as in begin
            near = [rivals(critic, text, to) for text, to in zip(texts, towards, strict=True)]
            self.rivals = torch.stack(near)[which]


class Depth(Work):
    """Strokes under way: `_points` is (P, 3), right and down in pixels, and near the viewer from
    the middle."""

    def __init__(self, commission: Commission) -> None:
        super().__init__(commission)
        critic, spec = commission.critic, self.spec
        self._side = critic.image_size
        random = torch.Generator().manual_seed(spec.seed)
        if commission.start is None:
            flat = cover(random, spec.strokes, self._side, True)
        else:
            flat = from_drawing(replace(commission.start, patches=()), self._side, True)
        self._segments, self._widths = flat.segments, flat.widths
        self._colours, self._ground = flat.colours, flat.background
        layout = Layout(self._segments, np.array([len(self._segments)]), self._side, self._side)
        self._layout = layout
        # A stroke has a place in the depth, and runs on in it.
        owners = torch.from_numpy(layout.stroke_of_point)
        place = (torch.rand(len(self._segments), generator=random) - 0.5) * _NEAR
        slope = torch.randn(len(flat.points), generator=random) * 0.08
        near = (place[owners] + slope)[:, None] * self._side
        points = torch.cat((flat.points, near), 1).to(critic.device)
        self._points = points.requires_grad_()
        self._adam = torch.optim.Adam([self._points], lr=RATE * self._side)
        self._cameras = Cameras(commission)

    def advance(self, pause: Pause) -> None:
        random = torch.Generator().manual_seed((self.spec.seed * 1_000_003 + self.step) % 2**63)
        cameras, critic = self._cameras, self.commission.critic
        images = self._seen(cameras.turns)
        views = cameras.views if self.spec.augment else 0
        vectors = looked_at(critic, images, random, views)
        scores = (vectors * cameras.targets[:, None]).sum(-1).mean(1)
        loss = -scores.sum()
        if cameras.rivals is not None:
            against = torch.einsum("nvd,nrd->nvr", vectors, cameras.rivals)
            pushed = push(against.flatten(0, 1), critic.scale)
            loss = loss + HOUSE.margin * pushed.sum() / vectors.shape[1]
        self._adam.zero_grad()
        loss.backward()
        for group in self._adam.param_groups:
            group["lr"] = RATE * self._side * HOUSE.schedule(self.step / self.steps)
        self._adam.step()
        with torch.no_grad():
            # So far from the axis that nothing leaves the canvas when it turns.
            middle, reach = self._side / 2, _NEAR / 2 * self._side
            self._points[:, 0].clamp_(middle - reach, middle + reach)
            self._points[:, 1].clamp_(_EDGE * self._side, (1 - _EDGE) * self._side)
            self._points[:, 2].clamp_(-reach, reach)
        self.score = float(scores.detach().mean())

    def _seen(self, turns: Tensor) -> Tensor:
        """From some sides, in radians clockwise from the front, (N, 3, S, S)."""
        middle, count = self._side / 2, len(turns)
        right, down, near = self._points[:, 0] - middle, self._points[:, 1], self._points[:, 2]
        turns = turns.to(self._points.device)[:, None]
        across = right * turns.cos() + near * turns.sin() + middle
        points = torch.stack((across.flatten(), down.repeat(count)), 1)
        layout = Layout(
            np.tile(self._segments, count),
            np.full(count, len(self._segments)),
            self._side,
            self._side,
        )
        device = points.device
        widths = self._widths.repeat(count).to(device)
        colours, ground = self._colours.repeat(count, 1), self._ground.to(device)
        return rasterise(points, widths, colours.to(device), layout, ground)

    def solid(self) -> Solid:
        """The strokes as they stand."""
        points = self._points.detach().cpu()
        front = self._flat(points)
        ends = self._layout.point_offsets.tolist()
        near = points[:, 2].double().tolist()
        depths = tuple(tuple(near[ends[i] : ends[i + 1]]) for i in range(len(self._segments)))
        return Solid(front, depths)

    def _flat(self, points: Tensor) -> Drawing:
        args = (points[:, :2], self._widths, self._colours, self._layout, self._ground)
        return unpack(*args)[0]

    def drawing(self) -> Drawing:
        return self._flat(self._points.detach().cpu())

    def finish(self, pause: Pause) -> State:
        solid = self.solid()
        turns, targets = self._cameras.turns.rad2deg().tolist(), self._cameras.targets
        sides = [solid.seen_from(turn) for turn in turns]
        scores = [
            self.commission.judge([one], target, pause=pause)[0]
            for one, target in zip(sides, targets, strict=True)
        ]
        frames = tuple(turned(solid, self.spec.frames or FRAMES))
        return replace(
            self.state(),
            score=sum(scores) / len(scores),
            final=True,
            frames=frames,
            depths=solid.depths,
        )

    def arrays(self) -> dict[str, np.ndarray]:
        kept = {"points": self._points.detach()} | self._adam.state.get(self._points, {})
        return {name: values.cpu().numpy().copy() for name, values in kept.items()}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        kept = {name: torch.from_numpy(values.copy()) for name, values in arrays.items()}
        with torch.no_grad():
            self._points.copy_(kept.pop("points"))
        for name, values in kept.items():
            # Adam counts its steps on the host.
            where = "cpu" if name == "step" else self._points.device
            self._adam.state[self._points][name] = values.to(where)


def _load(spec: Settled, _: Given) -> float:
    return 1.6 + 4 * spec.strokes / 256


WAY = Way(lambda commission, _: Depth(commission), STEPS, _load, ink="pen", most=1)
