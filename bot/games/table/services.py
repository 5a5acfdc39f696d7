"""What every game works with."""

from __future__ import annotations

from dataclasses import dataclass, field

import discord

from bot.games.table.names import Names
from bot.games.table.private_messages import PrivateMessages
from bot.pad import Pad
from bot.services import Services


@dataclass(slots=True)
class Hearing:
    """withheld: Discord leaves out what people write, as it does when somebody switches the message
    content intent off while the bot runs. docs: events/gateway#message-content-intent"""

    withheld: bool = False

    def heard(self, message: discord.Message) -> None:
        """Somebody wrote something, and something of it must be there."""
        if message.type in (discord.MessageType.default, discord.MessageType.reply):
            said = (message.content, message.attachments, message.embeds, message.components)
            more = (message.poll, message.stickers, message.message_snapshots)
            self.withheld = not any((*said, *more))


@dataclass(frozen=True, slots=True)
class GameServices(Services):
    """pad: where people draw. activity: whether they may do so inside Discord. hearing: whether
    what they write can be read."""

    client: discord.Client
    private_messages: PrivateMessages
    names: Names
    pad: Pad
    activity: bool
    hearing: Hearing = field(default_factory=Hearing)
