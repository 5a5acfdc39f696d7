"""`penguess draw`: a prompt becomes a drawing, or a sheet of sketches, in a folder."""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from engine.canvas import picture
from engine.canvas.drawing import Drawing
from engine.canvas.render import SHOW_SIZE
from engine.commands import reason
from engine.output_folder import OutputFolder
from engine.paint.choosing import best_sketches
from engine.paint.options import FILMS, MAX_CUT_UP, MAX_SKETCHES
from engine.paint.painter import Painter, paint
from engine.paint.painting import State
from engine.paint.settling import require_sketcher, settle
from engine.paint.spec import DrawingSpec, Settled, explain
from engine.raster import warm_up
from engine.refusal import Refusal
from engine.see import ensemble


def draw(args: argparse.Namespace) -> int:
    return _draw(args, args.prompt)


def morph(args: argparse.Namespace) -> int:
    if len(args.prompt) == 1 and args.source is None:
        raise Refusal('a morph has two prompts or more: morph "a cat" "a dog"')
    return _draw(args, *args.prompt, frames=args.frames)


def sculpt(args: argparse.Namespace) -> int:
    return _draw(args, args.prompt, *filter(None, [args.side]), frames=args.frames)


def _draw(args: argparse.Namespace, prompt: str, *more: str, frames: int | None = None) -> int:
    try:
        spec = DrawingSpec(
            prompt=prompt,
            more=more,
            frames=frames,
            strokes=args.strokes,
            steps=args.steps,
            avoid=tuple(args.avoid),
            style=args.style,
            ink=args.ink,
            begin=args.begin,
            seed=args.seed,
            seeds=args.seeds,
            painter=args.painter,
        )
    except ValidationError as error:
        raise Refusal(explain(error)) from error
    if args.sketches is not None:
        return _sketch(args, spec)
    start, image = _source(args.source)
    manner = _manner(args.style_of)
    patches = _patches(args.patches)

    began = time.perf_counter()
    console = Console(stderr=True)
    with console.status("loading the model"):
        critic = ensemble.load(args.model, args.device)
    spec = settle(spec, critic.name, of_picture=image is not None, of_patches=bool(patches))
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
            for state in _painted(painter, spec, start, image, manner, patches):
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
    about = {
        "model": args.model,
        "from": args.source and str(args.source),
        "style_of": args.style_of and str(args.style_of),
        "patches": [str(path) for path in args.patches],
        "timings": timings,
    }
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
    manner: picture.Image.Image | None,
    patches: tuple[picture.Image.Image, ...],
) -> Iterator[State]:
    """The states of a drawing, a first glimpse before all."""
    if start is None and image is None and manner is None and (first := painter.glimpse(spec)):
        yield first
    work = painter.begin(spec, start, picture=image, style_of=manner, patches=patches)
    yield from paint(painter, work)


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
        critic = ensemble.load(args.model, args.device)
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
        raise Refusal(f"cannot read {path}: {reason(error)}") from error


def _manner(path: Path | None) -> picture.Image.Image | None:
    """What `--style-of` names."""
    if path is None:
        return None
    try:
        return picture.read_picture(path)
    except (OSError, picture.UnreadablePicture) as error:
        raise Refusal(f"cannot read {path}: {reason(error)}") from error


def _patches(paths: Sequence[Path]) -> tuple[picture.Image.Image, ...]:
    """What `--patches` names."""
    if len(paths) > MAX_CUT_UP:
        raise Refusal(f"--patches takes {MAX_CUT_UP} pictures at most, not {len(paths)}")
    patches = []
    for path in paths:
        try:
            patches.append(picture.read_cut_out(path))
        except (OSError, picture.UnreadablePicture) as error:
            raise Refusal(f"cannot read {path}: {reason(error)}") from error
    return tuple(patches)


def _rehearse(painter: Painter, spec: Settled) -> None:
    """One throw-away step, so that what is timed is drawing and not the first call of anything."""
    warm_up()
    short = {"steps": 1, "more": (), "frames": 2 if spec.painter in FILMS else None}
    rehearsal = painter.begin(spec.model_copy(update=short))
    for _ in paint(painter, rehearsal):
        pass
