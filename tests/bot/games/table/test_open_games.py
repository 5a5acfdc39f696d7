"""Tables in channels: who may do what, and what outlives the bot."""

from __future__ import annotations

import pytest

from bot.playground.model.entities import Message
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import server_settings
from bot.store.database import Store
from games.table.table import Ending, Stage
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import Hurry, showing, the_game, until, word_of


async def open_lobby(person: TestUser, **options: object) -> Message:
    opened = await person.slash("pictionary", **options)
    assert opened.message is not None
    return opened.message


async def told(person: TestUser, message: Message, label: str) -> str:
    """What a press is answered with, for this person alone."""
    pressed = await person.press(message, label)
    assert pressed.message is not None
    assert pressed.message.ephemeral_to == person.user.id
    return pressed.message.text


async def all_heard(turn: Message, person: TestUser) -> None:
    """Wait until the bot has dealt with what was said, as it has with a later guess."""
    await person.slash("answer", word="parachute")
    await until(lambda: "parachute" in turn.text)


async def test_a_channel_has_one_game_and_a_server_several(
    playground: Playground, people: list[TestUser], start: StartBot
):
    bot = await start()
    ada, grace, _ = people
    await open_lobby(ada)
    second = await open_lobby(grace)
    assert second.ephemeral_to == grace.user.id
    assert "already has a game" in second.text
    grace.go("games")
    third = await open_lobby(grace)
    assert third.ephemeral_to is None
    assert len(bot.open_games.runners) == 2


async def test_a_lobby_that_came_too_late_for_discord_is_not_shown_afterwards(
    playground: Playground, people: list[TestUser], start: StartBot
):
    bot = await start()
    ada, grace, _ = people
    playground.faults.delay("POST /interactions/*", 15.0)
    ada.call("pictionary")
    await until(lambda: bot.open_games.runners and not playground.faults._plans)
    menu = await grace.slash("game")
    assert menu.message is not None
    await grace.press(menu.message, "Join")
    await until(lambda: not bot.open_games.runners)
    await grace.slash("game")
    assert showing(grace, "At the table") is None


async def test_who_is_nobody_here_is_told_so(people: list[TestUser], start: StartBot):
    await start()
    ada, grace, _ = people
    lobby = await open_lobby(ada)
    assert "Only the host" in await told(grace, lobby, "Start")
    assert "Only the host" in await told(grace, lobby, "Settings")
    assert "Press **Join** first" in await told(grace, lobby, "Leave")
    await grace.press(lobby, "Join")
    assert "already in" in await told(grace, lobby, "Join")


async def test_settings_are_chosen_on_a_panel_for_the_host_alone(
    people: list[TestUser], start: StartBot
):
    bot = await start()
    ada, *_ = people
    lobby = await open_lobby(ada)
    opened = await ada.press(lobby, "Settings")
    panel = opened.message
    assert panel is not None
    assert panel.ephemeral_to == ada.user.id
    await ada.choose(panel, f"pick:{the_game(bot).id}:set:rounds", "10")
    await ada.choose(panel, f"pick:{the_game(bot).id}:set:mode", "people-draw")
    await until(lambda: "10 rounds" in lobby.text and "You take turns" in lobby.text)
    await ada.press(panel, "More …")
    await ada.choose(panel, f"pick:{the_game(bot).id}:set:strength", "hard")
    await until(lambda: "ruthless" in lobby.text)
    server_settings = the_game(bot).play.state.settings
    assert (server_settings.rounds, server_settings.mode, server_settings.strength) == (
        10,
        "people-draw",
        "hard",
    )


async def test_a_lobby_in_which_nothing_happens_closes(
    people: list[TestUser], start: StartBot, clock: Hurry, store: Store
):
    bot = await start(clock=clock)
    ada, grace, _ = people
    lobby = await open_lobby(ada)
    clock.skip(15 * 60)
    await until(lambda: "This lobby is closed" in lobby.text)
    await until(lambda: not bot.open_games.runners)
    assert await store.do(lambda db: list(db.query("select * from results"))) == []
    assert (await open_lobby(grace)).ephemeral_to is None


async def test_a_moderator_may_end_what_others_play(
    playground: Playground, people: list[TestUser], start: StartBot
):
    bot = await start(steps=5)
    mod = TestUser(playground, "Mod", moderator=True)
    ada, grace, _ = people
    lobby = await open_lobby(ada, mode="bot-draws", strokes=4)
    await grace.press(lobby, "Join")
    await ada.press(lobby, "Start")
    turn = await until(lambda: showing(ada, "Round 1 of 4"))
    menu = await grace.press(turn, "Table")
    assert menu.message is not None
    assert "End the game" not in str(menu.message.components)
    menu = await mod.press(turn, "Table")
    assert menu.message is not None
    await mod.press(menu.message, "Pause")
    await until(lambda: "Paused" in turn.text)
    await mod.press(turn, "Resume")
    await until(lambda: "Paused" not in turn.text)
    menu = await mod.press(turn, "Table")
    assert menu.message is not None
    await mod.choose(menu.message, f"pick:{the_game(bot).id}:kick", str(grace.user.id))
    await until(lambda: not the_game(bot).table.seats.has(str(grace.user.id)))
    menu = await grace.press(turn, "Table")
    assert menu.message is not None
    assert "voted you out" in await told(grace, menu.message, "Join")
    host = the_game(bot)
    menu = await mod.press(turn, "Table")
    assert menu.message is not None
    await mod.press(menu.message, "End the game")
    await until(lambda: showing(ada, "ended early"))
    assert host.table.ending is Ending.STOPPED


async def test_buttons_of_an_old_message_work_after_a_restart_and_time_stood_still(
    people: list[TestUser], start: StartBot, store: Store
):
    clock = Hurry()
    bot = await start(clock=clock)
    ada, grace, _ = people
    lobby = await open_lobby(ada)
    clock.skip(60)
    await until(lambda: the_game(bot).play.now >= 60)
    await bot.close()
    late = Hurry()
    late.skip(1_000_000)
    bot = await start(clock=late)
    assert the_game(bot).now == 60
    await grace.press(lobby, "Join")
    await until(lambda: "(2 of 24)" in lobby.text)
    (row,) = await store.running_games()
    assert row["id"] == the_game(bot).id
    # Not a word too many was posted on the way.
    assert [message for message in ada.sees() if "Pictionary" in message.text] == [lobby]


async def test_a_log_that_cannot_be_read_ends_its_game_and_no_other(
    people: list[TestUser], start: StartBot, store: Store
):
    bot = await start()
    ada, grace, _ = people
    await open_lobby(ada)
    broken = the_game(bot).id
    grace.go("games")
    await open_lobby(grace)
    await bot.close()
    sql = "update events set event = '{}' where game = ?"
    await store.do(lambda db: db.execute(sql, [broken]))
    bot = await start()
    assert [host.place.channel for host in bot.open_games.runners] == [grace.here.id]


@pytest.mark.parametrize("chat", [True, False])
async def test_guesses_from_chat_are_read_where_they_may_be_taken_away(
    playground: Playground, people: list[TestUser], start: StartBot, clock: Hurry, *, chat: bool
):
    world = playground.world
    world.members[world.bot.id].roles.append(world.moderators.id)
    bot = await start(chat=chat, steps=5, clock=clock)
    ada, grace, linus = people
    lobby = await open_lobby(ada, mode="bot-draws", strokes=4)
    await grace.press(lobby, "Join")
    await ada.press(lobby, "Start")
    turn = await until(lambda: showing(ada, "Round 1 of 4"))
    host = the_game(bot)
    word = word_of(bot)
    if not chat:
        said = grace.say(word)
        await all_heard(turn, grace)
        assert not said.deleted
        assert not host.play.state.turn.solved
        return
    wrong = grace.say("zeppelin")
    spoiler = linus.say(f"it is a {word}!")
    await until(lambda: spoiler.deleted)
    wordy = grace.say("I can't see it at all. " * 9 + word)
    await until(lambda: wordy.deleted)
    assert not host.play.state.turn.solved
    innocent = linus.say("what a nice evening")
    await all_heard(turn, grace)
    assert not innocent.deleted
    assert not wrong.deleted
    linus.edit(innocent, f"what a nice {word}")
    await until(lambda: innocent.deleted)
    right = grace.say(word)
    await until(lambda: right.deleted and host.play.state.turn.solved)
    again = grace.say(word)
    await until(lambda: again.deleted)
    assert host.table.stage is Stage.PLAYING


async def test_where_the_bot_may_not_delete_no_guess_is_read_from_chat_and_the_lobby_says_why(
    playground: Playground, people: list[TestUser], start: StartBot
):
    bot = await start(chat=True, steps=5)
    ada, grace, _ = people
    lobby = await open_lobby(ada, mode="bot-draws", strokes=4)
    assert "**Manage Messages**" in lobby.text
    await grace.press(lobby, "Join")
    await ada.press(lobby, "Start")
    turn = await until(lambda: showing(ada, "Round 1 of 4"))
    assert "Guess with the button" in turn.text
    said = grace.say(word_of(bot))
    await all_heard(turn, grace)
    assert not said.deleted
    assert not the_game(bot).play.state.turn.solved


async def test_a_server_that_wants_no_guesses_from_chat_is_not_offered_any(
    playground: Playground, people: list[TestUser], start: StartBot, store: Store
):
    world = playground.world
    world.members[world.bot.id].roles.append(world.moderators.id)
    await server_settings.change(store, world.guild_id, chat=False)
    await start(chat=True, steps=5)
    ada, *_ = people
    lobby = await open_lobby(ada, mode="bot-draws", strokes=4)
    assert "Manage Messages" not in lobby.text
    await ada.press(lobby, "Start")
    turn = await until(lambda: showing(ada, "Round 1 of 4"))
    assert "Guess with the button" in turn.text
