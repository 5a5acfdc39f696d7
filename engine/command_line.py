"""`python -m engine …` as typed: what there is to say, and what becomes of errors.

What the commands do is in engine/commands, imported when it is clear that there is something to
do: PyTorch takes seconds to load, and help and mistakes need none of it.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn

from engine.paint.options import (
    BEGINS,
    DEPTH,
    FRAMES,
    GRADIENT,
    INKS,
    MAX_FRAMES,
    MAX_MORE,
    MORPH,
    PAINTERS,
    STROKE_STYLES,
    STROKES,
    plain_ink,
)
from engine.refusal import Refusal
from engine.waiting import waiting

BENCHES = {
    "caption": "caption",
    "colour": "colour",
    "device": "device",
    "evaluations": "evaluations",
    "eye": "naming",
    "hand": "recognition",
    "likeness": "likeness",
    "painters": "painters",
    "paper": "paper",
    "raster": "raster",
    "replay": "replay",
    "serve": "serve",
    "sheet": "sheet",
    "step": "step",
    "table1": "table1",
    "things": "things",
    "words": "words",
}
"""Their modules in engine/bench, by the names they are called with."""

_COMMANDS = {
    "draw": "engine.commands.draw",
    "morph": "engine.commands.draw",
    "sculpt": "engine.commands.draw",
    "guess": "engine.commands.look",
    "caption": "engine.commands.look",
    "serve": "engine.commands.serve",
}

_EXAMPLES = """examples:
  PROG draw "a cat"
  PROG draw "a lighthouse" --strokes 16 --ink pen --seed 7
  PROG draw "a fox" --style "watercolour" --avoid "text" --out fox
  PROG draw "a fox" --from fox/drawing.svg --steps 100
  PROG draw "a fox" --sketches 4
  PROG morph "a seed" "a sprout" "a tree" --frames 30
  PROG sculpt "a cat" --side "a dog"
  PROG guess fox/drawing.png --top 3
  PROG caption fox/drawing.png --said "a fox"
  PROG bench raster --json
"""


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"penguess: {message} ({self.prog} --help says more)\n")


def main(argv: Sequence[str] | None = None, prog: str = "python -m engine") -> int:
    """Run one command. Returns the exit code: 0, 2 for bad input, 130 for Ctrl-C.

    prog: what the command is called in its help.
    """
    parser = _parser(prog)
    args, rest = parser.parse_known_args(argv)
    if args.command == "bench" and args.name is None:
        about = f"usage: {parser.prog} bench NAME [--help] [--json]\n\nNAME: {', '.join(BENCHES)}"
        print(about, file=sys.stdout if rest else sys.stderr)
        return 0 if rest in (["-h"], ["--help"]) else 2
    if rest and args.command != "bench":
        parser.error(f"unknown arguments: {' '.join(rest)}")
    try:
        run = _loaded(args, rest)
        return run()
    except Refusal as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever reads has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _loaded(args: argparse.Namespace, rest: Sequence[str]) -> Callable[[], int]:
    """The command with its arguments, and with all that it needs imported."""
    bench = args.command == "bench"
    name = f"engine.bench.{BENCHES[args.name]}" if bench else _COMMANDS[args.command]
    if bench and importlib.util.find_spec(name) is None:
        raise Refusal(
            f"bench {args.name} is not in the package: run it in a checkout of the source"
        )
    with _ended_by_interrupt(), waiting("loading PyTorch"):
        module = importlib.import_module(name)
        # Strokes that fade out would otherwise stall the arithmetic.
        importlib.import_module("torch").set_flush_denormal(True)
    return partial(module.main, rest) if bench else partial(getattr(module, args.command), args)


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=prog,
        description="Draw what is said, and say what is drawn.",
        epilog=_EXAMPLES.replace("PROG", prog),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    model = _Parser(add_help=False)
    model.add_argument(
        "--model",
        default=os.environ.get("PENGUESS_MODEL") or "pocket",
        help="pocket (built in, the default without PENGUESS_MODEL), ViT-B-32:openai or any "
        "open_clip name and tag, hf-hub:…, a folder; several with their shares: pocket+FOLDER*0.5",
    )
    model.add_argument(
        "--device",
        default=os.environ.get("PENGUESS_DEVICE") or "auto",
        help="auto (the default without PENGUESS_DEVICE: a GPU where there is one, but the CPU for "
        "pocket alone), cpu, cuda, cuda:1, mps",
    )

    how = _how()
    draw = commands.add_parser("draw", parents=[model, how], help="turn a prompt into a drawing")
    draw.add_argument("prompt", help="what to draw, up to 500 characters")
    draw.add_argument(
        "--painter",
        choices=tuple(PAINTERS),
        default=GRADIENT,
        help="who draws it (%(default)s); docs/painters.md shows them",
    )
    draw.add_argument(
        "--begin",
        choices=BEGINS,
        default=None,
        help="from a sketch of the thing, or from random scribbles as CLIPDraw does "
        "(a sketch where the model can make one)",
    )
    draw.add_argument(
        "--seeds",
        type=int,
        metavar="K",
        help="beginnings to try before finishing the best, 1 to 16 (1 from sketches, which are "
        "compared before; else 2)",
    )
    draw.add_argument(
        "--sketches",
        type=int,
        metavar="N",
        help="sketch it N times within a second, 1 to 9, instead of painting; with "
        "--from out/sketch-2.svg the second one is finished",
    )

    morph = commands.add_parser(
        "morph", parents=[model, how], help="let one drawing become another, in a film"
    )
    morph.add_argument(
        "prompt", nargs="+", help=f"what it is, and what it becomes: 2 to {MAX_MORE + 1}"
    )
    morph.add_argument(
        "--frames",
        type=int,
        metavar="N",
        help=f"in all, 2 to {MAX_FRAMES} ({FRAMES - 1} for each prompt after the first, and one)",
    )
    morph.set_defaults(begin=None, painter=MORPH, seeds=None, sketches=None)

    sculpt = commands.add_parser(
        "sculpt", parents=[model, how], help="strokes in three dimensions, on a turntable"
    )
    sculpt.add_argument("prompt", help="what it is from the front and from behind")
    sculpt.add_argument("--side", metavar="PROMPT", help="what it is from its sides (the same)")
    sculpt.add_argument(
        "--frames", type=int, metavar="N", help=f"of the turntable, 2 to {MAX_FRAMES} (36)"
    )
    sculpt.set_defaults(begin=None, painter=DEPTH, seeds=None, sketches=None)

    pictures = _Parser(add_help=False)
    pictures.add_argument(
        "image",
        type=Path,
        nargs="+",
        help="PNG, JPEG, WebP, GIF, AVIF, BMP, SVG or drawing.json",
    )
    pictures.add_argument("--json", action="store_true", help="print JSON")

    guess = commands.add_parser("guess", parents=[model, pictures], help="name what pictures show")
    guess.add_argument(
        "--words",
        type=Path,
        metavar="FILE",
        help="words to choose from, one a line, # for comments (default: a thousand that ship)",
    )
    guess.add_argument(
        "--top", type=int, default=5, metavar="K", help="how many to name, 1 to 100 (%(default)s)"
    )

    caption = commands.add_parser(
        "caption", parents=[model, pictures], help="describe pictures in a phrase"
    )
    caption.add_argument(
        "--top", type=int, default=3, metavar="K", help="how many phrases, 1 to 20 (%(default)s)"
    )
    caption.add_argument(
        "--said",
        action="append",
        default=[],
        metavar="PHRASE",
        help="what is not to be said again; may be repeated",
    )
    caption.add_argument(
        "--by-hand",
        action="store_true",
        help="a person drew the strokes of these SVG or JSON files, in their order: "
        "they tell several things apart",
    )

    serve = commands.add_parser("serve", parents=[model], help="draw and guess over HTTP")
    serve.add_argument("--host", default="127.0.0.1", help="to listen on (%(default)s)")
    serve.add_argument("--port", type=_port, default=8600, help="to listen on (%(default)s)")
    serve.add_argument("--uds", type=Path, metavar="PATH", help="listen on a Unix socket instead")
    serve.add_argument(
        "--child",
        action="store_true",
        help="end when standard input closes, as it does when the process that started this ends",
    )
    serve.add_argument(
        "--compile",
        action="store_true",
        default=os.environ.get("PENGUESS_COMPILE", "") not in ("", "0"),
        help="compile the model first (PENGUESS_COMPILE=1): minutes at the start, for a GPU",
    )
    serve.add_argument(
        "--cluster", action="store_true", help="paint on many GPUs or machines, by Ray Serve"
    )
    serve.add_argument(
        "--address", metavar="HOST:PORT", help="of a Ray cluster; by default one is started here"
    )
    serve.add_argument(
        "--replicas",
        type=_span,
        metavar="N or FEWEST-MOST",
        help="painters in the cluster, by demand; by default from 1 to one a GPU",
    )
    serve.add_argument(
        "--cpus",
        type=int,
        default=2,
        metavar="N",
        help="cores of a painter, in the cluster (%(default)s)",
    )

    bench = commands.add_parser(
        "bench", help="measure; each prints a table, or JSON with --json", add_help=False
    )
    bench.add_argument("name", choices=BENCHES, nargs="?")
    return parser


def _how() -> _Parser:
    """How something is drawn, and where it goes."""
    how = _Parser(add_help=False)
    how.add_argument("--strokes", type=int, default=STROKES, help="1 to 1024 (%(default)s)")
    how.add_argument(
        "--steps",
        type=int,
        default=None,
        help="of descent, 1 to 5000 (what the way of painting takes)",
    )
    how.add_argument(
        "--avoid",
        action="append",
        default=[],
        metavar="TEXT",
        help="what it should not look like; up to eight times",
    )
    how.add_argument(
        "--style",
        default="",
        metavar="TEXT",
        help=f"laid over the strokes: {', '.join(STROKE_STYLES)}; or words for the model, "
        "such as cubist",
    )
    how.add_argument(
        "--ink",
        type=plain_ink,
        choices=INKS,
        default=None,
        help="marker: outlines, coloured in; pen: black lines; paint: colours that mix "
        "(marker with the built-in model, else paint)",
    )
    how.add_argument(
        "--seed",
        type=int,
        default=0,
        help="the same seed draws the same drawing (%(default)s)",
    )
    how.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help="SVG or drawing.json: go on from its strokes, as many as there are; a picture: draw "
        "what it shows instead of the prompt",
    )
    how.add_argument(
        "--style-of",
        type=Path,
        metavar="FILE",
        help="a picture on whose paper, in whose colours and with whose lines it is drawn; in "
        "paint, strokes learn its textures too",
    )
    how.add_argument(
        "--patches",
        type=Path,
        nargs="+",
        default=(),
        metavar="FILE",
        help="pictures that the painter collage cuts up (emoji, if there are none)",
    )
    how.add_argument(
        "--out",
        type=Path,
        default=Path("out"),
        metavar="DIR",
        help="where the files go (%(default)s)",
    )
    return how


def _span(text: str) -> tuple[int, int]:
    """`3` or `1-4`, as argparse wants it."""
    few, dash, many = text.partition("-")
    most = many if dash else few
    if not (few.isdecimal() and most.isdecimal() and 1 <= int(few) <= int(most)):
        raise argparse.ArgumentTypeError(f"a number, or two as in 1-4, not {text!r}")
    return int(few), int(most)


@contextmanager
def _ended_by_interrupt() -> Iterator[None]:
    """Ctrl-C ends the process at once and without a word, as there is nothing to keep yet."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _port(text: str) -> int:
    """A TCP port, as argparse wants it; 0 takes any that is free."""
    if not (text.isdecimal() and int(text) < 1 << 16):
        raise argparse.ArgumentTypeError(f"a port is 0 to 65535, not {text!r}")
    return int(text)
