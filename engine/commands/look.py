"""`penguess guess` and `penguess caption`: what pictures show, as words or in a phrase."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from engine.canvas import picture
from engine.canvas.drawing import Drawing
from engine.canvas.framing import drawn
from engine.commands import reason
from engine.refusal import Refusal
from engine.see import captioner, ensemble, guesser


def guess(args: argparse.Namespace) -> int:
    if not 1 <= args.top <= 100:
        raise Refusal(f"--top is 1 to 100, not {args.top}")
    words = guesser.default_words() if args.words is None else _words(args.words)
    images = _pictures(args.image)
    guesses = guesser.guess(ensemble.load(args.model, args.device).namer, images, words, args.top)
    if args.json:
        report = [
            {"image": str(path), "guesses": [{"word": g.word, "p": round(g.p, 4)} for g in row]}
            for path, row in zip(args.image, guesses, strict=True)
        ]
        print(json.dumps(report, ensure_ascii=False, indent=2))
        return 0
    for path, row in zip(args.image, guesses, strict=True):
        _print(path, ((g.word, f"{g.p:6.1%}", "█" * round(g.p * 30)) for g in row))
    return 0


def caption(args: argparse.Namespace) -> int:
    if not 1 <= args.top <= 20:
        raise Refusal(f"--top is 1 to 20, not {args.top}")
    shown = _drawings(args.image) if args.by_hand else _pictures(args.image)
    critic = ensemble.load(args.model, args.device).namer
    captions = captioner.caption(critic, shown, args.top, said=args.said)
    if args.json:
        report = [
            {
                "image": str(path),
                "captions": [
                    {"phrase": c.phrase, "noun": c.noun, "score": round(c.score, 4)} for c in row
                ],
            }
            for path, row in zip(args.image, captions, strict=True)
        ]
        print(json.dumps(report, ensure_ascii=False, indent=2))
        return 0
    for path, row in zip(args.image, captions, strict=True):
        _print(path, ((c.phrase, f"{c.score:.3f}") for c in row))
    return 0


def _print(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """A table under a file's name, every character as it is."""
    console = Console(markup=False, highlight=False, emoji=False)
    table = Table(show_header=False, box=None)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(str(path), soft_wrap=True)
    console.print(table)


def _pictures(paths: Sequence[Path]) -> list[picture.Image.Image]:
    """All of them, or a refusal that names each that cannot be read."""
    images, problems = [], []
    for path in paths:
        try:
            images.append(drawn(picture.read_picture(path)).image)
        except (OSError, picture.UnreadablePicture) as error:
            problems.append(f"cannot read {path}: {reason(error)}")
    if problems:
        raise Refusal("\npenguess: ".join(problems))
    return images


def _drawings(paths: Sequence[Path]) -> list[Drawing]:
    """The strokes in all of them, or a refusal that names each that has none."""
    drawings, problems = [], []
    for path in paths:
        try:
            drawing = picture.read_drawing(path)
        except (OSError, picture.UnreadablePicture) as error:
            problems.append(f"cannot read {path}: {reason(error)}")
            continue
        if drawing is None:
            problems.append(f"{path} has no strokes: --by-hand reads lines in SVG, and JSON")
        else:
            drawings.append(drawing)
    if problems:
        raise Refusal("\npenguess: ".join(problems))
    return drawings


def _words(path: Path) -> list[str]:
    try:
        return guesser.read_words(path)
    except OSError as error:
        raise Refusal(f"cannot read {path}: {reason(error)}") from error
