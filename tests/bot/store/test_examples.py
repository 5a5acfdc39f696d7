from __future__ import annotations

import pytest

from bot.store import examples, retention, server_settings
from bot.store.database import Store
from bot.store.schema import table
from engine.serve.api import Example

GUILD, OTHER = 5, 6
DAY = 86_400.0


async def keep(
    store: Store,
    turn: int,
    vector: tuple[float, ...],
    word: str = "office cat",
    guild: int = GUILD,
    space: str = "an eye",
) -> None:
    example = Example(word=word, vector=vector, space=space)
    await examples.keep(store, example, game=1, turn=turn, guild=guild, person=7)


async def kept(store: Store) -> int:
    return await store.do(lambda db: table(db, "examples").count)


@pytest.fixture
async def learning(store: Store) -> Store:
    await server_settings.change(store, GUILD, learns=True)
    return store


async def test_a_word_s_examples_are_told_as_their_mean(learning: Store):
    await keep(learning, 1, (1.0, 0.0))
    await keep(learning, 2, (0.0, 1.0))
    await keep(learning, 3, (1.0, 0.0), word="boss")
    boss, cat = await examples.learned(learning, GUILD)
    assert (boss.word, boss.count) == ("boss", 1)
    assert (cat.word, cat.count, cat.vector) == ("office cat", 2, (0.5, 0.5))
    assert [one.word for one in await examples.learned(learning, GUILD, ["boss", "sun"])] == [
        "boss"
    ]
    assert await examples.learned(learning, OTHER) == ()


async def test_nothing_is_told_where_nobody_switched_it_on(store: Store):
    await keep(store, 1, (1.0, 0.0))
    assert await examples.learned(store, GUILD) == ()
    assert await examples.learned(store, None) == ()


async def test_a_turn_counts_once_and_old_examples_make_room(learning: Store):
    for _ in range(2):
        await keep(learning, 0, (1.0, 0.0))
    (cat,) = await examples.learned(learning, GUILD)
    assert cat.count == 1
    for turn in range(1, examples.MOST + 5):
        await keep(learning, turn, (0.0, 1.0))
    (cat,) = await examples.learned(learning, GUILD)
    assert (cat.count, cat.vector) == (examples.MOST, (0.0, 1.0))


async def test_what_another_eye_has_seen_is_passed_over(learning: Store):
    await keep(learning, 1, (1.0, 0.0, 0.0), space="the eye before")
    await keep(learning, 2, (0.0, 1.0))
    (cat,) = await examples.learned(learning, GUILD)
    assert (cat.count, cat.vector, cat.space) == (1, (0.0, 1.0), "an eye")


async def test_one_word_or_all_of_a_server_are_forgotten(learning: Store):
    await keep(learning, 1, (1.0, 0.0))
    await keep(learning, 2, (1.0, 0.0), word="boss")
    await keep(learning, 3, (1.0, 0.0), guild=OTHER)
    await examples.forget(learning, GUILD, "boss")
    assert [one.word for one in await examples.learned(learning, GUILD)] == ["office cat"]
    await examples.forget(learning, GUILD)
    assert await kept(learning) == 1


async def test_examples_go_after_the_server_s_days_or_the_operator_s(learning: Store):
    await server_settings.change(learning, GUILD, retention_days=2)
    await keep(learning, 1, (1.0, 0.0))
    await keep(learning, 2, (1.0, 0.0), guild=OTHER)
    (at, _) = await learning.do(lambda db: [row["at"] for row in table(db, "examples").rows])
    await retention.sweep(learning, 10, at + DAY)
    assert await kept(learning) == 2
    await retention.sweep(learning, 10, at + 3 * DAY)
    assert await kept(learning) == 1
    await retention.sweep(learning, 10, at + 11 * DAY)
    assert await kept(learning) == 0
