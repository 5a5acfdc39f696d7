from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.drawing.request import Request
from bot.drawing.stored_drawings import StoredDrawings
from bot.store.database import Store, update_if_there
from bot.store.schema import table
from engine.canvas.drawing import Drawing, Stroke

ORDER = Request(prompt="a cat", seed=5)
POINTS = ((10.0, 10.0), (20.0, 40.0), (60.0, 40.0), (90.0, 10.0))
DRAWING = Drawing(100, 100, (Stroke(POINTS, 3.0, (0.0, 0.5, 0.0, 1.0)),))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "new" / "penguess.db") as opened:
        yield opened


async def add(store: Store, *, person: int = 1) -> int:
    return await StoredDrawings(store).add(
        ORDER, person=person, guild=2, channel=3, language="en", steps=250
    )


async def test_a_drawing_comes_back_as_it_was_stored(store: Store):
    id_ = await add(store)
    await StoredDrawings(store).update(
        id_,
        state="finished",
        message=9,
        step=250,
        score=0.4,
        drawing=DRAWING,
        sees=[("cat", 0.8), ("dog", 0.1)],
    )
    stored = await StoredDrawings(store).find(id_)
    assert stored is not None
    assert (stored.request, stored.drawing, stored.state) == (ORDER, DRAWING, "finished")
    assert stored.sees == (("cat", 0.8), ("dog", 0.1))
    assert (stored.person, stored.guild, stored.channel, stored.message) == (1, 2, 3, 9)
    assert await StoredDrawings(store).of_message(9) == stored


async def test_sketches_are_kept_until_they_are_forgotten(store: Store):
    id_ = await add(store)
    await StoredDrawings(store).update(id_, sketches=[DRAWING, DRAWING])
    stored = await StoredDrawings(store).find(id_)
    assert stored is not None
    assert stored.sketches == (DRAWING, DRAWING)
    await StoredDrawings(store).forget(id_)
    rows = await store.do(lambda db: list(db.query("select sketches from drawings")))
    assert rows == [{"sketches": None}]


async def test_what_a_method_stored_is_committed_when_it_returns(store: Store):
    id_ = await add(store)
    other = sqlite3.connect(store.path)
    assert other.execute("select id from drawings").fetchall() == [(id_,)]
    other.close()


async def test_what_fails_half_way_changes_nothing(store: Store):
    game = await store.add_game("pictionary", guild=2, channel=3)
    with pytest.raises(TypeError):
        await store.append(game, 1.0, [{"kind": "join"}, {"kind": object()}])
    assert await store.events(game) == []


async def test_what_is_asked_for_together_shares_commits_and_keeps_its_order(store: Store):
    game = await store.add_game("pictionary", guild=2, channel=3)
    said: list[str] = []
    await store.do(lambda db: db.conn.set_trace_callback(said.append))
    await asyncio.gather(*(store.append(game, n, 0.0, f"{n}") for n in range(50)))
    await store.do(lambda db: db.conn.set_trace_callback(None))
    assert said.count("COMMIT") <= 4
    assert await store.events(game) == [f"{n}" for n in range(50)]


async def test_what_fails_takes_nothing_else_of_its_commit_along(store: Store):
    game = await store.add_game("pictionary", guild=2, channel=3)

    def half(db: Database) -> None:
        table(db, "events").insert({"game": game, "n": 7, "at": 0.0, "event": "never"})
        raise RuntimeError("half way")

    outcomes = await asyncio.gather(
        store.append(game, 0, 0.0, "first"),
        store.do(half),
        store.append(game, 0, 0.0, "a second first"),
        store.append(game, 1, 0.0, "second"),
        return_exceptions=True,
    )
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [type(None), RuntimeError, sqlite3.IntegrityError, type(None)]
    assert await store.events(game) == ["first", "second"]


async def test_when_the_commit_fails_everyone_is_told_and_the_next_one_works(store: Store):
    game = await store.add_game("pictionary", guild=2, channel=3)

    def give_up(db: Database) -> None:
        """As SQLite does by itself when the disk is full."""
        db.conn.execute("rollback")
        raise sqlite3.OperationalError("database or disk is full")

    outcomes = await asyncio.gather(
        store.append(game, 0, 0.0, "lost"),
        store.do(give_up),
        store.append(game, 1, 0.0, "lost too"),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [sqlite3.OperationalError] * 3
    assert await store.events(game) == []
    await store.append(game, 0, 0.0, "kept")
    assert await store.events(game) == ["kept"]


async def test_who_gives_up_waiting_holds_nobody_up_and_closing_waits(tmp_path: Path):
    async with Store(tmp_path / "penguess.db") as store:
        game = await store.add_game("pictionary", guild=2, channel=3)
        tasks = [asyncio.create_task(store.append(game, n, 0.0, f"{n}")) for n in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [
        type(None),
        asyncio.CancelledError,
        type(None),
    ]
    with pytest.raises(RuntimeError):
        await store.events(game)
    async with Store(tmp_path / "penguess.db") as store:
        rows = await store.do(lambda db: list(db.query("select event from events order by n")))
    assert rows[0]["event"] == "0"
    assert rows[-1]["event"] == "2"


async def test_unfinished_drawings_are_found_after_a_restart(tmp_path: Path):
    async with Store(tmp_path / "penguess.db") as store:
        first, second, third = [await add(store) for _ in range(3)]
        await StoredDrawings(store).update(first, state="finished")
        await StoredDrawings(store).update(second, state="running", drawing=DRAWING, step=10)
    async with Store(tmp_path / "penguess.db") as store:
        assert [stored.id for stored in await StoredDrawings(store).unfinished()] == [second, third]


async def test_a_forgotten_drawing_leaves_nothing_behind(store: Store):
    id_ = await add(store, person=777)
    await StoredDrawings(store).update(id_, drawing=DRAWING, message=9, sees=[("cat", 1.0)])
    await StoredDrawings(store).forget(id_)
    assert await StoredDrawings(store).find(id_) is None
    row = (await store.do(lambda db: list(db.query("select * from drawings"))))[0]
    assert "cat" not in str(row)
    assert 777 not in row.values()
    assert row["strokes"] is None


async def test_settings_and_players_are_replaced_as_a_whole(store: Store):
    assert await store.settings(2) == {}
    await store.save_settings(2, {"strokes": 16, "style": "neon"})
    await store.save_settings(2, {"strokes": 8})
    assert await store.settings(2) == {"strokes": 8}
    await store.save_player(2, 1, {"points": 5})
    assert await store.player(2, 1) == {"points": 5}
    assert await store.player(2, 7) == {}


async def test_a_game_s_events_are_kept_in_order(store: Store):
    game = await store.add_game("pictionary", guild=2, channel=3, seed="s")
    await store.append(game, 0, 1.0, '{"kind": "join"}')
    await store.append(game, 1, 2.5, '{"kind": "guess"}')
    assert await store.events(game) == ['{"kind": "join"}', '{"kind": "guess"}']
    with pytest.raises(sqlite3.IntegrityError):
        await store.append(game, 1, 3.0, '{"kind": "leave"}')
    (row,) = await store.running_games()
    assert (row["id"], row["seed"], row["language"]) == (game, "s", "en")
    await store.end_game(game)
    assert await store.running_games() == []


async def test_it_writes_ahead(store: Store):
    mode = await store.do(lambda db: db.execute("pragma journal_mode").fetchone()[0])
    assert mode == "wal"
    assert await store.is_well()


async def test_a_closed_store_is_not_well(tmp_path: Path):
    store = Store(tmp_path / "penguess.db")
    assert not await store.is_well()
    await store.open()
    await store.close()


async def test_changing_what_somebody_has_deleted_changes_nothing(store: Store):
    await store.do(lambda db: update_if_there(db, "albums", 7, {"data": "{}"}))
    assert await store.do(lambda db: list(db.query("select * from albums"))) == []
