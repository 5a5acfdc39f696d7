"""Pictures from people: fetched within limits, made small and clean."""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import discord
import yarl
from discord.http import Route
from PIL import Image

from bot.kit.errors import UserError
from engine.canvas.decoder import UnreadablePicture, open_picture

MAX_MIB = 8
SIDE = 768  # pixels, the longer side of what is looked at
CUT = 96  # pixels, the longer side of what is kept of a picture that is cut up
SMALL = 192  # pixels, the longer side of what is kept of a picture that is drawn

_TIMEOUT = aiohttp.ClientTimeout(total=60.0)  # seconds

# What people uploaded, and what Discord fetched for them from elsewhere: no other host is asked.
_CDN = {
    *("cdn.discordapp.com", "media.discordapp.net"),
    *("images-ext-1.discordapp.net", "images-ext-2.discordapp.net"),
}


class Linked(Protocol):
    """A file at an address, such as a discord.Attachment. size: bytes, 0 where none was told."""

    @property
    def url(self) -> str: ...

    @property
    def size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that a message shows."""

    url: str
    size: int = 0


def opened(data: bytes, side: int = SIDE) -> Image.Image:
    """A picture, upright, RGB on paper, at most `side` px wide or high. Raises UserError."""
    try:
        return open_picture(data, side, most_bytes=MAX_MIB << 20)
    except UnreadablePicture as error:
        raise _refusal(error) from error


def _refusal(error: UnreadablePicture) -> UserError:
    match error.reason:
        case "bytes":
            return UserError("refused.picture_bytes", most=error.most >> 20)
        case "pixels":
            return UserError("refused.picture_pixels", most=error.most // 1_000_000)
        case "heic":
            return UserError("refused.picture_heic")
        case "cut":
            return UserError("refused.picture_cut")
        case "blank":
            return UserError("refused.nothing_drawn")
        case "format":
            return UserError("refused.picture_kind")


def png(image: Image.Image) -> bytes:
    """A picture as PNG bytes, without metadata."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def tidy(data: bytes) -> bytes:
    """What `opened` gives, as a PNG. Raises UserError."""
    return png(opened(data))


def small(data: bytes) -> bytes:
    """A picture as it is kept to be drawn: at most SMALL px wide and high, a few kilobytes of WebP.

    Raises UserError.
    """
    out = io.BytesIO()
    opened(data, SMALL).save(out, "WEBP", quality=90, method=4)
    return out.getvalue()


def cut_out(data: bytes) -> bytes | None:
    """A picture as it is kept to be cut up: at most CUT px wide and high, and transparent where it
    was; None for what is no picture."""
    try:
        picture = open_picture(data, CUT, transparent=True)
    except UnreadablePicture:
        return None
    picture.thumbnail((CUT, CUT))
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=85, method=4)
    return out.getvalue()


async def fetch(file: Linked, most: int = MAX_MIB << 20) -> bytes:
    """The bytes of a file on Discord's servers, never more than are allowed. Raises UserError."""
    if file.size > most:
        raise UserError("refused.picture_bytes", most=most >> 20)
    if not _is_discord(file.url):
        raise UserError("refused.picture_fetch")
    try:
        # How large an attachment is, Discord has said; of what components show, it does not.
        return await (
            file.read() if isinstance(file, discord.Attachment) else _read(file.url, most)
        )
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise UserError("refused.picture_fetch") from error


async def _read(url: str, most: int) -> bytes:
    """As much as may be of what is at an address. Raises UserError, and what the network raises."""
    async with (
        aiohttp.ClientSession(timeout=_TIMEOUT) as session,
        session.get(yarl.URL(url, encoded=True), allow_redirects=False) as answer,
    ):
        answer.raise_for_status()
        data = bytearray()
        async for piece in answer.content.iter_chunked(1 << 16):
            data += piece
            if len(data) > most:
                raise UserError("refused.picture_bytes", most=most >> 20)
    return bytes(data)


def _is_discord(url: str) -> bool:
    try:
        return yarl.URL(url).host in _CDN | {yarl.URL(Route.BASE).host}
    except ValueError:
        return False


def in_message(message: Mapping[str, Any]) -> Iterator[Shown]:
    """The pictures in a message, as Discord sent it: attached, in its components and embeds, and
    in what it forwards.

    A file that a component or an embed shows is not among the attachments.
    docs: https://docs.discord.com/developers/components/reference#unfurled-media-item,
    https://docs.discord.com/developers/resources/message#message-snapshot-object;
    discord-api-docs issues 8277 and 8279
    """
    for file in message.get("attachments") or ():
        if _is_picture(file.get("content_type") or ""):
            yield Shown(file["url"], file.get("size") or 0)
    for component in message.get("components") or ():
        yield from _in_component(component)
    for embed in message.get("embeds") or ():
        yield from _in_media(embed.get("image"), embed.get("thumbnail"))
    for snapshot in message.get("message_snapshots") or ():
        yield from in_message(snapshot.get("message") or {})


def _in_component(part: Mapping[str, Any]) -> Iterator[Shown]:
    yield from _in_media(part.get("media"), part.get("file"))
    yield from _in_media(*(item.get("media") for item in part.get("items") or ()))
    accessory = part.get("accessory")
    for inner in (*(part.get("components") or ()), *([accessory] if accessory else [])):
        yield from _in_component(inner)


def _in_media(*found: Mapping[str, Any] | None) -> Iterator[Shown]:
    for media in found:
        addresses = [media.get("url"), media.get("proxy_url")] if media else []
        for url in filter(None, addresses):
            kind = media.get("content_type") if media else None
            guessed = mimetypes.guess_type(yarl.URL(url).path)[0] if _is_discord(url) else None
            if _is_discord(url) and _is_picture(kind or guessed or "image/unknown"):
                yield Shown(url)
                break


def _is_picture(kind: str) -> bool:
    return kind.startswith("image/") and "svg" not in kind
