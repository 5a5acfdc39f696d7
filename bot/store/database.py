"""What is kept, in one SQLite file: settings, players and games here, the rest in its own room.

One worker thread opens the connection and is the only one to use it. A method that returns has
committed, so what it stored is there before anybody sees a consequence. What is asked for while a
commit is under way shares the next one (group commit: DeWitt and others, "Implementation Techniques
for Main Memory Database Systems", 1984, section 5.2), so that many games cost the disk hardly more
than one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlite_utils import Database
from sqlite_utils.db import NotFoundError

from bot.config import CannotRun
from bot.kit import metrics
from bot.store.schema import migrations, table, upsert

log = logging.getLogger(__name__)

T = TypeVar("T")
UNFINISHED = ("queued", "running")
"""States of drawings that are under way."""

_WELL_FOR = 5.0  # seconds
_TRIAL = 16_384  # bytes that are stored to see whether it can be done

_BLANK_REQUEST = '{"prompt": "-", "seed": 0}'  # of a drawing of which nothing is kept


class UnusableDatabase(CannotRun):
    """The database cannot be worked on; the message says what to do."""


class GapInLog(ValueError):
    """What comes after a missing event makes no sense."""


class Store:
    """The database at `path`, made or brought up to date when it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._db: Database | None = None
        self._waiting: list[tuple[Callable[[Database], Any], asyncio.Future[Any]]] = []
        self._worker: asyncio.Task[None] | None = None
        self._looked, self._well = -math.inf, True

    async def open(self) -> None:
        await self._run(self._open)

    async def close(self) -> None:
        """Let what was asked be stored, and close."""
        if self._worker is not None:
            await self._worker
        await self._run(self._close)
        self._thread.shutdown()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        keep_private(self.path)
        self._db = open_database(self.path)

    def _close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    async def _run(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    async def do(self, work: Callable[[Database], T]) -> T:
        """Let `work` read and write in the worker thread, all of it or nothing, in the order of the
        calls. What fails has changed nothing, and others that shared its commit do not notice."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work_off())
        return await done

    async def _work_off(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            batch = [(work, done) for work, done in batch if not done.done()]  # given up already
            try:
                works = [work for work, _ in batch]
                outcomes = await self._run(lambda works=works: self._together(works))
            except Exception as error:  # noqa: BLE001 - each who waits is told
                outcomes = [error] * len(batch)
            for (_, done), outcome in zip(batch, outcomes, strict=True):
                if done.done():
                    continue  # who waited was cancelled meanwhile
                if isinstance(outcome, Exception):
                    done.set_exception(outcome)
                else:
                    done.set_result(outcome)

    def _together(self, works: Sequence[Callable[[Database], Any]]) -> list[Any]:
        """Do works in one transaction, each in a savepoint. Returns what each gives or raises; if
        the transaction itself fails, that is raised."""
        db = self._db
        if db is None:
            raise RuntimeError("the store is closed")
        outcomes: list[Any] = []
        with _writing(db):
            for work in works:
                try:
                    with db.atomic():
                        outcomes.append(work(db))
                except Exception as error:
                    if not db.conn.in_transaction:  # SQLite gave all of it up, as on a full disk
                        raise
                    outcomes.append(error)
        return outcomes

    async def compact(self) -> None:
        """Purge deleted rows from disk; the write-ahead log holds them until then."""

        def checkpoint() -> None:
            if self._db is not None:
                self._db.execute("pragma wal_checkpoint(truncate)").fetchall()

        await self._run(checkpoint)

    async def is_well(self) -> bool:
        """Can something be stored? Tried at most every `_WELL_FOR` seconds."""
        now = time.monotonic()
        if now - self._looked > _WELL_FOR:
            self._looked = now
            row = {"name": "health", "text": secrets.token_hex(_TRIAL // 2)}
            try:
                await self.do(lambda db: upsert(db, "notes", row, "name"))
            except (sqlite3.Error, RuntimeError) as error:
                log.warning("nothing can be stored", extra={"reason": str(error)})
                self._well = False
            else:
                self._well = True
        return self._well

    # -- settings of a server, and what is known of a player there

    async def settings(self, guild: int) -> dict[str, Any]:
        """The settings of a server; empty when there are none."""
        return await self.do(lambda db: _data(db, "settings", "guild = ?", [guild]))

    async def save_settings(self, guild: int, data: dict[str, Any]) -> None:
        row = {"guild": guild, "data": json.dumps(data)}
        await self.do(lambda db: upsert(db, "settings", row, "guild"))

    async def player(self, guild: int, person: int) -> dict[str, Any]:
        """What is known of a person in a server; empty when nothing is."""
        where = "guild = ? and person = ?"
        return await self.do(lambda db: _data(db, "players", where, [guild, person]))

    async def save_player(self, guild: int, person: int, data: dict[str, Any]) -> None:
        row = {"guild": guild, "person": person, "data": json.dumps(data)}
        await self.do(lambda db: upsert(db, "players", row, "guild", "person"))

    # -- games

    async def add_game(
        self, kind: str, *, guild: int | None, channel: int, seed: str = "", language: str = "en"
    ) -> int:
        """Begin a game's log. language: what its messages are in. Returns its id."""
        row = {"kind": kind, "guild": guild, "channel": channel, "made": time.time(), "over": 0}
        row |= {"seed": seed, "language": language}
        return await self.do(lambda db: insert(db, "games", row))

    async def append(self, game: int, n: int, at: float, event: str) -> None:
        """Add event number `n` (from 0), a line of JSON, to a game's log.

        Raises sqlite3.IntegrityError when there is an event of that number.
        """
        row = {"game": game, "n": n, "at": at, "event": event}
        await self.do(lambda db: table(db, "events").insert(row))

    async def events(self, game: int) -> list[str]:
        """A game's log, in order. Raises GapInLog."""

        def read(db: Database) -> list[str]:
            rows = list(table(db, "events").rows_where("game = ?", [game], order_by="n"))
            if [row["n"] for row in rows] != list(range(len(rows))):
                raise GapInLog(f"an event is missing among the {len(rows)} of game {game}")
            return [row["event"] for row in rows]

        return await self.do(read)

    async def note(self, name: str) -> str | None:
        """Something that the bot noted for itself."""
        rows = await self.do(lambda db: list(table(db, "notes").rows_where("name = ?", [name])))
        return rows[0]["text"] if rows else None

    async def put_note(self, name: str, text: str) -> None:
        row = {"name": name, "text": text}
        await self.do(lambda db: upsert(db, "notes", row, "name"))

    async def end_game(self, game: int) -> None:
        await self.do(lambda db: table(db, "games").update(game, {"over": 1}))

    async def running_games(self) -> list[dict[str, Any]]:
        """The games that are not over: id, kind, guild, channel, made, seed, language."""
        return await self.do(lambda db: list(table(db, "games").rows_where("over = 0")))


def keep_private(path: Path) -> None:
    """Let nobody but this user read the database, what belongs to it, and copies beside it."""
    with contextlib.suppress(PermissionError):  # a folder of somebody else's, as in a container
        path.parent.chmod(0o700)
        for file in path.parent.glob(f"{path.stem}*"):
            if file.is_file():
                file.chmod(0o600)


@contextmanager
def _writing(db: Database) -> Iterator[None]:
    """A transaction that waits for its turn to write before it reads anything: SQLite gives up at
    once on one that has read what another process then changes (sqlite.org/rescode.html#busy)."""
    db.conn.execute("begin immediate")
    try:
        yield
        db.conn.execute("commit")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.rollback()
        raise


def open_database(path: Path) -> Database:
    """A connection for this thread, with every migration applied.

    Raises UnusableDatabase for a file that is broken, of a later version, or in use.
    """
    try:
        return _opened(path)
    except sqlite3.OperationalError as error:
        raise UnusableDatabase(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise UnusableDatabase(
            f"{path} is damaged ({error}): put a back-up in its place with `make restore FILE=…`, "
            "or move it away to begin anew"
        ) from error


def _opened(path: Path) -> Database:
    connection = sqlite3.connect(path, timeout=10.0)
    found = connection.execute("pragma quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found.partition("\n")[0])
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")  # a commit survives a power cut
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma secure_delete = on")  # what is deleted is overwritten
    db = Database(connection)
    require_known(db, path)
    migrations.apply(db)
    return db


def require_known(db: Database, path: Path) -> None:
    """Raises UnusableDatabase for a database that a later version of the bot has written."""
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    if later := sorted({one.name for one in migrations.applied(db)} - known):
        raise UnusableDatabase(
            f"{path} was written by a later version of the bot ({later[-1]}): start that one, "
            "or put a back-up from before in its place with `make restore FILE=…`"
        )


def blank_drawings(db: Database, where: str, values: list[Any]) -> int:
    """Keep nothing of drawings but that their ids are used up: old buttons must not find others.

    Returns how many there were.
    """
    found = [row["id"] for row in table(db, "drawings").rows_where(where, values, select="id")]
    blank: dict[str, Any] = dict.fromkeys(
        ("guild", "message", "replies_to", "score", "strokes", "sees", "sketches", "depths")
    )
    blank |= {"made": 0.0, "person": 0, "channel": 0, "language": "en", "step": 0, "state": "gone"}
    blank |= {"request": _BLANK_REQUEST, "unshown": ""}
    for id_ in found:
        table(db, "drawings").update(id_, blank)
    return len(found)


def update_if_there(db: Database, name: str, key: int | str, changes: dict[str, Any]) -> None:
    """Change a row that somebody may have deleted meanwhile."""
    with contextlib.suppress(NotFoundError):
        table(db, name).update(key, changes)


def insert(db: Database, name: str, row: dict[str, Any]) -> int:
    """Add a row and return the id that it got."""
    key = table(db, name).insert(row).last_pk
    if not isinstance(key, int):
        raise TypeError(f"{name} has no integer key")
    return key


def readable(rows: Iterable[dict[str, Any]], read: Callable[[dict[str, Any]], T]) -> list[T]:
    """What rows say; one that cannot be read is left where it is, told in the log, and passed
    over, so that it costs nothing but itself."""
    found: list[T] = []
    for row in rows:
        try:
            found.append(read(row))
        except (ValueError, TypeError, KeyError, LookupError, AttributeError) as error:
            keys = ("id", "guild", "person", "game", "sheet", "n", "word")
            known = {key: row[key] for key in keys if key in row}
            reason = str(error).partition("\n")[0][:200]
            log.error("a row cannot be read", extra={"row": known, "reason": reason})
            metrics.ERRORS.inc()
    return found


def _data(db: Database, name: str, where: str, values: list[Any]) -> dict[str, Any]:
    rows = table(db, name).rows_where(where, values)
    return next(iter(readable(rows, lambda row: dict(json.loads(row["data"])))), {})
