"""Guesses in the chat with and without what a server has to grant, by the switches of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from bot.kit import permissions
from bot.playground.model.entities import Message
from bot.playground.model.permission import Permission
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import clock as clock
from tests.bot.games.conftest import people as people
from tests.bot.games.conftest import showing, the_game, until, word_of
from tests.bot.games.conftest import start as start
from tests.bot.playground.test_page import come_in

if TYPE_CHECKING:
    from playwright.async_api import Browser


async def said(person: TestUser, other: TestUser, text: str) -> Message:
    """Somebody writes something; the bot has heard it, as it has answered what came after."""
    message = person.say(text)
    await other.slash("answer", word="zeppelin")
    return message


@pytest.mark.parametrize("phone", [False, True])
async def test_switches_let_the_bot_read_guesses_from_the_chat_and_stop_it(
    playground: Playground,
    people: list[TestUser],
    start: StartBot,
    browser: Browser,
    phone: bool,
):
    size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 800}
    page = await come_in(browser, playground, "Host", viewport=size, has_touch=phone)
    if phone:
        await page.get_by_role("button", name="People").click()
    read, delete = page.get_by_label("Read the chat"), page.get_by_label("Delete messages")
    bot = await start(chat=True)
    ada, grace, linus = people
    channel = playground.world.channel_named("drawing-room")
    assert await read.is_checked()
    assert not await delete.is_checked()
    opened = await ada.slash("pictionary", mode="bot-draws", rounds=1, time=60, strokes=4)
    assert opened.message is not None
    for one in (grace, linus):
        await one.press(opened.message, "Join")
    await ada.press(opened.message, "Start")
    await until(lambda: the_game(bot).play.state.turn is not None)
    word = word_of(bot)

    def solvers() -> list[str]:
        return [one.player for one in the_game(bot).play.state.turn.solved]

    message = await said(ada, linus, word)
    assert (solvers(), message.deleted) == ([], False)

    await delete.check()
    await page.get_by_text("Guesses can be typed into the chat.").wait_for()
    await until(lambda: permissions.may_take_away_in(bot.get_channel(channel.id)))
    message = await said(ada, linus, word)
    await until(lambda: message.deleted)
    assert solvers() == [str(ada.user.id)]

    await read.uncheck()
    await page.get_by_text("don’t count").wait_for()
    message = await said(grace, linus, word)
    assert (solvers(), message.deleted) == ([str(ada.user.id)], False)
    turn = await until(lambda: showing(grace, "Round 1 of 1"))
    await until(lambda: "Guess here in the chat" not in turn.text)
    helped = await grace.slash("help")
    assert helped.message is not None
    await grace.press(helped.message, "For moderators")
    assert "no longer shows me what people write" in helped.message.text

    await read.check()
    await until(lambda: playground.world.shows_content)
    message = await said(grace, linus, word)
    await until(lambda: message.deleted)
    assert solvers() == [str(ada.user.id), str(grace.user.id)]


async def test_only_moderators_turn_the_switches_and_all_see_them(
    playground: Playground, browser: Browser
):
    first = await come_in(browser, playground, "Host")
    second = await come_in(browser, playground, "Guest")
    await first.get_by_label("Delete messages").check()
    theirs = second.get_by_label("Delete messages")
    await second.locator("#grants input[name=delete]:checked").wait_for()
    assert await theirs.is_disabled()
    seat = next(one for one in playground.people.seats.values() if one.user.name == "Guest")
    (tab,) = seat.tabs
    with pytest.raises(Exception, match="Only moderators decide"):
        tab.do_grant({"what": "delete", "on": False})
    assert playground.world.bot_has(Permission.MANAGE_MESSAGES)


async def test_a_bot_that_asks_for_what_is_switched_off_is_not_let_in(
    playground: Playground, start: StartBot
):
    playground.world.show_content(shown=False)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await start(chat=True)
    await start()
