"""How close drawings of pictures come to them: people's doodles, emoji and photographs, redrawn.

Structure is SSIM of lightness (Wang, Bovik, Sheikh, Simoncelli 2004), 1 for the same picture;
colour is the distance of histograms, 0 for the same colours and 1 where none is shared. The third
measure is the namer's: the cosine of its embeddings, of which the painter knows nothing.

Doodles are those of PENGUESS_QUICKDRAW, emoji Noto's in PENGUESS_ICONIFY, photographs those that
lie in scikit-image's package, if that is installed; what is missing is left out, and told.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import resvg_py
import torch
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.progress import track
from rich.table import Table

from engine.bench import natural
from engine.bench.colour import VARIABLE as ICONIFY
from engine.bench.doodles import NoDoodles, unseen
from engine.bench.tables import show
from engine.canvas.decoder import open_picture
from engine.canvas.render import to_image
from engine.paint.options import INKS, Ink
from engine.paint.painter import Painter, paint
from engine.paint.picture.trace_picture import Sheet, sheet
from engine.paint.spec import DrawingSpec
from engine.see.critic import POCKET, Critic, ModelUnavailable, load
from engine.train.palettes import emoji

PHOTOGRAPHS = (
    "astronaut.png", "camera.png", "chelsea.png", "clock_motion.png", "coffee.png", "coins.png",
    "hubble_deep_field.jpg", "ihc.png", "moon.png", "motorcycle_left.png", "retina.jpg",
    "rocket.jpg",
)  # fmt: skip
"""Of those in scikit-image's package all that are photographs, but for textures and doubles."""
SIDE = 128  # pixels, the longer side of what is compared
BINS = 8  # of a histogram, a channel

_WINDOW = 1.5  # pixels: the Gaussian in which SSIM compares
_REACH = 5
_STEADY = (0.01**2, 0.03**2)  # of SSIM, for values in [0, 1]
_LUMA = np.array([0.299, 0.587, 0.114])

Array = NDArray[np.float64]


class NothingToDraw(ValueError):
    """None of the pictures is there; the message says how to get them."""


def structure(one: Array, other: Array) -> float:
    """SSIM of two grey pictures (H, W) in [0, 1], at least 11 pixels wide and high; at most 1."""
    mean, others = _windows(one), _windows(other)
    spread = _windows(one * one) - mean**2
    spreads = _windows(other * other) - others**2
    together = _windows(one * other) - mean * others
    dark, flat = _STEADY
    same = (2 * mean * others + dark) * (2 * together + flat)
    return float((same / ((mean**2 + others**2 + dark) * (spread + spreads + flat))).mean())


def _windows(image: Array) -> Array:
    """Means by a Gaussian about each pixel whose window lies inside."""
    weights = np.exp(-0.5 * (np.arange(-_REACH, _REACH + 1) / _WINDOW) ** 2)
    weights /= weights.sum()
    view = np.lib.stride_tricks.sliding_window_view
    return view(view(image, len(weights), 0) @ weights, len(weights), 1) @ weights


def colours_apart(one: Array, other: Array) -> float:
    """Half the sum of differences of the colour histograms of pictures (…, 3): 0 to 1.

    Each pixel is shared out among the bins next to it, so that a colour just beyond a bin's border
    is not another colour.
    """
    return float(np.abs(_histogram(one) - _histogram(other)).sum() / 2)


def _histogram(pixels: Array) -> Array:
    at = pixels.reshape(-1, 3) * (BINS - 1)
    low = np.floor(at).clip(0, BINS - 2).astype(int)
    beyond = at - low
    counts = np.zeros((BINS, BINS, BINS))
    for corner in np.ndindex(2, 2, 2):
        share = np.where(corner, beyond, 1 - beyond).prod(1)
        np.add.at(counts, tuple((low + corner).T), share)
    return counts / counts.sum()


def compare(picture: Image.Image, drawing: Image.Image) -> tuple[float, float]:
    """Structure and distance of colours of two RGB pictures, in the first one's proportions."""
    scale = SIDE / max(picture.size)
    size = tuple(max(2 * _REACH + 1, round(length * scale)) for length in picture.size)
    one, other = (
        np.asarray(image.resize((size[0], size[1]), Image.Resampling.BOX), np.float64) / 255
        for image in (picture, drawing)
    )
    return structure(one @ _LUMA, other @ _LUMA), colours_apart(one, other)


def seen(picture: Sheet) -> Image.Image:
    """What is to be drawn of a picture: without the frame that makes it square."""
    side = picture.image.width
    width, height = round(side * picture.width), round(side * picture.height)
    left, above = (side - width) // 2, (side - height) // 2
    return picture.image.crop((left, above, left + width, above + height))


def measure(
    critic: Critic, pictures: Mapping[str, Sequence[Image.Image]], specs: Sequence[DrawingSpec]
) -> tuple[list[dict[str, Any]], list[list[Image.Image]]]:
    """A row for each spec and kind of pictures; and of all pictures, in order, what is to be drawn
    and the drawings by the specs, in lists side by side."""
    painter = Painter(critic)
    rows = []
    shown = [[seen(sheet(image)) for images in pictures.values() for image in images]]
    for spec in specs:
        drawn: list[Image.Image] = []
        for kind, images in pictures.items():
            found = []
            label = f"{kind}, {spec.strokes} {spec.ink}"
            console = Console(stderr=True)
            for image in track(images, label, console=console, transient=True):
                began = time.perf_counter()
                *_, last = paint(painter, painter.begin(spec, picture=image))
                seconds = time.perf_counter() - began
                picture, drawing = seen(sheet(image)), to_image(last.drawing, 2 * SIDE)
                likeness = (*compare(picture, drawing), _cosine(critic.namer, picture, drawing))
                found.append((*likeness, seconds, len(last.drawing.strokes)))
                drawn.append(drawing)
            structures, colours, eyes, seconds, strokes = zip(*found, strict=True)
            rows.append(
                {
                    "pictures": kind,
                    "count": len(images),
                    "ink": spec.ink,
                    "strokes": spec.strokes,
                    "drawn": round(statistics.mean(strokes), 1),
                    "structure": round(statistics.mean(structures), 4),
                    "colours_apart": round(statistics.mean(colours), 4),
                    "namer": round(statistics.mean(eyes), 4),
                    "seconds": round(statistics.median(seconds), 3),
                }
            )
        shown.append(drawn)
    return rows, shown


@torch.no_grad()
def _cosine(namer: Critic, one: Image.Image, other: Image.Image) -> float:
    views = [sheet(image).pixels(namer.image_size) for image in (one, other)]
    images = torch.from_numpy(np.stack(views)).float().permute(0, 3, 1, 2)
    first, second = namer.encode_images(images)
    return float(first @ second)


def pictures_by_lot(count: int, seed: int) -> tuple[dict[str, list[Image.Image]], list[str]]:
    """At most so many pictures of each kind, by their kinds, and a line for each kind that is not
    there. Raises NothingToDraw."""
    rng = random.Random(seed)
    found: dict[str, list[Image.Image]] = {}
    missing = []
    try:
        doodles = rng.sample(unseen(), count)
        found["doodles"] = [to_image(doodle.drawing()) for doodle in doodles]
    except NoDoodles as error:
        missing.append(f"doodles left out: {error}")
    path = Path(os.environ.get(ICONIFY, "")) / "json" / "noto.json"
    if os.environ.get(ICONIFY) and path.is_file():
        names = dict(emoji(path.parent.parent, "noto", side=2 * SIDE))
        chosen = rng.sample(sorted(names), count)
        found["emoji"] = [_rendered(names[name]) for name in chosen]
    else:
        missing.append(f"emoji left out: set {ICONIFY} to an unpacked @iconify/json")
    package = importlib.util.find_spec("skimage")
    if package and package.origin:
        folder = Path(package.origin).parent / "data"
        files = [folder / name for name in PHOTOGRAPHS if (folder / name).is_file()][:count]
        found["photographs"] = [open_picture(file.read_bytes()) for file in files]
    else:
        missing.append("photographs left out: pip install scikit-image")
    if not found:
        raise NothingToDraw("; ".join(missing))
    return found, missing


def _rendered(svg: str) -> Image.Image:
    return open_picture(bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)))


def picture_sheet(columns: Sequence[Sequence[Image.Image]], side: int = 120) -> Image.Image:
    """Pictures side by side with their drawings, a line each, in as many blocks as make it about
    as wide as high."""
    count, wide = len(columns[0]), len(columns)
    blocks = max(1, round((count / wide) ** 0.5))
    lines = -(-count // blocks)
    step = side + 4
    canvas = Image.new("RGB", (blocks * (wide * step + 12), lines * step), "#9a9a9a")
    for number in range(count):
        block, line = divmod(number, lines)
        for place, column in enumerate(columns):
            image = column[number].copy()
            image.thumbnail((side, side))
            x = block * (wide * step + 12) + place * step + (step - image.width) // 2
            canvas.paste(image, (x, line * step + (step - image.height) // 2))
    return canvas


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench likeness`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench likeness", description=__doc__)
    parser.add_argument("--model", default=POCKET)
    parser.add_argument("--count", type=natural, default=12, help="of a kind (%(default)s)")
    parser.add_argument("--strokes", type=natural, nargs="+", default=[32])
    parser.add_argument("--ink", choices=INKS, nargs="+", default=list(INKS))
    parser.add_argument("--seed", type=int, default=0, help="of the lot and the drawings")
    parser.add_argument("--sheet", type=Path, help="also write pictures beside their drawings")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    inks: Sequence[Ink] = args.ink
    specs = [
        DrawingSpec(prompt="a picture", strokes=strokes, ink=ink, seed=args.seed)
        for strokes in args.strokes
        for ink in inks
    ]
    try:
        pictures, missing = pictures_by_lot(args.count, args.seed)
        critic = load(args.model)
        rows, shown = measure(critic, pictures, specs)
        if args.sheet:
            picture_sheet(shown).save(args.sheet, optimize=True)
    except (NothingToDraw, ModelUnavailable, OSError, ValueError) as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    for line in missing:
        print(f"penguess: {line}", file=sys.stderr)
    if args.json:
        print(json.dumps(rows))
        return 0
    table = Table(title="pictures redrawn")
    headings = ("pictures", "count", "ink", "strokes", "drawn", "structure", "colours_apart")
    for heading in (*headings, "namer", "seconds"):
        table.add_column(heading.replace("_", " "), justify="right")
    for row in rows:
        table.add_row(*(str(row[heading]) for heading in (*headings, "namer", "seconds")))
    show(table)
    return 0
