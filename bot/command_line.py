"""The bot on the command line: run it, back up what it keeps, put a back-up in its place."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import config, running
from bot.config import CannotRun
from bot.kit import logs
from bot.store.sole_user import sole_user

_ENDING = 10.0  # seconds that a bot which was told to stop may still take


def main(argv: Sequence[str] | None = None, prog: str = "python -m bot") -> int:
    """Run one command. Returns the exit code: 0, or 2 for what has to be put right first."""
    args = _parser(prog).parse_args(argv)
    os.umask(0o077)  # what is written is for this user alone: people's data, and what signs links
    try:
        settings = config.load()
        match args.command:
            case "backup":
                from bot.store import backup

                backup.back_up(settings.database, args.file)
                print(f"backed up to {args.file}")
            case "restore":
                from bot.store import backup

                before = backup.restore(settings.database, args.file)
                print(f"restored from {args.file}")
                if before is not None:
                    print(f"what was there before is kept in {before}")
            case "config":
                print(config.table())
            case _:
                logs.set_up(settings.log_level, settings.log_format)
                with sole_user(settings.data, _ENDING):
                    asyncio.run(running.run(settings.settled()))
    except (CannotRun, OSError) as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    return 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Join Discord, with DISCORD_TOKEN set; without, open the playground.",
    )
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("run", help="run the bot; so does no command at all")
    commands.add_parser("play", help="the same")
    save = commands.add_parser("backup", help="copy the database; the bot may be running")
    save.add_argument("file", type=Path, help="a new file")
    load = commands.add_parser("restore", help="put a back-up in the database's place")
    load.add_argument("file", type=Path, help="what `backup` wrote")
    commands.add_parser("config", help="print the variables as a Markdown table")
    return parser
