"""The daily words of all servers: begun, ended at midnight, taken up again after a restart.

Off until somebody who manages the server chooses a channel by `/settings`.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections import defaultdict
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.client import Penguess
from bot.games.daily import day_view
from bot.games.daily.day import Day
from bot.games.daily.lost_channel import tell_owner
from bot.games.table.game_runner import Place
from bot.kit import controls, forms, layout, metrics
from bot.kit.errors import UserError
from bot.kit.feature import Feature
from bot.kit.forms import Filled
from bot.kit.task_set import TaskSet
from bot.pad import Work
from bot.pictures import incoming
from bot.store import server_settings, streaks
from bot.store.promises import think
from bot.texts import Texts
from games import core
from games.daily.daily import DAILY, MOST_IDLE, Begin, Phase, choose, next_midnight

log = logging.getLogger(__name__)

_LOOK = 1.0  # seconds between looks at the calendar
_AFTER_TROUBLE = 60.0  # seconds until a day is tried again that could not begin or end


class DailyWords:
    """All days under way, one in a server."""

    def __init__(self, client: Penguess) -> None:
        self._client = client
        self._services = client.open_games.services
        self._days: dict[int, Day] = {}
        self._wanted: dict[int, int] = {}  # channels, by server
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._not_before: dict[int, float] = {}
        self._news = asyncio.Event()
        self._tasks = TaskSet()
        client.pad.listen("daily:", self._drawn, self._drawn)

    # -- its life

    async def begin(self) -> None:
        store = self._services.store
        for row in await store.running_games():
            if row["kind"] != streaks.KIND:
                continue
            place = Place(row["guild"], row["channel"], row["language"])
            day = self._day(place, row["id"], row["seed"])
            try:
                await day.recall()
            except (ValueError, TypeError) as error:
                log.exception("a day cannot go on", extra={"game": row["id"], "reason": str(error)})
                metrics.ERRORS.inc()
            if day.state.phase in (Phase.CLOSED, Phase.STOPPED) or day.guild in self._days:
                await streaks.close(store, row["id"])
                continue
            self._days[day.guild] = day
        every = await server_settings.every(store)
        self._wanted = {guild: one.daily for guild, one in every.items() if one.daily is not None}
        self._tasks.start(self._watch())

    def _day(self, place: Place, id_: int, seed: str) -> Day:
        guild = place.guild or 0
        return Day(
            self._services, place, id_=id_, seed=seed, lost=lambda: self._spawn(self._lose(guild))
        )

    async def close(self) -> None:
        await self._tasks.end()
        for day in self._days.values():
            await day.close()

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        async def run() -> None:
            try:
                await work
            except Exception:
                log.exception("a daily word failed")
                metrics.ERRORS.inc()

        self._tasks.start(run())

    async def _watch(self) -> None:
        await self._client.wait_until_ready()
        while True:
            self._news.clear()
            for guild in {*self._wanted, *self._days}:
                if self._is_due(guild) and not self._locks[guild].locked():
                    self._spawn(self._move_on(guild))
            try:
                # Where nobody wants a word, there is nothing to look at the calendar for.
                async with asyncio.timeout(_LOOK if self._wanted or self._days else None):
                    await self._news.wait()
            except TimeoutError:
                pass

    def _is_due(self, guild: int) -> bool:
        now, day = self._services.now(), self._days.get(guild)
        if now < self._not_before.get(guild, 0.0):
            return False
        if day is None:
            return self._client.get_guild(guild) is not None
        return day.state.phase is Phase.ALBUM or now >= day.state.ends

    async def _move_on(self, guild: int) -> None:
        """End the day of a server if it is over, and begin the next."""
        async with self._locks[guild]:
            if not self._is_due(guild):
                return
            self._not_before[guild] = self._services.now() + _AFTER_TROUBLE
            day = self._days.get(guild)
            if day is not None:
                idle = await day.finish()
                if idle >= MOST_IDLE:
                    await self._set(guild, None)
                    await day.say_idle()
                self._days.pop(guild, None)
                await day.close()
            if guild in self._wanted:
                await self._begin(guild)
            self._not_before.pop(guild, None)

    async def _begin(self, guild: int) -> None:
        services = self._services
        server = await server_settings.of(services.store, guild)
        channel, now = self._wanted[guild], services.now()
        language = server.language_for(self._client.get_guild(guild))
        before = await streaks.words(services.store, guild)
        if before.idle >= MOST_IDLE:  # somebody chose a channel again
            before = replace(before, idle=0)
        seed = secrets.token_hex(16)
        word = choose(language, before.used, server.blocked, random.Random(seed))
        if word is None:
            raise ValueError(f"all words are blocked in server {guild}")
        opening = Begin(before.number + 1, word, next_midnight(now))
        id_ = await streaks.begin(
            services.store,
            guild=guild,
            channel=channel,
            language=language,
            seed=seed,
            before=before,
            concept=word.concept,
            opening=core.encode(DAILY, core.Entry(now, opening)),
            at=now,
        )
        day = self._day(Place(guild, channel, language), id_, seed)
        await day.recall()
        self._days[guild] = day

    # -- switched on and off

    async def changed(self, guild: int) -> None:
        """Somebody changed the settings of a server."""
        server = await server_settings.of(self._services.store, guild)
        before = self._wanted.get(guild)
        if server.daily is not None:
            self._wanted[guild] = server.daily
            self._not_before.pop(guild, None)
            self._news.set()
        elif before is not None or guild in self._days:
            self._wanted.pop(guild, None)
            self._spawn(self._switch_off(guild))

    async def _switch_off(self, guild: int) -> None:
        async with self._locks[guild]:
            day = self._days.pop(guild, None)
            if day is not None:
                await day.stop()
                await day.say_stopped()
                await day.close()
            await streaks.forget_server(self._services.store, guild)

    async def _set(self, guild: int, channel: int | None) -> None:
        await server_settings.change(self._services.store, guild, daily=channel)
        self._wanted.pop(guild, None)

    def lost(self, *, channel: int | None = None, guild: int | None = None) -> None:
        for server, place in list(self._wanted.items()):
            if place == channel or server == guild:
                self._spawn(self._lose(server, gone=server == guild))

    async def _lose(self, guild: int, *, gone: bool = False) -> None:
        """The channel of the words is lost: stop, and tell whom the server belongs to. gone: so is
        the server."""
        channel = self._wanted.get(guild)
        if channel is None:
            return
        await self._set(guild, None)
        day = self._days.pop(guild, None)
        if day is not None:
            await day.stop()
            await day.close()
        if gone:
            await streaks.forget_server(self._services.store, guild)
            return
        await tell_owner(self._services, guild, channel, "daily.off")

    # -- people

    def day_of(self, guild: int | None) -> Day:
        """The day of a server. Raises UserError where there is none."""
        day = self._days.get(guild) if guild is not None else None
        if day is None or day.state.phase is not Phase.DRAWING:
            raise UserError("daily.none")
        return day

    async def forget(self, person: int) -> None:
        for day in self._days.values():
            if day.state.phase is Phase.DRAWING:
                await day.withdraw(person)

    async def _drawn(self, sheet: str, work: Work) -> None:
        _, game, _, person = sheet.split(":")
        for day in self._days.values():
            if day.id == int(game):
                day.drawn(int(person), work)


def of(client: Penguess) -> DailyWords:
    """The daily words of a bot."""
    (found,) = (one for one in client.backgrounds if isinstance(one, DailyWords))
    return found


async def press(interaction: discord.Interaction[Penguess], custom_id: str) -> None:
    """A button of a day was pressed. Raises UserError."""
    client, texts = interaction.client, Texts.of(interaction, private=True)
    day = of(client).day_of(interaction.guild_id)
    person = interaction.user.id
    client.open_games.noticed(interaction)
    url = None
    if controls.what(custom_id) == "draw":
        url = await day.open_sheet(person, texts.language)
    if url is None:
        await _show_form(interaction, texts)
        return
    page = day_view.sheet(texts, day.state, url, await day.before(person) + 1)
    await interaction.response.send_message(view=page.view, ephemeral=True)


async def _show_form(interaction: discord.Interaction[Penguess], texts: Texts) -> None:
    file: ui.FileUpload[Any] = ui.FileUpload(custom_id="image", required=True, max_values=1)
    label: ui.Label[Any] = ui.Label(text=texts("games.upload_file"), component=file)
    id_ = controls.custom_id(day_view.AREA, "upload")
    await forms.show(interaction, id_, texts("games.upload"), label)


async def fill(interaction: discord.Interaction[Penguess], form: Filled) -> None:
    """A picture is handed in instead of drawn on the pad. Raises UserError."""
    client = interaction.client
    day = of(client).day_of(interaction.guild_id)
    if not form.files:
        raise UserError("refused.picture_fetch")
    client.open_games.noticed(interaction)
    await think(interaction, ephemeral=True)
    png = await client.renderer.prepare(await incoming.fetch(form.files[0]))
    if not await day.take(interaction.user.id, png):
        raise UserError("daily.none")
    texts = Texts.of(interaction, private=True)
    page = layout.notice(texts("daily.taken", at=round(day.state.ends)))
    await interaction.edit_original_response(view=page.view)


FEATURE = Feature(
    presses={f"panel:{day_view.AREA}": press},
    forms={f"panel:{day_view.AREA}": fill},
    background=DailyWords,
)
