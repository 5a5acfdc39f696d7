from __future__ import annotations

import asyncio

import pytest
from discord import ui

from bot.client import Penguess
from bot.games.table import posts as posts_module
from bot.games.table.posts import Posts
from bot.games.table.private_messages import PrivateMessages
from bot.kit import layout, live_message
from bot.kit.live_message import Editable, MakeView, MessageView, outlast
from bot.kit.reply import Posted
from bot.playground.model.permission import Permission
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import Hurry, showing, until


def frame(text: str) -> MakeView:
    async def make() -> MessageView:
        return layout.framed([ui.TextDisplay(text)], 0, ())

    return make


async def allowed() -> bool:
    return True


async def posts_of(bot: Penguess, store: Store, person: TestUser, lost: list[int]) -> Posts:
    game = await store.add_game("pictionary", guild=1, channel=person.here.id)
    return Posts(bot, store, game, person.here.id, lambda: lost.append(1), allowed)


async def test_a_post_is_sent_once_and_edited_after_a_restart_too(
    people: list[TestUser], start: StartBot, store: Store
):
    bot = await start()
    ada = people[0]
    posts = await posts_of(bot, store, ada, [])
    posts.show("turn:1", frame("first"))
    message = await until(lambda: showing(ada, "first"))
    posts.show("turn:1", frame("second"))
    await until(lambda: "second" in message.text)
    assert posts.has(message.id)
    posts.close()
    again = Posts(bot, store, 1, ada.here.id, lambda: None, allowed)
    await again.load()
    assert await again.finish("turn:1", frame("third"))
    assert message.text == "third"
    assert await again.finish("turn:2", frame("another"))
    assert len(ada.sees()) == 2
    again.close()


async def test_an_edit_of_the_process_before_does_not_stay(
    people: list[TestUser], start: StartBot, store: Store, monkeypatch: pytest.MonkeyPatch
):
    """As after SIGKILL, when the network still holds what was sent."""
    bot, ada, arrived = await start(), people[0], asyncio.Event()

    async def outlast_arrival(place: Editable, frame: MakeView, _: float) -> None:
        await arrived.wait()
        await outlast(place, frame, 0.0)

    monkeypatch.setattr(posts_module, "outlast", outlast_arrival)
    posts = await posts_of(bot, store, ada, [])
    posts.show("turn:1", frame("first"))
    message = await until(lambda: showing(ada, "first"))
    posts.close()
    again = Posts(bot, store, 1, ada.here.id, lambda: None, allowed)
    await again.load()
    assert await again.finish("turn:1", frame("the end"))
    late = await frame("a clock that runs")()
    await Posted(bot, ada.here.id, message.id).edit(late)
    third = Posts(bot, store, 1, ada.here.id, lambda: None, allowed)
    await third.load()
    assert third.unfinished == ["turn:1"]  # so that another kill changes nothing
    arrived.set()
    assert again.are_owed
    await again.show_owed()
    assert message.text == "the end"
    await third.load()
    assert not third.unfinished
    again.close()


async def test_what_may_have_been_sent_to_a_lost_channel_is_found_when_it_is_given_back(
    playground: Playground, people: list[TestUser], start: StartBot, store: Store
):
    bot, ada = await start(), people[0]
    posts = await posts_of(bot, store, ada, [])
    posts.show("turn:1", frame("under way"))
    message = await until(lambda: showing(ada, "under way"))
    await until(lambda: posts.has(message.id))
    posts.close()
    # As if Discord had not said which message it was.
    await store.do(lambda db: db.execute("update posts set message = 0"))
    again = Posts(bot, store, 1, ada.here.id, lambda: None, allowed)
    await again.load()
    again.out_of_reach = True
    playground.faults.take_permission(ada.here, Permission.VIEW_CHANNEL)
    assert not await again.finish("turn:1", frame("the end"))
    playground.faults.give_back_permissions(ada.here)
    await again.show_owed()
    assert message.text == "the end"
    assert len(ada.sees()) == 1
    again.close()


async def test_a_last_page_is_shown_when_discord_takes_it_again(
    playground: Playground,
    people: list[TestUser],
    start: StartBot,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(live_message, "LAST_TRIES", (0.0, 0.0, 0.0, 0.0))
    monkeypatch.setattr(posts_module, "ASK_AGAIN", 0.0)
    bot, ada = await start(), people[0]
    posts = await posts_of(bot, store, ada, [])
    posts.show("turn:1", frame("under way"))
    message = await until(lambda: showing(ada, "under way"))
    await until(lambda: posts.has(message.id))
    playground.faults.fail("PATCH */messages/*", times=12, status=503)
    assert not await posts.finish("turn:1", frame("the end"))
    assert posts.are_owed
    await posts.show_owed()
    assert message.text == "the end"
    again = Posts(bot, store, 1, ada.here.id, lambda: None, allowed)
    await again.load()
    assert not again.unfinished


async def test_nothing_is_shown_once_posts_are_closed(
    people: list[TestUser], start: StartBot, store: Store
):
    """Not even what somebody has to show who did not know: nothing would ever close it."""
    posts = await posts_of(await start(), store, people[0], [])
    posts.close()
    posts.show("turn:1", frame("too late"))
    assert not await posts.finish("turn:2", frame("too late"))
    assert not posts._live
    assert people[0].sees() == []


async def test_a_channel_that_takes_no_messages_is_lost(
    playground: Playground, people: list[TestUser], start: StartBot, store: Store
):
    bot = await start()
    ada = people[0]
    lost: list[int] = []
    posts = await posts_of(bot, store, ada, lost)
    del playground.world.channels[ada.here.id]
    assert not await posts.finish("turn:1", frame("anyone?"))
    assert lost
    posts.close()


async def test_a_whisper_follows_the_last_interaction_and_then_comes_directly(
    people: list[TestUser], start: StartBot, clock: Hurry
):
    bot = await start(clock=clock)
    ada, grace, _ = people
    opened = await ada.slash("pictionary")
    assert opened.message is not None
    private_messages: PrivateMessages = bot.open_games.services.private_messages
    secret = await frame("a secret")()
    assert await private_messages.say(ada.user.id, ada.here.id, secret)
    heard = await until(lambda: showing(ada, "a secret"))
    assert heard.ephemeral_to == ada.user.id
    assert showing(grace, "a secret") is None
    clock.skip(15 * 60)
    assert await private_messages.say(ada.user.id, ada.here.id, await frame("later")())
    ada.go(ada.direct)
    assert await until(lambda: showing(ada, "later"))
    grace.user.accepts_direct_messages = False
    assert not await private_messages.say(grace.user.id, grace.here.id, await frame("no")())


async def test_a_whisper_that_nobody_wants_any_more_is_not_sent(
    people: list[TestUser], playground: Playground, start: StartBot, clock: Hurry
):
    bot = await start(clock=clock)
    ada = people[0]
    assert (await ada.slash("pictionary")).message is not None
    private_messages: PrivateMessages = bot.open_games.services.private_messages
    page, before = await frame("your words")(), len(ada.sees())
    assert not await private_messages.say(ada.user.id, ada.here.id, page, lambda: False)
    playground.faults.fail("POST */webhooks/*", times=20, status=403)
    still = iter([True, False])
    assert not await private_messages.say(ada.user.id, ada.here.id, page, lambda: next(still))
    assert list(still) == []
    assert len(ada.sees()) == before
    assert ada.sees(ada.direct) == []


async def test_what_is_being_sent_or_not_finished_is_known_after_a_restart(
    people: list[TestUser], start: StartBot, store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(posts_module, "STRAGGLE", 0.0)
    bot = await start()
    ada = people[0]
    posts = await posts_of(bot, store, ada, [])
    assert await posts.finish("turn:1", frame("the end"))
    posts.show("turn:2", frame("under way"))
    message = await until(lambda: showing(ada, "under way"))
    await until(lambda: posts.has(message.id))
    posts.close()
    # As if the bot had been killed after Discord had the message, and before it was stored.
    await store.do(lambda db: db.execute("update posts set message = 0 where key = 'turn:2'"))
    again = Posts(bot, store, 1, ada.here.id, lambda: None, allowed)
    await again.load()
    assert again.unfinished == ["turn:2"]
    assert await again.finish("turn:2", frame("this is how it ended"))
    assert message.text == "this is how it ended"
    assert again.unfinished == []
    assert len(ada.sees()) == 2
    again.close()
    last = Posts(bot, store, 1, ada.here.id, lambda: None, allowed)
    await last.load()
    assert last.unfinished == []
    last.close()
