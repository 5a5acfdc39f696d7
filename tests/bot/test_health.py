"""What /healthz says of Discord while the gateway is gone."""

from __future__ import annotations

import asyncio
import math

import aiohttp
from yarl import URL

from bot.playground.protocol.access import as_reached
from bot.playground.server import Playground
from bot.store.database import Store
from bot.web.server import Web
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import until
from tests.bot.store.test_damage import fill, most_pages

NAME = "penguess_bot_tasks "


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


async def test_the_metrics_tell_how_many_tasks_there_are(start: StartBot):
    bot = await start()
    async with Web(bot, "127.0.0.1", 0) as web, aiohttp.ClientSession() as session:

        async def tasks() -> int:
            async with session.get(f"{web.url}/metrics") as answer:
                lines = (await answer.text()).splitlines()
            return next(int(float(one.split()[1])) for one in lines if one.startswith(NAME))

        before = await tasks()
        more = [asyncio.create_task(asyncio.Event().wait()) for _ in range(50)]
        assert await tasks() >= before + 45  # some that were there may be done
        for task in more:
            task.cancel()


ANYWHERE = "0.0.0.0"  # noqa: S104 - what it is about


async def test_the_pad_of_a_server_that_is_open_is_reached_by_others(start: StartBot):
    bot = await start()
    async with Web(bot, ANYWHERE, 0) as web, aiohttp.ClientSession() as session:
        assert web.url.startswith("http://127.0.0.1:")
        assert bot.pad.address is not None
        assert URL(bot.pad.address).host == as_reached(ANYWHERE, near_by=True) != ANYWHERE
        async with session.get(f"{bot.pad.address}/healthz") as response:
            assert response.status == 200


async def test_the_health_page_says_that_the_disk_is_full(start: StartBot, store: Store):
    bot = await start()
    async with Web(bot, "127.0.0.1", 0) as web, aiohttp.ClientSession() as session:

        async def health() -> tuple[int, bool]:
            async with session.get(f"{web.url}/healthz") as answer:
                return answer.status, (await answer.json())["store"]

        await fill(store)
        assert await health() == (503, False)
        await most_pages(store, 100_000)
        store._looked = -math.inf  # it is tried every few seconds
        assert await health() == (200, True)
