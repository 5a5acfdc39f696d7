"""A picture of a server's week, posted on Mondays at midnight (UTC).

Off until somebody who manages the server chooses a channel by `/settings`. That a week is to be
told is stored first, and then the picture is made: a bot that is killed meanwhile makes it when it
is back, and posts it once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from typing import Any

import discord
from sqlite_utils import Database

from bot.client import Penguess
from bot.games.albums.album import Album, AlbumStore
from bot.games.daily.lost_channel import tell_owner
from bot.games.table.posts import Posts
from bot.kit import layout, metrics
from bot.kit.feature import Feature
from bot.kit.live_message import MessageView, still
from bot.kit.task_set import TaskSet
from bot.pictures.recap import BEST, GUESSERS, Recap
from bot.store import boards, server_settings, streaks
from bot.store.database import insert
from bot.store.schema import table, upsert
from bot.texts import Texts
from engine.album import Page
from games.daily.week import begins, due, week_of

log = logging.getLogger(__name__)

_POST = "recap"
_LOOK = 1.0  # seconds between looks at the calendar
_AFTER_TROUBLE = 60.0  # seconds until a recap is tried again
_TOLD = "recap:{guild}"  # a note in the database: the last week that was told


class WeeklyRecaps:
    """The recaps of all servers."""

    def __init__(self, client: Penguess) -> None:
        self._client = client
        self._services = client.open_games.services
        self._wanted: dict[int, int] = {}  # channels, by server
        self._last: dict[int, int] = {}  # weeks that were told, by server
        self._not_before: dict[int, float] = {}
        self._busy: set[int] = set()
        self._news = asyncio.Event()
        self._tasks = TaskSet()

    async def begin(self) -> None:
        store = self._services.store
        every = await server_settings.every(store)
        self._wanted = {guild: one.recap for guild, one in every.items() if one.recap is not None}
        for guild in self._wanted:
            told = await store.note(_TOLD.format(guild=guild))
            self._last[guild] = int(told) if told else week_of(self._services.now()) - 1
        for row in await store.running_games():
            if row["kind"] == streaks.RECAP:
                self._spawn(row["guild"], self._resumed(row))
        self._tasks.start(self._watch())

    async def close(self) -> None:
        await self._tasks.end()

    def _spawn(self, guild: int, work: Coroutine[Any, Any, None]) -> None:
        self._busy.add(guild)

        async def run() -> None:
            try:
                await work
            except Exception:
                log.exception("a recap failed", extra={"server": guild})
                metrics.ERRORS.inc()
            finally:
                self._busy.discard(guild)

        self._tasks.start(run())

    async def _watch(self) -> None:
        await self._client.wait_until_ready()
        while True:
            self._news.clear()
            now = self._services.now()
            for guild, channel in self._wanted.items():
                known = self._client.get_guild(guild) is not None
                week = due(self._last[guild], now)
                ready = known and guild not in self._busy
                if ready and week is not None and now >= self._not_before.get(guild, 0.0):
                    self._not_before[guild] = now + _AFTER_TROUBLE
                    self._spawn(guild, self._tell(guild, channel, week))
            try:
                async with asyncio.timeout(_LOOK if self._wanted else None):
                    await self._news.wait()
            except TimeoutError:
                pass

    # -- one recap

    async def _tell(self, guild: int, channel: int, week: int) -> None:
        server = await server_settings.of(self._services.store, guild)
        language = server.language_for(self._client.get_guild(guild))
        game = {"kind": streaks.RECAP, "guild": guild, "channel": channel}
        game |= {"made": time.time(), "over": 0}
        game |= {"seed": str(week), "language": language}
        note = {"name": _TOLD.format(guild=guild), "text": str(week)}

        def write(db: Database) -> int:
            upsert(db, "notes", note, "name")
            return insert(db, "games", game)

        id_ = await self._services.store.do(write)
        self._last[guild] = week
        await self._post(game | {"id": id_})

    async def _resumed(self, row: dict[str, Any]) -> None:
        await self._client.wait_until_ready()
        await self._post(row)

    async def _post(self, row: dict[str, Any]) -> None:
        """Show a recap that is stored, unless there is nothing to tell, and close it."""
        services, guild, id_ = self._services, row["guild"], row["id"]
        channel, lost = row["channel"], asyncio.Event()

        def lose() -> None:
            lost.set()
            self._tasks.start(self._lose(guild, channel))

        posts = Posts(services.client, services.store, id_, channel, lose, _nobody)
        await posts.load()
        page = await self._page(guild, channel, int(row["seed"]), Texts(row["language"]))
        while page is not None and not lost.is_set() and not await posts.finish(_POST, still(page)):
            if not lost.is_set():
                await asyncio.sleep(_AFTER_TROUBLE)
        posts.close()
        await services.store.end_game(id_)

    async def _page(self, guild: int, channel: int, week: int, texts: Texts) -> MessageView | None:
        services = self._services
        since, until = begins(week), begins(week + 1)
        did = await boards.week(services.store, guild, since, until, GUESSERS)
        best = await self._best(guild, channel, since, until, texts)
        if did.quiet and not best:
            return None
        figures = (
            (str(did.games), texts("recap.games", n=did.games)),
            (str(did.drawings), texts("recap.drawings", n=did.drawings)),
            (str(did.streak), texts("recap.streak")),
        )
        names = [(await services.names.of(guild, one), n) for one, n in did.guessers]
        picture = await services.renderer.recap(
            Recap(
                title=texts("recap.picture"),
                figures=figures,
                best_title=texts("recap.best"),
                best=tuple(best),
                guessers_title=texts("recap.guessers"),
                guessers=tuple(names),
            )
        )
        told = " · ".join(f"{n} {what}" for n, what in figures)
        title = texts("recap.title", since=round(since), until=round(until) - 1)
        parts = [*layout.texts([title]), layout.picture("week.png", texts("recap.alt", told=told))]
        return layout.framed(parts, layout.DONE, (("week.png", picture),))

    async def _best(
        self, guild: int, channel: int, since: float, until: float, texts: Texts
    ) -> list[Page]:
        """The drawings that were voted the best, else what people drew last; of albums that
        everybody may see."""
        albums = await AlbumStore(self._services.store).between(guild, since, until)
        seen = [one for one in albums if one.channel == channel or self._is_open(guild, one)]
        voted = [(one, book, page) for one in seen for book, page in one.funniest]
        others = [
            (one, book, page)
            for one in seen
            if one.drawings
            for book, leaves in enumerate(one.books)
            for page, leaf in enumerate(leaves)
            if leaf.author > 0
        ]
        found: list[Page] = []
        for one, book, page in dict.fromkeys((*voted, *others)):
            leaf = one.books[book][page]
            if leaf.content is None or isinstance(leaf.content, str) or len(found) == BEST:
                continue
            author = texts("games.bot") if leaf.author == 0 else texts("album.somebody")
            if leaf.author > 0:
                author = await self._services.names.of(guild, leaf.author)
            found.append(Page(author, leaf.content, _word(one, book, page)))
        return found

    def _is_open(self, guild: int, kept: Album) -> bool:
        """May everybody in a server read where an album was posted?"""
        found = self._client.get_guild(guild)
        place = found.get_channel_or_thread(kept.channel) if found else None
        if found is None or place is None:
            return False
        if isinstance(place, discord.Thread) and (place.is_private() or place.parent is None):
            return False
        return place.permissions_for(found.default_role).view_channel

    # -- switched on and off

    async def changed(self, guild: int) -> None:
        """Somebody changed the settings of a server."""
        store = self._services.store
        server = await server_settings.of(store, guild)
        name = _TOLD.format(guild=guild)
        if server.recap is None:
            if self._wanted.pop(guild, None) is not None:
                await store.do(lambda db: table(db, "notes").delete_where("name = ?", [name]))
            return
        if guild not in self._wanted:
            self._last[guild] = week_of(self._services.now()) - 1  # this week is told of next
            await store.put_note(name, str(self._last[guild]))
        self._wanted[guild] = server.recap
        self._news.set()

    def lost(self, *, channel: int | None = None, guild: int | None = None) -> None:
        for server, place in list(self._wanted.items()):
            if place == channel or server == guild:
                self._tasks.start(self._lose(server, place))

    async def _lose(self, guild: int, channel: int) -> None:
        if self._wanted.pop(guild, None) is None:
            return
        await server_settings.change(self._services.store, guild, recap=None)
        await tell_owner(self._services, guild, channel, "recap.off")

    async def forget(self, person: int) -> None:
        return  # a recap is a picture, and belongs to Discord once it is posted


def _word(kept: Album, book: int, page: int) -> str:
    """What a drawing of an album is of."""
    phrases = [leaf.content for leaf in kept.books[book][:page] if isinstance(leaf.content, str)]
    return phrases[-1] if phrases else ""


async def _nobody() -> bool:
    return False


def of(client: Penguess) -> WeeklyRecaps:
    """The recaps of a bot."""
    (found,) = (one for one in client.backgrounds if isinstance(one, WeeklyRecaps))
    return found


FEATURE = Feature(background=WeeklyRecaps)
