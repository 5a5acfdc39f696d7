"""The state of the playground: one guild with its people, channels and messages.

Beside it are two places where the bot is no member: a channel of another server, and a group of
people. Everybody has installed the bot for themselves, so they can call it from there.

All changes go through `World`, which tells its listeners (gateway, page, tests) of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.playground.model import errors, permissions
from bot.playground.model.clock import Clock
from bot.playground.model.emoji import own_emoji
from bot.playground.model.entities import (
    Channel,
    ChannelType,
    Member,
    Message,
    MessageFlag,
    Overwrite,
    Role,
    User,
)
from bot.playground.model.locales import locale_of
from bot.playground.model.permission import EVERYONE, MODERATOR, NONE, Permission

DISCORD_EPOCH = 1_420_070_400_000  # ms; docs: reference#snowflakes
MAX_MESSAGES = 1000  # in a channel; the oldest are forgotten, so memory stays flat
MAX_PEOPLE = 200
MAX_REACTIONS = 20  # different emoji on one message
NONCE_GOOD_FOR = 300.0  # seconds; "the past few minutes", says Discord


@dataclass(frozen=True, slots=True)
class Event:
    """Something changed: `kind` in snake case, and what it happened to."""

    kind: str
    subject: Any
    user: User | None = None
    detail: Any = None


class World:
    """A guild named `guild_name` with the text channels `channels`, and the bot in it."""

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        bot_name: str = "Penguess",
        guild_name: str = "Penguess playground",
        channels: tuple[str, ...] = ("drawing-room", "games", "quiet-corner"),
        bot_permissions: Permission = EVERYONE,
    ) -> None:
        self.clock = clock or Clock()
        self._last_id = 0
        self.listeners: list[Callable[[Event], None]] = []
        self.bot = User(self.new_id(), bot_name, is_bot=True)
        self.guild_id = self.new_id()
        self.guild_name = guild_name
        self.community_locale: str | None = None  # what the guild chose, if it is a Community
        self.blocked_words: set[str] = set()  # by AutoMod
        self._nonces: dict[tuple[int, str], tuple[Message, float]] = {}
        self.owner_id: int | None = None
        self.shows_content = True  # the message content intent is on for the application
        self.bot_invited = False
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.members: dict[int, Member] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        self.roles = {
            self.guild_id: Role(self.guild_id, "@everyone", EVERYONE),
        }
        self.moderators = self._add_role("Moderator", MODERATOR)
        own = self._add_role(bot_name, bot_permissions)
        self.members[self.bot.id] = Member(self.bot, self.clock.now(), [own.id])
        for name in channels:
            self.add_channel(name)
        self.emoji = own_emoji(self.guild_id)  # the guild's own
        self.elsewhere_id = self.new_id()
        self.add_channel("another-server", "A server without the bot", guild_id=self.elsewhere_id)
        topic = "Some people, without the bot"
        self._open(Channel(self.new_id(), ChannelType.GROUP, "a group chat", topic))

    def restore(
        self,
        *,
        users: dict[int, User],
        members: dict[int, Member],
        roles: dict[int, Role],
        channels: dict[int, Channel],
        messages: dict[int, dict[int, Message]],
        bot: User,
        guild_id: int,
        elsewhere_id: int,
        moderators: Role,
        locale: str | None,
        blocked_words: set[str],
        last_id: int,
    ) -> None:
        """Be the world that was kept, in place of the new one; nobody is told.

        What the bot may do is as it would be in a new one. locale: the one that the guild chose.
        """
        (own,) = self.members[self.bot.id].roles
        (kept,) = members[bot.id].roles
        roles[kept].permissions = self.roles[own].permissions
        self.users, self.members, self.roles = users, members, roles
        self.channels, self.messages = channels, messages
        self.bot, self.guild_id, self.elsewhere_id = bot, guild_id, elsewhere_id
        self.moderators, self.community_locale = moderators, locale
        self.blocked_words = blocked_words
        self._last_id = max(self._last_id, last_id)

    # -- ids and events

    @property
    def last_id(self) -> int:
        """The newest snowflake."""
        return self._last_id

    def new_id(self) -> int:
        """The next snowflake: time in the upper bits, always growing. docs: reference#snowflakes"""
        stamp = (int(self.clock.now() * 1000) - DISCORD_EPOCH) << 22
        self._last_id = max(stamp, self._last_id + 1)
        return self._last_id

    @staticmethod
    def made_at(snowflake: int) -> float:
        """When an id was made, in seconds since the epoch."""
        return ((snowflake >> 22) + DISCORD_EPOCH) / 1000

    def emit(self, kind: str, subject: Any, user: User | None = None, detail: Any = None) -> None:
        event = Event(kind, subject, user, detail)
        for listener in list(self.listeners):
            listener(event)

    # -- people

    def _add_role(self, name: str, granted: Permission) -> Role:
        role = Role(self.new_id(), name, granted, position=len(self.roles))
        self.roles[role.id] = role
        return role

    def add_person(self, name: str, *, moderator: bool = False) -> User:
        """Let someone into the guild. Raises ValueError when the name is taken or no name."""
        name = " ".join(name.split())
        if not 1 <= len(name) <= 32 or not name.isprintable():
            raise ValueError("A name has 1 to 32 characters that can be seen.")
        if any(user.name.casefold() == name.casefold() for user in self.users.values()):
            raise ValueError(f"Someone here is called {name} already.")
        if len(self.members) > MAX_PEOPLE:
            raise ValueError(f"The room is full: {MAX_PEOPLE} people are here.")
        user = User(self.new_id(), name)
        self.users[user.id] = user
        roles = [self.moderators.id] if moderator else []
        member = Member(user, self.clock.now(), roles)
        self.members[user.id] = member
        self.emit("member_add", member)
        return user

    def speak(self, user: User, languages: list[str]) -> None:
        """Let a person read in the first of their browser's languages that Discord has."""
        user.locale = next(filter(None, map(locale_of, languages)), user.locale)

    @property
    def locale(self) -> str:
        """The guild's language: en-US, unless a Community chose another.

        docs: resources/guild#guild-object (preferred_locale)
        """
        return self.community_locale or "en-US"

    def invite_bot(self) -> None:
        """Let the bot hear, once, that somebody has just invited it.

        docs: events/gateway-events#guild-create
        """
        if not self.bot_invited:
            self.bot_invited = True
            self.emit("bot_invited", self)

    def become_community(self, locale: str) -> None:
        """Be a Community with a language."""
        self.community_locale = locale
        self.emit("guild_update", self)

    def time_out(self, user: User, seconds: float) -> None:
        """Let a member, or the bot, do nothing for a while. docs: resources/guild#guild-member"""
        self.members[user.id].timed_out_until = self.clock.now() + seconds
        self.emit("member_update", self.members[user.id])

    # -- what the bot is let do

    def bot_has(self, permission: Permission) -> bool:
        """Does the bot's own role grant this?"""
        (own,) = self.members[self.bot.id].roles
        return bool(self.roles[own].permissions & permission)

    def let_bot(self, permission: Permission, *, allowed: bool) -> None:
        """Give the bot's role a permission, or take it. docs: resources/guild#modify-guild-role"""
        (own,) = self.members[self.bot.id].roles
        role = self.roles[own]
        kept = role.permissions & ~permission
        role.permissions = Permission(kept | permission if allowed else kept)
        self.emit("role_update", role)

    def show_content(self, *, shown: bool) -> None:
        """Switch the message content intent of the application on or off."""
        self.shows_content = shown
        self.emit("intent_update", self.bot)

    # -- channels

    def add_channel(
        self,
        name: str,
        topic: str | None = None,
        *,
        guild_id: int | None = None,
        kind: ChannelType = ChannelType.TEXT,
    ) -> Channel:
        """A channel with a chat, of the guild unless another server is named."""
        guild_id = guild_id or self.guild_id
        channel = Channel(
            self.new_id(),
            kind,
            name,
            topic,
            position=len(self.channels),
            guild_id=guild_id,
        )
        self._open(channel)
        return channel

    def has_bot(self, channel: Channel) -> bool:
        """Is the bot a member where this channel is?"""
        return channel.is_direct or channel.guild_id == self.guild_id

    def direct_channel(self, user_id: int) -> Channel:
        """The conversation between a person and the bot, opened if need be."""
        for channel in self.channels.values():
            if channel.is_direct and user_id in channel.recipients:
                return channel
        recipients = (user_id, self.bot.id)
        channel = Channel(self.new_id(), ChannelType.DIRECT, recipients=recipients)
        self._open(channel)
        return channel

    def add_thread(
        self, parent: Channel, name: str, owner: User, *, message: Message | None, private: bool
    ) -> Channel:
        """Start a thread; one started from a message has the message's id."""
        kind = ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD
        if message is not None and message.id in self.channels:
            raise errors.thread_exists()
        thread_id = message.id if message else self.new_id()
        thread = Channel(
            thread_id,
            kind,
            name,
            parent_id=parent.id,
            guild_id=parent.guild_id,
            owner_id=owner.id,
        )
        thread.thread_members[owner.id] = self.clock.now()
        self._open(thread)
        if message is not None:
            message.flags |= MessageFlag.HAS_THREAD
            self.emit("message_update", message)
        return thread

    def join_thread(self, thread: Channel, user_id: int) -> None:
        """Let somebody be a member of a thread, who will see it if it is private."""
        if user_id not in thread.thread_members:
            thread.thread_members[user_id] = self.clock.now()
            self.emit("thread_joined", thread, self.users[user_id])

    def leave_thread(self, thread: Channel, user_id: int) -> None:
        """Let somebody be no member of a thread any more."""
        if thread.thread_members.pop(user_id, None) is not None:
            self.emit("thread_left", thread, self.users[user_id])

    def _open(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        self.messages[channel.id] = {}
        self.emit("channel_create", channel)

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel, and the threads in it."""
        inside = [one for one in self.channels.values() if one.parent_id == channel.id]
        for gone in (*inside, channel):
            del self.channels[gone.id]
            del self.messages[gone.id]
            self.emit("channel_delete", gone, detail=channel)

    def channel(self, channel_id: int) -> Channel:
        """Raises 10003 when there is none."""
        try:
            return self.channels[channel_id]
        except KeyError:
            raise errors.unknown_channel() from None

    def channel_named(self, name: str) -> Channel:
        """The text channel or thread of that name. Raises KeyError when there is none."""
        for channel in self.channels.values():
            if channel.name == name:
                return channel
        raise KeyError(name)

    def overwrite(
        self,
        channel: Channel,
        target_id: int,
        *,
        allow: Permission = NONE,
        deny: Permission = NONE,
    ) -> None:
        """Set what a role or member may and may not do in a channel."""
        channel.overwrites[target_id] = Overwrite(allow, deny, target_id not in self.roles)
        self.emit("channel_update", channel)

    # -- messages

    def message(self, channel_id: int, message_id: int) -> Message:
        """Raises 10003 or 10008 when there is none."""
        self.channel(channel_id)
        try:
            return self.messages[channel_id][message_id]
        except KeyError:
            raise errors.unknown_message() from None

    def find_message(self, message_id: int) -> Message | None:
        for messages in self.messages.values():
            if message_id in messages:
                return messages[message_id]
        return None

    def visible(self, channel: Channel, user_id: int) -> Iterator[Message]:
        """What a person sees in a channel, oldest first."""
        if not self.can_view(channel, user_id):
            return
        for message in self.messages[channel.id].values():
            if message.ephemeral_to in (None, user_id):
                yield message

    def can_view(self, channel: Channel, user_id: int) -> bool:
        granted = permissions.in_channel(self, user_id, channel)
        return bool(granted & Permission.VIEW_CHANNEL)

    def post(self, message: Message) -> Message:
        channel = self.channel(message.channel_id)
        kept = self.messages[channel.id]
        kept[message.id] = message
        while len(kept) > MAX_MESSAGES:
            kept.pop(next(iter(kept))).deleted = True
        channel.last_message_id = message.id
        self.emit("message_create", message)
        return message

    def of_nonce(self, channel_id: int, nonce: str | int | None) -> Message | None:
        """The bot's message of a nonce, if it sent one lately; even one that was deleted since.

        docs: resources/message#create-message (enforce_nonce)
        """
        known = self._nonces.get((channel_id, str(nonce)))
        if nonce is None or known is None or self.clock.now() > known[1] + NONCE_GOOD_FOR:
            return None
        return known[0]

    def keep_nonce(self, message: Message) -> None:
        """Remember the nonce of a message of the bot."""
        self._nonces[message.channel_id, str(message.nonce)] = message, self.clock.now()
        while len(self._nonces) > MAX_MESSAGES:
            self._nonces.pop(next(iter(self._nonces)))

    def changed(self, message: Message) -> None:
        """Tell that a message was edited in place."""
        self.emit("message_update", message)

    def delete(self, message: Message) -> None:
        """Raises 10008 when it is gone already."""
        if self.messages.get(message.channel_id, {}).pop(message.id, None) is None:
            raise errors.unknown_message()
        message.deleted = True
        self.emit("message_delete", message)

    def react(self, message: Message, user: User, emoji: str) -> None:
        """Raises 30010 for the 21st emoji. docs: resources/message#create-reaction"""
        if emoji not in message.reactions and len(message.reactions) >= MAX_REACTIONS:
            raise errors.too_many_reactions()
        people = message.reactions.setdefault(emoji, [])
        if user.id not in people:
            people.append(user.id)
            self.emit("reaction_add", message, user, emoji)

    def unreact(self, message: Message, user: User, emoji: str) -> None:
        people = message.reactions.get(emoji, [])
        if user.id in people:
            people.remove(user.id)
            if not people:
                del message.reactions[emoji]
            self.emit("reaction_remove", message, user, emoji)
