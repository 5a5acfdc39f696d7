"""Play a finished game again: a new lobby with the same settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord

from bot.kit.errors import UserError
from bot.store import server_settings
from bot.store.database import GapInLog, Store
from bot.store.schema import table
from games import core
from games.core import Event


async def opening(
    store: Store, game: core.Game[Any], interaction: discord.Interaction[Any], row: dict[str, Any]
) -> Event:
    """The event that opens such a game for the person who pressed the button. `row` is of `games`.

    Raises UserError where that person may not start games, or nothing of the old one is left.
    """
    server = await server_settings.of(store, interaction.guild_id)
    server.require_channel(interaction)
    server.require_starter(interaction)
    try:
        log = [core.decode(game, line) for line in await store.events(row["id"])]
    except (core.UnreadableLog, GapInLog) as error:
        raise UserError("games.over") from error
    if not log or row["channel"] != interaction.channel_id:
        raise UserError("games.over")
    play, _ = core.replay(game, row["seed"], log)
    first: Any = replace(log[0].event, host=str(interaction.user.id))
    wanted: Any = getattr(play.state, "settings", None)
    if wanted is None:
        return first
    if hasattr(wanted, "blocked"):
        spoken = (server.texts(interaction).language,)
        wanted = replace(wanted, blocked=server.blocked, blocklists=spoken)
    if hasattr(wanted, "steady"):
        wanted = replace(wanted, steady=False)  # the old game went on as it began, this one is new
    return replace(first, settings=wanted)


async def find(store: Store, game_id: int) -> dict[str, Any]:
    """The row of a game. Raises UserError if it is gone."""
    found = await store.do(lambda db: list(table(db, "games").rows_where("id = ?", [game_id])))
    if not found:
        raise UserError("games.over")
    return found[0]
