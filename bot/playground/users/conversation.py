"""What people do among themselves: write, edit, react, delete."""

from __future__ import annotations

from bot.playground.model import errors, permissions
from bot.playground.model.entities import Channel, Message, MessageType, User
from bot.playground.model.errors import Json
from bot.playground.model.permission import Permission
from bot.playground.model.uploads import UploadedFile, Uploads
from bot.playground.protocol import composing


def say(
    uploads: Uploads,
    user: User,
    channel: Channel,
    text: str,
    files: list[UploadedFile],
    reply_to: Message | None = None,
    *,
    ping: bool = True,
) -> Message:
    """Post a person's message. ping: whether a reply mentions whom it answers.

    Raises ApiError for what Discord refuses.
    """
    world = uploads.world
    writing = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    if not permissions.in_channel(world, user.id, channel) & writing:
        raise errors.missing_permissions()
    message = Message(world.new_id(), channel.id, user)
    if reply_to is not None:
        message.type, message.reply_to = MessageType.REPLY, reply_to.id
    numbered = dict(enumerate(files))
    body: Json = {"content": text}
    if not ping:
        parse = ["users", "roles", "everyone"]
        body["allowed_mentions"] = {"parse": parse, "replied_user": False}
    composing.fill(world, uploads, message, body, numbered, editing=False)
    if channel.is_thread:
        # Who is mentioned in a thread is added to it. docs: topics/threads#thread-membership
        for member in (user.id, *message.mentions):
            if member in world.members:
                world.join_thread(channel, member)
        if channel.archived:
            channel.archived = False
            world.emit("channel_update", channel)
    return world.post(message)


def edit(uploads: Uploads, user: User, message: Message, text: str) -> None:
    """Change the text of one's own message. Raises ApiError for what Discord refuses."""
    if message.author is not user or message.deleted:
        raise errors.missing_permissions()
    composing.fill(uploads.world, uploads, message, {"content": text}, {}, editing=True)
    message.edited_at = uploads.world.clock.now()
    uploads.world.changed(message)


def delete(uploads: Uploads, user: User, message: Message) -> None:
    """Delete one's own message, or anyone's as a moderator; put an ephemeral one out of sight."""
    world = uploads.world
    granted = permissions.in_channel(world, user.id, world.channel(message.channel_id))
    mine = message.author is user or message.ephemeral_to == user.id
    if not mine and not granted & Permission.MANAGE_MESSAGES:
        raise errors.missing_permissions()
    world.delete(message)
