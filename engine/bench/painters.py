"""All painters on the same words: how long they take, what they look at, and what is seen in it.

Each drawing is painted by itself, as people get it. What it is worth says the second opinion,
the share of judges that would see the word in it (engine/pocket/opinion.py); judges who know
doodles alone (`bench hand`) would be at a loss before colours and pictures.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import Tensor

from engine.bench import natural
from engine.bench.sheet import DOODLE_WORDS, contact_sheet, words_by_lot
from engine.bench.tables import show
from engine.canvas.drawing import Drawing
from engine.paint.options import FILMS, PAINTERS
from engine.paint.painter import Painter, paint
from engine.paint.spec import DrawingSpec
from engine.see.critic import POCKET, Critic, ModelUnavailable, load


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing by a painter. seen: pictures that the critic was shown for it. opinion: None where
    the model has no second one."""

    painter: str
    word: str
    seconds: float
    seen: int
    score: float
    opinion: float | None
    drawing: Drawing


@contextmanager
def counted(critic: Critic) -> Iterator[list[int]]:
    """How many pictures a critic is shown meanwhile, by the call."""
    counts: list[int] = []
    encode = critic.encode_images

    def counting(images: Tensor) -> Tensor:
        counts.append(len(images))
        return encode(images)

    critic.encode_images = counting
    try:
        yield counts
    finally:
        del critic.encode_images


def draw(painter: Painter, name: str, word: str, seed: int) -> Drawn:
    """A word by a painter, with all that is left open to it."""
    spec = DrawingSpec(prompt=word, seed=seed, painter=name)
    with counted(painter.critic) as counts:
        began = time.perf_counter()
        *_, last = paint(painter, painter.begin(spec))
        seconds = time.perf_counter() - began
    return Drawn(name, word, seconds, sum(counts), last.score, last.opinion, last.drawing)


def summary(drawn: Sequence[Drawn]) -> dict[str, Any]:
    """One painter's drawings in figures: means."""
    opinions = [one.opinion for one in drawn if one.opinion is not None]
    return {
        "painter": drawn[0].painter,
        "seconds": round(statistics.fmean(one.seconds for one in drawn), 2),
        "seen": round(statistics.fmean(one.seen for one in drawn)),
        "score": round(statistics.fmean(one.score for one in drawn), 4),
        "opinion": round(statistics.fmean(opinions), 4) if opinions else None,
    }


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench painters`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench painters", description=__doc__)
    parser.add_argument("--model", default=POCKET)
    parser.add_argument("--painter", action="append", choices=tuple(PAINTERS), help="several times")
    parser.add_argument("--words", type=natural, default=100, help="by lot (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the lot and the drawings")
    parser.add_argument("--sheet", type=Path, help="also write a sheet: a row for each painter")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    names = args.painter or [name for name in PAINTERS if name not in FILMS]
    words = words_by_lot(min(args.words, DOODLE_WORDS), args.seed)
    try:
        painter = Painter(load(args.model))
    except ModelUnavailable as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    for name in names:  # what is called for the first time takes longer
        spec = DrawingSpec(prompt="a house", steps=1, painter=name)
        list(paint(painter, painter.begin(spec)))
    jobs = [(name, word) for name in names for word in words]
    drawn = [
        draw(painter, name, word, args.seed)
        for name, word in track(jobs, console=Console(stderr=True), transient=True)
    ]
    if args.sheet:
        cells = [(one.drawing, (one.word, one.painter)) for one in drawn]
        contact_sheet(cells, columns=len(words)).save(args.sheet, optimize=True)
    rows = [summary([one for one in drawn if one.painter == name]) for name in names]
    if args.json:
        report = {"model": args.model, "words": words, "seed": args.seed, "rows": rows}
        print(json.dumps(report, indent=2))
        return 0
    table = Table(title=f"{args.model}, {len(words)} words, seed {args.seed}; means of a drawing")
    for heading in ("painter", "seconds", "pictures seen", "score", "second opinion"):
        table.add_column(heading, justify="left" if heading == "painter" else "right")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    show(table)
    return 0
