"""Drawings that were made elsewhere: photographed or uploaded, they become clean and are cropped.

What an uploaded picture may be, and how large, is what bot/pictures.py lets in.
"""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter, ImageMath, ImageStat

from bot import pictures

_SIDE = 1280  # pixels: a drawing may be a small part of a photograph
_EVEN = 4.0  # of 255: by less than this does the border vary in a picture that no camera took
_BRIGHT = 100  # of 255: paper in a photograph is not darker than this
_SMALL = 96  # pixels: shadows are as well seen in a small picture
_WIDEST = 15  # pixels of those: lines up to this wide do not count as shadow
_DEEPEST = 0.5  # of the paper's brightness: what is darker than such a shadow is ink
_WHITE = 0.88  # of the light around it: what is lighter than this is paper
_INK = 48  # of 255: by as much does ink differ from its ground,
_INK_PHOTOGRAPHED = 80  # and here, where the edge of a shadow may be left
_MARGIN = 0.06  # of the longer side, around the drawing


def prepare(data: bytes) -> bytes:
    """A picture of a drawing as an RGB PNG: upright, evenly lit, cropped to the drawing.

    At most 768 px wide or high. A picture without anything on it stays whole.
    Raises Refused, before anything is decoded if it is too large.
    """
    image, ink = pictures.opened(data, _SIDE), _INK
    ground = _ground(image)
    if _photographed(image) and min(ground) >= _BRIGHT:
        image, ground, ink = _lit_evenly(image), (255, 255, 255), _INK_PHOTOGRAPHED
    return pictures.png(_cropped(image, ground, ink))


def _border(image: Image.Image) -> Image.Image:
    """The outermost pixels, in one row."""
    width, height = image.size
    row = Image.new("RGB", (2 * width + 2 * height, 1))
    for x, box in (
        (0, (0, 0, width, 1)),
        (width, (0, height - 1, width, height)),
    ):
        row.paste(image.crop(box), (x, 0))
    for x, left in ((2 * width, 0), (2 * width + height, width - 1)):
        edge = image.crop((left, 0, left + 1, height)).transpose(Image.Transpose.ROTATE_90)
        row.paste(edge, (x, 0))
    return row


def _ground(image: Image.Image) -> tuple[int, int, int]:
    """What colour most of the border has."""
    red, green, blue = ImageStat.Stat(_border(image)).median
    return (int(red), int(green), int(blue))


def _photographed(image: Image.Image) -> bool:
    """Is the ground uneven, as only paper under a lamp is?"""
    difference = ImageChops.difference(
        _border(image), Image.new("RGB", (2 * sum(image.size), 1), _ground(image))
    )
    # Half of the border decides: a drawing may run off the other half.
    return max(_share(band, 0.5) for band in difference.split()) >= _EVEN / 2


def _lit_evenly(image: Image.Image) -> Image.Image:
    """Divided by the light that falls on the paper, as far as it can be told from the ink.

    The light is what is left of the brightness when dark lines are closed up and the rest is
    blurred. Colours are balanced once, by the paper's.
    """
    grey = image.convert("L")
    paper = _share(grey, 0.9)
    small = grey.resize(_fit(image.size, _SMALL), Image.Resampling.BOX)
    small = small.filter(ImageFilter.MedianFilter(3))
    for dark_lines in (ImageFilter.MaxFilter(_WIDEST), ImageFilter.MinFilter(_WIDEST)):
        small = small.filter(dark_lines)
    small = small.filter(ImageFilter.GaussianBlur(3))
    small = small.point([max(value, round(_DEEPEST * paper), 1) for value in range(256)])
    light = small.resize(image.size, Image.Resampling.BICUBIC)

    def lit(band: Image.Image) -> Image.Image:
        tint = max(1.0, _share(band, 0.9)) / max(1.0, paper)
        scale = 255.0 / (tint * _WHITE)
        return ImageMath.lambda_eval(
            lambda of: of["convert"](
                of["min"](of["float"](of["band"]) * scale / of["light"], 255.0), "L"
            ),
            band=band,
            light=light,
        )

    return Image.merge("RGB", [lit(band) for band in image.split()])


def _cropped(image: Image.Image, ground: tuple[int, int, int], ink: int) -> Image.Image:
    """The part with ink on it and a margin; specks do not count."""
    difference = ImageChops.difference(image, Image.new("RGB", image.size, ground))
    red, green, blue = difference.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    box = most.filter(ImageFilter.BoxBlur(1)).point([255 * (v > ink) for v in range(256)]).getbbox()
    if box is None:
        return image
    margin = round(_MARGIN * max(box[2] - box[0], box[3] - box[1])) + 2
    width, height = box[2] - box[0] + 2 * margin, box[3] - box[1] + 2 * margin
    sheet = Image.new("RGB", (width, height), ground)
    left, top = box[0] - margin, box[1] - margin
    inside = (
        max(0, left),
        max(0, top),
        min(image.width, left + width),
        min(image.height, top + height),
    )
    sheet.paste(image.crop(inside), (inside[0] - left, inside[1] - top))
    sheet.thumbnail((pictures.SIDE, pictures.SIDE))
    return sheet


def _share(band: Image.Image, share: float) -> int:
    """The value that this share of the pixels does not exceed."""
    left = share * band.width * band.height
    for value, count in enumerate(band.histogram()):
        left -= count
        if left <= 0:
            return value
    return 255


def _fit(size: tuple[int, int], longest: int) -> tuple[int, int]:
    scale = longest / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
