"""Guesses from chat: read only where the bot can take away what would give the word to others.

docs: https://docs.discord.com/developers/resources/message#delete-message
"""

from __future__ import annotations

import logging

import discord

from bot.games.host import Host
from bot.live_message import TROUBLE

log = logging.getLogger(__name__)


def may_take_away(host: Host) -> bool:
    """May the bot read what is written in a game's channel, and delete it?"""
    client = host.tools.client
    if not client.intents.message_content or host.room.guild is None:
        return False
    channel = client.get_channel(host.room.channel)
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return False
    return channel.permissions_for(channel.guild.me).manage_messages


async def take_away(message: discord.Message) -> None:
    """Delete what gives the word away."""
    try:
        await message.delete()
    except TROUBLE as error:
        log.info("a message could not be taken away", extra={"reason": str(error)})
