"""Games without Discord: `python -m games telephone --prompt "a cat riding a bicycle"`.

The one shell of the rules: it has a clock, files and an engine. It plays telephone as a bot's host
would, event by event, with nobody at the table but the bot.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from engine.album import Book, Drift, animation, archive, chart, strip, webpage
from engine.album import Page as Shown
from engine.child import started
from engine.client import EngineClient, EngineError
from engine.commission import Commission, Ink, explain
from engine.drawing import Drawing
from games.album import AlbumReady, DriftMeasured
from games.blocklist import blocked
from games.chain import BOUNDS, DRAWING, PHRASE, PHRASE_LENGTH, Page, Preset, Settings, problems
from games.core import Effect, Entry, Event, Play, encode
from games.pages import BotPage, Open, PageRequested, PagesStarted, Start
from games.survey import Chain, Row, named, survey
from games.table import TimerFired
from games.telephone import TELEPHONE, State
from games.words import words

HOST = "host"
DEFAULT_ADDRESS = "http://127.0.0.1:8600"
URL, TOKEN = "PENGUESS_ENGINE_URL", "PENGUESS_ENGINE_TOKEN"

AVOID = ("a badly drawn sketch", "many ugly, messy drawings")
"""Negative prompts of the statistics, after CLIPDraw's notebook (Frans et al. 2022)."""

_AT_ONCE = 4  # chains of a survey under way together: their drawings are painted in one batch
_SUGGESTIONS = 200  # words that a random chain may begin with
_RUNNERS_UP = 5  # captions asked for, should the first be a blocked one

_EXAMPLES = """examples:
  python -m games telephone --prompt "a cat riding a bicycle" --links 8 --seed 3 --out out
  python -m games telephone --random --strokes 16
  python -m games telephone --chains 20 --strokes 16 32
"""


class Refusal(Exception):
    """Input that cannot be used: one line for people, exit code 2."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One chain to play, and how its drawings are painted."""

    seed: int
    settings: Settings
    avoid: tuple[str, ...]
    ink: Ink
    steps: int


@dataclass
class Told:
    """What came of a chain: the log of the game, its drawings by reference, and its album."""

    wish: Wish
    log: list[Entry] = field(default_factory=list[Entry])
    drawings: dict[str, Drawing] = field(default_factory=dict[str, Drawing])
    pages: tuple[Page, ...] = ()
    drift: Drift = Drift((), ())  # noqa: RUF009  it is frozen

    @property
    def book(self) -> Book:
        """The chain as the album shows it."""
        return Book(
            tuple(
                Shown("Penguess", self.drawings.get(p.content) if p.kind == DRAWING else p.content)
                for p in self.pages
            )
        )

    @property
    def chain(self) -> Chain:
        """The chain as it is surveyed."""
        strokes, avoiding = self.wish.settings.strokes, bool(self.wish.avoid)
        return Chain(strokes, avoiding, self.pages, self.drift.to_first)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0, 2 for bad input, 130 for Ctrl-C."""
    args = _parser().parse_args(argv)
    try:
        wishes = _wishes(args)
        _folder(args.out)
        return asyncio.run(_telephone(args, wishes))
    except (Refusal, EngineError) as error:
        print(f"penguess: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m games",
        description="Play without Discord.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    games = parser.add_subparsers(dest="game", required=True)
    telephone = games.add_parser("telephone", help="a chain that the bot plays with itself")
    first = telephone.add_mutually_exclusive_group()
    first.add_argument("--prompt", help="the first phrase")
    first.add_argument("--random", action="store_true", help="a first phrase of the word list")
    telephone.add_argument("--links", type=int, default=8, help="pages, 2 to 24 (%(default)s)")
    telephone.add_argument("--seed", type=int, default=0, help="the same seed, the same chain")
    telephone.add_argument("--strokes", type=int, nargs="+", default=[24], help="4 to 64 (24)")
    telephone.add_argument("--steps", type=int, default=Commission.model_fields["steps"].default,
                           help="steps of descent for one drawing (%(default)s)")  # fmt: skip
    telephone.add_argument("--ink", choices=("pen", "colour"), default="pen", help="(%(default)s)")
    telephone.add_argument("--avoid", action="append", default=[], metavar="TEXT",
                           help="what no drawing should look like; may be repeated")  # fmt: skip
    telephone.add_argument("--chains", type=int, default=1, metavar="N",
                           help="play N chains, with and without negative prompts and with each "
                           "number of strokes, and print how they drift")  # fmt: skip
    telephone.add_argument("--model", help="the model of an engine that is started for this")
    telephone.add_argument("--engine", metavar="URL", default=os.environ.get(URL),
                           help=f"an engine that runs; without, one at {DEFAULT_ADDRESS} is used, "
                           "and if there is none, one is started")  # fmt: skip
    telephone.add_argument("--out", type=Path, default=Path("out"), metavar="DIR",
                           help="where the files go (%(default)s)")  # fmt: skip
    return parser


def _wishes(args: argparse.Namespace) -> list[Wish]:
    """The chains to play; raises Refusal for what the rules or the engine would refuse."""
    if not 1 <= args.chains <= 1000:
        raise Refusal(f"--chains is 1 to 1000, not {args.chains}")
    if args.chains == 1 and len(args.strokes) > 1:
        raise Refusal("--strokes takes several numbers with --chains alone")
    if args.engine and args.model:
        raise Refusal("--model is for an engine that is started here, not for the one at --engine")
    if args.prompt is not None and not args.prompt.strip():
        raise Refusal("--prompt is empty: say what to draw first, or --random")
    if args.prompt is None and not args.random and args.chains == 1:
        raise Refusal("say what to draw first with --prompt, or --random")
    prompt = " ".join((args.prompt or "").split())
    avoids = [tuple(args.avoid)]
    if args.chains > 1:
        avoids = [(), tuple(args.avoid) or AVOID]
    wishes = [
        Wish(
            args.seed + number,
            Settings(Preset.SELF_PLAY, prompt, links=args.links, strokes=strokes, reveal=1),
            avoid,
            args.ink,
            args.steps,
        )
        for strokes in dict.fromkeys(args.strokes)
        for avoid in avoids
        for number in range(args.chains)
    ]
    for wish in wishes:
        _check(wish)
    return wishes


def _check(wish: Wish) -> None:
    for name in problems(wish.settings):
        if name == "prompt":
            raise Refusal(f"--prompt: at most {PHRASE_LENGTH} characters, and no blocked word")
        low, high = BOUNDS[name]
        raise Refusal(f"--{name} is {max(low, 2)} to {high}, not {getattr(wish.settings, name)}")
    if wish.seed < 0:
        raise Refusal("--seed is 0 or more")
    try:
        _commission(wish, 1, wish.settings.prompt or "a cat")
    except ValidationError as error:
        raise Refusal(explain(error)) from error


def _folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise Refusal(f"cannot write to {out}: {error.strerror or error}") from error


async def _telephone(args: argparse.Namespace, wishes: Sequence[Wish]) -> int:
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[shown]}"),
        TimeElapsedColumn(), console=console, transient=True,
    )  # fmt: skip
    async with _engine(args, console) as client:
        with bar:
            gate = asyncio.Semaphore(_AT_ONCE)
            told: list[Told] = []
            alone = len(wishes) == 1
            chains = (
                _one(gate, client, wish, bar, told, args.out if alone else args.out / f"{n:03}")
                for n, wish in enumerate(wishes, 1)
            )
            try:
                await asyncio.gather(*chains)
            except (asyncio.CancelledError, EngineError) as problem:
                if alone or not told:
                    raise
                console.print(f"stopped: {str(problem) or 'as asked'}; these chains were finished:")
    if alone:
        for number, page in enumerate(told[0].book.pages, 1):
            print(f"{number:>3}  {page.phrase or '(a drawing)'}")
        print(told[0].drift.sentence(told[0].book))
        print(f"{args.out}: album.html, album.zip, chain.png, chain.gif, drift.svg, chain.json")
        return 0
    rows = survey(one.chain for one in told)
    _write_survey(rows, told, args.out)
    Console().print(_table(rows))
    print(f"{args.out}: survey.json, survey.png, and a folder for each chain")
    return 0


async def _one(
    gate: asyncio.Semaphore,
    client: EngineClient,
    wish: Wish,
    bar: Progress,
    told: list[Told],
    out: Path,
) -> None:
    """Play one of the chains and write it down at once, so that stopping loses little."""
    async with gate:
        task = bar.add_task("", total=wish.settings.links, shown="")
        try:
            one = await play(client, wish, _Shower(bar, task))
        finally:
            bar.remove_task(task)
        _write(one, out)
        told.append(one)


class _Shower:
    """Shows how far a chain is."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar, self._task = bar, task

    def page(self, number: int, pages: int) -> None:
        self._bar.update(self._task, completed=number, total=pages, shown=f"{number} of {pages}")

    def doing(self, what: str, part: float, number: int) -> None:
        what = what if len(what) <= 40 else what[:39] + "…"
        self._bar.update(self._task, description=what, completed=number + part)


# One chain


async def play(client: EngineClient, wish: Wish, shower: _Shower | None = None) -> Told:
    """Play a chain of the bot alone by the rules, as a host does: events in, effects out.

    Raises EngineError when the engine stays away; what it cannot make, the rules fill in.
    """
    told = Told(wish)
    game: Play[State] = Play(TELEPHONE, str(wish.seed), TELEPHONE.initial)
    clock = _Clock()
    phrases = tuple(word.text for word in words("en"))
    suggestions = tuple(random.Random(wish.seed).sample(phrases, _SUGGESTIONS))
    due: list[Event] = [Open(HOST, wish.settings), Start(HOST, suggestions)]
    asked: dict[asyncio.Task[str], PageRequested] = {}
    while not game.over:
        if due:
            event = due.pop(0)
            game, effects = game.step(event, clock.now)
            told.log.append(Entry(game.now, event))
            for effect in effects:
                await _carry_out(effect, client, told, shower, asked, due)
            continue
        timer = game.due
        if timer is not None and not asked:
            clock.wait_until(timer[1])  # there is nobody who would need the time
            due.append(TimerFired(timer[0]))
            continue
        left = None if timer is None else max(0.0, timer[1] - clock.now)
        done, _ = await asyncio.wait(asked, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            request = asked.pop(task)
            due.append(BotPage(request.book, request.page, task.result()))
        if timer is not None and not done:
            due.append(TimerFired(timer[0]))
    for task in asked:
        task.cancel()
    return told


async def _carry_out(
    effect: Effect,
    client: EngineClient,
    told: Told,
    shower: _Shower | None,
    asked: dict[asyncio.Task[str], PageRequested],
    due: list[Event],
) -> None:
    match effect:
        case PagesStarted(page=number, pages=pages) if shower:
            shower.page(number, pages)
        case PageRequested():
            made = _phrase if effect.kind == PHRASE else _drawing
            asked[asyncio.create_task(made(client, told, effect, shower))] = effect
        case AlbumReady(books=books):
            told.pages = books[0]
            told.drift = await measure(client, told.book)
            last = told.drift.to_first[-1]
            due.append(DriftMeasured((min(1.0, max(0.0, last or 0.0)),)))
        case _:
            pass  # for people, of whom there are none


async def _phrase(
    client: EngineClient, told: Told, request: PageRequested, shower: _Shower | None
) -> str:
    drawing = told.drawings.get(request.secret)
    if drawing is None:
        return ""
    if shower:
        shower.doing("what is it?", 0.5, request.page)
    found = await client.caption(drawing, _RUNNERS_UP)
    return next((c.phrase for c in found if not blocked(c.phrase)), "")


async def _drawing(
    client: EngineClient, told: Told, request: PageRequested, shower: _Shower | None
) -> str:
    async for event in client.draw(
        _commission(told.wish, request.page, request.secret), priority="game", client=HOST
    ):
        if event.type == "progress" and shower:
            shower.doing(request.secret, event.step / event.steps, request.page)
        if event.type == "finished":
            reference = f"drawing-{request.page}"
            told.drawings[reference] = event.drawing
            return reference
    return ""


def _commission(wish: Wish, page: int, phrase: str) -> Commission:
    """What the engine is to draw: another beginning for each page, the same one each time."""
    return Commission(
        prompt=phrase,
        strokes=wish.settings.strokes,
        steps=wish.steps,
        avoid=wish.avoid,
        ink=wish.ink,
        seed=random.Random(f"{wish.seed}:{page}").randrange(2**31),
    )


async def measure(client: EngineClient, book: Book) -> Drift:
    """The drift of a book by the engine's model."""
    phrases = [page.phrase for page in book.pages if page.phrase]
    shown = [page.png(512) for page in book.pages if not page.phrase and page.content]
    found = await client.embed(phrases, shown)
    texts, images = iter(found.texts), iter(found.images)
    return Drift.of(
        [
            next(texts) if page.phrase else next(images) if page.content else None
            for page in book.pages
        ]
    )


class _Clock:
    """Game time: the wall's, but for waits that nobody needs."""

    def __init__(self, wall: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._skipped = wall, -wall()

    @property
    def now(self) -> float:
        return self._wall() + self._skipped

    def wait_until(self, at: float) -> None:
        self._skipped += max(0.0, at - self.now)


# What is left of it


def _write(told: Told, out: Path) -> None:
    """The files of a chain."""
    out.mkdir(parents=True, exist_ok=True)
    book, drift = told.book, told.drift
    books = [(book, drift)]
    record = {
        "seed": told.wish.seed,
        "strokes": told.wish.settings.strokes,
        "steps": told.wish.steps,
        "ink": told.wish.ink,
        "avoid": told.wish.avoid,
        "named": named(told.chain),
        **archive.record(books),
        "log": [json.loads(encode(TELEPHONE, entry)) for entry in told.log],
    }
    (out / "chain.json").write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")
    (out / "album.html").write_text(webpage.page(books), "utf-8")
    (out / "album.zip").write_bytes(archive.pack(books))
    (out / "chain.png").write_bytes(strip.picture(book, drift))
    (out / "chain.gif").write_bytes(animation.gif(book))
    (out / "drift.svg").write_text(chart.svg(book, drift), "utf-8")


def _write_survey(rows: Sequence[Row], told: Sequence[Told], out: Path) -> None:
    """The means and what they are of, and their curves."""
    record = {
        "rows": [asdict(row) for row in rows],
        "chains": [
            {
                "seed": one.wish.seed,
                "strokes": one.wish.settings.strokes,
                "avoiding": bool(one.wish.avoid),
                "named": named(one.chain),
                "phrases": [page.content for page in one.pages if page.kind == PHRASE],
                "kept": one.chain.kept,
            }
            for one in told
        ],
    }
    (out / "survey.json").write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")
    curves = {
        f"{row.strokes} strokes{', negative prompts' if row.avoiding else ''}": row.kept
        for row in rows
    }
    (out / "survey.png").write_bytes(chart.curves(curves))


def _table(rows: Sequence[Row]) -> Table:
    table = Table(title="similarity to the first phrase, by page; phrases stand on odd pages")
    for heading in ("strokes", "negative prompts", "chains", "first guess names it"):
        table.add_column(heading, justify="right")
    for page in range(2, max(len(row.kept) for row in rows) + 2):
        table.add_column(str(page), justify="right")
    for row in rows:
        means = ("" if value is None else f"{value:.2f}" for value in row.kept)
        share = f"{row.named} ({row.named / row.chains:.0%})"
        avoiding = "yes" if row.avoiding else "no"
        table.add_row(str(row.strokes), avoiding, str(row.chains), share, *means)
    return table


# An engine to ask


@contextlib.asynccontextmanager
async def _engine(args: argparse.Namespace, console: Console) -> AsyncGenerator[EngineClient]:
    """The engine that is named, the one that runs here, or one of our own."""
    token = os.environ.get(TOKEN)
    if args.engine:
        async with EngineClient(args.engine, token) as client:
            if not await client.ready():
                raise Refusal(f"the engine at {args.engine} does not answer, or is not ready")
            yield client
        return
    if not args.model:
        async with EngineClient(DEFAULT_ADDRESS, token) as client:
            if await client.ready():
                yield client
                return
    async with contextlib.AsyncExitStack() as stack:
        with console.status(f"starting an engine with {args.model or 'its own model'}"):
            client = await stack.enter_async_context(started(args.model))
        yield client


if __name__ == "__main__":
    sys.exit(main())
