from __future__ import annotations

import random
import resource
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.canvas import decoder
from engine.canvas.decoder import UnreadablePicture, open_picture
from tests.engine.canvas.pictures import (
    animation,
    encoded,
    lying,
    pale_on_nothing,
    promised,
    rational_over_zero,
    sixteen_bits,
)

KINDS = ["PNG", "JPEG", "WEBP", "GIF", "BMP", "AVIF"]


def red_at(image: Image.Image, x: float, y: float) -> bool:
    red, green, _ = np.asarray(image)[int(y * image.height), int(x * image.width)]
    return int(red) - int(green) > 100


def reason(data: bytes) -> str:
    with pytest.raises(UnreadablePicture) as caught:
        open_picture(data)
    assert "\n" not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize("kind", KINDS)
def test_common_formats_open(kind: str) -> None:
    if kind not in decoder.formats():
        pytest.skip(f"this Pillow has no {kind}")
    image = open_picture(encoded(lying(), kind))
    assert image.size == (90, 60)
    assert red_at(image, 0.25, 0.25)
    assert not red_at(image, 0.75, 0.75)


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_picture_is_made_small(kind: str) -> None:
    if kind not in decoder.formats():
        pytest.skip(f"this Pillow has no {kind}")
    image = open_picture(encoded(lying().resize((900, 600)), kind), 256)
    assert max(image.size) == 256
    assert image.height == pytest.approx(171, abs=1)
    assert red_at(image, 0.25, 0.25)
    assert not red_at(image, 0.75, 0.25)


def test_of_metadata_the_orientation_alone_is_read() -> None:
    image = open_picture(rational_over_zero())
    assert image.size == (60, 90)
    assert red_at(image, 0.75, 0.25)


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_turned_upright(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = open_picture(encoded(lying(), kind, exif=exif))
    corner = {2: (1, 0), 3: (1, 1), 4: (0, 1), 6: (1, 0), 7: (1, 1), 8: (0, 1)}
    x, y = corner.get(orientation, (0, 0))
    assert image.size == ((60, 90) if 5 <= orientation <= 8 else (90, 60))
    assert red_at(image, 0.1 + 0.8 * x, 0.1 + 0.8 * y)


def test_broken_metadata_does_no_harm() -> None:
    for exif in (b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0" + b"\xff" * 40):
        assert open_picture(encoded(lying(), "JPEG", exif=exif)).size == (90, 60)


def test_sixteen_bits_of_grey_are_not_clipped() -> None:
    picture = open_picture(sixteen_bits())
    assert [int(v) for v in np.asarray(picture)[..., 0].ravel()] == [0, 90, 217, 255]


def test_sixteen_bits_of_grey_are_made_small_as_well() -> None:
    ramp = np.tile((np.arange(1024) * 64).astype(np.uint16), (600, 1))
    small = np.asarray(open_picture(encoded(Image.fromarray(ramp)), 128))
    assert small.shape == (75, 128, 3)
    assert small[40, 64, 0] == pytest.approx(128, abs=2)


def test_what_is_transparent_lies_on_white() -> None:
    picture = open_picture(encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 0))))
    assert picture.getpixel((0, 0)) == (255, 255, 255)


def test_pale_ink_on_transparency_lies_on_paper_that_shows_it() -> None:
    picture = np.asarray(open_picture(pale_on_nothing())).astype(int)
    assert picture[100, 44].min() > 240
    assert picture[100, 100].max() < 80


def test_dark_ink_on_transparency_lies_on_white() -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((10, 10, 10, 255), (10, 10, 30, 30))
    assert open_picture(encoded(image)).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
@pytest.mark.parametrize(
    ("times", "loop", "shown"),
    [
        ([100, 900, 100], 0, 1),
        ([100, 100, 100], 0, 2),  # the last of equals
        ([900, 100, 100], 1, 2),  # it ends there, and stays
    ],
)
def test_an_animation_is_the_frame_shown_longest(
    kind: str, times: list[int], loop: int, shown: int
) -> None:
    # A GIF says that it ends by not saying that it goes on.
    count = None if kind == "GIF" and loop == 1 else loop
    red = np.asarray(open_picture(animation(kind, times=times, loop=count)))[8, 8, 0]
    assert int(red) == pytest.approx(10 + 50 * shown, abs=3)


def test_an_animation_of_endless_frames_costs_no_more_than_some() -> None:
    tiny = animation("GIF", times=[20] * 2, loop=None)
    end = tiny.rindex(b"\x2c")
    data = tiny[:end] + tiny[end:-1] * 20_000 + b";"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    open_picture(b"GIF89a" + (5000).to_bytes(2, "little") * 2 + data[10:])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 10


@pytest.mark.parametrize("missing", [1, 2, 40])
def test_a_jpeg_short_of_a_few_bytes_is_shown(missing: int) -> None:
    data = encoded(Image.effect_noise((200, 200), 50), "JPEG")
    whole, short = open_picture(data), open_picture(data[:-missing])
    rows = slice(0, 180)
    assert np.array_equal(np.asarray(whole)[rows], np.asarray(short)[rows])


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_short_of_a_tenth_ends_where_it_ends(kind: str) -> None:
    data = encoded(Image.effect_noise((200, 200), 50), kind)
    short = open_picture(data[: len(data) * 9 // 10])
    assert 150 <= short.height < 200
    assert np.asarray(short)[-1].std() > 5


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_picture_is_refused(kind: str) -> None:
    if kind not in decoder.formats():
        pytest.skip(f"this Pillow has no {kind}")
    data = encoded(Image.effect_noise((200, 200), 50), kind)
    assert reason(data[: len(data) // 2]) in ("cut", "format")


@pytest.mark.parametrize("side", [6_400, 20_000, 50_000])
def test_too_many_pixels_are_refused_before_decoding(side: int) -> None:
    assert reason(promised(side, side)) == "pixels"


def test_too_many_bytes_are_refused() -> None:
    assert reason(b"\0" * (decoder.MAX_BYTES + 1)) == "bytes"


def test_a_progressive_jpeg_of_endless_scans_is_refused() -> None:
    data = encoded(Image.new("RGB", (4000, 4000)), "JPEG", progressive=True)
    scan = data[data.rindex(b"\xff\xda") : -2]
    assert reason(data[:-2] + scan * 500 + data[-2:]) == "pixels"


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"GIF89a"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert reason(data) == "format"


def test_heic_is_read_or_says_what_to_do() -> None:
    data = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40
    with pytest.raises(UnreadablePicture) as caught:
        open_picture(data)
    assert caught.value.reason == ("format" if "HEIF" in decoder.formats() else "heic")
    assert "JPEG" in str(caught.value)


def test_decoder_and_framing_need_no_torch() -> None:
    check = "import sys, engine.canvas.decoder; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", check], check=True)


def mutants(count: int, seed: int) -> list[bytes]:
    """Small pictures of every kind with bytes changed, cut out, repeated, or put in anew."""
    rng = random.Random(seed)
    base = lying().resize((48, 32))
    clear = base.convert("RGBA")
    clear.putalpha(base.convert("L"))
    exif = Image.Exif()
    exif[0x0112] = 6
    seeds = [encoded(base, kind) for kind in KINDS if kind in decoder.formats()]
    seeds += [encoded(clear, "PNG"), encoded(clear, "WEBP"), rational_over_zero(), sixteen_bits()]
    seeds += [encoded(base, "JPEG", progressive=True, exif=exif), encoded(base.convert("P"), "PNG")]
    seeds += [encoded(base.convert("CMYK"), "JPEG"), encoded(base.convert("1"), "PNG")]
    seeds += [animation(kind, times=[10, 200, 30]) for kind in ("GIF", "WEBP", "PNG")]
    found = []
    for _ in range(count):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.choice((1, 1, 2, 4, 16))):
            # Headers decide most; half of the changes are there.
            place = rng.randrange(min(64, len(data)) if rng.random() < 0.5 else len(data))
            match rng.randrange(5):
                case 0:
                    data[place] = rng.randrange(256)
                case 1:
                    data[place] ^= 1 << rng.randrange(8)
                case 2:
                    del data[place : place + rng.randrange(1, 32)]
                case 3:
                    data[place:place] = data[place : place + rng.randrange(1, 32)]
                case _:
                    data[place : place + 4] = rng.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff" * 2))
            if not data:
                data = bytearray(b"\0")
        found.append(bytes(data))
    return found


@pytest.mark.parametrize(
    ("count", "seed"), [(300, 1), pytest.param(20_000, 2, marks=pytest.mark.slow)]
)
def test_mutated_pictures_open_or_are_refused(count: int, seed: int) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    opened = 0
    for data in mutants(count, seed):
        try:
            image = open_picture(data)
        except UnreadablePicture:
            continue
        assert image.mode == "RGB"
        assert max(image.size) <= decoder.SIDE
        opened += 1
    assert opened > count // 20  # else nothing but headers was tried
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < 300 << 10


_MEASURED = """
import resource, sys
from engine.canvas.decoder import open_picture
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
open_picture(data)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["PNG", "GIF", "JPEG"])
def test_forty_megapixels_cost_less_than_300_mb(kind: str) -> None:
    image = Image.new("RGBA" if kind == "PNG" else "RGB", (8000, 5000), (255, 250, 240))
    ImageDraw.Draw(image).ellipse((900, 900, 7000, 4000), outline=(20, 20, 200), width=40)
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED],
        input=encoded(image, kind),
        capture_output=True,
        check=True,
    )
    assert int(done.stdout) < 300_000  # kilobytes on Linux
