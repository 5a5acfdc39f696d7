"""`python -m tests.simulation.long`: one bot for virtual hours, and what it keeps in memory.

Nobody is killed and the weather is calm; games follow games, with drawings and guesses beside them.
What Python has allocated is told by whose code asked for it, after each so many minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import tracemalloc
from collections import Counter
from functools import cache
from pathlib import Path

from tests.simulation import chance

_FRAMES = 4
_LINES = 12
_BOT = ("bot", "games", "engine", "discord")


@cache
def part_of(file: str) -> str:
    """The part of the bot that a file belongs to; "elsewhere" for the world around it, "" for what
    works for all of them."""
    parts = Path(file).parts
    if "playground" in parts or "simulation" in parts:
        return "elsewhere"
    return next((part for part in reversed(parts[:-1]) if part in _BOT), "")


def whose(trace: tracemalloc.Traceback) -> tuple[str, str]:
    """The part that asked for memory, and where."""
    for frame in reversed(trace):
        if part := part_of(frame.filename):
            return part, f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno}"
    return "elsewhere", ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.long", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0, help="between looks (%(default)s)")
    parser.add_argument("--looks", type=int, default=6, help="how many (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of all that happens (%(default)s)")
    args = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":
        command = [sys.executable, "-m", "tests.simulation.long", *sys.argv[1:]]
        os.execve(sys.executable, command, os.environ | {"PYTHONHASHSEED": "0"})  # noqa: S606
    chance.install()
    # After `install`, as they remember what tells the time.
    from bot.playground.model.entities import Channel
    from tests.simulation import drama, openings
    from tests.simulation.people import Person

    seen: list[Counter[tuple[str, str]]] = []

    class Long(drama.Drama):
        """A run in which one bot is there all the time."""

        async def _direct(self) -> None:
            self._kills = 0
            self._add_words()
            self._machine.boot()
            while not self._machine.is_up:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.5)
            table = self._place.world.channel_named("games")
            people = [Person(self._crowd, name, table) for name in ("Ada", "Grace", "Linus")]
            artist = Person(self._crowd, "Barbara", self._place.world.channel_named("drawing-room"))
            tasks = [
                asyncio.create_task(work)
                for work in (
                    self._keep_tabs(),
                    self._keep_open(people[0], table),
                    self._ask_often(artist),
                    *(person.live() for person in (*people, artist)),
                )
            ]
            for _ in range(args.looks):
                await asyncio.sleep(60.0 * args.minutes)
                self._look()
            self._crowd.leaving = True
            for task in tasks:
                task.cancel()
            self._over = True

        async def _keep_open(self, host: Person, channel: Channel) -> None:
            sql = "select count(*) from games where channel = ? and over = 0"
            while True:
                await asyncio.sleep(5.0)
                ((under_way,),) = self._machine.query(sql, (channel.id,))
                if not under_way:
                    game = self._dice.choice(openings.GAMES)
                    await host.call(*openings.game(game, self._dice, self._crowd.phrases))

        async def _ask_often(self, artist: Person) -> None:
            while True:
                await artist.call(*self._side_show())
                await asyncio.sleep(self._dice.uniform(5.0, 30.0))

        def _look(self) -> None:
            gc.collect()
            found: Counter[tuple[str, str]] = Counter()
            for one in tracemalloc.take_snapshot().statistics("traceback"):
                found[whose(one.traceback)] += one.size
            seen.append(found)
            parts = Counter[str]()
            for (part, _), size in found.items():
                parts[part] += size
            told = ", ".join(f"{part} {size / 2**20:.2f}" for part, size in sorted(parts.items()))
            ((games,),) = self._machine.query("select count(*) from games")
            minute = chance.TIME.now / 60
            print(
                f"{minute:.0f} min, {games} games, MiB: {told}",
                flush=True,
            )

    theatre = drama.Theatre(Long)
    tracemalloc.start(_FRAMES)
    try:
        theatre.run(args.seed)
    finally:
        theatre.close()
    print("what grew most between the second look and the last, KiB:")
    grown = seen[-1] - seen[1]
    kept = [(size, line) for (part, line), size in grown.most_common() if part != "elsewhere"]
    for size, line in kept[:_LINES]:
        print(f"{size / 1024:10.1f}  {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
