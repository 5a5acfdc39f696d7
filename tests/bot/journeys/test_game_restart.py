"""A whole game against `python -m bot`, which is killed in the middle of a turn."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.pad.line import SIDE
from bot.playground.model.entities import Message
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from engine.canvas.drawing import Drawing, Stroke
from games.core import BOT, Play, decode, replay
from games.drawing.pictionary import PICTIONARY, State
from games.drawing.turn import Phase
from games.table.table import Stage
from tests.bot.conftest import SOON
from tests.bot.games.conftest import scribble, showing, until
from tests.bot.journeys.own_process import environment_of, is_there, running
from tests.bot.pad.artist import Artist, look

if TYPE_CHECKING:
    from playwright.async_api import Browser

AWAY = 6.0  # seconds that the bot is down at the least


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A playground for bots in other processes."""
    async with Playground() as running:
        yield running
        assert running.violations == []


@pytest.fixture
def environment(playground: Playground, engine_address: str, tmp_path: Path) -> dict[str, str]:
    return environment_of(playground, engine_address, tmp_path, PENGUESS_STEPS="40")


class Log:
    """The game as its log tells it, read from the bot's database while the bot runs."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "penguess.db"

    def query(self, sql: str) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    @property
    def play(self) -> Play[State]:
        ((seed,),) = self.query("select seed from games")
        lines = [str(line) for (line,) in self.query("select event from events order by n")]
        play, _ = replay(PICTIONARY, str(seed), [decode(PICTIONARY, line) for line in lines])
        return play

    @property
    def state(self) -> State:
        return self.play.state

    async def until(self, holds: Callable[[State], bool], seconds: float = SOON) -> State:
        def there() -> State | None:
            state = self.state
            return state if holds(state) else None

        return await until(there, seconds)


Draw = Callable[[TestUser, Message], Awaitable[None]]


async def hand_in(drawer: TestUser, turn: Message) -> None:
    """Draw the word of a turn on paper."""
    answer = await drawer.slash("submit", image=scribble())
    assert answer.deferred


async def play_turn(
    log: Log, number: int, people: list[TestUser], draw: Draw = hand_in
) -> tuple[Message, TestUser | None]:
    """Play a turn up to where people guess. Returns its message and who draws, None for the bot."""
    state = await log.until(lambda state: state.number == number)
    drawer: TestUser | None = None
    if state.phase is Phase.CHOOSING and state.choice is not None:
        wanted = state.choice.drawer
        drawer = next(person for person in people if str(person.user.id) == wanted)
        page = await until(lambda: showing(drawer, "Choose a word"))
        await drawer.press(page, state.choice.words[0].text)
    await log.until(lambda state: state.phase is Phase.DRAWING and state.number == number)
    turn = await until(lambda: showing(people[0], "Guess with the button"))
    if drawer is not None:
        await draw(drawer, turn)
    await log.until(lambda state: bool(state.turn and state.turn.strokes))
    await until(lambda: turn.attachments, SOON)
    return turn, drawer


async def say(log: Log, *people: TestUser) -> None:
    """Let people say the word that is being drawn."""
    turn = log.state.turn
    assert turn is not None
    for person in people:
        answer = await person.slash("answer", word=turn.word.text)
        assert answer.message is not None
        assert "That's it!" in answer.message.text


class Paper:
    """How people draw and where the bot is killed: on paper, in the third turn, the bot's."""

    killed_in = 3

    async def draw(self, drawer: TestUser, turn: Message) -> None:
        await hand_in(drawer, turn)

    async def before(self, log: Log) -> None:
        """The bot is about to be killed."""

    async def meanwhile(self) -> None:
        """It was."""

    async def afterwards(self, log: Log) -> None:
        """It is back."""


class AtThePad(Paper):
    """People draw on the pad, in a browser, and the bot is killed in the middle of a stroke."""

    killed_in = 4

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._artist: Artist | None = None

    @property
    def artist(self) -> Artist:
        """Who drew last."""
        assert self._artist is not None
        return self._artist

    async def draw(self, drawer: TestUser, turn: Message) -> None:
        """A house, by the link that the drawer was given; the channel sees it grow."""
        links = [
            part["url"] for message in drawer.sees() for part in message.walk() if "url" in part
        ]
        self._artist = artist = await look(await self._browser.new_context(), links[-1])
        await artist.page.locator('[data-state="drawing"]').wait_for()
        shown = set[bytes]()
        for line in HOUSE:
            await artist.draw(*line)
            await artist.saved()
            await until(lambda shown=shown: _pictures(turn) - shown, SOON)
            shown = shown | _pictures(turn)

    async def before(self, log: Log) -> None:
        # The bot has looked at the drawing, and the pen is down.
        seen = "select n from events where event like '%BotLooked%'"
        await until(lambda: log.query(seen), SOON)
        await self.artist.down(0.4, 0.85)
        await self.artist.move(0.4, 0.65)
        await until(lambda: len(_strokes(log)) == len(HOUSE) + 1, SOON)

    async def meanwhile(self) -> None:
        await self.artist.move(0.6, 0.65)
        await self.artist.page.get_by_text("No connection").wait_for()
        await self.artist.move(0.6, 0.85)
        await self.artist.up()
        await self.artist.draw((0.1, 0.1), (0.15, 0.1))

    async def afterwards(self, log: Log) -> None:
        await self.artist.saved()
        await until(lambda: len(_strokes(log)) == len(HOUSE) + 2, SOON)
        door, star = _strokes(log)[-2:]
        assert door.points[0] == pytest.approx((0.4 * SIDE, 0.85 * SIDE), abs=3)
        assert door.points[-1] == pytest.approx((0.6 * SIDE, 0.85 * SIDE), abs=3)
        assert star.points[-1] == pytest.approx((0.15 * SIDE, 0.1 * SIDE), abs=3)


HOUSE = (
    ((0.2, 0.5), (0.2, 0.9), (0.8, 0.9), (0.8, 0.5)),
    ((0.15, 0.52), (0.5, 0.2), (0.85, 0.52)),
)


def _pictures(message: Message) -> set[bytes]:
    return {file.data for file in message.attachments}


def _strokes(log: Log) -> tuple[Stroke, ...]:
    """What the game keeps of the drawing under way."""
    turn = log.state.turn
    assert turn is not None
    rows = dict(log.query("select id, strokes from sketches"))
    return Drawing.from_json(str(rows[int(turn.drawing)])).strokes


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_a_killed_bot_goes_on_with_the_game_and_counts_no_second_of_its_absence(
    playground: Playground, environment: dict[str, str], tmp_path: Path
):
    await whole_game(playground, environment, tmp_path, Paper())


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_a_stroke_outlives_a_killed_bot_in_the_middle_of_a_game(
    playground: Playground, environment: dict[str, str], tmp_path: Path, browser: Browser
):
    await whole_game(playground, environment, tmp_path, AtThePad(browser))


async def whole_game(
    playground: Playground, environment: dict[str, str], folder: Path, hands: Paper
) -> None:
    """Four rounds of `mixed`, three people, of whom one leaves and comes back after the crash."""
    people = [TestUser(playground, name) for name in ("Ada", "Grace", "Linus")]
    ada, grace, linus = people
    log = Log(folder)

    there = partial(is_there, playground)

    async with running(environment, there) as process:
        opened = await ada.slash(
            "pictionary", mode="mixed", rounds=4, time=300, strokes=6, strength="hard"
        )
        lobby = opened.message
        assert lobby is not None
        for person in (grace, linus):
            await person.press(lobby, "Join")
        await ada.press(lobby, "Start")

        await play_turn(log, 1, people, hands.draw)
        await say(log, grace, linus, ada)

        turn, drawer = await play_turn(log, 2, people, hands.draw)
        assert drawer is not None
        leaver, other = (person for person in people if person is not drawer)
        await leaver.press(turn, "Table")
        menu = await until(lambda: showing(leaver, "At this table"))
        await leaver.press(menu, "Leave")
        await say(log, other)
        stayed = [person for person in people if person is not leaver]

        for number in range(3, hands.killed_in):
            await play_turn(log, number, people, hands.draw)
            await say(log, *stayed)

        # It is killed once the drawing grows and, if there are several, somebody has the word.
        turn, drawer = await play_turn(log, hands.killed_in, people, hands.draw)
        guessers = [person for person in stayed if person is not drawer]
        await say(log, *guessers[:-1])
        await hands.before(log)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    before = log.play
    await hands.meanwhile()
    await asyncio.sleep(AWAY)
    began_again = time.monotonic()

    async with running(environment, there) as process:
        menu = await leaver.press(turn, "Table")
        assert menu.message is not None
        answer = await leaver.press(menu.message, "Join")
        assert answer.message is not None
        assert "You're in" in answer.message.text
        seat = log.state.table.seats.find(str(leaver.user.id))
        assert seat is not None
        assert seat.score > 0
        after = log.play
        assert after.now - before.now <= time.monotonic() - began_again
        await hands.afterwards(log)
        await say(log, guessers[-1], leaver)
        await until(lambda: "It was" in turn.text)
        await until(lambda: [file.filename for file in turn.attachments] == ["drawing.gif"], SOON)

        for number in range(hands.killed_in + 1, 9):
            turn, drawer = await play_turn(log, number, people, hands.draw)
            await say(log, *(person for person in people if person is not drawer))
            await until(lambda turn=turn: "It was" in turn.text)
        end = await until(lambda: showing(ada, "The game is over"), SOON)
        await until(lambda: end.attachments and log.query("select over from games") == [(1,)])

    # The log alone, applied in one go, is the undisturbed run: same events, same game time.
    undisturbed = log.state
    assert undisturbed.table.stage is Stage.OVER
    assert undisturbed.number == 8
    scores = {seat.player: seat.score for seat in undisturbed.table.seats.seats}
    assert set(scores) == {BOT, *(str(person.user.id) for person in people)}
    assert all(score > 0 for score in scores.values())
    kept = log.query("select person, points from results")
    assert {str(person or BOT): points for person, points in kept} == scores
    for player, score in scores.items():
        shown = "Penguess" if player == BOT else f"<@{player}>"
        assert f"{shown} · {score}" in end.text
