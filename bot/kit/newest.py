"""The newest wins: of values that come quickly, only the newest of each key is handed on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Newest(Generic[K, V]):
    """Hands values on, one of a key at a time, at most one in `pause` seconds.

    A value that comes before the last one was handed on takes the place of any that waits.
    start: runs the work as a task, and is told of its failures.
    """

    def __init__(
        self,
        hand_on: Callable[[K, V], Awaitable[None]],
        pause: float,
        start: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._hand_on = hand_on
        self._pause = pause
        self._start = start
        self._waiting: dict[K, V] = {}
        self._busy: set[K] = set()

    def put(self, key: K, value: V) -> None:
        """Hand a value on as soon as its time has come, unless a newer one comes first."""
        self._waiting[key] = value
        if key not in self._busy:
            self._busy.add(key)
            self._start(self._run(key))

    def drop(self, key: K) -> None:
        """Forget what waits."""
        self._waiting.pop(key, None)

    async def _run(self, key: K) -> None:
        try:
            while key in self._waiting:
                await self._hand_on(key, self._waiting.pop(key))
                await asyncio.sleep(self._pause)
        finally:
            self._busy.discard(key)
            self._waiting.pop(key, None)
