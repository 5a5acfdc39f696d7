"""Drawings that are changed by a reply to them."""

from __future__ import annotations

import pytest

from bot.drawing import job
from bot.playground.model.entities import Message, MessageType
from bot.playground.model.permission import Permission
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import server_settings
from bot.store.database import Store
from tests.bot.commands.test_again_but import drawn
from tests.bot.conftest import SOON, StartBot, over, picture
from tests.pace import Pace


async def answered(person: TestUser, said: Message) -> Message:
    """What the bot replies to a message."""

    def reply() -> Message | None:
        found = (one for one in person.sees() if one.author.is_bot and one.reply_to == said.id)
        return next(found, None)

    found = await person.wait_for(reply, SOON)
    assert found is not None
    assert found.type is MessageType.REPLY
    assert found.mentions == []
    return found


async def changed(person: TestUser, message: Message, wish: str) -> Message:
    return await over(person, await answered(person, person.say(wish, reply_to=message)))


def by_the_bot(person: TestUser) -> list[Message]:
    return [one for one in person.sees() if one.author.is_bot]


async def test_a_reply_gives_a_cat_a_hat_and_the_next_one_changes_that(
    ada: TestUser, start: StartBot, playground: Playground
):
    bot = await start(steps=2)
    first = await drawn(ada)
    second = await changed(ada, first, f"<@{playground.world.bot.id}> with a hat")
    assert "a cat, with a hat" in second.text
    assert picture(second)[0] == "drawing.gif"
    stored = await bot.drawings.of_message(second.id)
    assert stored is not None
    assert stored.person == ada.user.id
    assert stored.request.prompt == "a cat wearing a hat"
    assert stored.request.start is not None
    # Without the bot's name, too: a reply pings whom it answers.
    grace = TestUser(ada.playground, "Grace")
    third = await changed(grace, second, "as a pen drawing, fewer strokes")
    assert "a cat, with a hat, as a pen drawing, fewer strokes" in third.text
    assert "black pen" in third.text
    # It has the buttons of every drawing.
    await grace.press(third, "Delete")
    await grace.wait_for(lambda: third.deleted)
    assert await bot.drawings.of_message(third.id) is None


async def test_a_reply_in_direct_messages_is_drawn(ada: TestUser, start: StartBot):
    await start(steps=2)
    ada.go(ada.direct)
    first = await drawn(ada, ink="pen")
    assert "a cat, in red" in (await changed(ada, first, "in red")).text


async def test_a_reply_can_be_stopped_and_counts_among_what_is_under_way(
    ada: TestUser, start: StartBot, pace: Pace
):
    await start(steps=4, per_person=1)
    first = await drawn(ada)
    with pace.held(at=1):
        second = await answered(ada, ada.say("in blue", reply_to=first))
        await ada.wait_for(lambda: second.attachments, SOON)
        # It is under way, so nothing becomes of a reply to it.
        ada.say("in red", reply_to=second)
        refused = await answered(ada, ada.say("in green", reply_to=first))
        assert "already have one drawing under way" in refused.text
        await ada.press(second, "Stop")
        await over(ada, second)
    assert "Stopped" in second.text
    assert len(by_the_bot(ada)) == 3


async def test_what_it_cannot_is_one_line_and_nobody_gets_many(
    ada: TestUser, start: StartBot, playground: Playground
):
    bot = await start(steps=2)
    first = await drawn(ada)
    guild = playground.world.guild_id
    told = await answered(ada, ada.say("dancing in the rain", reply_to=first))
    assert "I can't change that" in told.text
    assert "\n" not in told.text
    await server_settings.change(bot.store, guild, blocked=("hat",))
    blocked = await answered(ada, ada.say("mit einem Hut", reply_to=first))
    assert "I'd rather not draw that" in blocked.text
    other = playground.world.channel_named("games")
    await server_settings.change(bot.store, guild, channels=(other.id,), blocked=())
    elsewhere = await answered(ada, ada.say("in blue", reply_to=first))
    assert "I'm not allowed here" in elsewhere.text
    ada.say("in green", reply_to=first)
    ada.say("in red", reply_to=first)
    # Others are told as before, and who was told often is heard as before.
    grace = TestUser(playground, "Grace")
    await answered(grace, grace.say("dancing in the rain", reply_to=first))
    await server_settings.change(bot.store, guild, channels=())
    await changed(ada, first, "in blue")
    assert len(by_the_bot(ada)) == 6


async def test_what_is_no_wish_to_the_bot_is_left_alone(
    ada: TestUser, start: StartBot, playground: Playground
):
    await start(steps=2)
    first = await drawn(ada)
    helped = (await ada.slash("about")).message
    assert helped is not None
    ada.say("in blue", reply_to=first, ping=False)  # Discord leaves out what it says
    ada.say(f"<@{playground.world.bot.id}> in blue")
    ada.say("in blue", reply_to=ada.say("hello"))
    ada.say("in blue", reply_to=helped)
    ada.say("👍 !!!", reply_to=first)
    await changed(ada, first, "in red")
    shown = [one for one in by_the_bot(ada) if one is not helped]
    assert [one.text.splitlines()[0] for one in shown] == ["### a cat", "### a cat, in red"]


async def test_who_may_not_read_what_was_said_before_answers_without_a_reply(
    ada: TestUser, start: StartBot, playground: Playground
):
    await start(steps=2)
    first = await drawn(ada)
    playground.faults.take_permission(ada.here, Permission.READ_MESSAGE_HISTORY)
    ada.say("in blue", reply_to=first)
    second = await ada.wait_for_message("a cat, in blue", timeout=SOON)
    await over(ada, second)
    assert second.reply_to is None
    ada.say("dancing in the rain", reply_to=first)
    assert (await ada.wait_for_message("I can't change that")).reply_to is None


async def test_a_permission_that_is_missing_is_named(
    ada: TestUser, start: StartBot, playground: Playground
):
    await start(steps=2)
    first = await drawn(ada)
    playground.faults.take_permission(ada.here, Permission.ATTACH_FILES)
    told = await answered(ada, ada.say("in blue", reply_to=first))
    assert "Attach Files" in told.text


@pytest.mark.parametrize("sent", [True, False])
async def test_a_reply_that_may_not_have_been_sent_is_sent_once(
    ada: TestUser, start: StartBot, playground: Playground, sent: bool
):
    """Discord answers so badly that discord.py gives up; what was sent, was it or not?"""
    await start(steps=2)
    first = await drawn(ada)
    fail = playground.faults.lose if sent else playground.faults.fail
    fail("POST */messages", times=5, status=500)
    assert "a cat, in blue" in (await changed(ada, first, "in blue")).text
    assert len(by_the_bot(ada)) == 2
    assert not playground.faults._plans  # all five


@pytest.mark.parametrize("known", [True, False])
async def test_a_reply_goes_on_after_a_kill_also_before_its_message_was_stored(
    ada: TestUser,
    start: StartBot,
    store: Store,
    pace: Pace,
    monkeypatch: pytest.MonkeyPatch,
    known: bool,
):
    monkeypatch.setattr(job, "STRAGGLE", 0.0)
    bot = await start(steps=4)
    first = await drawn(ada)
    with pace.held(at=1):
        said = ada.say("in blue", reply_to=first)
        second = await answered(ada, said)
        await ada.wait_for(lambda: second.attachments, SOON)
        await bot.close()
    if not known:  # as if it had been killed before it knew which message that is
        await store.do(
            lambda db: db.execute(
                "update drawings set message = null, step = 0, strokes = null where message = ?",
                [second.id],
            )
        )
    bot = await start(steps=4)
    await over(ada, second)
    assert picture(second)[0] == "drawing.gif"
    stored = await bot.drawings.of_message(second.id)
    assert stored is not None
    assert stored.state == "finished"
    assert (second.reply_to, len(by_the_bot(ada))) == (said.id, 2)
