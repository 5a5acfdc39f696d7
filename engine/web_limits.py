"""What strangers may hold of a web server: connections, time, and lines of the log.

Engine and bot serve by `LimitedRunner`. A connection whose request does not come is closed, and the
one that has waited longest makes room when there are many; so those who only hold connections do
not keep others out.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

log = logging.getLogger(__name__)

CONNECTIONS = 400
"""At once; a process may have 1,024 files open as a rule."""

HEAD_WITHIN = 75.0
"""Seconds for the head of a request, and between two; proxies close theirs after 60."""

BODY_WITHIN = 60.0
"""Seconds for the body of a request."""

_LINES = 5  # of one kind in the log, in so many seconds
_PERIOD = 60.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LimitedRunner(web.AppRunner):
    """Serves an application within limits. `options` are those of web.AppRunner."""

    def __init__(
        self,
        app: web.Application,
        *,
        connections: int = CONNECTIONS,
        head_within: float = HEAD_WITHIN,
        body_within: float = BODY_WITHIN,
        **options: Any,
    ) -> None:
        self._most, self._body_within = connections, body_within
        self._busy: set[asyncio.BaseProtocol] = set()
        app.middlewares.insert(0, self._middleware())
        super().__init__(app, keepalive_timeout=head_within, **options)

    @property
    def server(self) -> Any:
        """What makes a protocol for each connection."""
        return None if super().server is None else self._protocol

    def _protocol(self) -> asyncio.BaseProtocol:
        server = super().server
        if server is None:
            return _Refused()
        connections = server.connections
        if len(connections) >= self._most:
            waiting = next((one for one in connections if self._waits(one)), None)
            if waiting is None:
                log.warning("a connection is refused: there are %d", len(connections))
                return _Refused()
            waiting.force_close()
        return server()

    def _waits(self, connection: RequestHandler) -> bool:
        return connection not in self._busy and connection.transport is not None

    def _middleware(self) -> Any:
        @web.middleware
        async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
            protocol = request.protocol
            self._busy.add(protocol)
            late = None
            if request.can_read_body:
                loop = asyncio.get_running_loop()
                late = loop.call_later(self._body_within, _end_body, request)
            try:
                return await handler(request)
            finally:
                self._busy.discard(protocol)
                if late is not None:
                    late.cancel()

        return middleware


class _Refused(asyncio.Protocol):
    """A connection that is closed at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


def _end_body(request: web.Request) -> None:
    """Let whoever reads the body hear that it did not come in time."""
    if not request.content.is_eof():
        request.content.set_exception(web.HTTPRequestTimeout())


class Sparing(logging.Filter):
    """Lets few warnings of a kind through, and tells afterwards how many there were.

    A kind is what a line says before its values are put in, and the kind of its error. clock:
    seconds from anywhere.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._kinds: dict[tuple[str, str, type[BaseException] | None], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        error = record.exc_info[0] if record.exc_info else None
        kind = (record.name, str(record.msg)[:200], error)
        now = self._clock()
        since, count = self._kinds.get(kind, (now, 0))
        if now - since >= _PERIOD:
            if count > _LINES:
                record.msg = f"{record.msg} (and {count - _LINES:,} times more before)"
            since, count = now, 0
        if len(self._kinds) > 1000:  # none is kept for ever
            self._kinds.clear()
        self._kinds[kind] = since, count + 1
        return count < _LINES
