"""How far restarts have come and how well they do, kept on the device until somebody asks.

A painting whose score gains nothing more is done. On a GPU the host learns that some steps later;
so the painting is at rest from that very step on, and what is painted does not depend on when the
host looks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from engine.paint.painting import GAIN, Painting, Restart


class Progress:
    """Of the restarts of a batch: score, its highest, steps since it gained GAIN, steps taken.

    moving: (B,) 1 for those that are still painted, 0 for those at rest.
    """

    def __init__(
        self, restarts: Sequence[Restart], paintings: Sequence[Painting], device: torch.device
    ) -> None:
        """paintings: that each of the restarts belongs to."""
        # As Python's own numbers, where the device has them.
        kind = torch.float32 if device.type == "mps" else torch.float64

        def numbers(values: Sequence[float]) -> Tensor:
            return torch.tensor(values, dtype=kind).to(device)

        distinct = list(dict.fromkeys(map(id, paintings)))
        self._work = torch.tensor([distinct.index(id(painting)) for painting in paintings]).to(
            device
        )
        self._count = len(distinct)
        self._patience = numbers([_patience(painting) for painting in paintings])
        self._score = numbers([restart.score for restart in restarts])
        self._highest = numbers([restart.highest for restart in restarts])
        self._idle = numbers([restart.idle for restart in restarts])
        self._taken = numbers([0.0] * len(restarts))
        self.moving = torch.ones(len(restarts)).to(device)

    @torch.no_grad()
    def observe(self, scores: Tensor) -> None:
        """A step has given these scores (B,); those at rest stay as they are. In place."""
        new, on = scores.to(self._score.dtype), self.moving > 0
        smooth = torch.where(self._score.isnan(), new, 0.8 * self._score + 0.2 * new)
        gained = smooth > self._highest + GAIN
        idle = torch.where(gained, 0.0, self._idle + 1)
        self._highest.copy_(torch.where(on & gained, smooth, self._highest))
        self._score.copy_(torch.where(on, smooth, self._score))
        self._idle.copy_(torch.where(on, idle, self._idle))
        self._taken.add_(self.moving)
        # A painting rests when all of its restarts are idle.
        waits = (self._idle < self._patience).to(self._taken.dtype)
        busy = waits.new_zeros(self._count).index_add_(0, self._work, waits)
        self.moving.mul_(busy.index_select(0, self._work) > 0)

    @property
    def numbers(self) -> Tensor:
        """(4, B): what `tell` takes, to be brought to the host."""
        return torch.stack((self._score, self._highest, self._idle, self._taken))


def tell(numbers: Tensor, restarts: Sequence[Restart]) -> list[int]:
    """Let restarts know what Progress.numbers, on the CPU, says; the steps that each has taken."""
    scores, highest, idle, taken = numbers.tolist()
    for i, restart in enumerate(restarts):
        restart.score, restart.highest, restart.idle = scores[i], highest[i], int(idle[i])
    return [int(steps) for steps in taken]


def _patience(painting: Painting) -> float:
    """Idle steps that a painting has; only once each part has one restart left."""
    settled = len(painting.restarts) == len(painting.parts)
    return float(painting.preset.patience or math.inf) if settled else math.inf
