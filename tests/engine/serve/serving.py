"""A real engine for tests, in this process, with a painter of their choosing."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from PIL import Image

from engine.paint.painter import HOUSE, Painter
from engine.see.critic import Critic
from engine.serve.http import make_app
from engine.serve.service import Service
from engine.serve.worker import Hire, Worker

QUICK = replace(HOUSE, views=2)


@dataclass(frozen=True)
class Hired:
    """Painters other than a thread of this process."""

    hire: Hire


class Engine:
    """A running engine and a session to talk to it."""

    def __init__(self, service: Service, server: TestServer, session: ClientSession) -> None:
        self.service, self.session = service, session
        self.url = str(server.make_url("")).rstrip("/")

    async def ready(self) -> None:
        while self.service.status == "starting":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert self.service.status == "ok", self.service.failure

    async def draw(self, **fields: Any) -> list[dict[str, Any]]:
        """All events of a drawing."""
        return [event async for event in self.events(**fields)]

    async def events(self, **fields: Any) -> AsyncIterator[dict[str, Any]]:
        async with self.session.post(f"{self.url}/v1/drawings", json=spec(**fields)) as response:
            assert response.status == 200, await response.text()
            assert response.content_type == "application/x-ndjson"
            async for line in response.content:
                yield json.loads(line)

    async def follow(self, id_: str, start: int = 0) -> list[dict[str, Any]]:
        url = f"{self.url}/v1/drawings/{id_}"
        async with self.session.get(url, params={"from": start}) as response:
            assert response.status == 200, await response.text()
            return [json.loads(line) async for line in response.content]

    async def call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        async with self.session.request(method, self.url + path, **options) as response:
            return response.status, await response.json()


def spec(**fields: Any) -> dict[str, Any]:
    return {"prompt": "a cat", "strokes": 4, "steps": 10, "seeds": 1, **fields}


@asynccontextmanager
async def serving(
    critic: Critic | Callable[[], Painter] | Hired, token: str | None = None, **options: Any
) -> AsyncIterator[Engine]:
    """An engine that is ready; `options` go to its Service."""
    async with starting(critic, token, **options) as engine:
        await engine.ready()
        yield engine


@asynccontextmanager
async def starting(
    critic: Critic | Callable[[], Painter] | Hired, token: str | None = None, **options: Any
) -> AsyncIterator[Engine]:
    """An engine that may still be loading its model."""
    if isinstance(critic, Hired):
        hire = critic.hire
    else:
        load = (lambda: Painter(critic, QUICK)) if isinstance(critic, Critic) else critic
        hire = partial(Worker, load, threads=1)
    service = Service(hire, **options)
    server = TestServer(make_app(service, token), handler_cancellation=True)
    await server.start_server()
    await service.start()
    try:
        async with ClientSession() as session:
            yield Engine(service, server, session)
    finally:
        await service.close()
        await server.close()


class running:  # noqa: N801  used like a function
    """A drawing of client `id_` is under way inside the block, running or waiting, where the
    engine is held; it is cancelled at the end."""

    def __init__(self, engine: Engine, id_: str) -> None:
        self._engine, self._id = engine, id_

    async def __aenter__(self) -> None:
        draw = self._engine.draw(id=self._id, client=self._id, steps=50)
        self._task = asyncio.create_task(draw)
        await until_known(self._engine, self._id)

    async def __aexit__(self, *_: object) -> None:
        await self._engine.call("DELETE", f"/v1/drawings/{self._id}")
        await self._task


async def until_known(engine: Engine, id_: str) -> None:
    while (log := engine.service.archive.get(id_)) is None or not log.lines:  # noqa: ASYNC110
        await asyncio.sleep(0.005)


async def until_running(engine: Engine, id_: str) -> None:
    while (log := engine.service.archive.get(id_)) is None or len(log.lines) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0.005)


def encoded(image: Image.Image) -> str:
    """A picture as requests carry it."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()
