"""What /healthz says of Discord while the gateway is gone."""

from __future__ import annotations

import aiohttp

from bot.playground.server import Playground
from bot.web.server import Web
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import until


async def test_the_health_page_says_at_once_that_the_gateway_is_gone(
    playground: Playground, start: StartBot
):
    bot = await start()
    async with Web(bot, "127.0.0.1", 0) as web, aiohttp.ClientSession() as session:

        async def health() -> tuple[int, bool]:
            async with session.get(f"{web.url}/healthz") as answer:
                return answer.status, (await answer.json())["discord"]

        assert await health() == (200, True)
        playground.faults.take_gateway()
        await until(lambda: not playground.gateway.connections)
        await until(lambda: not bot.is_connected)
        assert bot.is_ready()  # which is all that was asked before
        assert await health() == (503, False)
        playground.faults.give_gateway_back()
        await until(lambda: bot.is_connected)
        assert await health() == (200, True)
