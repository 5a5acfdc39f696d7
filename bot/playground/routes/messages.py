"""docs: resources/message"""

from __future__ import annotations

from typing import Any

from bot.playground.model import errors, permissions
from bot.playground.model.entities import Channel, Message, MessageFlag, MessageType
from bot.playground.model.errors import FormErrors, Json
from bot.playground.model.permission import Permission
from bot.playground.protocol import composing, discord_json
from bot.playground.protocol.limits import OLD_AFTER, Limit
from bot.playground.rest import Call, RouteTable

table = RouteTable()

MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"


def _json(call: Call, message: Message) -> Json:
    return discord_json.message_json(
        call.api.world, call.api.uploads, message, viewer=call.api.world.bot.id
    )


@table.add("GET", MESSAGES)
def list_messages(call: Call) -> list[Json]:
    """docs: resources/message#get-channel-messages"""
    world, channel = call.api.world, call.channel
    permissions.require(world, channel, Permission.READ_MESSAGE_HISTORY)
    limit = _integer(call, "limit", 50)
    blame = FormErrors()
    blame.range(("limit",), limit, 1, 100)
    blame.check()
    found = [m for m in world.messages[channel.id].values() if m.ephemeral_to is None]
    if "after" in call.query:
        after = _integer(call, "after", 0)
        found = [message for message in found if message.id > after][:limit]
    elif "around" in call.query:
        around = _integer(call, "around", 0)
        nearest = sorted(found, key=lambda message: abs(message.id - around))[:limit]
        found = sorted(nearest, key=lambda message: message.id)
    elif "before" in call.query:
        before = _integer(call, "before", 0)
        found = [message for message in found if message.id < before]
    return [_json(call, message) for message in reversed(found[-limit:])]


def _integer(call: Call, name: str, default: int) -> int:
    blame = FormErrors()
    text = call.query.get(name, str(default))
    if not text.isdigit():
        blame.add((name,), "NUMBER_TYPE_COERCE", f'Value "{text}" is not int.')
    blame.check()
    return int(text)


@table.add("GET", MESSAGE)
def get_message(call: Call) -> Json:
    permissions.require(call.api.world, call.channel, Permission.READ_MESSAGE_HISTORY)
    return _json(call, call.message)


@table.add("POST", MESSAGES, Limit(5, 5.0))
def create_message(call: Call) -> Json:
    """docs: resources/message#create-message"""
    world, channel, body = call.api.world, call.channel, call.fields
    if channel.is_direct:
        person = next(user for user in channel.recipients if user != world.bot.id)
        if not world.users[person].accepts_direct_messages:
            raise errors.cannot_message_user()
    else:
        composing.require_posting(world, channel, body, call.files)
    if body.get("enforce_nonce") and (before := world.of_nonce(channel.id, body.get("nonce"))):
        return _json(call, before)  # docs: resources/message#create-message (enforce_nonce)
    message = Message(world.new_id(), channel.id, world.bot, nonce=body.get("nonce"))
    reference = body.get("message_reference")
    if reference:
        message.type = MessageType.REPLY
        message.reply_to = _replied_to(call, channel, reference)
    composing.fill(world, call.api.uploads, message, body, call.files, editing=False)
    message.flags &= ~MessageFlag.EPHEMERAL  # only an interaction's answer can be that
    if channel.is_thread and channel.archived:
        channel.archived = False  # writing in a thread opens it; docs: topics/threads
        world.emit("channel_update", channel)
    if message.nonce is not None:
        world.keep_nonce(message)
    return _json(call, world.post(message))


def _replied_to(call: Call, channel: Channel, reference: Any) -> int | None:
    """docs: resources/message#message-reference-structure"""
    target = int(reference.get("message_id") or 0)
    if target in call.api.world.messages[channel.id]:
        return target
    if reference.get("fail_if_not_exists", True):
        blame = FormErrors()
        blame.add(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        blame.check()
    return None


@table.add("PATCH", MESSAGE, Limit(5, 5.0))
def edit_message(call: Call) -> Json:
    """In an archived thread nothing is edited, and writing there comes first; in a locked one only
    by who may manage threads.

    docs: resources/message#edit-message, topics/threads#active--archived-threads,
    topics/opcodes-and-status-codes#json (50083)
    """
    world, message, body = call.api.world, call.message, call.fields
    permissions.require(world, call.channel)
    if call.channel.archived:
        raise errors.thread_archived()
    composing.require_unlocked(world, call.channel)
    if message.author is not world.bot:
        only_flags = set(body) <= {"flags"}
        if not only_flags:
            raise errors.not_the_author()
        permissions.require(world, call.channel, Permission.MANAGE_MESSAGES)
    if call.files:
        permissions.require(world, call.channel, Permission.ATTACH_FILES)
    if world.clock.now() > world.made_at(message.id) + OLD_AFTER:
        call.api.limits.take_old_edit(message.channel_id)
    composing.fill(world, call.api.uploads, message, body, call.files, editing=True)
    message.edited_at = world.clock.now()
    world.changed(message)
    return _json(call, message)


@table.add("DELETE", MESSAGE, Limit(5, 1.0))
def delete_message(call: Call) -> None:
    """docs: resources/message#delete-message"""
    world, message = call.api.world, call.message
    if message.author is world.bot:
        permissions.require(world, call.channel)
    else:
        permissions.require(world, call.channel, Permission.MANAGE_MESSAGES)
    world.delete(message)


@table.add("POST", MESSAGES + "/bulk-delete", Limit(1, 1.0))
def bulk_delete(call: Call) -> None:
    """docs: resources/message#bulk-delete-messages"""
    world, channel = call.api.world, call.channel
    permissions.require(world, channel, Permission.MANAGE_MESSAGES)
    blame = FormErrors()
    ids = blame.entries(("messages",), call.fields.get("messages"), 100, least=2)
    blame.check()
    for message_id in ids:
        message = world.messages[channel.id].get(int(message_id))
        if message is not None:
            world.delete(message)


@table.add("PUT", MESSAGES + "/pins/{message_id}")
def pin(call: Call) -> None:
    _set_pinned(call, pinned=True)


@table.add("DELETE", MESSAGES + "/pins/{message_id}")
def unpin(call: Call) -> None:
    _set_pinned(call, pinned=False)


def _set_pinned(call: Call, *, pinned: bool) -> None:
    """docs: resources/message#pin-message"""
    permissions.require(call.api.world, call.channel, Permission.PIN_MESSAGES)
    message = call.message
    message.pinned = pinned
    call.api.world.changed(message)
