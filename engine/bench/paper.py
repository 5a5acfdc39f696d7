"""How well doodles are named that lie on paper as people hand them in: in thirty ways, made here.

Each doodle is put on lined, squared, shaded, tilted, framed or photographed paper, then framed
plainly (by the farthest pixel that differs from the border) and as the engine does, and named.
The same paper without a doodle is to be seen as blank.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from rich.console import Console
from rich.progress import track
from rich.table import Table

from engine.bench import natural
from engine.bench.doodles import Doodle, NoDoodles, unseen
from engine.bench.tables import show
from engine.canvas.framing import sheet
from engine.canvas.render import to_image
from engine.see.critic import POCKET, Critic, ModelUnavailable, load
from engine.see.framing import framed
from engine.see.guesser import default_words

Pixels = NDArray[np.float32]
"""(H, W, 3), 0 to 255."""

WIDTH, HEIGHT = 640, 480
_EMPTY = 10  # sheets without a doodle, in each way


class Way:
    """Paper, and what is between it and us: each step changes `pixels`, the ink comes first."""

    def __init__(self, doodle: Doodle, rng: random.Random) -> None:
        self.doodle, self.rng = doodle, rng
        self.noise = np.random.default_rng(rng.randrange(1 << 30))
        self.pixels: Pixels = np.full((HEIGHT, WIDTH, 3), 255, np.float32)

    def paper(self, *colour: int) -> Way:
        self.pixels[:] = colour
        return self

    def ink(
        self,
        *colour: int,
        side: int = 300,
        turned: float = 0.0,
        at: tuple[float, float] = (0.5, 0.5),
    ) -> Way:
        """The doodle in a colour, `side` px large, `at` a share of the room there is."""
        grey = to_image(self.doodle.drawing(), side).convert("L")
        cover = 1 - np.asarray(grey).astype(np.float32)[..., None] / 255
        x, y = round(at[0] * (WIDTH - side)), round(at[1] * (HEIGHT - side))
        part = self.pixels[y : y + side, x : x + side]
        part += cover * (np.asarray(colour, np.float32) - part)
        return self

    def lines(
        self, *colour: int, every: int = 24, down: bool = False, slope: float = 0.0, wide: int = 1
    ) -> Way:
        """Ruled across, or down as well; nothing of it covers darker ink."""
        y, x = np.mgrid[:HEIGHT, :WIDTH]
        on = ((y + slope * x) % every) < wide
        if down:
            on |= ((x - slope * y) % every) < wide
        ruled = np.where(on[..., None], np.asarray(colour, np.float32), 255)
        self.pixels = np.minimum(self.pixels, ruled).astype(np.float32)
        return self

    def dots(self, *colour: int, count: int, side: int = 1) -> Way:
        for _ in range(count):
            x, y = self.rng.randrange(2, WIDTH - 8), self.rng.randrange(2, HEIGHT - 8)
            self.pixels[y : y + side, x : x + side] = colour
        return self

    def frame(self, *colour: int, wide: int = 1, inset: int = 0) -> Way:
        rim = np.zeros((HEIGHT, WIDTH), np.bool_)
        rim[inset : HEIGHT - inset, inset : WIDTH - inset] = True
        inner = inset + wide
        rim[inner : HEIGHT - inner, inner : WIDTH - inner] = False
        self.pixels[rim] = colour
        return self

    def light(self, low: float, high: float, tint: tuple[float, float, float] = (1, 1, 1)) -> Way:
        """A lamp at one side: brightness from `low` to `high`."""
        y, x = np.mgrid[:HEIGHT, :WIDTH]
        way = self.rng.uniform(0, 2 * np.pi)
        along = np.cos(way) * (x / WIDTH - 0.5) + np.sin(way) * (y / HEIGHT - 0.5)
        share = ((along + 0.7) / 1.4).clip(0, 1)[..., None]
        self.pixels *= (low + (high - low) * share) * np.asarray(tint)
        return self

    def shadow(self, depth: float, soft: float) -> Way:
        """Something between the lamp and a third of the paper."""
        mask = Image.new("L", (WIDTH, HEIGHT), 255)
        corners = [(0, 0), (WIDTH * 0.55, 0), (0, HEIGHT * 0.9)]
        if self.rng.random() < 0.5:
            corners = [(WIDTH - x, y) for x, y in corners]
        ImageDraw.Draw(mask).polygon(corners, fill=round(255 * depth))
        self.pixels *= np.asarray(mask.filter(ImageFilter.GaussianBlur(soft)))[..., None] / 255.0
        return self

    def hand(self) -> Way:
        """A hand from below."""
        image = Image.fromarray(self.pixels.clip(0, 255).astype(np.uint8))
        draw, x = ImageDraw.Draw(image), self.rng.choice((40, WIDTH - 180))
        draw.ellipse((x, HEIGHT - 90, x + 140, HEIGHT + 120), fill=(205, 150, 120))
        draw.ellipse((x + 50, HEIGHT - 140, x + 80, HEIGHT), fill=(212, 158, 128))
        self.pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(1))).astype(np.float32)
        return self

    def table(self, *colour: int, turned: float = 6.0, scale: float = 0.86) -> Way:
        """The sheet a little turned on a table."""
        image = Image.fromarray(self.pixels.clip(0, 255).astype(np.uint8))
        size = round(WIDTH * scale), round(HEIGHT * scale)
        sheet = image.resize(size, Image.Resampling.LANCZOS).convert("RGBA")
        sheet = sheet.rotate(turned, Image.Resampling.BICUBIC, expand=True)
        ground = Image.new("RGB", (WIDTH, HEIGHT), colour)
        ground.paste(sheet, ((WIDTH - sheet.width) // 2, (HEIGHT - sheet.height) // 2), sheet)
        self.pixels = np.asarray(ground).astype(np.float32)
        return self

    def grain(self, sigma: float) -> Way:
        self.pixels += self.noise.normal(0, sigma, self.pixels.shape).astype(np.float32)
        return self

    def image(self, quality: int = 0) -> Image.Image:
        """RGB; compressed as a JPEG in between if a quality is given."""
        image = Image.fromarray(self.pixels.clip(0, 255).astype(np.uint8))
        if quality:
            out = io.BytesIO()
            image.save(out, "JPEG", quality=quality)
            image = Image.open(out).convert("RGB")
        return image


LAMP = (1.0, 0.96, 0.86)

WAYS: dict[str, Callable[[Way], Image.Image]] = {
    "white paper": lambda w: w.ink(0, 0, 0).image(),
    "cream paper, blue pen": lambda w: w.paper(250, 243, 220).ink(30, 50, 150).image(),
    "chalk on a board": lambda w: w.paper(30, 45, 40).ink(235, 235, 230).image(),
    "small, in a corner": lambda w: w.ink(20, 20, 20, side=110, at=(0.95, 0.9)).image(),
    "pencil, contrast 38": lambda w: w.ink(217, 217, 217).image(),
    "pencil, contrast 22": lambda w: w.ink(233, 233, 233).image(),
    "yellow felt pen": lambda w: w.ink(250, 225, 60).image(),
    "one stray pixel": lambda w: w.ink(0, 0, 0, side=200, at=(0.2, 0.3)).dots(
        0, 0, 0, count=1).image(),
    "specks": lambda w: w.ink(0, 0, 0, side=220).dots(60, 60, 60, count=6, side=3).image(),
    "dust": lambda w: w.ink(0, 0, 0, side=260).dots(120, 120, 120, count=60).image(),
    "a frame of one pixel": lambda w: w.ink(0, 0, 0).frame(0, 0, 0).image(),
    "a thick frame": lambda w: w.ink(0, 0, 0, side=240).frame(90, 90, 100, wide=22).image(),
    "two frames": lambda w: w.ink(0, 0, 0, side=240).frame(20, 20, 20, wide=6).frame(
        20, 20, 20, wide=2, inset=12).image(),
    "a dark margin": lambda w: w.ink(0, 0, 0, side=240).frame(49, 51, 56, wide=30).image(),
    "lined": lambda w: w.ink(20, 20, 60).lines(170, 190, 225).image(),
    "squared": lambda w: w.ink(20, 20, 60).lines(170, 190, 225, every=16, down=True).image(),
    "lined, dark lines": lambda w: w.ink(0, 0, 0).lines(120, 140, 190, every=30).image(),
    "lined, in pencil": lambda w: w.ink(110, 110, 115).lines(190, 205, 230).image(),
    "lined, askew": lambda w: w.ink(20, 20, 60).lines(170, 190, 225, slope=0.06).image(),
    "squared, askew": lambda w: w.ink(20, 20, 60).lines(
        175, 195, 225, every=18, down=True, slope=0.04).image(),
    "shaded": lambda w: w.ink(40, 40, 45).light(0.7, 1.0).image(),
    "under a lamp": lambda w: w.ink(40, 40, 45).light(0.6, 1.0, LAMP).grain(4).image(85),
    "a hand's shadow": lambda w: w.ink(40, 40, 45).light(0.85, 1.0).shadow(
        0.7, 18).grain(4).image(85),
    "a hard shadow": lambda w: w.ink(40, 40, 45).light(0.9, 1.0).shadow(0.72, 4).grain(4).image(85),
    "grain": lambda w: w.paper(225, 222, 212).ink(60, 60, 70).grain(14).image(70),
    "pencil, photographed": lambda w: w.ink(150, 150, 155).light(0.7, 0.95, LAMP).grain(
        5).image(80),
    "on a table": lambda w: w.ink(40, 40, 45).table(95, 70, 50).light(0.8, 1.0).grain(5).image(80),
    "a hand in the picture": lambda w: w.ink(40, 40, 45, side=280, at=(0.5, 0.1)).hand().light(
        0.8, 1.0, LAMP).grain(4).image(85),
    "squared, photographed": lambda w: w.ink(50, 50, 70).lines(
        180, 195, 220, every=18, down=True, slope=0.03).light(0.7, 1.0, LAMP).grain(4).image(85),
    "lined, on a table, in shadow": lambda w: w.ink(50, 50, 60, side=280).lines(
        175, 190, 220).table(70, 60, 55, turned=-4).light(0.75, 1.0).shadow(
            0.8, 15).grain(5).image(80),
}  # fmt: skip
"""By what people would call them."""


def plainly(image: Image.Image, side: int) -> torch.Tensor:
    """Framed by the farthest pixels that differ by 40 from the border's median, as a baseline."""
    pixels = np.asarray(image).astype(np.int16)
    border = np.concatenate((pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]))
    ground = np.median(border, axis=0)
    seen = np.abs(pixels - ground).max(2) > 40
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    if len(rows):
        image = image.crop((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
    inner = round(0.92 * side)
    scale = inner / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    canvas = Image.new("RGB", (side, side), tuple(int(v) for v in ground))
    canvas.paste(
        image.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR),
        ((side - size[0]) // 2, (side - size[1]) // 2),
    )
    return torch.from_numpy(np.asarray(canvas).copy()).permute(2, 0, 1).float() / 255


@torch.no_grad()
def measure(
    critic: Critic, doodles: Sequence[Doodle], seed: int = 0
) -> dict[str, dict[str, float]]:
    """The share of doodles named right, of those of the default words, framed in both ways, and
    of empty sheets that are seen as blank."""
    words = default_words()
    texts = critic.encode_text(words, critic.templates)
    found: dict[str, dict[str, float]] = {}
    for way, make in track(WAYS.items(), console=Console(stderr=True)):
        rng = random.Random(seed)
        images = [make(Way(doodle, rng)) for doodle in doodles]
        found[way] = {}
        for name, frame in (("plainly", plainly), ("framed", framed)):
            shown = torch.stack([frame(image, critic.image_size) for image in images])
            best = (critic.encode_images(shown) @ texts.T).argmax(1).tolist()
            right = [words[i] == doodle.word for i, doodle in zip(best, doodles, strict=True)]
            found[way][name] = sum(right) / len(right)
        empty = [make(Way(Doodle("", ()), rng)) for _ in range(_EMPTY)]
        found[way]["blank"] = sum(sheet(image).blank for image in empty) / _EMPTY
    return found


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench paper`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench paper", description=__doc__)
    parser.add_argument("--doodles", type=natural, default=200, metavar="N", help="%(default)s")
    parser.add_argument("--model", default=POCKET)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    try:
        listed = set(default_words())
        there = [doodle for doodle in unseen() if doodle.word in listed]
        critic = load(args.model).namer
    except (NoDoodles, ModelUnavailable) as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    chosen = random.Random(1).sample(there, min(args.doodles, len(there)))
    found = measure(critic, chosen)
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    print_table(found)
    return 0


def print_table(found: dict[str, dict[str, Any]]) -> None:
    table = Table("way", "named, plainly framed", "named, as framed here", "blank seen as blank")
    columns = ("plainly", "framed", "blank")
    for way, shares in found.items():
        table.add_row(way, *(f"{shares[name]:.0%}" for name in columns))
    means = [sum(s[name] for s in found.values()) / len(found) for name in columns]
    table.add_row("mean", *(f"{mean:.1%}" for mean in means))
    show(table)
