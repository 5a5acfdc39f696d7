"""The engine as a process: it serves until it is asked to stop, or whoever started it is gone."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from aiohttp import web

from engine.refusal import Refusal
from engine.serve.http import make_app
from engine.serve.scheduler import PLACES
from engine.serve.service import GRACE_SECONDS, Service
from engine.serve.worker import Hire
from engine.web_limits import LimitedRunner, Sparing

log = logging.getLogger(__name__)

DEFAULT_PORT = 8600
TOKEN_VARIABLE = "PENGUESS_ENGINE_TOKEN"  # noqa: S105  the name of a variable, not a token


class Unsafe(Refusal):
    """An address that strangers may reach, and no token to keep them out."""


def run(
    hire: Hire,
    *,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    uds: Path | None = None,
    places: int = PLACES,
    grace: float = GRACE_SECONDS,
    child: bool = False,
) -> int:
    """Serve until SIGTERM or SIGINT; the exit code.

    child: end at once, too, when standard input closes: whoever started this process is gone.

    hire: makes whoever paints; an error of theirs ends the process (2 if it says what to do).
    uds: a Unix socket to listen on instead of host and port.
    Raises Unsafe without a token at an address that is not loopback.
    """
    token = os.environ.get(TOKEN_VARIABLE) or None
    if uds is None and token is None and not _is_loopback(host):
        raise Unsafe(f"{host} can be reached by others: set {TOKEN_VARIABLE}, or use 127.0.0.1")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(Sparing())
    service_of = partial(Service, hire, places=places)
    return asyncio.run(_serve(service_of, token, host, port, uds, grace, child=child))


async def _serve(
    service_of: Callable[[], Service],
    token: str | None,
    host: str,
    port: int,
    uds: Path | None,
    grace: float,
    *,
    child: bool,
) -> int:
    service = service_of()
    # With cancellation a reader that goes away is noticed at once, even while nothing happens.
    runner = LimitedRunner(
        make_app(service, token), handler_cancellation=True, shutdown_timeout=2.0
    )
    await runner.setup()
    try:
        site = web.UnixSite(runner, uds) if uds else web.TCPSite(runner, host, port)
        await site.start()
    except OSError as error:
        await runner.cleanup()
        print(f"penguess: cannot listen on {uds or host}: {error}", file=sys.stderr)
        return 2
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    orphaned = asyncio.Event()
    if child:
        await loop.connect_read_pipe(lambda: _Lifeline(orphaned, stop), sys.stdin)
    await service.start()
    log.info("listening on %s", f"unix:{uds}" if uds else site.name)
    broken = asyncio.create_task(service.broken.wait())
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait((broken, stopped), return_when=asyncio.FIRST_COMPLETED)
    if not broken.done() and not orphaned.is_set():
        log.info("stopping: running drawings have %.0f s to finish", grace)
        await service.drain(grace)
    for task in (broken, stopped):
        task.cancel()
    await service.close()
    await runner.cleanup()
    if service.failure is not None:
        print(f"penguess: {service.failure}", file=sys.stderr)
        return 2 if isinstance(service.failure, ValueError | OSError) else 1
    return 0


class _Lifeline(asyncio.Protocol):
    """Standard input, of which nothing is read: at its end the events are set."""

    def __init__(self, *events: asyncio.Event) -> None:
        self._events = events

    def connection_lost(self, exc: Exception | None) -> None:
        for event in self._events:
            event.set()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
