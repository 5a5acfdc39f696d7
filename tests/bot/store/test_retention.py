from __future__ import annotations

import asyncio
import time

import pytest
from sqlite_utils import Database

from bot.drawing.stored_drawings import DrawingState, StoredDrawings
from bot.games.albums.album import AlbumPage, AlbumStore
from bot.store import retention, server_settings
from bot.store.database import Store
from bot.store.schema import table
from tests.bot.store.test_database import DRAWING, ORDER

NOW = 2_000_000_000.0
DAY = 86_400.0
STRICT, OTHER = 5, 6


async def drawn(
    store: Store, days_ago: float, guild: int | None = OTHER, state: DrawingState = "finished"
) -> int:
    id_ = await StoredDrawings(store).add(
        ORDER, person=1, guild=guild, channel=3, language="en", steps=9
    )
    await StoredDrawings(store).update(id_, state=state, drawing=DRAWING)
    made = {"made": NOW - days_ago * DAY}
    await store.do(lambda db: table(db, "drawings").update(id_, made))
    return id_


async def test_drawings_go_after_the_server_s_days_or_the_operator_s(store: Store):
    await server_settings.change(store, STRICT, retention_days=2)
    kept = [await drawn(store, 9), await drawn(store, 1, STRICT), await drawn(store, 9, None)]
    old = [await drawn(store, 11), await drawn(store, 3, STRICT), await drawn(store, 11, None)]
    assert await retention.sweep(store, 10, NOW) == 3
    assert all([await StoredDrawings(store).find(id_) for id_ in kept])
    assert not any([await StoredDrawings(store).find(id_) for id_ in old])
    assert await retention.sweep(store, 10, NOW) == 0


async def test_a_server_may_keep_for_longer_than_the_operator_s_default(store: Store):
    await server_settings.change(store, STRICT, retention_days=100)
    id_ = await drawn(store, 50, STRICT)
    await retention.sweep(store, 10, NOW)
    assert await StoredDrawings(store).find(id_) is not None


@pytest.mark.parametrize("state", ["queued", "running"])
async def test_what_is_under_way_stays(store: Store, state: DrawingState):
    id_ = await drawn(store, 500, state=state)
    await retention.sweep(store, 10, NOW)
    assert await StoredDrawings(store).find(id_) is not None


async def test_many_go_in_several_transactions(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    for _ in range(5):
        await drawn(store, 20)
    assert await retention.sweep(store, 10, NOW) == 5


async def test_logs_of_games_go_a_week_after_they_began_and_points_stay(store: Store):
    old, recent, running = [
        await store.add_game("pictionary", guild=OTHER, channel=n) for n in range(3)
    ]
    for game in (old, recent, running):
        await store.append(game, 0, 1.0, "{}")

    def write(db: Database) -> None:
        for game, days in ((old, 8), (recent, 6), (running, 8)):
            table(db, "games").update(game, {"made": NOW - days * DAY, "over": game != running})

    await store.do(write)
    await retention.sweep(store, 10, NOW)
    assert [len(await store.events(game)) for game in (old, recent, running)] == [0, 1, 1]


@pytest.mark.parametrize(("days", "left"), [(2, 0), (30, 1)])
async def test_albums_go_after_the_server_s_days(store: Store, days: int, left: int):
    await server_settings.change(store, STRICT, retention_days=days)
    shelf = AlbumStore(store, lambda: NOW - 15 * DAY)
    game = await store.add_game("telephone", guild=STRICT, channel=3)
    book = (AlbumPage(1, "a cat"),)
    await shelf.put(
        game=game, guild=STRICT, channel=3, host=1, days=10, books=(book,), drifts=(None,)
    )
    await retention.sweep(store, 10, NOW)
    assert await store.do(lambda db: table(db, "albums").count) == left


async def test_it_sweeps_by_itself_and_goes_on_after_a_failure(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(retention, "EVERY", 0.01)
    id_ = await drawn(store, 0)
    made = {"made": time.time() - 11 * DAY}
    task = asyncio.create_task(retention.keep_sweeping(store, 10))
    await asyncio.sleep(0.05)
    assert await StoredDrawings(store).find(id_) is not None
    real, failed = retention.sweep, asyncio.Event()

    async def fails(*_: object) -> int:
        failed.set()
        raise RuntimeError("the store is closed")

    monkeypatch.setattr(retention, "sweep", fails)
    await asyncio.wait_for(failed.wait(), 60)
    await store.do(lambda db: table(db, "drawings").update(id_, made))
    monkeypatch.setattr(retention, "sweep", real)
    async with asyncio.timeout(60):
        while await StoredDrawings(store).find(id_):  # noqa: ASYNC110 - it runs by itself
            await asyncio.sleep(0.01)
    task.cancel()
