"""Are several things on one sheet told apart, named and put in their places, and is one thing left
whole?

People's doodles are put together (see `compositions`) and captioned twice: as pictures, where only
empty space tells things apart, and as drawings by hand, by their strokes. Phrases are taken as they
are before words are added that say more (see captioner). Half of the doodles that training never
saw is measured on; with `--fit` the weights of `caption.grouping` are fitted on the other half.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import Tensor

from engine.bench import natural
from engine.bench.compositions import KINDS, Composition, alone, sheets
from engine.bench.doodles import Doodle, NoDoodles, unseen
from engine.bench.sheet import contact_sheet
from engine.bench.tables import show
from engine.canvas.render import to_image
from engine.see import several
from engine.see.caption import grouping, lexicon
from engine.see.caption.grammar import Phrase, nouns
from engine.see.caption.looking import Look, look, look_at_hand
from engine.see.captioner import caption
from engine.see.critic import POCKET, Critic, ModelUnavailable, load
from engine.see.guesser import evidence

SINGLES = 5
"""So many times as many single things as sheets of a kind."""
TIMED = 20
FALSE = 0.02
"""Share of the single things that may be taken for several, when weights are fitted."""

_PLACED = {"beside": "beside", "above": "above", "on": "on"}
_ALSO = {"above": "under"}  # said of the lower thing
_NUMBERS = {"": 1, "two": 2, "three": 3, "four": 4, "many": 5}


def halves(doodles: Sequence[Doodle]) -> tuple[list[Doodle], list[Doodle]]:
    """To measure on, and to fit on."""
    return list(doodles[1::2]), list(doodles[::2])


def chosen(doodles: Sequence[Doodle], count: int, seed: int) -> list[Composition]:
    """`count` sheets of each kind, and `SINGLES` times as many of one thing."""
    some = random.Random(seed).sample(list(doodles), min(len(doodles), SINGLES * count))
    return [
        *(alone(doodle) for doodle in some),
        *(sheet for kind in KINDS for sheet in sheets(kind, doodles, count, seed)),
    ]


@torch.no_grad()
def said(critic: Critic, vectors: Tensor, looked: Look) -> Phrase:
    """What a caption begins with: the phrase for several things, or the best noun."""
    logits = evidence(critic, looked.views, looked.hands or None) @ vectors.T
    chances = several.log_chances(logits)
    found = several.phrase(chances, looked)
    return found or Phrase(nouns()[int(chances[0].argmax())])


def captioned(critic: Critic, vectors: Tensor, sheet: Composition, *, by_hand: bool) -> Phrase:
    """The phrase for a sheet, as a picture or by its strokes."""
    drawing = sheet.drawing()
    moves = several.movements(critic.name, drawing) if by_hand else None
    if moves is None:
        return said(critic, vectors, look(to_image(drawing), critic.image_size))
    parting = several.likeliest(moves, vectors)
    return said(critic, vectors, look_at_hand(moves, parting, critic.image_size))


def measure(
    critic: Critic, pool: Sequence[Composition], keep: Path | None = None
) -> dict[str, Any]:
    """Shares by kind for captions of pictures and of drawings by hand, as `tally` has them.

    keep: a picture of some of the sheets with what was said of them is put there.
    """
    vectors = lexicon.load(critic)
    both: dict[str, list[Phrase]] = {"picture": [], "strokes": []}
    for sheet in track(pool, "sheets", console=Console(stderr=True), transient=True):
        for way, phrases in both.items():
            phrases.append(captioned(critic, vectors, sheet, by_hand=way == "strokes"))
    if keep:
        _draw(pool, both["strokes"], keep)
    return {
        "model": critic.name,
        **{way: tally(pool, phrases) for way, phrases in both.items()},
        "seconds": timed(critic, pool),
    }


def tally(pool: Sequence[Composition], phrases: Sequence[Phrase]) -> dict[str, dict[str, Any]]:
    """By kind, and for all of several things that touch and that do not, shares of: several (more
    than one thing is said), counted (as many as there are), named (every thing, and as often),
    either (at least one), placed (named, and in its place)."""
    rows: dict[str, list[dict[str, bool]]] = {}
    for sheet, phrase in zip(pool, phrases, strict=True):
        found = _judged(sheet, phrase)
        kinds = [sheet.kind]
        if sheet.kind != "one":
            kinds.append("touching" if sheet.touching else "apart")
            kinds += ["with a late stroke"] if sheet.late else []
        for kind in kinds:
            rows.setdefault(kind, []).append(found)
    return {
        kind: {
            "sheets": len(found),
            **{key: round(sum(row[key] for row in found) / len(found), 3) for key in found[0]},
        }
        for kind, found in rows.items()
    }


def _judged(sheet: Composition, phrase: Phrase) -> dict[str, bool]:
    things = _things(phrase)
    wanted = sorted(map(_plain, sheet.words))
    named = sorted(things) == wanted
    word = _PLACED.get(sheet.kind)
    placed = named and word is not None
    if placed and word != "beside":
        first = phrase.noun.text.lower() == _plain(sheet.words[0])
        placed = phrase.relation == (word if first else _ALSO.get(sheet.kind))
    elif placed:
        placed = phrase.relation == word
    return {
        "several": len(things) > 1,
        "counted": len(things) == len(wanted),
        "named": named,
        "either": not set(things).isdisjoint(wanted),
        "placed": placed,
    }


def _plain(word: str) -> str:
    return word.lower().removeprefix("the ")


def _things(phrase: Phrase) -> list[str]:
    """The nouns of a phrase, each as often as it says."""
    counted = [(phrase.noun, phrase.count), *phrase.more]
    counted += [(phrase.other, phrase.other_count)] if phrase.other else []
    return [noun.text.lower() for noun, count in counted for _ in range(_NUMBERS[count])]


def timed(critic: Critic, pool: Sequence[Composition]) -> dict[str, float]:
    """Median seconds of processor time of a whole caption, of one thing and of several, as a
    picture and by hand, by turns."""
    found: dict[str, list[float]] = {}
    for kind in ("one", "several"):
        some = [sheet for sheet in pool if (sheet.kind == "one") == (kind == "one")]
        for sheet in some[:: max(1, len(some) // TIMED)]:
            drawing = sheet.drawing()
            for way in ("picture", "strokes"):
                began = time.process_time()
                caption(critic, [drawing if way == "strokes" else to_image(drawing)], 5)
                found.setdefault(f"{kind}, {way}", []).append(time.process_time() - began)
    return {key: round(statistics.median(values), 4) for key, values in found.items()}


def _draw(pool: Sequence[Composition], phrases: Sequence[Phrase], path: Path) -> None:
    """Some sheets of each kind, each with what was said."""
    picked = [
        i for kind in KINDS for i in [i for i, sheet in enumerate(pool) if sheet.kind == kind][:8]
    ]
    cells = [
        (pool[i].drawing().fitted(256), ["/".join(pool[i].words), str(phrases[i])]) for i in picked
    ]
    contact_sheet(cells, 8, 200).save(path)


# -- the weights


def fitted(critic: Critic, pool: Sequence[Composition]) -> dict[str, list[float]]:
    """`grouping.BY_STROKES` and `BY_SIGHT`, and the threshold of the latter."""
    vectors = lexicon.load(critic)
    choices: list[tuple[NDArray[np.float64], int | None]] = []
    looks: list[tuple[NDArray[np.float64], int | None]] = []
    for sheet in track(pool, "fit", console=Console(stderr=True), transient=True):
        moves = several.movements(critic.name, sheet.drawing())
        found = several.weighed(moves, vectors) if moves else []
        if not moves or not found:
            continue
        right = None if sheet.kind == "one" else _way(sheet)
        ways = [parting.way for parting, _ in found]
        at = 0 if right is None else ways.index(right) + 1 if right in ways else None
        choices.append((np.array([features for _, features in found]), at))
        best = max(found, key=lambda pair: float(np.dot(grouping.BY_STROKES, pair[1])))[0]
        if sheet.kind == "one" or best.way == right:
            seen = look_at_hand(moves, best, critic.image_size)
            logits = evidence(critic, seen.views, seen.hands) @ vectors.T
            rows = several.log_chances(logits).double().numpy()
            row = grouping.features(best.lie, rows[0], rows[1:])
            looks.append((row[None], int(right is not None)))
    by_sight = _logit(looks)
    ones = sorted(
        (float(np.dot(by_sight, row[0])) for row, more in looks if not more), reverse=True
    )
    wrong = int(FALSE * sum(sheet.kind == "one" for sheet in pool))
    return {
        "BY_STROKES": _logit(choices),
        "BY_SIGHT": by_sight,
        "SEVERAL": [round(ones[wrong], 2)],
    }


def _way(sheet: Composition) -> grouping.Way:
    things = dict.fromkeys(sheet.owners)
    return tuple(tuple(i for i, o in enumerate(sheet.owners) if o == thing) for thing in things)


def _logit(choices: Iterable[tuple[NDArray[np.float64], int | None]]) -> list[float]:
    """Weights of features (ways, F) by which the right one of ways, 0 for none of them, is
    likeliest; by LBFGS, with a little decay."""
    known = [(torch.from_numpy(rows).float(), at) for rows, at in choices if at is not None]
    count = known[0][0].shape[1]
    rows = torch.nn.utils.rnn.pad_sequence([r for r, _ in known], batch_first=True)
    away = torch.nn.utils.rnn.pad_sequence(
        [torch.zeros(len(r)) for r, _ in known], batch_first=True, padding_value=-1e9
    )
    right = torch.tensor([at for _, at in known])
    weights = torch.zeros(count, requires_grad=True)
    descent = torch.optim.LBFGS([weights], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        descent.zero_grad()
        worth = torch.cat((torch.zeros(len(known), 1), rows @ weights + away), 1)
        value = torch.nn.functional.cross_entropy(worth, right) + 0.002 * weights.square().sum()
        value.backward()
        return value

    descent.step(loss)
    return [round(value, 2) for value in weights.tolist()]


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench things`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench things", description=__doc__)
    parser.add_argument("--count", type=natural, default=100, help="sheets of each kind (100)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fit", action="store_true", help="weights, on the other half")
    parser.add_argument("--picture", type=Path, metavar="PNG", help="some sheets and captions")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    try:
        measured, for_fit = halves(unseen())
        critic = load(POCKET, "cpu").namer
        if args.fit:
            print(json.dumps(fitted(critic, chosen(for_fit, args.count, args.seed)), indent=2))
            return 0
        report = measure(critic, chosen(measured, args.count, args.seed), args.picture)
    except (NoDoodles, ModelUnavailable, OSError) as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(report, indent=2))
        return 0
    columns = ("several", "counted", "named", "either", "placed")
    heads = [f"{column}: picture / strokes" for column in columns]
    table = Table("sheets", *heads, title="several things on one sheet")
    for kind, after in report["strokes"].items():
        before = report["picture"][kind]
        cells = [f"{before[key]:.2f} / {after[key]:.2f}" for key in columns]
        table.add_row(f"{kind} ({after['sheets']})", *cells)
    show(table)
    times = Table("a caption", "seconds of processor time, median")
    for key, value in report["seconds"].items():
        times.add_row(key, f"{value:.3f}")
    show(times)
    return 0
