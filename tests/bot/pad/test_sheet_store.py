from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from bot.pad import sheet_store
from bot.pad.operations import Add, Clear
from bot.pad.sheet_store import Mark, SheetStore
from bot.store.database import Store
from bot.store.schema import table
from tests.bot.pad.conftest import sheet

DOT = Add(stroke="aaaaaaaa-1", ink=3, pen=2, points=(1, 2))


def marks(sheet_id: str, first: int, count: int) -> list[Mark]:
    return [
        Mark(sheet_id, n, "aaaaaaaa", n + 1, DOT if n == 0 else Clear())
        for n in range(first, first + count)
    ]


async def test_what_is_written_is_there_for_the_next_bot(tmp_path: Path):
    paper = sheet(strokes=5, ends_at=12.5, seconds=90.0, language="en")
    written = [*marks(paper.id, 0, 2), Mark(paper.id, 2, "bbbbbbbb", 1, None)]
    async with Store(tmp_path / "penguess.db") as store:
        await SheetStore(store).put(paper)
        await SheetStore(store).write(written)
        await SheetStore(store).change(paper.id, paused=1)
    async with Store(tmp_path / "penguess.db") as store:
        kept = await SheetStore(store).find(paper.id)
        assert kept is not None
        assert (kept.sheet, kept.paused, kept.closed) == (paper, True, False)
        assert kept.marks == written
        assert await SheetStore(store).find("another") is None


async def test_the_secret_stays_the_same(tmp_path: Path):
    async with Store(tmp_path / "penguess.db") as store:
        first = await SheetStore(store).secret()
    async with Store(tmp_path / "penguess.db") as store:
        assert await SheetStore(store).secret() == first
    assert len(first) == 32


async def test_nothing_is_stored_after_what_could_not_be(store: Store):
    book = SheetStore(store)
    await book.put(sheet())
    await book.write(marks("test:1", 0, 1))
    with pytest.raises(sqlite3.IntegrityError):
        await book.write(marks("test:1", 2, 1))
    kept = await book.find("test:1")
    assert kept is not None
    assert len(kept.marks) == 1
    await book.write(marks("test:1", 1, 1))


async def test_old_sheets_are_forgotten(store: Store):
    book = SheetStore(store)
    for name in ("test:old", "test:new"):
        await book.put(sheet(name))
        await book.write(marks(name, 0, 2))
    await book.change("test:old", made=time.time() - sheet_store.KEPT - 1)
    await book.forget_old()
    assert await book.find("test:old") is None
    assert await book.find("test:new") is not None
    assert await store.do(lambda db: table(db, "marks").count) == 2
