"""Places that are closed to the bot or gone: each has a rule, and somebody is told."""

from __future__ import annotations

import pytest

from bot.client import Penguess
from bot.games.table import posts
from bot.playground.model.entities import Channel, ChannelType, Message
from bot.playground.model.permission import Permission
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from games.table.table import Join, Leave
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import showing, until


async def lobby(person: TestUser) -> Message:
    opened = await person.slash("pictionary", mode="bot-draws", rounds=1)
    assert opened.message is not None
    assert opened.message.ephemeral_to is None, opened.message.text
    return opened.message


def told(person: TestUser, text: str) -> Message | None:
    """What was said to a person alone, here or in a direct message."""
    return next((m for m in [*person.sees(), *person.sees(person.direct)] if text in m.text), None)


async def ended(bot: Penguess) -> None:
    await until(lambda: not bot.open_games.runners)


def thread_of(person: TestUser, *, private: bool = False) -> Channel:
    thread = person.world.add_thread(
        person.here, "inside", person.user, message=None, private=private
    )
    person.go(thread)
    return thread


async def test_in_a_private_thread_the_bot_asks_to_be_added_and_then_plays(
    people: list[TestUser], start: StartBot
):
    bot, (ada, *_) = await start(), people
    thread = thread_of(ada, private=True)
    refused = (await ada.slash("pictionary")).message
    assert refused is not None
    assert refused.ephemeral_to == ada.user.id
    assert f"<@{ada.world.bot.id}>" in refused.text
    ada.say(f"come in, <@{ada.world.bot.id}>")
    (guild,) = bot.guilds
    await until(lambda: guild.get_thread(thread.id))
    message = await lobby(ada)
    await ada.press(message, "Start")
    await until(lambda: showing(ada, "Round 1"))


async def test_who_hosts_is_told_when_the_bot_is_removed_from_a_private_thread(
    people: list[TestUser], start: StartBot
):
    bot, (ada, *_) = await start(), people
    thread = thread_of(ada, private=True)
    ada.world.join_thread(thread, ada.world.bot.id)
    (guild,) = bot.guilds
    await until(lambda: guild.get_thread(thread.id))
    message = await lobby(ada)
    ada.world.leave_thread(thread, ada.world.bot.id)
    await ended(bot)
    assert await until(lambda: told(ada, "**Manage Threads**"))
    pressed = (await ada.press(message, "Start")).message
    assert pressed is not None
    assert "over" in pressed.text


async def test_an_archived_thread_is_opened_when_there_is_something_to_show(
    people: list[TestUser], start: StartBot
):
    await start()
    ada, grace, _ = people
    thread = thread_of(ada)
    grace.go(thread)
    message = await lobby(ada)
    thread.archived = True
    ada.world.emit("channel_update", thread)
    await grace.press(message, "Join")
    await until(lambda: f"<@{grace.user.id}>" in message.text)
    assert not thread.archived


async def test_a_locked_thread_ends_the_game_and_the_host_is_told_what_it_takes(
    people: list[TestUser], start: StartBot
):
    bot, (ada, *_) = await start(), people
    thread = thread_of(ada)
    await lobby(ada)
    thread.locked = True
    ada.world.emit("channel_update", thread)
    await ended(bot)
    assert await until(lambda: told(ada, "**Manage Threads**"))


async def test_a_thread_that_was_archived_and_locked_ends_the_game_when_it_is_noticed(
    playground: Playground, people: list[TestUser], start: StartBot
):
    bot = await start()
    ada, grace, _ = people
    thread = thread_of(ada)
    grace.go(thread)
    message = await lobby(ada)
    thread.archived = thread.locked = True  # the gateway did not say so
    await grace.press(message, "Join")
    await ended(bot)
    assert await until(lambda: told(ada, "can't write in the channel"))


@pytest.mark.parametrize("what", ["channel", "thread", "parent", "server"])
async def test_a_place_that_is_removed_ends_its_game_at_once_and_the_host_is_told(
    playground: Playground, people: list[TestUser], start: StartBot, what: str
):
    bot, (ada, *_) = await start(), people
    before = ada.here
    if what in ("thread", "parent"):
        thread_of(ada)
    await lobby(ada)
    if what == "server":
        playground.faults.remove_bot()
    else:
        playground.world.remove_channel(before if what == "parent" else ada.here)
    await ended(bot)

    places = [ada.direct, *([before] if what == "server" else [])]

    def heard() -> bool:
        return any("is gone, or I can't see it" in m.text for one in places for m in ada.sees(one))

    assert await until(heard)


async def test_a_post_that_somebody_deletes_comes_back_three_times(
    people: list[TestUser], start: StartBot
):
    bot = await start()
    ada, grace, _ = people
    message, (runner,) = await lobby(ada), bot.open_games.runners
    seen = {message.id}
    for event in (Join, Leave, Join):
        ada.world.delete(message)
        await runner.do(event(str(grace.user.id)))
        message = await until(lambda: showing(ada, "At the table"))
        assert message.id not in seen
        assert message.mentions == []
        seen.add(message.id)
        listed = f"<@{grace.user.id}>"
        await until(lambda m=message, x=listed, on=event is Join: (x in m.text) is on)
    ada.world.delete(message)
    await runner.do(Leave(str(grace.user.id)))
    await ended(bot)
    assert await until(lambda: told(ada, "can't write in the channel"))


async def test_the_chat_of_a_voice_channel_needs_connect(people: list[TestUser], start: StartBot):
    await start()
    ada, *_ = people
    voice = ada.world.add_channel("lounge", kind=ChannelType.VOICE)
    ada.go(voice)
    await lobby(ada)
    other = ada.world.add_channel("stage", kind=ChannelType.STAGE)
    ada.world.overwrite(other, ada.world.bot.id, deny=Permission.CONNECT)
    ada.go(other)
    refused = (await ada.slash("pictionary")).message
    assert refused is not None
    assert "**Connect**" in refused.text


async def test_a_channel_that_is_given_back_keeps_no_button_of_the_game_that_it_lost(
    playground: Playground,
    people: list[TestUser],
    start: StartBot,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(posts, "ASK_AGAIN", 0.05)
    bot, (ada, *_) = await start(), people
    message = await lobby(ada)
    await ada.press(message, "Start")
    turn = await until(lambda: showing(ada, "Round 1"))
    await until(lambda: any(part.get("custom_id") for part in turn.walk()))
    playground.faults.take_permission(ada.here, Permission.VIEW_CHANNEL)
    bot.open_games.lost(channel=ada.here.id)
    await ended(bot)
    assert any(part.get("custom_id") for part in turn.walk())
    playground.faults.give_back_permissions(ada.here)
    await until(lambda: not any(part.get("custom_id") for part in turn.walk()))
