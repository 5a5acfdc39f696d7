"""A channel that the bot was told to post in is closed to it, or gone."""

from __future__ import annotations

from discord import ui

from bot.games.table.services import GameServices
from bot.kit import layout, permissions
from bot.store import server_settings
from bot.texts import Texts


async def tell_owner(services: GameServices, guild: int, channel: int, off: str) -> None:
    """Tell whom a server belongs to why nothing is posted any more. off: the text that says what
    is off now."""
    found = services.client.get_guild(guild)
    if found is None or not found.owner_id:
        return
    server = await server_settings.of(services.store, guild)
    texts = Texts(server.language_for(found))
    place = found.get_channel(channel)
    if lacks := permissions.missing_in(place):
        why = permissions.explain(texts, lacks, channel)
    else:
        key = "daily.channel_closed" if place else "daily.channel_gone"
        why = texts(key, channel=channel)
    page = layout.framed([ui.TextDisplay("\n".join((why, texts(off))))], layout.TROUBLED)
    await services.private_messages.say(found.owner_id, channel, page)
