"""How well a model names what people draw, whole and half-finished, and how well it knows that."""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import Tensor

from engine.bench.doodles import Doodle, NoDoodles, unseen
from engine.bench.tables import show
from engine.canvas.render import to_image
from engine.see import guesser, hand
from engine.see.critic import NAMER, POCKET, Critic, ModelUnavailable, load
from engine.see.framing import framed
from engine.see.guesser import default_words
from engine.train import few_shot

INKS = (0.25, 0.5, 0.75, 1.0)
ROUNDS = 15
LARGE = 1000  # words in the larger list: the doodles' own and distractors, as they ship

# Other names for things that the doodles have: the model was never shown a doodle called so.
SYNONYMS = {
    "airplane": "aeroplane", "bicycle": "bike", "car": "automobile", "cat": "kitten",
    "cell phone": "smartphone", "couch": "sofa", "cup": "teacup", "diving board": "springboard",
    "dog": "puppy", "eyeglasses": "spectacles", "flashlight": "torch", "flip flops": "sandals",
    "frying pan": "skillet", "hamburger": "cheeseburger", "hot dog": "frankfurter",
    "motorbike": "motorcycle", "pickup truck": "pick-up", "rabbit": "bunny", "rifle": "gun",
    "sailboat": "sailing boat", "skyscraper": "high-rise building",
    "snowman": "man made of snow", "stove": "cooker", "suitcase": "luggage", "sun": "sunshine",
    "sweater": "pullover", "t-shirt": "tee shirt", "television": "tv set", "toilet": "lavatory",
    "train": "railway", "truck": "lorry", "umbrella": "parasol", "wine glass": "goblet",
}  # fmt: skip


def calibration_error(confidence: Tensor, right: Tensor, bins: int = 15) -> float:
    """Expected calibration error: mean gap between confidence and accuracy over equal bins.

    confidence, right: (N,) in [0, 1], bool. Guo et al. 2017, section 2.
    """
    bucket = (confidence * bins).long().clamp(max=bins - 1)
    gap = 0.0
    for b in range(bins):
        inside = bucket == b
        if inside.any():
            gap += float(inside.float().mean()) * abs(
                float(confidence[inside].mean()) - float(right[inside].float().mean())
            )
    return gap


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of doodles (N, D), see `guesser.evidence`: as pictures, as strokes of which the
    share that is there is known, and as strokes alone; the last two where the model reads them."""

    pictures: Tensor
    strokes: Tensor | None = None
    unknown: Tensor | None = None

    def each(self) -> Iterator[tuple[str, Tensor]]:
        """What there is, by name."""
        yield "picture", self.pictures
        if self.strokes is not None and self.unknown is not None:
            yield "strokes", self.strokes
            yield "strokes, share unknown", self.unknown


@torch.no_grad()
def measure(
    critic: Critic, doodles: Sequence[Doodle], everything: Sequence[Doodle] = ()
) -> dict[str, Any]:
    """Top-1, top-5 and calibration for each share of ink, among 345 and among 1,000 words, under
    other names, and of words under names that say nothing, of which examples come from
    `everything`."""
    shipped = default_words()
    drawn = sorted({doodle.word for doodle in (*doodles, *everything)})
    missing = set(drawn) - set(shipped)
    if missing:
        raise NoDoodles(
            f"the doodles have words that the shipped list has not: {sorted(missing)[:3]}"
        )
    large = drawn + [word for word in shipped if word not in set(drawn)][: LARGE - len(drawn)]
    label = torch.tensor([drawn.index(doodle.word) for doodle in doodles])
    seen = {ink: look(critic, doodles, ink) for ink in INKS}
    rows: list[dict[str, Any]] = [
        {"ink": ink, "words": len(words), "seen": how, **_score(critic, vectors, words, label)}
        for ink, of_ink in seen.items()
        for words in (drawn, large)
        for how, vectors in of_ink.each()
    ]
    known = torch.tensor([doodle.word in SYNONYMS for doodle in doodles])
    renamed = [SYNONYMS.get(word, word) for word in drawn]
    for name, words in (("own names", drawn), ("synonyms", renamed)):
        for how, vectors in seen[1.0].each():
            row = _score(critic, vectors[known], words, label[known])
            rows.append({"ink": 1.0, "words": len(words), "only": name, "seen": how, **row})
    among = few_shot.by_lot([doodle.word for doodle in everything])
    own = [doodle for doodle in everything if doodle.word in among]
    others = torch.tensor([doodle.word not in among for doodle in doodles])
    learned: list[dict[str, Any]] = []
    if own and critic.name == NAMER:
        of = torch.tensor([drawn.index(doodle.word) for doodle in own])
        ways = zip(look(critic, own, 1.0).each(), seen[1.0].each(), strict=True)
        for (how, mine), (_, rest) in ways:
            rows_of = few_shot.measure(critic, drawn, (mine, of), (rest[others], label[others]))
            learned += [{"seen": how, **row} for row in rows_of]
    about = {"model": critic.name, "doodles": len(doodles)}
    slowness = milliseconds(critic, doodles[0], large)
    return about | {"rows": rows, "learned": learned, "milliseconds": slowness}


def milliseconds(critic: Critic, doodle: Doodle, words: Sequence[str]) -> dict[str, float]:
    """How long a guess among words takes from a framed picture, with its strokes, and in single
    precision where the critic looks in less: the least of ROUNDS, by turns."""
    drawing = doodle.drawing()
    picture = framed(to_image(drawing, 288), critic.image_size)[None]
    strokes = hand.read(drawing)
    guesser.rank(critic, guesser.evidence(critic, picture), words)  # the words are learned once
    brief, hands = critic.brief, [strokes] if strokes else None
    ways = [("picture", None, brief), ("strokes", hands, brief)]
    if brief:
        ways += [("picture, single", None, False), ("strokes, single", hands, False)]
    found: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for how, known, briefly in ways:
            critic.brief = briefly
            began = time.perf_counter()
            guesser.rank(critic, guesser.evidence(critic, picture, known), words)
            found.setdefault(how, []).append(1000 * (time.perf_counter() - began))
    critic.brief = brief
    return {how: round(min(each), 2) for how, each in found.items()}


def look(critic: Critic, doodles: Sequence[Doodle], ink: float) -> Seen:
    """What is seen of doodles with a share of their ink."""
    console = Console(stderr=True)
    batches = [doodles[i : i + 64] for i in range(0, len(doodles), 64)]
    found: list[tuple[Tensor, ...]] = []
    for batch in track(batches, f"{ink:.0%} of the ink", console=console, transient=True):
        drawings = [doodle.drawing(ink) for doodle in batch]
        pictures = [framed(to_image(drawing, 288), critic.image_size) for drawing in drawings]
        shown = torch.stack(pictures)
        views = [guesser.evidence(critic, shown)]
        if critic.name == NAMER:
            for share in (ink, math.nan):
                hands = [hand.read(drawing, share) for drawing in drawings]
                read = [one for one in hands if one is not None]
                views.append(guesser.evidence(critic, shown, read))
        found.append(tuple(views))
    return Seen(*(torch.cat(parts) for parts in zip(*found, strict=True)))


def _score(critic: Critic, seen: Tensor, words: list[str], label: Tensor) -> dict[str, float]:
    chances = (seen @ guesser.vectors(critic, words).T).softmax(1)
    confidence, best = chances.max(1)
    right = best == label
    top5 = (chances.topk(5, 1).indices == label[:, None]).any(1)
    return {
        "top1": round(float(right.float().mean()), 4),
        "top5": round(float(top5.float().mean()), 4),
        "calibration_error": round(calibration_error(confidence, right), 4),
    }


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench eye`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench eye", description=__doc__)
    parser.add_argument("--model", default=POCKET)
    parser.add_argument("--most", type=int, default=0, help="doodles to use; default all unseen")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    try:
        doodles = unseen()
        step = max(1, len(doodles) // args.most) if args.most else 1
        report = measure(load(args.model).namer, doodles[::step], doodles)
    except (NoDoodles, ModelUnavailable) as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(report, indent=2))
        return 0
    table = Table(title=f"{args.model} on {report['doodles']:,} doodles by people, unseen")
    for heading in ("ink", "words", "", "seen as", "top-1", "top-5", "calibration error"):
        table.add_column(heading, justify="right")
    for row in report["rows"]:
        figures = (f"{row[key]:.3f}" for key in ("top1", "top5", "calibration_error"))
        about = f"{row['ink']:.0%}", f"{row['words']:,}", row.get("only", ""), row["seen"]
        table.add_row(*about, *figures)
    show(table)
    table = Table(title="words under names that say nothing, after some drawings of each")
    for heading in ("drawings", "seen as", "top-1", "top-5", "other words, top-1"):
        table.add_column(heading, justify="right")
    for row in report["learned"]:
        figures = (f"{row[key]:.3f}" for key in ("top1", "top5", "others_top1"))
        table.add_row(str(row["examples"]), row["seen"], *figures)
    show(table)
    slowness = report["milliseconds"]
    print(
        f"A guess among {LARGE:,} words takes {slowness['picture']:.1f} ms from a framed picture, "
        f"{slowness['strokes']:.1f} with its strokes (the least of {ROUNDS})."
    )
    if "picture, single" in slowness:
        print(
            f"In single precision {slowness['picture, single']:.1f} and "
            f"{slowness['strokes, single']:.1f} ms."
        )
    return 0
