"""`python -m bot.bench`: how long people wait while many play (`games`), how fast what they do is
stored (`store`), what servers cost in which nothing happens (`servers`), and how long a restart
takes (`restart`)."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.bench.games import games
from bot.bench.restart import restart
from bot.bench.servers import servers
from bot.bench.store import store


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    play = commands.add_parser("games", help="many games at once: from guess to acknowledgement")
    play.add_argument("--tables", type=int, default=50, help="games at once (50)")
    play.add_argument("--people", type=int, default=3, help="at each table (3)")
    play.add_argument("--seconds", type=float, default=60.0, help="to play (60)")
    play.add_argument("--every", type=float, default=5.0, help="seconds between a person's guesses")
    keep = commands.add_parser("store", help="events of many games into one database")
    keep.add_argument("--games", type=int, default=50, help="that store at once (50)")
    keep.add_argument("--seconds", type=float, default=5.0, help="to store (5)")
    keep.add_argument("--folder", type=Path, help="on the disk to measure (the one of /tmp)")
    join = commands.add_parser("servers", help="what servers cost where nothing happens")
    join.add_argument("--servers", type=int, nargs="+", default=[0, 500, 2000], help="how many")
    join.add_argument("--channels", type=int, default=30, help="in each (30)")
    join.add_argument("--roles", type=int, default=20, help="in each (20)")
    join.add_argument("--seconds", type=float, default=45.0, help="to watch (45)")
    again = commands.add_parser("restart", help="Ctrl-C and start again, with people on the page")
    again.add_argument("--times", type=int, default=5, help="to start again (5)")
    args = parser.parse_args(argv)
    if args.command == "restart":
        return asyncio.run(restart(args.times))
    if args.command == "servers":
        return asyncio.run(servers(args.servers, args.channels, args.roles, args.seconds))
    if args.command == "store":
        return asyncio.run(store(args.games, args.seconds, args.folder))
    return asyncio.run(games(args.tables, args.people, args.seconds, args.every))


if __name__ == "__main__":
    sys.exit(main())
