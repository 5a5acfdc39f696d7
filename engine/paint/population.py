"""Many drawings of one prompt scored together, by forward passes of the critic alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.paint.contrast import push, rivals
from engine.paint.cpu_parallel import parts, side_by_side
from engine.paint.losses import AVOID_WEIGHT
from engine.paint.presets import HOUSE
from engine.paint.spec import Settled
from engine.paint.views import homographies, identity, look
from engine.raster import rasterise, unpack
from engine.raster.layout import Layout
from engine.see.critic import POCKET, Critic

AT_ONCE = 32  # pictures that the critic looks at between two pauses


@dataclass(frozen=True, slots=True)
class Population:
    """Drawings with as many strokes each and as many cubics in each of them, in shares of a square
    canvas.

    points: (P, N, 2), N control points of all strokes of a drawing. widths: (P, S) full ones.
    colours: (P, S, 4) straight RGBA. segments: (S,) cubics of each stroke.
    """

    points: Tensor
    widths: Tensor
    colours: Tensor
    segments: np.ndarray

    def packed(self, side: int) -> tuple[Tensor, Tensor, Tensor, Layout, Tensor]:
        """As `rasterise` takes them, on canvases of so many pixels, white."""
        count, strokes = self.widths.shape
        layout = Layout(
            np.tile(self.segments, count), np.full(count, strokes, np.int64), side, side
        )
        return (
            (self.points.reshape(-1, 2) * side).float().contiguous(),
            (self.widths.reshape(-1) * side).float().contiguous(),
            self.colours.reshape(-1, 4).float().contiguous(),
            layout,
            torch.ones(count, 3),
        )

    def drawings(self, side: int) -> list[Drawing]:
        """The same as drawings."""
        return unpack(*self.packed(side))


class Fitness:
    """How much drawings look like a prompt, and not like its rivals or what is to be avoided.

    target: the prompt's unit vector (D,).
    """

    def __init__(self, critic: Critic, spec: Settled, target: Tensor) -> None:
        self._critic, self._spec, self._target = critic, spec, target
        none = target.new_zeros(0, len(target))
        self._avoid = critic.encode_text(spec.avoid) if spec.avoid else none
        # Another model would need minutes on a CPU for the words alone, as in begin.
        known = critic.name == POCKET
        self._rivals = rivals(critic, spec.sentence, target) if known else none

    def __call__(
        self, drawn: Population, step: int, pause: Callable[[], None]
    ) -> tuple[np.ndarray, np.ndarray]:
        """(P,) each: what drawings are worth, and their cosines with the prompt.

        All are seen by the same view, another one in each step. pause: called between passes.
        """
        critic, count = self._critic, len(drawn.widths)
        generator = torch.Generator().manual_seed((self._spec.seed * 1_000_003 + step) % 2**63)
        view = homographies(generator, 1, HOUSE.look) if self._spec.augment else identity(1)
        points, widths, colours, layout, ground = drawn.packed(critic.view_size)
        device = critic.device
        points, widths, colours, ground = (
            some.to(device) for some in (points, widths, colours, ground)
        )
        worth, likeness = np.zeros(count), np.zeros(count)
        with torch.no_grad():
            images = rasterise(points, widths, colours, layout, ground)
            seen = look(images, view.expand(count, 1, 3, 3), ground, critic.view_size)[:, 0]

        @torch.no_grad()
        def look_at(some: slice) -> None:
            vectors = critic.encode_images(seen[some])
            cosines = vectors @ self._target
            value = cosines.clone()
            if len(self._rivals):
                value -= HOUSE.margin * push(vectors @ self._rivals.T, critic.scale)
            if len(self._avoid):
                value -= AVOID_WEIGHT * (vectors @ self._avoid.T).mean(1)
            worth[some], likeness[some] = value.cpu().numpy(), cosines.cpu().numpy()

        threads = torch.get_num_threads() if device.type == "cpu" else 1
        for first in range(0, count, AT_ONCE):
            if first:
                pause()
            side_by_side(look_at, parts(first, min(first + AT_ONCE, count), threads))
        return worth, likeness
