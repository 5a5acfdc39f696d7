"""Drawings for people to look at: PNG by resvg, and the animated GIF of how one came about."""

from __future__ import annotations

import io
from collections.abc import Sequence

import resvg_py
from PIL import Image, ImageChops

from engine.canvas.drawing import Drawing
from engine.canvas.pasting import pasted
from engine.canvas.svg import to_svg

SHOW_SIZE = 512  # pixels, the longer side
GIF_BYTES = 4 << 20
GIF_FRAMES = 40
FRAME = 120  # milliseconds, of a film
FILM_HOLD = 1500  # milliseconds of its last one

_SAMPLES = 12  # frames that the palette is taken from

# From generous to frugal, until the file is small enough: (longer side, colours).
_GIF_TIERS = ((512, 128), (448, 96), (384, 64), (320, 48), (256, 32), (192, 16), (128, 8))


def to_png(drawing: Drawing, size: int = SHOW_SIZE) -> bytes:
    """The drawing as PNG bytes, its longer side `size` pixels."""
    if _of_pictures(drawing):
        out = io.BytesIO()
        to_image(drawing, size).save(out, "PNG")
        return out.getvalue()
    width = max(1, round(size * drawing.width / max(drawing.width, drawing.height)))
    return resvg_py.svg_to_bytes(svg_string=to_svg(drawing, width), skip_system_fonts=True)


def to_image(drawing: Drawing, size: int = SHOW_SIZE) -> Image.Image:
    """The drawing as an RGB image, its longer side `size` pixels."""
    if _of_pictures(drawing):
        share = size / max(drawing.width, drawing.height)
        width, height = (max(1, round(share * side)) for side in (drawing.width, drawing.height))
        return pasted(drawing, width, height)
    return Image.open(io.BytesIO(to_png(drawing, size))).convert("RGB")


def _of_pictures(drawing: Drawing) -> bool:
    """Whether there are pictures in it and no strokes upon them."""
    return bool(drawing.patches) and not drawing.strokes


def to_gif(
    states: Sequence[Drawing],
    *,
    milliseconds: int = 80,
    hold: int = 3000,
    max_bytes: int = GIF_BYTES,
    repeat: bool = False,
) -> bytes:
    """An animation of the states in order, the last one held for `hold` milliseconds.

    It plays once, so that what stays in a channel is the finished drawing, unless `repeat`. Size
    and colours are lowered until the file has at most `max_bytes`; frames that show the same are
    merged.
    Raises ValueError without states, or if even the smallest does not fit.
    """
    if not states:
        raise ValueError("an animation needs at least one drawing")
    times = [milliseconds] * (len(states) - 1) + [hold]
    for size, colours in _GIF_TIERS:
        images = [to_image(state, size) for state in states]
        data = encode_gif(images, colours, times, repeat=repeat)
        if len(data) <= max_bytes:
            return data
    raise ValueError(f"{len(states)} frames do not fit into {max_bytes:,} bytes")


def to_film(frames: Sequence[Drawing], max_bytes: int = GIF_BYTES) -> bytes:
    """The frames of a film as an animation that plays for ever. Raises ValueError as `to_gif`."""
    return to_gif(frames, milliseconds=FRAME, hold=FILM_HOLD, max_bytes=max_bytes, repeat=True)


def pick_frames(states: Sequence[Drawing], count: int = GIF_FRAMES) -> list[Drawing]:
    """About `count` of the states: dense at the beginning, where most changes, and the last."""
    if len(states) <= count:
        return list(states)
    last = len(states) - 1
    picked = {round(last * (i / (count - 1)) ** 1.5) for i in range(count)}
    return [states[i] for i in sorted(picked)]


def encode_gif(
    images: Sequence[Image.Image],
    colours: int,
    milliseconds: Sequence[int],
    *,
    repeat: bool = False,
) -> bytes:
    """RGB images of one size as an animation, each shown for its milliseconds.

    One palette of `colours` serves all frames, taken from some of them: no flicker of colours.
    """
    some = [*images[:: -(-len(images) // _SAMPLES)], images[-1]]
    sample = Image.new("RGB", (some[0].width * len(some), some[0].height))
    for i, image in enumerate(some):
        sample.paste(image, (i * image.width, 0))
    palette = sample.quantize(colours, method=Image.Quantize.MEDIANCUT)
    frames = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    # The commonest colour is the paper. Pillow takes near colours for the nearest, and then the
    # sheet shows faintly on a page of its colour.
    _, paper = max(sample.getcolors(sample.width * sample.height) or [(0, (255, 255, 255))])
    dot = Image.new("RGB", (1, 1), paper).quantize(palette=palette, dither=Image.Dither.NONE)
    entries, place = palette.getpalette() or [], dot.getpixel((0, 0))
    if isinstance(place, int) and isinstance(paper, tuple):
        entries[3 * place : 3 * place + 3] = paper
        for image, frame in zip(images, frames, strict=True):
            frame.paste(place, mask=_where(image, paper))
            frame.putpalette(entries)
    out = io.BytesIO()
    frames[0].save(
        out,
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=list(milliseconds),
        disposal=1,
        optimize=False,
        **({"loop": 0} if repeat else {}),
    )
    return out.getvalue()


def _where(image: Image.Image, colour: tuple[int, ...]) -> Image.Image:
    """A mask of the pixels that have exactly this colour."""
    sheet = Image.new("RGB", image.size, colour)
    red, green, blue = ImageChops.difference(image, sheet).split()
    apart = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return apart.point([255] + [0] * 255)
