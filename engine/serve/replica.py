"""One painter of several, in a process of its own: a worker whose reports are streamed to a caller.

This is the side of cluster.py that runs on the machines; Ray Serve makes and replaces it. It
needs no more of Ray than that, so it is tested without.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from typing import TypeVar

from engine.paint.painter import Painter
from engine.see.critic import Critic
from engine.serve.worker import CapacityChanged, Ended, Job, Ready, Report, Stepped, Unable, Worker

T = TypeVar("T")

SAVE_EVERY = 10  # steps between checkpoints: with the last one lost on its way none is over 20 old


class Broken(RuntimeError):
    """The painting thread has ended by an error; nothing is painted here any more."""


class Replica:
    """Paints for callers elsewhere. It is made within an event loop, and belongs to it.

    load, threads: see Worker. A painter that cannot be made for a reason that says what to do
    (ValueError, OSError) is told by `tell`; for any other reason the replica cannot be made.
    """

    def __init__(self, load: Callable[[], Painter], threads: int | None) -> None:
        self._loop = asyncio.get_running_loop()
        self._streams: dict[str, asyncio.Queue[Report]] = {}
        self._wanted = 0
        first: Future[Report] = Future()

        def report(report: Report) -> None:
            if first.done():
                self._loop.call_soon_threadsafe(self._hand_out, report)
            else:
                first.set_result(report)

        self._worker = Worker(load, report, threads, SAVE_EVERY)
        self._worker.start()
        self._state = first.result()
        match self._state:
            case Unable(error) if not isinstance(error, ValueError | OSError):
                raise error

    async def paint(self, job: Job) -> AsyncIterator[Report]:
        """What becomes of a drawing, to its end. Of the reports that are about all drawings (steps)
        each is told to one caller. Raises Broken."""
        reports = self._streams[job.id] = asyncio.Queue()
        self._worker.paint(job)
        try:
            while True:
                report = await reports.get()
                if isinstance(report, Unable):
                    raise Broken(str(report.error))
                yield report
                if isinstance(report, Ended):
                    return
        finally:
            self._streams.pop(job.id, None)
            self._worker.stop(job.id)  # whoever asked may have gone

    async def stop(self, id_: str) -> None:
        """Let a drawing leave, if it is here: its stream ends with its state."""
        self._worker.stop(id_)

    async def ask(self, question: Callable[[Critic], T]) -> T:
        """Put a question to the critic; see Worker.query."""
        return await asyncio.wrap_future(self._worker.query(question))

    async def tell(self, wanted: int) -> Report:
        """Hear how many replicas would be busy; say how this one is: Ready, with its room, or
        Unable."""
        self._wanted = wanted
        return self._state

    def record_autoscaling_stats(self) -> dict[str, float]:
        """What Serve's autoscaler is given; `engine.serve.cluster.scale` reads it."""
        return {"wanted": self._wanted}

    def check_health(self) -> None:
        """Raises Broken; Serve then replaces the replica."""
        if isinstance(self._state, Unable):
            raise Broken(str(self._state.error))

    def close(self) -> None:
        self._worker.close()

    def _hand_out(self, report: Report) -> None:
        match report:
            case CapacityChanged(room):
                if isinstance(self._state, Ready):
                    self._state = Ready(self._state.model, room)
            case Unable():
                self._state = report
                for stream in self._streams.values():
                    stream.put_nowait(report)
            case Stepped() | Ready():
                if stream := next(iter(self._streams.values()), None):
                    stream.put_nowait(report)
            case Ended(id_):
                # Nobody reads on after it, so that what is told to any caller must go to others.
                if stream := self._streams.pop(id_, None):
                    stream.put_nowait(report)
            case _:
                if stream := self._streams.get(report.id):
                    stream.put_nowait(report)
