"""Three people on an evening, at a desktop and on two phones, in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from bot.playground.server import Playground
from bot.web.server import Web
from games.drawing.turn import Phase
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import Hurry, clock, start, the_game, until, word_of
from tests.bot.journeys.devices import three_people

__all__ = ["clock", "start"]


@pytest.mark.slow
async def test_three_people_draw_guess_vote_and_find_their_drawings_again(
    playground: Playground, start: StartBot, browser: Browser, clock: Hurry
):
    bot = await start(steps=8)
    async with Web(bot, "127.0.0.1", 0):
        people = await three_people(browser, playground)
        ada, grace, linus = people.values()
        await ada.write("/pictionary mode:people-draw rounds:1 hints:0")
        await grace.sees("At the table (1 of 24)")
        await grace.press("Join")
        await linus.press("Join")
        await ada.sees("At the table (3 of 24)")
        await ada.press("Start")
        await until(lambda: bot.open_games.runners)
        game = the_game(bot)
        for number in (1, 2, 3):
            await until(lambda n=number: game.play.state.number == n and game.play.state.choice)
            drawer = playground.world.users[int(game.play.state.choice.drawer)].name
            word = game.play.state.choice.words[0].text
            await people[drawer].sees("Choose a word")
            await people[drawer].press(word)
            await people[drawer].sees(f"Draw: {word}")
            await people[drawer].draw_house()
            others = [one for name, one in people.items() if name != drawer]
            for one in others:
                await one.page.locator(".picture img").last.wait_for()
                await one.guess("zeppelin")
                await one.guess(word_of(bot))
            await until(lambda: game.play.state.phase is Phase.REVEAL)
            for one in people.values():
                await one.sees(f"It was {word}")
            clock.skip(30)
        await linus.sees("Which drawing is the best?")
        await linus.press("1. ")  # whose drawing is not his own
        clock.skip(120)
        for one in people.values():
            await one.sees("The game is over")
            await one.sees("all drawings of the game")
        await grace.write("/gallery")
        await grace.sees("The albums of this server")
