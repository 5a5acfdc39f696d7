"""What a server owner sees first: hello, three things to try, and what to put right."""

from __future__ import annotations

from bot.commands.first_steps import STEPS
from bot.playground.model.entities import Message, Overwrite
from bot.playground.model.permission import NONE, Permission
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import server_settings
from bot.store.database import Store
from bot.texts import Texts
from tests.bot.conftest import SOON, StartBot, is_over
from tests.bot.games.conftest import until

EN = Texts("en")
LABELS = [EN(f"steps.{name}") for name in STEPS]


def refuse(playground: Playground, channel: str, *denied: Permission) -> None:
    """Take permissions away from the bot in a channel."""
    world = playground.world
    lacking = NONE
    for one in denied:
        lacking |= one
    where = world.channel_named(channel)
    where.overwrites[world.bot.id] = Overwrite(NONE, lacking)
    world.emit("channel_update", where)


def hello(person: TestUser, channel: str) -> list[Message]:
    """The greetings in a channel."""
    return [message for message in person.sees(channel) if "I'm Penguess" in message.text]


async def test_it_says_hello_once_where_it_may_write(
    playground: Playground, ada: TestUser, start: StartBot
):
    refuse(playground, "drawing-room", Permission.SEND_MESSAGES)
    bot = await start()
    playground.world.invite_bot()
    await until(lambda: hello(ada, "games"))
    (greeting,) = hello(ada, "games")
    assert [part["label"] for part in greeting.walk() if part.get("custom_id")] == LABELS
    playground.world.emit("bot_invited", playground.world)  # thrown out, and invited again
    await bot.store.note("after it")
    opened = await ada.slash("help")
    assert opened.message is not None
    assert len(hello(ada, "games")) == 1
    assert not hello(ada, "drawing-room")
    assert not hello(ada, "quiet-corner")


async def test_where_it_may_write_nowhere_it_is_silent_and_greets_later(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    for channel in ("drawing-room", "games", "quiet-corner"):
        refuse(playground, channel, Permission.ATTACH_FILES)
    bot = await start()
    playground.world.invite_bot()
    note = f"greeted:{playground.world.guild_id}"
    await ada.slash("help")
    assert await store.note(note) is None
    refuse(playground, "games")
    (guild,) = bot.guilds
    await until(lambda: guild.text_channels[1].permissions_for(guild.me).attach_files)
    playground.world.emit("bot_invited", playground.world)
    await until(lambda: hello(ada, "games"))


async def test_each_button_does_what_the_command_does(
    playground: Playground, ada: TestUser, start: StartBot
):
    bot = await start()
    opened = (await ada.slash("help")).message
    assert opened is not None
    labels = [part.get("label") for part in opened.walk()]
    assert [label for label in labels if label in LABELS] == LABELS

    form = await ada.press(opened, LABELS[0])
    drawn = (await ada.submit(form, {"prompt": "a red apple"})).message
    assert drawn is not None
    assert drawn.ephemeral_to is None
    await ada.wait_for(lambda: is_over(drawn), SOON)
    assert "a red apple" in drawn.text
    again = await ada.press(opened, LABELS[0])
    refused = (await ada.submit(again, {"prompt": "???"})).message
    assert refused is not None
    assert refused.ephemeral_to == ada.user.id

    ada.go("games")
    opened = (await ada.slash("help")).message
    assert opened is not None
    lobby = (await ada.press(opened, LABELS[1])).message
    assert lobby is not None
    assert "Pictionary" in lobby.text
    ada.go("quiet-corner")
    opened = (await ada.slash("help")).message
    assert opened is not None
    await ada.press(opened, LABELS[2])
    kinds = await until(lambda: len(bot.open_games.runners) == 2 and bot.open_games.runners)
    assert {runner.place.channel for runner in kinds} == {
        playground.world.channel_named(name).id for name in ("games", "quiet-corner")
    }


async def advice(person: TestUser) -> str:
    """What the page for moderators says here."""
    opened = (await person.slash("help")).message
    assert opened is not None
    await person.press(opened, EN("help.server"))
    return opened.text


async def test_what_would_go_wrong_is_told_with_the_one_thing_to_do(
    playground: Playground, ada: TestUser, start: StartBot
):
    bot = await start(chat=True, engine="unix:/tmp/penguess-no-such.sock")
    text = await advice(ada)
    assert EN("steps.engine_away") in text
    assert EN("steps.no_address") in text
    assert "Manage Messages" in text
    assert "PENGUESS_CHAT" not in text
    assert "I need **Attach Files**" not in text
    await server_settings.change(bot.store, playground.world.guild_id, chat=False)
    assert EN("steps.chat_off_here") in await advice(ada)

    refuse(playground, "drawing-room", Permission.ATTACH_FILES, Permission.SEND_MESSAGES)
    text = await advice(ada)
    channel = playground.world.channel_named("drawing-room").id
    assert f"I need **Send Messages**, **Attach Files** in <#{channel}>" in text


async def test_threads_have_advice_of_their_own(
    playground: Playground, ada: TestUser, start: StartBot
):
    await start()
    world, parent = playground.world, ada.here
    ada.go(world.add_thread(parent, "secret", ada.user, message=None, private=True))
    assert EN("steps.no_thread") in await advice(ada)
    world.join_thread(ada.here, world.bot.id)
    assert EN("steps.no_thread") not in await advice(ada)
    ada.go(world.add_thread(parent, "open", ada.user, message=None, private=False))
    refuse(playground, parent.name, Permission.SEND_MESSAGES_IN_THREADS)
    text = await advice(ada)
    assert "I need **Send Messages in Threads**" in text
    assert f"in <#{parent.id}>: grant it" in text
    assert "the thread belongs to" in text


async def test_where_all_is_well_that_is_said(ada: TestUser, start: StartBot):
    bot = await start(public_url="https://draw.example.org")
    bot.pad.address = "https://draw.example.org"
    text = await advice(ada)
    assert "⚠️" not in text
    assert EN("steps.chat_off") in text  # which is nothing that went wrong


async def test_a_server_without_a_language_is_spoken_to_in_the_starters(
    playground: Playground, ada: TestUser, start: StartBot
):
    await start()
    ada.user.locale = "de"
    lobby = (await ada.slash("pictionary")).message
    assert lobby is not None
    assert Texts("de")("lobby.start") in [part.get("label") for part in lobby.walk()]
    playground.world.become_community("es-ES")
    ada.go("games")
    lobby = (await ada.slash("pictionary")).message
    assert lobby is not None
    assert Texts("es")("lobby.start") in [part.get("label") for part in lobby.walk()]


async def test_the_greeting_does_not_tell_of_an_engine_that_starts(
    playground: Playground, ada: TestUser, start: StartBot
):
    """The page stays, and a bot that has just been started has no engine yet."""
    await start(engine="unix:/tmp/penguess-no-such.sock")
    playground.world.invite_bot()
    (said,) = await until(lambda: hello(ada, "drawing-room"))
    assert EN("steps.engine_away") not in said.text
