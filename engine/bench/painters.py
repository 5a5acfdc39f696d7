"""All painters on the same words: how long they take, what they look at, and what is seen in it.

Each drawing is painted by itself, as people get it. What it is worth say two who do not paint: the
second opinion, the share of judges that would see the word in it (engine/pocket/opinion.py), and
the model's namer, which is asked for one of the doodle words. Judges who know doodles alone (`bench
hand`) would be at a loss before colours and pictures. What turns about is looked at from eight
sides, and its figures are the sides' means.

All painters draw a word before any draws the next one, so a run that was stopped compares them on
the same words; with `--keep FILE` it goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import Tensor

from engine.bench import natural
from engine.bench.sheet import DOODLE_WORDS, contact_sheet, words_by_lot
from engine.bench.tables import show
from engine.canvas.decoder import UnreadablePicture
from engine.canvas.drawing import Drawing
from engine.canvas.render import to_image
from engine.paint.options import BASELINES, DEPTH, MORPH, PAINTERS
from engine.paint.painter import Painter, paint
from engine.paint.spec import DrawingSpec
from engine.see.critic import POCKET, Critic, ModelUnavailable, load
from engine.see.guesser import default_words, guess

SIDES = 8
"""From which a drawing in three dimensions is looked at."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing by a painter. seconds: of cores at work on it. seen: pictures that the critic was
    shown for it. opinion: the second one, None where the model has none. named: the share of its
    sides (others have one) in which the namer sees the word first. drawing: of the front."""

    painter: str
    word: str
    seconds: float
    seen: int
    score: float
    opinion: float | None
    named: float
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


def warm_up(painter: Painter, names: Iterable[str]) -> None:
    """Call these painters once, uncounted: the first call of a process compiles and loads."""
    for name in names:
        spec = DrawingSpec(prompt="a house", steps=1, painter=name)
        list(paint(painter, painter.begin(spec)))


def draw(painter: Painter, name: str, word: str, seed: int) -> Drawn:
    """A word by a painter, with all that is left open to it."""
    sides = SIDES if name == DEPTH else None
    spec = DrawingSpec(prompt=word, seed=seed, painter=name, frames=sides)
    with counted(painter.critic) as counts:
        began = time.process_time()
        *_, last = paint(painter, painter.begin(spec))
        seconds = time.process_time() - began
    shown = last.frames or (last.drawing,)
    opinion = last.opinion
    if painter.critic.name == POCKET:
        target = painter.critic.encode_text([word])[0]
        opinion = statistics.fmean(painter.jury.opinion(one, target) for one in shown)
    named = statistics.fmean(_first(painter.critic, one) == word for one in shown)
    return Drawn(name, word, seconds, sum(counts), last.score, opinion, float(named), last.drawing)


def _first(critic: Critic, drawing: Drawing) -> str | None:
    """The doodle word that the namer sees first; None where there is nothing to be seen."""
    words = default_words()[:DOODLE_WORDS]
    try:
        ((best,),) = guess(critic.namer, [to_image(drawing)], words, top=1)
    except UnreadablePicture:
        return None
    return best.word


class Kept:
    """Drawings in a file, one a line, of which some may be there from before.

    model, seed: of this run; those of others are passed over. Raises OSError, and BadFile.
    """

    def __init__(self, path: Path | None, model: str, seed: int) -> None:
        self._path, self._of = path, {"model": model, "seed": seed}
        self.drawn: dict[tuple[str, str], Drawn] = {}
        if path is None or not path.exists():
            return
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                mine = {"model": row.pop("model"), "seed": row.pop("seed")} == self._of
                one = Drawn(**row | {"drawing": Drawing.from_dict(row["drawing"])})
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise BadFile(f"{path}, line {number}, holds no drawing: {error}") from error
            if mine:
                self.drawn[one.painter, one.word] = one

    def add(self, one: Drawn) -> None:
        """Keep a drawing."""
        self.drawn[one.painter, one.word] = one
        if self._path:
            row = self._of | asdict(one) | {"drawing": one.drawing.to_dict()}
            with self._path.open("a", encoding="utf-8") as out:
                out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


class BadFile(ValueError):
    """A file to keep drawings in that holds something else; the message names file and line."""


def summary(drawn: Sequence[Drawn]) -> dict[str, Any]:
    """One painter's drawings in figures: means."""
    opinions = [one.opinion for one in drawn if one.opinion is not None]
    return {
        "painter": drawn[0].painter,
        "words": len(drawn),
        "seconds": round(statistics.fmean(one.seconds for one in drawn), 2),
        "seen": round(statistics.fmean(one.seen for one in drawn)),
        "score": round(statistics.fmean(one.score for one in drawn), 3),
        "opinion": round(statistics.fmean(opinions), 3) if opinions else None,
        "named": round(statistics.fmean(one.named for one in drawn), 3),
    }


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench painters`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench painters", description=__doc__)
    parser.add_argument("--model", default=POCKET)
    parser.add_argument("--painter", action="append", choices=tuple(PAINTERS), help="several times")
    parser.add_argument("--words", type=natural, default=100, help="by lot (%(default)s)")
    parser.add_argument("--first", type=natural, help="draw only so many of these words")
    parser.add_argument("--seed", type=int, default=0, help="of the lot and the drawings")
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="of drawings, to go on with and to count in"
    )
    parser.add_argument("--sheet", type=Path, help="also write a sheet: a row for each painter")
    parser.add_argument(
        "--columns", type=natural, default=8, help="of the sheet, the first words (%(default)s)"
    )
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    names = args.painter or [name for name in PAINTERS if name not in {MORPH, *BASELINES}]
    words = words_by_lot(min(args.words, DOODLE_WORDS), args.seed)
    try:
        painter = Painter(load(args.model))
        kept = Kept(args.keep, args.model, args.seed)
        _draw_all(painter, names, words[: args.first], args.seed, kept)
    except (ModelUnavailable, BadFile, OSError) as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    drawn = {
        name: [kept.drawn[name, word] for word in words if (name, word) in kept.drawn]
        for name in names
    }
    if args.sheet:
        cells = [
            (one.drawing, (one.word, one.painter))
            for name in names
            for word in words[: args.columns]
            if (one := kept.drawn.get((name, word)))
        ]
        contact_sheet(cells, columns=args.columns).save(args.sheet, optimize=True)
    rows = [summary(some) for some in drawn.values()]
    if args.json:
        report = {"model": args.model, "words": words, "seed": args.seed, "rows": rows}
        print(json.dumps(report, indent=2))
        return 0
    table = Table(title=f"{args.model}, words by lot, seed {args.seed}; means of a drawing")
    for heading in (
        "painter",
        "words",
        "core seconds",
        "pictures seen",
        "score",
        "second opinion",
        "named",
    ):
        table.add_column(heading, justify="left" if heading == "painter" else "right")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    show(table)
    return 0


def _draw_all(
    painter: Painter, names: Sequence[str], words: Sequence[str], seed: int, kept: Kept
) -> None:
    """Draw what is not kept yet, word by word."""
    jobs = [(name, word) for word in words for name in names if (name, word) not in kept.drawn]
    warm_up(painter, {name for name, _ in jobs})
    for name, word in track(jobs, console=Console(stderr=True), transient=True):
        kept.add(draw(painter, name, word, seed))
