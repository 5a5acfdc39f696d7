"""The bot as Discord's client: its services, typed, and the way to whoever answers.

Features import this module; it imports none of them. bot/app.py puts both together.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterable, Sequence
from typing import Any

import discord
from discord import app_commands

from bot.command_sync import sync
from bot.config import Config
from bot.drawing.in_progress import DrawingsInProgress
from bot.drawing.stored_drawings import StoredDrawings
from bot.games.table.kind import GameKind
from bot.games.table.names import Names
from bot.games.table.open_games import OpenGames
from bot.games.table.private_messages import PrivateMessages
from bot.games.table.services import GameServices
from bot.kit import answers, error_reply, forms, metrics, permissions
from bot.kit.errors import UserError
from bot.kit.feature import Feature
from bot.pad import Pad
from bot.pictures.server_emoji import ServerEmoji
from bot.services import Services
from bot.store import promises
from bot.store.retention import keep_sweeping
from bot.texts import CommandNames

log = logging.getLogger(__name__)

# Nobody here speaks: discord.py need not warn that the libraries for that are missing.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


class Penguess(discord.AutoShardedClient):
    """The client. Its services are open already, and are closed by whoever opened them."""

    def __init__(
        self,
        config: Config,
        services: Services,
        kinds: Sequence[GameKind],
        features: Iterable[Feature],
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
        self.store = services.store
        self.engine = services.engine
        self.renderer = services.renderer
        self.server_emoji = ServerEmoji(services.renderer.cut_outs)
        self.drawings = StoredDrawings(services.store)
        self.in_progress = DrawingsInProgress(services, config)
        self.pad = Pad(services.store)
        self.open_games = OpenGames(
            GameServices(
                store=services.store,
                engine=services.engine,
                renderer=services.renderer,
                clock=services.clock,
                steps=services.steps,
                keep_days=services.keep_days,
                now=services.now,
                client=self,
                private_messages=PrivateMessages(self, services.clock),
                names=Names(self),
                pad=self.pad,
                activity=config.client_secret is not None,
            ),
            kinds,
        )
        self.features = (*features, *(kind.feature for kind in kinds))
        self._presses = {key: press for one in self.features for key, press in one.presses.items()}
        self._forms = {key: fill for one in self.features for key, fill in one.forms.items()}
        self._sweeping: asyncio.Task[None] | None = None
        self._syncing: asyncio.Task[None] | None = None
        self.backgrounds = [
            one.background(self) for one in self.features if one.background is not None
        ]
        self._hearing = [one.hears(self) for one in self.features if one.hears is not None]
        self.tree = Commands(self)
        for one in self.features:
            for command in one.commands:
                self.tree.add_command(command)

    async def setup_hook(self) -> None:
        answers.make_sure(self.application_id or 0)
        self.add_dynamic_items(*(item for one in self.features for item in one.items))
        await self.tree.set_translator(CommandNames())
        self._syncing = await sync(self.tree, self.store)
        await self.in_progress.resume(self)
        self._sweeping = asyncio.create_task(keep_sweeping(self.store, self.config.keep_days))
        await self.open_games.resume()
        for one in self.backgrounds:
            await one.begin()

    @property
    def is_connected(self) -> bool:
        """Are all connections to Discord's gateway open? Where one was cut without a word, it
        takes discord.py up to a minute to notice."""
        shards = self.shards.values()
        there = self.is_ready() and not self.is_closed()
        return there and bool(shards) and not any(shard.is_closed() for shard in shards)

    async def on_ready(self) -> None:
        log.info("joined", extra={"servers": len(self.guilds), "shards": self.shard_count})

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Somebody has invited the bot."""
        for one in self.features:
            if one.joined is not None:
                await one.joined(self, guild)

    async def close(self) -> None:
        """Tell those who wait, then leave Discord."""
        going_on = (one.close() for one in self.backgrounds)
        await asyncio.gather(*going_on, self.open_games.close(), self.in_progress.close())
        for task in (self._sweeping, self._syncing):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await super().close()

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        log.exception("an event failed", extra={"event": event_method})
        metrics.ERRORS.inc()

    async def pressed(self, interaction: discord.Interaction[Any], custom_id: str) -> None:
        """Somebody used a button or select that survives restarts."""
        press = _by_id(self._presses, custom_id)
        if press is None:
            await _answer(interaction, _unknown())
        else:
            await _answer(interaction, press(interaction, custom_id))

    async def on_app_command_completion(
        self, interaction: discord.Interaction[Any], _: object
    ) -> None:
        """A command was answered."""
        await promises.kept(interaction)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Somebody sent off a form (bot/kit/forms.py); all else is answered elsewhere."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        form = forms.read(interaction)
        fill = _by_id(self._forms, form.custom_id)
        answering = _unknown() if fill is None else fill(interaction, form)
        await _answer(interaction, answering, form.typed)

    async def on_message(self, message: discord.Message) -> None:
        """Somebody wrote something. Games hear it where `config.chat` asks for it; all else only if
        it mentions the bot, as a reply to a message of the bot's does, or was written to it."""
        if self.config.chat and message.guild is not None:
            await self.open_games.heard(message)
        if message.author.bot or message.webhook_id is not None:
            return
        if message.guild is None or self.user in message.mentions:
            for hear in self._hearing:
                await hear(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Somebody edited what they wrote; what Discord adds by itself is no edit."""
        if self.config.chat and payload.guild_id and payload.message.edited_at is not None:
            await self.open_games.heard(payload.message)

    # -- places that are gone or closed

    def _lost(self, *, channel: int | None = None, guild: int | None = None) -> None:
        self.open_games.lost(channel=channel, guild=guild)
        for one in self.backgrounds:
            one.lost(channel=channel, guild=guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was thrown out, or the server was deleted."""
        self._lost(guild=guild.id)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        self._lost(channel=channel.id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        self._lost(channel=payload.thread_id)

    async def on_thread_remove(self, thread: discord.Thread) -> None:
        """Somebody removed the bot from a thread; discord.py goes on taking it for a member."""
        thread.me = None
        if permissions.missing_in(thread):
            self._lost(channel=thread.id)

    async def on_thread_update(self, _: discord.Thread, thread: discord.Thread) -> None:
        """An archived thread opens by itself when something is shown; a locked one does not."""
        if thread.locked and permissions.missing_in(thread):
            self._lost(channel=thread.id)


class Commands(app_commands.CommandTree[Penguess]):
    """The commands; when one fails, the person who called it is told."""

    async def on_error(
        self, interaction: discord.Interaction[Penguess], error: app_commands.AppCommandError, /
    ) -> None:
        if await error_reply.explain(interaction, getattr(error, "original", error)):
            await promises.kept(interaction)


async def _answer(
    interaction: discord.Interaction[Any], answering: Awaitable[None], typed: str = ""
) -> None:
    """Await an answer; when it fails, the person is told why and given back what they typed."""
    try:
        await answering
    except Exception as error:  # noqa: BLE001 - the person is told, and the log
        if not await error_reply.explain(interaction, error, typed):
            return  # noted as waiting until the next start
    await promises.kept(interaction)


async def _unknown() -> None:
    raise UserError("forms.unknown")


def _by_id(handlers: dict[str, Any], custom_id: str) -> Any:
    """The handler for an id: of its first two parts, or of the first."""
    first, _, rest = custom_id.partition(":")
    return handlers.get(f"{first}:{rest.partition(':')[0]}") or handlers.get(first)


def _intents(config: Config) -> discord.Intents:
    """The least: servers and their channels, and messages for the sake of replies to drawings.
    Discord leaves out what messages say, but for those that mention the bot or are written to it;
    the rest is read only where guesses are to come from the chat.

    docs: https://docs.discord.com/developers/events/gateway#gateway-intents,
    https://docs.discord.com/developers/events/gateway#message-content-intent
    """
    intents = discord.Intents.none()
    intents.guilds = intents.guild_messages = intents.dm_messages = True
    intents.message_content = config.chat
    return intents
