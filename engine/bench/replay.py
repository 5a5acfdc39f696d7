"""How soon the bot guesses: people's drawings replayed in the order in which they were drawn.

The words to guess from are all that ship, as in a game. Two tables in one: what the bot names when
the first 2, 4, 8 strokes or all are there; and the share of the ink at which the right word first
comes out on top, of those drawings where it ever does; and how many wrong words the bot would have
said before, if it spoke when it is as sure as a game of medium strength wants it. The built-in
model reads the strokes too, and does not know how many are to come.
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
from engine.see import guesser, hand
from engine.see.critic import POCKET, Critic, ModelUnavailable, load
from engine.see.framing import framed
from engine.see.guesser import default_words

STROKES = (2, 4, 8, None)
SHARES = tuple(tenths / 10 for tenths in range(1, 11))
SURE = 0.2  # from which probability on a bot of medium strength says a word
_SIDE = 288  # pixels, of what is looked at


@torch.no_grad()
def measure(critic: Critic, doodles: Sequence[Doodle], words: Sequence[str]) -> dict[str, Any]:
    """Rates by strokes drawn, and the ink that it took.

    `by_strokes`: rows of strokes (None is all), the number of drawings that have so many or more,
    and among these top-1 and top-5. `ink`: the share of drawings whose word ever came out on top
    while the ink grew by tenths, quartiles of where it first did, and by_tenth, the share of which
    it had by then. `said`: the same of what is said aloud, with a probability of at least SURE: the
    share of drawings named, quartiles, and the mean number of other words said before (or at all).
    `by_ink`: for each tenth the share of drawings whose word is on top then, and what was said up
    to then: the share of drawings named, and the mean number of other words before.
    """
    texts = guesser.vectors(critic, words)
    right = torch.tensor([words.index(doodle.word) for doodle in doodles])
    rows = []
    for count in STROKES:
        some = [i for i, d in enumerate(doodles) if count is None or len(d.paths) >= count]
        parts = [replace(doodles[i], paths=doodles[i].paths[:count]).drawing() for i in some]
        best, _ = _best(critic, texts, parts, f"{count or 'all'} strokes")
        hits = best == right[some][:, None]
        first, fifth = hits[:, 0], hits.any(1)
        rows.append(
            {
                "strokes": count,
                "drawings": len(some),
                "top1": round(float(first.float().mean()), 4) if some else None,
                "top5": round(float(fifth.float().mean()), 4) if some else None,
            }
        )
    looks = [
        _best(critic, texts, [d.drawing(share) for d in doodles], f"{share:.0%}")
        for share in SHARES
    ]
    tops = torch.stack([best[:, 0] for best, _ in looks], 1)  # (drawings, shares)
    hits = tops == right[:, None]
    aloud = torch.stack([chance for _, chance in looks], 1) >= SURE
    ink = _when(hits)
    ink["by_tenth"] = [
        round(float(hits[:, :count].any(1).float().mean()), 4)
        for count in range(1, len(SHARES) + 1)
    ]
    said = _when(hits & aloud)
    said["wrong"] = round(statistics.mean(map(_wrong, tops, hits, aloud)), 3)
    by_ink = []
    for count, share in enumerate(SHARES, 1):
        until = tops[:, :count], hits[:, :count], aloud[:, :count]
        by_ink.append(
            {
                "ink": share,
                "top1": round(float(hits[:, count - 1].float().mean()), 4),
                "said": round(float((until[1] & until[2]).any(1).float().mean()), 4),
                "wrong": round(statistics.mean(map(_wrong, *until)), 3),
            }
        )
    about = {"model": critic.name, "words": len(words), "drawings": len(doodles)}
    return about | {"by_strokes": rows, "by_ink": by_ink, "ink": ink, "said": said}


def _until(named: Tensor) -> int:
    """How many looks (of (shares,) bool) come before the first that names it; all if none does."""
    return int(named.int().argmax()) if named.any() else len(named)


def _wrong(tops: Tensor, hits: Tensor, aloud: Tensor) -> int:
    """How many wrong words are said of a drawing (of (shares,) each) before the right one."""
    before = _until(hits & aloud)
    return len(set(tops[:before][(aloud & ~hits)[:before]].tolist()))


def _when(named: Tensor) -> dict[str, Any]:
    """Of drawings (N, shares), the share that is ever named, and quartiles of the ink then."""
    there = [SHARES[_until(row)] for row in named if row.any()]
    quartiles = statistics.quantiles(there, n=4) if len(there) > 1 else there * 3
    return {"named": round(len(there) / len(named), 4), "quartiles": quartiles}


def _best(
    critic: Critic, texts: Tensor, drawings: Sequence[Drawing], what: str
) -> tuple[Tensor, Tensor]:
    """The five likeliest words (N, 5) of drawings, and how likely the first one is (N,)."""
    found, sure = [torch.zeros(0, 5, dtype=torch.int64)], [torch.zeros(0)]
    batches = [drawings[i : i + 64] for i in range(0, len(drawings), 64)]
    for batch in track(batches, what, console=Console(stderr=True), transient=True):
        pictures = [framed(to_image(drawing, _SIDE), critic.image_size) for drawing in batch]
        hands = [one for drawing in batch if (one := hand.read(drawing)) is not None]
        seen = guesser.evidence(critic, torch.stack(pictures), hands)
        top = (seen @ texts.T).softmax(1).topk(5, 1)
        found.append(top.indices.cpu())
        sure.append(top.values[:, 0].cpu())
    return torch.cat(found), torch.cat(sure)


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
    table = Table(title=f"{report['drawings']:,} drawings while they are drawn")
    for heading in ("ink", "top-1", f"said by then (from {SURE} on)", "wrong words before that"):
        table.add_column(heading, justify="right")
    for row in report["by_ink"]:
        rates = (f"{row['top1']:.3f}", f"{row['said']:.3f}", f"{row['wrong']:.2f}")
        table.add_row(f"{row['ink']:.0%}", *rates)
    show(table)
    for what, when in (("Named", report["ink"]), ("Said", report["said"])):
        if not when["quartiles"]:
            print(f"{what} at some time: none of the drawings.")
            continue
        low, middle, high = (f"{share:.0%}" for share in when["quartiles"])
        print(
            f"{what} at some time: {when['named']:.1%} of the drawings; first at {middle} of the "
            f"ink (median; quartiles {low} and {high})."
        )
    print(f"Wrong words said before that, in the mean: {report['said']['wrong']:.2f}.")
    return 0
