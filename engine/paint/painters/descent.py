"""Gradient descent on the numbers that a picture is made of: its pixels, or what a network turns
into pixels. The critic and its views are the same as for strokes; there are no strokes.
"""

from __future__ import annotations

import io
from abc import abstractmethod

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate

from engine.canvas.drawing import Drawing
from engine.canvas.patch import Patch
from engine.canvas.render import to_image
from engine.paint.painters.way import Commission, Pause, Work
from engine.paint.views import PAPER, homographies, identity, look

VIEWS = 8

_QUALITY = 95  # of the JPEG: what was painted pixel by pixel is noise, which PNG keeps as such


class Descent(Work):
    """A picture under way, which `numbers` stand for; `random` is where its chance comes from."""

    def __init__(self, commission: Commission, rate: float) -> None:
        """rate: Adam's, for all numbers."""
        super().__init__(commission)
        self.random = torch.Generator().manual_seed(self.spec.seed)
        device = commission.critic.device
        self.numbers = {
            name: values.to(device).requires_grad_() for name, values in self.begun().items()
        }
        self._adam = torch.optim.Adam(list(self.numbers.values()), lr=rate)

    @abstractmethod
    def begun(self) -> dict[str, Tensor]:
        """The numbers to begin with, by name."""

    @abstractmethod
    def picture(self) -> Tensor:
        """What the numbers stand for, (1, 3, S, S) in [0, 1], with gradients."""

    @abstractmethod
    def keep(self) -> None:
        """Bring numbers back in place that have left their bounds; without gradients."""

    def shown(self) -> Tensor:
        """The picture with no more pixels than the critic's, (1, 3, S, S): views take single ones
        and would lose those between."""
        image, most = self.picture(), self.commission.critic.image_size
        if image.shape[-1] <= most:
            return image
        return interpolate(image, (most, most), mode="bilinear", antialias=True)

    def advance(self, pause: Pause) -> None:
        critic = self.commission.critic
        views = homographies(self.random, VIEWS, PAPER) if self.spec.augment else identity(1)
        image = self.shown()
        pause()
        paper = torch.ones(1, 3, device=image.device)
        seen = look(image, views[None], paper, critic.view_size)[0]
        cosines = critic.encode_images(seen) @ self.target
        self._adam.zero_grad()
        (-cosines.sum()).backward()
        self._adam.step()
        with torch.no_grad():
            self.keep()
        self.score = float(cosines.detach().mean())

    @torch.no_grad()
    def drawing(self) -> Drawing:
        """The picture as a drawing without strokes."""
        values = self.picture()[0].permute(1, 2, 0).cpu().numpy()
        pixels = (values * 255).round().astype(np.uint8)
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "JPEG", quality=_QUALITY, subsampling=0)
        side = float(len(pixels))
        patch = Patch(out.getvalue(), (side, 0.0, 0.0, side, 0.0, 0.0))
        return Drawing(int(side), int(side), patches=(patch,))

    def arrays(self) -> dict[str, np.ndarray]:
        kept: dict[str, Tensor] = {"random": self.random.get_state()}
        for name, values in self.numbers.items():
            kept[name] = values.detach()
            state = self._adam.state.get(values, {})
            kept |= {f"{name}.{moment}": moments for moment, moments in state.items()}
        return {name: values.cpu().numpy().copy() for name, values in kept.items()}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        kept = {name: torch.from_numpy(values.copy()) for name, values in arrays.items()}
        self.random.set_state(kept["random"])
        for name, values in self.numbers.items():
            with torch.no_grad():
                values.copy_(kept[name])
            for key, moments in kept.items():
                of, _, moment = key.partition(".")
                if of == name and moment:
                    # Adam counts its steps on the host.
                    where = "cpu" if moment == "step" else values.device
                    self._adam.state[values][moment] = moments.to(where)


def pixels_of(drawing: Drawing, side: int) -> Tensor:
    """A drawing as a picture (1, 3, side, side) in [0, 1], all of it in a square."""
    fitted = to_image(drawing.fitted(side), side)
    return torch.from_numpy(np.asarray(fitted, np.float32) / 255).permute(2, 0, 1)[None]
