"""Guesses from chat: read only where the bot can take away what would give the word to others.

Three have to want it: the operator (`PENGUESS_CHAT`, with the message content intent), the server
(`/settings`), and whoever gives the bot Manage Messages, which its invitation does not ask for.
docs: https://docs.discord.com/developers/resources/message#delete-message
"""

from __future__ import annotations

import logging
from enum import Enum

import discord

from bot.games.table.game_runner import GameRunner
from bot.kit import permissions
from bot.kit.live_message import TROUBLE
from bot.store import server_settings

log = logging.getLogger(__name__)


class Chat(Enum):
    """What becomes of guesses in the chat of a game's channel."""

    READ = "read"
    OFF = "off"  # the operator or the server wants none
    LACKING = "lacking"  # they would be read, but the bot may not delete messages there


async def chat_of(runner: GameRunner) -> Chat:
    """Are guesses read from the chat of a game's channel?"""
    client, guild = runner.services.client, runner.place.guild
    reads = client.intents.message_content and not runner.services.hearing.withheld
    if not reads or guild is None:
        return Chat.OFF
    if not (await server_settings.of(runner.services.store, guild)).chat:
        return Chat.OFF
    allowed = permissions.may_take_away_in(client.get_channel(runner.place.channel))
    return Chat.READ if allowed else Chat.LACKING


async def delete(message: discord.Message) -> None:
    """Delete what gives the word away."""
    try:
        await message.delete()
    except TROUBLE as error:
        log.info("a message could not be taken away", extra={"reason": str(error)})
