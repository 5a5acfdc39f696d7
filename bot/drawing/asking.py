"""Who asks for a drawing, where, and by what way they are answered: an interaction, or a message
that replies to a drawing."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

import discord

from bot.drawing.job import Spot
from bot.kit import permissions
from bot.kit.errors import UserError
from bot.kit.live_message import TROUBLE, MessageView
from bot.kit.reply import Clock, Reply, Replying
from bot.store import promises
from bot.store.server_settings import Place, ServerSettings
from bot.texts import Texts

log = logging.getLogger(__name__)

Keep = Callable[[int], Awaitable[None]]
"""Stores which message a drawing is shown in."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The first page is on its way, and goes on at `spot`. promise: what is noted until it is
    over, if anything is (bot/store/promises.py). settle: to be awaited once the job runs."""

    spot: Spot
    promise: int | None
    settle: Callable[[], Awaitable[None]]


class Asking(Place, Protocol):
    """One request of a person's.

    person: their id. guild_id: of the server; None in direct messages. replies_to: the message that
    it is, if it is one.
    """

    person: int
    guild_id: int | None
    replies_to: int | None

    def texts(self, server: ServerSettings) -> Texts:
        """For what everybody in the channel reads."""
        ...

    async def wait(self) -> None:
        """Tell the person that an answer comes, where Discord would say that none does."""
        ...

    def require_posting(self, texts: Texts) -> None:
        """Raises UserError where the bot could not show a drawing."""
        ...

    async def answer(
        self, page: MessageView, drawing_id: int, language: str, keep: Keep, clock: Clock
    ) -> Answer:
        """Send the first page of a drawing that is stored. Raises what Discord refuses."""
        ...


class ByInteraction:
    """A command, a button or a form."""

    replies_to: int | None = None

    def __init__(self, interaction: discord.Interaction[Any]) -> None:
        self._interaction = interaction
        self.person = interaction.user.id
        self.guild_id = interaction.guild_id
        self.guild = interaction.guild
        self.channel_id = interaction.channel_id
        self.channel: object = interaction.channel

    def texts(self, server: ServerSettings) -> Texts:
        return server.texts(self._interaction)

    async def wait(self) -> None:
        await promises.think(self._interaction)

    def require_posting(self, texts: Texts) -> None:
        """An answer needs no permission."""

    async def answer(
        self, page: MessageView, drawing_id: int, language: str, keep: Keep, clock: Clock
    ) -> Answer:
        """The answer, or what fills the one that was deferred."""
        interaction = self._interaction
        await promises.note(interaction, language, drawing_id)
        if interaction.response.is_done():
            message = (await interaction.edit_original_response(view=page.view)).id
        else:
            message = (await interaction.response.send_message(view=page.view)).message_id
        if message is None:
            raise RuntimeError("Discord did not say which message the answer is")
        await keep(message)
        reply = Reply(interaction, message, clock)

        async def settle() -> None:
            if reply.ends_at is None:
                await promises.kept(interaction)
            else:  # after a restart there is no other way to the message
                promises.hand_over(interaction)

        return Answer(reply, None if reply.ends_at is None else interaction.id, settle)


class ByReply:
    """A message that replies to a drawing. language: of the texts, where the server has none."""

    def __init__(self, client: discord.Client, message: discord.Message, language: str) -> None:
        self._client, self._language = client, language
        self.person = message.author.id
        self.guild = message.guild
        self.guild_id = message.guild.id if message.guild else None
        self.channel_id: int | None = message.channel.id
        self.channel: object = message.channel
        self.replies_to: int | None = message.id

    def texts(self, server: ServerSettings) -> Texts:
        return Texts(server.language or self._language)

    async def wait(self) -> None:
        """Whoever writes a message is not told that it has no answer."""

    def require_posting(self, texts: Texts) -> None:
        lacks = permissions.missing_in(self.channel)
        if lacks:
            names = permissions.listed(texts, lacks)
            raise UserError("permissions.missing", permissions=names, channel=self.channel_id)

    async def answer(
        self, page: MessageView, drawing_id: int, language: str, keep: Keep, clock: Clock
    ) -> Answer:
        """A reply. Where it is not known whether that was sent, its next page will tell."""
        spot = replying(self._client, self.channel_id or 0, self.replies_to or 0, drawing_id, keep)
        try:
            await spot.edit(page)
        except TROUBLE as error:
            if isinstance(error, discord.HTTPException) and error.status < 500:
                raise
            log.warning("a reply may not have been sent", extra={"reason": str(error)})

        async def settle() -> None:
            pass

        return Answer(spot, None, settle)


def replying(
    client: discord.Client,
    channel: int,
    replies_to: int,
    drawing_id: int,
    keep: Keep,
    *,
    maybe_sent: bool = False,
) -> Replying:
    """Where a drawing is that was asked for by a message. maybe_sent: by a process that is gone."""
    nonce = f"drawing:{drawing_id}"
    return Replying(client, channel, replies_to, nonce=nonce, keep=keep, maybe_sent=maybe_sent)
