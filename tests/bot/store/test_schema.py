"""Databases of every earlier version, with something in every table, are brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot.drawing.stored_drawings import StoredDrawings
from bot.store import erasure, retention, server_settings, word_lists
from bot.store.database import Store, open_database
from bot.store.schema import migrations, table
from tests.bot.store.test_database import DRAWING, ORDER

VERSIONS = [migration.name for migration in migrations.pending(Database(memory=True))]
# What has a form of its own; every other column is filled by its type.
VALUES: dict[str, Any] = {
    "request": ORDER.model_dump_json(),
    "strokes": DRAWING.to_json(2),
    "sees": '[["cat", 0.8]]',
    "state": "finished",
    "language": "en",
    "data": '{"strokes": 12}',
    "event": "{}",
    "alternatives": "[]",
    "people": "[7]",
    "sketches": "[]",
    "depths": "[[0.5]]",
}
BY_TYPE: dict[type, Any] = {int: 1, float: 1.5, str: "1", bytes: b"1"}


def tables(db: Database) -> list[str]:
    return [name for name in db.table_names() if not name.startswith(("_", "sqlite_"))]


def filled(path: Path, version: str) -> dict[str, dict[str, Any]]:
    """Make a database of a version with a row in each table. Returns the rows by table."""
    db = Database(path)
    later = VERSIONS[VERSIONS.index(version) + 1 :]
    migrations.apply(db, stop_before=later[0] if later else None)
    rows: dict[str, dict[str, Any]] = {}
    for name in tables(db):
        columns = table(db, name).columns_dict
        rows[name] = {
            column: BY_TYPE[kind]
            if column == "strokes" and kind is int
            else VALUES.get(column, BY_TYPE[kind])
            for column, kind in columns.items()
        }
        table(db, name).insert(rows[name])
    db.close()
    return rows


def shape(db: Database) -> dict[str, Any]:
    """Columns, keys and indices of all tables."""
    return {
        name: (
            {column.name: column.type for column in table(db, name).columns},
            table(db, name).pks,
            sorted(tuple(index.columns) for index in table(db, name).indexes),
        )
        for name in tables(db)
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_lost_and_the_result_is_as_if_new(tmp_path: Path, version: str):
    rows = filled(tmp_path / "old.db", version)
    assert rows
    db = open_database(tmp_path / "old.db")
    assert shape(db) == shape(open_database(tmp_path / "new.db"))
    for name, before in rows.items():
        (after,) = table(db, name).rows
        assert {column: after[column] for column in before} == before
    assert db.execute("pragma integrity_check").fetchone()[0] == "ok"
    assert db.execute("pragma foreign_key_check").fetchall() == []


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_bot_works_with_what_an_earlier_version_stored(tmp_path: Path, version: str):
    rows = filled(tmp_path / "old.db", version)
    async with Store(tmp_path / "old.db") as store:
        stored = await StoredDrawings(store).find(1)
        assert stored is not None
        assert (stored.request, stored.drawing) == (ORDER, DRAWING)
        if "settings" in rows:
            assert (await server_settings.of(store, 1)).strokes == 12
        if "games" in rows:
            await store.append(1, 7, 1.0, "{}")
        await word_lists.add(store, 1, 2, "zeppelin")
        assert "zeppelin" in [word.text for word in await word_lists.own(store, 1)]
        await retention.sweep(store, 365, 2e9)
        await erasure.erase(store, 1)
        assert await StoredDrawings(store).find(1) is None


def test_a_database_is_opened_again_and_again(tmp_path: Path):
    first = shape(open_database(tmp_path / "penguess.db"))
    assert shape(open_database(tmp_path / "penguess.db")) == first
