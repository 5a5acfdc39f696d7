"""What the bot has learned of a server's words: what drawings of them looked like, as vectors.

Kept where a moderator has turned that on (`ServerSettings.learns`), of drawings that somebody named
in a round; the engine is shown the mean of each word's with a guess.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from itertools import groupby

import numpy as np
from sqlite_utils import Database

from bot.store import server_settings
from bot.store.database import Store
from bot.store.schema import table
from engine.serve import api

MOST = 20
"""Of one word, the newest."""


async def keep(
    store: Store, *, game: int, turn: int, guild: int, word: str, person: int,
    vector: Sequence[float],
) -> None:  # fmt: skip
    """Keep what a person's drawing of a word looked like, once for each turn of a game."""
    row = {
        "game": game,
        "turn": turn,
        "guild": guild,
        "word": word,
        "person": person,
        "vector": np.asarray(vector, np.float16).tobytes(),
        "at": time.time(),
    }

    def write(db: Database) -> None:
        examples = table(db, "examples")
        examples.insert(row, ignore=True)
        old = "guild = ? and word = ? order by at desc limit -1 offset ?"
        where = f"rowid in (select rowid from examples where {old})"  # noqa: S608 - ours
        examples.delete_where(where, [guild, word, MOST])

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

    def read(db: Database) -> list[tuple[str, list[bytes]]]:
        rows = list(table(db, "examples").rows_where("guild = ?", [guild], order_by="word, at"))
        found = groupby(rows, key=lambda row: row["word"])
        return [(word, [row["vector"] for row in of_word]) for word, of_word in found]

    kept = await store.do(read)
    chosen = [(word, vectors) for word, vectors in kept if words is None or word in words]
    return tuple(_mean(word, vectors) for word, vectors in chosen[: api.MAX_EXAMPLES])


def _mean(word: str, kept: Sequence[bytes]) -> api.Example:
    vectors = [np.frombuffer(one, np.float16).astype(np.float32) for one in kept]
    vectors = [one for one in vectors if len(one) == len(vectors[-1])]  # another model's
    mean = np.mean(vectors, axis=0)
    return api.Example(word=word, vector=tuple(mean.round(4).tolist()), count=len(vectors))


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
