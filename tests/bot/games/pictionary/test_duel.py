from __future__ import annotations

import io

from PIL import Image

from bot.pad import Work
from bot.playground.model.entities import Message
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from engine.canvas.drawing import Drawing, polyline
from games.core import BOT
from games.drawing.turn import Phase
from games.drawing.word_choice import ChooseWord
from games.table.table import End
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import Hurry, labels, showing, the_game, times, until


def names(message: Message) -> list[str]:
    return [file.filename for file in message.attachments]


async def test_a_duel_of_a_game_that_is_ended_is_over_too(
    people: list[TestUser], start: StartBot, clock: Hurry, store: Store
):
    """While a word is chosen, and while both draw."""
    bot = await start(clock=clock, steps=20)
    bot.pad.address = "http://pad.example"
    ada, grace, _ = people
    for chosen in (False, True):
        lobby = (await ada.slash("pictionary", mode="duel", rounds=1)).message
        assert lobby is not None
        await grace.press(lobby, "Join")
        await ada.press(lobby, "Start")
        host = the_game(bot)
        turn = await until(lambda: showing(grace, "is choosing a word"))
        if chosen:
            await host.do(ChooseWord(str(ada.user.id), 0))
            await until(lambda turn=turn: "are drawing the same word" in turn.text)
            await ada.press(turn, labels(turn)[0])  # which opens the sheet
        await host.do(End(str(ada.user.id)))
        await until(lambda turn=turn: "The game was ended" in turn.text)
        assert not labels(turn)
        await until(lambda: not bot.open_games.runners)
    sheets = await store.do(lambda db: [row["closed"] for row in db.query("select * from sheets")])
    assert sheets == [1]


async def test_a_duel_is_voted_on_unsigned_and_then_signed(
    playground: Playground, people: list[TestUser], start: StartBot, clock: Hurry, store: Store
):
    bot = await start(clock=clock, steps=20)
    ada, grace, linus = people
    opened = await ada.slash("pictionary", mode="duel", rounds=1, time=60, strokes=6)
    lobby = opened.message
    assert lobby is not None
    alone = await ada.press(lobby, "Start")
    assert alone.message is not None
    assert "too few players" in alone.message.text
    for person in (grace, linus):
        await person.press(lobby, "Join")
    await ada.press(lobby, "Start")
    page = await until(lambda: showing(ada, "Choose a word"))
    word = the_game(bot).play.state.bout.choice.words[0].text
    chosen = await ada.press(page, word)
    assert chosen.source is not None
    assert f"Draw: **{word}**" in chosen.source.text
    turn = await until(lambda: showing(grace, "are drawing the same word"))
    assert word not in turn.text

    host = the_game(bot)
    drawing = Drawing(512, 512, tuple(polyline([(100, 100), (300, 300), (400, 100)], 6)))
    work = Work(drawing, ink=1.0, strokes=1)
    await host.presenter.drawn(f"turn:1:person:{ada.user.id}", work, done=False)
    await until(lambda: len(host.play.state.bout.drawings) == 2)
    # Handing in early waits for the bot: its drawing is not judged half done.
    await ada.press(chosen.source, "I'm done")
    await until(lambda: host.play.state.phase is Phase.VOTING)
    await until(lambda: names(turn) == ["a.png", "b.png"])
    # The card with the pad is used up.
    await until(lambda: chosen.source is not None and "The vote is open" in chosen.source.text)
    assert not labels(chosen.source)
    for file in turn.attachments:  # a ballot shows no pen and no colour
        red, green, blue = Image.open(io.BytesIO(file.data)).convert("RGB").split()
        assert red.tobytes() == green.tobytes() == blue.tobytes()
    assert "Penguess" not in turn.text
    own = await ada.press(turn, "Vote for A")
    assert own.message is not None
    assert "One of these is yours" in own.message.text
    mine = host.play.state.bout.ballot.index(str(ada.user.id))
    for person in (grace, linus):
        await person.press(turn, f"Vote for {'AB'[mine]}")
    await until(lambda: "The votes are in" in turn.text)
    assert f"**{'AB'[mine]}** was by <@{ada.user.id}>: 2 votes, **+100**" in turn.text
    await until(lambda: sorted(names(turn)) == ["a.gif", "b.gif"])
    assert times(ada) == []
    clock.skip(10)
    await until(lambda: showing(ada, "The game is over"))
    await until(lambda: not bot.open_games.runners)
    results = await store.do(lambda db: list(db.query("select * from results order by place")))
    assert [(row["person"], row["points"], row["drawn"]) for row in results[:2]] == [
        (ada.user.id, 100, 1),
        (0, 0, 1),
    ]
    assert BOT not in {row["person"] for row in results}
