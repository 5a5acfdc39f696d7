"""What the bot draws with in games: said by the command, or by the server, or in the lobby."""

from __future__ import annotations

import asyncio

from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import server_settings
from bot.store.database import Store
from engine.canvas.drawing import Drawing
from tests.bot.conftest import SOON, StartBot
from tests.bot.games.conftest import showing, the_game, until

BLACK = (0.0, 0.0, 0.0, 1.0)


async def drawn(store: Store) -> Drawing:
    """What the bot has drawn, once it is finished."""
    finished = "select strokes from sketches where artist = 0 and share = 1"
    async with asyncio.timeout(SOON):
        while not (rows := await store.do(lambda db: list(db.query(finished)))):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return Drawing.from_json(rows[0]["strokes"])


async def test_pictionary_is_drawn_with_what_was_chosen(
    people: list[TestUser], start: StartBot, store: Store
):
    await start(steps=4)
    ada, *_ = people
    opened = await ada.slash("pictionary", mode="bot-draws", rounds=1, strokes=4, ink="pen")
    lobby = opened.message
    assert lobby is not None
    assert "4 strokes · black pen" in lobby.text
    await ada.press(lobby, "Start")
    assert {stroke.colour for stroke in (await drawn(store)).strokes} == {BLACK}


async def test_the_host_chooses_the_ink_in_the_lobby(
    playground: Playground, people: list[TestUser], start: StartBot, store: Store
):
    bot = await start()
    ada, *_ = people
    await server_settings.change(store, playground.world.guild_id, ink="paint")
    lobby = (await ada.slash("pictionary", mode="bot-draws")).message
    assert lobby is not None
    assert "paint" in lobby.text
    await ada.press(lobby, "Settings")
    panel = await until(lambda: showing(ada, "Settings of this game"))
    await ada.press(panel, "More …")
    game = the_game(bot)
    for chosen, ink in (("marker", "marker"), ("any", "")):
        await ada.choose(panel, f"pick:{game.id}:set:ink", chosen)
        assert game.play.state.settings.ink == ink
    assert game.play.state.settings.line_limit == 30
    await ada.choose(panel, f"pick:{game.id}:set:line_limit", "50")
    assert game.play.state.settings.line_limit == 50


async def test_telephone_is_drawn_with_what_was_chosen(
    people: list[TestUser], start: StartBot, store: Store
):
    await start(steps=4)
    await people[0].slash("telephone", preset="self-play", prompt="a cat", links=2, ink="pen")
    assert {stroke.colour for stroke in (await drawn(store)).strokes} == {BLACK}


async def test_the_ink_of_telephone_is_chosen_in_the_lobby(people: list[TestUser], start: StartBot):
    bot = await start()
    ada, *_ = people
    lobby = (await ada.slash("telephone", ink="paint")).message
    assert lobby is not None
    assert "paint" in lobby.text
    await ada.press(lobby, "Settings")
    panel = await until(lambda: showing(ada, "Settings of this game"))
    game = the_game(bot)
    for chosen, ink in (("pen", "pen"), ("own", "")):
        await ada.choose(panel, f"pick:{game.id}:set:ink", chosen)
        assert game.play.state.settings.ink == ink
