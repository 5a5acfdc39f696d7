"""A picture that somebody gives along with a command, to be drawn or to draw like."""

from __future__ import annotations

import discord

from bot.client import Penguess
from bot.kit.errors import UserError
from bot.pictures import incoming
from bot.store import server_settings
from bot.store.promises import think


async def small_copy(
    interaction: discord.Interaction[Penguess], image: discord.Attachment, *said: str
) -> bytes:
    """A small copy of it, as it goes to the engine and is kept with the drawing.

    said: what the person wrote besides: nothing is fetched for what is refused anyway. Says that
    the bot thinks. Raises UserError.
    """
    client = interaction.client
    if image.size > incoming.MAX_MIB << 20:
        raise UserError("refused.picture_bytes", most=incoming.MAX_MIB)
    server = await server_settings.of(client.store, interaction.guild_id)
    server.require_channel(interaction)
    server.require_clean(server.texts(interaction), *said)
    await think(interaction)
    return await client.renderer.small(await incoming.fetch(image))
