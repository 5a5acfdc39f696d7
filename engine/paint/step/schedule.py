"""What changes with a painting's step, as tables on the device, and which step each restart is at.

A step of a GPU must not wait for the host, nor read from it. So views and learning rates of all
steps that are left are put there once, a row a step, and what says which row comes next is there
too. On a CPU it is the same, and costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from engine.paint.painting import Painting, Restart

HORIZON = 256  # steps that the tables hold; then they are made anew


class Schedule:
    """Rates and views of restarts, each at its own step. `next` moves all of them on."""

    def __init__(
        self,
        restarts: Sequence[Restart],
        paintings: Sequence[Painting],
        side: int,
        device: torch.device,
    ) -> None:
        """paintings: that each of the restarts belongs to. side: of the canvas in pixels."""
        left = [max(1, min(painting.spec.steps - painting.step, HORIZON)) for painting in paintings]
        lasts = torch.tensor(left).cumsum(0) - 1
        firsts = lasts + 1 - torch.tensor(left)
        self._row, self._last = firsts.to(device), lasts.to(device)
        of_steps = [
            range(painting.step, painting.step + n)
            for painting, n in zip(paintings, left, strict=True)
        ]
        fade = torch.tensor(
            [
                painting.preset.schedule(step / painting.spec.steps)
                for painting, steps in zip(paintings, of_steps, strict=True)
                for step in steps
            ]
        )
        points, widths, colours = (
            torch.tensor([painting.rates for painting in paintings])
            .repeat_interleave(torch.tensor(left), 0)
            .unbind(1)
        )
        counts = torch.tensor([step + 1.0 for steps in of_steps for step in steps])
        table = torch.stack((points * side * fade, widths * side * fade, colours, counts), 1)
        self._rates = table.to(device)
        self._groups = _groups(restarts, of_steps, firsts, device)

    def rates(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(B,) each: of points and widths, in pixels, of colours; and the steps after this one."""
        points, widths, colours, steps = self._rates.index_select(0, self._row).unbind(1)
        return points, widths, colours, steps

    def views(self) -> list[tuple[Tensor | None, Tensor]]:
        """The next views of restarts that are seen equally often, in the order of `viewers`.

        Each: which restarts (N,), or None for all in their order, and matrices (N, V, 3, 3).
        """
        return [group.views(self._row) for group in self._groups]

    @property
    def viewers(self) -> Tensor:
        """(V,) on the CPU: the restart that each of all views belongs to; a restart's follow each
        other."""
        return torch.cat([group.viewers for group in self._groups])

    def next(self) -> None:
        """Go on to the next step, in place; whoever is at its last one stays there."""
        torch.minimum(self._row + 1, self._last, out=self._row)


class _Group:
    """Restarts that are seen by as many views each."""

    def __init__(
        self,
        members: Sequence[int],
        views: Sequence[Tensor],
        firsts: Tensor,
        count: int,
        device: torch.device,
    ) -> None:
        chosen = torch.tensor(members)
        lengths = torch.tensor([len(some) for some in views])
        shift = firsts[chosen] - (lengths.cumsum(0) - lengths)
        self._table = torch.cat(list(views)).to(device)  # (steps of all members, V, 3, 3)
        self._members = None if len(members) == count else chosen.to(device)
        self._shift = shift.to(device)
        self.viewers = chosen.repeat_interleave(self._table.shape[1])

    def views(self, row: Tensor) -> tuple[Tensor | None, Tensor]:
        rows = row if self._members is None else row.index_select(0, self._members)
        return self._members, self._table.index_select(0, rows - self._shift)


def _groups(
    restarts: Sequence[Restart], of_steps: Sequence[range], firsts: Tensor, device: torch.device
) -> list[_Group]:
    by_count: dict[int, list[int]] = {}
    for i, restart in enumerate(restarts):
        by_count.setdefault(restart.views.shape[1], []).append(i)

    def views(i: int) -> Tensor:
        """Of a restart's steps that are left; without augmentation all are alike."""
        steps = torch.arange(of_steps[i].start, of_steps[i].stop)
        return restarts[i].views[steps.clamp_max(len(restarts[i].views) - 1)]

    return [
        _Group(members, [views(i) for i in members], firsts, len(restarts), device)
        for members in by_count.values()
    ]


def until(painting: Painting) -> int:
    """Steps until something is to be decided about it: which restart goes on, or its end."""
    due = [painting.steps]
    if any(len(part.restarts) > 1 for part in painting.parts) and painting.preset.trial < 1:
        due.append(max(math.ceil(painting.preset.trial * painting.spec.steps), painting.step + 1))
    return max(1, min(due) - painting.step)
