"""A painter in one file, as docs/painters.md says how to write one: dots that move by chance and
stay where the drawing gets better."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.canvas.drawing import Drawing, polyline
from engine.paint.painters.way import Commission, Pause, Way, Work


class Dots(Work):
    """`_spots` is (strokes, 2), shares of the canvas."""

    def __init__(self, commission: Commission) -> None:
        super().__init__(commission)
        self._spots = np.random.default_rng(self.spec.seed).random((self.spec.strokes, 2))
        if commission.start is not None:
            side, strokes = commission.start.width, commission.start.strokes
            self._spots = np.array([stroke.points[0] for stroke in strokes]) / side

    def advance(self, pause: Pause) -> None:
        rng = np.random.default_rng((self.spec.seed, self.step))
        moved = (self._spots + rng.normal(0, 0.1, self._spots.shape)).clip(0, 1)
        before, after = self.commission.judge(
            [_dotted(self._spots), _dotted(moved)], self.target, 4, pause
        )
        self._spots, self.score = (moved, after) if after > before else (self._spots, before)

    def drawing(self) -> Drawing:
        return _dotted(self._spots)

    def arrays(self) -> dict[str, np.ndarray]:
        return {"spots": self._spots.copy()}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        self._spots = arrays["spots"].copy()


def _dotted(spots: np.ndarray) -> Drawing:
    dots = [polyline([(x * 64, y * 64)], 8.0)[0] for x, y in spots.tolist()]
    return replace(Drawing(64, 64), strokes=tuple(dots))


WAY = Way(lambda commission, _: Dots(commission), steps=20, load=lambda *_: 1.0)
