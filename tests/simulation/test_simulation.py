"""Games in every weather, and what the simulator itself must keep to.

Each runs in a process of its own: the simulator takes over its time and its chance.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

GAMES = 200
"""As many as take a minute or two; `make simulate` plays more."""


def simulated(*arguments: str, hash_seed: str = "") -> subprocess.CompletedProcess[str]:
    """What the simulator says. hash_seed: of Python's sets, "" for whatever comes."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONHASHSEED"}
    if hash_seed:
        environment["PYTHONHASHSEED"] = hash_seed
    command = [sys.executable, "-W", "ignore", "-m", "tests.simulation", *arguments]
    return subprocess.run(
        command, env=environment | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True
    )


def trace(said: str) -> str:
    """The hash of all that happened."""
    found = re.search(r"trace ([0-9a-f]{16})", said)
    assert found is not None, said
    return found[1]


def test_whatever_happens_nothing_is_lost_given_away_or_left_waiting():
    played = simulated("--games", str(GAMES))
    assert played.returncode == 0, played.stdout + played.stderr
    for trouble in ("refused", "lost", "limited", "stalled", "deleted", "forbidden"):
        assert re.search(rf"[1-9]\d*  trouble: {trouble}", played.stdout), trouble
    assert re.search(r"[1-9]\d*  kills", played.stdout)


def test_a_seed_is_the_same_run_each_time():
    first, again = simulated("--seed", "16"), simulated("--seed", "16", hash_seed="1")
    assert trace(first.stdout) == trace(again.stdout)
    assert first.stdout == again.stdout
    assert trace(simulated("--seed", "17").stdout) != trace(first.stdout)


def test_a_run_does_not_depend_on_those_before_it():
    alone = trace(simulated("--seed", "4").stdout)
    assert f"4 {alone}" in simulated("--games", "3", "--first", "2", "--digests").stdout
