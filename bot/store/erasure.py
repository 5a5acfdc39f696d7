"""Count and delete what is stored about a person. docs/privacy.md lists it table by table.

A game that is under way needs its log until it is over; the person leaves it at once, and what it
holds about them goes when it is over (`finish`, which runs every hour and at every start).
"""

from __future__ import annotations

import json

from sqlite_utils import Database

from bot.store.database import Store, blank_drawings
from bot.store.schema import table

FORGOTTEN = -1
"""In place of a person who had their data deleted, where a number is required."""

_MENTIONING = """
select id from games
where over = :over and exists (
    select 1 from events where game = games.id and instr(event, '"' || :person || '"')
)
"""


async def count(store: Store, person: int) -> dict[str, int]:
    """How much is stored: drawings, games, words, sheets (of the pad), examples, streaks."""

    def read(db: Database) -> dict[str, int]:
        return {
            "drawings": table(db, "drawings").count_where("person = ?", [person]),
            "games": table(db, "results").count_where("person = ?", [person]),
            "words": table(db, "words").count_where("person = ?", [person]),
            "sheets": table(db, "sheets").count_where("person = ?", [person]),
            "examples": table(db, "examples").count_where("person = ?", [person]),
            "streaks": table(db, "streaks").count_where("person = ?", [person]),
        }

    return await store.do(read)


async def erase(store: Store, person: int) -> int:
    """Delete everything about a person. Returns the number of games that have to end first."""

    def write(db: Database) -> int:
        blank_drawings(db, "person = ?", [person])
        for name in ("players", "results", "words", "examples", "streaks"):
            table(db, name).delete_where("person = ?", [person])
        sheets = "sheet in (select id from sheets where person = ?)"
        table(db, "marks").delete_where(sheets, [person])
        table(db, "sheets").delete_where("person = ?", [person])
        db.execute("update turns set drawer = ? where drawer = ?", [FORGOTTEN, person])
        values = {"person": str(person), "over": 0}
        running = [row["id"] for row in db.query(_MENTIONING, values)]
        for game in running:
            row = {"person": person, "game": game}
            table(db, "erasures").insert(row, ignore=True)
        _erase_from_games(db, person)
        _erase_from_albums(db, person)
        return len(running)

    left = await store.do(write)
    await store.compact()
    return left


async def finish(store: Store) -> None:
    """Delete what had to wait for a game that is over by now."""

    def write(db: Database) -> bool:
        due = "game in (select id from games where over = 1)"
        people = {row["person"] for row in table(db, "erasures").rows_where(due)}
        for person in people:
            for name in ("results", "examples"):
                table(db, name).delete_where(f"{due} and person = ?", [person])
            db.execute("update turns set drawer = ? where drawer = ?", [FORGOTTEN, person])
            _erase_from_games(db, person)
            _erase_from_albums(db, person)
        table(db, "erasures").delete_where(due)
        return bool(people)

    if await store.do(write):
        await store.compact()


def _erase_from_games(db: Database, person: int) -> None:
    """Delete the logs of finished games that know the person, and what they drew in them."""
    values = {"person": str(person), "over": 1}
    for row in list(db.query(_MENTIONING, values)):
        table(db, "events").delete_where("game = ?", [row["id"]])
    finished = "artist = ? and game in (select id from games where over = 1)"
    table(db, "sketches").delete_where(finished, [person])


def _erase_from_albums(db: Database, person: int) -> None:
    """Empty the pages that a person made in albums; the pages of the others stay."""
    albums = table(db, "albums")
    db.execute("update albums set host = ? where host = ?", [FORGOTTEN, person])
    for row in list(albums.rows_where("instr(people, ?)", [str(person)])):
        people = [other for other in json.loads(row["people"]) if other != person]
        data = json.loads(row["data"])
        for book in data["books"]:
            book["pages"] = [
                {"author": FORGOTTEN} if page["author"] == person else page
                for page in book["pages"]
            ]
        changed = {"people": json.dumps(people), "data": json.dumps(data, ensure_ascii=False)}
        albums.update(row["id"], changed)
