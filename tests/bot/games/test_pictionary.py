from __future__ import annotations

import io

from PIL import Image

from bot.playground.person import Person
from bot.playground.server import Playground
from bot.store import Store
from tests.bot.conftest import StartBot, picture
from tests.bot.games.conftest import Hurry, showing, until, word_of


async def test_the_bot_draws_and_people_race_to_the_end(
    playground: Playground, people: list[Person], start: StartBot, clock: Hurry, store: Store
):
    bot = await start(clock=clock, steps=30)
    ada, grace, linus = people
    opened = await ada.slash("pictionary", mode="bot-draws", rounds=1, time=60, strokes=6)
    lobby = opened.message
    assert lobby is not None
    assert "1 round" in lobby.text
    await grace.press(lobby, "Join")
    await until(lambda: "(2 of 24)" in lobby.text)
    await ada.press(lobby, "Start")
    turn = await until(lambda: showing(ada, "Round 1 of 1"))
    await until(lambda: turn.attachments)
    wrong = await grace.slash("answer", word="zeppelin")
    assert wrong.message is not None
    assert wrong.message.ephemeral_to == grace.user.id
    await until(lambda: "zeppelin" in turn.text)
    refused = await linus.slash("answer", word="zeppelin")
    assert refused.message is not None
    assert "Join" in refused.message.text
    word = word_of(bot)
    assert word not in turn.text
    form = await grace.press(turn, "Guess")
    right = await grace.submit(form, {"guess": word})
    assert right.message is not None
    assert "That's it!" in right.message.text
    await ada.slash("answer", word=word)
    await until(lambda: f"It was {word}" in turn.text.replace("*", ""))
    assert "Everyone has it!" in turn.text
    await until(lambda: picture(turn)[0] == "drawing.gif")
    clock.skip(10)
    end = await until(lambda: showing(ada, "The game is over"))
    name, png = picture(end)
    assert name == "podium.png"
    assert Image.open(io.BytesIO(png)).size == (840, 460)
    await until(lambda: not bot.hall.hosts, 10)
    results = await store.do(lambda db: list(db.query("select * from results order by place")))
    assert {row["person"] for row in results} == {0, ada.user.id, grace.user.id}
    assert all(row["points"] > 0 and row["kind"] == "bot-draws" for row in results)
    (drawn,) = await store.do(lambda db: list(db.query("select * from turns")))
    assert (drawn["word"], drawn["solvers"], drawn["guessers"]) == (word, 2, 2)
    assert await store.running_games() == []
