from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot.drawing.stored_drawings import StoredDrawings
from bot.games.albums.album import AlbumStore
from bot.store import erasure, examples, word_lists
from bot.store.database import Store
from bot.store.schema import table
from engine.serve.api import Example
from tests.bot.store.test_boards import played
from tests.bot.store.test_database import DRAWING, ORDER

GUILD, ADA, GRACE = 5, 910_111_222_333_444_555, 920_111_222_333_444_666
SECRET = "quokka in a teacup"
TABLES_OF_PEOPLE = (
    "drawings",
    "players",
    "words",
    "results",
    "turns",
    "sheets",
    "sketches",
    "albums",
    "examples",
    "streaks",
)


async def live(store: Store, person: int, *, over: bool = True) -> int:
    """Let a person leave something in every table. Returns the id of their game."""
    id_ = await StoredDrawings(store).add(
        ORDER.model_copy(update={"prompt": SECRET}),
        person=person,
        guild=GUILD,
        channel=3,
        language="en",
        steps=9,
    )
    await StoredDrawings(store).update(id_, state="finished", message=9, drawing=DRAWING)
    await store.save_player(GUILD, person, {"points": 5})
    await word_lists.add(store, GUILD, person, f"{SECRET} {person % 10}")
    game = await played(
        store,
        {person: 10, GRACE + 1: 5},
        words={f"moth {person % 10}": (person, 0, 1)},
        guild=GUILD,
    )
    guess = {"event": "guess", "by": str(person), "text": SECRET}
    await store.append(game, 0, 1.0, json.dumps(guess))
    sheet = f"game:{game}:1"

    def write(db: Database) -> None:
        row: dict[str, Any] = {"id": sheet, "person": person, "title": SECRET, "ink": 30.0}
        row |= {"strokes": 0, "ends_at": 0.0, "language": "en", "paused": 0, "closed": 1}
        table(db, "sheets").insert(row | {"made": time.time()})
        mark = {"sheet": sheet, "n": 0, "client": "a", "number": 1, "operation": SECRET}
        table(db, "marks").insert(mark)
        strokes = DRAWING.to_json(2)
        sketch = {"game": game, "turn": 1, "artist": person, "share": 1.0, "strokes": strokes}
        table(db, "sketches").insert(sketch)
        streak = {"guild": GUILD, "person": person, "days": 3, "longest": 5, "last": 9}
        table(db, "streaks").insert(streak, replace=True)
        pages = [{"author": person, "phrase": SECRET}, {"author": GRACE + 1, "phrase": "mine"}]
        book = {"pages": pages, "to_first": None, "to_previous": None}
        album = {"game": game, "guild": GUILD, "channel": 3, "made": 0.0, "host": person}
        album |= {"people": json.dumps([person, GRACE + 1]), "secret": str(game), "expires": 9e9}
        data = json.dumps({"books": [book], "funniest": []})
        table(db, "albums").insert(album | {"data": data})

    await store.do(write)
    example = Example(word=SECRET, vector=(0.6, 0.8), space="an eye")
    await examples.keep(store, example, game=game, turn=1, guild=GUILD, person=person)
    if over:
        await store.end_game(game)
    return game


async def traces(store: Store, person: int) -> list[str]:
    """The tables in which a person is to be found, by number or in a text."""

    def look(db: Database) -> list[str]:
        return [
            name
            for name in db.table_names()
            for row in table(db, name).rows
            if any(str(person) in str(value) for value in row.values())
        ]

    return await store.do(look)


def everything_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_a_person_is_deleted_and_nothing_is_left_in_the_database_or_on_disk(
    store: Store, tmp_path: Path
):
    await live(store, ADA)
    assert {*TABLES_OF_PEOPLE, "events"} <= set(await traces(store, ADA))
    assert await erasure.erase(store, ADA) == 0
    assert await traces(store, ADA) == []
    files = everything_in(tmp_path)
    assert len(files["penguess.db"]) > 0
    for name, data in files.items():
        for needle in (str(ADA).encode(), ADA.to_bytes(8, "big"), SECRET.encode()):
            assert needle not in data, name


async def test_the_pages_of_others_stay_in_an_album(store: Store):
    await live(store, ADA)
    await erasure.erase(store, ADA)
    (album,) = await AlbumStore(store).newest(GUILD, [3])
    assert [leaf.content for leaf in album.books[0]] == [None, "mine"]
    assert album.people == [GRACE + 1]


async def test_others_keep_what_is_theirs(store: Store):
    await live(store, ADA)
    await live(store, GRACE)
    before = await traces(store, GRACE)
    await erasure.erase(store, ADA)
    assert await traces(store, GRACE) == before
    assert await erasure.count(store, GRACE) == {
        "drawings": 1,
        "games": 1,
        "words": 1,
        "sheets": 1,
        "examples": 1,
        "streaks": 1,
    }


async def test_a_game_under_way_is_cleared_when_it_is_over(store: Store):
    game = await live(store, ADA, over=False)
    assert await erasure.erase(store, ADA) == 1
    await erasure.finish(store)
    assert "events" in await traces(store, ADA)
    await store.end_game(game)
    await erasure.finish(store)
    assert await traces(store, ADA) == []


@pytest.mark.parametrize("column", ["person", "artist", "drawer", "host", "people"])
async def test_no_table_with_people_is_forgotten_here(store: Store, column: str):
    def with_column(db: Database) -> set[str]:
        return {name for name in db.table_names() if column in table(db, name).columns_dict}

    found = await store.do(with_column)
    assert found <= {*TABLES_OF_PEOPLE, "erasures"}


async def test_every_table_is_in_the_list_of_what_is_stored(store: Store):
    text = (Path(__file__).parents[3] / "docs" / "privacy.md").read_text("utf-8")
    names = await store.do(lambda db: db.table_names())
    missing = [name for name in names if f"`{name}`" not in text and not name.startswith("_")]
    assert missing == []


async def test_an_erased_drawing_s_id_is_not_given_out_again(store: Store):
    await live(store, ADA)
    await erasure.erase(store, ADA)
    assert await StoredDrawings(store).find(1) is None
    assert (
        await StoredDrawings(store).add(
            ORDER, person=1, guild=GUILD, channel=3, language="en", steps=9
        )
        == 2
    )
