"""All games under way: opened by a command, one in a channel, taken up again after a restart."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import discord

from bot import metrics, permissions
from bot.forms import Filled
from bot.games import again, records
from bot.games.buttons import parsed
from bot.games.chat import Chat, chat_of
from bot.games.host import Host, Presenter, Room, Tools
from bot.games.manage import manage
from bot.hostile import Refused
from engine.canvas.drawing import Drawing
from games import core
from games.core import Event
from games.table import table

log = logging.getLogger(__name__)

LOBBY = "lobby"
"""The key of the post that opens every game."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A game that can be played here: its rules, and what makes its presenter."""

    game: core.Game[Any]
    presenter: Callable[[Host], Presenter]


class Hall:
    """The games of this bot. Everything a person does to one comes in here."""

    def __init__(self, tools: Tools, kinds: Iterable[Kind]) -> None:
        self.tools = tools
        self._kinds = {kind.game.name: kind for kind in kinds}
        self._hosts: dict[int, Host] = {}
        self._channels: dict[int, Host | None] = {}  # None while a lobby is being opened
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        tools.pad.listen("game:", self._drawn, self._handed_in)

    async def open(
        self, interaction: discord.Interaction[Any], name: str, opening: Event, language: str
    ) -> Host:
        """Open a lobby, as the answer to a command. `opening` is the first event of the rules.

        Raises Refused where a game is under way, or nothing could be posted later on.
        """
        channel = interaction.channel_id
        if self._closing or channel is None:
            raise Refused("errors.closing")
        permissions.require_posting(interaction)
        if channel in self._channels:
            raise Refused("games.one_per_channel")
        self._channels[channel] = None
        try:
            room = Room(interaction.guild_id, channel, language)
            host = await self._new(name, room)
            effects = await host.do(opening, quietly=True)
            if host.table.stage is not table.Stage.LOBBY and not host.play.over:
                log.warning("a lobby did not open", extra={"effects": str(effects)})
                raise Refused("games.reason.out_of_bounds")
        except BaseException:
            del self._channels[channel]
            raise
        self.notice(interaction)
        self._run(host)
        try:
            await host.posts.answer(LOBBY, interaction, await host.presenter.lobby())
        except BaseException:
            await host.do(table.End(core.MODERATOR), quietly=True)
            raise
        return host

    async def _new(self, name: str, room: Room) -> Host:
        seed = secrets.token_hex(16)
        game_id = await self.tools.store.add_game(
            name, guild=room.guild, channel=room.channel, seed=seed, language=room.language
        )
        kind = self._kinds[name]
        return Host(self.tools, room, kind.game, kind.presenter, game_id=game_id, seed=seed)

    def _run(self, host: Host) -> None:
        self._hosts[host.id] = host
        self._channels[host.room.channel] = host

        async def run() -> None:
            try:
                await host.run()
                host.posts.close()
                await records.keep(host)
            except Exception:
                log.exception("a game broke", extra={"game": host.id})
                metrics.ERRORS.inc()
            finally:
                self._hosts.pop(host.id, None)
                self._channels.pop(host.room.channel, None)

        task = asyncio.create_task(run(), name=f"game {host.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- across restarts

    async def resume(self) -> None:
        """Take up the games that were under way when the bot ended."""
        for row in await self.tools.store.running_games():
            kind = self._kinds.get(row["kind"])
            if kind is None or row["channel"] in self._channels:
                await self.tools.store.end_game(row["id"])
                continue
            room = Room(row["guild"], row["channel"], row["language"])
            host = Host(
                self.tools, room, kind.game, kind.presenter, game_id=row["id"], seed=row["seed"]
            )
            try:
                await host.recall()
            except core.UnreadableLog as error:
                log.exception("a game cannot go on", extra={"game": host.id, "reason": str(error)})
                await self.tools.store.end_game(host.id)
                continue
            if host.table.stage is table.Stage.CLOSED:  # killed before its lobby was there
                await self.tools.store.end_game(host.id)
                continue
            log.info("a game goes on", extra={"game": host.id, "at": round(host.now)})
            self._run(host)

    async def close(self) -> None:
        """Leave every game as it stands; they go on when the bot is back."""
        self._closing = True
        left = self.hosts
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for host in left:
            await host.close()

    # -- people

    @property
    def hosts(self) -> list[Host]:
        """The games under way."""
        return list(self._hosts.values())

    def in_channel(self, channel: int | None) -> Host:
        """The game of a channel. Raises Refused where there is none."""
        host = self._channels.get(channel) if channel is not None else None
        if host is None:
            raise Refused("games.none_here")
        return host

    def shows(self, message: int) -> bool:
        """Is this a message of a game under way?"""
        return any(host.posts.has(message) for host in self.hosts)

    def notice(self, interaction: discord.Interaction[Any]) -> None:
        """Remember where somebody was last seen, and what they are called."""
        self.tools.whispers.noticed(interaction)
        self.tools.names.noticed(interaction.guild_id, interaction.user)

    async def press(
        self,
        interaction: discord.Interaction[Any],
        game_id: int,
        what: str,
        argument: str,
        values: list[str],
    ) -> None:
        """A button or select of a game was used. Raises Refused."""
        host = self._hosts.get(game_id)
        if host is None and what == "again":
            await self._again(interaction, game_id)
            return
        if host is None:
            raise Refused("games.over")
        self.notice(interaction)
        if not await manage(host, interaction, what, argument, values):
            await host.presenter.press(interaction, what, argument, values)

    async def fill(self, interaction: discord.Interaction[Any], form: Filled) -> None:
        """A form of a game was sent off. Raises Refused."""
        game, what, argument = parsed(form.custom_id)
        host = self._hosts.get(game)
        if host is None:
            raise Refused("games.over")
        self.notice(interaction)
        await host.presenter.fill(interaction, what, argument, form)

    async def _again(self, interaction: discord.Interaction[Any], game_id: int) -> None:
        row = await again.find(self.tools.store, game_id)
        kind = self._kinds.get(row["kind"])
        if kind is None or not row["over"]:
            raise Refused("games.over")
        opening = await again.opening(self.tools.store, kind.game, interaction, row)
        await self.open(interaction, row["kind"], opening, row["language"])

    async def heard(self, message: discord.Message) -> None:
        """Somebody wrote in a channel, where chat is read."""
        host = self._channels.get(message.channel.id)
        if host is None or message.author.bot:
            return
        if await chat_of(host) is Chat.READ:
            self.tools.names.noticed(host.room.guild, message.author)
            await host.presenter.heard(message)

    async def _drawn(self, sheet: str, drawing: Drawing) -> None:
        await self._on_sheet(sheet, drawing, done=False)

    async def _handed_in(self, sheet: str, drawing: Drawing) -> None:
        await self._on_sheet(sheet, drawing, done=True)

    async def _on_sheet(self, sheet: str, drawing: Drawing, *, done: bool) -> None:
        _, game, rest = sheet.split(":", 2)
        host = self._hosts.get(int(game))
        if host is not None:
            await host.presenter.drawn(rest, drawing, done=done)
