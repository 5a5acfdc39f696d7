"""`make play` ends and starts again: the bot and the playground with it find everything there."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot import config
from bot.app import penguess
from bot.bench.restart import Tab, button, free_port
from bot.client import Penguess
from bot.pictures.renderer import Renderer
from bot.playground.client import point_discord_at
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from engine.client import EngineClient
from tests.bot.conftest import SOON
from tests.bot.games.conftest import showing, the_game, until
from tests.bot.journeys.own_process import running
from tests.pace import Pace


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


async def test_make_play_goes_on_after_ctrl_c(tmp_path: Path, engine_address: str, pace: Pace):
    """The real process, and a page that stays open."""
    port = free_port()
    environment = os.environ | {
        "PENGUESS_ENGINE_URL": engine_address,
        "PENGUESS_DATA": str(tmp_path),
        "PENGUESS_PLAYGROUND_PORT": str(port),
        "PENGUESS_WEB_PORT": "0",
        "PENGUESS_STEPS": "8",
    }
    environment.pop("DISCORD_TOKEN", None)
    pace.hold(at=1)
    async with aiohttp.ClientSession() as session:
        ada = Tab(f"http://127.0.0.1:{port}", "Ada", session)
        async with running(environment, lambda: True) as process:
            await ada.come_in()
            await ada.until(lambda: ada.bot_here)
            where = {"channel": ada.first_channel}
            asked = {"prompt": "a cat", "strokes": 6}
            await ada.ask_bot("call", name="draw", options=asked, **where)
            await ada.ask_bot("call", name="pictionary", options={}, **where)

            def with_button(label: str) -> dict[str, object] | None:
                found = [one for one in ada.messages.values() if button(one, label)]
                return found[0] if found else None

            await ada.until(lambda: with_button("Join") and pace.reached and with_button("Stop"))
            lobby, drawing = with_button("Join"), with_button("Stop")
            assert lobby is not None
            assert drawing is not None
            leave = {"message": lobby["id"], "custom_id": button(lobby, "Leave"), **where}
            process.send_signal(signal.SIGINT)
            assert await process.wait() == 0
        assert "Restarting" in str(ada.messages[str(drawing["id"])])

        async with running(environment, lambda: True) as process:
            await ada.come_in()  # the bot is not there yet, and what is asked of it waits
            assert await ada.ask_bot("component", **leave)
            pace.release()
            await ada.until(lambda: with_button("Again"))
            finished = with_button("Again")
            assert finished is not None
            assert finished["id"] == drawing["id"]
            assert "drawing.gif" in str(finished)
            process.send_signal(signal.SIGINT)
            assert await process.wait() == 0
