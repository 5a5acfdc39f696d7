"""A contact sheet: words drawn with pen and in colour, with what the model then sees in them.

The words are drawn by lot from the doodle words, so nobody picks them.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.bench import natural
from engine.bench.drawings import draw_all
from engine.canvas.drawing import Drawing
from engine.canvas.render import to_image
from engine.paint.options import Ink
from engine.paint.spec import DrawingSpec
from engine.see.critic import POCKET, ModelUnavailable, load
from engine.see.guesser import default_words, guess

SETTINGS: tuple[tuple[Ink, int], ...] = (("marker", 32), ("pen", 16), ("paint", 64))
DOODLE_WORDS = 345  # at the head of the shipped list

_CAPTION = 15  # pixels


def words_by_lot(count: int, seed: int) -> list[str]:
    """`count` of the doodle words, drawn by `random.Random(seed)`."""
    return random.Random(seed).sample(sorted(default_words()[:DOODLE_WORDS]), count)


def contact_sheet(
    cells: Iterable[tuple[Drawing, Sequence[str]]], columns: int, side: int = 160
) -> Image.Image:
    """Drawings in a grid, each with its lines of caption below."""
    cells = list(cells)
    lines = max(len(caption) for _, caption in cells)
    height = side + lines * (_CAPTION + 3) + 10
    rows = -(-len(cells) // columns)
    sheet = Image.new("RGB", (columns * side, rows * height), "white")
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(_CAPTION)
    for i, (drawing, caption) in enumerate(cells):
        x, y = i % columns * side, i // columns * height
        sheet.paste(to_image(drawing, side - 8), (x + 4, y + 4))
        pen.rectangle((x + 3, y + 3, x + side - 4, y + side - 4), outline="#dddddd")
        for n, line in enumerate(caption):
            while font.getlength(line) > side - 10:
                line = line.rstrip("…")[:-1].rstrip() + "…"
            spot = (x + 6, y + side + n * (_CAPTION + 3))
            pen.text(spot, line, fill="black" if n == 0 else "#777777", font=font)
    return sheet


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench sheet`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench sheet", description=__doc__)
    parser.add_argument("--model", default=POCKET)
    parser.add_argument("--words", type=natural, default=12, help="how many (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the lot and the drawings")
    parser.add_argument("--out", type=Path, default=Path("contact-sheet.png"))
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    if args.words > DOODLE_WORDS:
        parser.error(f"there are {DOODLE_WORDS} words")
    try:
        critic = load(args.model)
    except ModelUnavailable as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    words = words_by_lot(args.words, args.seed)
    specs = [
        DrawingSpec(prompt=word, strokes=strokes, ink=ink, seed=args.seed)
        for ink, strokes in SETTINGS
        for word in words
    ]
    drawings = draw_all(critic, specs)
    seen = guess(critic.namer, [to_image(drawing) for drawing in drawings], default_words(), top=1)
    cells = [
        (
            drawing,
            (f"{spec.prompt}, {spec.strokes} {spec.ink}", f"seen: {row[0].word} {row[0].p:.0%}"),
        )
        for spec, drawing, row in zip(specs, drawings, seen, strict=True)
    ]
    try:
        contact_sheet(cells, columns=6).save(args.out, optimize=True)
    except (OSError, ValueError) as error:
        print(f"penguess: cannot write {args.out}: {error}", file=sys.stderr)
        return 2
    if args.json:
        report = [
            {"word": spec.prompt, "ink": spec.ink, "seen": row[0].word, "p": round(row[0].p, 4)}
            for spec, row in zip(specs, seen, strict=True)
        ]
        print(json.dumps({"sheet": str(args.out), "drawings": report}, ensure_ascii=False))
    else:
        print(args.out)
    return 0
