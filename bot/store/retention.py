"""Deletes old data every hour.

Drawings, albums and what was learned of words are kept for the days that their server set, or the
operator's default; logs, messages and sketches of finished games for a week, in case somebody asks
what went wrong. Points and hardest words stay, until a person has themselves deleted.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import time
from typing import Any

from sqlite_utils import Database

from bot.kit import metrics
from bot.store import erasure
from bot.store.database import UNFINISHED, Store, blank_drawings, readable
from bot.store.schema import table

log = logging.getLogger(__name__)

EVERY = 3600.0  # seconds
LOGS_KEPT = 7 * 86_400.0  # seconds from the start of a game
_DAY = 86_400.0
_AT_ONCE = 500  # drawings in a transaction, so that nobody waits long for the database

_OLD = "state not in (?, ?, 'gone') and made < ?"  # of those that are not under way
_ELSEWHERE = "(guild is null or guild not in (select value from json_each(?)))"


async def keep_sweeping(store: Store, days: int) -> None:
    """Sweep now and every hour. days: the operator's default."""
    while True:
        try:
            gone = await sweep(store, days, time.time())
            await erasure.finish(store)
        except (sqlite3.Error, RuntimeError):
            log.exception("what is old could not be deleted")
            metrics.ERRORS.inc()
        else:
            if gone:
                log.info("old drawings are deleted", extra={"drawings": gone})
        await asyncio.sleep(EVERY)


async def sweep(store: Store, days: int, now: float) -> int:
    """Delete what is old at `now`, in seconds since the epoch. Returns how many drawings it was."""
    own = await store.do(_own_days)
    gone = 0
    for guild, kept in own.items():
        values = [*UNFINISHED, now - kept * _DAY, guild]
        gone += await _forget(store, f"{_OLD} and guild = ?", values)
    values = [*UNFINISHED, now - days * _DAY, json.dumps(list(own))]
    gone += await _forget(store, f"{_OLD} and {_ELSEWHERE}", values)
    await store.do(lambda db: _sweep_games(db, own, now))
    await store.do(lambda db: _sweep_examples(db, own, days, now))
    await store.do(lambda db: table(db, "promises").delete_where("ends_at <= ?", [now]))
    return gone


def _own_days(db: Database) -> dict[int, int]:
    """The servers that set how long things are kept, and the days that they set."""
    found: dict[int, int] = {}
    rows = table(db, "settings").rows
    for guild, data in readable(rows, lambda row: (row["guild"], dict(json.loads(row["data"])))):
        days = data.get("retention_days")
        if isinstance(days, int) and days > 0:
            found[guild] = days
    return found


async def _forget(store: Store, where: str, values: list[Any]) -> int:
    some = f"id in (select id from drawings where {where} limit {_AT_ONCE})"  # noqa: S608 - ours
    gone = 0
    while count := await store.do(lambda db: blank_drawings(db, some, values)):
        gone += count
    return gone


def _sweep_examples(db: Database, own: dict[int, int], days: int, now: float) -> None:
    examples = table(db, "examples")
    for guild, kept in own.items():
        examples.delete_where("guild = ? and at < ?", [guild, now - kept * _DAY])
    elsewhere = "at < ? and guild not in (select value from json_each(?))"
    examples.delete_where(elsewhere, [now - days * _DAY, json.dumps(list(own))])


def _sweep_games(db: Database, own: dict[int, int], now: float) -> None:
    for guild, days in own.items():
        values = [days * _DAY, guild]
        db.execute("update albums set expires = made + ? where guild = ?", values)
    table(db, "albums").delete_where("expires <= ?", [now])
    over = "game in (select id from games where over = 1 and made < ?)"
    for name in ("events", "posts", "sketches"):
        table(db, name).delete_where(over, [now - LOGS_KEPT])
