"""Who may do what in which channel. docs: topics/permissions"""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

from bot.playground import errors

if TYPE_CHECKING:
    from bot.playground.world import Channel, World


class Permission(IntFlag):
    """The bits that the playground enforces or that people here can hold.

    docs: topics/permissions#permissions-bitwise-permission-flags
    """

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51


NONE = Permission(0)
ALL = Permission((1 << 53) - 1)

EVERYONE = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.USE_EXTERNAL_APPS
)
MODERATOR = (
    Permission.MANAGE_CHANNELS
    | Permission.MANAGE_GUILD
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_THREADS
    | Permission.MENTION_EVERYONE
    | Permission.PIN_MESSAGES
)

# A member who may not view a channel, or not write in it, loses these too.
# docs: topics/permissions#implicit-permissions
_WRITING = Permission.MENTION_EVERYONE | Permission.ATTACH_FILES | Permission.EMBED_LINKS
# What is still granted in a direct message, where there are no roles.
DIRECT = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.USE_APPLICATION_COMMANDS
)
# What an app is told that it may do in conversations of others. For servers without it nothing is
# documented, so it is told no more there.
# docs: interactions/receiving-and-responding#interaction-object-interaction-structure
STRANGER = Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE


def in_guild(world: World, user_id: int) -> Permission:
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


def in_channel(world: World, user_id: int, channel: Channel) -> Permission:
    """What a member may do in a channel; a thread takes its parent's overwrites.

    docs: topics/permissions#permission-overwrites, topics/threads#permissions
    """
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
    return _implied(Permission(granted), channel)


def _without_bot(world: World, user_id: int, channel: Channel) -> Permission:
    """In another server, or a group: all people are alike, and the bot is a stranger."""
    if user_id not in world.members or user_id == world.bot.id:
        return NONE
    if channel.is_private:
        return DIRECT
    granted = EVERYONE
    if everyone := channel.overwrites.get(channel.guild_id or 0):
        granted = Permission((granted & ~everyone.deny) | everyone.allow)
    return _implied(granted, channel)


def of_app(world: World, channel: Channel) -> Permission:
    """What the bot is told that it may do where it was called."""
    return in_channel(world, world.bot.id, channel) if world.has_bot(channel) else STRANGER


def _implied(granted: Permission, channel: Channel) -> Permission:
    if not granted & Permission.VIEW_CHANNEL:
        return NONE
    may_write = (
        Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    )
    return granted if granted & may_write else granted & ~_WRITING


def require(world: World, channel: Channel, *needed: Permission) -> None:
    """Refuse the bot what it may not do: 50001 when it can't see the channel, else 50013."""
    granted = in_channel(world, world.bot.id, channel)
    if not granted & Permission.VIEW_CHANNEL:
        raise errors.missing_access()
    if any(not granted & permission for permission in needed):
        raise errors.missing_permissions()
