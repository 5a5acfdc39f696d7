"""The engine on the command line: `python -m engine draw "a cat"`."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import torch
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from engine import captioner, ensemble, guesser, picture, server
from engine import critic as critics
from engine.commission import Commission, explain
from engine.drawing import Drawing
from engine.painter import Painter, paint
from engine.portfolio import Portfolio
from engine.raster import warm_up
from engine.salience import salience
from engine.work import State
from engine.worker import Hire, Worker

BENCHES = (
    "caption",
    "eye",
    "hand",
    "raster",
    "replay",
    "serve",
    "sheet",
    "step",
    "table1",
    "words",
)

_EXAMPLES = """examples:
  python -m engine draw "a cat"
  python -m engine draw "a lighthouse" --strokes 16 --ink pen --seed 7
  python -m engine draw "a fox" --style "watercolour" --avoid "text" --out fox
  python -m engine draw "a fox" --from fox/drawing.svg --steps 100
  python -m engine guess fox/drawing.png --top 3
  python -m engine caption fox/drawing.png
  python -m engine bench raster --json
"""


class Refusal(Exception):
    """Input that cannot be used: one line for people, exit code 2."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0, 2 for bad input, 130 for Ctrl-C."""
    args, rest = _parser().parse_known_args(argv)
    if rest and args.command != "bench":
        _parser().error(f"unknown arguments: {' '.join(rest)}")
    torch.set_flush_denormal(True)  # strokes that fade out would otherwise stall the arithmetic
    try:
        match args.command:
            case "draw":
                return _draw(args)
            case "guess":
                return _guess(args)
            case "caption":
                return _caption(args)
            case "serve":
                return _serve(args)
            case _:
                return importlib.import_module(f"engine.bench.{args.name}").main(rest)
    except (Refusal, critics.ModelUnavailable, guesser.InvalidWords) as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m engine",
        description="Draw what is said, and say what is drawn.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    model = argparse.ArgumentParser(add_help=False)
    model.add_argument(
        "--model",
        default=os.environ.get("PENGUESS_MODEL") or critics.POCKET,
        help="pocket (built in), ViT-B-32:openai or any open_clip name and tag, hf-hub:…, a folder",
    )

    wish = Commission.model_fields
    draw = commands.add_parser("draw", parents=[model], help="turn a prompt into a drawing")
    draw.add_argument("prompt", help="what to draw")
    draw.add_argument(
        "--strokes", type=int, default=wish["strokes"].default, help="1 to 1024 (%(default)s)"
    )
    draw.add_argument(
        "--steps", type=int, default=wish["steps"].default, help="steps of descent (%(default)s)"
    )
    draw.add_argument(
        "--avoid",
        action="append",
        default=[],
        metavar="TEXT",
        help="what it should not look like; may be repeated",
    )
    draw.add_argument(
        "--style", default="", metavar="TEXT", help="words such as watercolour, woodblock print"
    )
    draw.add_argument(
        "--ink",
        choices=("pen", "colour"),
        default=wish["ink"].default,
        help="black pen, or colour (%(default)s)",
    )
    draw.add_argument(
        "--seed",
        type=int,
        default=wish["seed"].default,
        help="the same seed draws the same drawing (%(default)s)",
    )
    draw.add_argument(
        "--seeds",
        type=int,
        default=wish["seeds"].default,
        metavar="K",
        help="beginnings to try before finishing the best (%(default)s)",
    )
    draw.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help="SVG or drawing.json: go on from its strokes; a picture: draw what it shows",
    )
    draw.add_argument(
        "--out",
        type=Path,
        default=Path("out"),
        metavar="DIR",
        help="where the files go (%(default)s)",
    )

    guess = commands.add_parser("guess", parents=[model], help="name what pictures show")
    guess.add_argument(
        "image", type=Path, nargs="+", help="PNG, JPEG, WebP, GIF, BMP, SVG or drawing.json"
    )
    guess.add_argument(
        "--words", type=Path, metavar="FILE", help="words to choose from, one a line"
    )
    guess.add_argument(
        "--top", type=int, default=5, metavar="K", help="how many to name (%(default)s)"
    )
    guess.add_argument("--json", action="store_true", help="print JSON")

    caption = commands.add_parser("caption", parents=[model], help="describe pictures in a phrase")
    caption.add_argument(
        "image", type=Path, nargs="+", help="PNG, JPEG, WebP, GIF, BMP, SVG or drawing.json"
    )
    caption.add_argument(
        "--top", type=int, default=3, metavar="K", help="how many phrases (%(default)s)"
    )
    caption.add_argument("--json", action="store_true", help="print JSON")

    serve = commands.add_parser("serve", parents=[model], help="draw and guess over HTTP")
    serve.add_argument("--host", default="127.0.0.1", help="to listen on (%(default)s)")
    serve.add_argument("--port", type=int, default=8600, help="to listen on (%(default)s)")
    serve.add_argument("--uds", type=Path, metavar="PATH", help="listen on a Unix socket instead")
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
        "--cpus", type=int, default=2, metavar="N", help="of a painter without GPU (%(default)s)"
    )

    bench = commands.add_parser(
        "bench", help="measure; each prints a table, or JSON with --json", add_help=False
    )
    bench.add_argument("name", choices=BENCHES)
    return parser


def _draw(args: argparse.Namespace) -> int:
    try:
        wish = Commission(
            prompt=args.prompt,
            strokes=args.strokes,
            steps=args.steps,
            avoid=tuple(args.avoid),
            style=args.style,
            ink=args.ink,
            seed=args.seed,
            seeds=args.seeds,
        )
    except ValidationError as error:
        raise Refusal(explain(error)) from error
    try:
        portfolio = Portfolio(args.out)
    except OSError as error:
        raise Refusal(f"cannot write to {args.out}: {error.strerror or error}") from error
    start, image = _source(args.source)

    began = time.perf_counter()
    console = Console(stderr=True)
    with console.status(f"loading {args.model}"):
        critic = ensemble.load(args.model)
        painter = Painter(critic)
        _rehearse(painter, wish)
    ready = time.perf_counter()
    target = wanted = None
    if image is not None:
        shown = picture.framed(image, critic.image_size)
        target = critic.encode_images(shown[None])[0]
        wanted = salience(critic, shown)
    states: list[State] = []
    first = ready
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("score {task.fields[score]:.3f}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    interrupted = False
    try:
        with bar:
            task = bar.add_task(wish.prompt[:40], total=wish.steps, score=0.0)
            for state in paint(painter, painter.commission(wish, start, target, wanted)):
                states.append(state)
                bar.update(task, completed=state.step, score=state.score)
                if len(states) == 1:
                    portfolio.preview(state.drawing)
                    first = time.perf_counter()
    except KeyboardInterrupt:
        interrupted = True
    if not states:
        return 130
    finished = time.perf_counter()
    last = states[-1]
    timings = {
        "load_seconds": round(ready - began, 3),
        "first_picture_seconds": round(first - ready, 3),
        "drawing_seconds": round(finished - ready, 3),
    }
    portfolio.finish([state.drawing for state in states], wish, last, args.model, timings)
    what = "stopped" if interrupted else "finished"
    print(
        f"{what} after {timings['drawing_seconds']:.2f} s "
        f"(first picture after {timings['first_picture_seconds']:.2f} s, "
        f"start-up {timings['load_seconds']:.2f} s); "
        f"step {last.step} of {last.steps}, score {last.score:.3f}"
    )
    print(f"{portfolio.folder}: {', '.join(portfolio.names)}")
    return 130 if interrupted else 0


def _source(path: Path | None) -> tuple[Drawing | None, picture.Image.Image | None]:
    """What `--from` names: strokes to start from, or a picture to draw."""
    if path is None:
        return None, None
    try:
        drawing = picture.read_drawing(path)
        return (drawing, None) if drawing else (None, picture.read_picture(path))
    except (OSError, picture.UnreadablePicture) as error:
        raise Refusal(f"cannot read {path}: {_reason(error)}") from error


def _rehearse(painter: Painter, wish: Commission) -> None:
    """One throw-away step, so that what is timed is drawing and not the first call of anything."""
    warm_up()
    rehearsal = painter.commission(wish.model_copy(update={"steps": 1}))
    for _ in paint(painter, rehearsal):
        pass


def _guess(args: argparse.Namespace) -> int:
    if not 1 <= args.top <= 100:
        raise Refusal(f"--top is 1 to 100, not {args.top}")
    words = guesser.default_words() if args.words is None else _words(args.words)
    images = _pictures(args.image)
    guesses = guesser.guess(ensemble.load(args.model).eye, images, words, args.top)
    if args.json:
        report = [
            {"image": str(path), "guesses": [{"word": g.word, "p": round(g.p, 4)} for g in row]}
            for path, row in zip(args.image, guesses, strict=True)
        ]
        print(json.dumps(report, ensure_ascii=False, indent=2))
        return 0
    for path, row in zip(args.image, guesses, strict=True):
        table = Table(title=str(path), show_header=False, box=None, title_justify="left")
        for g in row:
            table.add_row(g.word, f"{g.p:6.1%}", "█" * round(g.p * 30))
        Console().print(table)
    return 0


def _caption(args: argparse.Namespace) -> int:
    if not 1 <= args.top <= 20:
        raise Refusal(f"--top is 1 to 20, not {args.top}")
    images = _pictures(args.image)
    captions = captioner.caption(ensemble.load(args.model).eye, images, args.top)
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
        table = Table(title=str(path), show_header=False, box=None, title_justify="left")
        for c in row:
            table.add_row(c.phrase, f"{c.score:.3f}")
        Console().print(table)
    return 0


def _pictures(paths: Sequence[Path]) -> list[picture.Image.Image]:
    """All of them, or a refusal that names each that cannot be read."""
    images, problems = [], []
    for path in paths:
        try:
            images.append(picture.read_picture(path))
        except (OSError, picture.UnreadablePicture) as error:
            problems.append(f"cannot read {path}: {_reason(error)}")
    if problems:
        raise Refusal("\npenguess: ".join(problems))
    return images


def _words(path: Path) -> list[str]:
    try:
        return guesser.read_words(path)
    except OSError as error:
        raise Refusal(f"cannot read {path}: {_reason(error)}") from error


def _serve(args: argparse.Namespace) -> int:
    def load() -> Painter:
        return Painter(ensemble.load(args.model, compiled=args.compile))

    try:
        with _painters(args, load) as hire:
            return server.run(hire, host=args.host, port=args.port, uds=args.uds)
    except server.Unsafe as error:
        raise Refusal(str(error)) from error


@contextmanager
def _painters(args: argparse.Namespace, load: Callable[[], Painter]) -> Iterator[Hire]:
    """A thread of this process, or a cluster."""
    if not args.cluster:
        if args.address or args.replicas:
            raise Refusal("--address and --replicas go with --cluster")
        yield partial(Worker, load)
        return
    if args.cpus < 1:
        raise Refusal(f"--cpus is 1 or more, not {args.cpus}")
    try:
        cluster = importlib.import_module("engine.cluster")
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("ray"):
            raise
        raise Refusal("--cluster needs Ray: pip install 'penguess[cluster]'") from error
    deploy = partial(
        cluster.deploy, load, address=args.address, replicas=args.replicas, cpus=args.cpus
    )
    try:
        yield partial(cluster.Cluster, deploy)
    finally:
        cluster.leave()


def _span(text: str) -> tuple[int, int]:
    """`3` or `1-4`, as argparse wants it."""
    few, dash, many = text.partition("-")
    most = many if dash else few
    if not (few.isdecimal() and most.isdecimal() and 1 <= int(few) <= int(most)):
        raise argparse.ArgumentTypeError(f"a number, or two as in 1-4, not {text!r}")
    return int(few), int(most)


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


if __name__ == "__main__":
    sys.exit(main())
