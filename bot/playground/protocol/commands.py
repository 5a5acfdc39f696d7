"""The application commands that the bot registered, and what Discord refuses in them.

docs: interactions/application-commands
"""

from __future__ import annotations

import re
from typing import Any

from bot.playground.model import errors
from bot.playground.model.errors import FormErrors, Json
from bot.playground.model.world import World

# docs: …#application-command-object-application-command-types
CHAT_INPUT, USER_MENU, MESSAGE_MENU, ENTRY_POINT = 1, 2, 3, 4
# docs: …#application-command-object-entry-point-command-handler-types
APP_HANDLER, DISCORD_LAUNCH_ACTIVITY = 1, 2
SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2
STRING, INTEGER, NUMBER = 3, 4, 10
MAX_COMMANDS = {CHAT_INPUT: 100, USER_MENU: 15, MESSAGE_MENU: 15, ENTRY_POINT: 1}
MAX_TEXT = 8000  # characters of a command's names, descriptions and values together
# docs: interactions/application-commands#application-command-object-application-command-naming
_NAME = re.compile(r"[-_'\w]{1,32}")

Path = tuple[str | int, ...]


class Commands:
    """Commands by scope: None for global ones, a guild's id for that guild's own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._scopes: dict[int | None, dict[int, Json]] = {}

    def restore(self, kept: list[Json]) -> None:
        """Know these global commands again."""
        self._scopes[None] = {int(command["id"]): command for command in kept}

    def all_in(self, scope: int | None) -> list[Json]:
        return list(self._scopes.get(scope, {}).values())

    def get(self, scope: int | None, command_id: int) -> Json:
        """Raises 10063."""
        try:
            return self._scopes[scope][command_id]
        except KeyError:
            raise errors.unknown_command() from None

    def usable(self) -> list[Json]:
        """What people in the guild can call: its own commands and the global ones."""
        return [*self.all_in(self.world.guild_id), *self.all_in(None)]

    @property
    def has_entry_point(self) -> bool:
        """Are Activities switched on?"""
        return any(one["type"] == ENTRY_POINT for one in self.all_in(None))

    def enable_activities(self) -> Json:
        """Switch Activities on, as in the developer portal: that adds an Entry Point command.

        docs: interactions/application-commands#default-entry-point-command
        """
        return self.upsert(
            None,
            {
                "type": ENTRY_POINT,
                "name": "launch",
                "description": "Launch an activity",
                "handler": DISCORD_LAUNCH_ACTIVITY,
                "integration_types": [0, 1],
                "contexts": [0, 1, 2],
            },
        )

    def overwrite(self, scope: int | None, bodies: list[Json]) -> list[Json]:
        """Replace all commands of a scope; one whose name stays keeps its id.

        An Entry Point command does not go this way: who leaves it out is refused with 50240.
        docs: interactions/application-commands#bulk-overwrite-global-application-commands,
        topics/opcodes-and-status-codes#json
        """
        kinds = [body.get("type") for body in bodies if isinstance(body, dict)]
        entry_points = [one for one in self.all_in(scope) if one["type"] == ENTRY_POINT]
        if entry_points and ENTRY_POINT not in kinds:
            raise errors.entry_point_left_out()
        blame = FormErrors()
        seen: set[tuple[int, Any]] = set()
        for index, body in enumerate(bodies):
            check_command(blame, (index,), body)
            if not isinstance(body, dict):
                continue
            key = (body.get("type", CHAT_INPUT), body.get("name"))
            if key in seen:
                message = "Application command names must be unique"
                blame.add((index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
            seen.add(key)
        for kind, most in MAX_COMMANDS.items():
            if sum(key[0] == kind for key in seen) > most:
                raise errors.ApiError(
                    400, 30032, f"Maximum number of application commands reached ({most})."
                )
        blame.check()
        old = {(c["type"], c["name"]): c for c in self.all_in(scope)}
        made = [self._stored(scope, body, old) for body in bodies]
        self._scopes[scope] = {int(command["id"]): command for command in made}
        self.world.emit("commands", self)
        return made

    def upsert(self, scope: int | None, body: Json) -> Json:
        """Add one, or replace the one of that name."""
        key = (body.get("type", CHAT_INPUT), body.get("name"))
        others = [c for c in self.all_in(scope) if (c["type"], c["name"]) != key]
        return self.overwrite(scope, [*others, body])[-1]

    def remove(self, scope: int | None, command_id: int) -> None:
        self.get(scope, command_id)
        del self._scopes[scope][command_id]
        self.world.emit("commands", self)

    def _stored(self, scope: int | None, body: Json, old: dict[tuple[int, str], Json]) -> Json:
        kind = body.get("type") or CHAT_INPUT
        before = old.get((kind, body["name"]))
        needed = body.get("default_member_permissions")
        command: Json = {
            "id": before["id"] if before else str(self.world.new_id()),
            "application_id": str(self.world.bot.id),
            "version": str(self.world.new_id()),
            "type": kind,
            "name": body["name"],
            "name_localizations": body.get("name_localizations"),
            "description": body.get("description") or "",
            "description_localizations": body.get("description_localizations"),
            "default_member_permissions": str(needed) if needed is not None else None,
            "dm_permission": body.get("dm_permission", True),
            "contexts": body.get("contexts"),
            "integration_types": body.get("integration_types") or [0],
            "nsfw": bool(body.get("nsfw")),
        }
        if body.get("options"):
            command["options"] = body["options"]
        if kind == ENTRY_POINT:
            command["handler"] = body.get("handler") or DISCORD_LAUNCH_ACTIVITY
        if scope is not None:
            command["guild_id"] = str(scope)
        return command


def check_command(blame: FormErrors, path: Path, body: Any) -> None:
    """docs: interactions/application-commands#application-command-object"""
    if not isinstance(body, dict):
        blame.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return
    kind = body.get("type") or CHAT_INPUT
    if not blame.range((*path, "type"), kind, CHAT_INPUT, ENTRY_POINT):
        return
    if "handler" in body and kind != ENTRY_POINT:
        message = "Only an Entry Point command has a handler"
        blame.add((*path, "handler"), "APPLICATION_COMMAND_INVALID_HANDLER", message)
    elif body.get("handler") is not None:
        blame.range((*path, "handler"), body["handler"], APP_HANDLER, DISCORD_LAUNCH_ACTIVITY)
    if kind == ENTRY_POINT:
        blame.length((*path, "name"), body.get("name", ""), 32, least=1)
        return
    if kind == CHAT_INPUT:
        _check_names(blame, path, body)
        _check_options(blame, path, body.get("options") or [])
        if _weight(body) > MAX_TEXT:
            message = f"Command exceeds maximum size ({MAX_TEXT})"
            blame.add(path, "APPLICATION_COMMAND_TOO_LARGE", message)
        return
    blame.length((*path, "name"), body.get("name", ""), 32, least=1)
    if body.get("description"):
        message = "Context menu commands cannot have description"
        blame.add((*path, "description"), "APPLICATION_COMMAND_NO_DESCRIPTION", message)
    if body.get("options"):
        message = "Context menu commands cannot have options"
        blame.add((*path, "options"), "APPLICATION_COMMAND_NO_OPTIONS", message)


def _check_names(blame: FormErrors, path: Path, body: Json) -> None:
    names: dict[Path, Any] = {("name",): body.get("name", "")}
    for locale, text in (body.get("name_localizations") or {}).items():
        names[("name_localizations", locale)] = text
    for where, name in names.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name != name.lower():
            message = "String value did not match validation regex."
            blame.add((*path, *where), "STRING_TYPE_REGEX", message)
    descriptions: dict[Path, Any] = {("description",): body.get("description", "")}
    for locale, text in (body.get("description_localizations") or {}).items():
        descriptions[("description_localizations", locale)] = text
    for where, text in descriptions.items():
        blame.length((*path, *where), text, 100, least=1)


def _check_options(blame: FormErrors, path: Path, options: list[Any]) -> None:
    names: set[Any] = set()
    optional_seen = False
    _check_localised(blame, (*path, "options"), options)
    for index, option in enumerate(blame.entries((*path, "options"), options, 25)):
        where = (*path, "options", index)
        _check_names(blame, where, option)
        if option.get("name") in names:
            message = "Option name must be unique"
            blame.add((*where, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED", message)
        names.add(option.get("name"))
        if not blame.range((*where, "type"), option.get("type"), 1, 11):
            continue
        if option["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP):
            _check_options(blame, where, option.get("options") or [])
            continue
        if option.get("required") and optional_seen:
            message = "Required options must be placed before non-required options"
            blame.add(where, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional_seen = optional_seen or not option.get("required")
        _check_choices(blame, where, option)


def _check_localised(blame: FormErrors, path: Path, options: list[Any]) -> None:
    """In each language the options of a command must have names of their own, where a language
    without a name for an option shows its default one.

    docs: interactions/application-commands#localization
    """
    named = [option for option in options if isinstance(option, dict)]
    locales = {locale for one in named for locale in one.get("name_localizations") or {}}
    for locale in sorted(locales):
        seen: set[Any] = set()
        for index, option in enumerate(named):
            name = (option.get("name_localizations") or {}).get(locale, option.get("name"))
            if name in seen:
                where = (*path, index, "name_localizations", locale)
                message = "Option name must be unique"
                blame.add(where, "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED", message)
            seen.add(name)


def _check_choices(blame: FormErrors, path: Path, option: Json) -> None:
    choices = option.get("choices") or []
    if choices and option.get("autocomplete"):
        message = "An option has choices or autocomplete, not both"
        blame.add(path, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", message)
    check_choices(blame, (*path, "choices"), choices)


def check_choices(blame: FormErrors, path: Path, choices: Any) -> None:
    """At most 25 of name and value. docs: interactions/application-commands, option choices"""
    for index, choice in enumerate(blame.entries(path, choices, 25)):
        blame.length((*path, index, "name"), choice.get("name", ""), 100, least=1)
        value = choice.get("value")
        if isinstance(value, str):
            blame.length((*path, index, "value"), value, 100, least=1)
        elif isinstance(value, bool) or not isinstance(value, int | float):
            blame.add((*path, index, "value"), "BASE_TYPE_REQUIRED", "This field is required")


def _weight(body: Json) -> int:
    """Characters of a command: for each localised text the longest counts."""
    total = 0
    for key in ("name", "description"):
        texts = [body.get(key) or "", *(body.get(f"{key}_localizations") or {}).values()]
        total += max(len(str(text)) for text in texts)
    for choice in body.get("choices") or []:
        total += len(str(choice.get("name", ""))) + len(str(choice.get("value", "")))
    return total + sum(_weight(option) for option in body.get("options") or [])
