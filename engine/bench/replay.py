"""How soon the bot guesses: people's drawings replayed in the order in which they were drawn.

The words to guess from are all that ship, as in a game. Two tables in one: what the bot names when
the first 2, 4, 8 strokes or all are there; and the share of the ink at which the right word first
comes out on top, of those drawings where it ever does.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import Tensor

from engine.bench import natural
from engine.bench.doodles import Doodle, NoDoodles, unseen
from engine.bench.tables import show
from engine.canvas.drawing import Drawing
from engine.canvas.render import to_image
from engine.see.critic import POCKET, Critic, ModelUnavailable, load
from engine.see.framing import framed
from engine.see.guesser import default_words

STROKES = (2, 4, 8, None)
SHARES = tuple(tenths / 10 for tenths in range(1, 11))
_SIDE = 288  # pixels, of what is looked at


@torch.no_grad()
def measure(critic: Critic, doodles: Sequence[Doodle], words: Sequence[str]) -> dict[str, Any]:
    """Rates by strokes drawn, and the ink that it took.

    `by_strokes`: rows of strokes (None is all), the number of drawings that have so many or more,
    and among these top-1 and top-5. `ink`: the share of drawings whose word ever came out on top
    while the ink grew by tenths, quartiles of where it first did, and by_tenth, the share of which
    it had by then.
    """
    texts = critic.encode_text(words, critic.templates)
    right = torch.tensor([words.index(doodle.word) for doodle in doodles])
    rows = []
    for count in STROKES:
        some = [i for i, d in enumerate(doodles) if count is None or len(d.paths) >= count]
        parts = [replace(doodles[i], paths=doodles[i].paths[:count]).drawing() for i in some]
        first, fifth = _hits(critic, texts, parts, right[some], f"{count or 'all'} strokes")
        rows.append(
            {
                "strokes": count,
                "drawings": len(some),
                "top1": round(float(first.float().mean()), 4) if some else None,
                "top5": round(float(fifth.float().mean()), 4) if some else None,
            }
        )
    named = torch.stack(
        [
            _hits(critic, texts, [d.drawing(share) for d in doodles], right, f"{share:.0%}")[0]
            for share in SHARES
        ]
    )  # (shares, drawings)
    there = [SHARES[int(column.int().argmax())] for column in named.T if column.any()]
    quartiles = statistics.quantiles(there, n=4) if len(there) > 1 else there * 3
    ink = {
        "named": round(len(there) / len(doodles), 4),
        "quartiles": quartiles,
        "by_tenth": [round(sum(at <= share for at in there) / len(doodles), 4) for share in SHARES],
    }
    return {"model": critic.name, "words": len(words), "by_strokes": rows, "ink": ink}


def _hits(
    critic: Critic, texts: Tensor, drawings: Sequence[Drawing], right: Tensor, what: str
) -> tuple[Tensor, Tensor]:
    """Which drawings (N,) the model names at once, and which among its first five."""
    found = []
    batches = [drawings[i : i + 64] for i in range(0, len(drawings), 64)]
    for batch in track(batches, what, console=Console(stderr=True), transient=True):
        pictures = [framed(to_image(drawing, _SIDE), critic.image_size) for drawing in batch]
        found.append(
            (critic.encode_images(torch.stack(pictures)) @ texts.T).topk(5, 1).indices.cpu()
        )
    if not found:
        return torch.zeros(0, dtype=torch.bool), torch.zeros(0, dtype=torch.bool)
    best = torch.cat(found) == right[:, None]
    return best[:, 0], best.any(1)


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench replay`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench replay", description=__doc__)
    parser.add_argument("--model", default=POCKET)
    parser.add_argument("--most", type=natural, default=1000, help="drawings (%(default)s)")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    try:
        doodles = unseen()
        step = max(1, len(doodles) // max(1, args.most))
        report = measure(load(args.model).namer, doodles[::step], default_words())
    except (NoDoodles, ModelUnavailable) as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(report, indent=2))
        return 0
    table = Table(title=f"{report['model']}, among {report['words']:,} words")
    for heading in ("strokes", "drawings", "top-1", "top-5"):
        table.add_column(heading, justify="right")
    for row in report["by_strokes"]:
        rates = ("-" if row[key] is None else f"{row[key]:.3f}" for key in ("top1", "top5"))
        table.add_row(str(row["strokes"] or "all"), str(row["drawings"]), *rates)
    show(table)
    ink = report["ink"]
    if not ink["quartiles"]:
        print("None of the drawings was ever named.")
        return 0
    low, middle, high = (f"{share:.0%}" for share in ink["quartiles"])
    print(
        f"Named at some time: {ink['named']:.1%} of the drawings; first at {middle} of the ink "
        f"(median; quartiles {low} and {high})."
    )
    return 0
