"""Pictures from people: fetched within limits, made small and clean."""

from __future__ import annotations

import io
from collections.abc import Iterator

import discord
import yarl
from discord.http import Route
from PIL import Image

from bot.kit.errors import UserError
from engine.canvas.decoder import UnreadablePicture, open_picture

MAX_MIB = 8
SIDE = 768  # pixels, the longer side of what is looked at
SMALL = 192  # pixels, the longer side of what is kept of a picture that is drawn

_CDN = {"cdn.discordapp.com", "media.discordapp.net"}


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


async def fetch(file: discord.Attachment) -> bytes:
    """The bytes of an uploaded file. Raises UserError."""
    if file.size > MAX_MIB << 20:
        raise UserError("refused.picture_bytes", most=MAX_MIB)
    if yarl.URL(file.url).host not in _CDN | {yarl.URL(Route.BASE).host}:
        raise UserError("refused.picture_fetch")
    try:
        return await file.read()
    except discord.HTTPException as error:
        raise UserError("refused.picture_fetch") from error


def in_message(message: discord.Message) -> Iterator[discord.Attachment]:
    """The uploaded files of a message that say they are pictures."""
    for file in message.attachments:
        kind = file.content_type or ""
        if kind.startswith("image/") and "svg" not in kind:
            yield file
