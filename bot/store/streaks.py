"""Daily words of servers: which were there, and how many in a row each person has drawn.

docs/privacy.md has the tables. A streak counts words, not days, so that it outlives a day on which
the bot was away.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from bot.store.database import Store, insert, readable
from bot.store.schema import table, upsert

KIND, RECAP = "daily", "recap"
"""What the table `games` calls a day, and the recap of a week."""


@dataclass(frozen=True, slots=True)
class Words:
    """Those of a server. number: of the last one, from 1, 0 if there was none. used: concepts,
    oldest first. idle: days since somebody drew."""

    number: int = 0
    used: tuple[str, ...] = ()
    idle: int = 0


@dataclass(frozen=True, slots=True)
class Streak:
    """days: words in a row that a person has drawn, the last of which is number `last`. longest:
    the most there ever were in this server."""

    person: int
    days: int
    longest: int
    last: int


async def words(store: Store, guild: int) -> Words:
    """The words of a server so far."""

    def read(db: Database) -> Words:
        rows = table(db, "dailies").rows_where("guild = ?", [guild])
        found = readable(
            rows, lambda row: Words(row["number"], tuple(json.loads(row["used"])), row["idle"])
        )
        return found[0] if found else Words()

    return await store.do(read)


async def begin(
    store: Store,
    *,
    guild: int,
    channel: int,
    language: str,
    seed: str,
    before: Words,
    concept: str,
    opening: str,
    at: float,
) -> int:
    """Begin a day and the log of it, all or nothing; the id of its game. opening: its first event,
    as a line of JSON."""
    game = {"kind": KIND, "guild": guild, "channel": channel, "made": time.time(), "over": 0}
    game |= {"seed": seed, "language": language}
    used = json.dumps([*before.used, concept], ensure_ascii=False)
    row = {"guild": guild, "number": before.number + 1, "used": used, "idle": before.idle}

    def write(db: Database) -> int:
        id_ = insert(db, "games", game)
        table(db, "events").insert({"game": id_, "n": 0, "at": at, "event": opening})
        upsert(db, "dailies", row, "guild")
        return id_

    return await store.do(write)


async def end(
    store: Store, game: int, *, guild: int, number: int, drew: Iterable[tuple[int, int]]
) -> int:
    """Count a day that is over, all or nothing. drew: people, and the length of their streaks with
    this word. Returns for how many days nobody has drawn."""
    people = list(drew)

    def write(db: Database) -> int:
        for person, days in people:
            longest = max([days, *(one.longest for one in _of(db, guild, person))])
            row = {"guild": guild, "person": person, "days": days, "longest": longest}
            upsert(db, "streaks", row | {"last": number}, "guild", "person")
        change = "idle = 0" if people else "idle = idle + 1"
        db.execute(f"update dailies set {change} where guild = ?", [guild])  # noqa: S608 - ours
        _close(db, game)
        rows = list(table(db, "dailies").rows_where("guild = ?", [guild]))
        return rows[0]["idle"] if rows else 0

    return await store.do(write)


async def close(store: Store, game: int) -> None:
    """End a day that does not count."""
    await store.do(lambda db: _close(db, game))


def _close(db: Database, game: int) -> None:
    table(db, "sketches").delete_where("game = ?", [game])
    table(db, "games").update(game, {"over": 1})


async def forget_server(store: Store, guild: int) -> None:
    """Keep nothing of the words and streaks of a server, nor of a day under way."""

    def write(db: Database) -> None:
        days = list(table(db, "games").rows_where("kind = ? and guild = ?", [KIND, guild]))
        for day in days:
            table(db, "events").delete_where("game = ?", [day["id"]])
            sheets = "sheet in (select id from sheets where id like ?)"
            table(db, "marks").delete_where(sheets, [sheets_of(day["id"])])
            table(db, "sheets").delete_where("id like ?", [sheets_of(day["id"])])
            _close(db, day["id"])
        for name in ("dailies", "streaks"):
            table(db, name).delete_where("guild = ?", [guild])

    await store.do(write)


async def streak(store: Store, guild: int, person: int) -> Streak | None:
    """The streak of a person in a server, which may have ended long ago."""
    found = await store.do(lambda db: _of(db, guild, person))
    return found[0] if found else None


def _of(db: Database, guild: int, person: int) -> list[Streak]:
    rows = table(db, "streaks").rows_where("guild = ? and person = ?", [guild, person])
    return [Streak(row["person"], row["days"], row["longest"], row["last"]) for row in rows]


def sheet_id(game: int, person: int) -> str:
    """Of what a person draws on in a day."""
    return f"{KIND}:{game}:person:{person}"


def sheets_of(game: int) -> str:
    """The ids of all sheets of a day, as SQL's `like` takes it."""
    return f"{KIND}:{game}:person:%"


async def sheets(store: Store, game: int) -> list[tuple[str, int]]:
    """The sheets of a day: id and person."""

    def read(db: Database) -> list[tuple[str, int]]:
        rows = table(db, "sheets").rows_where("id like ?", [sheets_of(game)])
        return [(row["id"], row["person"]) for row in rows]

    return await store.do(read)
