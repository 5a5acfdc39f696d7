"""`make play` ends and starts again: the bot and the playground with it find everything there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import config
from bot.app import penguess
from bot.client import Penguess
from bot.pictures.renderer import Renderer
from bot.playground.client import point_discord_at
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from engine.client import EngineClient
from tests.bot.conftest import SOON
from tests.bot.games.conftest import showing, the_game, until


@asynccontextmanager
async def playing(
    folder: Path, engine: str, renderer: Renderer
) -> AsyncIterator[tuple[Playground, Penguess]]:
    """What `make play` runs, in this process."""
    async with (
        Playground(folder=folder) as playground,
        Store(folder / "penguess.db") as store,
        EngineClient(engine, patience=3.0) as client,
    ):
        with point_discord_at(playground.url):
            bot = penguess(config.load(data=folder, steps=8), store, client, renderer)
            task = asyncio.create_task(bot.start(playground.token))
            await asyncio.sleep(0)  # until it has begun, there is nothing to wait for
            async with asyncio.timeout(SOON):
                await bot.wait_until_ready()
            try:
                yield playground, bot
            finally:
                await bot.close()
                await asyncio.gather(task, return_exceptions=True)
        assert playground.violations == []


async def test_old_buttons_work_after_a_restart(
    tmp_path: Path, engine_address: str, renderer: Renderer
):
    async with playing(tmp_path, engine_address, renderer) as (playground, _):
        ada = TestUser(playground, "Ada")
        grace = TestUser(playground, "Grace")
        for person in (ada, grace):
            person.go("games")
        opened = await ada.slash("pictionary", mode="people-draw", rounds=1)
        assert opened.message is not None
        lobby = opened.message.id

    async with playing(tmp_path, engine_address, renderer) as (playground, bot):
        ada = TestUser(playground, "Ada", back=True)
        grace = TestUser(playground, "Grace", back=True)
        for person in (ada, grace):
            person.go("games")
        message = playground.world.find_message(lobby)
        assert message is not None
        assert message in grace.sees()
        await until(lambda: bot.open_games.runners)
        await grace.press(message, "Join")
        await until(lambda: "(2 of 24)" in message.text)
        await ada.press(message, "Start")
        page = await until(lambda: showing(ada, "Choose a word"))
        choose = page.id

    async with playing(tmp_path, engine_address, renderer) as (playground, bot):
        ada = TestUser(playground, "Ada", back=True)
        ada.go("games")
        await until(lambda: bot.open_games.runners)
        page = playground.world.find_message(choose)
        assert page is not None
        word = the_game(bot).play.state.choice.words[1].text
        await ada.press(page, word)
        assert "### Draw:" in page.text
