"""The pad inside Discord, from the button in the chat to the word being guessed."""

from __future__ import annotations

import pytest

from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from tests.bot.activity.conftest import Open, a_turn, launch
from tests.bot.games.conftest import Hurry, showing, the_game, until, until_the_bot_speaks, word_of


@pytest.mark.parametrize("phone", [False, True])
async def test_launch_authorise_draw_guess_close_reopen_submit(
    playground: Playground, people: list[TestUser], inside: Open, clock: Hurry, phone: bool
):
    ada, grace, linus = people
    async with inside() as here:
        bot, discord = here.bot, here.discord
        told = await a_turn(ada, grace, strength="hard")
        word = word_of(bot)
        instance = await launch(ada, told)
        async with discord.browser() as browser:
            artist = await discord.open(browser, ada.user, instance, phone=phone)
            await artist.has("desk")
            await artist.frame.get_by_role("heading", name=word).wait_for()
            await artist.frame.locator('[data-state="drawing"]').wait_for()
            assert (await artist.heard())[:3] == ["HANDSHAKE", "AUTHORIZE", "AUTHENTICATE"]
            await artist.draw((0.25, 0.5), (0.75, 0.5), (0.75, 0.9), (0.25, 0.9), (0.25, 0.5))
            await artist.saved()
            turn = await until(lambda: showing(grace, "is drawing"))
            await until(lambda: turn.attachments)

            # Who only watches sees it grow, and not the word.
            playground.activities.join(instance, grace.user)
            watcher = await discord.open(browser, grace.user, instance, phone=phone)
            await watcher.has("watch")
            await watcher.sees("Ada is drawing")
            assert await watcher.frame.get_by_text(word, exact=True).count() == 0
            await until(lambda: the_game(bot).play.state.turn.drawing)
            await watcher.frame.locator("#picture[data-painted]").wait_for()
            before = await watcher.painted()
            await artist.draw((0.2, 0.5), (0.5, 0.2), (0.8, 0.5))
            await watcher.frame.locator(f'#picture:not([data-painted="{before}"])').wait_for()

            # The bot looks at it too, and says what it takes it for.
            await artist.saved()
            await until(lambda: the_game(bot).play.state.turn.strokes == 2)
            await until_the_bot_speaks(turn, clock)
            await watcher.frame.get_by_text("Penguess", exact=True).first.wait_for()

            # A guess below it takes the way of every guess.
            await watcher.frame.get_by_role("textbox").fill("zeppelin")
            await watcher.press("Guess")
            await watcher.sees("It isn't zeppelin.")
            await until(lambda: "zeppelin" in turn.text)
            await artist.sees("zeppelin")

            # Somebody who is not at the table may sit down.
            playground.activities.join(instance, linus.user)
            stranger = await discord.open(browser, linus.user, instance, phone=phone)
            await stranger.press("Join the game")
            await stranger.frame.get_by_role("textbox").wait_for()

            # Closed and opened again: another instance, and the same sheet.
            await artist.close()
            again = await launch(ada, told)
            artist = await discord.open(browser, ada.user, again, phone=phone)
            await artist.frame.get_by_label("Your drawing, 2 strokes").wait_for()
            await artist.draw((0.3, 0.3), (0.4, 0.5))
            await artist.saved()
            await artist.press("Done")
            await artist.press("Hand it in")
            await artist.sees("Handed in!")

            await watcher.frame.get_by_role("textbox").fill(word)
            await watcher.press("Guess")
            await watcher.sees("You have it!")
            await stranger.frame.get_by_role("textbox").fill(word)
            await stranger.press("Guess")
            await until(lambda: f"It was {word}" in turn.text.replace("*", ""))
            for one in (artist, watcher, stranger):
                await one.sees(f"It was: {word}")
        assert discord.problems == []
        assert all(path.startswith("/.proxy/") for path in discord.proxy.seen if path != "/")


async def test_a_no_can_be_changed_and_phones_have_room_for_discords_own_buttons(
    playground: Playground, people: list[TestUser], inside: Open
):
    ada, grace, _ = people
    async with inside() as here:
        discord = here.discord
        told = await a_turn(ada, grace)
        instance = await launch(ada, told)
        playground.activities.join(instance, grace.user)
        async with discord.browser() as browser:
            watcher = await discord.open(browser, grace.user, instance, phone=True, denies=True)
            await watcher.sees("I need your permission")
            await watcher.page.evaluate("seat.denies = false")
            await watcher.press("Try again")
            await watcher.has("watch")
            artist = await discord.open(browser, ada.user, instance, phone=True)
            await artist.frame.locator('[data-state="drawing"]').wait_for()
            for guest, top in ((watcher, "#who"), (artist, "#title")):
                for side, size in (("top", 90), ("bottom", 60), ("left", 30)):
                    name = f"--discord-safe-area-inset-{side}"
                    root = guest.page.frames[1].locator("html")
                    give = f"root => root.style.setProperty('{name}', '{size}px')"
                    await root.evaluate(give)
                box = await guest.frame.locator(top).bounding_box()
                assert box is not None
                assert box["y"] >= 90
                assert box["x"] >= 30
                lowest = "#done" if guest is artist else "#guess"
                box = await guest.frame.locator(lowest).bounding_box()
                assert box is not None
                assert box["y"] + box["height"] <= 844 - 60


async def test_the_page_finds_its_way_back_when_the_line_was_cut(
    playground: Playground, people: list[TestUser], inside: Open
):
    ada, grace, _ = people
    async with inside() as here:
        discord = here.discord
        instance = await launch(ada, await a_turn(ada, grace))
        playground.activities.join(instance, grace.user)
        async with discord.browser() as browser:
            watcher = await discord.open(browser, grace.user, instance)
            artist = await discord.open(browser, ada.user, instance)
            await watcher.has("watch")
            await artist.frame.locator('[data-state="drawing"]').wait_for()
            await discord.proxy.cut()
            await artist.draw((0.2, 0.2), (0.8, 0.2))
            await artist.saved()
            await watcher.frame.locator("#picture[data-painted]").wait_for()
            asked = [path for path in discord.proxy.seen if path == "/.proxy/token"]
            assert len(asked) == 2  # what they got at the door is still good
