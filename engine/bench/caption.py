"""How well a model captions what people draw: is the right noun the phrase's head, is the phrase
plain, does it have the colour of the ink, and how long does it take.

The drawings are of those that training never saw. `--tune` takes others of them, on which the
captioner's margins were set.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from engine import captioner
from engine.bench.doodles import Doodle, NoDoodles, unseen
from engine.caption.grammar import Phrase, nouns
from engine.captioner import Caption, caption
from engine.critic import POCKET, Critic, ModelUnavailable, load
from engine.drawing import RGBA, Drawing
from engine.render import to_image

COUNT = 200
IN_RED = 10  # each so-and-so-manyth is looked at in red as well
RED: RGBA = (0.85, 0.1, 0.1, 1.0)


def chosen(doodles: Sequence[Doodle], tune: bool) -> list[Doodle]:
    """`COUNT` doodles, evenly through all of them; with `tune` as many others, by lot."""
    step = len(doodles) // COUNT
    test = doodles[::step][:COUNT]
    if not tune:
        return list(test)
    rest = [d for i, d in enumerate(doodles) if i % step or i // step >= COUNT]
    return random.Random(0).sample(rest, COUNT)


def measure(critic: Critic, doodles: Sequence[Doodle]) -> dict[str, Any]:
    """Shares of the captions of `doodles`, in [0, 1], and seconds a caption."""
    caption(critic, [to_image(doodles[0].drawing())])  # the nouns' vectors, once
    listed = {noun.text.lower() for noun in nouns()}
    head = five = plain = red = 0
    seconds = []
    console = Console(stderr=True)
    for number, doodle in enumerate(track(doodles, "captions", console=console, transient=True)):
        drawing = doodle.drawing()
        began = time.perf_counter()
        ((best, *others),) = caption(critic, [to_image(drawing)], top=5)
        seconds.append(time.perf_counter() - began)
        wanted = _plain(doodle.word)
        head += best.noun.lower() == wanted
        five += wanted in {c.noun.lower() for c in (best, *others)}
        plain += _is_plain(best)
        if number % IN_RED == 0:
            ((coloured,),) = caption(critic, [to_image(_inked(drawing, RED))], top=1)
            red += "red" in coloured.phrase.split()
    count = len(doodles)
    return {
        "model": critic.name,
        "drawings": count,
        "nouns": len(listed),
        "margin": captioner.MARGIN,
        "head": head / count,
        "top5": five / count,
        "plain": plain / count,
        "red": red / len(range(0, count, IN_RED)),
        "median_seconds": round(statistics.median(seconds), 3),
        "longest_seconds": round(max(seconds), 3),
    }


def _plain(word: str) -> str:
    return word.lower().removeprefix("the ")


def _is_plain(said: Caption) -> bool:
    return any(said.phrase == str(Phrase(noun)) for noun in nouns() if noun.text == said.noun)


def _inked(drawing: Drawing, colour: RGBA) -> Drawing:
    return replace(drawing, strokes=tuple(replace(s, colour=colour) for s in drawing.strokes))


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench caption`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench caption", description=__doc__)
    parser.add_argument("--model", default=POCKET)
    parser.add_argument("--tune", action="store_true", help="on the drawings for tuning")
    parser.add_argument("--margin", type=float, help="instead of the captioner's own")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    if args.margin is not None:
        captioner.MARGIN = args.margin
    try:
        report = measure(load(args.model), chosen(unseen(), args.tune))
    except (NoDoodles, ModelUnavailable) as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(report, indent=2))
        return 0
    table = Table(
        title=f"{args.model}: {report['drawings']} drawings by people, {report['nouns']:,} nouns",
        show_header=False,
    )
    table.add_row("the right noun is the phrase's head", f"{report['head']:.3f}")
    table.add_row("it is among the heads of the first five", f"{report['top5']:.3f}")
    table.add_row("the phrase is a plain one", f"{report['plain']:.3f}")
    table.add_row("drawn in red, the phrase says red", f"{report['red']:.3f}")
    table.add_row("seconds a caption, median", f"{report['median_seconds']:.2f}")
    table.add_row("the longest", f"{report['longest_seconds']:.2f}")
    Console().print(table)
    return 0
