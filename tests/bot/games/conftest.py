"""People at a table, over the wire, on a clock that moves when a test says so."""

from __future__ import annotations

import asyncio
import io
import re
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from PIL import Image, ImageDraw

from bot.client import Penguess
from bot.games.table.game_runner import GameRunner
from bot.playground.model.entities import Message
from bot.playground.model.uploads import UploadedFile
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from tests.bot.conftest import SOON, StartBot


class Hurry:
    """A clock that runs `speed` times as fast as the real one, and may be moved on.

    By default it stands still meanwhile, so that no turn is over sooner on a slow machine.
    """

    def __init__(self, speed: float = 0.0) -> None:
        self.speed = speed
        self._skipped = 0.0

    def __call__(self) -> float:
        return time.monotonic() * self.speed + self._skipped

    def skip(self, seconds: float) -> None:
        self._skipped += seconds


@pytest.fixture
def clock() -> Hurry:
    return Hurry()


@pytest.fixture
def start(start: StartBot, clock: Hurry) -> StartBot:
    """As in tests/bot/conftest.py, but on the test's clock."""
    return partial(start, clock=clock)


@pytest.fixture
def people(playground: Playground) -> list[TestUser]:
    return [TestUser(playground, name) for name in ("Ada", "Grace", "Linus")]


def the_game(bot: Penguess) -> GameRunner:
    """The only game under way."""
    (row,) = bot.open_games.runners
    return row


def word_of(bot: Penguess) -> str:
    """What is being drawn: tests know it from the state."""
    return the_game(bot).play.state.turn.word.text


async def until(holds: Callable[[], Any], seconds: float = SOON) -> Any:
    """Wait until something holds, in the playground or in the bot; its value."""
    async with asyncio.timeout(seconds):
        while not (value := holds()):  # noqa: ASYNC110 - the bot's state tells nobody
            await asyncio.sleep(0.02)
        return value


async def until_the_bot_speaks(turn: Message, clock: Hurry) -> None:
    """Move the clock of a turn of 120 s on, from look to look, until the bot that plays hard has
    said what it sees. A look comes to nothing where the engine is too busy to answer."""
    clock.skip(20)
    for _ in range(10):
        with suppress(TimeoutError):
            await until(lambda: "Penguess" in turn.text, 10)
            return
        clock.skip(8)
    raise AssertionError("the bot has looked again and again and said nothing")


def showing(person: TestUser, text: str) -> Message | None:
    """The newest message in sight with a text, links and all."""
    return next((m for m in reversed(person.sees()) if re.search(text, m.text)), None)


def times(person: TestUser) -> list[str]:
    """The lines in sight that name a time, but for how long an album is kept: none, once it has
    passed."""
    lines = [line for message in person.sees() for line in message.text.splitlines()]
    return [line for line in lines if "<t:" in line and "Kept until" not in line]


def labels(message: Message) -> list[str]:
    """What is written on the buttons of a message."""
    return [str(part.get("label")) for part in message.walk() if part["type"] == 2]


def scribble(size: int = 300) -> UploadedFile:
    """A photo of a drawing: a house, more or less."""
    image = Image.new("RGB", (size, size), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((80, 140, 220, 250), outline="black", width=6)
    pen.line((70, 145, 150, 60, 230, 145), fill="black", width=6)
    data = io.BytesIO()
    image.save(data, "PNG")
    return UploadedFile("drawing.png", data.getvalue(), "image/png")
