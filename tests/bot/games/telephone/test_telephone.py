from __future__ import annotations

import asyncio
import io
import json
import zipfile
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from PIL import Image, ImageDraw

from bot.games.telephone.telephone import Telephone
from bot.pad import Work
from bot.playground.model.entities import Message
from bot.playground.model.uploads import UploadedFile
from bot.playground.protocol.command_input import InvalidInput
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from bot.web.server import Web
from engine.canvas.drawing import Drawing
from games.words import lists
from tests.bot.conftest import SOON, StartBot
from tests.bot.games.conftest import Hurry, labels, showing, the_game, times, until
from tests.bot.store.test_database import DRAWING
from tests.pace import Pace


def scrawl(colour: str) -> UploadedFile:
    image = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(image).ellipse((50, 50, 150, 150), outline=colour, width=8)
    data = io.BytesIO()
    image.save(data, "PNG")
    return UploadedFile("drawing.png", data.getvalue(), "image/png")


async def albums(store: Store) -> list[dict[str, Any]]:
    return await store.do(lambda db: list(db.query("select * from albums")))


def whispered(person: TestUser, text: str) -> Message | None:
    """The newest message with a text that this person alone can see."""
    found = showing(person, text)
    return found if found is not None and found.ephemeral_to == person.user.id else None


async def leaf_through(person: TestUser, message: Message) -> None:
    """Three pages one by one, the chart for who asks, and the animation again."""
    assert "of the first phrase is left" in message.text
    await person.press(message, "Page by page")
    await until(lambda: names(message) == ["page-1.png"], SOON)
    (back,) = [p for p in message.walk() if (p.get("emoji") or {}).get("name") == "◀️"]
    assert back["disabled"]
    for number in (2, 3):
        await person.press(message, "▶️")
        await until(lambda n=number: names(message) == [f"page-{n}.png"], SOON)
    await person.press(message, "◀️")
    await until(lambda: names(message) == ["page-2.png"], SOON)
    asked = await person.press(message, "Drift chart")
    chart = await until(lambda: asked.message, SOON)
    await until(lambda: names(chart) == ["drift.png"], SOON)
    assert chart.ephemeral_to == person.user.id
    await person.press(message, "Animation")
    await until(lambda: names(message) == ["chain.gif"], SOON)


def names(message: Message) -> list[str]:
    return [file.filename for file in message.attachments]


async def test_the_bot_plays_by_itself_and_leaves_an_album(
    playground: Playground, people: list[TestUser], start: StartBot, store: Store, pace: Pace
):
    pace.hold()
    bot = await start(steps=6)
    ada = people[0]
    asked = await ada.slash("telephone", preset="self-play", prompt="a red apple", links=3)
    message = asked.message
    assert message is not None
    await until(lambda: "Page 2 of 3: drawing" in message.text)
    menu = (await ada.press(message, "Table")).message
    assert menu is not None
    assert labels(menu) == ["Pause", "End the game"]  # there is no seat to take
    await ada.slash("submit", image=scrawl("red"))
    await until(lambda: showing(ada, "playing this one by myself"))
    pace.release()
    await until(lambda: "Album 1" in message.text)
    await until(lambda: not bot.open_games.runners, SOON)
    gif = next(file.data for file in message.attachments if file.filename == "chain.gif")
    assert getattr(Image.open(io.BytesIO(gif)), "n_frames", 1) > 3
    await leaf_through(ada, message)
    (kept,) = await albums(store)
    assert json.loads(kept["people"]) == [ada.user.id]
    pages = json.loads(kept["data"])["books"][0]["pages"]
    assert [page["author"] for page in pages] == [ada.user.id, 0, 0]
    assert pages[0]["phrase"] == "a red apple"
    assert 0 < len(pages[1]["drawing"]["strokes"]) <= 24  # idle ones are left out
    assert 1 <= len(pages[2]["phrase"]) <= 100
    assert await store.running_games() == []


async def test_two_people_pass_pages_on_vote_and_keep_the_album(
    playground: Playground, people: list[TestUser], start: StartBot, store: Store, clock: Hurry
):
    bot = await start(clock=clock)
    ada, grace, linus = people
    async with Web(bot, "127.0.0.1", 0) as web:
        opened = await ada.slash("telephone", links=2)
        lobby = opened.message
        assert lobby is not None
        await grace.press(lobby, "Join")
        await ada.press(lobby, "Settings")
        panel = await until(lambda: showing(ada, "Settings of this game"))
        game = the_game(bot).id
        await ada.choose(panel, f"pick:{game}:set:seats", "2")
        await ada.choose(panel, f"pick:{game}:set:reveal", "0")
        await until(lambda: "(2 of 24)" in lobby.text and "2 seats" in lobby.text)
        await ada.press(lobby, "Start")
        page = await until(lambda: showing(ada, "Page 1 of 2"))
        await until(lambda: whispered(ada, "Your phrase"))

        mine = await ada.press(page, "My task")
        assert mine.message is not None
        task = mine.message
        await until(lambda: "Your phrase" in task.text)
        form = await ada.press(task, "Write")
        bad = await ada.submit(form, {"phrase": "a fucking cat"})
        assert bad.message is not None
        assert "cat" not in bad.message.text
        good = await ada.submit(form, {"phrase": "a green moon"})
        assert good.message is not None
        assert "is in" in good.message.text
        await until(lambda: "1 of 2 pages" in page.text)
        hers = await until(lambda: whispered(grace, "Your phrase"))
        suggested = [part for part in hers.walk() if ":suggest:" in str(part.get("custom_id"))]
        await grace.press(hers, suggested[1]["custom_id"])
        assert not any("green moon" in message.text for message in linus.sees())

        second = await until(lambda: showing(ada, "Page 2 of 2"))
        told = await until(lambda: whispered(grace, "Draw: .*a green moon"))
        assert not any("green moon" in message.text for message in linus.sees())
        nobody = await linus.press(second, "My task")
        assert nobody.message is not None
        assert "nobody new can join" in nobody.message.text
        clock.skip(95)  # 25 of 120 s are left
        await until(lambda: whispered(grace, "Time is nearly up"))
        upload = await grace.press(told, "Hand in a picture")
        await grace.submit(upload, {"image": [scrawl("green")]})
        await ada.slash("submit", image=scrawl("red"))

        book = await until(lambda: the_game(bot).play.state.phase == "album" and second)
        clock.skip(601)
        book = await until(lambda: showing(ada, "Chain 1 of 2"))
        refused = await linus.press(book, "Next")
        assert refused.message is not None
        assert refused.message.ephemeral_to == linus.user.id
        await ada.press(book, "Next")
        await until(lambda: [file.filename for file in book.attachments] == ["page-2.png"])
        await ada.press(book, "Next")
        other = await until(lambda: showing(ada, "Chain 2 of 2"))
        await ada.press(other, "All of this chain")
        await until(lambda: "Vote until" in other.text)
        for person in (ada, grace):
            await person.choose(book, f"pick:{game}:vote:0", "0.1")
        end = await until(lambda: showing(ada, "Album 1"), SOON)
        assert "The funniest page: the drawing on page 2 of chain 1" in end.text
        await until(lambda: not bot.open_games.runners, SOON)
        assert times(ada) == []
        points = await store.do(lambda db: list(db.query("select person, points from results")))
        assert sorted(row["points"] for row in points) == [0, 2]

        (kept,) = await albums(store)
        assert json.loads(kept["people"]) == sorted([ada.user.id, grace.user.id])
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{web.url}/album/{kept['secret']}") as response:
                shown = await response.text()
                assert response.status == 200
                assert "default-src 'none'" in response.headers["Content-Security-Policy"]
            assert "a green moon" in shown
            assert "Grace" in shown
            async with session.get(f"{web.url}/album/{'A' * 24}") as response:
                assert response.status == 404

            again = await linus.slash("album")
            card = again.message
            assert card is not None
            await until(lambda: card.attachments, SOON)
            zipped = await linus.press(card, "Zip")
            message = await until(lambda: zipped.message, SOON)
            await until(lambda: message.attachments, SOON)
            archive = zipfile.ZipFile(io.BytesIO(message.attachments[0].data))
            assert {"album.json", "album.html"} <= set(archive.namelist())
            listed = await linus.slash("gallery")
            gallery = listed.message
            assert gallery is not None
            await until(lambda: not gallery.is_loading)
            assert "Chain" not in gallery.text
            assert "a green moon" in gallery.text or "→" in gallery.text

            refused = await linus.press(card, "Delete")
            assert refused.message is not None
            assert refused.message.ephemeral_to == linus.user.id
            await ada.press(card, "Delete")
            assert await albums(store) == []
            async with session.get(f"{web.url}/album/{kept['secret']}") as response:
                assert response.status == 404


@pytest.mark.parametrize(
    "prompt",
    ["a fucking cat", "a f.u.c.k", "\u0430 \u0455hit", "\u200b", "...", "@\u2060", "x" * 101],
)
@pytest.mark.parametrize("preset", ["classic", "self-play"])
async def test_a_chain_that_begins_badly_does_not_begin(
    playground: Playground, people: list[TestUser], start: StartBot, prompt: str, preset: str
):
    bot = await start()
    ada, grace, _ = people
    try:
        answer = await ada.slash("telephone", preset=preset, prompt=prompt)
    except InvalidInput:
        assert len(prompt) > 100  # Discord itself keeps it back
    else:
        assert answer.message is not None
        assert answer.message.ephemeral_to == ada.user.id
    assert not grace.sees()
    assert not bot.open_games.runners


async def test_a_first_phrase_is_kept_as_it_was_written_and_stays_secret(
    playground: Playground, people: list[TestUser], start: StartBot
):
    bot = await start()
    ada, grace, _ = people
    written = "@everyone\n**look** <@1> [here](https://example.org) \u202egnol"
    opened = await ada.slash("telephone", prompt=written)
    lobby = opened.message
    assert lobby is not None
    phrase = "@everyone **look** <@1> [here](https://example.org) gnol"
    assert the_game(bot).play.state.settings.prompt == phrase
    assert "look" not in lobby.text
    assert not lobby.mention_everyone
    assert lobby.mentions == []
    assert grace.sees() == [lobby]


@pytest.mark.parametrize("number", [None, 7])
async def test_where_there_is_no_album_people_are_told_so(
    playground: Playground, people: list[TestUser], start: StartBot, number: int | None
):
    await start()
    options = {} if number is None else {"number": number}
    answer = await people[0].slash("album", **options)
    assert answer.message is not None
    assert answer.message.ephemeral_to == people[0].user.id
    assert "no album" in answer.message.text


async def test_phrases_to_begin_with_are_in_the_language_of_the_server(
    playground: Playground, people: list[TestUser], start: StartBot
):
    playground.world.become_community("de")
    bot = await start()
    ada, grace, _ = people
    opened = await ada.slash("telephone")
    assert opened.message is not None
    await grace.press(opened.message, "Mitspielen")
    await ada.press(opened.message, "Los")
    offered = [word.text for word in lists.words("de")]
    page = await until(lambda: whispered(ada, "Your phrase"))
    assert len(set(labels(page)) & set(offered)) == 3
    assert the_game(bot).play.state.settings.language == "de"


async def test_cards_of_a_page_that_is_over_have_no_buttons(
    playground: Playground, people: list[TestUser], start: StartBot, pace: Pace
):
    pace.hold()
    bot = await start(steps=8)
    ada, grace, _ = people
    opened = await ada.slash("telephone", links=2)
    assert opened.message is not None
    await grace.press(opened.message, "Join")
    await ada.press(opened.message, "Start")
    cards: list[Message] = []
    for person in (ada, grace):
        card = await until(lambda person=person: whispered(person, "Your phrase"))
        cards.append(card)
    page = await until(lambda: showing(ada, "Page 1"))
    asked = await ada.press(page, "My task")
    again = asked.message
    assert again is not None
    await until(lambda: labels(again))
    for person, card in zip((ada, grace), cards, strict=True):
        await person.press(card, labels(card)[1])
    await until(lambda: the_game(bot).play.state.books.page == 1)
    for card in (*cards, again):
        await until(lambda card=card: "That page is over" in card.text and not labels(card))
    # One that comes late, after its page, takes no newer card with it.
    presenter: Any = the_game(bot).presenter
    newer = await until(lambda: list(presenter.cards._shown))
    edited = asyncio.Event()
    late = SimpleNamespace(id=1, edit=lambda **_: asyncio.sleep(0, edited.set()))
    mine = str(ada.user.id)
    presenter._card_shown(late, mine, replace(presenter._asked[mine], page=0))
    await edited.wait()
    assert presenter.cards._shown[: len(newer)] == newer


async def test_a_drawing_that_is_in_may_be_changed_on_the_pad(
    people: list[TestUser], start: StartBot
):
    bot = await start()
    ada, grace, _ = people
    opened = await ada.slash("telephone", links=2)
    assert opened.message is not None
    await grace.press(opened.message, "Join")
    await ada.press(opened.message, "Start")
    told: list[str] = []
    for person in (ada, grace):
        card = await until(lambda person=person: whispered(person, "Your phrase"))
        said = (await person.press(card, labels(card)[1])).message
        told.append(said.text if said is not None else "")
    assert ["You can change it" in text for text in told] == [True, False]  # all are in
    game = the_game(bot)
    await until(lambda: game.play.state.books.page == 1)

    presenter, seats = game.presenter, game.table.seats
    assert isinstance(presenter, Telephone)

    async def handed_in(drawing: Drawing, *, done: bool) -> None:
        work = Work(drawing, 1.0, len(drawing.strokes))
        await presenter.drawn(f"page:1:person:{grace.user.id}", work, done=done)
        book = game.play.state.books.task(str(grace.user.id), seats)
        page = await until(lambda: game.play.state.books.pending[book])
        async with asyncio.timeout(SOON):
            while await presenter.sketches.sketch(page.content) != drawing:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    await handed_in(DRAWING, done=True)
    await handed_in(replace(DRAWING, strokes=DRAWING.strokes * 2), done=False)


async def test_a_card_whose_page_the_bot_makes_instead_is_used_up(
    people: list[TestUser], start: StartBot, clock: Hurry, pace: Pace
):
    pace.hold()
    bot = await start()
    ada, grace, _ = people
    opened = await ada.slash("telephone", links=2)
    assert opened.message is not None
    await grace.press(opened.message, "Join")
    await ada.press(opened.message, "Start")
    for person in (ada, grace):
        card = await until(lambda person=person: whispered(person, "Your phrase"))
        await person.press(card, labels(card)[1])
    cards = [await until(lambda one=one: whispered(one, "### Draw")) for one in (ada, grace)]
    clock.skip(the_game(bot).play.state.settings.seconds("drawing") + 1)
    for card in cards:  # the bot still draws
        await until(lambda card=card: card.text == "That page is over." and not labels(card))
    assert the_game(bot).play.state.books.page == 1
