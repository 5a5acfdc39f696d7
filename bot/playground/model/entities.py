"""What the playground is made of: people, roles, channels, messages, files."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any

from bot.playground.model.errors import Json
from bot.playground.model.permission import NONE, Permission


class ChannelType(IntEnum):
    """docs: resources/channel#channel-object-channel-types"""

    TEXT = 0
    DIRECT = 1
    VOICE = 2
    GROUP = 3
    ANNOUNCEMENT = 5
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13


class MessageType(IntEnum):
    """docs: resources/message#message-object-message-types"""

    DEFAULT = 0
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    CONTEXT_MENU_COMMAND = 23


class MessageFlag(IntFlag):
    """docs: resources/message#message-object-message-flags"""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


NO_FLAGS = MessageFlag(0)


@dataclass(slots=True)
class User:
    """A person, or the bot."""

    id: int
    name: str
    is_bot: bool = False
    locale: str = "en-US"
    accepts_direct_messages: bool = True


@dataclass(slots=True)
class Role:
    """A set of permissions with a name; the role with the guild's id is everyone's."""

    id: int
    name: str
    permissions: Permission
    colour: int = 0
    position: int = 0


@dataclass(slots=True)
class Member:
    """A user in the guild."""

    user: User
    joined_at: float
    roles: list[int] = field(default_factory=list)
    timed_out_until: float = 0.0  # seconds since the epoch


@dataclass(slots=True)
class Overwrite:
    """What one role or member gains or loses in one channel."""

    allow: Permission = NONE
    deny: Permission = NONE
    is_member: bool = True


@dataclass(slots=True)
class Channel:
    """A text channel, a thread in one, a direct conversation, or one among people."""

    id: int
    type: ChannelType
    name: str = ""
    topic: str | None = None
    parent_id: int | None = None
    position: int = 0
    guild_id: int | None = None  # none for conversations
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    last_message_id: int | None = None
    recipients: tuple[int, ...] = ()  # of a direct conversation: the person and the bot
    owner_id: int | None = None  # of a thread: who started it
    thread_members: dict[int, float] = field(default_factory=dict)  # user id -> joined at
    archived: bool = False
    locked: bool = False
    auto_archive_minutes: int = 1440
    age_restricted: bool = False

    @property
    def is_voice(self) -> bool:
        """Is it the text chat of a voice or stage channel?"""
        return self.type in (ChannelType.VOICE, ChannelType.STAGE)

    @property
    def is_thread(self) -> bool:
        return self.type in (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD)

    @property
    def is_direct(self) -> bool:
        """Is it a conversation with the bot?"""
        return self.type is ChannelType.DIRECT

    @property
    def is_private(self) -> bool:
        """Is it a conversation outside of servers?"""
        return self.type in (ChannelType.DIRECT, ChannelType.GROUP)


@dataclass(slots=True)
class Attachment:
    """An uploaded file and what is known of it without decoding it."""

    id: int
    channel_id: int
    filename: str
    content_type: str
    data: bytes
    signed_at: float
    width: int | None = None
    height: int | None = None
    description: str | None = None
    ephemeral: bool = False


@dataclass(slots=True)
class Message:
    """A message; `embeds` and `components` are JSON as the bot sent it, already checked."""

    id: int
    channel_id: int
    author: User
    content: str = ""
    type: MessageType = MessageType.DEFAULT
    flags: MessageFlag = NO_FLAGS
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reactions: dict[str, list[int]] = field(default_factory=dict)
    reply_to: int | None = None
    edited_at: float | None = None
    pinned: bool = False
    nonce: str | int | None = None
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    interaction: Json | None = None  # what called it forth, as `interaction_metadata`
    command_name: str | None = None
    ephemeral_to: int | None = None  # the one person who sees it
    deleted: bool = False

    @property
    def is_loading(self) -> bool:
        return bool(self.flags & MessageFlag.LOADING)

    @property
    def is_v2(self) -> bool:
        return bool(self.flags & MessageFlag.COMPONENTS_V2)

    @property
    def text(self) -> str:
        """Everything a reader would read: content, embeds and text displays, by lines."""
        lines = [self.content]
        for embed in self.embeds:
            lines += [embed.get("title", ""), embed.get("description", "")]
            for entry in embed.get("fields", []):
                lines += [entry["name"], entry["value"]]
            lines.append(embed.get("footer", {}).get("text", ""))
        lines += [part["content"] for part in self.walk() if part["type"] == 10]
        return "\n".join(line for line in lines if line)

    def walk(self) -> list[Json]:
        """Every component of the message, outer before inner."""
        return walk_components(self.components)


def walk_components(components: Any) -> list[Json]:
    """Every component in a tree, outer before inner; whatever is no component is left out.

    docs: components/reference#component-object
    """
    found: list[Json] = []
    for component in components if isinstance(components, list) else []:
        if isinstance(component, dict):
            found.append(component)
            found += walk_components(component.get("components"))
            found += walk_components([component.get("accessory"), component.get("component")])
    return found
