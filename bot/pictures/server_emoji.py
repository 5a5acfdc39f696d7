"""A server's own emoji, as small pictures that a collage can be cut from."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import discord

from bot.kit.errors import UserError
from bot.pictures import incoming
from engine.paint.options import MAX_CUT_UP

log = logging.getLogger(__name__)

MOST_BYTES = 1 << 20  # of one; Discord takes 256 KiB at most, and may serve it larger
SIZE = 128  # pixels, of a CDN's sizes the next above a cut-out's
WITHIN = 20.0  # seconds, for all of a server's
_AT_ONCE = 4
_KEPT = 512  # of all servers, a few kilobytes each


class ServerEmoji:
    """Fetches emoji, and keeps the small copies of the latest in memory.

    small: makes small copies of pictures' bytes; None for one that is no picture.
    """

    def __init__(self, small: Callable[[list[bytes]], Awaitable[list[bytes | None]]]) -> None:
        self._small = small
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    async def of(self, guild: discord.Guild, seed: int) -> tuple[bytes, ...]:
        """Small copies of at most MAX_CUT_UP of a server's emoji, drawn by lot; fewer where some
        cannot be had, none where it has none or Discord does not say."""
        try:
            found = [one for one in await guild.fetch_emojis() if one.available]
        except (discord.DiscordException, OSError, TimeoutError) as error:
            log.warning("a server's emoji are not known", extra={"reason": str(error)})
            return ()
        found.sort(key=lambda one: one.id)
        chosen = random.Random(seed).sample(found, min(MAX_CUT_UP, len(found)))
        missing = [one for one in chosen if one.id not in self._kept]
        fetched = await self._fetched(missing)
        small = await self._small([data for _, data in fetched]) if fetched else []
        copies = {
            one.id: copy for (one, _), copy in zip(fetched, small, strict=True) if copy is not None
        }
        copies |= {one.id: self._kept[one.id] for one in chosen if one.id in self._kept}
        for id_, copy in copies.items():
            self._kept[id_] = copy
            self._kept.move_to_end(id_)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return tuple(copies[one.id] for one in chosen if one.id in copies)

    async def _fetched(self, emoji: list[discord.Emoji]) -> list[tuple[discord.Emoji, bytes]]:
        """Those that could be fetched in time."""
        turns = asyncio.Semaphore(_AT_ONCE)
        found: dict[int, bytes] = {}

        async def fetch(one: discord.Emoji) -> None:
            async with turns:
                try:
                    found[one.id] = await incoming.fetch(_file(one), MOST_BYTES)
                except UserError as error:
                    log.warning("an emoji is left out", extra={"reason": str(error)})

        try:
            async with asyncio.timeout(WITHIN):
                await asyncio.gather(*map(fetch, emoji))
        except TimeoutError:
            log.warning("some emoji came too late", extra={"missing": len(emoji) - len(found)})
        return [(one, found[one.id]) for one in emoji if one.id in found]


def _file(emoji: discord.Emoji) -> incoming.Shown:
    """Where its picture is: of one that moves the first frame.

    docs: https://docs.discord.com/developers/reference#image-formatting-cdn-endpoints
    """
    return incoming.Shown(f"{discord.Asset.BASE}/emojis/{emoji.id}.png?size={SIZE}")
