"""The pad inside the playground's page, with no Discord at all: from its button to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import pytest
from yarl import URL

from bot.client import Penguess
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.web.server import Web
from tests.bot.activity.conftest import a_turn
from tests.bot.activity.discord_client import Guest
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import Hurry, showing, the_game, until, until_the_bot_speaks, word_of
from tests.bot.games.conftest import clock as clock
from tests.bot.games.conftest import start as start
from tests.bot.playground.test_page import come_in

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page


@dataclass
class Here:
    bot: Penguess
    web: str


@pytest.fixture
async def here(playground: Playground, start: StartBot) -> AsyncIterator[Here]:
    """A bot whose Activity the playground hosts, as `make play` starts both."""
    bot = await start(client_secret=playground.activities.client_secret)
    async with Web(bot, "127.0.0.1", 0) as web:
        playground.host_activity(f"{web.url}/activity")
        yield Here(bot, web.url)


async def visitor(
    browser: Browser, playground: Playground, name: str, *, phone: bool
) -> tuple[TestUser, Page, Guest]:
    """Somebody at the page; what they do by commands, their window, and the Activity in it."""
    size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 800}
    page = await come_in(browser, playground, name, viewport=size, has_touch=phone, is_mobile=phone)
    return TestUser(playground, name, back=True), page, Guest(page)


@pytest.mark.parametrize("phone", [False, True])
async def test_a_newcomer_draws_in_the_page_and_others_watch_and_guess(
    playground: Playground, here: Here, browser: Browser, clock: Hurry, phone: bool
):
    ada, page, artist = await visitor(browser, playground, "Ada", phone=phone)
    grace, window, watcher = await visitor(browser, playground, "Grace", phone=phone)
    said: list[str] = []
    for one in (page, window):
        one.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    await a_turn(ada, grace, strength="hard")
    word = word_of(here.bot)
    assert await window.get_by_role("button", name="Join Ada").count() == 0

    await page.get_by_role("button", name="Draw here").click()
    await artist.has("desk")
    await artist.frame.get_by_role("heading", name=word).wait_for()
    await artist.frame.locator('[data-state="drawing"]').wait_for()
    await artist.draw((0.25, 0.5), (0.75, 0.5), (0.75, 0.9), (0.25, 0.9), (0.25, 0.5))
    await artist.saved()
    turn = await until(lambda: showing(grace, "is drawing"))
    await until(lambda: turn.attachments)

    # Who only watches comes in by the channel's own button, and sees everything but the word.
    await window.get_by_role("button", name="Join Ada").click()
    await watcher.has("watch")
    await watcher.sees("Ada is drawing")
    assert await watcher.frame.get_by_text(word, exact=True).count() == 0
    await watcher.frame.locator("#picture[data-painted]").wait_for()
    await artist.draw((0.2, 0.5), (0.5, 0.2), (0.8, 0.5))
    await artist.saved()
    await until(lambda: the_game(here.bot).play.state.turn.strokes == 2)
    await until_the_bot_speaks(turn, clock)
    await watcher.frame.get_by_text("Penguess", exact=True).first.wait_for()
    await watcher.frame.get_by_role("textbox").fill("zeppelin")
    await watcher.press("Guess")
    await watcher.sees("It isn't zeppelin.")
    await artist.sees("zeppelin")

    # Left and opened again: the sheet is as it was.
    (instance,) = playground.activities.instances.values()
    await page.get_by_role("button", name="Leave", exact=True).click()
    await page.locator("iframe").wait_for(state="detached")
    await until(lambda: instance.users == [grace.user])
    await page.get_by_role("button", name="Draw here").click()
    await artist.frame.get_by_label("Your drawing, 2 strokes").wait_for()
    await artist.press("Done")
    await artist.press("Hand it in")
    await artist.sees("Handed in!")

    await watcher.frame.get_by_role("textbox").fill(word)
    await watcher.press("Guess")
    for one in (artist, watcher):
        await one.sees(f"It was: {word}")
    assert said == []

    # A window that is closed leaves too.
    await window.context.close()
    instances = playground.activities.instances
    await until(lambda: not any(grace.user in one.users for one in instances.values()))


async def test_only_the_activity_is_reached_by_way_of_its_proxy(playground: Playground, here: Here):
    async with aiohttp.ClientSession() as session:

        async def status(path: str) -> int:
            async with session.get(URL(playground.url + path, encoded=True)) as answer:
                return answer.status

        assert await status("/.proxy/") == 200
        assert await status("/.proxy/files/activity.js") == 200
        for way in ("..", "%2e%2e", ".%2E", "%252e%252e", "..%2f..", "..\\.."):
            assert await status(f"/.proxy/{way}/healthz") == 404
            assert await status(f"/.proxy/files/{way}/{way}/healthz") == 404
        big = b"x" * 100_000
        async with session.post(f"{playground.url}/.proxy/token", data=big) as answer:
            assert answer.status == 413
        playground.proxy.target = "http://127.0.0.1:9"
        assert await status("/.proxy/") == 502
