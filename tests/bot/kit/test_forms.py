"""Forms that were open while the bot was away, and what becomes of what was typed."""

from __future__ import annotations

import pytest

from bot.playground.protocol.interaction import Interaction
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from games.core import MODERATOR
from games.table.table import End
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import scribble, showing, the_game, until, word_of


@pytest.fixture
def people(playground: Playground) -> list[TestUser]:
    return [TestUser(playground, name) for name in ("Ada", "Grace")]


async def guess_form(people: list[TestUser]) -> Interaction:
    """A form for a guess at the bot's drawing, opened by the second of the people."""
    ada, grace = people
    opened = await ada.slash("pictionary", mode="bot-draws", rounds=2, strokes=4)
    assert opened.message is not None
    await grace.press(opened.message, "Join")
    await ada.press(opened.message, "Start")
    turn = await until(lambda: showing(ada, "Round 1 of 2"))
    return await grace.press(turn, "Guess")


def said(answer: Interaction) -> str:
    assert answer.message is not None
    return answer.message.text.replace("\\", "")


async def test_a_guess_from_before_a_restart_counts(people: list[TestUser], start: StartBot):
    bot = await start()
    form = await guess_form(people)
    await bot.close()
    bot = await start()
    assert "That's it!" in said(await people[1].submit(form, {"guess": word_of(bot)}))


async def test_a_guess_for_a_turn_that_is_over_is_given_back_and_shown_to_nobody(
    people: list[TestUser], start: StartBot
):
    bot = await start()
    ada, grace = people
    form = await guess_form(people)
    menu = await ada.press(await until(lambda: showing(ada, "Round 1 of 2")), "Table")
    assert menu.message is not None
    await ada.press(menu.message, "Skip this turn")
    late = await grace.submit(form, {"guess": "zeppelin_"})
    assert late.message is not None
    assert late.message.ephemeral_to == grace.user.id
    assert "That's it!" not in said(late)
    await until(lambda: the_game(bot).play.state.number == 2)
    later = said(await grace.submit(form, {"guess": "zeppelin_"}))
    assert "That turn is over." in later
    assert "zeppelin_" in later
    assert not any("zeppelin" in message.text for message in ada.sees())


async def test_a_form_of_a_game_that_ended_meanwhile_is_refused_and_nothing_is_lost(
    people: list[TestUser], start: StartBot
):
    bot = await start()
    form = await guess_form(people)
    await the_game(bot).do(End(MODERATOR))
    await until(lambda: not bot.open_games.runners)
    await bot.close()
    await start()
    answer = said(await people[1].submit(form, {"guess": "a *red* zeppelin"}))
    assert "That game is over." in answer
    assert "a *red* zeppelin" in answer


async def test_a_picture_from_before_a_restart_is_taken(people: list[TestUser], start: StartBot):
    bot = await start()
    ada, grace = people
    opened = await ada.slash("pictionary", mode="people-draw", rounds=1)
    assert opened.message is not None
    await grace.press(opened.message, "Join")
    await ada.press(opened.message, "Start")
    page = await until(lambda: showing(ada, "Choose a word"))
    await ada.press(page, the_game(bot).play.state.choice.words[0].text)
    form = await ada.press(page, "Hand in a picture")
    await bot.close()
    bot = await start()
    await ada.submit(form, {"image": [scribble()]})
    await until(lambda: the_game(bot).play.state.turn.drawing)


async def test_settings_typed_before_a_restart_are_kept(
    playground: Playground, start: StartBot, store: Store
):
    mod = TestUser(playground, "Mod", moderator=True)
    bot = await start()
    panel = (await mod.slash("settings")).message
    assert panel is not None
    form = await mod.press(panel, "Numbers …")
    await bot.close()
    await start()
    await mod.submit(form, {"strokes": "12"})
    assert "12" in panel.text
    form = await mod.press(panel, "Blocked words …")
    words = [f"{'x' * 41} {number}" for number in range(60)]
    refused = await mod.submit(form, {"blocked": "\n".join(words)})
    assert refused.message is not None
    (file,) = refused.message.attachments
    assert file.data.decode() == "\n".join(words)


async def test_a_form_that_this_bot_does_not_know_is_answered(
    people: list[TestUser], start: StartBot
):
    await start()
    form = await guess_form(people)
    assert form.modal is not None
    for unknown in ("0123456789abcdef", "game:x", "panel:help:open", "panel:settings"):
        form.modal["custom_id"] = unknown
        answer = said(await people[1].submit(form, {"guess": "a zeppelin"}))
        assert "Please reopen it" in answer
        assert "a zeppelin" in answer
    form.modal["custom_id"] = f"game:{1}:nonsense:1"
    assert "Not now." in said(await people[1].submit(form, {"guess": "a fucking zeppelin"}))
    form.modal["custom_id"] = "game:1:upload:1"
    assert "zeppelin" not in said(await people[1].submit(form, {"guess": "a fucking zeppelin"}))
