"""A chain of four seats against `python -m bot`, which is killed twice."""

from __future__ import annotations

import asyncio
import io
import json
import signal
import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from bot.playground.model.entities import Message
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from engine.canvas.drawing import Drawing
from tests.bot.conftest import SOON
from tests.bot.games.conftest import showing, until
from tests.bot.games.telephone.test_telephone import scrawl
from tests.bot.journeys.own_process import environment_of, is_there, running
from tests.bot.pad.artist import look

if TYPE_CHECKING:
    from playwright.async_api import Browser

HOUSE = (
    ((0.2, 0.5), (0.2, 0.9), (0.8, 0.9), (0.8, 0.5)),
    ((0.15, 0.52), (0.5, 0.2), (0.85, 0.52)),
)


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A playground for bots in other processes."""
    async with Playground() as running:
        yield running
        assert running.violations == []


@pytest.fixture
def environment(playground: Playground, engine_address: str, tmp_path: Path) -> dict[str, str]:
    return environment_of(playground, engine_address, tmp_path, PENGUESS_STEPS="15")


def query(folder: Path, sql: str) -> list[dict[str, Any]]:
    """From the bot's database, while the bot runs."""
    connection = sqlite3.connect(f"file:{folder}/penguess.db?mode=ro", uri=True, timeout=10)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(sql)]
    finally:
        connection.close()


async def task(person: TestUser, page: Message) -> Message:
    """What somebody is to make."""
    answer = await person.press(page, "My task")
    told = answer.message
    assert told is not None
    await until(lambda: any(part.get("type") == 2 for part in told.walk()), SOON)
    assert told.ephemeral_to == person.user.id
    return told


async def write(person: TestUser, page: Message, phrase: str) -> None:
    told = await task(person, page)
    form = await person.press(told, "💬")
    answer = await person.submit(form, {"phrase": phrase})
    assert answer.message is not None
    assert "is in" in answer.message.text


async def hand_in(person: TestUser, page: Message, colour: str) -> None:
    """Draw on paper, and upload a picture of it."""
    told = await task(person, page)
    form = await person.press(told, "Hand in a picture")
    await person.submit(form, {"image": [scrawl(colour)]})
    await until(lambda: showing(person, "Your drawing is in"), SOON)


async def draw(person: TestUser, page: Message, browser: Browser) -> None:
    """Draw on the pad, in a browser."""
    told = await task(person, page)
    (link,) = (part["url"] for part in told.walk() if "url" in part)
    artist = await look(await browser.new_context(), link)
    await artist.page.locator('[data-state="drawing"]').wait_for()
    for line in HOUSE:
        await artist.draw(*line)
    await artist.saved()
    await artist.press("Done")
    await artist.press("Hand it in")
    await artist.page.get_by_text("Handed in!").wait_for()


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_a_chain_of_people_and_bots_outlives_two_killed_bots(
    playground: Playground, environment: dict[str, str], tmp_path: Path, browser: Browser
):
    ada, grace = TestUser(playground, "Ada"), TestUser(playground, "Grace")

    there = partial(is_there, playground)

    async def kill(process: asyncio.subprocess.Process) -> None:
        process.send_signal(signal.SIGKILL)
        await process.wait()

    async with running(environment, there) as process:
        opened = await ada.slash("telephone", pace="slow", links=4, prompt="a house on a hill")
        lobby = opened.message
        assert lobby is not None
        await grace.press(lobby, "Join")
        await ada.press(lobby, "Settings")
        panel = await until(lambda: showing(ada, "Settings of this game"))
        (game,) = query(tmp_path, "select id from games")
        await ada.choose(panel, f"pick:{game['id']}:set:strokes", "8")
        await ada.press(lobby, "Start")
        first = await until(lambda: showing(ada, "Page 1 of 4"))
        await write(grace, first, "a sad robot")
        second = await until(lambda: showing(ada, "Page 2 of 4"))
        # The bot has begun with its own drawings.
        await until(lambda: query(tmp_path, "select id from sketches where artist = 0"), SOON)
        await kill(process)

    async with running(environment, there) as process:
        await draw(ada, second, browser)
        await until(lambda: f"<@{ada.user.id}>" not in second.text, SOON)
        await hand_in(grace, second, "blue")
        third = await until(lambda: showing(ada, "Page 3 of 4"), SOON)
        await write(ada, third, "a house without a door")
        await kill(process)

    async with running(environment, there):
        await write(grace, third, "a ring")
        fourth = await until(lambda: showing(ada, "Page 4 of 4"), SOON)
        await draw(ada, fourth, browser)
        await hand_in(grace, fourth, "red")
        for number in range(1, 5):
            chain = await until(lambda n=number: showing(ada, f"Chain {n} of 4"), SOON)
            await ada.press(chain, "All of this chain")
        last = await until(lambda: showing(ada, "Vote until"), SOON)
        for person in (ada, grace):
            await person.choose(last, f"pick:{game['id']}:vote:3", "3.1")
        end = await until(lambda: showing(ada, "Album 1"), SOON)
        await until(lambda: query(tmp_path, "select over from games") == [{"over": 1}], SOON)

    (kept,) = query(tmp_path, "select * from albums")
    assert json.loads(kept["people"]) == sorted([ada.user.id, grace.user.id])
    data = json.loads(kept["data"])
    assert data["funniest"] == [[3, 1]]
    for book in data["books"]:
        phrase, drawing, guess, sequel = book["pages"]
        assert sorted(page["author"] for page in book["pages"]) == [
            *(0, 0),
            *sorted([ada.user.id, grace.user.id]),
        ]
        assert phrase["phrase"]
        assert guess["phrase"]
        for page in (drawing, sequel):
            if page["author"] == grace.user.id:
                assert page["picture"]
                continue
            strokes = Drawing.from_dict(page["drawing"]).strokes
            if page["author"] == ada.user.id:
                assert len(strokes) == len(HOUSE)
            else:
                assert 0 < len(strokes) <= 8  # idle ones are left out
        assert len(book["to_first"]) == 4
        assert book["to_first"][0] == pytest.approx(1.0, abs=1e-3)
    assert "a house on a hill" in (book["pages"][0]["phrase"] for book in data["books"])
    gif = next(file.data for file in end.attachments if file.filename == "chain.gif")
    (tmp_path / "chain.gif").write_bytes(gif)
    assert len(gif) < 10 << 20
    with Image.open(io.BytesIO(gif)) as animation:
        assert getattr(animation, "n_frames", 1) > 4
