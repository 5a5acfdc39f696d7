"""Back-up and restoring of the database, by SQLite's own backup (sqlite.org/backup.html)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from bot.config import CannotRun
from bot.store.database import UnusableDatabase, open_database, require_known
from bot.store.sole_user import sole_user


class BackupFailed(CannotRun):
    """Nothing was changed; the message says why."""


def back_up(database: Path, target: Path) -> None:
    """Copy the database into a new file; the bot may be running. Raises BackupFailed."""
    if not database.exists():
        raise BackupFailed(f"there is no database at {database}")
    if target.exists():
        raise BackupFailed(f"{target} is there already; choose another name")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        target.unlink()
        raise BackupFailed(f"{database} cannot be copied: {error}") from error


def restore(database: Path, source: Path) -> Path | None:
    """Put a back-up in the database's place, brought up to date.

    Returns where the database that was there before is kept now. Raises BackupFailed for a file
    that is no back-up, AlreadyRunning while a bot runs.
    """
    _check(source)
    with sole_user(database.parent):
        before: Path | None = None
        if database.exists():
            before = _free_name(database)
            try:
                back_up(database, before)
            except BackupFailed:  # it is damaged: kept as it is
                for ending in ("", "-wal", "-shm"):
                    part = database.with_name(database.name + ending)
                    if part.exists():
                        part.rename(before.with_name(before.name + ending))
        database.touch(mode=0o600)
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(database)) as live:
            copy.backup(live)
        open_database(database).close()
        return before


def _free_name(database: Path) -> Path:
    number = 1
    while (name := database.with_name(f"{database.stem}.before-{number}.db")).exists():
        number += 1
    return name


def _check(source: Path) -> None:
    if not source.is_file():
        raise BackupFailed(f"there is no file {source}")
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            state = copy.execute("pragma integrity_check").fetchone()[0]
            ours = copy.execute(
                "select count(*) from sqlite_master where name in ('drawings', 'events')"
            ).fetchone()[0]
            if state == "ok" and ours == 2:
                require_known(Database(copy), source)
    except UnusableDatabase as error:
        raise BackupFailed(str(error)) from error
    except sqlite3.Error as error:
        raise BackupFailed(f"{source} is not a back-up: {error}") from error
    if state != "ok" or ours != 2:
        raise BackupFailed(f"{source} is not a whole back-up of this bot")
