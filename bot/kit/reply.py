"""Where the bot's messages are and by what right they are edited.

The answer to an interaction is edited with the interaction's token, which has a rate limit of its
own and needs no permission, but is good for 15 minutes only. Before it ends, the same message
goes on as a normal one, edited with the bot's own rights, where it has them.
docs: https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.kit import permissions
from bot.kit.live_message import MessageView

TOKEN_GOOD_FOR = 13.5 * 60  # seconds; Discord says 15 min, the last edit takes its time too

THREAD_ARCHIVED = 50083  # docs: topics/opcodes-and-status-codes#json

Clock = Callable[[], float]


class Posted:
    """A message of the bot's in a channel, known by its ids alone, so after a restart too."""

    ends_at: float | None = None
    lacks: tuple[str, ...] = ()

    def __init__(self, client: discord.Client, channel: int, message: int) -> None:
        place = client.get_partial_messageable(channel)
        self._client, self._channel = client, channel
        self._message = place.get_partial_message(message)

    @property
    def out_of_reach(self) -> bool:
        """Known once Discord has told what servers and channels there are."""
        return self._client.is_ready() and self._client.get_channel(self._channel) is None

    async def edit(self, page: MessageView) -> None:
        """In an archived thread nothing can be edited: it is opened first, as it would be by
        writing there. Raises what Discord refuses, as it does in a locked one."""
        try:
            await self._message.edit(view=page.view, attachments=page.attachments())
        except discord.HTTPException as error:
            if error.code != THREAD_ARCHIVED:
                raise
            if not await self._opened():
                raise
            await self._message.edit(view=page.view, attachments=page.attachments())

    async def _opened(self) -> bool:
        """Open the thread. Returns whether that is allowed."""
        try:
            thread = await self._client.fetch_channel(self._channel)
            if isinstance(thread, discord.Thread):
                await thread.edit(archived=False)
        except discord.HTTPException:
            return False
        return True


class Replying:
    """A message of the bot's that replies to somebody's, sent when it is first edited.

    Its nonce keeps Discord from sending it twice, so whoever does not know whether it was sent, as
    after a kill, sends it again and gets the one that there is. keep: stores which message it
    became. maybe_sent: another process may have sent it.
    docs: https://docs.discord.com/developers/resources/message#create-message (enforce_nonce)
    """

    ends_at: float | None = None
    lacks: tuple[str, ...] = ()

    def __init__(
        self,
        client: discord.Client,
        channel: int,
        replies_to: int,
        *,
        nonce: str,
        keep: Callable[[int], Awaitable[None]],
        maybe_sent: bool = False,
    ) -> None:
        self._client, self._channel, self._replies_to = client, channel, replies_to
        self._nonce, self._keep = nonce, keep
        self._maybe_sent = maybe_sent
        self._posted: Posted | None = None

    @property
    def out_of_reach(self) -> bool:
        return self._posted is not None and self._posted.out_of_reach

    async def edit(self, page: MessageView) -> None:
        if self._posted is None:
            maybe_sent, self._maybe_sent = self._maybe_sent, True
            message = await self._sent(page)
            await self._keep(message)
            self._posted = Posted(self._client, self._channel, message)
            if not maybe_sent:
                return
        await self._posted.edit(page)

    async def _sent(self, page: MessageView) -> int:
        """Send it; where the bot may not read what was said before, as Discord wants of who
        replies, without saying to what."""
        reference = discord.MessageReference(
            message_id=self._replies_to, channel_id=self._channel, fail_if_not_exists=False
        )
        try:
            return await self._send(page, reference=reference)
        except discord.Forbidden:
            return await self._send(page)

    async def _send(self, page: MessageView, **how: Any) -> int:
        place = self._client.get_partial_messageable(self._channel)
        sent = await place.send(
            view=page.view,
            files=page.attachments(),
            nonce=self._nonce,
            allowed_mentions=page.allowed_mentions(),
            **how,
        )
        return sent.id


class ByToken:
    """The answer to an interaction of which only the token is left, as after a restart.

    ends_at: when on a clock of whoever has it the last edit must be out.
    """

    lacks: tuple[str, ...] = ()
    out_of_reach = False  # a token is good anywhere

    def __init__(
        self,
        client: discord.Client,
        application: int,
        token: str,
        ends_at: float | None = None,
    ) -> None:
        self._webhook = discord.Webhook.partial(application, token, client=client)
        self.ends_at = ends_at

    async def edit(self, page: MessageView) -> None:
        answer: Any = "@original"  # Discord's name for it, in the place of its number
        await self._webhook.edit_message(answer, view=page.view, attachments=page.attachments())


class Reply:
    """The answer to an interaction, which was given already.

    ends_at: when on `clock` the last edit must be out; None where the bot may go on by itself.
    lacks: the permissions without which it may not; none where it is no member at all.
    """

    out_of_reach = False

    def __init__(
        self,
        interaction: discord.Interaction[Any],
        message: int,
        clock: Clock = time.monotonic,
    ) -> None:
        self._interaction = interaction
        self._clock = clock
        self._token_ends = clock() + TOKEN_GOOD_FOR
        self._posted: Posted | None = None
        member = _is_member(interaction)
        self.lacks = permissions.missing(interaction) if member else ()
        if interaction.channel_id is not None and member and not self.lacks:
            self._posted = Posted(interaction.client, interaction.channel_id, message)
        self.ends_at = None if self._posted else self._token_ends

    async def edit(self, page: MessageView) -> None:
        if self._posted is not None and self._clock() >= self._token_ends:
            await self._posted.edit(page)
        else:
            await self._interaction.edit_original_response(
                view=page.view, attachments=page.attachments()
            )


def _is_member(interaction: discord.Interaction[Any]) -> bool:
    """Is the bot a member where this was asked?"""
    if interaction.guild_id is None:
        return interaction.context.dm_channel
    return interaction.is_guild_integration()
