"""What people were promised survives a kill: an answer, and how a drawing ended."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.drawing import job
from bot.drawing.stored_drawings import StoredDrawings
from bot.kit import layout
from bot.kit.live_message import Editable, MakeView, outlast
from bot.kit.reply import Posted
from bot.pictures.renderer import Renderer
from bot.playground.model.uploads import UploadedFile
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from tests.bot.commands.test_guess import answer, circle
from tests.bot.conftest import SOON, StartBot, over, picture
from tests.bot.journeys.own_process import is_there, running
from tests.bot.journeys.test_restart import environment as environment
from tests.pace import Pace


@pytest.fixture
async def silent_engine() -> AsyncIterator[str]:
    """An engine that takes every request and never answers."""

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read()
        finally:
            writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@pytest.mark.parametrize(
    ("command", "options", "place"),
    [
        ("guess", {"image": UploadedFile("circle.png", circle())}, "drawing"),
        ("guess", {"image": UploadedFile("circle.png", circle())}, "another-server"),
        ("about", {}, "drawing"),
        ("draw", {"prompt": "a cat", "sketches": 4}, "drawing"),
    ],
)
async def test_who_waits_for_an_answer_is_told_to_ask_again(
    playground: Playground,
    environment: dict[str, str],
    silent_engine: str,
    tmp_path: Path,
    command: str,
    options: dict[str, Any],
    place: str,
):
    ada = TestUser(playground, "Ada")
    ada.go(place if place != "drawing" else ada.here)
    environment["PENGUESS_ENGINE_URL"] = silent_engine

    there = partial(is_there, playground)
    async with running(environment, there) as process:
        asked = await ada.slash(command, **options)
        assert asked.message is not None
        assert asked.message.is_loading
        process.send_signal(signal.SIGKILL)
        await process.wait()
    async with running(environment, there):
        told = await answer(ada, asked)
        assert told is asked.message
        assert "Please try again" in told.text
        await _until(lambda: _none_due(tmp_path))


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("guess", {"image": UploadedFile("text.png", b"no picture at all")}),
        ("words import", {"file": UploadedFile("words.txt", b"\xff no text")}),
    ],
)
async def test_who_was_told_what_is_wrong_before_a_kill_is_not_told_again(
    playground: Playground,
    environment: dict[str, str],
    silent_engine: str,
    tmp_path: Path,
    command: str,
    options: dict[str, Any],
):
    ada = TestUser(playground, "Ada")
    environment["PENGUESS_ENGINE_URL"] = silent_engine

    there = partial(is_there, playground)
    async with running(environment, there) as process:
        _run(
            tmp_path,
            "create trigger dies before delete on promises begin select raise(ignore); end",
        )
        told = await answer(ada, await ada.slash(command, **options))
        said = told.text
        process.send_signal(signal.SIGKILL)
        await process.wait()
    _run(tmp_path, "drop trigger dies")
    assert _promises(tmp_path) == 1
    async with running(environment, there):
        await _until(lambda: _none_due(tmp_path))
    assert told.text == said


async def _until(come: Callable[[], Awaitable[bool]]) -> None:
    """Until something is in the database, which tells nobody."""
    async with asyncio.timeout(SOON):
        while not await come():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def _none_due(folder: Path) -> bool:
    return _promises(folder) == 0


def _promises(folder: Path) -> int:
    return _run(folder, "select count(*) from promises")[0][0]


def _run(folder: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "penguess.db")) as database:
        return database.execute(statement).fetchall()


async def test_where_the_bot_is_no_member_a_drawing_goes_on_by_its_token(
    playground: Playground, environment: dict[str, str], pace: Pace, tmp_path: Path
):
    ada = TestUser(playground, "Ada")
    ada.go("another-server")

    there = partial(is_there, playground)
    pace.hold(at=1)
    async with running(environment, there) as process:
        message = (await ada.slash("draw", prompt="a cat", strokes=6)).message
        assert message is not None
        await ada.wait_for(lambda: message.attachments, SOON)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    pace.release()
    async with running(environment, there):
        await over(ada, message)
        assert picture(message)[0] == "drawing.gif"
    assert _promises(tmp_path) == 0


async def test_what_was_answered_is_no_longer_promised(
    ada: TestUser, start: StartBot, tmp_path: Path
):
    await start(steps=4)
    file = UploadedFile("circle.png", circle())
    await answer(ada, await ada.slash("guess", image=file))
    text = UploadedFile("text.png", b"no picture at all")
    await answer(ada, await ada.slash("guess", image=text))
    await _until(lambda: _none_due(tmp_path))


async def test_an_ending_is_shown_after_a_restart_if_it_was_not_before(
    ada: TestUser,
    start: StartBot,
    store: Store,
    renderer: Renderer,
    monkeypatch: pytest.MonkeyPatch,
):
    """As after SIGKILL between the end of a drawing and its last message, while the network still
    holds an edit that was sent before."""
    arrived = asyncio.Event()

    async def outlast_arrival(place: Editable, frame: MakeView, _: float) -> None:
        await arrived.wait()
        await outlast(place, frame, 0.0)

    monkeypatch.setattr(job, "outlast", outlast_arrival)

    async def never(*_: object) -> bytes:
        await asyncio.Event().wait()
        return b""

    with monkeypatch.context() as patched:
        patched.setattr(renderer, "gif", never)
        bot = await start(steps=4)
        message = (await ada.slash("draw", prompt="a cat", strokes=6)).message
        assert message is not None
        drawings = StoredDrawings(store)

        async def stored() -> bool:
            kept = await drawings.of_message(message.id)
            return kept is not None and kept.state == "finished"

        await _until(stored)
        bot.in_progress._tasks.cancel()
        await bot.close()
    bot = await start(steps=4)
    await over(ada, message)
    assert picture(message)[0] == "drawing.gif"
    assert "*a cat*" in message.text
    assert await drawings.unfinished()  # so that another kill changes nothing
    late = layout.notice("96 %")
    await Posted(bot, message.channel_id, message.id).edit(late)
    arrived.set()
    await over(ada, message)
    assert picture(message)[0] == "drawing.gif"

    async def shown() -> bool:
        return not await drawings.unfinished()

    await _until(shown)
