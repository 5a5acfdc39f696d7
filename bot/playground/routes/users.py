"""docs: resources/user"""

from __future__ import annotations

from bot.playground.model import errors
from bot.playground.model.errors import Json
from bot.playground.protocol import discord_json
from bot.playground.rest import Call, RouteTable

table = RouteTable()


@table.add("GET", "/users/@me")
def me(call: Call) -> Json:
    return discord_json.self_json(call.api.world.bot)


@table.add("GET", "/users/{user_id}")
def user(call: Call) -> Json:
    found = call.api.world.users.get(call.id("user_id"))
    if found is None:
        raise errors.unknown_user()
    return discord_json.user_json(found)


@table.add("POST", "/users/@me/channels")
def open_direct_channel(call: Call) -> Json:
    """docs: resources/user#create-dm"""
    world = call.api.world
    try:
        person = world.users[int(call.fields["recipient_id"])]
    except (KeyError, ValueError, TypeError):
        raise errors.unknown_user() from None
    if person.is_bot:
        raise errors.cannot_message_user()
    return discord_json.channel_json(world, world.direct_channel(person.id))
