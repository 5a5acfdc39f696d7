"""The database's tables, as the changes that led to them. A change, once published, stays."""

from __future__ import annotations

from sqlite_utils import Database, Migrations
from sqlite_utils.db import Table

migrations = Migrations("penguess")


def table(db: Database, name: str) -> Table:
    """A table, not a view, for the type checker."""
    found = db[name]
    if not isinstance(found, Table):
        raise TypeError(f"{name} is no table")
    return found


@migrations()
def m001_drawings(db: Database) -> None:
    """request, strokes, sees: JSON. state: queued, running, finished, stopped, failed or gone."""
    columns = {
        "id": int,
        "made": float,
        "person": int,
        "guild": int,
        "channel": int,
        "message": int,
        "language": str,
        "request": str,
        "state": str,
        "step": int,
        "steps": int,
        "score": float,
        "strokes": str,
        "sees": str,
    }
    drawings = table(db, "drawings").create(
        columns,
        pk="id",
        not_null={"made", "person", "channel", "language", "request", "state", "step", "steps"},
    )
    drawings.create_index(["person"])
    drawings.create_index(["guild", "made"])
    drawings.create_index(["state"])
    drawings.create_index(["message"])


@migrations()
def m002_settings_and_players(db: Database) -> None:
    """One JSON object for each server, and one for each person in each server."""
    table(db, "settings").create({"guild": int, "data": str}, pk="guild", not_null={"data"})
    players = table(db, "players").create(
        {"guild": int, "person": int, "data": str}, pk=("guild", "person"), not_null={"data"}
    )
    players.create_index(["person"])


@migrations()
def m003_games(db: Database) -> None:
    """Games, and what happened in each: events in order, which are never changed."""
    games = table(db, "games").create(
        {
            "id": int,
            "kind": str,
            "guild": int,
            "channel": int,
            "message": int,
            "made": float,
            "over": int,
        },
        pk="id",
        not_null={"kind", "channel", "made", "over"},
        defaults={"over": 0},
    )
    games.create_index(["over"])
    table(db, "events").create(
        {"game": int, "n": int, "at": float, "event": str},
        pk=("game", "n"),
        not_null={"at", "event"},
        foreign_keys=[("game", "games", "id")],
    )
