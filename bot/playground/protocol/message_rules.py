"""What Discord refuses in a message: lengths, counts, and things that don't go together.

docs: resources/message#create-message, resources/message#embed-object-embed-limits,
resources/message#attachment-object, resources/message#allowed-mentions-object
"""

from __future__ import annotations

import re
from typing import Any

from bot.playground.model.entities import Message, MessageFlag
from bot.playground.model.errors import FormErrors, Json
from bot.playground.model.uploads import MAX_FILES

MAX_CONTENT = 2000  # docs: resources/message#create-message
MAX_EMBEDS = 10
MAX_EMBED_TEXT = 6000  # summed over all embeds of a message
MAX_DESCRIPTION = 1024  # of an attachment
MAX_ALLOWED_MENTIONS = 100
NOT_WITH_V2 = ("content", "embeds", "sticker_ids", "poll")

# Flags that a bot may set; the rest of what it sends is ignored.
SETTABLE = (
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.EPHEMERAL
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.COMPONENTS_V2
)

_EMBED_TEXTS = {"title": 256, "description": 4096}
_EMBED_PARTS = {"footer": ("text", 2048), "author": ("name", 256)}
_KEYCAP = re.compile(r"[0-9#*]\ufe0f?\u20e3")
_NO_EMOJI = re.compile(r"[\s\w<>@/:&\"']")
_LINK = re.compile(r"(https?|attachment)://\S+")


def check_content(blame: FormErrors, content: Any) -> None:
    if content is not None:
        blame.length(("content",), content, MAX_CONTENT)


def check_embeds(blame: FormErrors, embeds: Any) -> None:
    """docs: resources/message#embed-object-embed-limits"""
    if embeds is None:
        return
    listed = blame.entries(("embeds",), embeds, MAX_EMBEDS)
    total = sum(_check_embed(blame, ("embeds", i), embed) for i, embed in enumerate(listed))
    if total > MAX_EMBED_TEXT:
        message = f"Embed size exceeds maximum size of {MAX_EMBED_TEXT}"
        blame.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", message)


def _check_embed(blame: FormErrors, path: tuple[str | int, ...], embed: Any) -> int:
    """Blame what is wrong in one embed and return how many characters it counts."""
    if not isinstance(embed, dict):
        blame.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return 0
    texts: list[str] = []
    for key, most in _EMBED_TEXTS.items():
        if embed.get(key) is not None and blame.length((*path, key), embed[key], most):
            texts.append(embed[key])
    for key, (inner, most) in _EMBED_PARTS.items():
        text = (embed.get(key) or {}).get(inner)
        if text is not None and blame.length((*path, key, inner), text, most):
            texts.append(text)
    fields = blame.entries((*path, "fields"), embed.get("fields") or [], 25)
    for index, entry in enumerate(fields):
        for key, most in (("name", 256), ("value", 1024)):
            where = (*path, "fields", index, key)
            if blame.length(where, entry.get(key, ""), most, least=1):
                texts.append(entry[key])
    for key in ("image", "thumbnail"):
        url = (embed.get(key) or {}).get("url")
        if url is not None and not (isinstance(url, str) and _LINK.fullmatch(url)):
            scheme = "Scheme must be one of ('http', 'https', 'attachment')."
            blame.add((*path, key, "url"), "URL_TYPE_INVALID_SCHEME", scheme)
    return sum(len(text) for text in texts)


def check_attachments(blame: FormErrors, entries: Any, file_keys: set[int], kept: set[int]) -> None:
    """Each entry names a file of this request (`files[n]`) or, in an edit, one already there.

    docs: reference#uploading-files, reference#editing-message-attachments
    """
    if entries is None:
        return
    for index, entry in enumerate(blame.entries(("attachments",), entries, MAX_FILES)):
        path = ("attachments", index)
        if not isinstance(entry, dict) or not str(entry.get("id", "")).isdigit():
            blame.add((*path, "id"), "BASE_TYPE_REQUIRED", "This field is required")
            continue
        if int(entry["id"]) not in file_keys | kept:
            message = f"Attachment data not found for id {entry['id']}"
            blame.add((*path, "id"), "ATTACHMENT_NOT_FOUND", message)
        if entry.get("description") is not None:
            blame.length((*path, "description"), entry["description"], MAX_DESCRIPTION)


def check_flags(blame: FormErrors, body: Json, previous: Message | None) -> bool:
    """Blame fields that a Components V2 message may not have. Returns whether it is one.

    docs: components/using-message-components#sending-a-message-with-components-v2
    """
    flags = body.get("flags") or 0
    if not isinstance(flags, int):
        blame.add(("flags",), "NUMBER_TYPE_COERCE", "Value is not an integer.")
        return False
    was_v2 = previous is not None and previous.is_v2
    if not (flags & MessageFlag.COMPONENTS_V2 or was_v2):
        return False
    for key in NOT_WITH_V2:
        stays = previous is not None and not was_v2 and key not in body and _holds(previous, key)
        if body.get(key) or stays:
            message = "The 'content', 'embeds', 'stickers' and 'poll' fields cannot be used here."
            blame.add((key,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    return True


def _holds(message: Message, key: str) -> bool:
    return bool(getattr(message, key, None))


def check_allowed_mentions(blame: FormErrors, allowed: Any) -> None:
    """A kind is either parsed or listed by ids. docs: resources/message#allowed-mentions-object"""
    if allowed is None:
        return
    if not isinstance(allowed, dict):
        message = "Only dictionaries may be used in a ModelType"
        blame.add(("allowed_mentions",), "MODEL_TYPE_CONVERT", message)
        return
    parse = allowed.get("parse") or []
    for index, kind in enumerate(parse):
        if kind not in ("roles", "users", "everyone"):
            path = ("allowed_mentions", "parse", index)
            choices = "Value must be one of ('users', 'roles', 'everyone')."
            blame.add(path, "BASE_TYPE_CHOICES", choices)
    for kind in ("users", "roles"):
        path = ("allowed_mentions", kind)
        if blame.entries(path, allowed.get(kind) or [], MAX_ALLOWED_MENTIONS) and kind in parse:
            message = f"parse: and {kind}: are mutually exclusive"
            blame.add(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)


def is_emoji(text: str) -> bool:
    """Could this be one Unicode emoji? The playground has no custom ones."""
    return bool(_KEYCAP.fullmatch(text)) or (0 < len(text) <= 16 and not _NO_EMOJI.search(text))
