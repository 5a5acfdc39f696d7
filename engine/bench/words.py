"""How hard each word is: is the bot's drawing recognised, does the bot recognise people's?

The list is a game's (`games/words/en.json`). Every word is drawn once. The judges of `bench hand`
say what the drawing of a doodle word shows, among their 345; for all other words, which they do
not know, the second opinion estimates the share of judges that would see the word. What people
drew of a doodle word, unseen by the model, is named by the bot among all words of the list.

A picture that is named counts 1 if its word is the first that is said, ½ if it is among the first
five, else 0. The measured difficulty is 1 less the mean of what is known: drawn, named.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from rich.table import Table

from engine.bench import natural
from engine.bench.doodles import Doodle, NoDoodles, unseen
from engine.bench.drawings import WrongFolder, draw_all, is_kept
from engine.bench.recognition import NoJudges, panel, shown
from engine.bench.sheet import contact_sheet
from engine.bench.tables import show
from engine.canvas.drawing import Drawing
from engine.canvas.render import to_image
from engine.canvas.tidy import outlined
from engine.paint.jury import verdict
from engine.paint.options import INKS, Ink, plain_ink
from engine.paint.spec import DrawingSpec
from engine.see.critic import POCKET, Critic, ModelUnavailable, load
from engine.see.framing import framed
from engine.train.judge import Judge

Named = Sequence[tuple[str, float]]
"""What somebody says to a picture: words with probabilities, the likeliest first."""


class BadList(ValueError):
    """A file that is no list of words; the message says what is expected."""


def read_list(path: Path) -> dict[str, dict[str, Any]]:
    """A game's list: a JSON object of words, each with an object of what is known about it."""
    try:
        entries = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise BadList(f"{path} is not JSON: {error}") from error
    if not isinstance(entries, dict) or not all(isinstance(e, dict) for e in entries.values()):
        raise BadList(f"{path} is no list of words: an object of objects is expected")
    return entries


def store(path: Path, entries: Mapping[str, dict[str, Any]], report: Iterable[Mapping]) -> None:
    """Write a list again, an entry a line, with the `measured` difficulties of a report."""
    measured = {row["word"]: row["measured"] for row in report}
    lines = (
        f"  {json.dumps(word, ensure_ascii=False)}: "
        + json.dumps({**about, "measured": measured.get(word)}, ensure_ascii=False)
        for word, about in entries.items()
    )
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def credit(named: Named, word: str) -> float:
    """1 if the word is the first that is said, ½ if it is among the first five, else 0."""
    said = [other for other, _ in named[:5]]
    return 0.0 if word not in said else 1.0 if said[0] == word else 0.5


@torch.no_grad()
def say(judge: Judge, words: Sequence[str], drawings: Sequence[Drawing]) -> list[Named]:
    """A judge's first five words for each drawing, each with its probability."""
    rows = []
    for first in range(0, len(drawings), 64):
        found = judge(shown(drawings[first : first + 64])).topk(5, 1)
        for chances, best in zip(found.values.tolist(), found.indices.tolist(), strict=True):
            rows.append([(words[i], round(p, 4)) for i, p in zip(best, chances, strict=True)])
    return rows


@torch.no_grad()
def recognised(critic: Critic, doodles: Sequence[Doodle], words: list[str]) -> dict[str, float]:
    """Mean credit of what the critic says to people's doodles of each word, among all words."""
    vectors = critic.encode_text(words, critic.templates)
    found: dict[str, list[float]] = {}
    for first in range(0, len(doodles), 64):
        part = doodles[first : first + 64]
        images = [framed(to_image(d.drawing(), 288), critic.image_size) for d in part]
        likeness = critic.encode_images(torch.stack(images)) @ vectors.T
        best = likeness.topk(min(5, len(words)), 1).indices.tolist()
        for doodle, row in zip(part, best, strict=True):
            named = [(words[i], 0.0) for i in row]
            found.setdefault(doodle.word, []).append(credit(named, doodle.word))
    return {word: fmean(each) for word, each in found.items()}


def measure(
    entries: Iterable[str],
    verdicts: Mapping[str, Mapping[str, Named]],
    opinions: Mapping[str, float],
    known: Mapping[str, float],
) -> list[dict[str, Any]]:
    """A row for each word: what each judge said to its drawing, credits, measured difficulty.

    verdicts: word to judge to what it said. opinions: the share of judges that would see the word
    in its drawing. known: credits of what the bot said to people's.
    """
    rows = []
    for word in entries:
        said = verdicts.get(word, {})
        judged = [credit(named, word) for named in said.values()]
        drawn = round(fmean(judged), 3) if judged else opinions.get(word)
        sides = [side for side in (drawn, known.get(word)) if side is not None]
        rows.append(
            {
                "word": word,
                "drawn": drawn,
                "opinion": opinions.get(word),
                "named": round(known[word], 3) if word in known else None,
                "measured": round(1 - fmean(sides), 2) if sides else None,
                "said": {
                    judge: {
                        "first": named[0][0],
                        "probability": dict(named).get(word, 0.0),
                        "credit": credit(named, word),
                    }
                    for judge, named in said.items()
                },
            }
        )
    return rows


def extremes(
    rows: Sequence[Mapping[str, Any]], drawings: Mapping[str, Drawing], count: int
) -> list[tuple[Drawing, Sequence[str]]]:
    """Cells of a contact sheet: the drawings that judges are surest of, then those they are
    furthest from, `count` of each, with what they say instead where they know the word."""

    def sureness(row: Mapping[str, Any]) -> tuple[float, float]:
        return row["drawn"], row["opinion"]

    judged = sorted((row for row in rows if row["word"] in drawings), key=sureness, reverse=True)
    return [
        (drawings[row["word"]], (row["word"], " / ".join(s["first"] for s in row["said"].values())))
        for row in (*judged[:count], *judged[count:][-count:])
    ]


def markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """All words as a table, the easiest first, those that nobody measured in a list below it."""
    lines = ["| word | drawn | taken for | named | difficulty | judges |", "|" + " --- |" * 6]
    measured = [row for row in rows if row["measured"] is not None]
    for row in sorted(measured, key=lambda row: (row["measured"], row["word"])):
        cells = ("" if row[k] is None else f"{row[k]:.2f}" for k in ("drawn", "named"))
        firsts = " / ".join(said["first"] for said in row["said"].values())
        drawn, named = cells
        parts = (
            row["word"],
            drawn,
            firsts,
            named,
            f"{row['measured']:.2f}",
            ", ".join(row["said"]),
        )
        lines.append("| " + " | ".join(parts) + " |")
    others = sorted(row["word"] for row in rows if row["measured"] is None)
    lines += ["", f"Unmeasured, {len(others):,} words: {', '.join(others)}."] if others else []
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench words`."""
    parser = argparse.ArgumentParser(
        prog="python -m engine bench words",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--words", type=Path, required=True, metavar="FILE", help="a game's list")
    parser.add_argument("--model", default=POCKET)
    parser.add_argument("--strokes", type=natural, default=24, help="(%(default)s, as in games)")
    parser.add_argument(
        "--ink", type=plain_ink, choices=INKS, default="marker", help="(%(default)s)"
    )
    parser.add_argument("--steps", type=natural, default=DrawingSpec.model_fields["steps"].default)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="of drawings, to go on with")
    parser.add_argument(
        "--most",
        type=natural,
        metavar="N",
        help="new drawings in this run, by lot; words that are then without stay undrawn",
    )
    parser.add_argument("--sheet", type=Path, help="write a picture of the best and the worst")
    parser.add_argument("--table", type=Path, help="write all words as a table in Markdown")
    parser.add_argument("--store", action="store_true", help="write what was measured to the list")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    try:
        entries = read_list(args.words)
        judges = panel()
        critic = load(args.model)
        doodles = [doodle for doodle in unseen() if doodle.word in entries]
        known = recognised(critic.namer, doodles, list(entries))
        drawings = _draw(critic, entries, args)
    except (BadList, NoJudges, NoDoodles, ModelUnavailable, WrongFolder, OSError) as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    verdicts: dict[str, dict[str, Named]] = {word: {} for word in drawings}
    for name, (judge, classes) in judges.items():
        mine = [word for word in drawings if word in classes]
        said = say(judge, classes, [drawings[word] for word in mine])
        for word, named in zip(mine, said, strict=True):
            verdicts[word][name] = named
    opinions = {
        word: round(verdict(critic, outlined(drawing), word), 3)
        for word, drawing in drawings.items()
    }
    rows = measure(entries, verdicts, opinions, known)
    if args.sheet and drawings:
        contact_sheet(extremes(rows, drawings, 30), 10, 150).save(args.sheet, optimize=True)
    if args.store:
        store(args.words, entries, rows)
    if args.table:
        args.table.write_text(markdown(rows), "utf-8")
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    table = Table(title=f"{len(rows)} words, {args.strokes} strokes, {args.ink}")
    for heading in ("word", "drawn", "taken for", "named", "measured", "judges"):
        table.add_column(heading)
    for row in rows:
        cells = ("" if row[k] is None else f"{row[k]:.2f}" for k in ("drawn", "named", "measured"))
        drawn, named, measured = cells
        firsts = " / ".join(said["first"] for said in row["said"].values())
        table.add_row(row["word"], drawn, firsts, named, measured, ", ".join(row["said"]))
    show(table)
    return 0


def _draw(
    critic: Critic,
    entries: Iterable[str],
    args: argparse.Namespace,
) -> dict[str, Drawing]:
    """Drawings of the words: those that are kept, and new ones."""
    ink: Ink = args.ink
    specs = {
        w: DrawingSpec(prompt=w, strokes=args.strokes, steps=args.steps, ink=ink, seed=args.seed)
        for w in entries
    }
    new = [w for w in specs if not (args.keep and is_kept(args.keep, specs[w]))]
    random.Random(0).shuffle(new)
    left_out = set() if args.most is None else set(new[args.most :])
    words = [w for w in specs if w not in left_out]
    return dict(zip(words, draw_all(critic, [specs[w] for w in words], args.keep), strict=True))
