"""Time as a test decides it."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.playground.model.clock import Clock

T = TypeVar("T")


class MovedClock:
    """The seconds of time.monotonic, and those by which a test has put it forward."""

    def __init__(self) -> None:
        self.moved = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.moved


class StandingClock(Clock):
    """A playground's clock that only `advance` moves."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.time()

    def now(self) -> float:
        return self._began + self._moved


class _Skipping(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    """Waits for nothing: the time that a loop would have slept has passed at once."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        assert timeout is not None, "everybody waits for something that never comes"
        self.now += max(0.0, timeout)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)

    def time(self) -> float:
        return self._skipping.now


def in_no_time(work: Coroutine[Any, Any, T]) -> T:
    """Run what only sleeps and computes: computing takes no time on the loop's clock, sleeping
    exactly what it was told to, and neither takes any of ours."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)
