"""Error messages for people, in their language and for their eyes only."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import discord

from bot.kit import layout, metrics, permissions
from bot.kit.errors import UserError
from bot.kit.live_message import LAST_TRIES, TROUBLE
from bot.kit.untrusted import MAX_PROMPT, shown
from bot.texts import Texts
from games.words import blocklist

log = logging.getLogger(__name__)

T = TypeVar("T")

_INLINE = MAX_PROMPT  # characters; what is longer comes back as a file
UNKNOWN_INTERACTION = 10062  # docs: topics/opcodes-and-status-codes#json


async def explain(interaction: discord.Interaction[Any], error: Exception, typed: str = "") -> bool:
    """Tell a person privately why something failed. They get back what they typed into a form, as
    the form is gone, unless it has blocked words. False if they still wait for an answer: Discord
    did not take it."""
    texts = Texts.of(interaction, private=True)
    if isinstance(error, discord.NotFound) and error.code == UNKNOWN_INTERACTION:
        log.warning("an answer came too late for Discord")
        metrics.ERRORS.inc()
        return True  # nobody waits for it any more
    text = reason(texts, error)
    if isinstance(error, discord.Forbidden) and (lacks := permissions.missing(interaction)):
        text = permissions.explain(texts, lacks, interaction.channel_id or 0)
    files: list[discord.File] = []
    if typed and not blocklist.blocked(typed, (), (texts.language,)):
        if len(typed) <= _INLINE and "\n" not in typed:
            text += "\n" + texts("forms.typed", text=shown(typed))
        else:
            text += "\n" + texts("forms.typed_file")
            files.append(discord.File(io.BytesIO(typed.encode()), "form.txt"))
    waits = True
    try:
        original = await _thinking(interaction)
        waits = original is not None
        await _tell(interaction, original, text, files)
    except TROUBLE as failure:
        log.warning("could not explain", extra={"reason": str(failure)})
        return not waits
    return True


def reason(texts: Texts, error: Exception) -> str:
    """Why something failed, for whoever asked for it; counted, and in the log."""
    if isinstance(error, UserError):
        metrics.REFUSALS.labels(error.key).inc()
        return texts(error.key, **error.values)
    if isinstance(error, discord.NotFound):
        log.info("what was to be changed is gone", extra={"reason": str(error)})
        return texts("errors.gone")
    if isinstance(error, discord.Forbidden):
        log.warning("Discord does not allow it", extra={"reason": str(error)})
        metrics.ERRORS.inc()
        return texts("errors.forbidden")
    log.error("something asked for failed", exc_info=error)
    metrics.ERRORS.inc()
    return texts("errors.unexpected")


async def tell_by_reply(message: discord.Message, text: str) -> None:
    """Tell a person something below what they wrote, which pings nobody. Where the bot may not say
    to what it replies, it says it all the same; where it may not write, nothing."""
    reference = message.to_reference(fail_if_not_exists=False)
    try:
        try:
            await message.channel.send(text, reference=reference)
        except discord.Forbidden:
            await message.channel.send(text)
    except TROUBLE as failure:
        log.warning("could not explain", extra={"reason": str(failure)})


async def _tell(
    interaction: discord.Interaction[Any],
    original: discord.InteractionMessage | None,
    text: str,
    files: list[discord.File],
) -> None:
    """original: the "thinking …" that waits; see `_thinking`."""
    response = interaction.response
    if not response.is_done():
        await response.send_message(text, files=files, ephemeral=True)
        return
    if original is not None and original.flags.ephemeral:
        await _insist(partial(_fill, interaction, text, files))
        return
    if original is not None:
        # A follow-up would take the place of "thinking …" in everybody's view, and where that was
        # deleted, it may find no place at all (discord-api-docs issues 2739 and 3087). So there is
        # an answer first, which goes when the person has been told. It is a page, in whose place
        # another may be put if the bot is killed between the two.
        with contextlib.suppress(discord.NotFound):
            await interaction.edit_original_response(view=layout.notice("…").view)
    try:
        await interaction.followup.send(text, files=files, ephemeral=True)
    except discord.NotFound:  # somebody deleted what it would have followed
        await interaction.user.send(text)
    finally:
        if original is not None:
            with contextlib.suppress(discord.NotFound):
                await interaction.delete_original_response()


async def _thinking(interaction: discord.Interaction[Any]) -> discord.InteractionMessage | None:
    """The "thinking …" that waits for an answer; None if there is none, or it has one."""
    deferred = discord.InteractionResponseType.deferred_channel_message
    if interaction.response.type is not deferred:
        return None
    try:
        original = await _insist(interaction.original_response)
    except discord.NotFound:
        return None
    return original if original.flags.loading else None


async def _fill(
    interaction: discord.Interaction[Any], text: str, files: list[discord.File]
) -> None:
    for file in files:
        file.reset()
    await interaction.edit_original_response(content=text, attachments=files)


async def _insist(ask: Callable[[], Awaitable[T]]) -> T:
    """What may be asked of Discord more than once, until it is done: somebody waits for it."""
    for pause in LAST_TRIES:
        try:
            return await ask()
        except discord.NotFound:
            raise
        except TROUBLE:
            await asyncio.sleep(pause)
    return await ask()
