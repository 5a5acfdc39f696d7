"""Whoever must act is notified: that one, once, where they can see it; and nobody else ever."""

from __future__ import annotations

import asyncio

import discord
import pytest
from discord import ui

from bot.drawing import view
from bot.games.table.posts import Posts
from bot.kit import layout
from bot.kit.live_message import still
from bot.kit.reply import TOKEN_GOOD_FOR
from bot.playground.model.entities import Message
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import server_settings
from bot.store.database import Store
from games.telephone.handoff import REMIND
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import Hurry, showing, the_game, until


async def begun(people: list[TestUser], command: str, **options: object) -> Message:
    """The first message after the lobby of a game that Ada hosts and Grace plays."""
    ada, grace, _ = people
    opened = await ada.slash(command, **options)
    lobby = opened.message
    assert lobby is not None
    await grace.press(lobby, "Join")
    await ada.press(lobby, "Start")

    def after() -> Message | None:
        return next((m for m in ada.sees() if m.id > lobby.id and m.ephemeral_to is None), None)

    return await until(after)


def pings(playground: Playground) -> list[list[str]]:
    """Whom each message that was sent lets ping."""
    route = "/channels/{channel_id}/messages"
    sent = [
        one.body for one in playground.rest.records if (one.method, one.route) == ("POST", route)
    ]
    return [[str(user) for user in one["allowed_mentions"].get("users", ())] for one in sent]


async def test_who_is_to_choose_a_word_is_pinged_once_and_nobody_else(
    playground: Playground, people: list[TestUser], start: StartBot
):
    bot = await start()
    message = await begun(people, "pictionary", mode="people-draw", rounds=1)
    drawer = the_game(bot).presenter.drawer  # type: ignore[attr-defined]
    assert [str(one) for one in message.mentions] == [drawer]
    (who,) = [one for one in people if str(one.user.id) == drawer]
    chosen = await who.press(message, "My words")
    assert chosen.message is not None
    first = next(p for p in chosen.message.walk() if ":choose:" in str(p.get("custom_id")))
    await who.press(chosen.message, first["custom_id"])
    await until(lambda: "_" in message.text)
    assert pings(playground) == [[drawer]]
    edits = [one.body for one in playground.rest.records if one.method == "PATCH"]
    assert not any((one.get("allowed_mentions") or {}).get("users") for one in edits if one)


async def test_a_server_can_have_nobody_pinged(
    playground: Playground, people: list[TestUser], start: StartBot, store: Store
):
    await start()
    await server_settings.change(store, playground.world.guild_id, pings=False)
    message = await begun(people, "pictionary", mode="people-draw", rounds=1)
    assert message.mentions == []
    assert pings(playground) == [[]]


async def test_a_page_pings_those_who_owe_it_and_a_reminder_finds_who_takes_no_messages(
    playground: Playground, people: list[TestUser], start: StartBot, clock: Hurry
):
    bot = await start(clock=clock)
    ada, grace, _ = people
    message = await begun(people, "telephone", preset="classic", links=2, pace="slow")
    assert set(message.mentions) == {ada.user.id, grace.user.id}
    task = (await ada.press(message, "My task")).message
    assert task is not None
    await until(lambda: "Your phrase" in task.text)
    await ada.submit(await ada.press(task, "Write"), {"phrase": "a green moon"})
    grace.user.accepts_direct_messages = False
    clock.skip(TOKEN_GOOD_FOR + 60)
    game = the_game(bot)
    clock.skip((game.table.timers.left(REMIND, game.now) or 0.0) + 1.0)
    told = await until(lambda: showing(ada, "can't send you direct messages"))
    assert told.mentions == [grace.user.id]
    assert told.ephemeral_to is None
    again = await grace.press(message, "My task")
    assert again.message is not None
    first, second = (one for one in pings(playground) if one)
    assert {*first} == {str(one.user.id) for one in (ada, grace)}
    assert second == [str(grace.user.id)]


def pinged(message: Message) -> bool:
    return bool(message.mentions or message.mention_roles or message.mention_everyone)


@pytest.mark.parametrize("text", ["@everyone", "<@{person}>", "<@&{role}>"])
async def test_nothing_that_people_write_pings(
    playground: Playground,
    people: list[TestUser],
    start: StartBot,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
):
    """Not even where it is shown as it was written, by a bot that may mention everybody."""
    monkeypatch.setattr(view, "shown", lambda text, *_: text)
    bot, (ada, grace, _), world = await start(), people, playground.world
    world.members[world.bot.id].roles.append(world.moderators.id)
    written = text.format(person=grace.user.id, role=world.moderators.id)
    place = bot.get_partial_messageable(ada.here.id)
    await place.send(written, allowed_mentions=discord.AllowedMentions.all())
    assert pinged(ada.sees()[-1])  # whoever does not see to it pings
    page = layout.framed([ui.TextDisplay(written)], layout.BUSY, ())
    game = await store.add_game("pictionary", guild=world.guild_id, channel=ada.here.id)
    posts = Posts(bot, store, game, ada.here.id, lambda: None, lambda: asyncio.sleep(0, True))
    assert await posts.finish("turn:1", still(page))
    post = ada.sees()[-1]
    answer = (await ada.slash("draw", prompt=f"a cat {written}")).message
    assert answer is not None
    ada.go(ada.direct)
    assert await bot.open_games.services.private_messages.say(ada.user.id, 0, page)
    for message in (post, answer, ada.sees()[-1]):
        assert written in message.text
        assert not pinged(message)
    posts.close()
