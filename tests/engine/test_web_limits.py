"""What strangers may hold of a web server."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from engine.web_limits import LimitedRunner, Sparing

SOON = 60.0  # seconds


@asynccontextmanager
async def served(**limits: Any) -> AsyncIterator[int]:
    """The port of a server that answers with what it is sent."""

    async def echo(request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    app = web.Application()
    app.router.add_route("*", "/", echo)
    runner = LimitedRunner(app, access_log=None, shutdown_timeout=0.1, **limits)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("head", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\n"])
async def test_a_head_that_does_not_come_is_not_waited_for(head: bytes) -> None:
    async with served(head_within=0.1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        assert await asyncio.wait_for(reader.read(), SOON) == b""
        writer.close()


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async with served(body_within=0.1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf")
        line = await asyncio.wait_for(reader.readline(), SOON)
        assert line == b"HTTP/1.1 408 Request Timeout\r\n"
        writer.close()


async def test_those_who_only_hold_connections_keep_nobody_out() -> None:
    async with served(connections=8) as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(100)]
        for _, writer in held:
            with contextlib.suppress(ConnectionError):
                writer.write(b"GET / HTTP/1.1\r\n")
                await writer.drain()
        async with aiohttp.ClientSession() as session:
            for _ in range(3):
                async with session.post(f"http://127.0.0.1:{port}/", data=b"hello") as response:
                    assert await response.read() == b"hello"
        closed = [asyncio.create_task(reader.read()) for reader, _ in held]
        done, waiting = await asyncio.wait(closed, timeout=1.0)
        assert len(done) >= 92
        for task in waiting:
            task.cancel()
        for _, writer in held:
            writer.close()


def test_warnings_of_a_kind_are_few_and_counted() -> None:
    now = [0.0]
    seen: list[str] = []
    log = logging.Logger("a test")
    handler = logging.StreamHandler()
    handler.emit = lambda record: seen.append(record.getMessage())
    handler.addFilter(Sparing(lambda: now[0]))
    log.addHandler(handler)
    for number in range(1000):
        log.warning("trouble %d", number)
        log.info("all is well")
    log.warning("other trouble")
    assert seen.count("all is well") == 1000
    assert [line for line in seen if line.startswith("trouble")] == [
        f"trouble {n}" for n in range(5)
    ]
    assert seen[-1] == "other trouble"
    now[0] = 60.0
    log.warning("trouble %d", 7)
    assert seen[-1] == "trouble 7 (and 995 times more before)"
