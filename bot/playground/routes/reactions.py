"""docs: resources/message#create-reaction"""

from __future__ import annotations

from bot.playground.model import errors, permissions
from bot.playground.model.errors import Json
from bot.playground.model.permission import Permission
from bot.playground.protocol import discord_json
from bot.playground.protocol.limits import Limit
from bot.playground.protocol.message_rules import is_emoji
from bot.playground.rest import Call, RouteTable

table = RouteTable()

REACTION = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}"


def _emoji(call: Call) -> str:
    emoji = call.params["emoji_name"]
    if not is_emoji(emoji):
        raise errors.unknown_emoji()
    return emoji


@table.add("PUT", REACTION + "/@me", Limit(1, 0.25))
def add_reaction(call: Call) -> None:
    world, message = call.api.world, call.message
    emoji = _emoji(call)
    permissions.require(world, call.channel, Permission.READ_MESSAGE_HISTORY)
    if emoji not in message.reactions:
        permissions.require(world, call.channel, Permission.ADD_REACTIONS)
    world.react(message, world.bot, emoji)


@table.add("DELETE", REACTION + "/@me", Limit(1, 0.25))
def remove_own_reaction(call: Call) -> None:
    call.api.world.unreact(call.message, call.api.world.bot, _emoji(call))


@table.add("DELETE", REACTION + "/{user_id}", Limit(1, 0.25))
def remove_reaction(call: Call) -> None:
    world, message = call.api.world, call.message
    permissions.require(world, call.channel, Permission.MANAGE_MESSAGES)
    user = world.users.get(call.id("user_id"))
    if user is None:
        raise errors.unknown_user()
    world.unreact(message, user, _emoji(call))


@table.add("GET", REACTION)
def list_reactions(call: Call) -> list[Json]:
    world = call.api.world
    people = call.message.reactions.get(_emoji(call), [])
    return [discord_json.user_json(world.users[user]) for user in people]


@table.add("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions", Limit(1, 0.25))
def clear_reactions(call: Call) -> None:
    world, message = call.api.world, call.message
    permissions.require(world, call.channel, Permission.MANAGE_MESSAGES)
    for emoji, people in list(message.reactions.items()):
        for user in list(people):
            world.unreact(message, world.users[user], emoji)
