"""What every game works with."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.games.table.names import Names
from bot.games.table.private_messages import PrivateMessages
from bot.pad import Pad
from bot.services import Services


@dataclass(frozen=True, slots=True)
class GameServices(Services):
    """pad: where people draw. activity: whether they may do so inside Discord."""

    client: discord.Client
    private_messages: PrivateMessages
    names: Names
    pad: Pad
    activity: bool
