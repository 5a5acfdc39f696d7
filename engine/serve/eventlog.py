"""The events of a drawing as lines that any number of readers follow, and where they are kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from engine.serve.api import LAST, Event

KEPT_SECONDS = 3600.0
KEPT_COUNT = 1000
KEPT_BYTES = 256 << 20


class EventLog:
    """One drawing's events, numbered from 0 without gaps, encoded once as NDJSON lines.

    Belongs to the event loop. readers: how many follow it. idle_since: since when nobody does,
    on the clock of whoever asks. over_at: when the last event came.
    """

    def __init__(self, id_: str, now: float) -> None:
        self.id = id_
        self.lines: list[bytes] = []
        self.size = 0
        self.readers = 0
        self.idle_since = now
        self.over_at: float | None = None
        self.last: Event | None = None
        self._news = asyncio.Event()

    def append(self, event: Event, now: float) -> None:
        """Number the event and show it to every reader; nothing follows a last event."""
        if self.over_at is not None:
            return
        numbered = event.model_copy(update={"n": len(self.lines)})
        line = numbered.model_dump_json().encode() + b"\n"
        self.lines.append(line)
        self.size += len(line)
        self.last = numbered
        if isinstance(event, LAST):
            self.over_at = now
        self._news.set()
        self._news = asyncio.Event()

    async def read(self, start: int) -> AsyncIterator[bytes]:
        """Lines from number `start` on, as they come, until the last one."""
        n = start
        while True:
            news = self._news
            while n < len(self.lines):
                yield self.lines[n]
                n += 1
            if self.over_at is not None:
                return
            if news is self._news:
                await news.wait()

    async def over(self) -> Event:
        """Wait for the last event."""
        while self.over_at is None or self.last is None:
            await self._news.wait()
        return self.last


class Archive:
    """Logs by id: those still growing, and finished ones for an hour, within bounds."""

    def __init__(
        self,
        seconds: float = KEPT_SECONDS,
        count: int = KEPT_COUNT,
        size: int = KEPT_BYTES,
    ) -> None:
        self._seconds, self._count, self._size = seconds, count, size
        self._logs: dict[str, EventLog] = {}

    def open(self, id_: str, now: float) -> EventLog:
        """A new log. Raises KeyError if the id is taken."""
        if id_ in self._logs:
            raise KeyError(id_)
        log = self._logs[id_] = EventLog(id_, now)
        return log

    def get(self, id_: str) -> EventLog | None:
        return self._logs.get(id_)

    def tidy(self, now: float) -> list[str]:
        """Forget finished drawings, the old ones and the oldest of too many; their ids."""
        forgotten = []
        finished = [log for log in self._logs.values() if log.over_at is not None]
        finished.sort(key=lambda log: log.over_at or 0.0)
        count, size = len(finished), sum(log.size for log in finished)
        for log in finished:
            old = log.over_at is not None and now - log.over_at > self._seconds
            if not old and count <= self._count and size <= self._size:
                break
            if log.readers:
                continue
            forgotten.append(log.id)
            del self._logs[log.id]
            count, size = count - 1, size - log.size
        return forgotten
