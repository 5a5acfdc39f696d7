"""What a person typed after a slash, checked against the command and put as Discord puts it.

docs: interactions/receiving-and-responding#interaction-object-interaction-data
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.playground.model.entities import Channel, User
from bot.playground.model.errors import Json
from bot.playground.model.uploads import UploadedFile, Uploads
from bot.playground.model.world import World
from bot.playground.protocol import discord_json
from bot.playground.protocol.commands import INTEGER, NUMBER, STRING, SUB_COMMAND, SUB_COMMAND_GROUP

BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT = 5, 6, 7, 8, 9, 11
LARGEST_NUMBER = 2**53  # docs: interactions/application-commands, option types INTEGER, NUMBER


class InvalidInput(ValueError):
    """Something a person gave that the command does not take; the message is for them."""


@dataclass(slots=True)
class Resolved:
    """The things that ids in an interaction's data stand for."""

    world: World
    uploads: Uploads
    channel_id: int
    parts: Json = field(default_factory=dict)

    def user(self, user: User) -> str:
        self.parts.setdefault("users", {})[str(user.id)] = discord_json.user_json(user)
        member = self.world.members.get(user.id)
        if member is not None:
            data = discord_json.member_json(member, with_user=False) | {"permissions": "0"}
            self.parts.setdefault("members", {})[str(user.id)] = data
        return str(user.id)

    def channel(self, channel: Channel, asking: int) -> str:
        data = discord_json.channel_json(self.world, channel, for_user=asking)
        self.parts.setdefault("channels", {})[str(channel.id)] = data
        return str(channel.id)

    def role(self, role_id: int) -> str:
        data = discord_json.role_json(self.world.roles[role_id])
        self.parts.setdefault("roles", {})[str(role_id)] = data
        return str(role_id)

    def file(self, file: UploadedFile) -> str:
        attachment = self.uploads.add(self.channel_id, file, ephemeral=True)
        data = discord_json.attachment_json(self.uploads, attachment)
        self.parts.setdefault("attachments", {})[str(attachment.id)] = data
        return str(attachment.id)


def find_options(command: Json, path: list[str]) -> list[Json]:
    """The options of a command, or of the subcommand at `path`. Raises InvalidInput."""
    options = command.get("options", [])
    for name in path:
        inner = [o for o in options if o["name"] == name and o["type"] <= SUB_COMMAND_GROUP]
        if not inner:
            raise InvalidInput(f"/{command['name']} has no subcommand {name}.")
        options = inner[0].get("options", [])
    if any(option["type"] <= SUB_COMMAND_GROUP for option in options):
        names = ", ".join(option["name"] for option in options)
        raise InvalidInput(f"/{command['name']} needs one of its subcommands: {names}.")
    return options


def option_data(
    command: Json,
    path: list[str],
    values: dict[str, Any],
    resolved: Resolved,
    *,
    asking: int,
    focused: str | None = None,
) -> list[Json]:
    """The `options` of an interaction. With `focused` nothing is required (autocomplete).

    values: by option name; a user, channel or file as User, Channel, UploadedFile.
    """
    options = find_options(command, path)
    unknown = set(values) - {option["name"] for option in options}
    if unknown:
        raise InvalidInput(f"/{command['name']} has no option {', '.join(sorted(unknown))}.")
    data: list[Json] = []
    for option in options:
        name = option["name"]
        if name not in values or values[name] is None:
            if option.get("required") and focused is None:
                raise InvalidInput(f"/{command['name']} needs {name}.")
            continue
        if name == focused:
            entry = {"name": name, "type": option["type"], "value": str(values[name])}
            data.append(entry | {"focused": True})
            continue
        try:
            value = _checked(option, values[name], resolved, asking)
        except InvalidInput:
            if focused is None:
                raise
            continue
        data.append({"name": name, "type": option["type"], "value": value})
    for depth, name in enumerate(reversed(path)):
        kind = SUB_COMMAND if depth == 0 else SUB_COMMAND_GROUP
        data = [{"name": name, "type": kind, "options": data}]
    return data


def _checked(option: Json, value: Any, resolved: Resolved, asking: int) -> Any:
    kind, name = option["type"], option["name"]
    if kind == STRING:
        value = str(value).strip()
        least, most = option.get("min_length", 1) or 1, option.get("max_length", 6000)
        if not least <= len(value) <= most:
            raise InvalidInput(f"{name} has {least} to {most} characters, not {len(value)}.")
    elif kind in (INTEGER, NUMBER):
        value = _number(option, value)
    elif kind == BOOLEAN:
        if not isinstance(value, bool):
            raise InvalidInput(f"{name} is yes or no.")
        return value
    elif kind in (USER, MENTIONABLE) and isinstance(value, User):
        return resolved.user(value)
    elif kind == CHANNEL and isinstance(value, Channel):
        allowed = option.get("channel_types")
        if allowed and int(value.type) not in allowed:
            raise InvalidInput(f"{name} is no channel of that kind.")
        return resolved.channel(value, asking)
    elif kind in (ROLE, MENTIONABLE) and isinstance(value, int) and value in resolved.world.roles:
        return resolved.role(value)
    elif kind == ATTACHMENT and isinstance(value, UploadedFile):
        return resolved.file(value)
    else:
        raise InvalidInput(f"{name} got something of the wrong kind.")
    choices = option.get("choices")
    if choices and value not in [choice["value"] for choice in choices]:
        raise InvalidInput(f"{name} is one of {', '.join(c['name'] for c in choices)}.")
    return value


def _number(option: Json, value: Any) -> int | float:
    name = option["name"]
    try:
        number = int(str(value)) if option["type"] == INTEGER else float(value)
    except ValueError:
        what = "a whole number" if option["type"] == INTEGER else "a number"
        raise InvalidInput(f"{name} is {what}.") from None
    least = option.get("min_value", -LARGEST_NUMBER)
    most = option.get("max_value", LARGEST_NUMBER)
    if not least <= number <= most:
        raise InvalidInput(f"{name} lies between {least} and {most}.")
    return number
