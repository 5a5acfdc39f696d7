"""Names of people, for places where Discord shows no mentions: pictures and selects."""

from __future__ import annotations

import logging
import unicodedata
from collections import OrderedDict

import discord

from bot.kit.live_message import TROUBLE

log = logging.getLogger(__name__)

_KEPT = 20_000
_LONGEST = 32  # characters
_JOINER = "\u200d"  # inside emoji


class Names:
    """Names of the people who were seen; of others, Discord is asked."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._known: OrderedDict[tuple[int | None, int], str] = OrderedDict()

    def noticed(self, guild: int | None, user: discord.User | discord.Member) -> None:
        """Somebody did something in a server (None: in direct messages)."""
        self._known[guild, user.id] = tidy(user.display_name)
        self._known.move_to_end((guild, user.id))
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)

    async def of(self, guild: int | None, person: int) -> str:
        """A name as plain text, of a person by id."""
        if (guild, person) not in self._known:
            try:
                place = self._client.get_guild(guild) if guild else None
                if place is not None:
                    found = await place.fetch_member(person)
                else:
                    found = await self._client.fetch_user(person)
            except TROUBLE as error:
                log.info("a name was not found", extra={"reason": str(error)})
                return f"…{person % 10_000:04}"
            self.noticed(guild, found)
        return self._known[guild, person]


def tidy(name: str) -> str:
    """A name in one line of visible characters, never empty and not too long."""
    name = unicodedata.normalize("NFC", name)
    name = "".join(
        char for char in name if unicodedata.category(char)[0] != "C" or char == "\u200d"
    )
    name = " ".join(name.split())
    return (name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…") or "…"
