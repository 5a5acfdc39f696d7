"""Each setting from the panel to what it does, as people meet it."""

from __future__ import annotations

import pytest

from bot.drawing.stored_drawings import StoredDrawings
from bot.playground.model.entities import Message
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from bot.store.retention import sweep
from tests.bot.commands.test_guess import answer
from tests.bot.conftest import SOON, StartBot, over
from tests.bot.games.conftest import until
from tests.pace import Pace

GERMAN = "Ich spitze den Stift …"


@pytest.fixture
def mod(playground: Playground) -> TestUser:
    return TestUser(playground, "Mod", moderator=True)


async def choose(mod: TestUser, what: str, *values: object) -> Message:
    panel = await answer(mod, await mod.slash("settings"))
    await mod.choose(panel, f"panel:settings:{what}", *values)
    return panel


async def enter(mod: TestUser, form: str, **typed: str) -> None:
    panel = await answer(mod, await mod.slash("settings"))
    opened = await mod.press(panel, f"panel:settings:{form}")
    await mod.submit(opened, typed)


async def told(person: TestUser, command: str, **options: object) -> str:
    """What a person alone is told."""
    said = await answer(person, await person.slash(command, **options))
    assert said.ephemeral_to == person.user.id
    return said.text


async def test_channels(playground: Playground, ada: TestUser, mod: TestUser, start: StartBot):
    await start(steps=2)
    quiet = playground.world.channel_named("quiet-corner")
    await choose(mod, "channels", quiet)
    for command, options in (("draw", {"prompt": "a cat"}), ("pictionary", {}), ("telephone", {})):
        assert f"<#{quiet.id}>" in await told(ada, command, **options)
    ada.go(quiet)
    drawn = (await ada.slash("draw", prompt="a cat", strokes=4)).message
    assert drawn is not None
    await over(ada, drawn)
    assert drawn.ephemeral_to is None


async def test_who_may_start_games(
    playground: Playground, ada: TestUser, mod: TestUser, start: StartBot
):
    await start()
    await choose(mod, "starters", "moderators")
    for command, options in (("pictionary", {}), ("telephone", {}), ("breed", {"prompt": "a cat"})):
        assert "only moderators" in await told(ada, command, **options)
    panel = await choose(mod, "starters", "role")
    role = playground.world.moderators.id
    await mod.choose(panel, "panel:settings:role", role)
    assert f"<@&{role}>" in await told(ada, "pictionary")
    playground.world.members[ada.user.id].roles.append(role)
    lobby = (await ada.slash("pictionary")).message
    assert lobby is not None
    assert lobby.ephemeral_to is None
    playground.world.members[ada.user.id].roles.clear()
    ada.go("quiet-corner")
    await choose(mod, "starters", "everyone")
    lobby = (await ada.slash("telephone")).message
    assert lobby is not None
    assert lobby.ephemeral_to is None


@pytest.mark.parametrize("reads", ["yes", "no"])
async def test_whether_guesses_are_read_from_chat(
    playground: Playground, ada: TestUser, mod: TestUser, start: StartBot, reads: str
):
    world = playground.world
    world.members[world.bot.id].roles.append(world.moderators.id)
    bot = await start(chat=True, steps=5)
    await choose(mod, "chat", reads)
    bob = TestUser(playground, "Bob")
    lobby = (await ada.slash("pictionary", mode="bot-draws", rounds=1, strokes=4)).message
    assert lobby is not None
    await bob.press(lobby, "Join")
    await ada.press(lobby, "Start")
    turn = await ada.wait_for_message("Round 1 of 1", timeout=SOON)
    (runner,) = bot.open_games.runners
    said = bob.say(runner.play.state.turn.word.text)
    await ada.slash("answer", word="parachute")  # of which all is heard after what was said
    await ada.wait_for(lambda: "parachute" in turn.text, SOON)
    if reads == "yes":
        await ada.wait_for(lambda: said.deleted, SOON)
    assert said.deleted == (reads == "yes")


async def test_strokes_and_style(ada: TestUser, mod: TestUser, start: StartBot):
    await start(steps=2)
    await enter(mod, "numbers", strokes="6")
    await choose(mod, "style", "neon")
    drawn = (await ada.slash("draw", prompt="a cat")).message
    assert drawn is not None
    assert "6 strokes" in drawn.text
    assert "neon sign" in drawn.text
    other = (await ada.slash("draw", prompt="a cat", strokes=4, style="comic")).message
    assert other is not None
    assert "4 strokes" in other.text
    assert "neon" not in other.text


async def test_language(ada: TestUser, mod: TestUser, start: StartBot):
    """The server's for what all read; a person's own for what they read alone."""
    await start(steps=2)
    await choose(mod, "language", "de")
    drawn = (await ada.slash("draw", prompt="a cat", strokes=4)).message
    assert drawn is not None
    assert GERMAN in drawn.text
    assert "I can't draw that" in await told(ada, "draw", prompt="**")
    ada.user.locale = "ja"
    assert "描けるものがありません" in await told(ada, "draw", prompt="**")
    await choose(mod, "language", "auto")
    drawn = (await ada.slash("draw", prompt="a cat", strokes=4)).message
    assert drawn is not None
    assert GERMAN not in drawn.text


async def test_a_server_without_a_language_of_its_own_reads_that_of_who_asks(
    playground: Playground, ada: TestUser, start: StartBot
):
    """Discord says en-US of every server that is no Community."""
    bot = await start(steps=2)
    ada.user.locale = "de"
    drawn = (await ada.slash("draw", prompt="a cat", strokes=4)).message
    assert drawn is not None
    assert GERMAN in drawn.text
    playground.world.become_community("en-GB")
    await until(lambda: "COMMUNITY" in bot.guilds[0].features)
    drawn = (await ada.slash("draw", prompt="a cat", strokes=4)).message
    assert drawn is not None
    assert GERMAN not in drawn.text


async def test_drawings_under_way(
    playground: Playground, ada: TestUser, mod: TestUser, start: StartBot, pace: Pace
):
    pace.hold()
    await start(steps=20)
    bob = TestUser(playground, "Bob")
    await enter(mod, "numbers", per_person="1", per_server="2")
    running = []
    for person in (ada, bob):
        drawn = (await person.slash("draw", prompt="a cat", strokes=4)).message
        assert drawn is not None
        running.append(drawn)
    assert "You already have one drawing" in await told(ada, "draw", prompt="a dog")
    assert "This server already has 2 drawings under way" in await told(mod, "draw", prompt="a dog")
    for person, drawn in zip((ada, bob), running, strict=True):
        await person.press(drawn, "Stop")
        await over(person, drawn)


async def test_blocked_words(ada: TestUser, mod: TestUser, start: StartBot):
    await start(steps=2)
    await enter(mod, "blocked", blocked="moth")
    for command, options in (
        ("draw", {"prompt": "a moth"}),
        ("draw", {"prompt": "a cat", "style": "moth"}),
        ("telephone", {"prompt": "a moth on a lamp"}),
        ("breed", {"prompt": "a moth"}),
    ):
        text = await told(ada, command, **options)
        assert "moth" not in text
    added = await told(ada, "words add", word="moth")
    assert "not welcome" in added
    assert "moth" not in added


async def test_how_long_drawings_are_kept(
    playground: Playground, ada: TestUser, mod: TestUser, start: StartBot, store: Store
):
    await start(steps=2)
    await enter(mod, "numbers", retention_days="3")
    assert "kept for **3** days here" in await told(ada, "privacy")
    drawn = (await ada.slash("draw", prompt="a cat", strokes=4)).message
    assert drawn is not None
    await over(ada, drawn)
    stored = await StoredDrawings(store).of_message(drawn.id)
    assert stored is not None
    await sweep(store, 365, now=stored.made + 2 * 86_400)
    assert await StoredDrawings(store).find(stored.id) is not None
    await sweep(store, 365, now=stored.made + 4 * 86_400)
    assert "I no longer have that drawing" in await _pressed(ada, drawn, "Again")


async def _pressed(person: TestUser, message: Message, label: str) -> str:
    return (await answer(person, await person.press(message, label))).text
