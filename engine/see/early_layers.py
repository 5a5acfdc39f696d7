"""What an image tower finds in its first layers: edges, corners, textures, and not yet things.

Which layers these are is found by showing the tower a picture, so that any tower will do: in
towers of convolutions they are the last maps of each of the first sizes, in transformers the tokens
of the first blocks. What comes after them is not computed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

STRIDES = (2, 4, 8)
"""Of the maps that are taken, in pixels of the picture."""
BLOCKS = 3
"""Of a transformer, from its first one."""


class _Enough(Exception):
    """The last of the layers that are wanted has been computed."""


class EarlyLayers:
    """The first layers of a tower, for pictures of one size."""

    def __init__(self, tower: nn.Module, look: Callable[[Tensor], object], side: int) -> None:
        """look: has the tower look at pictures (N, 3, side, side)."""
        self._look = look
        self._layers: list[nn.Module] = _found(tower, look, side)

    def __call__(self, pictures: Tensor) -> list[Tensor]:
        """What each layer finds, (N, places, channels) in float32; differentiable in the pictures
        (N, 3, side, side)."""
        found: dict[int, Tensor] = {}

        def keep(number: int) -> Callable[[nn.Module, Any, Any], None]:
            def hook(_: nn.Module, __: Any, given: Any) -> None:
                found[number] = given
                if len(found) == len(self._layers):
                    raise _Enough

            return hook

        hooks = [
            layer.register_forward_hook(keep(number)) for number, layer in enumerate(self._layers)
        ]
        try:
            self._look(pictures)
        except _Enough:
            pass
        finally:
            for hook in hooks:
                hook.remove()
        return [_places(found[number]) for number in range(len(self._layers))]


@torch.no_grad()
def _found(tower: nn.Module, look: Callable[[Tensor], object], side: int) -> list[nn.Module]:
    """The layers that are wanted, in the order in which they are computed."""
    maps: dict[int, nn.Module] = {}  # by stride, the last one
    blocks: list[nn.Module] = []
    in_lists = {
        block
        for some in tower.modules()
        if isinstance(some, nn.ModuleList | nn.Sequential)
        for block in some.children()
    }

    def note(layer: nn.Module, _: Any, given: Any) -> None:
        if not isinstance(given, Tensor):
            return
        if given.ndim == 4 and given.shape[2] == given.shape[3] and given.shape[2] > 1:
            maps[round(side / given.shape[2])] = layer
        elif given.ndim == 3 and layer in in_lists and any(True for _ in layer.children()):
            blocks.append(layer)

    hooks = [layer.register_forward_hook(note) for layer in tower.modules()]
    try:
        look(torch.zeros(1, 3, side, side))
    finally:
        for hook in hooks:
            hook.remove()
    taken: Sequence[nn.Module] = [maps[stride] for stride in STRIDES if stride in maps]
    # Of a transformer there is one map at most, in which no patch knows of another yet.
    return blocks[:BLOCKS] if blocks and len(taken) < 2 else list(taken)


def _places(given: Tensor) -> Tensor:
    """(N, C, H, W), or tokens (N, L, C), as (N, places, C)."""
    return (given.flatten(2).transpose(1, 2) if given.ndim == 4 else given).float()
