from __future__ import annotations

import asyncio
import io
import re
from typing import Any

import pytest
from PIL import Image

from bot.games.pictionary.drawing_turn import DrawingTurns
from bot.games.pictionary.pictionary import POSTED_APART, SCROLLED_AFTER
from bot.kit.untrusted import shown
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from games.drawing.turn import Phase
from tests.bot.conftest import SOON, StartBot, picture
from tests.bot.games.conftest import (
    Hurry,
    labels,
    scribble,
    showing,
    the_game,
    times,
    until,
    word_of,
)


async def test_the_bot_draws_and_people_race_to_the_end(
    playground: Playground, people: list[TestUser], start: StartBot, clock: Hurry, store: Store
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
    # Who guesses plays: nobody has to look for a button first, which those who sit do not need.
    assert "Join" not in labels(turn)
    late = await linus.slash("answer", word="airship")
    assert late.message is not None
    assert "It isn't" in late.message.text
    word = word_of(bot)
    assert word not in turn.text
    form = await grace.press(turn, "Guess")
    right = await grace.submit(form, {"guess": word})
    assert right.message is not None
    assert "That's it!" in right.message.text
    for person in (ada, linus):
        await person.slash("answer", word=word)
    await until(lambda: f"It was {word}" in turn.text.replace("*", ""))
    assert "Everyone has it!" in turn.text
    await until(lambda: picture(turn)[0] == "drawing.gif")
    clock.skip(10)
    end = await until(lambda: showing(ada, "The game is over"))
    assert times(ada) == []
    name, png = picture(end)
    assert name == "podium.png"
    assert Image.open(io.BytesIO(png)).size == (840, 460)
    await until(lambda: not bot.open_games.runners)
    results = await store.do(lambda db: list(db.query("select * from results order by place")))
    assert {row["person"] for row in results} == {0, ada.user.id, grace.user.id, linus.user.id}
    assert all(row["points"] > 0 and row["kind"] == "bot-draws" for row in results)
    (drawn,) = await store.do(lambda db: list(db.query("select * from turns")))
    assert (drawn["word"], drawn["solvers"], drawn["guessers"]) == (word, 2, 2)
    assert await store.running_games() == []

    # Whatever version that game was of, the next one is new.
    older = "update events set event = replace(event, '\"version\": 4', '\"version\": 3')"
    assert (await store.do(lambda db: db.execute(older).rowcount)) > 0
    again = await grace.press(end, "Play again")
    assert not the_game(bot).play.state.settings.steady
    assert again.message is not None
    assert "1 round · 60 s" in again.message.text
    assert f"<@{grace.user.id}> 👑" in again.message.text


async def test_a_person_draws_on_paper_and_the_bot_looks_and_guesses(
    playground: Playground, people: list[TestUser], start: StartBot, clock: Hurry, store: Store
):
    bot = await start(clock=clock)
    ada, grace, _ = people
    opened = await ada.slash("pictionary", mode="people-draw", rounds=1, time=60, hints=1)
    lobby = opened.message
    assert lobby is not None
    await grace.press(lobby, "Join")
    await ada.press(lobby, "Start")
    page = await until(lambda: showing(ada, "Choose a word"))
    assert page.ephemeral_to == ada.user.id
    turn = await until(lambda: showing(grace, "is choosing a word"))
    assert showing(grace, "Choose a word") is None
    stranger = await grace.press(turn, "My words")
    assert stranger.message is not None
    assert "Only the person drawing" in stranger.message.text
    clock.skip(8)
    again = await ada.press(turn, "My words")
    assert again.message is not None
    due, now_due = (int(re.findall(r"<t:(\d+)", one.text)[0]) for one in (page, again.message))
    assert due - now_due == pytest.approx(8, abs=1)  # what is left, not as much as at first

    host = the_game(bot)
    word = host.play.state.choice.words[1].text
    await ada.press(page, word)
    assert word in page.text
    # The other card with words is used up, and takes no press.
    await until(lambda: again.message is not None and "You're drawing" in again.message.text)
    assert not labels(again.message)
    early = (await grace.slash("submit", image=scribble())).message
    assert early is not None
    await until(lambda: "Only the person drawing" in early.text)
    await ada.slash("submit", image=scribble())
    await until(lambda: turn.attachments)
    assert word not in turn.text

    mask = host.play.state.turn.shown
    clock.skip(31)
    await until(lambda: host.play.state.turn.shown > mask)
    looked = "select count(*) from events where event like '%\"BotLooked\"%'"
    async with asyncio.timeout(SOON):
        while await store.do(lambda db: db.execute(looked).fetchall()) == [(0,)]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    told = await ada.slash("answer", word=word)
    assert told.message is not None
    assert "Keep it to yourself" in told.message.text
    assert word not in turn.text
    await grace.slash("answer", word=word)
    await until(lambda: f"It was {word}" in turn.text.replace("*", ""))
    assert f"<@{ada.user.id}>: **+" in turn.text  # the drawer's pay
    await until(lambda: "That turn is over" in page.text)  # the card with the pad
    assert not labels(page)
    assert times(ada) == []
    assert host.play.state.phase is Phase.REVEAL


async def test_cards_that_are_on_their_way_while_a_word_is_chosen_are_used_up_as_well(
    people: list[TestUser], start: StartBot, monkeypatch: pytest.MonkeyPatch
):
    """But not the one that was pressed, which shows the word and the means."""
    late: list[tuple[Any, Any]] = []
    keep = DrawingTurns._keep_card
    monkeypatch.setattr(DrawingTurns, "_keep_card", lambda _, *card: late.append(card))
    bot, (ada, grace, _) = await start(), people
    lobby = (await ada.slash("pictionary", mode="people-draw", rounds=1)).message
    assert lobby is not None
    await grace.press(lobby, "Join")
    await ada.press(lobby, "Start")
    turn = await until(lambda: showing(grace, "is choosing a word"))
    page = await until(lambda: showing(ada, "Choose a word"))
    again = (await ada.press(turn, "My words")).message
    assert again is not None
    await until(lambda: len(late) == 2)
    host = the_game(bot)
    word = host.play.state.choice.words[0].text
    await ada.press(page, word)
    for card in late[:2]:
        keep(host.presenter, *card)  # type: ignore[arg-type]
    await until(lambda: "You're drawing" in again.text)
    assert not labels(again)
    assert f"Draw: **{word}**" in page.text
    assert labels(page)


async def test_an_engine_that_is_not_there_costs_nobody_anything(
    people: list[TestUser], start: StartBot
):
    bot = await start(clock=Hurry(5), engine="unix:/nowhere/engine.sock")
    ada, *_ = people
    opened = await ada.slash("pictionary", mode="bot-draws", rounds=4, time=30)
    assert opened.message is not None
    await ada.press(opened.message, "Start")
    first = await until(lambda: showing(ada, "My drawing hand failed me"))
    assert not first.attachments
    end = await until(lambda: showing(ada, "failed twice in a row"))
    assert "nobody has won" in end.text
    assert not end.attachments  # no podium of zeros
    await until(lambda: not bot.open_games.runners)


async def test_people_may_play_alone_with_the_bot_in_direct_messages(
    people: list[TestUser], start: StartBot
):
    bot = await start(steps=10)
    ada, *_ = people
    ada.go(ada.direct)
    opened = await ada.slash("pictionary", mode="bot-draws", rounds=1, strokes=4)
    assert opened.message is not None
    await ada.press(opened.message, "Start")
    turn = await until(lambda: showing(ada, "Round 1 of 1"))
    await ada.slash("answer", word=word_of(bot))
    await until(lambda: "Everyone has it!" in turn.text)


async def test_what_is_being_guessed_is_not_looked_at_by_the_bot_for_people(
    people: list[TestUser], start: StartBot
):
    await start(steps=10)
    ada, *_ = people
    opened = await ada.slash("pictionary", mode="bot-draws", rounds=1, strokes=4)
    assert opened.message is not None
    await ada.press(opened.message, "Start")
    turn = await until(lambda: showing(ada, "Round 1 of 1"))
    await until(lambda: turn.attachments)
    used = await ada.use("Guess this drawing", turn)
    assert used.message is not None
    assert "being guessed" in used.message.text


async def test_who_picks_too_late_reads_what_was_picked(
    people: list[TestUser], start: StartBot, clock: Hurry
):
    bot = await start()
    ada, grace, _ = people
    opened = await ada.slash("pictionary", mode="people-draw", rounds=1)
    assert opened.message is not None
    await grace.press(opened.message, "Join")
    await ada.press(opened.message, "Start")
    page = await until(lambda: showing(ada, "Choose a word"))
    game = the_game(bot)
    late = game.play.state.choice.words[0].text
    parts = [part for part in page.walk() if part.get("label") == late]
    clock.skip(game.play.state.settings.choosing + 1)
    await until(lambda: game.play.state.phase is Phase.DRAWING)
    await until(lambda: "You're drawing" in page.text)
    assert not labels(page)
    # The press was on its way when the time was up.
    page.components = [{"type": 1, "components": parts}]
    await ada.press(page, late)
    assert f"I chose a word for you: **{shown(word_of(bot))}**" in page.text
    started = await ada.press(opened.message, "Start") if labels(opened.message) else None
    assert started is None  # the lobby has closed


async def test_nobody_wins_a_game_that_its_host_ends(
    people: list[TestUser], start: StartBot, store: Store
):
    bot = await start(steps=10)
    ada, *_ = people
    opened = await ada.slash("pictionary", mode="bot-draws", rounds=2, strokes=4)
    assert opened.message is not None
    await ada.press(opened.message, "Start")
    await until(lambda: showing(ada, "Round 1 of 2"))
    await ada.slash("answer", word=word_of(bot))
    menu = await ada.slash("game")
    assert menu.message is not None
    await ada.press(menu.message, "End the game")
    end = await until(lambda: showing(ada, "So nobody has won"))
    assert "It was ended early. So nobody has won." in end.text
    assert not end.attachments
    assert f"<@{ada.user.id}> · " in end.text
    await until(lambda: not bot.open_games.runners)
    rows = await store.do(lambda db: list(db.query("select place, points from results")))
    assert {row["place"] for row in rows} == {0}


@pytest.mark.parametrize("words", ["this server's only", "nur die dieses Servers", "Animals"])
async def test_words_are_taken_as_the_menu_lists_them(
    people: list[TestUser], start: StartBot, words: str
):
    await start()
    ada, *_ = people
    ada.user.locale = "de" if words.startswith("nur") else "en-US"
    opened = await ada.slash("pictionary", words=words)
    assert opened.message is not None
    wrong = {"en-US": "This server has no words yet", "de": "noch keine"}
    if words == "Animals":
        assert "words: animals" in opened.message.text
    else:
        assert "word list" not in opened.message.text
        assert wrong[ada.user.locale] in opened.message.text


async def test_a_choice_that_nobody_makes_does_not_stay_open(
    people: list[TestUser], start: StartBot
):
    await start()
    ada, grace, _ = people
    opened = await ada.slash("pictionary", mode="people-draw", rounds=1)
    assert opened.message is not None
    await grace.press(opened.message, "Join")
    await ada.press(opened.message, "Start")
    first = await until(lambda: showing(grace, "is choosing a word"))
    menu = await ada.press(first, "Table")
    assert menu.message is not None
    await ada.press(menu.message, "Skip this turn")
    second = await until(lambda: showing(ada, f"<@{grace.user.id}> is choosing a word"))
    await until(lambda: "Nothing was drawn" in first.text)
    await grace.press(second, "Table")
    menu = await until(lambda: showing(grace, "At this table"))
    await grace.press(menu, "Leave")
    await until(lambda: "Nothing was drawn" in second.text)


async def test_a_drawing_that_scrolls_away_is_posted_anew_and_guesses_stand_in_one_place(
    playground: Playground, people: list[TestUser], start: StartBot, clock: Hurry
):
    world = playground.world
    world.members[world.bot.id].roles.append(world.moderators.id)
    bot = await start(chat=True, steps=10)
    ada, grace, _ = people
    opened = await ada.slash("pictionary", mode="bot-draws", rounds=1, strokes=4)
    assert opened.message is not None
    await grace.press(opened.message, "Join")
    await ada.press(opened.message, "Start")
    first = await until(lambda: showing(ada, "Round 1 of 1"))
    await until(lambda: first.attachments)
    for n in range(SCROLLED_AFTER):
        grace.say(f"zeppelin number {n}")
    await until(lambda: first.deleted)
    second = await until(lambda: showing(ada, "Round 1 of 1"))
    assert second.attachments
    assert second.id > ada.sees()[-2].id  # it is the last thing in the channel
    assert "zeppelin" not in second.text  # it stands in the chat already
    private = await grace.slash("answer", word="airship")
    assert private.message is not None
    await until(lambda: "airship" in second.text)
    # One page of one's own serves for all guesses.
    form = await grace.press(private.message, "Guess again")
    again = await grace.submit(form, {"guess": "blimp"})
    assert again.message is private.message
    assert "It isn't airship, blimp" in private.message.text.replace("*", "")
    for _ in range(SCROLLED_AFTER):
        ada.say("so soon again?")
    clock.skip(POSTED_APART)
    ada.say("and now?")
    await until(lambda: second.deleted)
    third = await until(lambda: showing(ada, "Round 1 of 1"))
    await grace.slash("answer", word=word_of(bot))
    await ada.slash("answer", word=word_of(bot))
    await until(lambda: "Everyone has it!" in third.text)


async def test_all_drawings_are_shown_once_more_and_the_best_is_voted_on_and_kept(
    people: list[TestUser], start: StartBot, clock: Hurry, store: Store
):
    bot = await start(steps=10)
    ada, grace, _ = people
    opened = await ada.slash("pictionary", mode="people-draw", quick=True, strokes=4)
    lobby = opened.message
    assert lobby is not None
    assert "2 rounds · 60 s" in lobby.text
    await grace.press(lobby, "Join")
    await ada.press(lobby, "Settings")
    panel = await until(lambda: showing(ada, "Settings of this game"))
    await ada.choose(panel, f"pick:{the_game(bot).id}:set:rounds", "1")
    await until(lambda: "1 round" in lobby.text)
    await ada.press(lobby, "Quick game")
    await until(lambda: "2 rounds" in lobby.text and "Quick game" not in labels(lobby))
    await ada.choose(panel, f"pick:{the_game(bot).id}:set:rounds", "1")
    await until(lambda: "1 round" in lobby.text)
    await ada.press(lobby, "Start")
    game, words = the_game(bot), []
    for drawer, guesser in ((ada, grace), (grace, ada)):
        page = await until(lambda drawer=drawer: showing(drawer, "Choose a word"))
        words.append(game.play.state.choice.words[0].text)
        await drawer.press(page, words[-1])
        await drawer.slash("submit", image=scribble())
        await until(lambda: game.play.state.turn.drawing)
        await guesser.slash("answer", word=words[-1])
        await until(lambda: game.play.state.phase is Phase.REVEAL)
        clock.skip(10)
    ballot = await until(lambda: showing(ada, "Which drawing is the best"))
    assert [file.filename for file in ballot.attachments] == ["drawings.png"]
    own = await ada.press(ballot, f"1. {words[0]}")
    assert own.message is not None
    assert "That one is yours" in own.message.text
    await ada.press(ballot, f"2. {words[1]}")
    await until(lambda: "1 of 2 have voted" in ballot.text)
    await grace.press(ballot, f"1. {words[0]}")
    await until(lambda: "1 vote" in ballot.text)
    await until(lambda: showing(ada, "The game is over"))
    album = await until(lambda: showing(ada, "all drawings of the game"))
    assert [file.filename for file in album.attachments] == ["drawings.png", "chain.gif"]
    assert f"The best drawing: {words[0]} by Ada" in album.text.replace("*", "")
    await until(lambda: not bot.open_games.runners)
    listed = await grace.slash("gallery")
    await until(lambda: listed.message is not None and words[0] in listed.message.text)
    shown_again = await grace.slash("album", number=1)
    await until(lambda: shown_again.message is not None and shown_again.message.attachments)
    assert await store.do(lambda db: db["sketches"].count) == 0
