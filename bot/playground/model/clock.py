"""Time that tests can move: every rule with a deadline asks this clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class Timer:
    """One call in the future, made by `Clock.call_later`."""

    def __init__(self, clock: Clock, due: float, call: Callable[[], None]) -> None:
        self._clock = clock
        self._call = call
        self.due = due
        self._handle: asyncio.TimerHandle | None = None
        self.arm()

    def arm(self) -> None:
        """Wait for what is left, which is nothing once the clock was moved past `due`."""
        if self._handle is not None:
            self._handle.cancel()
        left = max(0.0, self.due - self._clock.now())
        self._handle = asyncio.get_running_loop().call_later(left, self._fire)

    def cancel(self) -> None:
        self._clock.timers.discard(self)
        if self._handle is not None:
            self._handle.cancel()

    def _fire(self) -> None:
        self._clock.timers.discard(self)
        self._call()


class Clock:
    """Seconds since the epoch, as the wall clock has them plus what `advance` added."""

    def __init__(self) -> None:
        self._moved = 0.0
        self.timers: set[Timer] = set()

    def now(self) -> float:
        return time.time() + self._moved

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`; timers that fall due fire in the next turn of the loop."""
        if seconds < 0:
            raise ValueError("time moves forward only")
        self._moved += seconds
        for timer in list(self.timers):
            timer.arm()

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        timer = Timer(self, self.now() + seconds, call)
        self.timers.add(timer)
        return timer

    def close(self) -> None:
        """Forget every timer."""
        for timer in list(self.timers):
            timer.cancel()
