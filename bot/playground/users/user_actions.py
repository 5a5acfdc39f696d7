"""What people do to the bot: call a command, press, choose, fill in; as interactions.

Everything here raises InvalidInput for what Discord's own client would not let through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.playground.model import permissions
from bot.playground.model.entities import Channel, Message, User
from bot.playground.model.errors import Json
from bot.playground.model.permission import Permission
from bot.playground.protocol import discord_json
from bot.playground.protocol.command_input import InvalidInput, option_data
from bot.playground.protocol.commands import CHAT_INPUT, MESSAGE_MENU, USER_MENU, Commands
from bot.playground.protocol.component_rules import Kind, value_range
from bot.playground.protocol.interaction import (
    USER_INSTALL,
    Asked,
    Context,
    Interaction,
    context_of,
)
from bot.playground.protocol.interactions import Desk
from bot.playground.protocol.modal_input import modal_data, picked


@dataclass(frozen=True, slots=True)
class UserActions:
    """One person's hand on the bot's commands and components."""

    desk: Desk
    commands: Commands
    user: User

    def usable(self, channel: Channel) -> list[Json]:
        """The commands that this person can call in a channel.

        docs: interactions/application-commands#permissions, #interaction-contexts
        """
        world, context = self.desk.world, context_of(channel)
        stranger = not world.has_bot(channel)
        granted = permissions.in_channel(world, self.user.id, channel)
        if not granted & Permission.USE_APPLICATION_COMMANDS:
            return []
        found: list[Json] = []
        for command in self.commands.usable():
            contexts = command["contexts"]
            fits = context in contexts if contexts is not None else True
            if context is not Context.GUILD and contexts is None:
                fits = bool(command["dm_permission"]) and "guild_id" not in command
            if stranger:  # only what people installed for themselves
                fits = fits and USER_INSTALL in command["integration_types"]
            needed = command["default_member_permissions"]
            allowed = channel.is_private or needed is None or int(needed) & ~int(granted) == 0
            # docs: interactions/application-commands#agerestricted-commands
            if command["nsfw"] and not (channel.is_private or channel.age_restricted):
                continue
            if fits and allowed:
                found.append(command)
        return found

    def _command(self, channel: Channel, name: str, kind: int) -> Json:
        usable = [command for command in self.usable(channel) if command["type"] == kind]
        for command in usable:
            if command["name"] == name:
                return command
        known = ", ".join(command["name"] for command in usable) or "none"
        raise InvalidInput(f"There is no command {name} here; there are: {known}.")

    def call(self, channel: Channel, name: str, values: dict[str, Any]) -> Interaction:
        """Call a slash command; spaces in `name` lead to subcommands."""
        root, *path = name.split()
        command = self._command(channel, root, CHAT_INPUT)
        resolved = self.desk.resolved(channel)
        options = option_data(command, path, values, resolved, asking=self.user.id)
        data = _command_data(command, options, resolved.parts)
        return self.desk.ask(Asked.COMMAND, self.user, channel, data, command=command)

    def complete(
        self, channel: Channel, name: str, values: dict[str, Any], focused: str
    ) -> Interaction:
        """Ask for suggestions for the option `focused`, whose text is in `values`."""
        root, *path = name.split()
        command = self._command(channel, root, CHAT_INPUT)
        resolved = self.desk.resolved(channel)
        options = option_data(command, path, values, resolved, asking=self.user.id, focused=focused)
        data = _command_data(command, options, resolved.parts)
        return self.desk.ask(Asked.AUTOCOMPLETE, self.user, channel, data, command=command)

    def use_on_message(self, name: str, message: Message) -> Interaction:
        """Call a command of a message's menu."""
        world = self.desk.world
        channel = world.channel(message.channel_id)
        command = self._command(channel, name, MESSAGE_MENU)
        target = discord_json.message_json(world, self.desk.uploads, message, viewer=world.bot.id)
        data = _command_data(command, [], {"messages": {str(message.id): target}})
        data["target_id"] = str(message.id)
        return self.desk.ask(Asked.COMMAND, self.user, channel, data, command=command)

    def use_on_user(self, channel: Channel, name: str, target: User) -> Interaction:
        """Call a command of a person's menu."""
        command = self._command(channel, name, USER_MENU)
        resolved = self.desk.resolved(channel)
        data = {"target_id": resolved.user(target)}
        data |= _command_data(command, [], resolved.parts)
        return self.desk.ask(Asked.COMMAND, self.user, channel, data, command=command)

    def component(
        self, message: Message, custom_id: str, values: list[Any] | None = None
    ) -> Interaction:
        """Press the button, or choose `values` in the select, that has this custom id.

        values: option values, or User, Channel and role ids where the select is for those.
        """
        if message.deleted or message.ephemeral_to not in (None, self.user.id):
            raise InvalidInput("That message is not there any more.")
        parts = [part for part in message.walk() if part.get("custom_id") == custom_id]
        if not parts:
            raise InvalidInput(f"The message has nothing with the id {custom_id}.")
        part = parts[0]
        if part.get("disabled"):
            raise InvalidInput("That is switched off.")
        channel = self.desk.world.channel(message.channel_id)
        data: Json = {
            "custom_id": custom_id,
            "component_type": part["type"],
            "id": part["id"],
        }
        if part["type"] != Kind.BUTTON:
            data |= self._chosen(part, channel, values or [])
        return self.desk.ask(Asked.COMPONENT, self.user, channel, data, source=message)

    def _chosen(self, part: Json, channel: Channel, values: list[Any]) -> Json:
        least, most = value_range(part)
        if not least <= len(values) <= most:
            raise InvalidInput(f"Choose {least} to {most}, not {len(values)}.")
        if part["type"] == Kind.STRING_SELECT:
            if set(values) - {option["value"] for option in part["options"]}:
                raise InvalidInput("There is no such option.")
            return {"values": values}
        kinds = part.get("channel_types")
        if kinds and any(isinstance(v, Channel) and int(v.type) not in kinds for v in values):
            raise InvalidInput("Channels of that kind cannot be chosen there.")
        resolved = self.desk.resolved(channel)
        return {"values": [picked(v, resolved) for v in values], "resolved": resolved.parts}

    def submit(self, opened: Interaction, values: dict[str, Any]) -> Interaction:
        """Send off the modal that an interaction opened; values by custom id."""
        if opened.modal is None or opened.user is not self.user:
            raise InvalidInput("No form is open.")
        resolved = self.desk.resolved(opened.channel)
        data = modal_data(opened.modal, values, resolved)
        return self.desk.ask(
            Asked.MODAL, self.user, opened.channel, data, source=opened.source, parent=opened
        )


def _command_data(command: Json, options: list[Json], resolved: Json) -> Json:
    """docs: interactions/receiving-and-responding#interaction-object-interaction-data"""
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    if options:
        data["options"] = options
    if resolved:
        data["resolved"] = resolved
    return data
