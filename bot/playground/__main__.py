"""`python -m bot.playground`: runs a playground by itself, for a bot started elsewhere."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import signal
from pathlib import Path

from bot.playground.server import Playground


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.playground", description=__doc__)
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on; 0.0.0.0 lets the local network in, with a key (%(default)s)",
    )
    parser.add_argument("--port", type=int, default=8010, help="0 takes a free one (%(default)s)")
    parser.add_argument("--token", help="what the bot logs in with; a random one by default")
    parser.add_argument(
        "--lenient",
        action="store_true",
        help="let the bot delete messages, as guesses from chat need; a server has to grant that",
    )
    parser.add_argument(
        "--activity",
        metavar="URL",
        help="where the bot serves its Activity, such as http://127.0.0.1:8011/activity",
    )
    parser.add_argument("--folder", type=Path, help="keep everything there until the next time")
    parser.add_argument("-v", "--verbose", action="store_true", help="log refused requests")
    args = parser.parse_args()
    level = logging.INFO if args.verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(_run(args))
    except OSError as error:
        parser.exit(1, f"cannot listen on {args.host}:{args.port}: {error.strerror or error}\n")


async def _run(args: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # on Windows
            loop.add_signal_handler(number, stop.set)
    playing = Playground(
        host=args.host,
        port=args.port,
        token=args.token,
        lenient=args.lenient,
        invites=True,
        folder=args.folder,
    )
    async with playing as playground:
        print(f"The playground is open at {playground.page}")
        print(f"A bot reaches it at       {playground.url}")
        print(f"and logs in with token    {playground.token}", flush=True)
        if args.activity:
            secret = playground.host_activity(args.activity)
            print(f"DISCORD_CLIENT_SECRET is  {secret}", flush=True)
        await stop.wait()


if __name__ == "__main__":
    main()
