"""The bot's own web server: is it well, how is it doing, the pad to draw on, and albums."""

from __future__ import annotations

import asyncio
from typing import Self

import prometheus_client
from aiohttp import web

from bot.client import Penguess
from bot.kit import metrics
from bot.pad import routes
from bot.playground.protocol.access import as_reached
from engine.web_limits import LimitedRunner


class Web:
    """Serves `/healthz` (200 or 503, JSON), `/metrics` (Prometheus), pad and albums on one port."""

    def __init__(self, bot: Penguess, host: str, port: int) -> None:
        self._bot = bot
        self._host = host
        self._port = port
        self._runner: LimitedRunner | None = None

    @property
    def url(self) -> str:
        """The address on this machine, once it is started."""
        return self._address(as_reached(self._host))

    def _address(self, host: str) -> str:
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}"

    async def __aenter__(self) -> Self:
        """Raises OSError when the port is taken."""
        app = web.Application()
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/metrics", self._metrics)
        routes.join(self._bot.pad, app)
        for feature in self._bot.features:
            if feature.routes is not None:
                feature.routes(self._bot, app)
        self._runner = LimitedRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]
        near_by = self._address(as_reached(self._host, near_by=True))
        self._bot.pad.address = self._bot.config.pad_address(near_by)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _health(self, _: web.Request) -> web.Response:
        """Discord and the database must be there; the engine may be away for a while."""
        discord_there = self._bot.is_connected
        store_there = await self._bot.store.is_well()
        report = {
            "status": "ok" if discord_there and store_there else "unwell",
            "discord": discord_there,
            "store": store_there,
            "engine": await self._bot.engine.ready(),
        }
        return web.json_response(report, status=200 if report["status"] == "ok" else 503)

    async def _metrics(self, _: web.Request) -> web.Response:
        metrics.TASKS.set(len(asyncio.all_tasks()))
        return web.Response(
            body=prometheus_client.generate_latest(),
            headers={"Content-Type": prometheus_client.CONTENT_TYPE_LATEST},
        )
