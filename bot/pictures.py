"""Pictures from people: fetched within limits, decoded within limits, made small and clean."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator

import discord
import yarl
from discord.http import Route
from PIL import Image, ImageOps, UnidentifiedImageError

from bot.hostile import Refused

MAX_MIB = 8
MAX_MEGAPIXELS = 40
SIDE = 768  # pixels, the longer side of what is looked at
SMALL = 192  # pixels, the longer side of what is kept of a picture that is drawn
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")

_CDN = {"cdn.discordapp.com", "media.discordapp.net"}


def opened(data: bytes, side: int = SIDE) -> Image.Image:
    """The first frame of a picture, upright, RGB on white, at most `side` px wide or high.

    Size is read from the header before anything is decoded. Raises Refused.
    """
    if len(data) > MAX_MIB << 20:
        raise Refused("refused.picture_bytes", most=MAX_MIB)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            if image.width * image.height > MAX_MEGAPIXELS * 1_000_000:
                raise Refused("refused.picture_pixels", most=MAX_MEGAPIXELS)
            image.draft("RGB", (side, side))  # a JPEG is decoded no larger than need be
            image = ImageOps.exif_transpose(image)
            image.thumbnail((side, side), reducing_gap=2.0)
            image = image.convert("RGBA")
    except Image.DecompressionBombError as error:
        raise Refused("refused.picture_pixels", most=MAX_MEGAPIXELS) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Refused("refused.picture_kind") from error
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")


def png(image: Image.Image) -> bytes:
    """A picture as PNG bytes, without metadata."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def tidy(data: bytes) -> bytes:
    """What `opened` gives, as a PNG. Raises Refused."""
    return png(opened(data))


def small(data: bytes) -> bytes:
    """A picture as it is kept to be drawn: at most SMALL px wide and high, a few kilobytes of WebP.

    Raises Refused.
    """
    out = io.BytesIO()
    opened(data, SMALL).save(out, "WEBP", quality=90, method=4)
    return out.getvalue()


async def fetch(file: discord.Attachment) -> bytes:
    """The bytes of an uploaded file. Raises Refused."""
    if file.size > MAX_MIB << 20:
        raise Refused("refused.picture_bytes", most=MAX_MIB)
    if yarl.URL(file.url).host not in _CDN | {yarl.URL(Route.BASE).host}:
        raise Refused("refused.picture_fetch")
    try:
        return await file.read()
    except discord.HTTPException as error:
        raise Refused("refused.picture_fetch") from error


def in_message(message: discord.Message) -> Iterator[discord.Attachment]:
    """The uploaded files of a message that say they are pictures."""
    for file in message.attachments:
        kind = file.content_type or ""
        if kind.startswith("image/") and "svg" not in kind:
            yield file
