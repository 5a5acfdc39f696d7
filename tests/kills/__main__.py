"""`python -m tests.kills --minutes 10`: kills bot and engine while people play, and counts."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from bot.playground.server import Playground
from tests.kills.campaign import Campaign, table


async def run(minutes: float, seed: int) -> int:
    """Returns the exit code: 1 if anything did not hold."""
    with tempfile.TemporaryDirectory(prefix="penguess-kills-") as folder:
        async with Playground(lenient=True) as playground:
            campaign = Campaign(playground, Path(folder), seed)
            await campaign.run(lambda one: one.kill_for(60.0 * minutes))
    print(table(campaign.counts, campaign.problems))
    return 1 if campaign.problems else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="to kill (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of what people do (%(default)s)")
    args = parser.parse_args()
    return asyncio.run(run(args.minutes, args.seed))


if __name__ == "__main__":
    sys.exit(main())
