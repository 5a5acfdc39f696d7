"""Strokes in three dimensions, seen from four sides, each of which is to be the prompt.

The cameras are orthographic and stand a quarter turn apart, so a cubic's picture is a cubic again
and the rasteriser for flat strokes draws every view (engine/canvas/turntable.py). With a second
prompt the sides are that one: a cat from the front, a dog from the side. Lines are black, so it is
no matter which of them is in front.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.canvas.turntable import Solid, turned
from engine.paint.painters.likeness import likeness
from engine.paint.painters.way import Commission, Pause, Way, Work
from engine.paint.painting import State
from engine.paint.presets import HOUSE
from engine.paint.spec import Settled
from engine.paint.start_strokes import cover, from_drawing
from engine.raster import Layout, rasterise, unpack

STEPS = 200
FRAMES = 36  # of the turntable, where no number is asked for
VIEWS = 2  # random ones of each side, a step
RATE = 0.012  # of points, as a share of the canvas's side
_EDGE = 0.08  # share of the canvas's side above and below
_NEAR = 0.7  # share of the canvas's side, from the nearest to the farthest point, and across


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
        second = spec.more[0] if spec.more else spec.prompt
        side = critic.encode_text([spec.model_copy(update={"prompt": second}).sentence])[0]
        if not spec.more:
            side = self.target
        self._targets = torch.stack((self.target, side, self.target, side))

    def advance(self, pause: Pause) -> None:
        images = self._seen()
        random = torch.Generator().manual_seed((self.spec.seed * 1_000_003 + self.step) % 2**63)
        views = VIEWS if self.spec.augment else 0
        scores = likeness(self.commission.critic, images, self._targets, random, views)
        self._adam.zero_grad()
        (-scores.sum()).backward()
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

    def _seen(self) -> Tensor:
        """From the four sides, (4, 3, S, S), front first."""
        middle = self._side / 2
        right, down, near = self._points[:, 0] - middle, self._points[:, 1], self._points[:, 2]
        across = torch.cat((right, near, -right, -near)) + middle
        points = torch.stack((across, down.repeat(4)), 1)
        layout = Layout(
            np.tile(self._segments, 4),
            np.full(4, len(self._segments)),
            self._side,
            self._side,
        )
        device = points.device
        widths, colours = self._widths.repeat(4).to(device), self._colours.repeat(4, 1).to(device)
        return rasterise(points, widths, colours, layout, self._ground.to(device))

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
        sides = [solid.seen_from(90.0 * i) for i in range(4)]
        scores = [
            self.commission.judge([one], target, pause=pause)[0]
            for one, target in zip(sides, self._targets, strict=True)
        ]
        frames = tuple(turned(solid, self.spec.frames or FRAMES))
        return replace(
            self.state(), score=sum(scores) / 4, final=True, frames=frames, depths=solid.depths
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


def _load(spec: Settled, warm: bool) -> float:
    return 1.6 + 4 * spec.strokes / 256


WAY = Way(lambda commission, _: Depth(commission), STEPS, _load, ink="pen", most=1)
