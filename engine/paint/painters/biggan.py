"""BigGAN under CLIP's guidance: a baseline of CLIPDraw's Table 1.

Noise and class of a generator that was taught with photographs (Brock, Donahue, Simonyan 2019) are
moved by gradient. Its weights are not ours to give: `PENGUESS_BIGGAN` names a folder with them, as
the package pytorch-pretrained-biggan reads it. Nobody here had any, so numbers such as the rate are
untried but for a small generator of random weights.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from engine.paint.painters.descent import Descent, pixels_of
from engine.paint.painters.way import Commission, Way, Weights

RATE = 0.07  # Adam's
TRUNCATION = 1.0
FARTHEST = 2.0  # of the noise: what the generator was taught with lies within
_CLASSES = 0.5  # spread of the classes' logits at first
_TRIED = 16  # pictures, the one most like a drawing of which is gone on from
_COMPARED = 16  # pixels a side, of such pictures


class BigGan(Descent):
    """A picture under way: `noise` (1, Z), and `classes` (1, C) the logits of what is mixed."""

    def __init__(self, commission: Commission) -> None:
        self._network = WEIGHTS.read(_network).to(commission.critic.device)
        super().__init__(commission, RATE)

    def begun(self) -> dict[str, Tensor]:
        start = self.commission.start
        if start is None:
            return self._by_chance()
        # The generator knows no way back from a picture: the likest of some.
        wanted = pixels_of(start, _COMPARED)
        tried = [self._by_chance() for _ in range(_TRIED)]
        return min(tried, key=lambda numbers: self._apart(numbers, wanted))

    def _by_chance(self) -> dict[str, Tensor]:
        config = self._network.config
        noise = torch.randn(1, config.z_dim, generator=self.random).clamp(-FARTHEST, FARTHEST)
        logits = torch.randn(1, config.num_classes, generator=self.random)
        return {"noise": noise, "classes": logits * _CLASSES}

    @torch.no_grad()
    def _apart(self, numbers: dict[str, Tensor], wanted: Tensor) -> float:
        device = self.commission.critic.device
        made = self._made({name: values.to(device) for name, values in numbers.items()})
        small = interpolate(made, wanted.shape[2:], mode="bilinear", antialias=True).cpu()
        return float((small - wanted).square().mean())

    def picture(self) -> Tensor:
        return self._made(self.numbers)

    def _made(self, numbers: dict[str, Tensor]) -> Tensor:
        made = self._network(numbers["noise"], numbers["classes"].softmax(1), TRUNCATION)
        return (made + 1) / 2

    def keep(self) -> None:
        self.numbers["noise"].clamp_(-FARTHEST, FARTHEST)


@cache
def _network(folder: str) -> Any:
    from pytorch_pretrained_biggan import BigGAN  # pyright: ignore[reportMissingImports]

    return BigGAN.from_pretrained(folder).eval().requires_grad_(False)


WEIGHTS = Weights(
    "PENGUESS_BIGGAN", "pytorch_pretrained_biggan", ("pytorch_model.bin", "config.json")
)
# As large as the one of 128 pixels, a network of random weights takes 0.57 s of a core for a step;
# one by gradient takes 16 ms.
WAY = Way(lambda commission, _: BigGan(commission), 250, load=lambda *_: 36.0, weights=WEIGHTS)
