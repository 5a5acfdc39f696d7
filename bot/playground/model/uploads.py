"""Files that were sent, and the signed addresses at which they are served back.

docs: reference#signed-attachment-cdn-urls, reference#uploading-files
"""

from __future__ import annotations

import hashlib
import hmac
import io
import mimetypes
import re
import secrets
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web
from PIL import Image, UnidentifiedImageError

from bot.playground.model import errors
from bot.playground.model.entities import Attachment
from bot.playground.model.world import World

MAX_FILE = 10 * 1024 * 1024  # bytes; docs: reference#uploading-files
MAX_FILES = 10
VALID_FOR = 24 * 3600  # seconds an address is good for
MAX_KEPT = 512 * 1024 * 1024  # bytes of files in memory; the oldest are dropped
SHOWN_INLINE = {"image/png", "image/jpeg", "image/gif", "image/webp"}


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it arrived: the name the sender gave it and its bytes."""

    filename: str
    data: bytes
    content_type: str | None = None


class Uploads:
    """Keeps files by id and answers GET /attachments/{channel}/{id}/{filename}.

    `origin` is the address that links begin with, such as http://127.0.0.1:8010.
    """

    def __init__(self, world: World, origin: str = "") -> None:
        self.world = world
        self.origin = origin
        self.key = secrets.token_bytes(32)
        self._kept: dict[int, Attachment] = {}
        self._size = 0

    def add(
        self,
        channel_id: int,
        file: UploadedFile,
        *,
        description: str | None = None,
        ephemeral: bool = False,
    ) -> Attachment:
        """Keep a file. Raises 40005 above 10 MiB."""
        if len(file.data) > MAX_FILE:
            raise errors.too_large()
        filename = clean_filename(file.filename)
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        width, height = image_size(file.data) if kind.startswith("image/") else (None, None)
        attachment = Attachment(
            self.world.new_id(),
            channel_id,
            filename,
            kind,
            file.data,
            self.world.clock.now(),
            width,
            height,
            description,
            ephemeral,
        )
        self._kept[attachment.id] = attachment
        self._size += len(file.data)
        while self._size > MAX_KEPT:
            self._size -= len(self._kept.pop(next(iter(self._kept))).data)
        return attachment

    def restore(self, key: bytes, files: Iterable[Attachment]) -> None:
        """Sign with a key and serve the files that were kept, in place of all others."""
        self.key = key
        self._kept = {one.id: one for one in files}
        self._size = sum(len(one.data) for one in self._kept.values())

    def path(self, attachment: Attachment) -> str:
        """Where the file is served, without the origin; signed anew once half its time is over."""
        now = self.world.clock.now()
        if now > attachment.signed_at + VALID_FOR / 2:
            attachment.signed_at = now
        expires = int(attachment.signed_at) + VALID_FOR
        place = f"/attachments/{attachment.channel_id}/{attachment.id}/{attachment.filename}"
        issued = int(attachment.signed_at)
        return f"{place}?ex={expires:x}&is={issued:x}&hm={self._sign(place, expires)}"

    def url(self, attachment: Attachment) -> str:
        return self.origin + self.path(attachment)

    def _sign(self, place: str, expires: int) -> str:
        return hmac.new(self.key, f"{place}:{expires}".encode(), hashlib.sha256).hexdigest()

    async def serve(self, request: web.Request) -> web.Response:
        """Answer with the file, or 404 as Discord does once an address has expired."""
        try:
            expires = int(request.query["ex"], 16)
            attachment = self._kept[int(request.match_info["attachment"])]
        except (KeyError, ValueError):
            raise web.HTTPNotFound(text="This content is no longer available.") from None
        signature = self._sign(request.path, expires)
        good = hmac.compare_digest(signature.encode(), request.query.get("hm", "").encode())
        if not good or self.world.clock.now() > expires:
            raise web.HTTPNotFound(text="This content is no longer available.")
        inline = attachment.content_type in SHOWN_INLINE
        disposition = "inline" if inline else "attachment"
        headers = {
            "Content-Type": attachment.content_type if inline else "application/octet-stream",
            "Content-Disposition": f'{disposition}; filename="{attachment.filename}"',
            # A file may be HTML or an SVG with script: it must never run as this page.
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=86400",
        }
        return web.Response(body=attachment.data, headers=headers)


def clean_filename(name: str) -> str:
    """A name that is safe in a path and a header; Discord replaces what it does not like too."""
    cleaned = re.sub(r"[^A-Za-z0-9._-]", "_", name.strip().replace(" ", "_"))
    return cleaned.lstrip(".")[-120:] or "file"


def image_size(data: bytes) -> tuple[int | None, int | None]:
    """Width and height from an image's header; nothing is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                return image.width, image.height
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError):
        return None, None
    except SyntaxError:  # what Pillow raises for some broken headers
        return None, None
