"""What the bot has learned of a server's words: what drawings of them looked like, as vectors.

Kept where a moderator has turned that on (`ServerSettings.learns`), of drawings that somebody named
in a round; the engine is shown the mean of each word's with a guess.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from sqlite_utils import Database

from bot.store import server_settings
from bot.store.database import Store
from bot.store.schema import table
from engine.serve import api

Row = dict[str, Any]

MOST = 20
"""Of one word, the newest."""


async def keep(
    store: Store, example: api.Example, *, game: int, turn: int, guild: int, person: int
) -> None:
    """Keep what a person's drawing of a word looked like, once for each turn of a game."""
    row = {
        "game": game,
        "turn": turn,
        "guild": guild,
        "word": example.word,
        "person": person,
        "vector": np.asarray(example.vector, np.float16).tobytes(),
        "space": example.space,
        "at": time.time(),
    }

    def write(db: Database) -> None:
        examples = table(db, "examples")
        examples.insert(row, ignore=True)
        old = "guild = ? and word = ? order by at desc limit -1 offset ?"
        where = f"rowid in (select rowid from examples where {old})"  # noqa: S608 - ours
        examples.delete_where(where, [guild, example.word, MOST])

    await store.do(write)


async def wanted(store: Store, guild: int | None) -> bool:
    """Whether a server wants the bot to learn; in direct messages (None) it does not."""
    return (await server_settings.of(store, guild)).learns


async def learned(
    store: Store, guild: int | None, words: Collection[str] | None = None
) -> tuple[api.Example, ...]:
    """Examples of a server's words, where it wants that; of `words` alone where they are given.
    There are at most MAX_EXAMPLES words."""
    if not await wanted(store, guild):
        return ()

    def read(db: Database) -> list[Row]:
        return list(table(db, "examples").rows_where("guild = ?", [guild], order_by="word, at"))

    found = groupby(await store.do(read), key=lambda row: row["word"])
    chosen = [_mean(list(rows)) for word, rows in found if words is None or word in words]
    return tuple(chosen[: api.MAX_EXAMPLES])


def _mean(rows: Sequence[Row]) -> api.Example:
    """Of one word, oldest first: those that were seen by the same eye as the newest."""
    word, space = rows[-1]["word"], rows[-1]["space"]
    kept = [np.frombuffer(row["vector"], np.float16) for row in rows if row["space"] == space]
    mean = np.mean([one.astype(np.float32) for one in kept], axis=0)
    vector = tuple(mean.round(4).tolist())
    return api.Example(word=word, vector=vector, space=space, count=len(kept))


async def forget(store: Store, guild: int, word: str | None = None) -> None:
    """Delete what was learned of a word, or of all words, of a server."""

    def write(db: Database) -> int:
        where, values = "guild = ?", [guild]
        if word is not None:
            where, values = f"{where} and word = ?", [guild, word]
        examples = table(db, "examples")
        there = examples.count_where(where, values)
        examples.delete_where(where, values)
        return there

    if await store.do(write):
        await store.compact()
