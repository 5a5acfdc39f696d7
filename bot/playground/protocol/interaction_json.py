"""Interactions as Discord puts them: to the bot, in messages, and in the answer to an answer."""

from __future__ import annotations

from bot.playground.model import permissions
from bot.playground.model.errors import Json
from bot.playground.model.uploads import MAX_FILE, Uploads
from bot.playground.model.world import World
from bot.playground.protocol import discord_json
from bot.playground.protocol.interaction import USER_INSTALL, Answer, Asked, Interaction, context_of


def payload(world: World, uploads: Uploads, interaction: Interaction) -> Json:
    """docs: interactions/receiving-and-responding#interaction-object"""
    channel, user = interaction.channel, interaction.user
    data: Json = {
        "id": str(interaction.id),
        "application_id": str(world.bot.id),
        "type": int(interaction.kind),
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": discord_json.channel_json(world, channel, for_user=user.id),
        "token": interaction.token,
        "version": 1,
        "locale": user.locale,
        "app_permissions": str(int(permissions.of_app(world, channel))),
        "entitlements": [],
        "authorizing_integration_owners": owners(world, interaction),
        "context": int(context_of(channel)),
        "attachment_size_limit": MAX_FILE,
    }
    if interaction.source is not None:
        data["message"] = discord_json.message_json(
            world, uploads, interaction.source, viewer=world.bot.id
        )
    if channel.is_private:
        return data | {"user": discord_json.user_json(user)}
    granted = permissions.in_channel(world, user.id, channel)
    member = discord_json.member_json(world.members[user.id])
    guild = str(channel.guild_id)
    if not world.has_bot(channel):
        member["roles"] = []
    return data | {
        "guild_id": guild,
        "guild": {
            "id": guild,
            "locale": world.locale,
            "features": ["COMMUNITY"] if world.community_locale else [],
        },
        "guild_locale": world.locale,
        "member": member | {"permissions": str(int(granted))},
    }


def owners(world: World, interaction: Interaction) -> Json:
    """By whose leave it was asked: the server's, and that of who installed the bot for
    themselves, as everybody here has.

    docs: …#interaction-object-authorizing-integration-owners-object
    """
    if interaction.parent is not None:
        return owners(world, interaction.parent)
    if interaction.source is not None and interaction.source.interaction is not None:
        return interaction.source.interaction["authorizing_integration_owners"]
    found: Json = {}
    channel, command = interaction.channel, interaction.command
    if world.has_bot(channel):
        found["0"] = str(channel.guild_id or 0)
    if command is not None and USER_INSTALL in command["integration_types"]:
        found["1"] = str(interaction.user.id)
    return found


def metadata(world: World, interaction: Interaction) -> Json:
    """docs: resources/message#message-interaction-metadata-object"""
    data: Json = {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "user": discord_json.user_json(interaction.user),
        "authorizing_integration_owners": owners(world, interaction),
    }
    if interaction.command is not None:
        data["name"] = interaction.command["name"]
        if "target_id" in interaction.data and interaction.command["type"] == 3:
            data["target_message_id"] = interaction.data["target_id"]
    if interaction.kind is Asked.COMPONENT and interaction.source is not None:
        data["interacted_message_id"] = str(interaction.source.id)
    if interaction.parent is not None:
        data["triggering_interaction_metadata"] = metadata(world, interaction.parent)
    return data


def callback(world: World, uploads: Uploads, interaction: Interaction) -> Json:
    """docs: interactions/receiving-and-responding, interaction callback response"""
    message = interaction.message
    data: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
    resource: Json = {}
    if interaction.launched is not None:
        data["activity_instance_id"] = interaction.launched
        resource["activity_instance"] = {"id": interaction.launched}
    if message is not None and not message.deleted:
        data |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.is_loading,
            "response_message_ephemeral": message.ephemeral_to is not None,
        }
        if interaction.answer in (Answer.MESSAGE, Answer.UPDATE):
            resource["message"] = discord_json.message_json(
                world, uploads, message, viewer=world.bot.id
            )
    if not resource:
        return {"interaction": data}
    return {"interaction": data, "resource": resource | {"type": int(interaction.answer or 0)}}
