"""A finished game once more: whoever asks opens a lobby with the settings that it had."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord

from bot import settings
from bot.hostile import Refused
from bot.schema import table
from bot.store import Store
from games import core
from games.core import Event


async def opening(
    store: Store, game: core.Game[Any], interaction: discord.Interaction[Any], row: dict[str, Any]
) -> Event:
    """The event that opens such a game for who pressed the button. `row` is of `games`.

    Raises Refused where that person may not start games, or nothing of the old one is left.
    """
    server = await settings.of(store, interaction.guild_id)
    server.require_channel(interaction)
    server.require_starter(interaction)
    try:
        log = [core.decode(game, line) for line in await store.events(row["id"])]
    except core.UnreadableLog as error:
        raise Refused("games.over") from error
    if not log or row["channel"] != interaction.channel_id:
        raise Refused("games.over")
    play, _ = core.replay(game, row["seed"], log)
    wanted: Any = play.state.settings
    if hasattr(wanted, "blocked"):
        wanted = replace(wanted, blocked=server.blocked)
    first: Any = log[0].event
    return replace(first, host=str(interaction.user.id), settings=wanted)


async def find(store: Store, game_id: int) -> dict[str, Any]:
    """The row of a game. Raises Refused if there is none any more."""
    found = await store.do(lambda db: list(table(db, "games").rows_where("id = ?", [game_id])))
    if not found:
        raise Refused("games.over")
    return found[0]
