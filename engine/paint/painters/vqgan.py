"""VQGAN under CLIP's guidance: a baseline of CLIPDraw's Table 1.

The codes of a quantising autoencoder (Esser, Rombach, Ommer 2021) are moved by gradient, straight
through the choice of the nearest code (Crowson et al. 2022). Its weights are not ours to give:
`PENGUESS_VQGAN` names a folder with them, as diffusers' VQModel reads it. Nobody here had any, so
numbers such as the rate are untried but for a small network of random weights.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor

from engine.paint.painters.descent import Descent, pixels_of
from engine.paint.painters.way import Commission, Way, Weights

RATE = 0.1  # Adam's
SIDE = 256  # pixels, of the picture: what such networks are taught with


class VqGan(Descent):
    """A picture under way: `codes` are (1, C, H, W), each of them to be rounded to the nearest."""

    def __init__(self, commission: Commission) -> None:
        self._network = WEIGHTS.read(_network).to(commission.critic.device)
        self._book: Tensor = self._network.quantize.embedding.weight  # (N, C)
        super().__init__(commission, RATE)

    def begun(self) -> dict[str, Tensor]:
        if (start := self.commission.start) is not None:
            with torch.no_grad():
                image = pixels_of(start, SIDE).to(self._book.device)
                return {"codes": self._network.encode(2 * image - 1).latents}
        side = SIDE // 2 ** (len(self._network.config.block_out_channels) - 1)
        chosen = torch.randint(len(self._book), (side * side,), generator=self.random)
        codes = self._book[chosen.to(self._book.device)].reshape(1, side, side, -1)
        return {"codes": codes.permute(0, 3, 1, 2).contiguous()}

    def picture(self) -> Tensor:
        made = self._network.decode(self.numbers["codes"]).sample
        return ((made + 1) / 2).clamp(0, 1)

    def keep(self) -> None:
        low, high = (bound[:, None, None] for bound in self._book.aminmax(dim=0))
        self.numbers["codes"].clamp_(low, high)


@cache
def _network(folder: str) -> Any:
    from diffusers import VQModel  # pyright: ignore[reportMissingImports]

    network = VQModel.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, low_cpu_mem_usage=False
    )
    return network.eval().requires_grad_(False)


WEIGHTS = Weights(
    "PENGUESS_VQGAN", "diffusers", ("diffusion_pytorch_model.safetensors", "config.json")
)
# As large as the authors' with 16 × 16 codes, a network of random weights takes 3.8 s of a core for
# a step; one by gradient takes 16 ms.
WAY = Way(lambda commission, _: VqGan(commission), 250, load=lambda *_: 240.0, weights=WEIGHTS)
