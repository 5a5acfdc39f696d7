"""State as Discord's JSON. docs: resources/message, resources/channel, resources/guild …"""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from bot.playground.model import permissions
from bot.playground.model.emoji import Emoji
from bot.playground.model.entities import (
    Attachment,
    Channel,
    Member,
    Message,
    MessageFlag,
    Role,
    User,
)
from bot.playground.model.errors import Json
from bot.playground.model.uploads import Uploads
from bot.playground.model.world import World
from bot.playground.protocol.component_rules import SELECTS, Kind

PREFIX = "attachment://"


def timestamp(seconds: float) -> str:
    """ISO 8601 in UTC with microseconds. docs: reference#iso8601-datetime"""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def user_json(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.name,
        "global_name": None if user.is_bot else user.name,
        "discriminator": "0",
        "avatar": None,
        "bot": user.is_bot,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def self_json(user: User) -> Json:
    """A user, as they are told of themselves. docs: resources/user#user-object"""
    return user_json(user) | {"locale": user.locale, "mfa_enabled": False}


def member_json(member: Member, *, with_user: bool = True) -> Json:
    data: Json = {
        "roles": [str(role) for role in member.roles],
        "joined_at": timestamp(member.joined_at),
        "nick": None,
        "avatar": None,
        "banner": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "premium_since": None,
        "communication_disabled_until": (
            timestamp(member.timed_out_until) if member.timed_out_until else None
        ),
    }
    if with_user:
        data["user"] = user_json(member.user)
    return data


def role_json(role: Role) -> Json:
    return {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(int(role.permissions)),
        "color": role.colour,
        "colors": {"primary_color": role.colour, "secondary_color": None, "tertiary_color": None},
        "position": role.position,
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
        "icon": None,
        "unicode_emoji": None,
    }


def emoji_json(emoji: Emoji) -> Json:
    """docs: resources/emoji#emoji-object"""
    return {
        "id": str(emoji.id),
        "name": emoji.name,
        "roles": [],
        "require_colons": True,
        "managed": False,
        "animated": False,
        "available": True,
    }


def application_json(world: World) -> Json:
    """docs: resources/application#application-object-application-flags"""
    bot = user_json(world.bot)
    flags = 1 << 15  # GATEWAY_GUILD_MEMBERS_LIMITED
    if world.shows_content:
        flags |= 1 << 19  # GATEWAY_MESSAGE_CONTENT_LIMITED
    return {
        "id": str(world.bot.id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "type": None,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "role_connections_verification_url": None,
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "owner": bot,
        "bot": bot,
        "team": None,
        "rpc_origins": [],
        "hook": True,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
    }


def channel_json(world: World, channel: Channel, *, for_user: int | None = None) -> Json:
    """A channel, thread or conversation; `for_user` adds that member's permissions in it."""
    data: Json = {
        "id": str(channel.id),
        "type": int(channel.type),
        "last_message_id": channel.last_message_id and str(channel.last_message_id),
        "flags": 0,
    }
    if channel.is_direct:
        others = [user for user in channel.recipients if user != world.bot.id]
        data["recipients"] = [user_json(world.users[user]) for user in others]
        return data
    if channel.is_private:
        people = [member.user for member in world.members.values() if not member.user.is_bot]
        data["recipients"] = [user_json(user) for user in people if user.id != for_user]
        return data | {"name": channel.name, "icon": None, "owner_id": str(people[0].id)}
    data |= {
        "guild_id": str(channel.guild_id),
        "name": channel.name,
        "parent_id": channel.parent_id and str(channel.parent_id),
        "rate_limit_per_user": 0,
    }
    if for_user is not None:
        granted = permissions.in_channel(world, for_user, channel)
        data["permissions"] = str(int(granted))
    if channel.is_thread:
        return data | _thread_json(world, channel)
    overwrites = [
        {
            "id": str(target),
            "type": int(overwrite.is_member),
            "allow": str(int(overwrite.allow)),
            "deny": str(int(overwrite.deny)),
        }
        for target, overwrite in channel.overwrites.items()
    ]
    if channel.is_voice:
        data |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
    return data | {
        "topic": channel.topic,
        "position": channel.position,
        "nsfw": channel.age_restricted,
        "permission_overwrites": overwrites,
    }


def _thread_json(world: World, thread: Channel) -> Json:
    count = len(world.messages.get(thread.id, ()))
    created = timestamp(world.made_at(thread.id))
    data: Json = {
        "owner_id": str(thread.owner_id),
        "member_count": len(thread.thread_members),
        "message_count": count,
        "total_message_sent": count,
        "thread_metadata": {
            "archived": thread.archived,
            "locked": thread.locked,
            "auto_archive_duration": thread.auto_archive_minutes,
            "archive_timestamp": created,
            "create_timestamp": created,
        },
    }
    if world.bot.id in thread.thread_members:
        data["member"] = thread_member_json(thread, world.bot.id)
    return data


def thread_member_json(thread: Channel, user_id: int) -> Json:
    return {
        "id": str(thread.id),
        "user_id": str(user_id),
        "join_timestamp": timestamp(thread.thread_members[user_id]),
        "flags": 0,
    }


def guild_json(world: World) -> Json:
    return {
        "id": str(world.guild_id),
        "name": world.guild_name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "owner_id": str(world.owner_id or 0),
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "roles": [role_json(role) for role in world.roles.values()],
        "emojis": [emoji_json(emoji) for emoji in world.emoji.values()],
        "stickers": [],
        "features": ["COMMUNITY"] if world.community_locale else [],
        "mfa_level": 0,
        "application_id": None,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "vanity_url_code": None,
        "description": None,
        "banner": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": world.locale,
        "public_updates_channel_id": None,
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
        "safety_alerts_channel_id": None,
        "incidents_data": None,
    }


def guild_create_json(world: World) -> Json:
    """The guild with everyone and everything in it. docs: events/gateway-events#guild-create"""
    inside = [c for c in world.channels.values() if c.guild_id == world.guild_id]
    text = [channel for channel in inside if not channel.is_thread]
    # docs: events/gateway-events#guild-create: the active threads that the bot can view
    threads = [
        channel
        for channel in inside
        if channel.is_thread and not channel.archived and world.can_view(channel, world.bot.id)
    ]
    return guild_json(world) | {
        "joined_at": timestamp(world.members[world.bot.id].joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(world.members),
        "members": [member_json(member) for member in world.members.values()],
        "channels": [channel_json(world, channel) for channel in text],
        "threads": [channel_json(world, channel) for channel in threads],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def attachment_json(uploads: Uploads, attachment: Attachment) -> Json:
    url = uploads.url(attachment)
    data: Json = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.data),
        "url": url,
        "proxy_url": url,
        "content_type": attachment.content_type,
        "flags": 0,
    }
    if attachment.width is not None:
        data |= {"width": attachment.width, "height": attachment.height}
    if attachment.description is not None:
        data["description"] = attachment.description
    if attachment.ephemeral:
        data["ephemeral"] = True
    return data


def message_json(
    world: World, uploads: Uploads, message: Message, *, viewer: int, nested: bool = False
) -> Json:
    """A message as one user gets it (`me` in its reactions is the viewer).

    nested: it is itself what another one answers, and does not bring what it answers in turn.
    """
    channel = world.channels[message.channel_id]
    files = {file.filename: attachment_json(uploads, file) for file in message.attachments}
    embeds = _with_files(message.embeds, files)
    # A file that an embed or a component shows is not listed once more beside it.
    # docs: components/reference#unfurled-media-item; discord-api-docs issues 8277, 8279
    shown = _names_used(message.embeds) | _names_used(message.components)
    data: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "author": user_json(message.author),
        "content": message.content,
        "timestamp": timestamp(world.made_at(message.id)),
        "edited_timestamp": message.edited_at and timestamp(message.edited_at),
        "tts": False,
        "mention_everyone": message.mention_everyone,
        "mentions": [user_json(world.users[user]) for user in message.mentions],
        "mention_roles": [str(role) for role in message.mention_roles],
        "attachments": [file for name, file in files.items() if name not in shown],
        "embeds": [] if message.flags & MessageFlag.SUPPRESS_EMBEDS else embeds,
        "components": _with_files(message.components, files),
        "pinned": message.pinned,
        "type": int(message.type),
        "flags": int(message.flags),
        "reactions": [
            {
                "emoji": {"id": None, "name": emoji},
                "count": len(people),
                "count_details": {"burst": 0, "normal": len(people)},
                "me": viewer in people,
                "me_burst": False,
                "burst_colors": [],
            }
            for emoji, people in message.reactions.items()
        ],
    }
    if message.nonce is not None:
        data["nonce"] = message.nonce
    if message.author.is_bot:
        data["application_id"] = str(world.bot.id)
    if message.interaction is not None:
        data["interaction_metadata"] = message.interaction
        data["webhook_id"] = str(world.bot.id)
    if message.reply_to is not None:
        target = world.messages[message.channel_id].get(message.reply_to)
        data["message_reference"] = {
            "type": 0,
            "message_id": str(message.reply_to),
            "channel_id": str(message.channel_id),
        }
        if not nested:
            data["referenced_message"] = target and message_json(
                world, uploads, target, viewer=viewer, nested=True
            )
    if message.flags & MessageFlag.HAS_THREAD and message.id in world.channels:
        data["thread"] = channel_json(world, world.channels[message.id])
    if not channel.is_private:
        data["guild_id"] = str(channel.guild_id)
        member = world.members.get(message.author.id)
        if member is not None:
            data["member"] = member_json(member, with_user=False)
    return data


def _names_used(value: Any) -> set[str]:
    """Names of files that a tree points at with attachment://name."""
    if isinstance(value, dict):
        return set().union(*(_names_used(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(_names_used(inner) for inner in value))
    if isinstance(value, str) and value.startswith(PREFIX):
        return {value.removeprefix(PREFIX)}
    return set()


# What Discord fills in where a component does not say. docs: components/reference
_OF_PICTURES: Json = {"description": None, "spoiler": False}
_UNSAID: dict[int, Json] = {
    Kind.FILE: {"spoiler": False},
    Kind.SEPARATOR: {"divider": True, "spacing": 1},
    Kind.CONTAINER: {"accent_color": None, "spoiler": False},
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
}


def _with_files(value: Any, files: dict[str, Json]) -> Any:
    """The tree with attachment://name replaced by the file's address, size and type.

    docs: reference#using-attachments-within-embeds, components/reference#unfurled-media-item
    """
    if isinstance(value, list):
        return [_with_files(inner, files) for inner in value]
    if not isinstance(value, dict):
        return value
    url = value.get("url")
    if isinstance(url, str) and url.removeprefix(PREFIX) in files and url.startswith(PREFIX):
        file = files[url.removeprefix(PREFIX)]
        keys = ("url", "proxy_url", "width", "height", "content_type")
        media = {key: file[key] for key in keys if key in file}
        return copy.deepcopy(value) | media | {"id": file["id"], "attachment_id": file["id"]}
    if value.get("type") == Kind.FILE:
        name = str((value.get("file") or {}).get("url", "")).removeprefix(PREFIX)
        if name in files:
            value = value | {"name": name, "size": files[name]["size"]}
    unsaid = _UNSAID.get(value.get("type", 0), {}) | ({} if "media" not in value else _OF_PICTURES)
    return unsaid | {key: _with_files(inner, files) for key, inner in value.items()}
