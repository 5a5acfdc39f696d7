"""`penguess pictionary --self-play`: games of the bot with itself, and what they tell."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from engine.client import EngineClient, EngineError
from engine.paint.options import INKS, plain_ink
from engine.paint.spec import explain
from games.drawing.guesser import STRENGTHS
from games.drawing.settings import BOUNDS, problems
from games.selfplay import race_report
from games.selfplay.engines import DEFAULT_ADDRESS, URL, Refusal, engine
from games.selfplay.race import RaceSpec, play
from games.selfplay.race_report import Row
from games.words.lists import DIFFICULTIES

_AT_ONCE = 4  # games under way together: their drawings are painted in one batch
_WORDS = 15  # of the table by word that are printed, from either end


def add_to(games: Any) -> None:
    """Add the command to the parser's games."""
    # fmt: off
    race = games.add_parser("pictionary", help="games that the bot plays with itself")
    race.add_argument("--self-play", action="store_true", required=True,
                      help="one bot draws, another guesses (the only way to play here)")
    race.add_argument("--rounds", type=int, default=10, help="words a game, 1 to 20 (%(default)s)")
    race.add_argument("--games", type=int, default=1, metavar="N", dest="count",
                      help="games of each kind, of other words each (%(default)s); those that lie "
                      "in the folder are not played again, but counted")
    race.add_argument("--seed", type=int, default=0, help="the same seed, the same words")
    race.add_argument("--strokes", type=int, nargs="+", default=[24], help="4 to 64 (24)")
    race.add_argument("--ink", type=plain_ink, nargs="+", choices=INKS, default=["pen"],
                      help="(pen)")
    race.add_argument("--difficulty", choices=DIFFICULTIES, default="", help="of the words")
    race.add_argument("--strength", choices=list(STRENGTHS), default="hard",
                      help="how much the guesser dares to say (%(default)s)")
    race.add_argument("--steps", type=int, help="steps of descent for one drawing (as many as "
                      "the engine takes)")
    race.add_argument("--model", help="the model of an engine that is started to draw")
    race.add_argument("--engine", metavar="URL", default=os.environ.get(URL),
                      help="an engine that runs, to draw; without, one at "
                      f"{DEFAULT_ADDRESS} is used, and if there is none, one is started")
    race.add_argument("--guesser-model", metavar="MODEL",
                      help="the model of another engine that is started to guess")
    race.add_argument("--guesser", metavar="URL",
                      help="another engine that runs, to guess (the one that draws)")
    race.add_argument("--people", type=Path, metavar="FILE",
                      help="what `bench replay --json` said of people's drawings, for the plot")
    race.add_argument("--out", type=Path, default=Path("out"), metavar="DIR",
                      help="where the files go (%(default)s)")
    # fmt: on


def specs(args: argparse.Namespace) -> list[RaceSpec]:
    """The games to play; raises Refusal for what the rules or the engine would refuse."""
    if not 1 <= args.count <= 1000:
        raise Refusal(f"--games is 1 to 1000, not {args.count}")
    if args.seed < 0:
        raise Refusal("--seed is 0 or more")
    for address, model, name in (
        (args.engine, args.model, "engine"),
        (args.guesser, args.guesser_model, "guesser"),
    ):
        if address and model:
            option = "--model" if name == "engine" else "--guesser-model"
            raise Refusal(f"{option} is for an engine that is started, not for the one at --{name}")
    found = [
        RaceSpec(
            args.seed + number,
            args.rounds,
            strokes,
            ink,
            args.strength,
            args.difficulty,
            args.steps,
        )
        for number in range(args.count)
        for ink in dict.fromkeys(args.ink)
        for strokes in dict.fromkeys(args.strokes)
    ]
    for name in problems(found[0].settings) + problems(found[-1].settings):
        low, high = BOUNDS[name]
        raise Refusal(f"--{name} is {low} to {high}")
    try:
        for spec in found:
            spec.drawing_spec("a cat")
    except ValidationError as error:
        raise Refusal(explain(error)) from error
    return found


async def run(args: argparse.Namespace, games: Sequence[RaceSpec]) -> int:
    """Play what is missing, and tell of all that is there."""
    console = Console(stderr=True)
    people = None
    if args.people:
        try:
            people = race_report.people_in(args.people)
        except (OSError, ValueError) as problem:
            raise Refusal(f"cannot read {args.people}: {problem}") from problem
    there = {one.spec for one in race_report.kept(args.out)}
    missing = [spec for spec in games if spec not in there]
    if len(missing) < len(games):
        console.print(f"{len(games) - len(missing)} of {len(games)} games are there already")
    if missing:
        async with contextlib.AsyncExitStack() as stack:
            drawer = await stack.enter_async_context(engine(args.engine, args.model, console))
            guesser = drawer
            if args.guesser or args.guesser_model:
                other = engine(args.guesser, args.guesser_model, console)
                guesser = await stack.enter_async_context(other)
            await _play(drawer, guesser, missing, console, args.out)
    wanted = set(games)
    played = [one for one in race_report.kept(args.out) if one.spec in wanted]
    found = race_report.rows(played)
    words = race_report.by_word(played)
    record = {"rows": [asdict(row) for row in found], "words": words, "people": people}
    (args.out / "race.json").write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")
    (args.out / "race.png").write_bytes(race_report.plot(found, people))
    Console().print(_table(found))
    Console().print(_by_word(words))
    print(f"{args.out}: race.json, race.png, and a file for each game")
    return 0


async def _play(
    drawer: EngineClient,
    guesser: EngineClient,
    games: Sequence[RaceSpec],
    console: Console,
    out: Path,
) -> None:
    """Play games, some at once. Stopped, or left by an engine, it tells so, if any is whole."""
    gate = asyncio.Semaphore(_AT_ONCE)
    whole = 0

    async def one(spec: RaceSpec) -> None:
        nonlocal whole
        async with gate:
            race = await play(drawer, guesser, spec)
            race_report.write(race, out)
            whole += 1
            console.print(f"{whole} of {len(games)} games")

    try:
        await asyncio.gather(*map(one, games))
    except (asyncio.CancelledError, EngineError) as problem:
        if not any(race_report.kept(out)):
            raise
        console.print(f"stopped: {str(problem) or 'as asked'}; these games were finished:")


def _table(found: Sequence[Row]) -> Table:
    table = Table(title="the other names it: strokes and share of the ink that were there")
    for heading in (
        *("ink", "strokes", "rounds", "has", "named", "at stroke", "at ink"),
        *("ever likeliest", "at ink, median"),
    ):
        table.add_column(heading, justify="right")
    for row in found:
        table.add_row(
            row.ink,
            str(row.strokes or "all"),
            str(row.rounds),
            f"{row.drawn:g}",
            f"{row.named} ({row.named / row.rounds:.0%})",
            _middle(row.at, "{:.0f}"),
            _middle(row.share, "{:.0%}"),
            f"{row.first} ({row.first / row.rounds:.0%})",
            "" if row.first_share is None else f"{row.first_share:.0%}",
        )
    return table


def _middle(quartiles: Sequence[float], shape: str) -> str:
    """The median, and the quartiles around it."""
    if not quartiles:
        return ""
    low, middle, high = (shape.format(value) for value in quartiles)
    return f"{middle} ({low} to {high})"


def _by_word(words: Sequence[tuple[str, int, int, float | None]]) -> Table:
    table = Table(title="by word, those named most and soonest first")
    for heading in ("word", "rounds", "named", "at ink, mean"):
        table.add_column(heading, justify="right")
    shown = list(words)
    if len(shown) > 2 * _WORDS:
        shown = [*shown[:_WORDS], ("…", 0, 0, None), *shown[-_WORDS:]]
    for word, rounds, named, ink in shown:
        numbers = (str(rounds), str(named)) if rounds else ("", "")
        table.add_row(word, *numbers, "" if ink is None else f"{ink:.0%}")
    return table
