"""From the body of a request to a message: new, or an edit of one that is there.

docs: resources/message#create-message, resources/message#edit-message
"""

from __future__ import annotations

import itertools
import re
from typing import Any

from bot.playground.model import errors, permissions
from bot.playground.model.entities import (
    Attachment,
    Channel,
    Message,
    MessageFlag,
    User,
    walk_components,
)
from bot.playground.model.errors import FormErrors, Json
from bot.playground.model.permission import Permission
from bot.playground.model.uploads import UploadedFile, Uploads, clean_filename
from bot.playground.model.world import World
from bot.playground.protocol import component_rules, message_rules
from bot.playground.protocol.discord_json import PREFIX

Files = dict[int, UploadedFile]  # by the n of `files[n]`

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")
_MEDIA_KEYS = {"media", "file"}


def fill(
    world: World, uploads: Uploads, message: Message, body: Json, files: Files, *, editing: bool
) -> None:
    """Put what the body says into `message`, or raise 50035 or 50006 and leave it as it was.

    In an edit, fields that the body does not have stay as they are.
    """
    previous = message if editing else None
    blame = FormErrors()
    v2 = message_rules.check_flags(blame, body, previous)
    message_rules.check_content(blame, body.get("content"))
    message_rules.check_embeds(blame, body.get("embeds"))
    message_rules.check_allowed_mentions(blame, body.get("allowed_mentions"))
    message_rules.check_attachments(
        blame, body.get("attachments"), set(files), {file.id for file in message.attachments}
    )
    component_rules.check_message_components(blame, body.get("components"), v2=v2)
    kept = _kept(message, body)
    if len(kept) + len(files) > message_rules.MAX_FILES:
        text = f"Must be {message_rules.MAX_FILES} or fewer in length."
        blame.add(("attachments",), "BASE_TYPE_MAX_LENGTH", text)
    names = {file.filename for file in kept} | {
        clean_filename(_stored_name(body, key, file)) for key, file in files.items()
    }
    if v2:
        _check_media(blame, body.get("components") or [], names)
    blame.check()

    content = _pick(body, "content", message.content).strip()
    embeds = _pick(body, "embeds", message.embeds)
    components = _pick(body, "components", message.components)
    if not (content or embeds or components or kept or files):
        raise errors.empty_message()
    texts = [content, *(str(part.get("content", "")) for part in walk_components(components))]
    require_moderate(world, message.author, world.channels[message.channel_id], " ".join(texts))
    message.content = content
    message.embeds = [dict(embed, type=embed.get("type", "rich")) for embed in embeds]
    message.components = number_components(components)
    new = [_keep(uploads, message, body, key, file) for key, file in sorted(files.items())]
    message.attachments = [*kept, *new]
    if "flags" in body:
        fixed = message.flags & ~(MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS)
        message.flags = fixed | MessageFlag(int(body["flags"] or 0) & message_rules.SETTABLE)
        if editing and message.ephemeral_to is None:
            message.flags &= ~MessageFlag.EPHEMERAL
    _mentions(world, message, body.get("allowed_mentions"))


def _pick(body: Json, key: str, present: Any) -> Any:
    """The body's value, an empty one for null, or what is there when the body is silent."""
    return (body[key] or type(present)()) if key in body else present


def _kept(message: Message, body: Json) -> list[Attachment]:
    """An edit that lists attachments drops the others. docs: reference#uploading-files"""
    listed = body.get("attachments")
    if "attachments" not in body or not isinstance(listed, list | None):
        return list(message.attachments)
    ids = {str(entry.get("id")) for entry in listed or [] if isinstance(entry, dict)}
    return [file for file in message.attachments if str(file.id) in ids]


def _entry(body: Json, key: int) -> Json:
    entries = body.get("attachments") or []
    return next((entry for entry in entries if str(entry.get("id")) == str(key)), {})


def _stored_name(body: Json, key: int, file: UploadedFile) -> str:
    from_body = (
        _entry(body, key).get("filename") if isinstance(body.get("attachments"), list) else None
    )
    return from_body or file.filename


def _keep(
    uploads: Uploads, message: Message, body: Json, key: int, file: UploadedFile
) -> Attachment:
    named = UploadedFile(_stored_name(body, key, file), file.data, file.content_type)
    return uploads.add(
        message.channel_id,
        named,
        description=_entry(body, key).get("description"),
        ephemeral=message.ephemeral_to is not None,
    )


def _check_media(blame: FormErrors, components: list[Json], names: set[str]) -> None:
    """Media that points at a file must find it. docs: components/reference#unfurled-media-item"""
    for part in walk_components(components):
        holders = [*part.get("items", []), part]
        for holder, key in itertools.product(holders, _MEDIA_KEYS):
            url = (holder.get(key) or {}).get("url", "")
            if url.startswith(PREFIX) and url.removeprefix(PREFIX) not in names:
                message = f"The referenced attachment {url} was not found in the attachments."
                code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
                blame.add(("components",), code, message)


def number_components(components: list[Json]) -> list[Json]:
    """Give every component its number, and ids as Discord gives them back: as strings, or not at
    all where there is none.

    docs: components/reference#anatomy-of-a-component, reference#snowflakes
    """
    taken = {part["id"] for part in walk_components(components) if part.get("id")}
    free = (number for number in itertools.count(1) if number not in taken)
    for part in walk_components(components):
        if not part.get("id"):
            part["id"] = next(free)
        for value in part.get("default_values") or ():
            value["id"] = str(value["id"])
        for holder in (part, *(part.get("options") or ())):
            emoji = holder.get("emoji") or {}
            if "id" in emoji and emoji["id"] is None:
                del emoji["id"]
    return components


def _mentions(world: World, message: Message, allowed: Json | None) -> None:
    """Who is pinged: those in the text whom `allowed_mentions` lets through.

    docs: resources/message#allowed-mentions-object
    """
    text = "\n".join(
        [message.content, *(str(p["content"]) for p in message.walk() if p["type"] == 10)]
    )
    everything = {"parse": ["users", "roles", "everyone"]}
    rule = everything if allowed is None else allowed
    parse = rule.get("parse") or []

    def let_through(kind: str, found: list[str]) -> list[int]:
        listed = {str(item) for item in rule.get(kind) or []}
        ids = dict.fromkeys(found)
        return [int(item) for item in ids if kind in parse or item in listed]

    users = let_through("users", _USER.findall(text))
    message.mentions = [user for user in users if user in world.users]
    replied = world.messages[message.channel_id].get(message.reply_to or 0)
    if replied and rule.get("replied_user", allowed is None):
        message.mentions.append(replied.author.id)
    message.mentions = list(dict.fromkeys(message.mentions))
    roles = let_through("roles", _ROLE.findall(text))
    message.mention_roles = [role for role in roles if role in world.roles]
    author_may = permissions.in_channel(
        world, message.author.id, world.channels[message.channel_id]
    )
    message.mention_everyone = bool(
        "everyone" in parse and _EVERYONE.search(text) and author_may & Permission.MENTION_EVERYONE
    )


def require_posting(world: World, channel: Channel, body: Json, files: Files) -> None:
    """What a bot needs to post here. docs: resources/message#create-message"""
    writing = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    needed = [writing]
    if files:
        needed.append(Permission.ATTACH_FILES)
    if body.get("embeds"):
        needed.append(Permission.EMBED_LINKS)
    if body.get("message_reference"):
        needed.append(Permission.READ_MESSAGE_HISTORY)
    permissions.require(world, channel)
    require_unlocked(world, channel)
    permissions.require(world, channel, *needed)


def require_unlocked(world: World, channel: Channel) -> None:
    """Refuse what a locked thread takes only from who may manage threads.

    docs: topics/threads#locked-threads, topics/opcodes-and-status-codes#json (160005)
    """
    granted = permissions.in_channel(world, world.bot.id, channel)
    if channel.locked and not granted & Permission.MANAGE_THREADS:
        raise errors.thread_locked()


def require_moderate(world: World, author: User, channel: Channel, text: str) -> None:
    """Refuse what AutoMod blocks; whoever manages the server is exempt.

    docs: resources/auto-moderation#auto-moderation-rule-object-trigger-types,
    topics/opcodes-and-status-codes#json (200000)
    """
    words = set(re.findall(r"\w+", text.casefold()))
    exempt = permissions.in_channel(world, author.id, channel) & Permission.MANAGE_GUILD
    if words & world.blocked_words and not exempt and not channel.is_private:
        raise errors.blocked_by_moderation()
