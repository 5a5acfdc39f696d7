"""Whether strangers recognise the drawings: judges that never helped to paint name them.

The judges are networks of other architectures, trained on people's doodles that the built-in
model never saw and on nothing else (`python -m engine.pocket.train judges`; their folder is
PENGUESS_JUDGES). What counts is their rate on our drawings beside their rate on people's, through
the same rasteriser: at 1, our drawings are named as often as people's.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table
from torch import Tensor

from engine.bench import natural
from engine.bench.doodles import Doodle, NoDoodles, unseen
from engine.bench.drawings import WrongFolder, draw_all
from engine.bench.sheet import contact_sheet, words_by_lot
from engine.canvas.drawing import Drawing
from engine.paint.spec import Commission, Ink
from engine.pocket.train.judge import KINDS, SIZE, Judge, load_judge
from engine.pocket.train.judge import words as judge_words
from engine.raster import pack, rasterise
from engine.see.critic import POCKET, Critic, ModelUnavailable, load

VARIABLE = "PENGUESS_JUDGES"
SETTINGS: tuple[tuple[Ink, int], ...] = (("pen", 16), ("pen", 32), ("paint", 64))


class NoJudges(ValueError):
    """The bench needs trained judges; the message says how to get them."""


@torch.no_grad()
def shown(drawings: Sequence[Drawing]) -> Tensor:
    """Drawings as judges see them, (B, 3, 64, 64) in [0, 1], by our own rasteriser."""
    return torch.cat([rasterise(*pack([drawing.scaled(SIZE)])) for drawing in drawings])


def rate(
    judge: Judge, words: Sequence[str], truth: Sequence[str], images: Tensor
) -> dict[str, Any]:
    """A judge's top-1 and top-5 rates over images of `truth`, and its best word for each."""
    best = judge(images).topk(5, 1).indices.tolist()
    named = [[words[i] for i in row] for row in best]
    pairs = list(zip(truth, named, strict=True))
    return {
        "top1": round(sum(word == row[0] for word, row in pairs) / len(pairs), 4),
        "top5": round(sum(word in row for word, row in pairs) / len(pairs), 4),
        "named": [row[0] for row in named],
    }


def panel() -> dict[str, tuple[Judge, list[str]]]:
    """The judges of doodles in PENGUESS_JUDGES, by their kind, each with its words.

    Raises NoJudges.
    """
    folder = Path(os.environ.get(VARIABLE, ""))
    if not os.environ.get(VARIABLE) or not folder.is_dir():
        raise NoJudges(
            f"set {VARIABLE} to a folder of judges; "
            "python -m engine.pocket.train judges trains them"
        )
    paths = {kind: folder / f"{kind}.pt" for kind in KINDS}
    judges = {
        kind: (load_judge(path), judge_words(path)) for kind, path in paths.items() if path.exists()
    }
    if not judges:
        raise NoJudges(f"no judges ({', '.join(p.name for p in paths.values())}) lie in {folder}")
    return judges


def measure(
    critic: Critic,
    words: Sequence[str],
    seed: int,
    doodles: Sequence[Doodle],
    judges: Mapping[str, tuple[Judge, list[str]]],
    keep: Path | None = None,
) -> dict[str, Any]:
    """Rates of every judge on people's drawings of the words and on ours, for each setting."""
    people = [doodle for doodle in doodles if doodle.word in set(words)]
    truth = [doodle.word for doodle in people]
    images = shown([doodle.drawing() for doodle in people])
    rows = [{"drawn by": "people", **_rates(judges, truth, images)}]
    pictures = {}
    for ink, strokes in SETTINGS:
        wishes = [Commission(prompt=w, strokes=strokes, ink=ink, seed=seed) for w in words]
        began = time.perf_counter()
        drawings = draw_all(critic, wishes, keep)
        seconds = (time.perf_counter() - began) / len(words)
        row = _rates(judges, words, shown(drawings))
        ratio = row["top1"] / rows[0]["top1"] if rows[0]["top1"] else float("nan")
        rows.append(
            {
                "drawn by": f"{critic.name}, {strokes} {ink}",
                **row,
                "to_people": round(ratio, 3),
                **({} if keep else {"seconds_each": round(seconds, 2)}),
            }
        )
        pictures[f"{strokes} {ink}"] = drawings
    return {"words": list(words), "seed": seed, "rows": rows, "pictures": pictures}


def _rates(
    judges: Mapping[str, tuple[Judge, list[str]]], truth: Sequence[str], images: Tensor
) -> dict[str, Any]:
    verdicts = {
        name: rate(judge, classes, truth, images) for name, (judge, classes) in judges.items()
    }
    mean = {
        key: round(sum(v[key] for v in verdicts.values()) / len(verdicts), 4)
        for key in ("top1", "top5")
    }
    return {**mean, "judges": verdicts}


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench hand`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench hand", description=__doc__)
    parser.add_argument("--model", default=POCKET)
    parser.add_argument("--words", type=natural, default=100, help="drawn by lot (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--sheet", type=Path, help="also write a contact sheet of the first setting"
    )
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="of drawings: those that are there are not painted again (nor timed)",
    )
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    try:
        judges = panel()
        words = words_by_lot(args.words, 0)
        report = measure(load(args.model), words, args.seed, unseen(), judges, args.keep)
    except (NoJudges, NoDoodles, ModelUnavailable, WrongFolder, OSError) as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    pictures = report.pop("pictures")
    if args.sheet:
        (setting, drawings), *_ = pictures.items()
        row = next(r for r in report["rows"] if r["drawn by"].endswith(setting))
        named = zip(*(verdict["named"] for verdict in row["judges"].values()), strict=True)
        cells = zip(
            drawings,
            ((word, " / ".join(n)) for word, n in zip(words, named, strict=True)),
            strict=True,
        )
        contact_sheet(cells, columns=10, side=150).save(args.sheet, optimize=True)
    if args.json:
        print(json.dumps(report, indent=2))
        return 0
    table = Table(title=f"{len(words)} words by lot, seed {args.seed}, named by judges among 345")
    for heading in (
        "drawn by",
        "top-1",
        "top-5",
        "top-1 to people's",
        "seconds each",
        "each judge's top-1",
    ):
        table.add_column(heading, justify="right")
    for row in report["rows"]:
        each = ", ".join(f"{name} {v['top1']:.2f}" for name, v in row["judges"].items())
        cells = (f"{row['top1']:.3f}", f"{row['top5']:.3f}", str(row.get("to_people", "")))
        table.add_row(row["drawn by"], *cells, str(row.get("seconds_each", "")), each)
    Console().print(table)
    return 0
