"""A database of the version before, with everything under way, is opened and goes on.

tests/bot/kept/under_way.sql was dumped by commit 85a0ee2 with its bot closed in the middle of: a
drawing with a preview (drawing-room), a duel with the person's drawing in it (drawing-room), a turn
of Pictionary with two strokes on the pad, one of two guessers done and the other's form open
(games), and page 2 of telephone with one of two drawings in, beside the album of an earlier game
(quiet-corner). under_way.json has the playground's side: ids, messages, and the open form. It is
never recorded anew: names of stored things change by migration alone.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.client import Penguess
from bot.games.table.game_runner import GameRunner
from bot.playground.client import point_discord_at
from bot.playground.model.clock import Clock
from bot.playground.model.entities import Message, MessageFlag
from bot.playground.protocol.interaction import Asked, Interaction
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from games.drawing.turn import Phase
from games.telephone import handoff as chain
from tests.bot.conftest import SOON, StartBot, is_over
from tests.bot.games.conftest import Hurry, scribble, showing, until

DATA = Path(__file__).parents[1] / "kept"
RECORD: dict[str, Any] = json.loads((DATA / "under_way.json").read_text("utf-8"))
AGED = {
    "drawings": ("made",),
    "games": ("made",),
    "albums": ("made", "expires"),
    "sheets": ("made", "ends_at"),
}
"""Times of the record, which become as old as they were when the bot was closed."""


class Then(Clock):
    """Stands still until told to go on, so that a playground gives the ids that it gave then."""

    then: float | None = RECORD["clock"]

    def now(self) -> float:
        return super().now() if self.then is None else self.then


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground(clock=Then()) as running:
        with point_discord_at(running.url):
            yield running
        assert running.violations == []


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    path = tmp_path / "penguess.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript((DATA / "under_way.sql").read_text("utf-8"))
        older = time.time() - RECORD["recorded"]
        for table, columns in AGED.items():
            for column in columns:
                db.execute(f"update {table} set {column} = {column} + ?", [older])  # noqa: S608
    async with Store(path) as opened:
        yield opened


@pytest.fixture
def people(playground: Playground) -> list[TestUser]:
    """Those who were there, in the channels and before the messages that were."""
    world, clock = playground.world, playground.clock
    assert isinstance(clock, Then)
    people = [TestUser(playground, name) for name in RECORD["people"]]
    assert {one.user.name: one.user.id for one in people} == RECORD["people"]
    assert {one.name: one.id for one in world.channels.values()} == RECORD["channels"]
    for kept in RECORD["messages"]:
        message = Message(kept["id"], kept["channel"], world.bot)
        message.flags = MessageFlag(kept["flags"])
        message.components = kept["components"]
        message.ephemeral_to = kept["ephemeral_to"]
        world.post(message)
    while world.new_id() <= RECORD["messages"][-1]["id"]:
        pass  # what comes now is newer
    clock.then = None
    return people


def message(person: TestUser, name: str) -> Message:
    """A message of the record by what the record calls it."""
    found = person.world.find_message(RECORD["named"][name])
    assert found is not None
    return found


def game_in(bot: Penguess, person: TestUser, channel: str) -> GameRunner:
    """The game under way in a channel, where the person goes."""
    person.go(channel)
    return bot.open_games.in_channel(person.here.id)


def open_form(person: TestUser) -> Interaction:
    """The form that this person had open."""
    kept = RECORD["form"]
    assert kept["user"] == person.user.id
    return Interaction(
        id=person.world.new_id(),
        token="of an earlier day",
        kind=Asked.COMPONENT,
        user=person.user,
        channel=person.world.channel(kept["channel"]),
        data={},
        asked_at=person.world.clock.now(),
        source=person.world.find_message(kept["source"]),
        modal=kept["modal"],
    )


@pytest.fixture
def clock() -> Hurry:
    return Hurry()


@pytest.fixture
async def bot(start: StartBot, people: list[TestUser], clock: Hurry) -> Penguess:
    return await start(clock=clock)


async def test_a_drawing_goes_on_to_its_end(bot: Penguess, people: list[TestUser]):
    ada, *_ = people
    drawing = message(ada, "drawing")
    await ada.wait_for(lambda: is_over(drawing), SOON)
    assert [file.filename for file in drawing.attachments] == ["drawing.gif"]


async def test_a_turn_goes_on_with_its_strokes_and_an_open_form_counts(
    bot: Penguess, people: list[TestUser]
):
    ada, grace, linus = people
    game = game_in(bot, ada, "games")
    turn = game.play.state.turn
    assert (game.play.state.phase, turn.strokes) == (Phase.DRAWING, 2)
    assert [one.player for one in turn.solved] == [str(grace.user.id)]
    sheet = f"game:{game.id}:turn:1:person:{ada.user.id}"
    assert len((await bot.pad.drawing(sheet)).strokes) == 2
    shown = message(ada, "turn")
    await until(lambda: "zeppelin" in shown.text and shown.attachments)
    answer = await linus.submit(open_form(linus), {"guess": RECORD["word"]})
    assert answer.message is not None
    assert "That's it!" in answer.message.text
    await until(lambda: f"It was **{RECORD['word']}**" in shown.text)


async def test_a_duel_goes_on_to_its_ballot(bot: Penguess, people: list[TestUser]):
    ada, grace, _ = people
    game = game_in(bot, ada, "drawing-room")
    assert str(ada.user.id) in dict(game.play.state.bout.drawings)
    await until(lambda: len(game.play.state.bout.drawings) == 2, SOON)
    await ada.press(message(ada, "desk of the duel"), "I am done")
    await until(lambda: game.play.state.phase is Phase.VOTING)
    shown = message(grace, "duel")
    await until(lambda: [file.filename for file in shown.attachments] == ["a.png", "b.png"])


async def test_a_chain_goes_on_to_its_album(bot: Penguess, people: list[TestUser], clock: Hurry):
    ada, grace, _ = people
    game = game_in(bot, grace, "quiet-corner")
    page = message(grace, "page")
    await until(lambda: "1 of 2 pages" in page.text)
    task = (await grace.press(page, "My task")).message
    assert task is not None
    await until(lambda: "a green moon" in task.text)
    form = await grace.press(task, "Hand in a picture")
    await grace.submit(form, {"image": [scribble()]})
    await until(lambda: game.play.state.phase is chain.Phase.ALBUM)
    clock.skip(game.play.state.settings.reveal + 1)
    ada.go("quiet-corner")
    await until(lambda: showing(ada, "Chain 1 of 2"), SOON)


async def test_an_album_is_shown_again(bot: Penguess, people: list[TestUser]):
    ada, *_ = people
    ada.go("quiet-corner")
    shown = (await ada.slash("album", number=1)).message
    assert shown is not None
    await until(lambda: "a red apple" in shown.text and shown.attachments)
