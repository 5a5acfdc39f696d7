"""Gradient descent on pixels: the baseline of CLIPDraw's Table 1, without any strokes.

The same critic and the same views as for strokes, and nothing that holds the picture together
(Frans, Soros, Witkowski 2022, section 4): what comes of it scores high and looks like noise.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.paint.painters.descent import Descent, pixels_of
from engine.paint.painters.way import Commission, Way

RATE = 0.02  # Adam's, in the unit of a pixel's value


class Pixels(Descent):
    """A picture under way: `image` is (1, 3, S, S), each value in [0, 1]."""

    def __init__(self, commission: Commission) -> None:
        super().__init__(commission, RATE)

    def begun(self) -> dict[str, Tensor]:
        side, start = self.commission.critic.image_size, self.commission.start
        image = torch.rand(1, 3, side, side, generator=self.random)
        return {"image": image if start is None else pixels_of(start, side)}

    def picture(self) -> Tensor:
        return self.numbers["image"]

    def keep(self) -> None:
        self.numbers["image"].clamp_(0, 1)


# Rasteriser and strokes fall away; eight views are looked at instead of five.
WAY = Way(lambda commission, _: Pixels(commission), steps=250, load=lambda *_: 1.6)
