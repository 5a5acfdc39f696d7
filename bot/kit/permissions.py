"""What the bot may do where somebody asks it to, and how people are told what is missing.

The bot asks for four permissions in all (`invitation`). Answers to commands need none of them;
whatever the bot posts by itself does. A fifth, Manage Messages, is for those who want guesses to be
read from chat, and is asked for nowhere else.
docs: https://docs.discord.com/developers/topics/permissions
"""

from __future__ import annotations

from typing import Any

import discord

from bot.kit.errors import UserError
from bot.texts import Texts

POSTING = ("view_channel", "send_messages", "attach_files")
"""What it takes to post and to edit in a channel; in a thread, writing there is another one, and
in the chat of a voice channel Connect comes to it."""

CLOSED_THREADS = "manage_threads"
"""What it takes in a locked thread, and in a private one that the bot is no member of. The bot does
not ask for it: somebody can unlock the thread, or add the bot by mentioning it there."""

TAKING_AWAY = "manage_messages"
"""What it takes to delete what others wrote."""

NAMES = (*POSTING, "send_messages_in_threads", TAKING_AWAY)

TOLD = (*NAMES, "connect", CLOSED_THREADS)
"""All that people may be told of."""


def invitation(application: int, *, chat: bool = False) -> str:
    """The link by which the bot is invited, with the least that it needs; chat: and with what
    guesses from chat need. For a server that has the bot already, it adds what is missing."""
    names = [name for name in NAMES if chat or name != TAKING_AWAY]
    return discord.utils.oauth_url(
        application,
        permissions=discord.Permissions(**dict.fromkeys(names, True)),
        scopes=("bot", "applications.commands"),
    )


def missing(interaction: discord.Interaction[Any]) -> tuple[str, ...]:
    """Which permissions for posting, by discord.py's names, the bot lacks where this was asked."""
    if interaction.guild_id is None:
        return ()
    return _missing(interaction.app_permissions, interaction.channel)


def missing_in(channel: object) -> tuple[str, ...]:
    """Which permissions for posting the bot lacks in a channel, as far as it can know."""
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return ()
    try:
        granted = channel.permissions_for(channel.guild.me)
    except discord.ClientException:  # the channel of a thread that is not known
        return ()
    return _missing(granted, channel)


def may_take_away_in(channel: object) -> bool:
    """May the bot delete messages of others in a channel, as far as it can know?"""
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return False
    try:
        return channel.permissions_for(channel.guild.me).manage_messages
    except discord.ClientException:  # the channel of a thread that is not known
        return False


async def may_read(interaction: discord.Interaction[Any], channel: int) -> bool:
    """May this person read what was posted in a channel or thread of their server?

    Nobody may where it is gone, or where the bot itself cannot see who may. Raises
    discord.HTTPException where Discord must be asked and does not say.
    """
    if channel == interaction.channel_id:
        return True
    guild, person = interaction.guild, interaction.user
    if guild is None or not isinstance(person, discord.Member):
        return False
    place: object = guild.get_channel_or_thread(channel)
    if place is None:  # a thread that is archived, or the bot is not in
        try:
            place = await interaction.client.fetch_channel(channel)
        except (discord.NotFound, discord.Forbidden, discord.InvalidData):
            return False
    if not isinstance(place, discord.abc.GuildChannel | discord.Thread):
        return False
    if place.guild.id != guild.id:
        return False
    try:
        granted = place.permissions_for(person)
    except discord.ClientException:  # the channel of a thread that is not known
        return False
    if not (granted.view_channel and granted.read_message_history):
        return False
    if not isinstance(place, discord.Thread) or not place.is_private() or granted.manage_threads:
        return True
    try:
        await place.fetch_member(person.id)
    except (discord.NotFound, discord.Forbidden):
        return False
    return True


def _missing(granted: discord.Permissions, channel: object) -> tuple[str, ...]:
    is_thread = isinstance(channel, discord.Thread)
    writing = "send_messages_in_threads" if is_thread else "send_messages"
    needed = [writing if name == "send_messages" else name for name in POSTING]
    if isinstance(channel, discord.VoiceChannel | discord.StageChannel):
        needed.append("connect")
    if isinstance(channel, discord.Thread) and (channel.locked or _is_outside(channel)):
        needed.append(CLOSED_THREADS)
    return tuple(name for name in needed if not getattr(granted, name))


def _is_outside(channel: object) -> bool:
    """Is this a private thread of which the bot is no member, as far as it can know?

    Discord's permissions do not tell. It tells the bot of the threads that it is a member of, and
    what it sends of one then names the membership.
    docs: https://docs.discord.com/developers/topics/threads#private-threads
    """
    if not isinstance(channel, discord.Thread) or not channel.is_private():
        return False
    known = channel.guild.get_thread(channel.id)
    return channel.me is None and (known is None or known.me is None)


def listed(texts: Texts, lacks: tuple[str, ...]) -> str:
    """Permissions as Discord's own settings name them in the reader's language."""
    return ", ".join(f"**{texts(f'permissions.{name}')}**" for name in lacks)


def explain(texts: Texts, lacks: tuple[str, ...], channel: int) -> str:
    """Which permissions are missing, and where."""
    return texts("permissions.missing", permissions=listed(texts, lacks), channel=channel)


def require_posting(interaction: discord.Interaction[Any]) -> None:
    """Raises UserError, with what is missing, unless the bot may post pictures here by itself."""
    if interaction.guild_id is None:
        if not interaction.context.dm_channel:
            raise UserError("permissions.not_a_member")
        return
    if not interaction.is_guild_integration():
        raise UserError("permissions.not_a_member")
    lacks = missing(interaction)
    if CLOSED_THREADS in lacks and _is_outside(interaction.channel):
        raise UserError("permissions.private_thread", bot=interaction.application_id)
    if lacks:
        names = listed(Texts.of(interaction, private=True), lacks)
        raise UserError(
            "permissions.missing", permissions=names, channel=interaction.channel_id or 0
        )
