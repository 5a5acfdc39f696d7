"""`penguess breed`: nine drawings, then children of the ones that are chosen, step by step."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import Any

from rich.console import Console

from engine.paint.options import INKS, plain_ink
from games.breeding.breeding import BOUNDS, PROMPT_LENGTH, BreedSettings, problems
from games.selfplay import breeding
from games.selfplay.breeding import Bred
from games.selfplay.engines import DEFAULT_ADDRESS, URL, Refusal, engine


def add_to(games: Any) -> None:
    """Add the command to the parser's games."""
    # fmt: off
    breed = games.add_parser("breed", help="nine drawings, and the children of those you choose")
    breed.add_argument("prompt", nargs="?",
                       help="what to draw; without, what is in the folder goes on")
    breed.add_argument("--choose", action="append", default=[], metavar="1,5", type=_numbers,
                       help="the drawings of the newest generation that have children; once for "
                       "each generation")
    breed.add_argument("--self-play", action="store_true",
                       help="the critic chooses, to the last generation")
    breed.add_argument("--generations", type=int, default=None, metavar="N",
                       help="2 to 20, the first nine counted (6 by --self-play, else 20)")
    breed.add_argument("--strokes", type=int, default=24, help="of the first nine, 4 to 64 "
                       "(%(default)s)")
    breed.add_argument("--ink", type=plain_ink, choices=INKS, default="",
                       help="begin with short paintings in this ink (quick sketches, where the "
                       "model makes them)")
    breed.add_argument("--seed", type=int, default=0, help="the same seed, the same first nine")
    breed.add_argument("--model", help="the model of an engine that is started for this")
    breed.add_argument("--engine", metavar="URL", default=os.environ.get(URL),
                       help=f"an engine that runs; without, one at {DEFAULT_ADDRESS} is used, "
                       "and if there is none, one is started")
    breed.add_argument("--out", type=Path, default=Path("out"), metavar="DIR",
                       help="where the files go (%(default)s)")
    # fmt: on


def _numbers(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"[1-9](\s*,\s*[1-9])*", text.strip()):
        raise argparse.ArgumentTypeError(f"say numbers from 1 to 9, such as 1,5, not {text!r}")
    return tuple(int(number) for number in text.split(","))


def settings(args: argparse.Namespace) -> BreedSettings | None:
    """What is to be bred, or None to go on with what is in the folder. Raises Refusal."""
    if args.engine and args.model:
        raise Refusal("--model is for an engine that is started here, not for the one at --engine")
    if args.seed < 0:
        raise Refusal("--seed is 0 or more")
    if args.self_play and args.choose:
        raise Refusal("say --self-play, or --choose who has children, not both")
    if args.prompt is None:
        if args.self_play or not args.choose:
            raise Refusal("say what to draw, or --choose drawings of what is in the folder")
        return None
    wanted = BreedSettings(
        prompt=" ".join(args.prompt.split()),
        generations=args.generations or (6 if args.self_play else BOUNDS["generations"][1]),
        strokes=args.strokes,
        ink=args.ink,
        critic=args.self_play,
    )
    for name in problems(wanted):
        if name == "prompt":
            raise Refusal(f"the prompt: 1 to {PROMPT_LENGTH} characters, and no blocked word")
        low, high = BOUNDS[name]
        raise Refusal(f"--{name} is {low} to {high}, not {getattr(wanted, name)}")
    return wanted


async def run(args: argparse.Namespace, wanted: BreedSettings | None) -> int:
    """Breed, and write what there is after each generation. Raises Refusal, EngineError."""
    console = Console(stderr=True)
    names: list[str] = []
    if wanted is None:
        bred = breeding.read(args.out)
    else:
        async with engine(args.engine, args.model, console) as client:
            bred = Bred(args.seed, client)
            with console.status("the first nine"):
                await bred.begin(wanted)
            names = breeding.write(bred, args.out)
            while args.self_play and not bred.play.over:
                with console.status(f"generation {len(bred.state.litters) + 1}"):
                    await bred.by_itself()
                names = breeding.write(bred, args.out)
    if not bred.state.litters:
        raise Refusal("the engine made no drawings; try again")
    for numbers in args.choose:
        await bred.choose(numbers)
        names = breeding.write(bred, args.out)
    for at, litter in enumerate(bred.state.litters):
        chosen = ", ".join(str(number + 1) for number in litter.chosen)
        print(f"generation {at + 1:>2}  {f'chosen: {chosen}' if chosen else ''}".rstrip())
    print(f"{args.out}: {', '.join(names)}")
    if not bred.play.over:
        print(f"look at {names[len(bred.state.litters) - 1]}, then: breed --choose 1,5 --out "
              f"{args.out}")  # fmt: skip
    return 0
