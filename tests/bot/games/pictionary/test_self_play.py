"""Pictionary of the bot with itself, in a channel."""

from __future__ import annotations

from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from games.core import BOT, RIVAL
from games.drawing.guess_race import BotLooked
from games.drawing.guesser import Candidate
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import Hurry, labels, showing, the_game, until, word_of


async def test_two_bots_play_and_a_person_may_be_faster(
    playground: Playground, people: list[TestUser], start: StartBot, clock: Hurry, store: Store
):
    bot = await start(clock=clock, steps=10)
    ada, grace, _ = people
    opened = await ada.slash("pictionary", mode="self-play", rounds=2, time=60, strokes=6)
    lobby = opened.message
    assert lobby is not None
    await until(lambda: "The game has started" in lobby.text)
    assert "Start" not in labels(lobby)
    turn = await until(lambda: showing(grace, "Round 1 of 2"))
    await until(lambda: turn.attachments)
    host = the_game(bot)
    assert {seat.player for seat in host.table.seats.seats} == {BOT, RIVAL}

    # The second bot looks by itself, and says what it takes it for.
    await host.do(BotLooked(1, (Candidate("qwzx", 0.99),)))
    await until(lambda: "Penguess Two" in turn.text and "qwzx" in turn.text)

    word = word_of(bot)
    await grace.slash("answer", word=word)
    await until(lambda: f"It was {word}" in turn.text.replace("*", ""))
    clock.skip(10)
    second = await until(lambda: showing(grace, "Round 2 of 2"))
    await until(lambda: second.attachments)
    word = word_of(bot)
    await host.do(BotLooked(2, (Candidate(word, 0.99),)))
    await until(lambda: "Penguess Two" in second.text)
    clock.skip(61)
    await until(lambda: f"It was {word}" in second.text.replace("*", ""))
    clock.skip(10)
    end = await until(lambda: showing(ada, "The game is over"))
    assert "Penguess Two" in end.text
    await until(lambda: not bot.open_games.runners)
    results = await store.do(lambda db: list(db.query("select * from results")))
    assert {row["person"] for row in results} == {0, grace.user.id}
    assert {row["kind"] for row in results} == {"bot-draws"}
