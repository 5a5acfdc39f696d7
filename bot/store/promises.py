"""Answers that people were promised ("thinking …") and have not got yet.

Whoever has an interaction's token may answer it for 15 minutes, after a restart too. So the token
is kept until the answer is there, and a bot that was ended meanwhile tells who waits to ask again.
docs: https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from dataclasses import dataclass
from typing import Any

import discord
from sqlite_utils import Database

from bot.kit import layout
from bot.kit.live_message import LAST_TRIES, TROUBLE
from bot.kit.reply import TOKEN_GOOD_FOR, ByToken
from bot.store.database import Store
from bot.store.schema import table, upsert
from bot.texts import Texts

log = logging.getLogger(__name__)

_NOT_A_PAGE = 400  # what Discord says to a page in place of plain text (50035)
_THINKS = "thinks"  # in an interaction's extras: the message that the answer will be
_NOTED = "promised"  # in an interaction's extras: there is a row of it


@dataclass(frozen=True, slots=True)
class Promise:
    """An answer that is due. application, token: what it is given with, until ends_at (seconds
    since the epoch). language: whose texts it is in. drawing: the one that it shows, if it does."""

    interaction: int
    application: int
    token: str
    language: str
    ends_at: float
    drawing: int | None = None

    def spot(self, client: discord.Client) -> ByToken:
        """Where the answer is."""
        return ByToken(client, self.application, self.token)


async def think(interaction: discord.Interaction[Any], *, ephemeral: bool = False) -> int | None:
    """Say that the bot is thinking; the client sees to it that this comes to an end (`kept`).

    ephemeral: for who asked alone. Returns the id of the message that the answer will be. Where
    that has been said already, there is nothing more to say.
    """
    if _THINKS in interaction.extras:
        return interaction.extras[_THINKS]
    await note(interaction, Texts.of(interaction, private=ephemeral).language)
    answer = await interaction.response.defer(ephemeral=ephemeral, thinking=True)
    interaction.extras[_THINKS] = answer.message_id if answer else None
    return interaction.extras[_THINKS]


async def note(
    interaction: discord.Interaction[Any], language: str, drawing: int | None = None
) -> None:
    """Note that an answer is due; where that cannot be stored, it is given all the same."""
    row = {
        "interaction": interaction.id,
        "application": interaction.application_id,
        "token": interaction.token,
        "language": language,
        "ends_at": time.time() + TOKEN_GOOD_FOR,
        "drawing": drawing,
    }
    store: Store = interaction.client.store
    try:
        await store.do(lambda db: upsert(db, "promises", row, "interaction"))
    except sqlite3.Error as error:
        log.warning("an answer that is due could not be noted", extra={"reason": str(error)})
    else:
        interaction.extras[_NOTED] = True


async def kept(interaction: discord.Interaction[Any]) -> None:
    """The answer is there, or the person knows why there is none."""
    if interaction.extras.pop(_NOTED, False):
        await forget(interaction.client.store, interaction.id)


def hand_over(interaction: discord.Interaction[Any]) -> None:
    """Leave the note to whoever fills the answer, who forgets it then."""
    interaction.extras.pop(_NOTED, None)


async def forget(store: Store, interaction: int) -> None:
    await store.do(lambda db: table(db, "promises").delete_where("interaction = ?", [interaction]))


async def due(store: Store) -> list[Promise]:
    """What is still to be answered; what it is too late for is forgotten."""

    def read(db: Database) -> list[Promise]:
        promises = table(db, "promises")
        promises.delete_where("ends_at <= ?", [time.time()])
        return [Promise(**row) for row in promises.rows]

    return await store.do(read)


async def answer_all(client: discord.Client, store: Store, promises: list[Promise]) -> None:
    """Tell those who have waited since before a restart to ask again."""
    await asyncio.gather(*(_answer(client, store, promise) for promise in promises))


async def _answer(client: discord.Client, store: Store, promise: Promise) -> None:
    page = layout.notice(Texts(promise.language)("errors.restarted"))
    for pause in (*LAST_TRIES, None):
        try:
            await promise.spot(client).edit(page)
        except (discord.NotFound, discord.Forbidden):
            break  # it was answered, deleted, or nobody had been told to wait
        except TROUBLE as error:
            if isinstance(error, discord.HTTPException) and error.status == _NOT_A_PAGE:
                break  # words are there already: only an answer that is due can become a page
            log.warning("could not tell who waits", extra={"reason": str(error)})
            if pause is None:
                return
            await asyncio.sleep(pause)
        else:
            break
    await forget(store, promise.interaction)
