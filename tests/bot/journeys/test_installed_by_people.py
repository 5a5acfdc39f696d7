"""The bot where it is no member: whoever has installed it for themselves calls it there.

It reaches its answers there by the interaction's token alone, for 15 minutes, and may add five
more messages. docs: https://docs.discord.com/developers/resources/application#installation-context
"""

from __future__ import annotations

import asyncio

import discord
import pytest

from bot.drawing.stored_drawings import StoredDrawings
from bot.kit.reply import TOKEN_GOOD_FOR
from bot.playground.model.entities import Channel, ChannelType
from bot.playground.model.errors import ApiError
from bot.playground.model.permission import Permission
from bot.playground.model.uploads import UploadedFile
from bot.playground.protocol import interaction_json
from bot.playground.protocol.command_input import InvalidInput
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.playground.users.user_actions import UserActions
from bot.store import promises
from bot.store.database import Store
from tests.bot.commands.test_guess import answer, circle
from tests.bot.conftest import SOON, StartBot, over, picture
from tests.clock import MovedClock
from tests.pace import Pace

PLACES = ("another-server", "a group chat")
FOR_ANYWHERE = {
    *("draw", "morph", "collage", "sketch", "guess", "queue", "help", "about", "privacy"),
    "Guess this drawing",
}
CIRCLE = UploadedFile("circle.png", circle())


def called_in(playground: Playground, person: TestUser, place: Channel) -> set[str]:
    usable = UserActions(playground.desk, playground.commands, person.user).usable(place)
    return {command["name"] for command in usable}


async def test_games_and_settings_are_for_servers_that_have_the_bot(
    playground: Playground, ada: TestUser, start: StartBot
):
    await start()
    for name in PLACES:
        place = playground.world.channel_named(name)
        assert called_in(playground, ada, place) == FOR_ANYWHERE
    assert called_in(playground, ada, ada.here) > FOR_ANYWHERE
    assert called_in(playground, ada, ada.direct) > FOR_ANYWHERE  # telephone too, with the bot
    assert "settings" not in called_in(playground, ada, ada.direct)
    ada.go("another-server")
    with pytest.raises(InvalidInput, match="no command pictionary here"):
        await ada.slash("pictionary")


@pytest.mark.parametrize("place", [*PLACES, "direct"])
async def test_a_drawing_and_all_its_buttons(
    playground: Playground, ada: TestUser, start: StartBot, store: Store, place: str
):
    await start(steps=12)
    bob = TestUser(playground, "Bob")
    ada.go(ada.direct if place == "direct" else place)
    bob.go(ada.here)
    message = (await ada.slash("draw", prompt="a cat", strokes=6)).message
    assert message is not None
    assert message.ephemeral_to is None
    await over(ada, message)
    assert picture(message)[0] == "drawing.gif"
    presser = ada if place == "direct" else bob
    for label in ("Again", "More strokes", "Fewer strokes", "Vary"):
        pressed = (await presser.press(message, label)).message
        assert pressed is not None
        await over(presser, pressed)
        assert picture(pressed)[0] == "drawing.gif"
    sent = (await presser.press(message, "SVG")).message
    assert sent is not None
    assert sent.ephemeral_to == presser.user.id
    if presser is bob:
        told = await answer(bob, await bob.press(message, "Delete"))
        assert told.ephemeral_to == bob.user.id
        assert not message.deleted
    await ada.press(message, "Delete")
    await ada.wait_for(lambda: message.deleted)
    assert await StoredDrawings(store).of_message(message.id) is None


@pytest.mark.parametrize("place", PLACES)
async def test_a_picture_is_guessed_and_sketched_and_what_goes_wrong_is_told_to_one(
    playground: Playground, ada: TestUser, start: StartBot, place: str
):
    await start(steps=4)
    ada.go(place)
    said = await answer(ada, await ada.slash("guess", image=CIRCLE))
    assert said.ephemeral_to is None
    assert "%" in said.text
    posted = ada.say("look", CIRCLE)
    assert "%" in (await answer(ada, await ada.use("Guess this drawing", posted))).text
    sketched = await answer(ada, await ada.slash("sketch", image=CIRCLE, strokes=6))
    await over(ada, sketched)
    no_picture = UploadedFile("text.png", b"I am text and nothing else")
    asked = await ada.slash("guess", image=no_picture)
    told = await answer(ada, asked)
    assert told.ephemeral_to == ada.user.id
    assert len(asked.followups) == 1


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ["queue", "help", "about", "privacy"])
async def test_what_is_about_the_bot_answers_everywhere(
    ada: TestUser, start: StartBot, place: str, name: str
):
    await start()
    ada.go(place)
    assert (await answer(ada, await ada.slash(name))).text


async def test_a_server_that_wants_no_strangers_apps_hides_the_answers(
    playground: Playground, ada: TestUser, start: StartBot
):
    world = playground.world
    place = world.channel_named("another-server")
    world.overwrite(place, world.elsewhere_id, deny=Permission.USE_EXTERNAL_APPS)
    await start(steps=12)
    ada.go(place)
    message = (await ada.slash("draw", prompt="a cat", strokes=6)).message
    assert message is not None
    assert message.ephemeral_to == ada.user.id
    await over(ada, message)
    assert picture(message)[0] == "drawing.gif"
    again = (await ada.press(message, "Again")).message
    assert again is not None
    await over(ada, again)
    assert again.ephemeral_to == ada.user.id
    said = await answer(ada, await ada.slash("guess", image=CIRCLE))
    assert said.ephemeral_to == ada.user.id


@pytest.mark.parametrize("place", PLACES)
async def test_after_15_minutes_a_drawing_ends_as_it_stands(
    playground: Playground, ada: TestUser, start: StartBot, place: str, pace: Pace
):
    clock = MovedClock()
    pace.hold(at=1)
    await start(steps=20, clock=clock)
    ada.go(place)
    message = (await ada.slash("draw", prompt="a cat", strokes=6)).message
    assert message is not None
    await ada.wait_for(lambda: message.attachments, SOON)
    clock.moved = TOKEN_GOOD_FOR + 1
    playground.clock.advance(TOKEN_GOOD_FOR + 1)
    await over(ada, message)
    assert "only 15 minutes, because I'm not a member here" in message.text


async def test_a_restart_ends_a_drawing_that_is_out_of_reach_afterwards(
    ada: TestUser, start: StartBot, store: Store, pace: Pace
):
    pace.hold(at=1)
    bot = await start(steps=20)
    ada.go("another-server")
    message = (await ada.slash("draw", prompt="a cat", strokes=6)).message
    assert message is not None
    await ada.wait_for(lambda: message.attachments, SOON)
    await bot.close()
    assert "I'm restarting, and I can't edit this message after that" in message.text
    stored = await StoredDrawings(store).of_message(message.id)
    assert stored is not None
    assert stored.state == "stopped"
    pace.release()
    await start(steps=4)
    again = (await ada.press(message, "Again")).message
    assert again is not None
    await over(ada, again)


@pytest.mark.parametrize("noticed", ["under way", "at its end"])
async def test_a_killed_bot_gives_up_what_it_cannot_reach(
    playground: Playground,
    ada: TestUser,
    start: StartBot,
    store: Store,
    pace: Pace,
    noticed: str,
):
    """As after SIGKILL: the drawing is still under way in the database, its token is lost."""
    pace.hold(at=1)
    first = await start(steps=20)
    ada.go("another-server")
    asked = await ada.slash("draw", prompt="a cat", strokes=6)
    message = asked.message
    assert message is not None
    await ada.wait_for(lambda: message.attachments, SOON)
    stored = await StoredDrawings(store).of_message(message.id)
    assert stored is not None
    await first.close()
    await StoredDrawings(store).update(stored.id, state="running")
    await promises.forget(store, asked.id)
    if noticed == "at its end":
        pace.release()  # it may be noticed sooner: what comes of it is the same
    bot = await start(steps=20)
    while bot.in_progress.job(stored.id) is not None:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    told = await answer(ada, await ada.press(message, "Again"))
    assert told.ephemeral_to == ada.user.id


async def test_the_playground_takes_five_more_messages_from_a_stranger(
    playground: Playground, ada: TestUser, start: StartBot
):
    """And as many as it likes from a member."""
    await start()
    desk = playground.desk
    for place, most in (("another-server", 5), ("drawing-room", 8)):
        ada.go(place)
        asked = await ada.slash("help")
        for _ in range(most):
            desk.follow_up(asked, {"content": "more"}, {})
        if place == "another-server":
            with pytest.raises(ApiError, match="maximum number of follow up") as refused:
                desk.follow_up(asked, {"content": "more"}, {})
            assert (refused.value.status, refused.value.code) == (400, 40094)


async def test_discord_tells_the_bot_where_it_is_a_stranger(
    playground: Playground, ada: TestUser, start: StartBot
):
    await start()
    world, uploads = playground.world, playground.uploads
    person = str(ada.user.id)

    async def told(place: Channel) -> dict[str, object]:
        ada.go(place)
        return interaction_json.payload(world, uploads, await ada.slash("help"))

    inside = await told(world.channel_named("drawing-room"))
    assert inside["authorizing_integration_owners"] == {"0": str(world.guild_id), "1": person}
    outside = await told(world.channel_named("another-server"))
    assert outside["authorizing_integration_owners"] == {"1": person}
    assert (outside["context"], outside["guild_id"]) == (0, str(world.elsewhere_id))
    group = await told(world.channel_named("a group chat"))
    assert group["authorizing_integration_owners"] == {"1": person}
    assert (group["context"], "guild_id" in group) == (2, False)
    direct = await told(ada.direct)
    assert direct["authorizing_integration_owners"] == {"0": "0", "1": person}
    assert direct["context"] == 1


async def test_messages_among_strangers_are_not_the_bot_s_to_see_or_touch(
    playground: Playground, ada: TestUser, start: StartBot
):
    bot = await start(chat=True)
    (session,) = playground.gateway.sessions.values()
    for kind in (ChannelType.TEXT, ChannelType.GROUP):
        place = next(
            channel
            for channel in playground.world.channels.values()
            if channel.type is kind and not playground.world.has_bot(channel)
        )
        ada.go(place)
        said = ada.say("between us")
        ada.react(said, "👀")
        with pytest.raises(discord.Forbidden):
            await bot.get_partial_messageable(place.id).send("hello")
        with pytest.raises(discord.Forbidden):
            await bot.get_partial_messageable(place.id).fetch_message(said.id)
    assert not {event["t"] for event in session.sent if event["t"].startswith("MESSAGE")}
