"""State as the page gets it: Discord's JSON where that fits, and a little more."""

from __future__ import annotations

from typing import Any

from bot.playground.model import permissions
from bot.playground.model.entities import Channel, Message, User
from bot.playground.model.errors import Json
from bot.playground.model.permission import Permission
from bot.playground.model.world import Event, World
from bot.playground.protocol import discord_json
from bot.playground.protocol.activities import Instance
from bot.playground.protocol.interaction import Interaction
from bot.playground.protocol.interactions import Desk

# Of commands, their options, and the choices of those.
_OF_COMMANDS = {
    *("id", "type", "name", "description", "value", "required", "autocomplete", "channel_types"),
    *("min_value", "max_value", "min_length", "max_length"),
}


def person(world: World, user: User, *, here: bool) -> Json:
    member = world.members.get(user.id)
    moderates = member is not None and world.moderators.id in member.roles
    return {
        "id": str(user.id),
        "name": user.name,
        "bot": user.is_bot,
        "moderator": moderates,
        "here": here,
    }


def room(world: World, user: User, here: set[int]) -> Json:
    """All that a page needs when someone comes in, except messages."""
    users = [member.user for member in world.members.values()]
    channels = [c for c in world.channels.values() if world.can_view(c, user.id)]
    return {
        "me": str(user.id),
        "bot": str(world.bot.id),
        "guild": world.guild_name,
        "people": [person(world, other, here=other.id in here) for other in users],
        "roles": [{"id": str(role.id), "name": role.name} for role in world.roles.values()],
        "channels": [channel(world, item, user) for item in channels],
        "grants": grants(world),
    }


def grants(world: World) -> Json:
    """What the server and the application let the bot do, of what people may switch here."""
    return {
        "delete": world.bot_has(Permission.MANAGE_MESSAGES),
        "read": world.shows_content,
    }


def activity(item: Instance) -> Json:
    """An Activity that runs; without people, it has ended."""
    people = [str(user.id) for user in item.users]
    return {"id": item.id, "channel": str(item.channel.id), "people": people}


def channel(world: World, item: Channel, user: User) -> Json:
    granted = permissions.in_channel(world, user.id, item)
    writing = Permission.SEND_MESSAGES_IN_THREADS if item.is_thread else Permission.SEND_MESSAGES
    return {
        "id": str(item.id),
        "type": int(item.type),
        "name": world.bot.name if item.is_direct else item.name,
        "elsewhere": not world.has_bot(item),
        "topic": item.topic,
        "parent": item.parent_id and str(item.parent_id),
        "archived": item.archived,
        "can_write": bool(granted & writing) and not item.locked,
        "can_moderate": bool(granted & Permission.MANAGE_MESSAGES),
    }


def command(item: Json, locale: str) -> Json:
    """A command without what only bots need, as a person with this locale reads it: `label` is
    its name for them. Its options and their choices are put the same way."""
    shown = {key: value for key, value in item.items() if key in _OF_COMMANDS}
    shown["label"] = (item.get("name_localizations") or {}).get(locale, item["name"])
    described = (item.get("description_localizations") or {}).get(locale)
    if described:
        shown["description"] = described
    for key in ("options", "choices"):
        if key in item:
            shown[key] = [command(inner, locale) for inner in item[key]]
    return shown


def message(world: World, desk: Desk, item: Message, user: User) -> Json:
    return discord_json.message_json(world, desk.uploads, item, viewer=user.id)


def event(world: World, desk: Desk, happened: Event, user: User) -> Json | None:
    """What a person is told of an event, None when it is not for them."""
    subject: Any = happened.subject
    kind = happened.kind
    if kind.startswith(("message_", "reaction_")):
        return _message_event(world, desk, kind, subject, user)
    if kind.startswith("channel_"):
        if kind == "channel_delete" or not world.can_view(subject, user.id):
            return {"event": "channel_gone", "channel": str(subject.id)}
        return {"event": "channel", "channel": channel(world, subject, user)}
    if kind == "typing" and happened.user is not user and world.can_view(subject, user.id):
        who = happened.user and str(happened.user.id)
        return {"event": "typing", "channel": str(subject.id), "user": who}
    if kind == "member_add":
        return {"event": "person", "person": person(world, subject.user, here=True)}
    if kind in ("presence", "bot_presence"):
        return {"event": "person", "person": person(world, subject, here=bool(happened.detail))}
    if kind == "activity" and world.can_view(subject.channel, user.id):
        return {"event": "activity", "activity": activity(subject)}
    if kind in ("role_update", "intent_update"):
        return {"event": "grants", "grants": grants(world)}
    if kind in ("interaction_answered", "interaction_failed") and subject.user is user:
        return _interaction_event(kind, subject)
    return None


def _message_event(world: World, desk: Desk, kind: str, item: Message, user: User) -> Json | None:
    place = world.channels[item.channel_id]
    if item.ephemeral_to not in (None, user.id) or not world.can_view(place, user.id):
        return None
    if kind == "message_delete":
        return {"event": "message_gone", "channel": str(place.id), "message": str(item.id)}
    return {
        "event": "message",
        "new": kind == "message_create",
        "channel": str(place.id),
        "message": message(world, desk, item, user),
        "pings": user.id in item.mentions or item.mention_everyone,
    }


def _interaction_event(kind: str, asked: Interaction) -> Json:
    data: Json = {
        "event": "interaction",
        "interaction": str(asked.id),
        "failed": kind == "interaction_failed",
    }
    if asked.modal is not None:
        data["modal"] = asked.modal
    if asked.launched is not None:
        data["launched"] = asked.launched
    return data


def field_kinds(modal: Json) -> dict[str, int]:
    """The component type of each field of a modal, by custom id."""
    kinds: dict[str, int] = {}
    for part in modal["components"]:
        inner = [*part.get("components", []), *filter(None, [part.get("component")])]
        kinds |= {item["custom_id"]: item["type"] for item in inner}
    return kinds
