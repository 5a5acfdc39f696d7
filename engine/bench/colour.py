"""Whether coloured drawings have the colours of their things: compared with an emoji set that
the palettes were not made from (Twemoji, of npm's @iconify/json; PENGUESS_ICONIFY says where).

The share of the coloured ink whose hue the thing's emoji has, too; beside it, as chance level,
the same for the emoji of other things. Near-black lines do not count, or every drawing with
outlines would agree with every emoji that has any.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from engine.bench import natural
from engine.bench.drawings import WrongFolder, draw_all
from engine.bench.sheet import DOODLE_WORDS, contact_sheet
from engine.bench.tables import show
from engine.canvas.drawing import Drawing
from engine.canvas.render import to_image
from engine.paint.colour.shades import GREY, apart, oklab
from engine.paint.options import Ink
from engine.paint.spec import DrawingSpec
from engine.see.critic import POCKET, ModelUnavailable, load
from engine.see.guesser import default_words
from engine.train.palettes import OWN, picture, read_own, svg

VARIABLE = "PENGUESS_ICONIFY"
SET = "twemoji"

SIDE = 256  # pixels a drawing is looked at with
NEAR = 25.0  # degrees of hue that still agree
SOME = 0.06  # of the emoji: what it has at least of a hue that it is said to have
SOME_GREY = 0.15  # the same for grey and white
LINE = 0.32  # OKLab lightness below which what is nearly grey is an outline


class NoEmoji(ValueError):
    """The bench needs the emoji to compare with; the message names the variable."""


class Judge:
    """The emoji of a set by the names of things."""

    def __init__(self, folder: Path) -> None:
        path = folder / "json" / f"{SET}.json"
        if not path.is_file():
            raise NoEmoji(f"set {VARIABLE} to an unpacked @iconify/json: no {path}")
        self._data = json.loads(path.read_text("utf-8"))
        self._alias = {name.lower(): says for name, says in read_own(OWN) if isinstance(says, str)}
        self._seen: dict[str, NDArray[np.float64]] = {}

    def name_of(self, word: str) -> str | None:
        """The set's name for a thing, or None."""
        plain = word.lower()
        dashed = plain.replace(" ", "-")
        for name in (dashed, f"{dashed}-face", self._alias.get(plain, "")):
            if self._icon(name):
                return name
        return None

    def has(self, word: str) -> bool:
        return self.name_of(word) is not None

    def _icon(self, name: str) -> Mapping[str, Any] | None:
        parent = self._data.get("aliases", {}).get(name, {}).get("parent", name)
        return self._data["icons"].get(parent)

    def hues(self, word: str) -> NDArray[np.float64]:
        """(361,): how much of the emoji has each degree of hue, NEAR counted, and last, grey.

        Raises KeyError for a thing without an emoji.
        """
        name = self.name_of(word)
        if name is None:
            raise KeyError(word)
        if name not in self._seen:
            icon = self._icon(name) or {}
            rgba = picture(svg(icon, self._data))
            ink = oklab(rgba[..., :3][rgba[..., 3] > 0.8])
            self._seen[name] = _spread(ink)
        return self._seen[name]


def _spread(ink: NDArray[np.float64]) -> NDArray[np.float64]:
    """(361,) from (n, 3) OKLab: the share within NEAR of each degree; grey without lines last."""
    chroma = np.hypot(ink[:, 1], ink[:, 2])
    counts = np.zeros(361)
    if not len(ink):
        return counts
    degree = np.degrees(np.arctan2(ink[:, 2], ink[:, 1])).round().astype(int) % 360
    bins = np.bincount(degree[chroma >= GREY], minlength=360)
    reach = int(NEAR)
    around = np.concatenate([bins[-reach:], bins, bins[:reach]])
    counts[:360] = np.convolve(around, np.ones(2 * reach + 1), "valid")
    counts[360] = ((chroma < GREY) & (ink[:, 0] >= LINE)).sum()
    return counts / len(ink)


def agreement(drawing: Drawing, hues: NDArray[np.float64]) -> float:
    """The share of a drawing's coloured ink whose hue a thing has; nan without such ink.

    hues: of `Judge.hues`. Ink is what differs from the paper; near-black lines do not count.
    """
    rgb = np.asarray(to_image(drawing, SIDE), np.float64) / 255
    lab = oklab(rgb)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    line = (lab[..., 0] < LINE) & (chroma < 2 * GREY)
    inked = (apart(rgb, np.array(drawing.background)) > 0.05) & ~line
    # Edges mix ink with lines and paper: only what looks like its neighbours counts.
    same = np.ones(inked.shape, bool)
    for axis in (0, 1):
        for step in (1, -1):
            same &= np.abs(rgb - np.roll(rgb, step, axis)).max(-1) < 0.06
    inked &= same
    if inked.sum() < 20:
        return float("nan")
    degree = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])).round().astype(int) % 360
    agrees = np.where(chroma < GREY, hues[360] >= SOME_GREY, hues[degree] >= SOME)
    return float(agrees[inked].mean())


def measure(
    words: Sequence[str], drawings: Sequence[Drawing], judge: Judge
) -> dict[str, float | int]:
    """Mean agreement of drawings with the emoji of their words, and with those of others.

    Words without an emoji are passed over; drawings without coloured ink count as 0.
    """
    pairs = [(w, d) for w, d in zip(words, drawings, strict=True) if judge.has(w)]
    if not pairs:
        return {"judged": 0, "agreement": float("nan"), "chance": float("nan"), "bare": 0}
    own = np.array([agreement(d, judge.hues(w)) for w, d in pairs])
    chance = [
        agreement(pairs[i][1], judge.hues(pairs[(i + step) % len(pairs)][0]))
        for i in range(len(pairs))
        for step in (1, 7, 13)
        if step % len(pairs)
    ]
    bare = np.isnan(own)
    return {
        "judged": len(pairs),
        "agreement": round(float(np.where(bare, 0.0, own).mean()), 4),
        "most": round(float((np.where(bare, 0.0, own) > 0.5).mean()), 4),
        "chance": round(float(np.nanmean(chance)), 4) if chance else float("nan"),
        "bare": int(bare.sum()),
    }


@cache
def judge() -> Judge:
    """The emoji in the folder that PENGUESS_ICONIFY names. Raises NoEmoji."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        raise NoEmoji(f"set {VARIABLE} to an unpacked @iconify/json (npm pack @iconify/json)")
    return Judge(Path(folder))


def words_by_lot(count: int, seed: int, judge: Judge) -> list[str]:
    """`count` of the doodle words that have an emoji, drawn by `random.Random(seed)`."""
    known = [word for word in sorted(default_words()[:DOODLE_WORDS]) if judge.has(word)]
    return random.Random(seed).sample(known, min(count, len(known)))


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench colour`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench colour", description=__doc__)
    parser.add_argument("--model", default=POCKET)
    parser.add_argument("--words", type=natural, default=100, help="drawn by lot (%(default)s)")
    parser.add_argument("--strokes", type=natural, default=32)
    parser.add_argument("--ink", choices=[i for i in get_args(Ink) if i != "pen"], default=None)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheet", type=Path, help="also write a contact sheet")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="of drawings, as for `hand`")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    try:
        emoji = judge()
        words = words_by_lot(args.words, 0, emoji)
        ink = {"ink": args.ink} if args.ink else {}
        specs = [
            DrawingSpec(prompt=word, strokes=args.strokes, seed=args.seed, **ink) for word in words
        ]
        drawings = draw_all(load(args.model), specs, args.keep)
    except (NoEmoji, ModelUnavailable, WrongFolder, OSError) as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    report = measure(words, drawings, emoji)
    if args.sheet:
        cells = [
            (drawing, (word, f"{agreement(drawing, emoji.hues(word)):.2f}"))
            for word, drawing in zip(words, drawings, strict=True)
        ]
        contact_sheet(cells, columns=10, side=150).save(args.sheet, optimize=True)
    if args.json:
        print(json.dumps(report))
        return 0
    table = Table(title=f"{report['judged']} words by lot, {args.strokes} strokes, beside {SET}")
    for heading in ("hue agrees", "mostly", "with others'", "without colour"):
        table.add_column(heading, justify="right")
    table.add_row(*(str(report.get(k, "")) for k in ("agreement", "most", "chance", "bare")))
    show(table)
    return 0
