"""A message that comes alive: frames go in as fast as they come, edits go out as Discord likes.

Whoever has something to show calls `show` and goes on. The newest frame wins, one edit is in
flight, and nothing ever queues up. The first frame goes out at once, three more within the next
two seconds, as a quick machine is soon done, then one about every 2 s; when edits take long, as
they do when Discord limits their rate, the pauses grow with them.
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Protocol

import aiohttp
import discord

from bot.kit import metrics

log = logging.getLogger(__name__)

FIRST_PAUSES = (0.4, 0.6, 0.8)  # seconds after each of the first edits
PAUSE = 2.0
LONGEST_PAUSE = 15.0
LAST_TRIES = (0.5, 2.0, 5.0, 10.0)  # seconds between attempts at the last frame
LOCKED_OUT = 120.0  # seconds of being forbidden to edit; a moderator may think better of it
STRAGGLE = 10.0  # seconds after a start in which an edit of the process before may still arrive

# What may pass by itself: Discord's 5xx, a rate limit that discord.py gave up on, the network.
TROUBLE = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class MessageView:
    """What a message shows: a layout, and the files (name, bytes) that the layout points at.

    pings: the people who must act, and are mentioned in it. They are notified when the message is
    sent, and nobody else ever is; an edit notifies nobody.
    docs: https://docs.discord.com/developers/resources/message#allowed-mentions-object
    """

    view: discord.ui.LayoutView
    files: tuple[tuple[str, bytes], ...] = ()
    pings: tuple[int, ...] = ()

    def attachments(self) -> list[discord.File]:
        """Fresh ones, as each can be sent once."""
        return [discord.File(io.BytesIO(data), name) for name, data in self.files]

    def allowed_mentions(self) -> discord.AllowedMentions:
        """Those who are pinged, one by one; whatever else people wrote into it pings nobody."""
        nobody = discord.AllowedMentions.none()
        nobody.users = [discord.Object(person) for person in self.pings]
        return nobody


class Editable(Protocol):
    """Where a message is, and how it is changed: see bot/kit/reply.py.

    out_of_reach: the bot is no member there, or the place is lost: what is refused now, is refused
    for good.
    """

    @property
    def out_of_reach(self) -> bool: ...

    async def edit(self, page: MessageView) -> None:
        """Raises discord.HTTPException and what the network raises."""
        ...


MakeView = Callable[[], Awaitable[MessageView]]


def still(view: MessageView) -> MakeView:
    """A frame that is there already."""

    async def make() -> MessageView:
        return view

    return make


class LiveMessage:
    """One message. Frames are functions that make a page, called only when it will be shown.

    gone: set when the message was deleted, or could not be edited for long; nothing is shown then.
    edits: how many frames were shown.
    """

    def __init__(self, place: Editable) -> None:
        self._place = place
        self._newest: MakeView | None = None
        self._news = asyncio.Event()
        self._editing = asyncio.Lock()
        self._closed = False
        self._due = 0.0
        self._forbidden: float | None = None  # since when every edit is
        self.edits = 0
        self.gone = asyncio.Event()
        self._task = asyncio.create_task(self._publish())

    def show(self, frame: MakeView) -> None:
        """Show a frame when its time has come, unless a newer one comes first."""
        if self._closed:
            return
        if self._newest is not None:
            metrics.SKIPPED.inc()
        self._newest = frame
        self._news.set()

    async def finish(self, frame: MakeView) -> bool:
        """Show the last frame, now, and again if that fails. Returns whether it is visible."""
        self._closed = True
        async with self._editing:
            self._task.cancel()
            if self.gone.is_set():
                return False
            page = await frame()
            failed = 0  # without being forbidden, which may last longer
            for pause in chain(LAST_TRIES, repeat(LAST_TRIES[-1])):
                if await self._edit(page):
                    return True
                failed += self._forbidden is None
                if self.gone.is_set() or failed > len(LAST_TRIES):
                    return False
                await asyncio.sleep(pause)
        return False

    def close(self) -> None:
        """Leave the message as it is."""
        self._closed = True
        self._task.cancel()

    async def _publish(self) -> None:
        loop = asyncio.get_running_loop()
        while not self.gone.is_set():
            await self._news.wait()
            await asyncio.sleep(self._due - loop.time())
            async with self._editing:
                frame, self._newest = self._newest, None
                self._news.clear()
                if self._closed or frame is None:
                    return
                try:
                    page = await frame()
                except Exception:
                    log.exception("a frame could not be made")
                    metrics.ERRORS.inc()
                    self._due = loop.time() + PAUSE
                    continue
                began = loop.time()
                shown = await self._edit(page)
                took = loop.time() - began
            pauses = FIRST_PAUSES[self.edits - 1 : self.edits] if shown else ()
            pause = max(*pauses, 2 * took, 0.0) if pauses else max(PAUSE, 2 * took)
            self._due = loop.time() + min(LONGEST_PAUSE, pause)

    async def _edit(self, page: MessageView) -> bool:
        try:
            await self._place.edit(page)
        except TROUBLE as error:
            for_good = self._is_for_good(error)
            log.warning("an edit failed", extra={"reason": str(error) or type(error).__name__})
            metrics.EDITS.labels("gone" if for_good else "failed").inc()
            if for_good:
                self.gone.set()
            return False
        self._forbidden = None
        self.edits += 1
        metrics.EDITS.labels("shown").inc()
        return True

    def _is_for_good(self, error: Exception) -> bool:
        """Will no edit ever succeed again? One that is forbidden may be allowed for a while yet."""
        if isinstance(error, discord.Forbidden):
            now = asyncio.get_running_loop().time()
            self._forbidden = now if self._forbidden is None else self._forbidden
            return self._place.out_of_reach or now >= self._forbidden + LOCKED_OUT
        self._forbidden = None
        if isinstance(error, discord.NotFound):
            return True
        refused = isinstance(error, discord.HTTPException) and error.status < 500
        return refused and self._place.out_of_reach


async def outlast(place: Editable, frame: MakeView, until: float) -> None:
    """Show a last page once more, at a time of the loop's: a process that was killed may have sent
    an edit that arrives after the first showing, and nothing else would ever replace it."""
    await asyncio.sleep(until - asyncio.get_running_loop().time())
    await LiveMessage(place).finish(frame)
