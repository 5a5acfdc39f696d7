"""Tasks that go on by themselves: held on to, so that none is lost, and ended together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


class TaskSet:
    """Tasks under way; asyncio itself holds none of them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __iter__(self) -> Iterator[asyncio.Task[Any]]:
        return iter(tuple(self._tasks))

    def start(self, work: Coroutine[Any, Any, T], name: str | None = None) -> asyncio.Task[T]:
        """Let something go on by itself until it is done."""
        task = asyncio.create_task(work, name=name)
        self.hold(task)
        return task

    def hold(self, task: asyncio.Task[Any]) -> None:
        """Take in a task that was started elsewhere."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def wait(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Until all are done, or for so many seconds."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout)

    def cancel(self) -> None:
        for task in self:
            task.cancel()

    async def end(self) -> None:
        """Cancel all that are under way, and wait until they have ended."""
        self.cancel()
        await asyncio.gather(*self, return_exceptions=True)
