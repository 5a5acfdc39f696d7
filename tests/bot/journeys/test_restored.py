"""A back-up is restored: what was under way in it goes on, whatever came later."""

from __future__ import annotations

from pathlib import Path

from bot.playground.test_user import TestUser
from bot.store.backup import back_up, restore
from bot.store.database import Store
from games.drawing.turn import Phase
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import clock as clock
from tests.bot.games.conftest import people as people
from tests.bot.games.conftest import showing, the_game, until, word_of
from tests.bot.games.conftest import start as start


async def test_a_game_of_a_back_up_goes_on_in_its_messages(
    people: list[TestUser],
    start: StartBot,
    tmp_path: Path,
):
    monday, restored = tmp_path / "monday.db", tmp_path / "restored" / "penguess.db"
    bot = await start()
    ada, grace, _ = people
    lobby = (await ada.slash("pictionary", mode="bot-draws", rounds=1, strokes=6)).message
    assert lobby is not None
    await grace.press(lobby, "Join")
    await ada.press(lobby, "Start")
    turn = await until(lambda: showing(ada, "Round 1 of 1"))
    await grace.slash("answer", word="zeppelin")
    await until(lambda: "zeppelin" in turn.text)
    word, turns = word_of(bot), the_game(bot).play.state.turn.number
    back_up(tmp_path / "penguess.db", monday)
    for person in (ada, grace):
        await person.slash("answer", word=word)
    await until(lambda: f"It was {word}" in turn.text.replace("*", ""))
    await bot.close()
    restore(restored, monday)
    async with Store(restored) as again:
        bot = await start(database=again)
        state = the_game(bot).play.state
        assert (state.phase, state.turn.number, word_of(bot)) == (Phase.DRAWING, turns, word)
        # The message that showed the end of the turn shows it under way, and what was guessed.
        await until(lambda: "It was" not in turn.text and "zeppelin" in turn.text)
        for person in (ada, grace):
            right = (await person.slash("answer", word=word)).message
            assert right is not None
            assert "That's it!" in right.text
        await until(lambda: f"It was {word}" in turn.text.replace("*", ""))
        await bot.close()
