"""Gradients beside evolution: how good a drawing is after so many pictures that the critic saw.

Every painter draws the same words, and is looked at whenever the number of pictures that it has
shown the critic has doubled: the score by fixed views, and the second opinion, which none of them
paints towards. A picture that a gradient is wanted of counts once, as one that is only looked at.
Seconds are those of one core at work, whoever else is on the machine.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from engine.album import Wording, chart
from engine.bench import natural
from engine.bench.painters import counted, warm_up
from engine.bench.sheet import DOODLE_WORDS, contact_sheet, words_by_lot
from engine.bench.tables import show
from engine.canvas.drawing import Drawing
from engine.paint.options import PAINTERS
from engine.paint.painter import Painter, paint
from engine.paint.spec import DrawingSpec
from engine.see.critic import POCKET, load

FIRST = 64
"""Pictures after which a drawing is looked at first; then after twice as many, and so on."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawing when the critic had been shown `seen` pictures, after so many core seconds."""

    seen: int
    seconds: float
    score: float
    opinion: float


def followed(painter: Painter, spec: DrawingSpec) -> tuple[list[Mark], Drawing]:
    """A drawing's marks, one a doubling and one at its end, and the drawing as it ends."""
    target = painter.critic.encode_text([spec.prompt])[0]
    marks: list[Mark] = []
    drawing = Drawing(1, 1)
    with counted(painter.critic) as counts:
        seen, seconds, due = 0, 0.0, FIRST
        states = paint(painter, painter.begin(spec))
        while True:
            began = time.process_time()
            counts.clear()
            state = next(states, None)
            seconds += time.process_time() - began
            seen += sum(counts)
            if state is None:
                return marks, drawing
            drawing = state.drawing
            if seen >= due or state.final:
                (score,) = painter.judge([drawing], target)
                opinion = painter.jury.opinion(drawing, target)
                marks.append(Mark(seen, round(seconds, 2), score, opinion))
                while due <= seen:
                    due *= 2


def curve(drawn: Sequence[Sequence[Mark]]) -> list[float]:
    """The mean second opinion at each doubling; one that has ended stays as it ended."""
    found: list[float] = []
    due = FIRST
    while due / 2 < max(marks[-1].seen for marks in drawn):
        known = [[mark for mark in marks if mark.seen <= due] for marks in drawn]
        found.append(statistics.fmean(some[-1].opinion if some else 0.0 for some in known))
        due *= 2
    return found


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench evaluations`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench evaluations", description=__doc__)
    parser.add_argument(
        "--painter",
        action="append",
        choices=tuple(PAINTERS),
        help="several times (gradient, evolution, grammar)",
    )
    parser.add_argument("--words", type=natural, default=8, help="by lot (%(default)s)")
    parser.add_argument("--strokes", type=natural, default=24, help="(%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the lot and the drawings")
    parser.add_argument("--plot", type=Path, help="also write the curves as a PNG")
    parser.add_argument("--sheet", type=Path, help="also write the drawings, a row for a painter")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    names = args.painter or ["gradient", "evolution", "grammar"]
    words = words_by_lot(min(args.words, DOODLE_WORDS), args.seed)
    painter = Painter(load(POCKET))
    jobs = [(name, word) for name in names for word in words]
    done: dict[str, list[list[Mark]]] = {name: [] for name in names}
    cells = []
    warm_up(painter, names)
    for name, word in track(jobs, console=Console(stderr=True), transient=True):
        spec = DrawingSpec(
            prompt=word,
            seed=args.seed,
            strokes=args.strokes,
            ink="pen",
            begin="scribbles",
            painter=name,
        )
        marks, drawing = followed(painter, spec)
        done[name].append(marks)
        cells.append((drawing, (word, name)))
        print(f"{name} {word}: {marks[-1]}", file=sys.stderr)
    if args.sheet:
        contact_sheet(cells, columns=len(words)).save(args.sheet, optimize=True)
    curves = {name: curve(drawn) for name, drawn in done.items()}
    if args.plot:
        said = Wording(page=f"doublings of {FIRST // 2} pictures seen", similarity="second opinion")
        args.plot.write_bytes(chart.curves(curves, wording=said, first=1))
    if args.json:
        marks = {
            name: [[asdict(mark) for mark in some] for some in drawn]
            for name, drawn in done.items()
        }
        print(json.dumps({"words": words, "marks": marks, "curves": curves}, indent=1))
        return 0
    table = Table(title=f"{len(words)} words, {args.strokes} strokes, pen, from scribbles; means")
    for heading in ("painter", "pictures seen", "core seconds", "score", "second opinion"):
        table.add_column(heading, justify="left" if heading == "painter" else "right")
    for name, drawn in done.items():
        last = [marks[-1] for marks in drawn]
        table.add_row(
            name,
            f"{statistics.fmean(mark.seen for mark in last):,.0f}",
            f"{statistics.fmean(mark.seconds for mark in last):.1f}",
            f"{statistics.fmean(mark.score for mark in last):.3f}",
            f"{statistics.fmean(mark.opinion for mark in last):.3f}",
        )
    show(table)
    return 0
