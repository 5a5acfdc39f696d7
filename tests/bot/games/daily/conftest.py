"""A calendar that a test turns, and people who draw."""

from __future__ import annotations

import time
from functools import partial

import pytest

from bot.client import Penguess
from bot.games.daily import daily_words
from bot.games.daily.day import Day
from bot.playground.model.entities import Message
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from games.daily.daily import DAY
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import scribble, until

NOON = 20_000 * DAY + DAY / 2
"""Seconds since the epoch."""


class Calendar:
    """Stands still until a test turns it."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> float:
        return self.time

    @staticmethod
    def real() -> float:
        """The time of today."""
        return time.time()

    def next_day(self) -> None:
        self.time += DAY


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def start(start: StartBot, calendar: Calendar) -> StartBot:
    return partial(start, now=calendar)


@pytest.fixture
def mod(playground: Playground) -> TestUser:
    return TestUser(playground, "Mod", moderator=True)


async def switched_on(mod: TestUser) -> None:
    """Choose the channel that the moderator is in."""
    panel = (await mod.slash("settings")).message
    assert panel is not None
    await mod.choose(panel, "panel:settings:daily", mod.here)


async def todays(bot: Penguess, number: int = 1) -> Day:
    """The day with the word of this number, once its word is to be seen."""

    def there() -> Day | None:
        days = daily_words.of(bot)._days.values()
        found = [day for day in days if day.state.number == number]
        return found[0] if found and posted(bot, found[0]) else None

    return await until(there)


def posted(bot: Penguess, day: Day) -> int:
    """The message of a day's word, 0 if there is none yet."""
    return day.posts._messages.get("word", 0)


def seen(person: TestUser, text: str) -> list[Message]:
    """The messages in sight with a text, oldest first."""
    return [message for message in person.sees() if text in message.text]


async def hands_in(person: TestUser, word: Message) -> Message:
    """Hand in a picture of a drawing; what the bot says to it."""
    form = await person.press(word, "Draw it")
    taken = (await person.submit(form, {"image": [scribble()]})).message
    assert taken is not None
    await until(lambda: "Your drawing is in" in taken.text)
    return taken
