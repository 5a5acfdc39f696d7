"""Games without Discord: `python -m games telephone --prompt "a cat riding a bicycle"`.

The command: what is asked for, and how far it is. The chain itself, the files that it leaves,
Pictionary of the bot with itself and breeding are in `games.selfplay`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from engine.client import EngineClient, EngineError
from engine.paint.options import INKS, plain_ink
from engine.paint.spec import explain
from games.selfplay import breeding_command, files, race_command
from games.selfplay.chain import ChainSpec, Told, play
from games.selfplay.engines import DEFAULT_ADDRESS, URL, Refusal, engine
from games.selfplay.survey import Row, survey
from games.telephone.books import BOUNDS, PHRASE_LENGTH, problems

AVOID = ("a badly drawn sketch", "many ugly, messy drawings")
"""Negative prompts of the statistics, after CLIPDraw's notebook (Frans et al. 2022)."""

_AT_ONCE = 4  # chains of a survey under way together: their drawings are painted in one batch

_EXAMPLES = """examples:
  PROG telephone --prompt "a cat riding a bicycle" --links 8 --seed 3 --out out
  PROG telephone --random --strokes 16
  PROG telephone --chains 20 --strokes 16 32 --out survey
  PROG pictionary --self-play --rounds 10 --strokes 16 --ink marker
  PROG breed "a cat" --out cats
  PROG breed --choose 1,5 --out cats
"""


def main(argv: Sequence[str] | None = None, prog: str = "python -m games") -> int:
    """Run one command. Returns the exit code: 0, 2 for bad input, 130 for Ctrl-C."""
    args = _parser(prog).parse_args(argv)
    try:
        if args.game == "pictionary":
            games = race_command.specs(args)
            _folder(args.out)
            return asyncio.run(race_command.run(args, games))
        if args.game == "breed":
            wanted = breeding_command.settings(args)
            _folder(args.out)
            return asyncio.run(breeding_command.run(args, wanted))
        specs = _specs(args)
        _folder(args.out)
        return asyncio.run(_telephone(args, specs))
    except (Refusal, EngineError) as error:
        print(f"penguess: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Play without Discord.",
        epilog=_EXAMPLES.replace("PROG", prog),
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
    telephone.add_argument("--steps", type=int,
                           help="steps of descent for one drawing (as many as the engine "
                           "takes)")  # fmt: skip
    telephone.add_argument(
        "--ink", type=plain_ink, choices=INKS, default="pen", help="(%(default)s)"
    )
    telephone.add_argument("--avoid", action="append", default=[], metavar="TEXT",
                           help="what no drawing should look like; may be repeated")  # fmt: skip
    telephone.add_argument("--chains", type=int, default=1, metavar="N",
                           help="play N chains, with and without negative prompts and with each "
                           "number of strokes, and print how they drift; chains that lie in the "
                           "folder are not played again, but counted")  # fmt: skip
    telephone.add_argument("--negative", choices=("both", "no", "yes"), default="both",
                           help="which of these chains avoid something (%(default)s)")  # fmt: skip
    telephone.add_argument("--model", help="the model of an engine that is started for this")
    telephone.add_argument("--engine", metavar="URL", default=os.environ.get(URL),
                           help=f"an engine that runs; without, one at {DEFAULT_ADDRESS} is used, "
                           "and if there is none, one is started")  # fmt: skip
    race_command.add_to(games)
    breeding_command.add_to(games)
    telephone.add_argument("--out", type=Path, default=Path("out"), metavar="DIR",
                           help="where the files go (%(default)s)")  # fmt: skip
    return parser


def _specs(args: argparse.Namespace) -> list[ChainSpec]:
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
        both = {"no": (), "yes": tuple(args.avoid) or AVOID}
        avoids = [both[which] for which in both if args.negative in (which, "both")]
    specs = [
        ChainSpec(args.seed + number, prompt, args.links, strokes, avoid, args.ink, args.steps)
        for strokes in dict.fromkeys(args.strokes)
        for avoid in avoids
        for number in range(args.chains)
    ]
    for spec in specs:
        _check(spec)
    return specs


def _check(spec: ChainSpec) -> None:
    for name in problems(spec.settings):
        if name == "prompt":
            raise Refusal(f"--prompt: at most {PHRASE_LENGTH} characters, and no blocked word")
        low, high = BOUNDS[name]
        raise Refusal(f"--{name} is {max(low, 2)} to {high}, not {getattr(spec.settings, name)}")
    if spec.seed < 0:
        raise Refusal("--seed is 0 or more")
    try:
        spec.drawing_spec(1, spec.prompt or "a cat")
    except ValidationError as error:
        raise Refusal(explain(error)) from error


def _folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise Refusal(f"cannot write to {out}: {error.strerror or error}") from error


async def _telephone(args: argparse.Namespace, specs: Sequence[ChainSpec]) -> int:
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[shown]}"),
        TimeElapsedColumn(), console=console, transient=True,
    )  # fmt: skip
    if len(specs) == 1:
        async with engine(args.engine, args.model, console) as client:
            with bar:
                told = await _one(client, specs[0], bar, args.out)
        for number, page in enumerate(told.book.pages, 1):
            print(f"{number:>3}  {page.phrase or '(a drawing)'}")
        print(told.drift.sentence(told.book))
        print(f"{args.out}: album.html, album.zip, chain.png, chain.gif, drift.svg, chain.json")
        return 0
    there = {one.spec for one in files.kept(args.out)}
    missing = [spec for spec in specs if spec not in there]
    if len(missing) < len(specs):
        console.print(f"{len(specs) - len(missing)} of {len(specs)} chains are there already")
    if missing:
        async with engine(args.engine, args.model, console) as client:
            with bar:
                await _many(client, missing, bar, console, args.out)
    chains = [one for one in files.kept(args.out) if _alike(one.spec, specs[0])]
    rows = survey(one.chain for one in chains)
    files.write_survey(rows, chains, args.out)
    Console().print(_table(rows))
    print(f"{args.out}: survey.json, survey.png, and a folder for each chain")
    return 0


async def _many(
    client: EngineClient, specs: Sequence[ChainSpec], bar: Progress, console: Console, out: Path
) -> None:
    """Play chains, some at once. Stopped, or left by the engine, it tells so, if any is whole."""
    gate = asyncio.Semaphore(_AT_ONCE)
    whole = 0

    async def one(spec: ChainSpec) -> None:
        nonlocal whole
        async with gate:
            await _one(client, spec, bar, files.folder(out, spec))
            whole += 1
            if not console.is_terminal:
                console.print(f"{whole} of {len(specs)} chains")

    try:
        await asyncio.gather(*map(one, specs))
    except (asyncio.CancelledError, EngineError) as problem:
        if not any(files.kept(out)):
            raise
        console.print(f"stopped: {str(problem) or 'as asked'}; these chains were finished:")


async def _one(client: EngineClient, spec: ChainSpec, bar: Progress, out: Path) -> Told:
    """Play a chain and write it down at once, so that stopping loses little."""
    task = bar.add_task("", total=spec.links, shown="")
    try:
        told = await play(client, spec, _Shower(bar, task))
    finally:
        bar.remove_task(task)
    files.write(told, out)
    return told


def _alike(one: ChainSpec, other: ChainSpec) -> bool:
    """Whether chains differ in no more than a survey compares, and chance."""
    return (one.prompt, one.links, one.ink, one.steps) == (
        *(other.prompt, other.links, other.ink, other.steps),
    )


class _Shower:
    """Shows how far a chain is."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar, self._task = bar, task

    def page(self, number: int, pages: int) -> None:
        self._bar.update(self._task, completed=number, total=pages, shown=f"{number} of {pages}")

    def doing(self, what: str, part: float, number: int) -> None:
        what = what if len(what) <= 40 else what[:39] + "…"
        self._bar.update(self._task, description=what, completed=number + part)


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


if __name__ == "__main__":
    sys.exit(main())
