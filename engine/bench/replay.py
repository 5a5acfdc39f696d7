"""How soon the bot guesses: people's drawings replayed in the order in which they were drawn.

The words to guess from are all that ship, as in a game. Two tables in one: what the bot names when
the first 2, 4, 8 strokes or all are there; and the share of the ink at which the right word first
comes out on top, of those drawings where it ever does; and how many wrong words the bot would have
said before, if it spoke when it is as sure as a game of medium strength wants it, the share of the
ink standing for that of the turn's time. The built-in model reads the strokes too, and does not
know how many are to come.
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
# From which probability on the bot says a word, at the beginning of a turn and at its end: those of
# games/drawing/guesser.py, which the engine may not import. A test holds them together.
STRENGTHS = {"easy": (0.7, 0.3), "medium": (0.5, 0.1), "hard": (0.3, 0.03)}
SURES = (0.05, 0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7)  # tried besides, all turn long
_SIDE = 288  # pixels, of what is looked at


@torch.no_grad()
def measure(critic: Critic, doodles: Sequence[Doodle], words: Sequence[str]) -> dict[str, Any]:
    """Rates by strokes drawn, and the ink that it took.

    `by_strokes`: rows of strokes (None is all), the number of drawings that have so many or more,
    and among these top-1 and top-5. `ink`: the share of drawings whose word ever came out on top
    while the ink grew by tenths, quartiles of where it first did, and by_tenth, the share of which
    it had by then. `said`: the same of what is said aloud by a bot of medium strength: the share of
    drawings named, quartiles, and the mean number of other words said before (or at all).
    `by_ink`: for each tenth the share of drawings whose word is on top then, and what was said up
    to then: the share of drawings named, and the mean number of other words before. `by_sure`: the
    same as `said` for each of SURES and STRENGTHS, with `down_to`, how sure the last look must be.
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
    best = torch.stack([words for words, _ in looks], 1)  # (drawings, shares, 5)
    chances = torch.stack([chance for _, chance in looks], 1)
    hits = best[:, :, 0] == right[:, None]
    ink = _when(hits)
    ink["by_tenth"] = [
        round(float(hits[:, :count].any(1).float().mean()), 4)
        for count in range(1, len(SHARES) + 1)
    ]
    aloud = spoken(best, chances, *STRENGTHS["medium"])
    by_ink = []
    for count, share in enumerate(SHARES, 1):
        named = _said(aloud[:, :count], right)
        by_ink.append(
            {
                "ink": share,
                "top1": round(float(hits[:, count - 1].float().mean()), 4),
                "said": named["named"],
                "wrong": named["wrong"],
            }
        )
    about = {"model": critic.name, "words": len(words), "drawings": len(doodles)}
    return about | {
        "by_strokes": rows,
        "by_ink": by_ink,
        "ink": ink,
        "said": _said(aloud, right),
        "by_sure": [
            {"sure": sure, "down_to": last} | _said(spoken(best, chances, sure, last), right)
            for sure, last in (*((sure, sure) for sure in SURES), *STRENGTHS.values())
        ],
    }


def spoken(best: Tensor, chances: Tensor, sure: float, last: float) -> Tensor:
    """(N, looks) what is said at each look, -1 for nothing: the likeliest word that was not said
    before, if it has a probability of at least `sure`, which falls to `last` as the ink grows.
    best: (N, looks, 5) likeliest words, best first. chances: of these."""
    found = torch.full(best.shape[:2], -1)
    for drawing, looks in enumerate(best.tolist()):
        said: set[int] = set()
        for number, words in enumerate(looks):
            least = sure + (last - sure) * SHARES[number]
            sures = zip(words, chances[drawing, number].tolist(), strict=True)
            new = next((word for word, p in sures if p >= least and word not in said), -1)
            said.add(new)
            found[drawing, number] = new
    return found


def _said(aloud: Tensor, right: Tensor) -> dict[str, Any]:
    """`_when` of what is said (N, looks), and how many wrong words come before, in the mean."""
    hits = aloud == right[:, None]
    return _when(hits) | {"wrong": round(statistics.mean(map(_wrong, aloud, hits)), 3)}


def _until(named: Tensor) -> int:
    """How many looks (of (looks,) bool) come before the first that names it; all if none does."""
    return int(named.int().argmax()) if named.any() else len(named)


def _wrong(aloud: Tensor, hits: Tensor) -> int:
    """How many wrong words are said of a drawing (of (looks,) each) before the right one."""
    return int((aloud[: _until(hits)] >= 0).sum())


def _when(named: Tensor) -> dict[str, Any]:
    """Of drawings (N, shares), the share that is ever named, and quartiles of the ink then."""
    there = [SHARES[_until(row)] for row in named if row.any()]
    quartiles = statistics.quantiles(there, n=4) if len(there) > 1 else there * 3
    return {"named": round(len(there) / len(named), 4), "quartiles": quartiles}


def _best(
    critic: Critic, texts: Tensor, drawings: Sequence[Drawing], what: str
) -> tuple[Tensor, Tensor]:
    """The five likeliest words (N, 5) of drawings, best first, and how likely they are (N, 5)."""
    found, sure = [torch.zeros(0, 5, dtype=torch.int64)], [torch.zeros(0, 5)]
    batches = [drawings[i : i + 64] for i in range(0, len(drawings), 64)]
    for batch in track(batches, what, console=Console(stderr=True), transient=True):
        pictures = [framed(to_image(drawing, _SIDE), critic.image_size) for drawing in batch]
        hands = [one for drawing in batch if (one := hand.read(drawing)) is not None]
        seen = guesser.evidence(critic, torch.stack(pictures), hands)
        top = (seen @ texts.T).softmax(1).topk(5, 1)
        found.append(top.indices.cpu())
        sure.append(top.values.cpu())
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
    fall = "said by then (from {:g} down to {:g})".format(*STRENGTHS["medium"])
    for heading in ("ink", "top-1", fall, "wrong words before that"):
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
    table = Table(title="how sure it must be to speak")
    for heading in ("from", "said at some time", "wrong words before", "ink then, median"):
        table.add_column(heading, justify="right")
    for row in report["by_sure"]:
        middle = f"{row['quartiles'][1]:.0%}" if row["quartiles"] else "-"
        sure = " to ".join(f"{p:.2f}" for p in dict.fromkeys((row["sure"], row["down_to"])))
        table.add_row(sure, f"{row['named']:.3f}", f"{row['wrong']:.2f}", middle)
    show(table)
    return 0
