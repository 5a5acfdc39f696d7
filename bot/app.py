"""The bot as Discord's client: its commands, its intents, and what happens when things go wrong."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands

from bot import (
    draw,
    forms,
    guess,
    guide,
    leaderboard,
    metrics,
    privacy,
    queue_command,
    settings_panel,
    sketch,
    words,
)
from bot.buttons import DrawingButton
from bot.config import Config
from bot.controls import Control
from bot.explain import explain
from bot.games import gallery
from bot.games.album_card import AlbumItem
from bot.games.buttons import GameButton, GameSelect
from bot.games.commands import COMMANDS as GAME_COMMANDS
from bot.games.duel import Duel
from bot.games.hall import Hall, Kind
from bot.games.host import Host
from bot.games.host import Tools as GameTools
from bot.games.names import Names
from bot.games.pictionary import Pictionary
from bot.games.telephone import Telephone
from bot.games.telephone_lobby import COMMANDS as TELEPHONE_COMMANDS
from bot.games.whispers import Whispers
from bot.hostile import Refused
from bot.pad import Pad
from bot.renderer import Renderer
from bot.retention import keep_sweeping
from bot.session import Tools
from bot.store import Store
from bot.studio import Studio
from bot.texts import CommandNames
from engine.client import EngineClient
from games.drawing.duel import DUEL
from games.drawing.pictionary import PICTIONARY
from games.telephone.telephone import TELEPHONE

log = logging.getLogger(__name__)

# Nobody here speaks: discord.py need not warn that the libraries for that are missing.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False

# The bot's panels by their area (bot/controls.py).
PANELS = {
    settings_panel.AREA: settings_panel.use,
    guide.AREA: guide.use,
    privacy.AREA: privacy.use,
}
# Those of them that have forms.
FORMS = {settings_panel.AREA: settings_panel.fill}


class Penguess(discord.AutoShardedClient):
    """The client. Store, engine and renderer are open already and are closed by who opened them.

    clock: seconds from anywhere, for everything that has a deadline.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        engine: EngineClient,
        renderer: Renderer,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(
            intents=_intents(config),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=0,  # nothing here waits for every server to be known
        )
        self.config = config
        self.store = store
        self.engine = engine
        self.renderer = renderer
        self.studio = Studio(
            Tools(store, engine, renderer, clock),
            config,
            clock,
        )
        self.pad = Pad(store)
        self.hall = Hall(
            GameTools(
                client=self,
                store=store,
                engine=engine,
                renderer=renderer,
                whispers=Whispers(self, clock),
                names=Names(self),
                pad=self.pad,
                steps=config.steps,
                clock=clock,
            ),
            (Kind(PICTIONARY, Pictionary), Kind(DUEL, Duel), Kind(TELEPHONE, self._telephone)),
        )
        self._sweeping: asyncio.Task[None] | None = None
        self.tree = Commands(self)
        for command in (
            draw.draw,
            guess.guess,
            guess.guess_this,
            sketch.sketch,
            words.words,
            settings_panel.settings_,
            queue_command.queue,
            guide.help_,
            guide.about,
            privacy.privacy,
            leaderboard.leaderboard,
            leaderboard.stats,
            *GAME_COMMANDS,
            *TELEPHONE_COMMANDS,
            *gallery.COMMANDS,
        ):
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Control, DrawingButton, GameButton, GameSelect, AlbumItem)
        await self.tree.set_translator(CommandNames())
        await self.tree.sync()
        await self.studio.resume(self)
        self._sweeping = asyncio.create_task(keep_sweeping(self.store, self.config.keep_days))
        await self.hall.resume()

    async def on_ready(self) -> None:
        log.info("joined", extra={"servers": len(self.guilds), "shards": self.shard_count})

    async def close(self) -> None:
        """Tell those who wait, then leave Discord."""
        await self.hall.close()
        await self.studio.close()
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.gather(self._sweeping, return_exceptions=True)
        await super().close()

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        log.exception("an event failed", extra={"event": event_method})
        metrics.ERRORS.inc()

    async def use(self, interaction: discord.Interaction[Any], area: str, what: str) -> None:
        """A button or select of one of the bot's panels was used."""
        try:
            await PANELS[area](interaction, what)
        except Exception as error:  # noqa: BLE001 - the person is told, and the log
            await explain(interaction, error)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Somebody did something: forms are answered here (bot/forms.py), all else elsewhere."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        form = forms.read(interaction)
        try:
            match form.custom_id.split(":"):
                case ["game", *_]:
                    await self.hall.fill(interaction, form)
                case ["panel", area, what] if area in FORMS:
                    await FORMS[area](interaction, what, form)
                case _:
                    raise Refused("forms.unknown")
        except Exception as error:  # noqa: BLE001 - the person is told, and the log
            await explain(interaction, error, form.typed)

    async def press(
        self, interaction: discord.Interaction[Any], what: str, drawing_id: int
    ) -> None:
        """A button below a drawing was pressed."""
        try:
            await draw.press(interaction, what, drawing_id)
        except Exception as error:  # noqa: BLE001 - the person is told, and the log
            await explain(interaction, error)

    async def press_game(
        self,
        interaction: discord.Interaction[Any],
        game_id: int,
        what: str,
        argument: str,
        values: list[str],
    ) -> None:
        """A button or select of a game was used."""
        try:
            await self.hall.press(interaction, game_id, what, argument, values)
        except Exception as error:  # noqa: BLE001 - the person is told, and the log
            await explain(interaction, error)

    async def use_album(
        self, interaction: discord.Interaction[Any], album: int, what: str, argument: int
    ) -> None:
        """A button or select of an album was used."""
        try:
            await gallery.use(interaction, album, what, argument)
        except Exception as error:  # noqa: BLE001 - the person is told, and the log
            await explain(interaction, error)

    def _telephone(self, host: Host) -> Telephone:
        return Telephone(host, self.config.keep_days)

    async def on_message(self, message: discord.Message) -> None:
        """Somebody wrote something; heard only where `config.chat` asks for it (`_intents`)."""
        await self.hall.heard(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Somebody wrote something else in its place; what Discord adds by itself is no edit."""
        if payload.message.edited_at is not None:
            await self.hall.heard(payload.message)


class Commands(app_commands.CommandTree[Penguess]):
    """The commands; what goes wrong in one is told to who called it."""

    async def on_error(
        self, interaction: discord.Interaction[Penguess], error: app_commands.AppCommandError, /
    ) -> None:
        await explain(interaction, getattr(error, "original", error))


def _intents(config: Config) -> discord.Intents:
    """The least: servers and their channels. Chat is read only where guesses are to come from it.

    docs: https://docs.discord.com/developers/events/gateway#gateway-intents
    """
    intents = discord.Intents.none()
    intents.guilds = True
    if config.chat:
        intents.guild_messages = intents.message_content = True
    return intents
