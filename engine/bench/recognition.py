"""Whether strangers recognise the drawings: judges that never helped to paint name them.

The judges are networks of other architectures, trained on people's doodles that the built-in
model never saw and on nothing else (`python -m engine.train judges`; their folder is
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

from engine.bench import handmade, natural
from engine.bench.doodles import Doodle, NoDoodles, unseen
from engine.bench.drawings import WrongFolder, draw_all
from engine.bench.sheet import DOODLE_WORDS, contact_sheet, words_by_lot
from engine.bench.tables import show
from engine.canvas.drawing import Drawing
from engine.canvas.tidy import outlined
from engine.paint.options import Ink
from engine.paint.spec import DrawingSpec
from engine.raster import pack, rasterise
from engine.see.critic import POCKET, Critic, ModelUnavailable, load
from engine.see.guesser import default_words
from engine.train.judge import KINDS, SIZE, DoodleJudge, Judge, load_judge
from engine.train.judge import words as judge_words
from engine.train.sketcher import HELD_OUT_WORDS, held_out

VARIABLE = "PENGUESS_JUDGES"
SETTINGS: tuple[tuple[Ink, int], ...] = (
    ("pen", 16),
    ("pen", 32),
    ("marker", 16),
    ("marker", 32),
    ("paint", 64),
)
"""Of which the first is drawn for more words than the others."""
AGAIN = 5
"""Drawings of one word that are compared, and words for which that is done."""


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


def panel() -> dict[str, tuple[DoodleJudge, list[str]]]:
    """The judges of doodles in PENGUESS_JUDGES, by their kind, each with its words.

    Raises NoJudges.
    """
    folder = Path(os.environ.get(VARIABLE, ""))
    if not os.environ.get(VARIABLE) or not folder.is_dir():
        raise NoJudges(
            f"set {VARIABLE} to a folder of judges; python -m engine.train judges trains them"
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
    some: Sequence[str],
    seed: int,
    doodles: Sequence[Doodle],
    judges: Mapping[str, tuple[DoodleJudge, list[str]]],
    keep: Path | None = None,
) -> dict[str, Any]:
    """Rates of every judge on people's drawings of words and on ours.

    words: for the first setting, which is compared with people's in other ways too. some: of
    them, for the other settings.
    """
    rows: list[dict[str, Any]] = []
    pictures: dict[str, list[Drawing]] = {}
    people = {name: _people(doodles, asked) for name, asked in (("all", words), ("some", some))}
    theirs = {name: _rates(judges, *drawn) for name, drawn in people.items()}
    for name, asked in (("all", words), ("some", some)):
        rows.append({"drawn by": f"people, {len(asked)} words", **theirs[name]})
    for number, (ink, strokes) in enumerate(SETTINGS):
        asked, beside = (some, theirs["some"]) if number else (words, theirs["all"])
        specs = [DrawingSpec(prompt=w, strokes=strokes, ink=ink, seed=seed) for w in asked]
        began = time.perf_counter()
        drawings = draw_all(critic, specs, keep)
        seconds = (time.perf_counter() - began) / len(asked)
        row = _rates(judges, asked, shown(drawings))
        ratio = row["top1"] / beside["top1"] if beside["top1"] else float("nan")
        rows.append(
            {
                "drawn by": f"{critic.name}, {strokes} {ink}",
                **row,
                "to_people": round(ratio, 3),
                **({} if keep else {"seconds_each": round(seconds, 2)}),
            }
        )
        if ink == "marker":
            lines = shown([outlined(drawing) for drawing in drawings])
            rows[-1]["outlines_top1"] = _rates(judges, asked, lines)["top1"]
        pictures[f"{strokes} {ink}"] = drawings
    report = {"words": list(words), "seed": seed, "rows": rows, "pictures": pictures}
    first = pictures["{1} {0}".format(*SETTINGS[0])]
    report["unseen_words"] = _unseen(judges, words, first)
    report["likeness"] = _likeness(judges, words, first, doodles, critic.image_size)
    report["again"] = _again(critic, judges, some[:AGAIN], doodles, keep)
    return report


def _people(doodles: Sequence[Doodle], words: Sequence[str]) -> tuple[list[str], Tensor]:
    """People's doodles of some words: the word of each, and how judges see them."""
    asked = set(words)
    drawn = [doodle for doodle in doodles if doodle.word in asked]
    return [doodle.word for doodle in drawn], shown([doodle.drawing() for doodle in drawn])


def _unseen(
    judges: Mapping[str, tuple[DoodleJudge, list[str]]],
    words: Sequence[str],
    drawings: Sequence[Drawing],
) -> dict[str, Any]:
    """Rates on the words that the sketcher never learned, where any are among them."""
    kept_back = held_out(default_words()[:DOODLE_WORDS], HELD_OUT_WORDS)
    pairs = [(w, d) for w, d in zip(words, drawings, strict=True) if w in kept_back]
    if not pairs:
        return {"words": 0}
    rates = _rates(judges, [w for w, _ in pairs], shown([d for _, d in pairs]))
    return {"words": len(pairs), "top1": rates["top1"], "top5": rates["top5"]}


def _likeness(
    judges: Mapping[str, tuple[DoodleJudge, list[str]]],
    words: Sequence[str],
    ours: Sequence[Drawing],
    doodles: Sequence[Doodle],
    side: int,
) -> dict[str, dict[str, float]]:
    """By each judge's features: what tells our drawings from people's, drawn with our pen."""
    asked = set(words)
    theirs = [handmade.as_ours(d, side) for d in doodles if d.word in asked][: 4 * len(ours)]
    found = {}
    for name, (judge, _) in judges.items():
        mine, other = judge.features(shown(ours)), judge.features(shown(theirs))
        found[name] = {
            "area_under_curve": round(handmade.area_under_curve(mine, other), 4),
            "kernel_distance": round(handmade.kernel_distance(mine, other), 4),
        }
    return found


def _again(
    critic: Critic,
    judges: Mapping[str, tuple[DoodleJudge, list[str]]],
    words: Sequence[str],
    doodles: Sequence[Doodle],
    keep: Path | None,
) -> dict[str, dict[str, float]]:
    """How different AGAIN drawings of one word are, ours and people's, by each judge."""
    ink, strokes = SETTINGS[0]
    specs = [
        DrawingSpec(prompt=word, strokes=strokes, ink=ink, seed=seed)
        for word in words
        for seed in range(AGAIN)
    ]
    ours = draw_all(critic, specs, keep)
    theirs = [
        handmade.as_ours(doodle, critic.image_size)
        for word in words
        for doodle in [d for d in doodles if d.word == word][:AGAIN]
    ]
    found = {}
    for name, (judge, _) in judges.items():
        mine, other = (judge.features(shown(d)).split(AGAIN) for d in (ours, theirs))
        found[name] = {
            "ours": round(handmade.spread(mine), 3),
            "people": round(handmade.spread(other), 3),
        }
    return found


def _rates(
    judges: Mapping[str, tuple[DoodleJudge, list[str]]], truth: Sequence[str], images: Tensor
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
    parser.add_argument(
        "--words", type=natural, default=DOODLE_WORDS, help="of the first setting (%(default)s)"
    )
    parser.add_argument(
        "--some", type=natural, default=100, help="of the others, by lot (%(default)s)"
    )
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
        words = words_by_lot(min(args.words, DOODLE_WORDS), 0)
        some = words[: args.some]
        report = measure(load(args.model), words, some, args.seed, unseen(), judges, args.keep)
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
        contact_sheet(list(cells)[: args.some], columns=10, side=150).save(
            args.sheet, optimize=True
        )
    if args.json:
        print(json.dumps(report, indent=2))
        return 0
    table = Table(title=f"Drawn with seed {args.seed}, named by judges among 345 words")
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
    console = Console()
    show(table)
    for about in ("unseen_words", "likeness", "again"):
        console.print(f"{about}: {json.dumps(report[about])}")
    return 0
