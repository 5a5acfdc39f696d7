"""The messages of one game in its channel, each under a key such as `turn:3`.

A post is sent when it is shown first and edited from then on, by the bot's own rights and with
the cadence of a live message. That it is being sent is stored before, and which message it became
at once, so after a restart the same message goes on; a message that was sent just before the bot
was killed is not sent twice, as Discord knows its nonce. That its last page is to be seen is stored
too: until then it is unfinished, and a bot that is back shows it. One that somebody deletes is sent
anew when there is something to show, up to MOST_DELETED times; then, as where the bot may not write
at all, the channel is lost.
docs: https://docs.discord.com/developers/resources/message#create-message
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import discord
from sqlite_utils import Database

from bot.kit.live_message import (
    LOCKED_OUT,
    STRAGGLE,
    TROUBLE,
    LiveMessage,
    MakeView,
    MessageView,
    outlast,
)
from bot.kit.reply import THREAD_ARCHIVED, Posted
from bot.kit.task_set import TaskSet
from bot.store import promises
from bot.store.database import Store
from bot.store.schema import table, upsert
from bot.texts import Texts

log = logging.getLogger(__name__)

ASK_AGAIN = 10.0  # seconds between looks at whether Discord takes a last page after all
OUTAGE = 3600.0  # seconds for which it may be out of order; who is refused waits LOCKED_OUT
MOST_DELETED = 3  # times that a post comes back; who goes on deleting it does not want the game

# docs: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
UNKNOWN_MESSAGE, THREAD_LOCKED = 10008, 160005


class Posts:
    """All posts of a game. lost: called when the bot may not post in the channel any more. pings:
    may those who must act be notified?

    out_of_reach: the channel is lost, so that nobody waits for what Discord refuses.
    """

    def __init__(
        self,
        client: discord.Client,
        store: Store,
        game: int,
        channel: int,
        lost: Callable[[], None],
        pings: Callable[[], Awaitable[bool]],
    ) -> None:
        self._client = client
        self._store = store
        self._game = game
        self._channel = channel
        self._lost = lost
        self._pings = pings
        self.out_of_reach = False
        self._messages: dict[str, int] = {}  # 0 for what may have been sent
        self._over: set[str] = set()
        self._live: dict[str, LiveMessage] = {}
        self._sending: dict[str, asyncio.Lock] = {}
        self._deleted: Counter[str] = Counter()
        self._forbidden: float | None = None  # since when edits are
        self._scrolled: set[str] = set()  # posts that are to be sent anew
        self._taken_up: frozenset[str] = frozenset()  # edited by the process before this one, too
        self._quiet_at = 0.0  # on the loop's clock, when none of those edits is on its way
        self._settling = TaskSet()
        self._owed: dict[str, MessageView] = {}  # last pages that Discord has not taken
        self._closed = False

    async def load(self) -> None:
        """Find the messages that were posted before a restart."""

        def read(db: Database) -> list[dict[str, Any]]:
            return list(table(db, "posts").rows_where("game = ?", [self._game]))

        rows = await self._store.do(read)
        self._messages = {row["key"]: row["message"] for row in rows}
        self._over = {row["key"] for row in rows if row["over"]}
        self._taken_up = frozenset(self.unfinished)
        self._quiet_at = asyncio.get_running_loop().time() + STRAGGLE

    async def answer(
        self, key: str, interaction: discord.Interaction[Any], page: MessageView
    ) -> None:
        """Let the answer to an interaction be the post of this key.

        If the bot is killed before it knows which message that is, another one is sent when it is
        back, and the first one is taken back.
        """
        async with self._lock(key):
            await promises.note(interaction, Texts.of(interaction, private=False).language)
            answer = await interaction.response.send_message(
                view=page.view, files=page.attachments()
            )
            if answer.message_id is None:
                raise RuntimeError("Discord did not say which message the answer is")
            await self._keep(key, answer.message_id)
            await promises.kept(interaction)

    async def _keep(self, key: str, message: int, *, over: bool = False) -> None:
        row = {"game": self._game, "key": key, "message": message, "over": int(over)}
        await self._store.do(lambda db: upsert(db, "posts", row, "game", "key"))
        self._messages[key] = message

    def _lock(self, key: str) -> asyncio.Lock:
        """Held while a message is sent, so that nobody sends it a second time."""
        return self._sending.setdefault(key, asyncio.Lock())

    def has(self, message: int) -> bool:
        """Is this message a post of the game?"""
        return message in self._messages.values()

    def sent(self, key: str) -> bool:
        """Is there a message of this key?"""
        return key in self._messages

    @property
    def unfinished(self) -> list[str]:
        """The keys of messages, sent or being sent, whose last page is not to be seen yet."""
        return [key for key in self._messages if key not in self._over]

    def show(self, key: str, frame: MakeView) -> None:
        """Show a page in the post of this key when its time has come; the newest frame wins."""
        if not self._closed:
            self._of(key).show(frame)

    async def finish(self, key: str, frame: MakeView) -> bool:
        """Show the last page of a post, now. Returns whether it is visible."""
        if self._closed:
            return False
        shown = await self._of(key).finish(frame)
        if shown:
            self._over.add(key)
            self._owed.pop(key, None)
            if key in self._taken_up and asyncio.get_running_loop().time() < self._quiet_at:
                self._settling.start(self._settle(key, frame))
            else:
                await self._keep(key, self._messages[key], over=True)
        elif key in self._messages:
            self._owed[key] = await frame()
        return shown

    @property
    def are_owed(self) -> bool:
        """Are there last pages that people may not see, or not for good?"""
        return bool(self._owed or [*self._settling])

    async def show_owed(self) -> None:
        """Until no last page can be overtaken any more; and where the channel was lost, or Discord
        was out of order, show them if that is possible again after all, so that no message keeps
        what nobody can press."""
        await self._settling.wait()
        loop = asyncio.get_running_loop()
        began = loop.time()
        while self._owed:
            for key, page in list(self._owed.items()):
                waited = loop.time() - began
                try:
                    await self.edit(key, page)
                    await self._keep(key, self._messages[key], over=True)
                except discord.NotFound:
                    pass
                except TROUBLE as error:
                    refused = isinstance(error, discord.HTTPException) and error.status < 500
                    if waited < (LOCKED_OUT if refused else OUTAGE):
                        continue
                del self._owed[key]
            if self._owed:
                await asyncio.sleep(ASK_AGAIN)

    async def _settle(self, key: str, frame: MakeView) -> None:
        await outlast(_Post(self, key), frame, self._quiet_at)
        await self._keep(key, self._messages[key], over=True)

    def renew(self, key: str) -> None:
        """A post has scrolled away: its next page is a new message, in the place of the old one."""
        if self._messages.get(key):
            self._scrolled.add(key)

    def _of(self, key: str) -> LiveMessage:
        if key not in self._live:
            self._live[key] = LiveMessage(_Post(self, key))
        return self._live[key]

    def close(self) -> None:
        """Leave all messages as they are, whoever still has something to show."""
        self._closed = True
        self._settling.cancel()
        for live in self._live.values():
            live.close()

    async def edit(self, key: str, page: MessageView) -> None:
        """Put a page into the message of a key; send that first if need be."""
        async with self._lock(key):
            known = self._messages.get(key)
            if known and key in self._scrolled:
                self._scrolled.discard(key)
                await self._send(key, page, instead_of=known)
                await self._take_away(known)
                return
            if not known:
                await self._send(key, page)
            if known is None:
                return
            # What was sent before, nobody knows when, is not what was sent just now.
            known = self._messages[key]
        try:
            await Posted(self._client, self._channel, known).edit(page)
        except discord.HTTPException as error:
            if error.code != UNKNOWN_MESSAGE or self._deleted[key] >= MOST_DELETED:
                self._refused(error)
                raise
            async with self._lock(key):
                if self._messages.get(key) == known:
                    self._deleted[key] += 1
                    await self._send(key, page, instead_of=known)
        else:
            self._forbidden = None

    async def _send(self, key: str, page: MessageView, instead_of: int = 0) -> None:
        """Send a message. instead_of: one that was deleted, or will be; Discord would give it back
        for the same nonce, so there is another, which is the same again after a restart."""
        place = self._client.get_partial_messageable(self._channel)
        if key not in self._messages:
            await self._keep(key, 0)
        again = f"{instead_of % 10**6}:" if instead_of else ""
        if instead_of or not (page.pings and await self._pings()):  # once is enough
            page = replace(page, pings=())
        try:
            sent = await place.send(
                view=page.view,
                files=page.attachments(),
                nonce=f"{again}{self._game}:{key}"[:25],
                allowed_mentions=page.allowed_mentions(),
            )
        except discord.HTTPException as error:
            self._refused(error, sending=True)
            raise
        await self._keep(key, sent.id)

    async def _take_away(self, message: int) -> None:
        try:
            place = self._client.get_partial_messageable(self._channel)
            await place.get_partial_message(message).delete()
        except TROUBLE as error:
            log.info("a post could not be taken away", extra={"reason": str(error)})

    def _refused(self, error: discord.HTTPException, *, sending: bool = False) -> None:
        """The channel is lost, unless this may pass: an edit may be forbidden for a while, as a
        moderator may think better of it."""
        now = asyncio.get_running_loop().time()
        for_good = isinstance(error, discord.NotFound)
        if isinstance(error, discord.Forbidden):
            self._forbidden = now if self._forbidden is None else self._forbidden
            for_good = sending or now >= self._forbidden + LOCKED_OUT
        if for_good or error.code in (THREAD_ARCHIVED, THREAD_LOCKED):
            self._lost()


class _Post:
    """A place for a live message: the post of one key."""

    def __init__(self, posts: Posts, key: str) -> None:
        self._posts = posts
        self._key = key

    @property
    def out_of_reach(self) -> bool:
        return self._posts.out_of_reach

    async def edit(self, page: MessageView) -> None:
        await self._posts.edit(self._key, page)
