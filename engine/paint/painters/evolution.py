"""Strokes by evolution: drawings that are tried, and never a gradient of the critic.

PGPE with ClipUp over all numbers of the strokes, as Tian and Ha draw with (Modern Evolution
Strategies for Creativity, 2022). A step is one generation: 64 drawings in pairs on either side of
what there is, all looked at by the same random view.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.paint.choosing import best_sketches
from engine.paint.painters.way import Commission, Pause, Way, Work
from engine.paint.population import Fitness, Population
from engine.paint.presets import HOUSE, REFINE
from engine.paint.start_strokes import Strokes, cover, from_drawing
from engine.paint.step.pgpe import Pgpe

TRIED = 64
"""Drawings in a generation."""

# What a spread of one means at the beginning: in shares of the canvas, in logarithms, in [0, 1].
POINTS, WIDTHS, COLOURS = 0.04, 0.15, 0.15
FARTHEST = 1.5
"""How far all numbers together move in a step, in spreads; measured in docs/painters.md."""
_SKETCHED = 0.25  # of the spreads: a sketch is right already where lines run


class Evolution(Work):
    """Strokes under way: with paint their points, widths and colours, else their points alone."""

    def __init__(self, commission: Commission) -> None:
        super().__init__(commission)
        self._side = commission.critic.image_size
        self._free = self.spec.ink == "paint"
        began, share = self._beginning()
        # As far from the canvas's edge as drawings by gradient, with the same beginning.
        margin = (REFINE if share < 1 else HOUSE).inside or 0.0
        self._inside = margin, 1 - margin
        self._segments = began.segments
        self._points = began.points.double().reshape(-1) / self._side
        low, high = HOUSE.widths if self._free else (1e-3, 0.5)
        self._widths = (began.widths.double() / self._side).clamp(low, high)
        self._colours = began.colours.double()
        units = [np.full(len(self._points), POINTS)]
        if self._free:
            strokes = len(self._widths)
            units += [np.full(strokes, WIDTHS), np.full(4 * strokes, COLOURS)]
        self._units = torch.from_numpy(np.concatenate(units)) * share
        self._search = Pgpe(len(self._units), FARTHEST)
        self._fitness = Fitness(commission.critic, self.spec, self.target)

    def _beginning(self) -> tuple[Strokes, float]:
        """Where strokes start, and how far from there they are tried, in units."""
        spec, commission = self.spec, self.commission
        pen = not self._free
        if commission.start is not None and commission.start.strokes:
            return from_drawing(commission.start, self._side, pen), _SKETCHED
        if spec.begin == "sketch" and commission.target is None:
            (drawn,) = best_sketches(commission.critic, spec.prompt, spec.strokes, spec.seed, 1)
            return from_drawing(drawn, self._side, pen), _SKETCHED
        generator = torch.Generator().manual_seed(spec.seed)
        return cover(generator, spec.strokes, self._side, pen), 1.0

    def advance(self, pause: Pause) -> None:
        rng = np.random.default_rng((self.spec.seed, self.step))
        tried = self._search.ask(rng, TRIED)
        worth, likeness = self._fitness(self._made(tried), self.step, pause)
        self._search.tell(worth)
        self.score = float(likeness.mean())

    def _made(self, numbers: np.ndarray) -> Population:
        """The drawings (P) that some points of the search stand for."""
        moved = torch.from_numpy(numbers) * self._units
        count, strokes, ends = len(moved), len(self._widths), len(self._points)
        points = (self._points + moved[:, :ends]).clamp(*self._inside)
        widths: Tensor = self._widths.expand(count, strokes)
        colours: Tensor = self._colours.expand(count, strokes, 4)
        if self._free:
            widths = (widths * moved[:, ends : ends + strokes].exp()).clamp(*HOUSE.widths)
            colours = (colours + moved[:, ends + strokes :].reshape(count, strokes, 4)).clamp(0, 1)
        return Population(points.reshape(count, -1, 2), widths, colours, self._segments)

    def drawing(self) -> Drawing:
        (drawn,) = self._made(self._search.mean[None]).drawings(self._side)
        return drawn

    def arrays(self) -> dict[str, np.ndarray]:
        return self._search.arrays()

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        self._search.restore(arrays)


def _begin(commission: Commission, pause: Pause | None) -> Work:
    del pause  # it takes no longer than a step
    return Evolution(commission)


# With the built-in model a step takes 66 ms of a core, one of a drawing by gradient 16.
WAY = Way(_begin, steps=150, load=lambda spec, _: 4.0 + spec.strokes / 128, ink="pen")
