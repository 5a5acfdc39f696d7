"""What `python -m engine draw`, `guess`, `caption` and `serve` do."""

from __future__ import annotations

import argparse
import importlib
import json
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from engine.canvas import picture
from engine.canvas.drawing import Drawing
from engine.canvas.framing import drawn
from engine.canvas.render import SHOW_SIZE
from engine.output_folder import OutputFolder
from engine.paint.choosing import best_sketches
from engine.paint.painter import Painter, paint
from engine.paint.painting import State
from engine.paint.settling import NoSketcher, require_sketcher, settle
from engine.paint.spec import DrawingSpec, Settled, explain
from engine.raster import warm_up
from engine.see import captioner, ensemble, guesser
from engine.see import critic as critics
from engine.serve import http
from engine.serve.api import MAX_SKETCHES
from engine.serve.worker import Hire, Worker


class Refusal(Exception):
    """Input that cannot be used: one line for people, exit code 2."""


def _draw(args: argparse.Namespace) -> int:
    try:
        spec = DrawingSpec(
            prompt=args.prompt,
            strokes=args.strokes,
            steps=args.steps,
            avoid=tuple(args.avoid),
            style=args.style,
            ink=args.ink,
            begin=args.begin,
            seed=args.seed,
            seeds=args.seeds,
        )
    except ValidationError as error:
        raise Refusal(explain(error)) from error
    if args.sketches is not None:
        return _sketch(args, spec)
    start, image = _source(args.source)

    began = time.perf_counter()
    console = Console(stderr=True)
    with console.status("loading the model"):
        critic = ensemble.load(args.model)
    spec = settle(spec, critic.name, of_picture=image is not None)
    with _writing(args.out):
        folder = OutputFolder(args.out)
    with console.status("warming up"):
        painter = Painter(critic)
        _rehearse(painter, spec)
    ready = time.perf_counter()
    states: list[State] = []
    first = ready
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("score {task.fields[score]:.3f}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    interrupted = False
    try:
        with bar:
            task = bar.add_task(spec.prompt[:40], total=spec.steps, score=0.0)
            for state in _painted(painter, spec, start, image):
                states.append(state)
                bar.update(task, completed=state.step, score=state.score)
                if len(states) == 1:
                    with _writing(args.out):
                        folder.preview(state.drawing)
                    first = time.perf_counter()
    except KeyboardInterrupt:
        interrupted = True
    if not states:
        return 130
    finished = time.perf_counter()
    last = states[-1]
    if start is not None:
        spec = spec.model_copy(update={"strokes": len(start.strokes)})
    timings = {
        "load_seconds": round(ready - began, 3),
        "first_picture_seconds": round(first - ready, 3),
        "drawing_seconds": round(finished - ready, 3),
    }
    about = {"model": args.model, "from": args.source and str(args.source), "timings": timings}
    with console.status("writing"), _writing(args.out), _uninterrupted():
        folder.finish([state.drawing for state in states], spec, last, about)
    kept = time.perf_counter() - finished
    what = "stopped" if interrupted else "finished"
    print(
        f"{what} after {timings['drawing_seconds']:.2f} s "
        f"(first picture after {timings['first_picture_seconds']:.2f} s, "
        f"start-up {timings['load_seconds']:.2f} s, files {kept:.2f} s); "
        f"step {last.step} of {last.steps}, score {last.score:.3f}"
    )
    print(f"{folder.path}: {', '.join(folder.names)}")
    return 130 if interrupted else 0


def _painted(
    painter: Painter,
    spec: DrawingSpec,
    start: Drawing | None,
    image: picture.Image.Image | None,
) -> Iterator[State]:
    """The states of a drawing, a first glimpse before all."""
    if start is None and image is None and (first := painter.glimpse(spec)):
        yield first
    yield from paint(painter, painter.begin(spec, start, picture=image))


def _sketch(args: argparse.Namespace, spec: DrawingSpec) -> int:
    """`draw --sketches N`: a sheet of sketches, and each of them."""
    count = args.sketches
    if not 1 <= count <= MAX_SKETCHES:
        raise Refusal(f"--sketches is 1 to {MAX_SKETCHES}, not {count}")
    if args.source is not None:
        raise Refusal("--sketches begin with nothing: leave out --from")
    with _writing(args.out):
        folder = OutputFolder(args.out)
    console = Console(stderr=True)
    with console.status("loading the model"):
        critic = ensemble.load(args.model)
        require_sketcher(critic.name)
    with console.status("warming up"):
        warm_up()
        best_sketches(critic, spec.prompt, spec.strokes, spec.seed, 1)
    began = time.perf_counter()
    drawn = best_sketches(critic, spec.prompt, spec.strokes, spec.seed, count)
    took = time.perf_counter() - began
    with _writing(args.out), _uninterrupted():
        names = folder.sketches([drawing.scaled(SHOW_SIZE) for drawing in drawn])
    print(f"{count} sketches after {took:.2f} s")
    print(f"{folder.path}: {', '.join(names)}")
    return 0


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refusal(f"cannot write to {folder}: {error.strerror or error}") from error


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits: a drawing is not thrown away in the seconds that its files take."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _source(path: Path | None) -> tuple[Drawing | None, picture.Image.Image | None]:
    """What `--from` names: strokes to start from, or a picture to draw."""
    if path is None:
        return None, None
    try:
        drawing = picture.read_drawing(path)
        return (drawing, None) if drawing else (None, picture.read_picture(path))
    except (OSError, picture.UnreadablePicture) as error:
        raise Refusal(f"cannot read {path}: {_reason(error)}") from error


def _rehearse(painter: Painter, spec: Settled) -> None:
    """One throw-away step, so that what is timed is drawing and not the first call of anything."""
    warm_up()
    rehearsal = painter.begin(spec.model_copy(update={"steps": 1}))
    for _ in paint(painter, rehearsal):
        pass


def _guess(args: argparse.Namespace) -> int:
    if not 1 <= args.top <= 100:
        raise Refusal(f"--top is 1 to 100, not {args.top}")
    words = guesser.default_words() if args.words is None else _words(args.words)
    images = _pictures(args.image)
    guesses = guesser.guess(ensemble.load(args.model).namer, images, words, args.top)
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


def _caption(args: argparse.Namespace) -> int:
    if not 1 <= args.top <= 20:
        raise Refusal(f"--top is 1 to 20, not {args.top}")
    images = _pictures(args.image)
    captions = captioner.caption(ensemble.load(args.model).namer, images, args.top)
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
            return http.run(hire, host=args.host, port=args.port, uds=args.uds)
    except http.Unsafe as error:
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
        cluster = importlib.import_module("engine.serve.cluster")
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


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


COMMANDS = {"draw": _draw, "guess": _guess, "caption": _caption, "serve": _serve}
"""By their names: from the arguments to the exit code."""

REFUSALS = (Refusal, critics.ModelUnavailable, guesser.InvalidWords, NoSketcher)
"""What they raise when input cannot be used; the message is one line for people."""
