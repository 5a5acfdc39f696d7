"""The post with which a drawing game opens: people gather at it, the host sets it up and starts."""

from __future__ import annotations

from typing import Any

import discord

from bot.games.pictionary import lobby
from bot.games.table.chat import Chat, chat_of
from bot.games.table.game_runner import GameRunner
from bot.games.table.lobby import POST, closed_lobby
from bot.games.table.table_menu import authority, reply
from bot.kit.errors import UserError
from bot.kit.live_message import MessageView, still
from bot.texts import Texts
from games.drawing.settings import DrawingSettings
from games.drawing.turn import Configure, Start
from games.table.table import Stage
from games.words import lists


class LobbyPost:
    """The lobby of one game, until it starts or is given up."""

    def __init__(self, runner: GameRunner) -> None:
        self._runner = runner

    @property
    def _settings(self) -> DrawingSettings:
        return self._runner.play.state.settings

    async def page(self) -> MessageView:
        """As it is now."""
        chat = await chat_of(self._runner)
        return lobby.open_lobby(self._runner, self._settings, chat_lacks=chat is Chat.LACKING)

    def show(self) -> None:
        """Show what has changed."""
        self._runner.posts.show(POST, self.page)

    async def close(self, status: str) -> None:
        """Nobody can come any more. status: the key of the text that says why."""
        texts = self._runner.texts
        about = lobby.about(texts, self._settings)
        page = closed_lobby(self._runner, about, texts(status))
        await self._runner.posts.finish(POST, still(page))

    async def press(
        self, interaction: discord.Interaction[Any], what: str, argument: str, values: list[str]
    ) -> None:
        """Somebody presses a button or chooses a setting. Raises UserError, as for others."""
        runner, texts = self._runner, Texts.of(interaction, private=True)
        by = authority(interaction, runner)
        match what:
            case "start":
                pool = lobby.word_pool(self._settings)
                await runner.ask(Start(by, pool, lists.recognised(pool)), by)
                await interaction.response.defer()
            case "settings" | "turn_page":
                if runner.table.stage is not Stage.LOBBY:
                    raise UserError("games.reason.started")
                if not runner.table.seats.may_manage(by):
                    raise UserError("games.reason.not_yours")
                page = lobby.panel(runner, self._settings, texts, more=argument == "more")
                await reply(interaction, page)
            case "quick":
                await runner.ask(Configure(by, self._settings.quick()), by)
                await interaction.response.defer()  # the lobby shows it
            case "set" if values:
                settings = await self._changed(argument, values[0])
                await runner.ask(Configure(by, settings), by)
                more = argument not in lobby.FIRST_PAGE
                page = lobby.panel(runner, self._settings, texts, more=more)
                await interaction.response.edit_message(view=page.view)
            case _:
                raise UserError("games.reason.not_now")

    async def _changed(self, name: str, value: str) -> DrawingSettings:
        runner = self._runner
        if name != "own":
            return lobby.changed(self._settings, name, value)
        return await lobby.with_own_words(
            runner.services.store, runner.place.guild, self._settings, value
        )
