"""All games under way: opened by a command, one in a channel, taken up again after a restart."""

from __future__ import annotations

import logging
import secrets
import sqlite3
from collections.abc import Iterable
from typing import Any

import discord

from bot.games.table import lobby, rematch, results
from bot.games.table.buttons import parsed
from bot.games.table.chat import Chat, chat_of
from bot.games.table.game_runner import GameRunner, Place
from bot.games.table.kind import GameKind
from bot.games.table.services import GameServices
from bot.games.table.table_menu import manage
from bot.kit import metrics, permissions
from bot.kit.controls import chosen
from bot.kit.errors import UserError
from bot.kit.forms import Filled
from bot.kit.task_set import TaskSet
from bot.pad import Work
from bot.store import streaks
from bot.texts import Texts
from games import core
from games.core import Event
from games.table import table

log = logging.getLogger(__name__)


class OpenGames:
    """The games of this bot. Everything a person does to one comes in here."""

    def __init__(self, services: GameServices, kinds: Iterable[GameKind]) -> None:
        self.services = services
        self._kinds = {kind.rules.name: kind for kind in kinds}
        self._runners: dict[int, GameRunner] = {}
        self._channels: dict[int, GameRunner | None] = {}  # None while a lobby is being opened
        self._ending: dict[int, GameRunner] = {}  # over, but for what people are to see of it
        self._tasks = TaskSet()
        self._closing = False
        services.pad.listen("game:", self._drawn, self._handed_in)

    async def open(
        self, interaction: discord.Interaction[Any], name: str, opening: Event, language: str
    ) -> GameRunner:
        """Open a lobby, as the answer to a command. `opening` is the first event of the rules.

        Raises UserError where a game is under way, or nothing could be posted later on.
        """
        channel = interaction.channel_id
        if self._closing or channel is None:
            raise UserError("errors.closing")
        permissions.require_posting(interaction)
        if channel in self._channels:
            raise UserError("games.one_per_channel")
        self._channels[channel] = None
        try:
            place = Place(interaction.guild_id, channel, language)
            runner = await self._new(name, place)
            effects = await runner.do(opening, quietly=True)
            if runner.table.stage is not table.Stage.LOBBY and not runner.play.over:
                log.warning("a lobby did not open", extra={"effects": str(effects)})
                raise UserError("games.reason.out_of_bounds")
        except BaseException:
            del self._channels[channel]
            raise
        self.noticed(interaction)
        self._run(runner)
        try:
            await runner.posts.answer(lobby.POST, interaction, await runner.presenter.lobby())
        except BaseException:
            # Somebody may have joined by /game meanwhile: the lobby waits to be shown again.
            runner.posts.close()
            await runner.do(table.End(core.MODERATOR), quietly=True)
            raise
        return runner

    async def _new(self, name: str, place: Place) -> GameRunner:
        seed = secrets.token_hex(16)
        game_id = await self.services.store.add_game(
            name, guild=place.guild, channel=place.channel, seed=seed, language=place.language
        )
        kind = self._kinds[name]
        return GameRunner(
            self.services, place, kind.rules, kind.presenter, game_id=game_id, seed=seed
        )

    def _run(self, runner: GameRunner) -> None:
        self._runners[runner.id] = runner
        if not runner.play.over:
            self._channels[runner.place.channel] = runner

        async def run() -> None:
            try:
                await runner.run()
                if runner.posts.are_owed:
                    self._let_go(runner)
                    self._ending[runner.id] = runner
                    await runner.posts.show_owed()
                runner.posts.close()
                left = runner.presenter.results()
                await results.keep(self.services.store, runner.id, runner.place.guild, left)
            except Exception:
                log.exception("a game broke", extra={"game": runner.id})
                metrics.ERRORS.inc()
            finally:
                self._let_go(runner)
                self._ending.pop(runner.id, None)

        self._tasks.start(run(), f"game {runner.id}")

    def _let_go(self, runner: GameRunner) -> None:
        """A game is over: its channel is free for another."""
        self._runners.pop(runner.id, None)
        if self._channels.get(runner.place.channel) is runner:
            del self._channels[runner.place.channel]

    # -- across restarts

    async def resume(self) -> None:
        """Take up the games that were under way when the bot ended."""
        for row in await self.services.store.running_games():
            if row["kind"] in (streaks.KIND, streaks.RECAP):
                continue  # these take up no channel; bot/games/daily goes on with them
            kind = self._kinds.get(row["kind"])
            if kind is None or row["channel"] in self._channels:
                await self.services.store.end_game(row["id"])
                continue
            place = Place(row["guild"], row["channel"], row["language"])
            runner = GameRunner(
                self.services,
                place,
                kind.rules,
                kind.presenter,
                game_id=row["id"],
                seed=row["seed"],
            )
            try:
                await runner.recall()
            except sqlite3.Error:
                raise
            except Exception as error:  # the others go on
                metrics.ERRORS.inc()
                log.exception(
                    "a game cannot go on", extra={"game": runner.id, "reason": str(error)}
                )
                await self.services.store.end_game(runner.id)
                continue
            if runner.table.stage is table.Stage.CLOSED:  # killed before its lobby was there
                await self.services.store.end_game(runner.id)
                continue
            log.info("a game goes on", extra={"game": runner.id, "at": round(runner.now)})
            self._run(runner)

    async def close(self) -> None:
        """Leave every game as it is; they go on when the bot is back."""
        self._closing = True
        left = [*self.runners, *self._ending.values()]
        await self._tasks.end()
        for runner in left:
            await runner.close()

    # -- people

    @property
    def runners(self) -> list[GameRunner]:
        """The games under way."""
        return list(self._runners.values())

    def in_channel(self, channel: int | None) -> GameRunner:
        """The game of a channel. Raises UserError where there is none."""
        runner = self._channels.get(channel) if channel is not None else None
        if runner is None:
            raise UserError("games.none_here")
        return runner

    def seen_by(self, person: str, channel: int) -> GameRunner | None:
        """The game of a channel; where there is none, as in direct messages to which a task has
        gone, one in which this person has to draw now."""
        runner = self._channels.get(channel)
        if runner is not None:
            return runner
        nobody = Texts()
        return next(
            (one for one in self.runners if one.presenter.scene(person, nobody).sheet), None
        )

    def lost(self, *, channel: int | None = None, guild: int | None = None) -> None:
        """A channel or a server is gone, or closed to the bot: games there end."""
        for runner in self.runners:
            place = runner.place
            if place.channel == channel or (guild is not None and place.guild == guild):
                runner.lost()

    def shows(self, message: int) -> bool:
        """Is this a message of a game under way?"""
        return any(runner.posts.has(message) for runner in self.runners)

    def noticed(self, interaction: discord.Interaction[Any]) -> None:
        """Remember where somebody was last seen, and what they are called."""
        self.services.private_messages.noticed(interaction)
        self.services.names.noticed(interaction.guild_id, interaction.user)

    async def press(self, interaction: discord.Interaction[Any], custom_id: str) -> None:
        """A button or select of a game was used. Raises UserError."""
        game_id, what, argument = parsed(custom_id)
        values = chosen(interaction)
        runner = self._runners.get(game_id)
        if runner is None and what == "again":
            await self._again(interaction, game_id)
            return
        if runner is None:
            raise UserError("games.over")
        self.noticed(interaction)
        if not await manage(runner, interaction, what, argument, values):
            await runner.presenter.press(interaction, what, argument, values)

    async def fill(self, interaction: discord.Interaction[Any], form: Filled) -> None:
        """A form of a game was sent off. Raises UserError."""
        game, what, argument = parsed(form.custom_id)
        runner = self._runners.get(game)
        if runner is None:
            raise UserError("games.over")
        self.noticed(interaction)
        await runner.presenter.fill(interaction, what, argument, form)

    async def _again(self, interaction: discord.Interaction[Any], game_id: int) -> None:
        row = await rematch.find(self.services.store, game_id)
        kind = self._kinds.get(row["kind"])
        if kind is None or not (row["over"] or game_id in self._ending):
            raise UserError("games.over")
        opening = await rematch.opening(self.services.store, kind.rules, interaction, row)
        await self.open(interaction, row["kind"], opening, row["language"])

    async def heard(self, message: discord.Message) -> None:
        """Somebody wrote in a channel, where chat is read."""
        runner = self._channels.get(message.channel.id)
        if runner is None or message.author.bot:
            return
        self.services.hearing.heard(message)
        runner.presenter.passed_by()
        if await chat_of(runner) is Chat.READ:
            self.services.names.noticed(runner.place.guild, message.author)
            await runner.presenter.heard(message)

    async def _drawn(self, sheet: str, work: Work) -> None:
        await self._on_sheet(sheet, work, done=False)

    async def _handed_in(self, sheet: str, work: Work) -> None:
        await self._on_sheet(sheet, work, done=True)

    async def _on_sheet(self, sheet: str, work: Work, *, done: bool) -> None:
        _, game, rest = sheet.split(":", 2)
        runner = self._runners.get(int(game))
        if runner is not None:
            await runner.presenter.drawn(rest, work, done=done)
