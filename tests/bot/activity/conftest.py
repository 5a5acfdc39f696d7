"""People at a table, with their clock, and Discord around the pad."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.client import Penguess
from bot.playground.model.entities import Message
from bot.playground.protocol.activities import Instance
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.web.server import Web
from tests.bot.activity.discord_client import DiscordClient
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import clock as clock
from tests.bot.games.conftest import people as people
from tests.bot.games.conftest import showing, until
from tests.bot.games.conftest import start as start


@dataclass
class Inside:
    """A bot with its Activity switched on, its web server, and Discord's client around both."""

    bot: Penguess
    url: str
    discord: DiscordClient


Open = Callable[..., AbstractAsyncContextManager[Inside]]


@pytest.fixture
def inside(playground: Playground, start: StartBot, tmp_path: Path) -> Open:
    """`async with inside(**configuration)`: Activities are on, for the application and here."""

    @asynccontextmanager
    async def run(**fields: object) -> AsyncIterator[Inside]:
        playground.commands.enable_activities()
        secret = playground.activities.client_secret
        bot = await start(**{"client_secret": secret, **fields})
        async with Web(bot, "127.0.0.1", 0) as web:
            client = DiscordClient(playground, f"{web.url}/activity")
            async with client.running(tmp_path):
                try:
                    yield Inside(bot, web.url, client)
                except Exception as error:
                    error.add_note(f"the browsers said: {client.problems}")
                    error.add_note(f"they asked for: {list(client.proxy.seen)[-10:]}")
                    raise

    return run


async def launch(person: TestUser, page: Message) -> Instance:
    """Press the button that opens the Activity."""
    pressed = await person.press(page, "Draw here")
    assert pressed.launched is not None
    return person.playground.activities.instances[pressed.launched]


async def a_turn(ada: TestUser, *others: TestUser, **options: object) -> Message:
    """Begin a game in which Ada draws first; what she is told once she has chosen a word."""
    opened = await ada.slash(
        "pictionary", **{"mode": "people-draw", "rounds": 1, "time": 120, **options}
    )
    assert opened.message is not None
    for one in others:
        await one.press(opened.message, "Join")
    await ada.press(opened.message, "Start")
    page = await until(lambda: showing(ada, "Choose a word"))
    button = next(part for part in page.walk() if part.get("custom_id", "").endswith(".0"))
    await ada.press(page, button["label"])
    return page
