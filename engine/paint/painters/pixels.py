"""Gradient descent on pixels: the baseline of CLIPDraw's Table 1, without any strokes.

The same critic and the same views as for strokes, and nothing that holds the picture together
(Frans, Soros, Witkowski 2022, section 4): what comes of it scores high and looks like noise.
"""

from __future__ import annotations

import io

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.canvas.patch import Patch
from engine.canvas.render import to_image
from engine.paint.painters.way import Commission, Pause, Way, Work
from engine.paint.views import PAPER, homographies, identity, look

VIEWS = 8
RATE = 0.02  # Adam's, in the unit of a pixel's value

_QUALITY = 95  # of the JPEG: pixels that were painted one by one are noise, which PNG keeps as such


class Pixels(Work):
    """A picture under way: `image` is (1, 3, S, S), each value in [0, 1]."""

    def __init__(self, commission: Commission) -> None:
        super().__init__(commission)
        side, device = commission.critic.image_size, commission.critic.device
        self._random = torch.Generator().manual_seed(self.spec.seed)
        image = torch.rand(1, 3, side, side, generator=self._random)
        if commission.start is not None:
            fitted = to_image(commission.start.fitted(side), side)
            image = torch.from_numpy(np.asarray(fitted, np.float32) / 255).permute(2, 0, 1)[None]
        self.image = image.to(device).requires_grad_()
        self._adam = torch.optim.Adam([self.image], lr=RATE)

    def advance(self, pause: Pause) -> None:
        critic = self.commission.critic
        views = homographies(self._random, VIEWS, PAPER) if self.spec.augment else identity(1)
        paper = torch.ones(1, 3, device=self.image.device)
        seen = look(self.image, views[None], paper, critic.view_size)[0]
        cosines = critic.encode_images(seen) @ self.target
        self._adam.zero_grad()
        (-cosines.sum()).backward()
        self._adam.step()
        with torch.no_grad():
            self.image.clamp_(0, 1)
        self.score = float(cosines.detach().mean())

    def drawing(self) -> Drawing:
        return _sheet(self.image)

    def arrays(self) -> dict[str, np.ndarray]:
        kept = {"image": self.image.detach(), "random": self._random.get_state()}
        kept |= self._adam.state.get(self.image, {})
        return {name: values.cpu().numpy().copy() for name, values in kept.items()}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        kept = {name: torch.from_numpy(values.copy()) for name, values in arrays.items()}
        self._random.set_state(kept.pop("random"))
        with torch.no_grad():
            self.image.copy_(kept.pop("image"))
        for name, values in kept.items():
            # Adam counts its steps on the host.
            where = "cpu" if name == "step" else self.image.device
            self._adam.state[self.image][name] = values.to(where)


def _sheet(image: Tensor) -> Drawing:
    """The picture as a drawing without strokes."""
    values = (image.detach()[0].permute(1, 2, 0).cpu().numpy() * 255).round().astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(values).save(out, "JPEG", quality=_QUALITY, subsampling=0)
    side = float(len(values))
    patch = Patch(out.getvalue(), (side, 0.0, 0.0, side, 0.0, 0.0))
    return Drawing(int(side), int(side), patches=(patch,))


# Rasteriser and strokes fall away; eight views are looked at instead of five.
WAY = Way(lambda commission, _: Pixels(commission), steps=250, load=lambda *_: 1.6)
