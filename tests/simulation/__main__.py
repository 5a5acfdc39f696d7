"""`python -m tests.simulation --games 200`: plays games in every weather and counts what fails."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from tests.simulation import chance


def main() -> int:
    """Returns the exit code: 1 if anything did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--games", type=int, default=200, help="how many runs (%(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first (%(default)s)")
    parser.add_argument("--seed", type=int, help="only this one, and tell all that happens in it")
    parser.add_argument("--digests", action="store_true", help="print the trace of each")
    parser.add_argument("--counts", type=Path, help="a file for the counts, as JSON, as it goes")
    args = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of a set is chance, too
        command = [sys.executable, "-m", "tests.simulation", *sys.argv[1:]]
        os.execve(sys.executable, command, os.environ | {"PYTHONHASHSEED": "0"})  # noqa: S606
    now = time.process_time
    chance.install()
    # After `install`, as they remember what tells the time.
    from tests.simulation.campaign import Campaign
    from tests.simulation.drama import Theatre

    theatre = Theatre()
    try:
        if args.seed is not None:
            outcome = theatre.run(args.seed, keep=True)
            print(*outcome.lines, sep="\n")
            print(f"\nseed {outcome.seed}: {outcome.game}, trace {outcome.digest}")
            print(*outcome.problems, sep="\n")
            return 1 if outcome.problems else 0
        campaign = Campaign(args.counts)
        began = now()
        for seed in range(args.first, args.first + args.games):
            outcome = theatre.run(seed)
            campaign.take(outcome, now() - began)
            if args.digests:
                print(seed, outcome.digest)
        print(campaign.table())
        campaign.save()
        return 1 if campaign.problems else 0
    finally:
        theatre.close()


if __name__ == "__main__":
    sys.exit(main())
