"""Sheets and operations in the database. What `write` returns for is there after a crash."""

from __future__ import annotations

import logging
import secrets
import sqlite3
import time
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import ValidationError
from sqlite_utils import Database

from bot.pad.operations import OPERATION, Operation
from bot.pad.sheet import Sheet
from bot.store.database import Store, update_if_there
from bot.store.schema import table, upsert

log = logging.getLogger(__name__)

KEPT = 7 * 24 * 3600.0  # seconds that a sheet is kept after it was last given out

_SECRET = "pad"  # noqa: S105 - its name


@dataclass(frozen=True, slots=True)
class Mark:
    """An operation as it was taken: the `n`th of its sheet, and `number` of its client.

    operation: None for one that the sheet did not take; its number is used up all the same.
    """

    sheet: str
    n: int
    client: str
    number: int
    operation: Operation | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A sheet as it was stored."""

    sheet: Sheet
    paused: bool
    closed: bool
    marks: list[Mark]


class SheetStore:
    """The sheets of all games."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def secret(self) -> bytes:
        """What links are signed with: made once, kept with everything else."""

        def find(db: Database) -> bytes:
            known = table(db, "secrets")
            known.insert({"name": _SECRET, "secret": secrets.token_bytes(32)}, ignore=True)
            return bytes(known.get(_SECRET)["secret"])

        return await self._store.do(find)

    async def put(self, sheet: Sheet, *, paused: bool = False) -> None:
        """Store a sheet, or what is new about one; it is open again then."""

        def write(db: Database) -> None:
            row = asdict(sheet) | {"paused": int(paused), "closed": 0, "made": time.time()}
            upsert(db, "sheets", row, "id")

        await self._store.do(write)

    async def change(self, sheet_id: str, **changes: object) -> None:
        """Change columns of a sheet."""
        await self._store.do(lambda db: update_if_there(db, "sheets", sheet_id, changes))

    async def find(self, sheet_id: str) -> Kept | None:
        """A sheet and all that was drawn on it; None if there is none of this id."""

        def read(db: Database) -> Kept | None:
            row = next(iter(table(db, "sheets").rows_where("id = ?", [sheet_id])), None)
            if row is None:
                return None
            fields = {name: row[name] for name in Sheet.__dataclass_fields__}
            marks = table(db, "marks").rows_where("sheet = ?", [sheet_id], order_by="n")
            return Kept(
                Sheet(**fields), bool(row["paused"]), bool(row["closed"]), [*map(_mark, marks)]
            )

        return await self._store.do(read)

    async def write(self, marks: list[Mark]) -> None:
        """Store marks, in the order of the calls. Raises sqlite3.Error if they are not stored."""
        rows = [_row(mark) for mark in marks]
        await self._store.do(lambda db: _insert(db, rows))

    async def forget_old(self) -> None:
        """Delete sheets that nobody will ask for any more."""

        def delete(db: Database) -> None:
            before = [time.time() - KEPT]
            old = "sheet in (select id from sheets where made < ?)"
            table(db, "marks").delete_where(old, before)
            table(db, "sheets").delete_where("made < ?", before)

        await self._store.do(delete)


def _insert(db: Database, rows: list[dict[str, Any]]) -> None:
    """Add marks, unless one before them is missing: what follows would make no sense."""
    next_of: dict[str, int] = {}
    for row in rows:
        sheet = row["sheet"]
        if sheet not in next_of:
            next_of[sheet] = table(db, "marks").count_where("sheet = ?", [sheet])
        if row["n"] != next_of[sheet]:
            raise sqlite3.IntegrityError(f"mark {next_of[sheet]} of {sheet} is missing")
        next_of[sheet] += 1
    table(db, "marks").insert_all(rows)


def _row(mark: Mark) -> dict[str, Any]:
    operation = mark.operation.model_dump_json() if mark.operation is not None else None
    return {
        "sheet": mark.sheet,
        "n": mark.n,
        "client": mark.client,
        "number": mark.number,
        "operation": operation,
    }


def _mark(row: dict[str, Any]) -> Mark:
    text = row["operation"]
    try:
        operation = OPERATION.validate_json(text) if text is not None else None
    except ValidationError:  # as if the sheet had not taken it; those that follow stay
        log.error("a mark cannot be read", extra={"sheet": row["sheet"], "n": row["n"]})
        operation = None
    return Mark(row["sheet"], row["n"], row["client"], row["number"], operation)
