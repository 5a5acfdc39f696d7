"""A duel, and the bot's play with itself, watched by three people at a desktop and on phones."""

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
async def test_one_person_draws_against_the_bot_and_the_others_vote(
    playground: Playground, start: StartBot, browser: Browser, clock: Hurry
):
    bot = await start(steps=8)
    async with Web(bot, "127.0.0.1", 0):
        people = await three_people(browser, playground)
        ada, grace, linus = people.values()
        await ada.write("/pictionary mode:duel rounds:1 strokes:8")
        await grace.sees("At the table (1 of 24)")
        await grace.press("Join")
        await linus.press("Join")
        await ada.sees("At the table (3 of 24)")
        await ada.press("Start")
        await until(lambda: bot.open_games.runners and the_game(bot).play.state.bout)
        game = the_game(bot)
        artist = playground.world.users[int(game.play.state.bout.artist)].name
        word = game.play.state.bout.choice.words[0].text
        drawer = people[artist]
        others = [one for name, one in people.items() if name != artist]
        await drawer.sees("Choose a word")
        await drawer.press(word)
        await drawer.sees(f"Draw: {word}")
        for one in others:
            await one.sees("are drawing the same word")
            assert word not in await one.page.locator("#log").inner_text()
        await drawer.draw_house()
        await until(lambda: len(game.play.state.bout.drawings) == 2)
        await drawer.press("I'm done")
        await until(lambda: game.play.state.phase is Phase.VOTING)
        for one in people.values():
            await one.sees(f"Which shows {word} better?")
            await one.shows_pictures(2)
        mine = "AB"[game.play.state.bout.ballot.index(game.play.state.bout.artist)]
        await drawer.press("Vote for A")
        await drawer.sees("One of these is yours")
        await others[0].press("Vote for A")
        await others[0].press(f"Vote for {mine}")
        await others[0].sees(f"You voted for {mine}")
        await others[1].press(f"Vote for {mine}")
        for one in people.values():
            assert await one.page.get_by_role("button", name="I'm done").count() == 0
            await one.sees("The votes are in")
            await one.sees("2 votes, +100")
            await one.shows_pictures(2)
        clock.skip(30)
        for one in people.values():
            await one.sees("The game is over")


@pytest.mark.slow
async def test_people_guess_faster_than_the_second_bot(
    playground: Playground, start: StartBot, browser: Browser, clock: Hurry
):
    bot = await start(steps=8)
    async with Web(bot, "127.0.0.1", 0):
        people = await three_people(browser, playground)
        ada, grace, linus = people.values()
        await ada.write("/pictionary mode:self-play rounds:2 hints:0 strokes:6")
        await until(lambda: bot.open_games.runners and the_game(bot).play.state.turn)
        game = the_game(bot)
        for number, first, second in ((1, grace, linus), (2, linus, grace)):
            await until(lambda n=number: game.play.state.turn.number == n)
            await first.sees(f"Round {number} of 2")
            await until(lambda: game.play.state.turn.drawing)
            await first.shows_pictures(1)
            await first.guess("zeppelin")
            await first.guess(word_of(bot))
            await first.sees("That's it!")
            if game.play.state.phase is Phase.DRAWING:  # until everybody at the table has it
                await second.guess("airship")
                clock.skip(90)
            for one in people.values():
                await one.sees(f"It was {word_of(bot)}")
            clock.skip(30)
        for one in people.values():
            await one.sees("Which drawing is the best?")
        await ada.press("1. ")
        await ada.sees("Only people at the table can do that")
        for one in (grace, linus):
            await one.press("1. ")
            await one.sees("You voted for")
        for one in people.values():
            await one.sees("The game is over")


@pytest.mark.slow
async def test_the_bot_plays_telephone_with_itself_while_people_watch(
    playground: Playground, start: StartBot, browser: Browser, clock: Hurry
):
    bot = await start(steps=8)
    async with Web(bot, "127.0.0.1", 0):
        people = await three_people(browser, playground)
        ada, grace, linus = people.values()
        await ada.write("/telephone preset:self-play links:4 prompt:a house on a hill")
        for one in people.values():
            await one.sees("1. @Ada: a house on a hill")
        await until(lambda: not bot.open_games.runners)
        for one in (linus, grace, ada):
            await one.sees("Album 1")
            await one.shows_pictures(1)
        await grace.press("Page by page")
        await grace.sees("Animation")
        await grace.shows_pictures(1)
