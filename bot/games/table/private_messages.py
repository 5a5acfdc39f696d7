"""Messages for one person alone.

They appear below the last thing the person did in the channel, for their eyes only, while that
interaction's token is good (15 minutes). After that they go out as direct messages, unless the
person accepts none.
docs: https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import discord

from bot.kit.live_message import TROUBLE, MessageView
from bot.kit.reply import TOKEN_GOOD_FOR

log = logging.getLogger(__name__)

ANSWERED_WITHIN = 3.0  # seconds; after that Discord takes no answer
_TRIES = 60
_KEPT = 5_000  # people and channels that are remembered


class PrivateMessages:
    """Remembers where each person was last seen. clock: seconds from anywhere."""

    def __init__(self, client: discord.Client, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._seen: OrderedDict[tuple[int, int], tuple[float, discord.Interaction[Any]]]
        self._seen = OrderedDict()

    def noticed(self, interaction: discord.Interaction[Any]) -> None:
        """Somebody did something in a channel."""
        if interaction.channel_id is None:
            return
        key = interaction.user.id, interaction.channel_id
        self._seen[key] = self._clock() + TOKEN_GOOD_FOR, interaction
        self._seen.move_to_end(key)
        while len(self._seen) > _KEPT:
            self._seen.popitem(last=False)

    async def say(
        self,
        person: int,
        channel: int,
        page: MessageView,
        wanted: Callable[[], bool] = lambda: True,
    ) -> discord.Message | None:
        """Show a page to a person who plays in a channel, if it is still `wanted` when it can be.
        Returns the message, None where it was not shown."""
        until, interaction = self._seen.get((person, channel), (0.0, None))
        if interaction is not None and self._clock() < until and await _is_answered(interaction):
            if not wanted():
                return None
            try:
                return await interaction.followup.send(
                    view=page.view, files=page.attachments(), ephemeral=True, wait=True
                )
            except TROUBLE as error:
                log.info("a private message failed", extra={"reason": str(error)})
        try:
            place = await self._client.create_dm(discord.Object(person))
            if not wanted():
                return None
            return await place.send(view=page.view, files=page.attachments())
        except TROUBLE as error:
            log.info("a person takes no direct messages", extra={"reason": str(error)})
            return None


async def _is_answered(interaction: discord.Interaction[Any]) -> bool:
    """Is there an answer that more can follow? One that is being given is waited for."""
    for _ in range(_TRIES):
        if interaction.response.is_done():
            return True
        await asyncio.sleep(ANSWERED_WITHIN / _TRIES)
    return False
