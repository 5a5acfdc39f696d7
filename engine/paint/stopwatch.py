"""Where the time of a step goes."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence


class Stopwatch:
    """Adds up seconds by stage: each `mark` books the time since the last one under a name.

    The times are those of the calling thread; on CUDA, painting that is only queued is booked to
    whoever waits for it.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._last = time.perf_counter()

    def start(self) -> None:
        """Begin now; what lies before belongs to no stage."""
        self._last = time.perf_counter()

    def mark(self, stage: str) -> None:
        """Book the time since the last start or mark under `stage`."""
        now = time.perf_counter()
        self.seconds[stage] += now - self._last
        self._last = now

    def divide(self, others: Sequence[Stopwatch]) -> None:
        """Book the time since the last start or mark under the stages of stopwatches that ran
        side by side meanwhile, in proportion to what these have booked."""
        now = time.perf_counter()
        passed, self._last = now - self._last, now
        booked = [item for other in others for item in other.seconds.items()]
        total = sum(seconds for _, seconds in booked)
        for stage, seconds in booked:
            self.seconds[stage] += passed * seconds / total

    def clear(self) -> None:
        self.seconds.clear()
