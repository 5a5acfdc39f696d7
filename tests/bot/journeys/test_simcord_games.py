"""A game of each kind in simcord, from its lobby to its end."""

from __future__ import annotations

import json
import re

import aiohttp
import pytest
from yarl import URL

from bot.web.server import Web
from tests.bot.journeys.simcord_town import Town, buttons, picture, text
from tests.bot.journeys.simcord_town import town as town

pytestmark = pytest.mark.simcord


async def draw_on_the_pad(town: Town, link: str) -> None:
    """Two strokes over the pad's own socket, then hand it in."""
    token = URL(link).fragment
    ops = [
        {"op": "add", "stroke": f"aaaaaaaa-{n}", "ink": 0, "pen": 1, "points": points}
        for n, points in enumerate(([100, 100, 400, 400], [400, 100, 100, 400]), 1)
    ]
    async with aiohttp.ClientSession() as session:
        line = await session.ws_connect(URL(link).origin() / "pad/socket")
        await line.send_str(json.dumps({"t": "hello", "token": token, "clients": []}))
        assert json.loads((await line.receive(timeout=60)).data)["title"]
        said = {"t": "ops", "client": "aaaaaaaa", "first": 1, "ops": [*ops, {"op": "done"}]}
        await line.send_str(json.dumps(said))
        await town.until(lambda: town.game.play.state.turn.strokes == 2)
        await line.close()


async def test_the_bot_draws_and_a_form_guesses(town: Town):
    await town.start("pictionary", mode="bot-draws", rounds=1, time=180, strokes=4)
    turn = await town.until(lambda: town.showing(town.grace, "Round 1"))
    await town.until(lambda: getattr(town.game.play.state.turn, "word", None))
    word = town.game.play.state.turn.word.text
    form = await town.press(town.grace, turn, "Guess")
    await town.fill_in(town.grace, form, "zeppelin")
    await town.until(lambda: "zeppelin" in text(town.showing(town.ada, "Round 1")))
    for who in (town.ada, town.grace):
        form = await town.press(who, turn, "Guess")
        await town.fill_in(who, form, word)
    await town.until(lambda: town.showing(town.grace, re.escape(word)))
    await town.over()
    assert town.showing(town.grace, "The game is over")


async def a_turn(town: Town, way: str) -> None:
    """One of the two draws, in one of the ways there are, and the other guesses."""
    await town.until(lambda: town.game.play.state.choice)
    choice = town.game.play.state.choice
    drawer, guesser = town.ada, town.grace
    if choice.drawer != str(drawer.id):
        drawer, guesser = guesser, drawer
    word = choice.words[0].text
    card = await town.until(lambda: town.showing(drawer, "Choose a word"))
    assert town.showing(guesser, "Choose a word") is None
    await town.press(drawer, card, word)
    told = await town.until(lambda: town.showing(drawer, f"Draw.*{word}"))
    if way == "pad":
        await draw_on_the_pad(town, buttons(told)["Open the pad"])
    else:
        await town.call(drawer, "submit", image=picture())
    await town.until(lambda: town.game.play.state.turn.strokes)
    assert town.showing(guesser, rf"(?i)\b{re.escape(word)}\b") is None
    await town.call(guesser, "answer", word=word)
    await town.until(lambda: town.showing(guesser, rf"It was \W*{word}"))


async def test_people_draw_on_the_pad_and_on_paper(town: Town):
    with town.env._bot_scope():  # so that simcord takes what the pad causes for the bot's doing
        web = await Web(town.bot, "127.0.0.1", 0).__aenter__()
    try:
        await town.start("pictionary", mode="people-draw", rounds=1, time=180)
        for way in ("pad", "command"):
            await a_turn(town, way)
        await town.over()
        assert town.showing(town.grace, "The game is over")
    finally:
        await web.__aexit__()


async def test_a_duel_is_fought_and_voted_on(town: Town):
    linus = town.guild.add_member(town.env.create_user("linus"))
    lobby = await town.call(town.ada, "pictionary", mode="duel", rounds=1, strokes=4)
    for who in (town.grace, linus):
        await town.press(who, lobby, "Join")
        await town.until(lambda who=who: str(who.id) in town.game.table.seats.people)
    await town.press(town.ada, lobby, "Start")
    bout = await town.until(lambda: town.game.play.state.bout)
    by_id = {str(who.id): who for who in (town.ada, town.grace, linus)}
    artist = by_id.pop(bout.artist)
    card = await town.until(lambda: town.showing(artist, "Choose a word"))
    await town.press(artist, card, bout.choice.words[0].text)
    await town.until(lambda: town.game.play.state.bout.word)
    told = await town.until(lambda: town.showing(artist, "Draw: "))
    form = await town.press(artist, told, "Hand in a picture")
    await town.fill_in(artist, form, [picture()])
    await town.until(lambda: len(town.game.play.state.bout.drawings) == 2)
    ballot = await town.until(lambda: town.with_button(town.ada, "Vote for A"))
    for who in by_id.values():
        await town.press(who, ballot, "Vote for A")
    await town.until(lambda: town.showing(town.grace, "The votes are in"))
    await town.over()
    assert town.showing(town.grace, "The game is over")


async def test_people_pass_pages_on_and_the_album_shows_them(town: Town):
    await town.start("telephone", links=2, preset="classic")
    phrases = {town.ada: "a green moon", town.grace: "a red boat"}
    for who, phrase in phrases.items():
        task = await town.until(lambda who=who: town.showing(who, "Your phrase"))
        form = await town.press(who, task, "Write")
        await town.fill_in(who, form, phrase)
    for who in phrases:
        task = await town.until(lambda who=who: town.showing(who, "Draw: "))
        assert phrases[who] not in text(task)
        form = await town.press(who, task, "Hand in a picture")
        await town.fill_in(who, form, [picture()])
    await town.over()
    assert town.showing(town.grace, "Album 1")


async def test_the_bot_plays_telephone_by_itself_and_leaves_an_album(town: Town):
    await town.call(town.ada, "telephone", preset="self-play", prompt="a red apple", links=2)
    assert await town.until(lambda: town.showing(town.grace, "Album 1"))
