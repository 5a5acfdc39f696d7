from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from bot.drawing.request import Request
from bot.drawing.stored_drawings import StoredDrawings
from bot.store.backup import BackupFailed, back_up, restore
from bot.store.database import Store
from bot.store.sole_user import AlreadyRunning, sole_user


async def add(path: Path, prompt: str) -> None:
    async with Store(path) as store:
        request = Request(prompt=prompt, seed=0)
        await StoredDrawings(store).add(
            request, person=1, guild=2, channel=3, language="en", steps=9
        )


async def prompts(path: Path) -> list[str]:
    async with Store(path) as store:
        return [stored.request.prompt for stored in await StoredDrawings(store).unfinished()]


async def test_a_back_up_brings_everything_back_and_keeps_what_was_there(tmp_path: Path):
    database, copy = tmp_path / "data" / "penguess.db", tmp_path / "copies" / "monday.db"
    await add(database, "a cat")
    back_up(database, copy)
    await add(database, "a dog")
    before = restore(database, copy)
    assert await prompts(database) == ["a cat"]
    assert before is not None
    assert await prompts(before) == ["a cat", "a dog"]


async def test_a_back_up_can_be_made_while_the_bot_writes(tmp_path: Path):
    database = tmp_path / "penguess.db"
    async with Store(database) as store:
        request = Request(prompt="a cat", seed=0)
        await StoredDrawings(store).add(
            request, person=1, guild=2, channel=3, language="en", steps=9
        )
        back_up(database, tmp_path / "copy.db")
    assert await prompts(tmp_path / "copy.db") == ["a cat"]


async def test_a_back_up_does_not_overwrite(tmp_path: Path):
    await add(tmp_path / "penguess.db", "a cat")
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(BackupFailed, match="there already"):
        back_up(tmp_path / "penguess.db", tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path):
    with pytest.raises(BackupFailed, match="no database"):
        back_up(tmp_path / "penguess.db", tmp_path / "copy.db")


async def test_a_back_up_is_restored_where_nothing_was(tmp_path: Path):
    await add(tmp_path / "penguess.db", "a cat")
    assert restore(tmp_path / "fresh" / "penguess.db", tmp_path / "penguess.db") is None
    assert await prompts(tmp_path / "fresh" / "penguess.db") == ["a cat"]


async def test_what_is_no_back_up_changes_nothing(tmp_path: Path):
    database = tmp_path / "penguess.db"
    await add(database, "a cat")
    text, other = tmp_path / "text.db", tmp_path / "other.db"
    text.write_text("not a database, but long enough to look at")
    connection = sqlite3.connect(other)
    connection.execute("create table drawings (id)")
    connection.close()
    for source in (text, other, tmp_path / "missing.db"):
        with pytest.raises(BackupFailed):
            restore(database, source)
    assert await prompts(database) == ["a cat"]


async def test_nothing_is_restored_under_a_running_bot(tmp_path: Path):
    database = tmp_path / "penguess.db"
    await add(database, "a cat")
    back_up(database, tmp_path / "copy.db")
    with sole_user(tmp_path), pytest.raises(AlreadyRunning):
        restore(database, tmp_path / "copy.db")


def test_a_bot_that_is_just_ending_is_waited_for(tmp_path: Path):
    entered, left = threading.Event(), threading.Event()

    def run_and_end() -> None:
        with sole_user(tmp_path):
            entered.set()
            time.sleep(0.2)
            left.set()

    other = threading.Thread(target=run_and_end)
    other.start()
    entered.wait()
    with sole_user(tmp_path, patience=600.0):
        assert left.is_set()
    other.join()
