"""How well a model captions what people draw: is the right noun the phrase's head, is the phrase
plain, does it have the colour of the ink, are two drawings on one sheet both named, and how long
does it take.

The drawings are of those that training never saw. `--tune` takes others of them, on which the
captioner's margins were set. `--drawn` measures it on phrases that the bot draws instead.
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
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from engine.bench import own_captions
from engine.bench.doodles import Doodle, NoDoodles, unseen
from engine.bench.drawings import WrongFolder
from engine.bench.tables import show
from engine.canvas.drawing import RGBA, Drawing
from engine.canvas.render import to_image
from engine.paint.options import INKS
from engine.see import captioner
from engine.see.caption.grammar import APART as APART_WORDS
from engine.see.caption.grammar import DEEDS, RELATIONS, SLOTS, Phrase, nouns
from engine.see.captioner import Caption, caption
from engine.see.critic import POCKET, Critic, ModelUnavailable, load

COUNT = 200
IN_RED = 10  # each so-and-so-manyth is looked at in red as well
APART = 20.0  # between two doodles on one sheet, each about 256 wide
RED: RGBA = (0.85, 0.1, 0.1, 1.0)


def chosen(doodles: Sequence[Doodle], tune: bool) -> list[Doodle]:
    """`COUNT` doodles, evenly through all of them; with `tune` as many others, by lot."""
    step = len(doodles) // COUNT
    test = doodles[::step][:COUNT]
    if not tune:
        return list(test)
    rest = [d for i, d in enumerate(doodles) if i % step or i // step >= COUNT]
    return random.Random(0).sample(rest, COUNT)


def measure(critic: Critic, doodles: Sequence[Doodle], others: Sequence[Doodle]) -> dict[str, Any]:
    """Shares of the captions of `doodles`, in [0, 1], and seconds a caption.

    Each is also put on a sheet with the next one, and with one of its own word among `others`.
    """
    caption(critic, [to_image(doodles[0].drawing())])  # the nouns' vectors, once
    listed = {noun.text.lower() for noun in nouns()}
    head = five = plain = company = red = 0
    seconds = []
    console = Console(stderr=True)
    for number, doodle in enumerate(track(doodles, "captions", console=console, transient=True)):
        drawing = doodle.drawing()
        began = time.perf_counter()
        ((best, *runners_up),) = caption(critic, [to_image(drawing)], top=5)
        seconds.append(time.perf_counter() - began)
        wanted = _plain(doodle.word)
        head += best.noun.lower() == wanted
        five += wanted in {c.noun.lower() for c in (best, *runners_up)}
        plain += _is_plain(best)
        company += _has_company(best)
        if number % IN_RED == 0:
            ((coloured,),) = caption(critic, [to_image(_inked(drawing, RED))], top=1)
            red += "red" in coloured.phrase.split()
    pairs = list(zip(doodles[::2], doodles[1::2], strict=False))
    twins = [(one, other) for one in doodles[::2] if (other := _twin(one, others)) is not None]
    both = either = counted = 0
    sheets = [*pairs, *twins]
    for number, sheet in enumerate(track(sheets, "sheets", console=console, transient=True)):
        drawing = together(*(d.drawing() for d in sheet), down=number % 2 == 1)
        ((best,),) = caption(critic, [to_image(drawing)], top=1)
        if number < len(pairs):
            found = [_names(best, doodle.word) for doodle in sheet]
            both, either = both + all(found), either + any(found)
        else:
            counted += best.phrase.startswith("two ") and best.noun.lower() == _plain(sheet[0].word)
    count = len(doodles)
    return {
        "model": critic.name,
        "drawings": count,
        "nouns": len(listed),
        "margin": captioner.MARGIN,
        "head": head / count,
        "top5": five / count,
        "plain": plain / count,
        "company": company / count,
        "red": red / len(range(0, count, IN_RED)),
        "pairs": len(pairs),
        "both": both / max(1, len(pairs)),
        "either": either / max(1, len(pairs)),
        "twins": len(twins),
        "counted": counted / max(1, len(twins)),
        "median_seconds": round(statistics.median(seconds), 3),
        "longest_seconds": round(max(seconds), 3),
    }


def together(one: Drawing, other: Drawing, *, down: bool) -> Drawing:
    """Both on one sheet: the other to the right of the one, or below it."""
    x, y = (0.0, one.height + APART) if down else (one.width + APART, 0.0)
    moved = tuple(
        replace(stroke, points=tuple((px + x, py + y) for px, py in stroke.points))
        for stroke in other.strokes
    )
    width = max(one.width, round(other.width + x))
    height = max(one.height, round(other.height + y))
    return replace(one, width=width, height=height, strokes=(*one.strokes, *moved))


def _twin(doodle: Doodle, others: Sequence[Doodle]) -> Doodle | None:
    """Another doodle of the word, if it can be counted."""
    if not any(n.plural for n in nouns() if n.text.lower() == _plain(doodle.word)):
        return None
    return next((d for d in others if d.word == doodle.word and d != doodle), None)


def _names(said: Caption, word: str) -> bool:
    """Whether a phrase holds the word as its head or its second noun."""
    return f" {_plain(word)} " in f" {said.phrase.lower()} "


def _has_company(said: Caption) -> bool:
    """Whether there is more in the phrase than one thing."""
    text = f" {said.phrase} ".replace(f" {said.noun} ", " ")
    relations = (*RELATIONS, *DEEDS, *APART_WORDS, *SLOTS["count"])
    return not _is_plain(said) and any(f" {word} " in text for word in relations)


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
    parser.add_argument("--drawn", choices=INKS, help="on phrases that the bot draws in this ink")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep its drawings here, and take those that are"
    )
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    if args.margin is not None:
        captioner.MARGIN = args.margin
    try:
        if args.drawn:
            return _drawn(own_captions.measure(load(args.model), args.drawn, args.keep), args.json)
        pool = unseen()
        report = measure(load(args.model).namer, chosen(pool, args.tune), pool)
    except (NoDoodles, ModelUnavailable, WrongFolder, OSError) as error:
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
    table.add_row("it names a second thing or a number", f"{report['company']:.3f}")
    table.add_row("drawn in red, the phrase says red", f"{report['red']:.3f}")
    table.add_row(f"of {report['pairs']} pairs on one sheet, both named", f"{report['both']:.3f}")
    table.add_row("at least one of them", f"{report['either']:.3f}")
    table.add_row(f"of {report['twins']} twins, counted: two cats", f"{report['counted']:.3f}")
    table.add_row("seconds a caption, median", f"{report['median_seconds']:.2f}")
    table.add_row("the longest", f"{report['longest_seconds']:.2f}")
    show(table)
    return 0


def _drawn(report: dict[str, Any], as_json: bool) -> int:
    """Print what `own_captions` found."""
    if as_json:
        print(json.dumps(report, indent=2))
        return 0
    table = Table("drawn", "said", title=f"{report['model']}, {report['ink']}", box=None)
    for row in report["captions"]:
        table.add_row(*row)
    show(table)
    summary = Table(show_header=False)
    for key, what in own_captions.SAID.items():
        right, of = report[key]
        summary.add_row(what, f"{right} of {of}")
    show(summary)
    return 0
