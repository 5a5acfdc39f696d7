"""The database's tables, as the changes that led to them. A change, once published, stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database, Migrations
from sqlite_utils.db import Table

migrations = Migrations("penguess")


def table(db: Database, name: str) -> Table:
    """A table, not a view, for the type checker."""
    found = db[name]
    if not isinstance(found, Table):
        raise TypeError(f"{name} is no table")
    return found


def upsert(db: Database, name: str, row: Mapping[str, Any], *key: str) -> None:
    """Add a row, or replace what is given of the one that has its key.

    SQLite's own, https://sqlite.org/lang_upsert.html: that of sqlite_utils finds out once whether
    there is one, takes a full disk for a no, and from then on loses what it is given.
    """
    columns = ", ".join(row)
    values = ", ".join(f":{column}" for column in row)
    changes = ", ".join(f"{column} = excluded.{column}" for column in row if column not in key)
    sql = f"insert into {name} ({columns}) values ({values}) on conflict ({', '.join(key)})"  # noqa: S608 - names of ours
    db.execute(f"{sql} do update set {changes}", dict(row))


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


@migrations()
def m004_results_and_turns(db: Database) -> None:
    """What a finished game leaves behind: a row for each player, and one for each drawn word.

    guild: 0 for a game in direct messages. person, drawer: 0 is the bot. kind: the mode of the
    game. solved, drawn: how many words this person guessed, and drew, in that game. best_seconds:
    their quickest right guess. solvers of guessers had the word, seconds is how long the turn was.
    """
    results = table(db, "results").create(
        {
            "game": int,
            "guild": int,
            "person": int,
            "kind": str,
            "points": int,
            "place": int,
            "solved": int,
            "drawn": int,
            "best_seconds": float,
            "at": float,
        },
        pk=("game", "person"),
        not_null={"guild", "kind", "points", "place", "solved", "drawn", "at"},
        foreign_keys=[("game", "games", "id")],
    )
    results.create_index(["guild", "person"])
    results.create_index(["person"])
    turns = table(db, "turns").create(
        {
            "game": int,
            "guild": int,
            "turn": int,
            "word": str,
            "concept": str,
            "drawer": int,
            "kind": str,
            "solvers": int,
            "guessers": int,
            "seconds": float,
            "at": float,
        },
        pk=("game", "turn"),
        not_null={"guild", "word", "concept", "drawer", "kind", "solvers", "guessers", "at"},
        foreign_keys=[("game", "games", "id")],
    )
    turns.create_index(["guild", "concept"])


@migrations()
def m005_words(db: Database) -> None:
    """Words that people added for the games of their server. alternatives: JSON, a list."""
    words = table(db, "words").create(
        {"guild": int, "word": str, "alternatives": str, "person": int, "at": float},
        pk=("guild", "word"),
        not_null={"alternatives", "person", "at"},
    )
    words.create_index(["person"])


@migrations()
def m006_games_in_channels(db: Database) -> None:
    """What a game under way needs besides its log.

    games: the seed of its rules, the language of its messages. posts: its messages, by a key such
    as `turn:3`. sketches: what was drawn in it, as JSON (strokes) or PNG (picture); artist: 0 is
    the bot; share: how much of the work is done, 1.0 for a drawing that is finished.
    """
    games = table(db, "games")
    games.add_column("seed", str, not_null_default="")
    games.add_column("language", str, not_null_default="en")
    table(db, "posts").create(
        {"game": int, "key": str, "message": int},
        pk=("game", "key"),
        not_null={"message"},
        foreign_keys=[("game", "games", "id")],
    )
    sketches = table(db, "sketches").create(
        {
            "id": int,
            "game": int,
            "turn": int,
            "artist": int,
            "share": float,
            "strokes": str,
            "picture": bytes,
        },
        pk="id",
        not_null={"game", "turn", "artist", "share"},
        foreign_keys=[("game", "games", "id")],
    )
    sketches.create_index(["game", "turn", "artist"])


@migrations()
def m007_pad(db: Database) -> None:
    """What is drawn by hand. secrets: what links are signed with, by what it is for.

    sheets: as bot.pad.Sheet. marks: the operations of a sheet in order (n), and which client sent
    each under which of its numbers; operation: JSON, or null for one that the sheet did not take.
    """
    table(db, "secrets").create({"name": str, "secret": bytes}, pk="name", not_null={"secret"})
    sheets = table(db, "sheets").create(
        {
            "id": str,
            "person": int,
            "title": str,
            "ink": float,
            "strokes": int,
            "ends_at": float,
            "language": str,
            "paused": int,
            "closed": int,
            "made": float,
        },
        pk="id",
        not_null={"person", "title", "ink", "language", "paused", "closed", "made"},
        defaults={"paused": 0, "closed": 0},
    )
    sheets.create_index(["made"])
    sheets.create_index(["person"])
    table(db, "marks").create(
        {"sheet": str, "n": int, "client": str, "number": int, "operation": str},
        pk=("sheet", "n"),
        not_null={"client", "number"},
        foreign_keys=[("sheet", "sheets", "id")],
    )


@migrations()
def m008_erasures(db: Database) -> None:
    """People who are to be deleted from a game when it is over; see bot/store/erasure.py."""
    table(db, "erasures").create(
        {"person": int, "game": int},
        pk=("person", "game"),
        foreign_keys=[("game", "games", "id")],
    )


@migrations()
def m009_albums(db: Database) -> None:
    """What is left of chains of telephone; see bot/games/albums/album.py.

    people: JSON, the ids of those who made pages. data: JSON, the pages, what the model says of
    them, and the votes; in it people are known by id as well. secret: of the web page's address.
    host: who may delete it besides moderators. expires: when it is to go, seconds since the epoch.
    """
    albums = table(db, "albums").create(
        {
            "id": int,
            "game": int,
            "guild": int,
            "channel": int,
            "made": float,
            "host": int,
            "people": str,
            "data": str,
            "secret": str,
            "expires": float,
        },
        pk="id",
        not_null={"game", "channel", "made", "host", "people", "data", "secret", "expires"},
    )
    albums.create_index(["game"], unique=True)
    albums.create_index(["secret"], unique=True)
    albums.create_index(["guild", "made"])
    albums.create_index(["expires"])


@migrations()
def m010_lengths_of_turns(db: Database) -> None:
    """How long somebody has for a sheet in all; null for those given out before."""
    table(db, "sheets").add_column("seconds", float)


@migrations()
def m011_sketches(db: Database) -> None:
    """What somebody may pick one of to have it finished: JSON, a list of drawings."""
    table(db, "drawings").add_column("sketches", str)


@migrations()
def m012_pictures(db: Database) -> None:
    """A picture that is drawn is kept small; where its edges are is not asked for any more."""
    db.execute(
        "update drawings set request = json_remove(request, '$.salience')"
        " where json_type(request, '$.salience') is not null"  # JSON's null is a value, too
    )


@migrations()
def m013_notes(db: Database) -> None:
    """What the bot notes for itself, nothing of people: which commands Discord knows."""
    table(db, "notes").create({"name": str, "text": str}, pk="name", not_null={"text"})


@migrations()
def m014_unshown(db: Database) -> None:
    """drawings: the words of an ending that its message does not show yet, else "".

    promises: answers to interactions that are due, see bot/store/promises.py.
    """
    table(db, "drawings").add_column("unshown", str, not_null_default="")
    table(db, "promises").create(
        {
            "interaction": int,
            "application": int,
            "token": str,
            "language": str,
            "ends_at": float,
            "drawing": int,
        },
        pk="interaction",
        not_null={"application", "token", "language", "ends_at"},
    )


@migrations()
def m015_last_pages(db: Database) -> None:
    """posts: whether the last page of one is to be seen. message is 0 while one is being sent."""
    table(db, "posts").add_column("over", int, not_null_default=0)


@migrations()
def m016_examples(db: Database) -> None:
    """What drawings of words looked like, of which a server wants the bot to learn: vectors, not
    drawings. vector: half-precision floats of a unit vector; space: which others it can be compared
    with, those of the same. person: who drew."""
    examples = table(db, "examples").create(
        {
            "game": int,
            "turn": int,
            "guild": int,
            "word": str,
            "person": int,
            "vector": bytes,
            "space": str,
            "at": float,
        },
        pk=("game", "turn"),
        not_null={"guild", "word", "person", "vector", "space", "at"},
    )
    examples.create_index(["guild", "word"])
    examples.create_index(["person"])


@migrations()
def m017_daily_words(db: Database) -> None:
    """dailies: the words of a server, see bot/store/streaks.py; used: JSON, a list of concepts.

    streaks: days is how many words in a row somebody has drawn, up to number `last`.
    """
    table(db, "dailies").create(
        {"guild": int, "number": int, "used": str, "idle": int},
        pk="guild",
        not_null={"number", "used", "idle"},
    )
    streaks = table(db, "streaks").create(
        {"guild": int, "person": int, "days": int, "longest": int, "last": int},
        pk=("guild", "person"),
        not_null={"days", "longest", "last"},
    )
    streaks.create_index(["person"])


@migrations()
def m018_replies(db: Database) -> None:
    """drawings: the message that asked for one, and that the drawing's own message replies to."""
    table(db, "drawings").add_column("replies_to", int)


@migrations()
def m019_depths(db: Database) -> None:
    """drawings: of strokes in three dimensions, how near each of their points is: JSON."""
    table(db, "drawings").add_column("depths", str)
