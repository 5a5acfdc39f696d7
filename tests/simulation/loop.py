"""Event loops on one virtual time, each a process that can be killed between any two awaits.

Nothing here waits, and no thread runs: what would have waited has waited at once, and what would
have run in a thread runs when a virtual thread would have come to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import logging
import random
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from tests.simulation.chance import Time

_SLOW_DISK = 0.01  # of all calls in threads
_CALLBACK = 1e-6  # seconds that each takes, so that time goes on whatever is computed


class VirtualLoop(asyncio.BaseEventLoop):
    """The loop of one process. alive: not killed; run: how many callbacks have run."""

    # Of asyncio's own loop.
    _ready: deque[asyncio.Handle]
    _scheduled: list[asyncio.TimerHandle]
    _timer_cancelled_count: int

    def __init__(self, time: Time, chance: random.Random) -> None:
        super().__init__()
        self._virtual = time
        self._chance = chance
        self._free: dict[int, float] = {}  # when a thread has done what it was given
        self.alive = True
        self.run = 0

    def time(self) -> float:
        return self._virtual.now

    def _process_events(self, event_list: Any) -> None:
        pass

    def _write_to_self(self) -> None:
        pass

    def next(self) -> float | None:
        """When there is something to do; None for never."""
        if self._ready:
            return self._virtual.now
        while self._scheduled and self._scheduled[0]._cancelled:
            heapq.heappop(self._scheduled)._scheduled = False
            self._timer_cancelled_count -= 1
        return self._scheduled[0]._when if self._scheduled else None

    def turn(self) -> None:
        """Run one callback that is due, if there is any."""
        while self._scheduled and self._scheduled[0]._when <= self._virtual.now:
            handle = heapq.heappop(self._scheduled)
            handle._scheduled = False
            self._ready.append(handle)
        if not self._ready:
            return
        handle = self._ready.popleft()
        if handle._cancelled:
            return
        self.run += 1
        self._virtual.now += _CALLBACK
        asyncio._set_running_loop(self)
        try:
            handle._run()
        finally:
            asyncio._set_running_loop(None)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Whatever a killed process would have said, it does not say."""
        if self.alive:
            super().call_exception_handler(context)

    def run_in_executor(
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """A thread takes it when it has done all before it, and is heard of some time later; so
        a process may be killed before it is done, and when it is done and nobody knows."""
        future: asyncio.Future[Any] = self.create_future()
        took = self._chance.uniform(0.0002, 0.004)
        if self._chance.random() < _SLOW_DISK:
            took = self._chance.uniform(0.1, 3.0)
        begins = max(self.time(), self._free.get(id(executor), 0.0) if executor else 0.0)
        ends = begins + took
        self._free[id(executor)] = ends

        def work() -> None:
            try:
                outcome, failed = func(*args), False
            except Exception as error:  # noqa: BLE001 - handed on
                outcome, failed = error, True
            self.call_at(ends, tell, outcome, failed)

        def tell(outcome: Any, failed: bool) -> None:
            if future.done():
                return
            if failed:
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

        self.call_at(begins + took * self._chance.random(), work)
        return future

    def kill(self) -> None:
        """End as by SIGKILL: nothing runs any more, and what is left of it is thrown away."""
        running = asyncio._get_running_loop()
        asyncio._set_running_loop(None)  # no `except` or `finally` may go on in another's loop
        self.alive = False
        logging.disable()  # whatever is said now was never said
        left = [task for task in asyncio.all_tasks(self) if not task.done()]
        self._ready.clear()
        self._scheduled.clear()
        self._closed = True
        for task in left:
            task._log_destroy_pending = False  # type: ignore[attr-defined]
            coroutine: Any = task.get_coro()
            # A killed process runs no `finally`; here they run to no effect, as the loop is closed.
            with contextlib.suppress(BaseException):
                coroutine.close()
        logging.disable(logging.NOTSET)
        asyncio._set_running_loop(running)


class Universe:
    """All processes, run one callback at a time in the order of virtual time."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.loops: list[VirtualLoop] = []

    def add(self, loop: VirtualLoop) -> VirtualLoop:
        self.loops.append(loop)
        return loop

    def remove(self, loop: VirtualLoop) -> None:
        self.loops.remove(loop)

    def step(self) -> bool:
        """Run the next callback. Returns whether there was one."""
        best: VirtualLoop | None = None
        when = float("inf")
        for loop in self.loops:
            due = loop.next()
            if due is not None and due < when:
                best, when = loop, due
        if best is None:
            return False
        self.time.now = max(self.time.now, when)
        best.turn()
        return True

    def start(self, loop: VirtualLoop, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start a task in a loop, from anywhere."""
        return loop.create_task(work)
