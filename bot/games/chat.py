"""Guesses from chat: read only where the bot can take away what would give the word to others.

Three have to want it: the operator (`PENGUESS_CHAT`, with the message content intent), the server
(`/settings`), and whoever gives the bot Manage Messages, which its invitation does not ask for.
docs: https://docs.discord.com/developers/resources/message#delete-message
"""

from __future__ import annotations

import logging
from enum import Enum

import discord

from bot import permissions, settings
from bot.games.host import Host
from bot.live_message import TROUBLE

log = logging.getLogger(__name__)


class Chat(Enum):
    """What becomes of guesses in the chat of a game's channel."""

    READ = "read"
    OFF = "off"  # the operator or the server wants none
    LACKING = "lacking"  # they would be read, but the bot may not delete messages there


async def chat_of(host: Host) -> Chat:
    """Are guesses read from the chat of a game's channel?"""
    client, guild = host.tools.client, host.room.guild
    if not client.intents.message_content or guild is None:
        return Chat.OFF
    if not (await settings.of(host.tools.store, guild)).chat:
        return Chat.OFF
    allowed = permissions.may_take_away_in(client.get_channel(host.room.channel))
    return Chat.READ if allowed else Chat.LACKING


async def take_away(message: discord.Message) -> None:
    """Delete what gives the word away."""
    try:
        await message.delete()
    except TROUBLE as error:
        log.info("a message could not be taken away", extra={"reason": str(error)})
