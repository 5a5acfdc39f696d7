from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

from bot.kit.errors import UserError
from bot.pictures.incoming import MAX_MIB, SIDE, SMALL, Shown, fetch, in_message, small, tidy
from bot.playground.client import point_discord_at
from engine.canvas.decoder import formats


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it has so many pixels, with hardly any data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_picture_becomes_a_small_png(form: str):
    tidied = Image.open(io.BytesIO(tidy(encoded(Image.new("RGB", (2000, 1000), "red"), form))))
    assert tidied.format == "PNG"
    assert tidied.size == (SIDE, SIDE // 2)
    red, green, blue = tidied.convert("RGB").getpixel((300, 200))  # type: ignore[misc]
    assert red > 240
    assert max(green, blue) < 20


def test_a_small_picture_keeps_its_size_and_loses_its_metadata():
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    tidied = tidy(encoded(Image.new("RGB", (40, 30), "blue"), "JPEG", exif=exif))
    assert Image.open(io.BytesIO(tidied)).size == (40, 30)
    assert b"where I live" not in tidied


def test_what_is_transparent_is_white():
    tidied = Image.open(io.BytesIO(tidy(encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG"))))
    assert tidied.getpixel((4, 4)) == (255, 255, 255)


def test_a_moving_picture_is_where_it_ends():
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    red, _, blue = Image.open(io.BytesIO(tidy(data))).getpixel((4, 4))  # type: ignore[misc]
    assert blue > 240
    assert red < 20


def test_a_picture_cut_off_or_of_a_phones_own_kind_says_what_to_do():
    data = encoded(Image.effect_noise((200, 200), 50), "JPEG")
    with pytest.raises(UserError, match=r"refused\.picture_cut"):
        tidy(data[: len(data) // 2])
    if "HEIF" not in formats():
        with pytest.raises(UserError, match=r"refused\.picture_heic"):
            tidy(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"just text, whatever its name says", "refused.picture_kind"),
        (b"", "refused.picture_kind"),
        (
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>',
            "refused.picture_kind",
        ),
        (png_header(20_000, 20_000), "refused.picture_pixels"),
        (png_header(100, 100), "refused.picture_cut"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "refused.picture_kind"),
        (
            b"GIF89a\xff\xff\xff\xff\x00\x00\x00,\0\0\0\0\xff\xff\xff\xff\0\2",
            "refused.picture_pixels",
        ),
        (b"\0" * ((MAX_MIB << 20) + 1), "refused.picture_bytes"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused_without_decoding(data: bytes, key: str):
    tracemalloc.start()
    with pytest.raises(UserError) as caught:
        tidy(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.key == key
    assert peak < 4 << 20


def test_what_is_kept_to_be_drawn_is_a_few_kilobytes_and_says_nothing_of_where_it_is_from():
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    photo = Image.effect_noise((1200, 900), 60).convert("RGB")
    kept = small(encoded(photo, "JPEG", exif=exif))
    assert Image.open(io.BytesIO(kept)).size == (SMALL, SMALL * 3 // 4)
    assert len(kept) < 40_000
    assert b"where I live" not in kept
    with pytest.raises(UserError):
        small(png_header(30_000, 30_000))


CDN = "https://cdn.discordapp.com/attachments/1/2"


def media(name: str, **more: object) -> dict[str, object]:
    return {"url": f"{CDN}/{name}", "content_type": "image/png", **more}


@pytest.mark.parametrize(
    "message",
    [
        {"attachments": [{"url": f"{CDN}/a.png", "size": 9, "content_type": "image/png"}]},
        {"components": [{"type": 12, "items": [{"media": media("a.png")}]}]},
        {"components": [{"type": 17, "components": [{"type": 13, "file": media("a.png")}]}]},
        {
            "components": [
                {
                    "type": 17,
                    "components": [
                        {
                            "type": 9,
                            "components": [{"type": 10, "content": "see"}],
                            "accessory": {"type": 11, "media": media("a.png", content_type=None)},
                        }
                    ],
                }
            ]
        },
        {"embeds": [{"image": media("a.png")}]},
        {
            "message_snapshots": [
                {"message": {"components": [{"type": 12, "items": [{"media": media("a.png")}]}]}}
            ]
        },
        {
            "components": [
                {
                    "type": 12,
                    "items": [
                        {"media": {"url": "https://example.org/a.png", "proxy_url": f"{CDN}/a.png"}}
                    ],
                }
            ]
        },
    ],
)
def test_pictures_are_found_wherever_a_message_shows_them(message: dict[str, Any]):
    """docs: components/reference, resources/message#message-snapshot-object"""
    assert [shown.url for shown in in_message(message)] == [f"{CDN}/a.png"]


@pytest.mark.parametrize(
    "message",
    [
        {"components": [{"type": 12, "items": [{"media": {"url": "http://127.0.0.1/a.png"}}]}]},
        {"components": [{"type": 12, "items": [{"media": {"url": "http://[/a.png"}}]}]},
        {"components": [{"type": 13, "file": media("a.txt", content_type="text/plain")}]},
        {"components": [{"type": 13, "file": media("a.txt", content_type=None)}]},
        {"components": [{"type": 12, "items": [{"media": media("a.mp4", content_type=None)}]}]},
        {"attachments": [{"url": f"{CDN}/a.svg", "size": 9, "content_type": "image/svg+xml"}]},
        {"attachments": [], "components": None, "embeds": None},
    ],
)
def test_what_is_no_picture_or_not_on_discord_s_servers_is_not_looked_at(message: dict[str, Any]):
    assert list(in_message(message)) == []


async def test_no_more_is_fetched_than_is_allowed_whatever_was_said_of_its_size():
    async def serve(_: web.Request) -> web.Response:
        return web.Response(body=bytes((MAX_MIB << 20) + 1))

    app = web.Application()
    app.router.add_get("/a.png", serve)
    async with TestServer(app) as server:
        with point_discord_at(str(server.make_url("/")).rstrip("/")):
            for name, key in (("a.png", "bytes"), ("none.png", "fetch")):
                with pytest.raises(UserError, match=rf"refused\.picture_{key}"):
                    await fetch(Shown(str(server.make_url(f"/{name}"))))
        with pytest.raises(UserError, match=r"refused\.picture_fetch"):
            await fetch(Shown(str(server.make_url("/a.png"))))
