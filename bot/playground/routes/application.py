"""docs: resources/application, events/gateway#get-gateway-bot"""

from __future__ import annotations

from bot.playground.model import errors
from bot.playground.model.errors import Json
from bot.playground.protocol import discord_json
from bot.playground.rest import Call, RouteTable

table = RouteTable()


@table.add("GET", "/oauth2/applications/@me")
def current_application(call: Call) -> Json:
    return discord_json.application_json(call.api.world)


@table.add("GET", "/applications/@me")
def own_application(call: Call) -> Json:
    return discord_json.application_json(call.api.world)


@table.add("GET", "/applications/{application_id}/emojis")
def emojis(call: Call) -> Json:
    return {"items": []}


@table.add("GET", "/applications/{application_id}/activity-instances/{instance}")
def activity_instance(call: Call) -> Json:
    found = call.api.activities.instances.get(call.params["instance"])
    if found is None or call.id("application_id") != call.api.world.bot.id:
        raise errors.ApiError(404, 0, "404: Not Found")
    return call.api.activities.instance_json(found)


@table.add("GET", "/gateway/bot")
def gateway(call: Call) -> Json:
    return {
        "url": call.api.gateway.resume_url,
        "shards": call.api.gateway.shards,
        "session_start_limit": {
            "total": 1000,
            "remaining": 1000,
            "reset_after": 0,
            "max_concurrency": 16,
        },
    }


@table.add("GET", "/guilds/{guild_id}")
def guild(call: Call) -> Json:
    world = call.api.world
    if call.id("guild_id") != world.guild_id:
        raise errors.unknown_guild()
    return discord_json.guild_json(world)


@table.add("GET", "/guilds/{guild_id}/channels")
def guild_channels(call: Call) -> list[Json]:
    world = call.api.world
    if call.id("guild_id") != world.guild_id:
        raise errors.unknown_guild()
    inside = [c for c in world.channels.values() if c.guild_id == world.guild_id]
    return [
        discord_json.channel_json(world, channel) for channel in inside if not channel.is_thread
    ]


@table.add("GET", "/guilds/{guild_id}/emojis")
def guild_emoji(call: Call) -> list[Json]:
    world = call.api.world
    if call.id("guild_id") != world.guild_id:
        raise errors.unknown_guild()
    return [discord_json.emoji_json(emoji) for emoji in world.emoji.values()]


@table.add("GET", "/guilds/{guild_id}/members/{user_id}")
def guild_member(call: Call) -> Json:
    member = call.api.world.members.get(call.id("user_id"))
    if member is None or call.id("guild_id") != call.api.world.guild_id:
        raise errors.unknown_member()
    return discord_json.member_json(member)
