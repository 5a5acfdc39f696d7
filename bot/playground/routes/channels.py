"""docs: resources/channel"""

from __future__ import annotations

from bot.playground.model import permissions
from bot.playground.model.entities import Channel
from bot.playground.model.errors import FormErrors, Json
from bot.playground.model.permission import Permission
from bot.playground.protocol import discord_json
from bot.playground.protocol.limits import Limit
from bot.playground.rest import Call, RouteTable

table = RouteTable()


@table.add("GET", "/channels/{channel_id}")
def get_channel(call: Call) -> Json:
    channel = call.channel
    if not channel.is_direct:
        permissions.require(call.api.world, channel)
    return discord_json.channel_json(call.api.world, channel)


@table.add("POST", "/channels/{channel_id}/typing", Limit(5, 5.0))
def typing(call: Call) -> Json | None:
    world, channel = call.api.world, call.channel
    writing = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    permissions.require(world, channel, writing)
    world.emit("typing", channel, world.bot)
    return None


@table.add("PATCH", "/channels/{channel_id}")
def edit_channel(call: Call) -> Json:
    """docs: resources/channel#modify-channel (name, topic; a thread's archived, locked)"""
    world, channel, body = call.api.world, call.channel, call.fields
    if channel.is_thread and body == {"archived": False} and not channel.locked:
        # docs: resources/channel#modify-channel: to open a thread that is not locked, it is
        # enough to be allowed to write in it.
        permissions.require(world, channel, Permission.SEND_MESSAGES_IN_THREADS)
    else:
        _require_managing(call, channel)
    blame = FormErrors()
    if "name" in body:
        blame.length(("name",), body["name"], 100, least=1)
    if body.get("topic"):
        blame.length(("topic",), body["topic"], 1024)
    blame.check()
    channel.name = body.get("name", channel.name)
    if channel.is_thread:
        channel.archived = bool(body.get("archived", channel.archived))
        channel.locked = bool(body.get("locked", channel.locked))
        minutes = body.get("auto_archive_duration", channel.auto_archive_minutes)
        channel.auto_archive_minutes = minutes
    else:
        channel.topic = body.get("topic", channel.topic)
    world.emit("channel_update", channel)
    return discord_json.channel_json(world, channel)


@table.add("DELETE", "/channels/{channel_id}")
def delete_channel(call: Call) -> Json:
    world, channel = call.api.world, call.channel
    if not channel.is_direct:
        _require_managing(call, channel)
    data = discord_json.channel_json(world, channel)
    world.remove_channel(channel)
    return data


def _require_managing(call: Call, channel: Channel) -> None:
    world = call.api.world
    if channel.is_thread and channel.owner_id == world.bot.id:
        permissions.require(world, channel)
    elif channel.is_thread:
        permissions.require(world, channel, Permission.MANAGE_THREADS)
    else:
        permissions.require(world, channel, Permission.MANAGE_CHANNELS)
