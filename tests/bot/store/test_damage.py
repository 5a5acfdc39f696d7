"""What is broken in the database costs nothing but itself."""

from __future__ import annotations

import asyncio
import math
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.drawing.stored_drawings import StoredDrawings
from bot.games.albums.album import AlbumPage, AlbumStore
from bot.pad.sheet import Sheet
from bot.pad.sheet_store import Mark, SheetStore
from bot.store import backup, retention, server_settings, word_lists
from bot.store.database import GapInLog, Store, UnusableDatabase
from bot.store.schema import table
from bot.store.sole_user import sole_user
from tests.bot.store.test_database import DRAWING, add


async def spoil(store: Store, name: str, column: str, value: str, where: str = "1") -> None:
    sql = f"update {name} set {column} = ? where {where}"  # noqa: S608
    await store.do(lambda db: db.execute(sql, [value]))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("request", "{"),
        ("request", '{"prompt": 7}'),
        ("strokes", "[]"),
        ("sees", "x"),
        ("sketches", "[1]"),
    ],
)
async def test_a_drawing_that_cannot_be_read_is_set_aside(store: Store, column: str, value: str):
    first, second = await add(store), await add(store)
    drawings = StoredDrawings(store)
    for id_ in (first, second):
        await drawings.update(id_, state="running", message=id_, drawing=DRAWING)
    await spoil(store, "drawings", column, value, f"id = {first}")
    assert [stored.id for stored in await drawings.unfinished()] == [second]
    assert await drawings.find(first) is None
    assert await drawings.of_message(first) is None
    rows = await store.do(lambda db: list(db.query("select state, request from drawings")))
    assert [row["state"] for row in rows] == ["failed", "running"]
    assert (rows[0]["request"] == value) == (column == "request")  # it is left as it is


@pytest.mark.parametrize("value", ["{", "[]", "7", "null"])
async def test_settings_that_are_no_settings_are_the_defaults(store: Store, value: str):
    await store.save_settings(5, {"strokes": 12})
    await store.save_settings(6, {"strokes": 13, "retention_days": 1})
    await spoil(store, "settings", "data", value, "guild = 5")
    assert await server_settings.of(store, 5) == server_settings.DEFAULTS
    assert (await server_settings.of(store, 6)).strokes == 13
    await retention.sweep(store, 3, 0.0)


async def test_a_word_an_album_and_a_mark_that_cannot_be_read_leave_the_others(store: Store):
    await word_lists.add(store, 1, 2, "gizmo\nwidget")
    await spoil(store, "words", "alternatives", "{", "word = 'gizmo'")
    assert [entry.word for entry in await word_lists.entries(store, 1)] == ["widget"]

    shelf = AlbumStore(store)
    books = ((AlbumPage(1, "a phrase"),),)
    for game in (1, 2):
        await shelf.put(game=game, guild=1, channel=3, host=1, days=1, books=books, drifts=(None,))
    await spoil(store, "albums", "data", "{}", "game = 2")
    assert [kept.game for kept in await shelf.newest(1, [3])] == [1]

    sheets = SheetStore(store)
    await sheets.put(Sheet("game:1:2:3", 3, "a cat", ink=5.0, language="en"))
    await sheets.write([Mark("game:1:2:3", n, "a", n + 1, None) for n in range(3)])
    await spoil(store, "marks", "operation", '{"op": "fly"}', "n = 1")
    kept = await sheets.find("game:1:2:3")
    assert kept is not None
    assert [mark.operation for mark in kept.marks] == [None] * 3


async def test_a_log_with_a_gap_is_no_log(store: Store):
    game = await store.add_game("pictionary", guild=1, channel=2)
    for n in range(3):
        await store.append(game, n, float(n), "{}")
    await store.do(lambda db: table(db, "events").delete((game, 1)))
    with pytest.raises(GapInLog, match="an event is missing"):
        await store.events(game)


async def test_a_writer_waits_for_its_turn(tmp_path: Path):
    """Another process holds the lock, and lets go while a transaction that reads first waits."""
    path = tmp_path / "penguess.db"
    async with Store(path) as store:
        game = await store.add_game("pictionary", guild=1, channel=2)
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        with closing(other):
            other.execute("begin immediate")
            other.execute("update games set channel = 3")

            def read_and_write(db: Database) -> int:
                found = table(db, "games").get(game)["channel"]
                table(db, "games").update(game, {"over": 1})
                return int(found)

            waiting = asyncio.create_task(store.do(read_and_write))
            await asyncio.sleep(0.1)
            assert not waiting.done()
            other.execute("commit")
            assert await waiting == 3


async def most_pages(store: Store, count: int) -> None:
    def limit() -> None:
        assert store._db is not None
        store._db.conn.execute(f"pragma max_page_count = {count or 1}").fetchone()

    await store._run(limit)


async def fill(store: Store) -> None:
    """Until the disk is full."""
    await most_pages(store, 0)  # of those that it has

    async def write() -> None:
        for n in range(1000):
            await store.put_note(f"note {n}", "x" * 2000)

    with pytest.raises(sqlite3.OperationalError, match="full"):
        await write()


async def test_a_store_is_not_well_when_nothing_can_be_stored(store: Store):
    await fill(store)
    assert not await store.is_well()
    await most_pages(store, 100_000)
    await store.put_note("after", "x")
    assert await store.note("after") == "x"
    assert not await store.is_well()  # it is not tried with each question
    store._looked = -math.inf
    assert await store.is_well()


def damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 : 4096 * 5] = b"\xff" * (4096 * 4)
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("how", ["no database", "empty page", "later version"])
async def test_a_database_that_cannot_be_used_is_one_line(tmp_path: Path, how: str):
    path = tmp_path / "penguess.db"
    async with Store(path) as store:
        await add(store)
    good = tmp_path / "good.sqlite3"
    backup.back_up(path, good)
    if how == "no database":
        path.write_bytes(b"this is no database at all, and never was one" * 100)
    elif how == "empty page":
        damaged(path)
    else:
        db = Database(path)
        row = {"migration_set": "penguess", "name": "m999_later", "applied_at": "2099"}
        table(db, "_sqlite_migrations").insert(row)
        db.close()
    with pytest.raises(UnusableDatabase):
        await Store(path).open()
    command = [sys.executable, "-m", "bot"]
    environment = os.environ | {"PENGUESS_DATA": str(tmp_path)}
    ended = await asyncio.to_thread(
        lambda: subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
    )
    assert ended.returncode == 2
    told = ended.stderr.splitlines()
    assert "Traceback" not in ended.stderr
    assert told[-1].startswith(f"penguess: {path} ")
    assert "make restore FILE=" in told[-1]
    # What it says can be done.
    before = backup.restore(path, good)
    assert before is not None
    assert before.exists()
    async with Store(path) as store:
        assert len(await StoredDrawings(store).unfinished()) == 1


def test_a_second_bot_on_the_same_folder_ends_with_one_line(tmp_path: Path):
    with sole_user(tmp_path):
        ended = subprocess.run(
            [sys.executable, "-m", "bot"],
            env=os.environ | {"PENGUESS_DATA": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith(f"penguess: a bot is running on {tmp_path}")
    assert "Traceback" not in ended.stderr


async def test_what_is_kept_is_for_this_user_alone(tmp_path: Path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    path = folder / "penguess.db"
    sqlite3.connect(path).close()
    path.touch()
    path.chmod(0o644)
    async with Store(path) as store:
        await add(store)
        backup.back_up(path, tmp_path / "copy.sqlite3")
        for file in (folder, *folder.iterdir(), tmp_path / "copy.sqlite3"):
            wanted = 0o700 if file.is_dir() else 0o600
            assert stat.S_IMODE(file.stat().st_mode) == wanted, file
    shutil.rmtree(folder)
