"""Where the time of a step goes."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence

import torch

from engine.device import Moment, moment

Marks = list[tuple[str, Moment, Moment]]
"""Stages, each with its first and last moment on a device."""


class Stopwatch:
    """Adds up seconds by stage: each `mark` books the time since the last one under a name.

    The times are those of the calling thread. On a CUDA device, which works on by itself, they are
    the device's own: `take` what has been marked, and `book` it when the device has come there.
    """

    def __init__(self, device: torch.device | None = None) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._device = device if device is not None and device.type == "cuda" else None
        self._marks: Marks = []
        self.start()

    def another(self) -> Stopwatch:
        """One that measures a part of what this one does: itself, where the device is what is
        timed."""
        return self if self._device else Stopwatch()

    def start(self) -> None:
        """Begin now; what lies before belongs to no stage."""
        if self._device:
            self._since = moment(self._device)
        else:
            self._last = time.perf_counter()

    def mark(self, stage: str) -> None:
        """Book the time since the last start or mark under `stage`."""
        if self._device:
            now = moment(self._device)
            self._marks.append((stage, self._since, now))
            self._since = now
        else:
            at = time.perf_counter()
            self.seconds[stage] += at - self._last
            self._last = at

    def divide(self, others: Sequence[Stopwatch]) -> None:
        """Book the time since the last start or mark under the stages of stopwatches that ran
        side by side meanwhile, in proportion to what these have booked."""
        if self._device:
            return  # `another` gave itself
        now = time.perf_counter()
        passed, self._last = now - self._last, now
        booked = [item for other in others for item in other.seconds.items()]
        total = sum(seconds for _, seconds in booked)
        for stage, seconds in booked:
            self.seconds[stage] += passed * seconds / total

    def take(self) -> Marks:
        """What has been marked on a device and not been booked."""
        marks, self._marks = self._marks, []
        return marks

    def book(self, marks: Marks) -> float:
        """Book what was taken, when the device has come to its end; the seconds of all of it."""
        total = 0.0
        for stage, first, last in marks:
            seconds = first.elapsed_time(last) / 1e3
            self.seconds[stage] += seconds
            total += seconds
        return total

    def clear(self) -> None:
        self.seconds.clear()
