"""docs: resources/channel#start-thread-from-message, topics/threads"""

from __future__ import annotations

from bot.playground.model import errors, permissions
from bot.playground.model.entities import Channel, Message
from bot.playground.model.errors import FormErrors, Json
from bot.playground.model.permission import Permission
from bot.playground.protocol import discord_json
from bot.playground.protocol.limits import Limit
from bot.playground.rest import Call, RouteTable

table = RouteTable()

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)
PRIVATE = 12


def _start(call: Call, message: Message | None, *, private: bool) -> Json:
    world, channel, body = call.api.world, call.channel, call.fields
    if channel.is_thread or channel.is_direct:
        raise errors.wrong_channel_type()
    needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    permissions.require(world, channel, needed)
    blame = FormErrors()
    blame.length(("name",), body.get("name", ""), 100, least=1)
    minutes = body.get("auto_archive_duration") or 1440
    if minutes not in ARCHIVE_MINUTES:
        message_text = f"Value must be one of {ARCHIVE_MINUTES}."
        blame.add(("auto_archive_duration",), "BASE_TYPE_CHOICES", message_text)
    blame.check()
    thread = world.add_thread(channel, body["name"], world.bot, message=message, private=private)
    thread.auto_archive_minutes = minutes
    return discord_json.channel_json(world, thread)


@table.add(
    "POST", "/channels/{channel_id}/messages/{message_id}/threads", Limit(50, 300.0), status=201
)
def start_from_message(call: Call) -> Json:
    return _start(call, call.message, private=False)


@table.add("POST", "/channels/{channel_id}/threads", Limit(50, 300.0), status=201)
def start(call: Call) -> Json:
    return _start(call, None, private=call.fields.get("type") == PRIVATE)


def _thread(call: Call) -> Channel:
    if not call.channel.is_thread:
        raise errors.wrong_channel_type()
    return call.channel


@table.add("PUT", "/channels/{channel_id}/thread-members/@me")
def join(call: Call) -> None:
    thread, world = _thread(call), call.api.world
    permissions.require(world, thread)
    world.join_thread(thread, world.bot.id)


@table.add("PUT", "/channels/{channel_id}/thread-members/{user_id}")
def add_member(call: Call) -> None:
    thread, world = _thread(call), call.api.world
    permissions.require(world, thread, Permission.SEND_MESSAGES_IN_THREADS)
    if call.id("user_id") not in world.members:
        raise errors.unknown_member()
    world.join_thread(thread, call.id("user_id"))
    world.emit("channel_update", thread)


@table.add("DELETE", "/channels/{channel_id}/thread-members/{user_id}")
def remove_member(call: Call) -> None:
    thread, world = _thread(call), call.api.world
    if thread.owner_id != world.bot.id:
        permissions.require(world, thread, Permission.MANAGE_THREADS)
    world.leave_thread(thread, call.id("user_id"))
    world.emit("channel_update", thread)


@table.add("GET", "/channels/{channel_id}/thread-members/{user_id}")
def get_member(call: Call) -> Json:
    thread, user = _thread(call), call.id("user_id")
    if user not in thread.thread_members:
        raise errors.unknown_member()
    return discord_json.thread_member_json(thread, user)


@table.add("GET", "/channels/{channel_id}/thread-members")
def list_members(call: Call) -> list[Json]:
    thread = _thread(call)
    return [discord_json.thread_member_json(thread, user) for user in thread.thread_members]
