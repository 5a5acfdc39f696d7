"""The words that a server added for its games."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from bot.store.database import Store, readable
from bot.store.schema import table
from games.drawing.settings import OWN_WORDS
from games.words.lists import Rejected, Word, parse_own


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of a server's list. person: who added it; at: when, in seconds since the epoch."""

    word: str
    alternatives: tuple[str, ...]
    person: int
    at: float

    @property
    def line(self) -> str:
        """As a line of a text file."""
        return " = ".join((self.word, *self.alternatives))


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding words: those that were taken, and those that were not."""

    taken: tuple[Word, ...]
    rejected: tuple[Rejected, ...]


async def own(
    store: Store,
    guild: int,
    language: str = "en",
    blocked: tuple[str, ...] = (),
    blocklists: tuple[str, ...] = (),
) -> tuple[Word, ...]:
    """A server's words for a game in `language`, oldest first, without those that are refused:
    in `blocked`, or in the lists of `blocklists` (all if none is named)."""
    lines = [entry.line for entry in await entries(store, guild)]
    taken, _ = await asyncio.to_thread(
        parse_own, "\n".join(lines), language, OWN_WORDS, blocked, blocklists
    )
    return taken


async def entries(store: Store, guild: int) -> list[Entry]:
    """A server's list, oldest first."""

    def read(db: Database) -> list[Entry]:
        rows = table(db, "words").rows_where("guild = ?", [guild], order_by="at, rowid")
        return readable(rows, _entry)

    return await store.do(read)


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(row["word"], tuple(json.loads(row["alternatives"])), row["person"], row["at"])


async def add(
    store: Store,
    guild: int,
    person: int,
    text: str,
    *,
    language: str = "en",
    blocked: tuple[str, ...] = (),
    replace: bool = False,
) -> Added:
    """Add words, written as `games.words.lists.parse_own` reads them; `replace` drops the others.

    Nothing is dropped if no word of the text can be taken.
    """
    there = [] if replace else await entries(store, guild)
    # A word is refused when it is in the list already, so that the list is read before the text.
    text = re.sub(r"([,;、])[\s#]+", r"\1", text)  # a word with "#" in front would be a comment
    before = "".join(f"{entry.line}\n" for entry in there)
    taken, rejected = await asyncio.to_thread(
        parse_own, before + text, language, OWN_WORDS, blocked, (language,)
    )
    known = {entry.word for entry in there}
    fresh = tuple(word for word in taken if word.text not in known)
    refused = tuple(
        Rejected(each.line - len(there), each.fault) for each in rejected if each.line > len(there)
    )

    def write(db: Database) -> None:
        words = table(db, "words")
        if replace:
            words.delete_where("guild = ?", [guild])
        now = time.time()
        for word in fresh:
            if words.count_where("guild = ?", [guild]) >= OWN_WORDS:
                break  # somebody else was adding words too
            alternatives = json.dumps(word.alternatives, ensure_ascii=False)
            row = {"guild": guild, "word": word.text, "alternatives": alternatives}
            words.insert(row | {"person": person, "at": now}, ignore=True)

    if fresh:
        await store.do(write)
    return Added(fresh, refused)


async def remove(store: Store, guild: int, word: str, *, person: int | None = None) -> bool:
    """Remove a word, whoever added it or, with `person`, only if that person did.

    Returns whether there was one to remove.
    """

    def write(db: Database) -> bool:
        where, values = "guild = ? and word = ?", [guild, word]
        if person is not None:
            where, values = f"{where} and person = ?", [*values, person]
        words = table(db, "words")
        there = words.count_where(where, values)
        words.delete_where(where, values)
        return bool(there)

    return await store.do(write)
