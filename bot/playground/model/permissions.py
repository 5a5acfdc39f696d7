"""Who may do what in which channel. docs: topics/permissions"""

from __future__ import annotations

from typing import Protocol

from bot.playground.model import errors
from bot.playground.model.clock import Clock
from bot.playground.model.entities import Channel, ChannelType, Member, Role, User
from bot.playground.model.permission import (
    ALL,
    DIRECT,
    EVERYONE,
    IN_LOCKED_THREAD,
    NONE,
    STRANGER,
    TIMED_OUT,
    Permission,
)

# A member who may not view a channel, or not write in it, loses these too.
# docs: topics/permissions#implicit-permissions
_WRITING = Permission.MENTION_EVERYONE | Permission.ATTACH_FILES | Permission.EMBED_LINKS


class Guild(Protocol):
    """What permissions depend on: see bot.playground.model.world.World."""

    bot: User
    clock: Clock
    guild_id: int
    owner_id: int | None
    roles: dict[int, Role]
    members: dict[int, Member]
    channels: dict[int, Channel]

    def has_bot(self, channel: Channel) -> bool: ...


def in_guild(world: Guild, user_id: int) -> Permission:
    """What a member's roles grant everywhere, before any channel has its say."""
    member = world.members.get(user_id)
    if member is None:
        return NONE
    if user_id == world.owner_id:
        return ALL
    granted = world.roles[world.guild_id].permissions
    for role_id in member.roles:
        granted |= world.roles[role_id].permissions
    return ALL if Permission.ADMINISTRATOR & granted else Permission(granted)


def in_channel(world: Guild, user_id: int, channel: Channel) -> Permission:
    """What a member may do in a channel; a thread takes its parent's overwrites.

    A private thread is there for its members and for who may manage threads alone.
    docs: topics/permissions#permission-overwrites, topics/threads#permissions,
    topics/threads#private-threads
    """
    granted = _granted(world, user_id, channel)
    inside = user_id in channel.thread_members or granted & Permission.MANAGE_THREADS
    if channel.type is ChannelType.PRIVATE_THREAD and not inside:
        return NONE
    return granted


def _granted(world: Guild, user_id: int, channel: Channel) -> Permission:
    if channel.is_direct:
        return DIRECT if user_id in channel.recipients else NONE
    if not world.has_bot(channel):
        return _without_bot(world, user_id, channel)
    granted = in_guild(world, user_id)
    if granted == ALL:
        return ALL
    member = world.members.get(user_id)
    if member is None:
        return NONE
    place = world.channels.get(channel.parent_id or 0, channel) if channel.is_thread else channel
    overwrites = place.overwrites
    everyone = overwrites.get(world.guild_id)
    if everyone is not None:
        granted = (granted & ~everyone.deny) | everyone.allow
    deny = allow = NONE
    for role_id in member.roles:
        if role_id in overwrites:
            deny |= overwrites[role_id].deny
            allow |= overwrites[role_id].allow
    granted = (granted & ~deny) | allow
    if user_id in overwrites:
        granted = (granted & ~overwrites[user_id].deny) | overwrites[user_id].allow
    if member.timed_out_until > world.clock.now():
        granted &= TIMED_OUT
    return _implied(Permission(granted), channel)


def _without_bot(world: Guild, user_id: int, channel: Channel) -> Permission:
    """In another server, or a group: all people are alike, and the bot is a stranger."""
    if user_id not in world.members or user_id == world.bot.id:
        return NONE
    if channel.is_private:
        return DIRECT
    granted = EVERYONE
    if everyone := channel.overwrites.get(channel.guild_id or 0):
        granted = Permission((granted & ~everyone.deny) | everyone.allow)
    return _implied(granted, channel)


def of_app(world: Guild, channel: Channel) -> Permission:
    """What the bot is told that it may do where it was called. That a private thread is closed to
    it is not in there: permissions are those of the channel.

    docs: interactions/receiving-and-responding#interaction-object
    """
    return _granted(world, world.bot.id, channel) if world.has_bot(channel) else STRANGER


def _implied(granted: Permission, channel: Channel) -> Permission:
    if not granted & Permission.VIEW_CHANNEL:
        return NONE
    if channel.is_voice and not granted & Permission.CONNECT:
        return Permission.VIEW_CHANNEL  # docs: topics/permissions#implicit-permissions
    if channel.locked and not granted & Permission.MANAGE_THREADS:
        granted &= IN_LOCKED_THREAD
    may_write = (
        Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    )
    return granted if granted & may_write else granted & ~_WRITING


def require(world: Guild, channel: Channel, *needed: Permission) -> None:
    """Refuse the bot what it may not do: 50001 when it can't see the channel, else 50013."""
    granted = in_channel(world, world.bot.id, channel)
    if not granted & Permission.VIEW_CHANNEL:
        raise errors.missing_access()
    if any(not granted & permission for permission in needed):
        raise errors.missing_permissions()
