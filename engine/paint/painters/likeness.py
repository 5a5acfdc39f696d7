"""How much pictures resemble what they are to be, by random views of them: for painters that step
their own strokes."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.paint.presets import HOUSE
from engine.paint.views import homographies, identity, look
from engine.see.critic import Critic


def likeness(
    critic: Critic,
    images: Tensor,
    targets: Tensor,
    random: torch.Generator,
    views: int = HOUSE.views,
    ground: Tensor | None = None,
) -> Tensor:
    """Mean cosine of each picture to its target over so many views, (N,), with gradients.

    targets: unit vectors (N, D). The rest as for `looked_at`.
    """
    vectors = looked_at(critic, images, random, views, ground)
    return (vectors * targets[:, None]).sum(-1).mean(1)


def looked_at(
    critic: Critic,
    images: Tensor,
    random: torch.Generator,
    views: int = HOUSE.views,
    ground: Tensor | None = None,
) -> Tensor:
    """What the critic sees in so many views of each picture: unit vectors (N, V, D).

    images: (N, 3, S, S). views: 0 looks at each picture as it is. ground: (N, 3), what lies around
    them; white without.
    """
    count = len(images)
    seen_from = homographies(random, count * views, HOUSE.look) if views else identity(count)
    if ground is None:
        ground = images.new_ones(count, 3)
    matrices = seen_from.reshape(count, -1, 3, 3)
    seen = look(images, matrices, ground, critic.view_size).flatten(0, 1)
    return critic.encode_images(seen).unflatten(0, (count, -1))
