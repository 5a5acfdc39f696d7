"""A server's own words: what people's drawings looked like is kept where a moderator wants that."""

from __future__ import annotations

import pytest

from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import examples, server_settings
from bot.store.database import Store
from bot.store.schema import table
from games.drawing.turn import Phase
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import Hurry, scribble, showing, the_game, until


@pytest.mark.parametrize("learns", [True, False])
async def test_a_drawing_that_somebody_named_is_learned_from(
    playground: Playground,
    people: list[TestUser],
    start: StartBot,
    clock: Hurry,
    store: Store,
    learns: bool,
):
    bot = await start(clock=clock)
    guild = playground.world.guild_id
    await server_settings.change(store, guild, learns=learns)
    ada, grace, _ = people
    lobby = (await ada.slash("pictionary", mode="people-draw", rounds=1, time=60)).message
    assert lobby is not None
    await grace.press(lobby, "Join")
    await ada.press(lobby, "Start")
    game, words = the_game(bot), []
    # The first drawing is named by somebody, the second one is given up.
    for drawer, guesser in ((ada, grace), (grace, None)):
        page = await until(lambda drawer=drawer: showing(drawer, "Choose a word"))
        words.append(game.play.state.choice.words[0])
        await drawer.press(page, words[-1].text)
        await drawer.slash("submit", image=scribble())
        await until(lambda: game.play.state.turn.drawing)
        if guesser is not None:
            await guesser.slash("answer", word=words[-1].text)
            await until(lambda: game.play.state.phase is Phase.REVEAL)
            clock.skip(10)

    def over() -> bool:
        clock.skip(30)  # the second turn, and the vote for the best drawing
        return not bot.open_games.runners

    await until(over)
    rows = await store.do(lambda db: list(table(db, "examples").rows))
    assert [(row["word"], row["person"]) for row in rows] == (
        [(words[0].concept, ada.user.id)] if learns else []
    )
    if learns:
        (example,) = await examples.learned(store, guild)
        seen = (await ada.slash("guess", image=scribble())).message
        assert seen is not None
        assert sum(x * x for x in example.vector) == pytest.approx(1, abs=0.01)
