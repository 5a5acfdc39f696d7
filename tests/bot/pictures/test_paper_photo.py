from __future__ import annotations

import contextlib
import io
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bot.kit.errors import UserError
from bot.pictures import incoming, paper_photo
from bot.pictures.renderer import Renderer

INK = (40, 40, 50)
RED = (215, 60, 50)


def sheet(width: int = 900, height: int = 700, ground: Any = "white") -> Image.Image:
    """A circle and a filled bar, 200 px wide and 320 high together, towards one corner."""
    image = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(image)
    draw.ellipse((100, 150, 300, 350), outline=INK, width=6)
    draw.rectangle((100, 380, 300, 470), fill=RED)
    return image


def photographed(image: Image.Image, noise: float = 6.0) -> Image.Image:
    """As a phone sees it: yellowish paper, a lamp to one side, a hand's shadow, grain."""
    width, height = image.size
    lamp = (
        Image.linear_gradient("L")
        .rotate(90)
        .resize(image.size)
        .point([170 + v // 3 for v in range(256)])
    )
    shadow = Image.new("L", image.size, 255)
    ImageDraw.Draw(shadow).polygon([(0, 0), (width // 3, 0), (0, height)], fill=185)
    light = ImageChops.multiply(lamp, shadow.filter(ImageFilter.GaussianBlur(30)))
    paper = ImageChops.multiply(Image.new("RGB", image.size, (240, 230, 205)), image)
    lit = ImageChops.multiply(paper, Image.merge("RGB", [light] * 3))
    grain = Image.effect_noise(image.size, noise)
    return ImageChops.add(lit, Image.merge("RGB", [grain] * 3), offset=-128)


def prepared(image: Image.Image, form: str = "PNG", **options: Any) -> Image.Image:
    out = io.BytesIO()
    image.save(out, form, **options)
    png = Image.open(io.BytesIO(paper_photo.prepare(out.getvalue())))
    assert png.format == "PNG"
    return png.convert("RGB")


def pixel(image: Image.Image, x: float, y: float) -> tuple[int, int, int]:
    """The pixel at a share of width and height."""
    found = image.getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))
    assert isinstance(found, tuple)
    return (int(found[0]), int(found[1]), int(found[2]))


def test_a_drawing_is_cropped_to_what_is_drawn():
    image = prepared(sheet())
    assert image.width == pytest.approx(201 + 2 * 21, abs=6)
    assert image.height == pytest.approx(321 + 2 * 21, abs=6)
    assert pixel(image, 0, 0) == (255, 255, 255)
    assert pixel(image, 0.5, 0.82) == RED


def test_shadows_on_paper_go_and_the_drawing_stays():
    image = prepared(photographed(sheet()), "JPEG", quality=90)
    clean = prepared(sheet())
    assert image.width == pytest.approx(clean.width, abs=10)
    assert image.height == pytest.approx(clean.height, abs=10)
    for x, y in ((0.01, 0.01), (0.99, 0.01), (0.01, 0.99), (0.99, 0.99), (0.5, 0.35)):
        assert min(pixel(image, x, y)) > 235
    red, green, blue = pixel(image, 0.5, 0.82)
    assert red > 170
    assert max(green, blue) < 130
    darkest = image.convert("L").resize((60, 90), Image.Resampling.BOX).getextrema()[0]
    assert darkest < 130


@pytest.mark.parametrize("noise", [0, 6, 9])
def test_nothing_is_drawn_on_an_empty_sheet_however_it_is_lit(noise: float):
    with pytest.raises(UserError, match="nothing_drawn"):
        prepared(photographed(Image.new("RGB", (800, 600), "white"), noise))


def test_a_picture_without_a_camera_keeps_its_colours():
    chalk = sheet(ground=(20, 22, 30))
    ImageDraw.Draw(chalk).ellipse((120, 170, 280, 330), outline=(240, 240, 240), width=6)
    image = prepared(chalk)
    assert pixel(image, 0, 0) == (20, 22, 30)
    assert pixel(image, 0.5, 0.82) == RED


def test_a_picture_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter clockwise
    lying = sheet().transpose(Image.Transpose.ROTATE_90)
    image = prepared(lying, "JPEG", exif=exif, quality=95)
    assert image.height > image.width
    red, _, blue = pixel(image, 0.5, 0.82)
    assert red - blue > 100


def test_what_is_kept_is_small_and_without_metadata():
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    big = sheet().resize((4000, 3000))
    out = io.BytesIO()
    big.save(out, "JPEG", exif=exif)
    png = paper_photo.prepare(out.getvalue())
    assert b"where I live" not in png
    assert max(Image.open(io.BytesIO(png)).size) <= incoming.SIDE


@pytest.mark.parametrize("colour", ["white", "black", "red"])
def test_nothing_is_drawn_on_an_empty_picture(colour: str):
    with pytest.raises(UserError, match="nothing_drawn"):
        prepared(Image.new("RGB", (300, 200), colour))


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (700, 2)])
def test_thin_pictures_are_pictures(size: tuple[int, int]):
    with pytest.raises(UserError, match="nothing_drawn"):
        prepared(Image.new("RGB", size, "black"))
    with contextlib.suppress(UserError):
        prepared(Image.effect_noise(size, 80).convert("RGB"))


def test_a_drawing_that_fills_the_sheet_is_not_cut_off():
    full = Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(full).line((0, 0, 299, 299), fill=INK, width=9)
    image = prepared(full)
    assert image.width >= 300
    assert pixel(image, 0.5, 0.5) == INK


@pytest.mark.parametrize("data", [b"", b"a picture, honestly", b"<svg/>"])
async def test_the_renderer_refuses_what_is_no_picture(renderer: Renderer, data: bytes):
    with pytest.raises(UserError) as caught:
        await renderer.prepare(data)
    assert caught.value.key == "refused.picture_kind"
