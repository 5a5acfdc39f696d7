"""How well a model names what people draw, whole and half-finished, and how well it knows that."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import Tensor

from engine.bench.doodles import Doodle, NoDoodles, unseen
from engine.bench.tables import show
from engine.canvas.render import to_image
from engine.see.critic import POCKET, Critic, ModelUnavailable, load
from engine.see.framing import framed
from engine.see.guesser import default_words

INKS = (0.25, 0.5, 0.75, 1.0)
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


@torch.no_grad()
def measure(critic: Critic, doodles: Sequence[Doodle]) -> dict[str, Any]:
    """Top-1, top-5 and calibration for each share of ink, among 345 and among 1,000 words."""
    shipped = default_words()
    drawn = sorted({doodle.word for doodle in doodles})
    missing = set(drawn) - set(shipped)
    if missing:
        raise NoDoodles(
            f"the doodles have words that the shipped list has not: {sorted(missing)[:3]}"
        )
    large = drawn + [word for word in shipped if word not in set(drawn)][: LARGE - len(drawn)]
    label = torch.tensor([drawn.index(doodle.word) for doodle in doodles])
    seen = {ink: _look(critic, doodles, ink) for ink in INKS}
    rows: list[dict[str, Any]] = [
        {"ink": ink, "words": len(words), **_score(critic, vectors, words, label)}
        for ink, vectors in seen.items()
        for words in (drawn, large)
    ]
    renamed = [SYNONYMS.get(word, word) for word in drawn]
    known = torch.tensor([doodle.word in SYNONYMS for doodle in doodles])
    for name, words in (("own names", drawn), ("synonyms", renamed)):
        row = _score(critic, seen[1.0][known], words, label[known])
        rows.append({"ink": 1.0, "words": len(words), "only": name, **row})
    return {"model": critic.name, "doodles": len(doodles), "rows": rows}


def _look(critic: Critic, doodles: Sequence[Doodle], ink: float) -> Tensor:
    console = Console(stderr=True)
    batches = [doodles[i : i + 64] for i in range(0, len(doodles), 64)]
    vectors = []
    for batch in track(batches, f"{ink:.0%} of the ink", console=console, transient=True):
        shown = [framed(to_image(d.drawing(ink), 288), critic.image_size) for d in batch]
        vectors.append(critic.encode_images(torch.stack(shown)))
    return torch.cat(vectors)


def _score(critic: Critic, vectors: Tensor, words: list[str], label: Tensor) -> dict[str, float]:
    chances = (critic.scale * vectors @ critic.encode_text(words, critic.templates).T).softmax(1)
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
        report = measure(load(args.model).namer, doodles[::step])
    except (NoDoodles, ModelUnavailable) as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(report, indent=2))
        return 0
    table = Table(title=f"{args.model} on {report['doodles']:,} doodles by people, unseen")
    for heading in ("ink", "words", "", "top-1", "top-5", "calibration error"):
        table.add_column(heading, justify="right")
    for row in report["rows"]:
        figures = (f"{row[key]:.3f}" for key in ("top1", "top5", "calibration_error"))
        table.add_row(f"{row['ink']:.0%}", f"{row['words']:,}", row.get("only", ""), *figures)
    show(table)
    return 0
