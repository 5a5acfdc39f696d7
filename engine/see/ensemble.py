"""Several models as one judge, with weights: a drawing that fools one rarely fools two.

Vectors are put behind each other, each model's times the root of its weight. The dot product of
two such vectors is then the weighted mean of the models' cosines, so whoever compares vectors
need not know how many models there are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from engine import device as devices
from engine.see import critic
from engine.see.critic import Critic, ModelUnavailable


def load(
    name: str = critic.POCKET, device: str | torch.device | None = None, *, compiled: bool = False
) -> Critic:
    """One critic, or several: `pocket+ViT-B-32:openai*0.5`; a model's weight is 1 if not given.

    device, compiled: as for critic.load; all members are on the same device.

    Raises ModelUnavailable or DeviceUnavailable, with what to do.
    """
    names = [name] if Path(name).is_dir() else name.split("+")
    if not isinstance(device, torch.device):
        device = devices.choose(device, name)
    if len(names) == 1 and "*" not in name:
        return critic.load(name, device, compiled=compiled)
    members, weights = [], []
    for part in names:
        model, _, weight = part.partition("*")
        weights.append(_weight(weight, part))
        members.append(critic.load(model, device, compiled=compiled))
    return Ensemble(name, members, weights)


def _weight(text: str, part: str) -> float:
    try:
        weight = float(text or 1)
    except ValueError:
        weight = math.nan
    if not (math.isfinite(weight) and weight > 0):
        raise ModelUnavailable(f"{part!r}: a weight is a number above 0, as in 'pocket*0.5'")
    return weight


class Ensemble(Critic):
    """Critics that judge together. `load` makes them."""

    def __init__(self, name: str, members: Sequence[Critic], weights: Sequence[float]) -> None:
        self.name = name
        if any(member.namer is not member for member in members):
            self._namer = Ensemble(name, [member.namer for member in members], weights)
        self.image_size = max(member.image_size for member in members)
        self.templates = tuple(dict.fromkeys(t for m in members for t in m.templates))
        self.device = members[0].device
        self.dtype = members[0].dtype
        self._members = members
        total = sum(weights)
        self._weights = [weight / total for weight in weights]

    @property
    def scale(self) -> float:
        """The members' factors before the softmax, averaged by weight."""
        return sum(w * m.scale for w, m in zip(self._weights, self._members, strict=True))

    def encode_images(self, images: Tensor) -> Tensor:
        """As Critic.encode_images; each member sees the pictures in its own size."""
        vectors = [member.encode_images(_resized(images, member)) for member in self._members]
        return self._joined(vectors)

    def early(self, images: Tensor) -> list[Tensor]:
        """As Critic.early: the first layers of all members."""
        found = [member.early(_resized(images, member)) for member in self._members]
        return [layer for layers in found for layer in layers]

    @torch.no_grad()
    def encode_text(self, texts: Sequence[str], templates: Sequence[str] = ()) -> Tensor:
        """As Critic.encode_text; each member uses those of the templates that are its own."""
        vectors = []
        for member in self._members:
            own = [template for template in templates if template in member.templates]
            vectors.append(member.encode_text(texts, own))
        return self._joined(vectors)

    def _joined(self, vectors: Sequence[Tensor]) -> Tensor:
        parts = [math.sqrt(w) * v for w, v in zip(self._weights, vectors, strict=True)]
        return torch.cat(parts, dim=1)


def _resized(images: Tensor, member: Critic) -> Tensor:
    side = member.image_size
    if images.shape[-1] == side:
        return images
    return F.interpolate(images, (side, side), mode="bilinear", antialias=True)
