"""Keys that Discord would silently ignore: the mark of a typing error in the bot.

Discord's document allows any further key, so these tables stand beside it.
docs: resources/message, components/reference, interactions/application-commands
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_MESSAGE = {
    "content",
    "nonce",
    "tts",
    "embeds",
    "allowed_mentions",
    "message_reference",
    "components",
    "sticker_ids",
    "attachments",
    "flags",
    "enforce_nonce",
    "poll",
    "thread_name",
    "username",
    "avatar_url",
    "applied_tags",
}
_CALLBACK_DATA = _MESSAGE | {"choices", "custom_id", "title"}
_COMMAND = {
    "id",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "default_member_permissions",
    "dm_permission",
    "default_permission",
    "integration_types",
    "contexts",
    "type",
    "nsfw",
    "handler",
}
_OPTION = {
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "required",
    "choices",
    "options",
    "channel_types",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "autocomplete",
}
_CHOICE = {"name", "name_localizations", "value"}
_MENTIONS = {"parse", "roles", "users", "replied_user"}
_ATTACHMENT = {
    "id",
    "filename",
    "title",
    "description",
    "content_type",
    "size",
    "url",
    "proxy_url",
    "height",
    "width",
    "ephemeral",
    "duration_secs",
    "waveform",
    "flags",
    "is_remix",
    "is_spoiler",
}
_MEDIA = {
    "url",
    "proxy_url",
    "height",
    "width",
    "content_type",
    "attachment_id",
    "placeholder",
    "placeholder_version",
    "description",
    "flags",
    "loading_state",
}
_EMBED: dict[str, set[str]] = {
    "": {
        "title",
        "type",
        "description",
        "url",
        "timestamp",
        "color",
        "footer",
        "image",
        "thumbnail",
        "video",
        "provider",
        "author",
        "fields",
        "flags",
    },
    "footer": {"text", "icon_url", "proxy_icon_url"},
    "image": _MEDIA,
    "thumbnail": _MEDIA,
    "author": {"name", "url", "icon_url", "proxy_icon_url"},
    "fields": {"name", "value", "inline"},
}
_SELECT = {"custom_id", "placeholder", "min_values", "max_values", "disabled", "required"}
_COMPONENTS: dict[int, set[str]] = {
    1: {"components"},
    2: {"style", "label", "emoji", "custom_id", "sku_id", "url", "disabled"},
    3: _SELECT | {"options"},
    4: {
        "custom_id",
        "style",
        "label",
        "min_length",
        "max_length",
        "required",
        "value",
        "placeholder",
    },
    5: _SELECT | {"default_values"},
    6: _SELECT | {"default_values"},
    7: _SELECT | {"default_values"},
    8: _SELECT | {"default_values", "channel_types"},
    9: {"components", "accessory"},
    10: {"content"},
    11: {"media", "description", "spoiler"},
    12: {"items"},
    13: {"file", "spoiler", "name", "size"},
    14: {"divider", "spacing"},
    17: {"components", "accent_color", "spoiler"},
    18: {"label", "description", "component"},
    19: {"custom_id", "min_values", "max_values", "required"},
    21: {"custom_id", "options", "required"},
    22: {"custom_id", "options", "min_values", "max_values", "required"},
    23: {"custom_id", "default"},
}
_SELECT_OPTION = {"label", "value", "description", "emoji", "default"}


def stray_keys(route: str, body: Any) -> Iterator[str]:
    """Places of unknown keys in the body of a request, such as "embeds/0/titel"."""
    if route.endswith("/callback") and isinstance(body, dict):
        yield from _beyond(body, {"type", "data"}, "")
        yield from _message(body.get("data"), _CALLBACK_DATA, "data/")
    elif "/commands" in route:
        for index, command in enumerate(body if isinstance(body, list) else [body]):
            yield from _command(command, _COMMAND, f"{index}/")
    elif ("/webhooks/" in route or "/messages" in route) and not route.endswith(
        ("/threads", "/bulk-delete")
    ):
        yield from _message(body, _MESSAGE, "")


def _beyond(value: Any, known: set[str], place: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{place}{key}" for key in value if key not in known)


def _each(value: Any, key: str) -> Iterator[tuple[int, Any]]:
    inner = value.get(key) if isinstance(value, dict) else None
    return enumerate(inner if isinstance(inner, list) else [])


def _message(body: Any, known: set[str], place: str) -> Iterator[str]:
    yield from _beyond(body, known, place)
    if not isinstance(body, dict):
        return
    yield from _beyond(body.get("allowed_mentions"), _MENTIONS, f"{place}allowed_mentions/")
    for index, file in _each(body, "attachments"):
        yield from _beyond(file, _ATTACHMENT, f"{place}attachments/{index}/")
    for index, embed in _each(body, "embeds"):
        where = f"{place}embeds/{index}/"
        yield from _beyond(embed, _EMBED[""], where)
        for part in ("footer", "image", "thumbnail", "author"):
            yield from _beyond(embed.get(part), _EMBED[part], f"{where}{part}/")
        for number, entry in _each(embed, "fields"):
            yield from _beyond(entry, _EMBED["fields"], f"{where}fields/{number}/")
    for index, part in _each(body, "components"):
        yield from _component(part, f"{place}components/{index}/")


def _component(part: Any, place: str) -> Iterator[str]:
    if not isinstance(part, dict):
        return
    yield from _beyond(part, _COMPONENTS.get(part.get("type", 0), set()) | {"type", "id"}, place)
    for index, inner in _each(part, "components"):
        yield from _component(inner, f"{place}components/{index}/")
    for key in ("accessory", "component"):
        yield from _component(part.get(key), f"{place}{key}/")
    for index, option in _each(part, "options"):
        yield from _beyond(option, _SELECT_OPTION, f"{place}options/{index}/")
    for index, item in _each(part, "items"):
        yield from _beyond(item, {"media", "description", "spoiler"}, f"{place}items/{index}/")
        yield from _beyond(item.get("media"), _MEDIA, f"{place}items/{index}/media/")


def _command(body: Any, known: set[str], place: str) -> Iterator[str]:
    yield from _beyond(body, known, place)
    for index, option in _each(body, "options"):
        yield from _command(option, _OPTION, f"{place}options/{index}/")
    for index, choice in _each(body, "choices"):
        yield from _beyond(choice, _CHOICE, f"{place}choices/{index}/")
