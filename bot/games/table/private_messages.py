"""Messages for one person alone, and the language that they are in.

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
from typing import Any, TypeVar

import discord

from bot.kit.live_message import TROUBLE, MessageView
from bot.kit.reply import TOKEN_GOOD_FOR
from bot.texts import language_of

log = logging.getLogger(__name__)

ANSWERED_WITHIN = 3.0  # seconds; after that Discord takes no answer
K = TypeVar("K")
V = TypeVar("V")

_TRIES = 60
_KEPT = 5_000  # people and channels that are remembered


class PrivateMessages:
    """Remembers where each person was last seen. clock: seconds from anywhere."""

    def __init__(self, client: discord.Client, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._seen: OrderedDict[tuple[int, int], tuple[float, discord.Interaction[Any]]]
        self._seen = OrderedDict()
        self._languages: OrderedDict[int, str] = OrderedDict()

    def noticed(self, interaction: discord.Interaction[Any]) -> None:
        """Somebody did something in a channel."""
        if interaction.channel_id is None:
            return
        person = interaction.user.id
        until = self._clock() + TOKEN_GOOD_FOR
        _put(self._seen, (person, interaction.channel_id), (until, interaction))
        _put(self._languages, person, language_of(interaction.locale))

    def language(self, person: int) -> str | None:
        """The language of a person's Discord when they last did something; None for somebody who
        has done nothing since the bot started, as it is not stored."""
        return self._languages.get(person)

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


def _put(kept: OrderedDict[K, V], key: K, value: V) -> None:
    """The newest _KEPT are kept."""
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > _KEPT:
        kept.popitem(last=False)


async def _is_answered(interaction: discord.Interaction[Any]) -> bool:
    """Is there an answer that more can follow? One that is being given is waited for."""
    for _ in range(_TRIES):
        if interaction.response.is_done():
            return True
        await asyncio.sleep(ANSWERED_WITHIN / _TRIES)
    return False
