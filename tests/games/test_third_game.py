"""The third game that docs/third-game.md builds: its code is taken from the page, and played."""

from __future__ import annotations

import doctest
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from games.table.table import GameEnded, Join, Leave, Reason, Refused
from tests.games.driving import Host

PAGE = Path(__file__).parents[2] / "docs" / "third-game.md"
BLOCK = re.compile(r"<!-- games/sums\.py -->\n```python\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def sums() -> Iterator[ModuleType]:
    """The page's blocks, put into one file as it says, and imported."""
    source = "\n\n".join(BLOCK.findall(PAGE.read_text("utf-8")))
    module = ModuleType("games.sums")
    sys.modules[module.__name__] = module
    exec(compile(source, "games/sums.py", "exec"), vars(module))  # noqa: S102  our own page
    yield module
    del sys.modules[module.__name__]


def begun(sums: ModuleType) -> Host:
    host = Host(sums.SUMS)
    host.do(sums.Open("ann", rounds=1))
    host.do(Join("ben"))
    host.do(sums.Start("ann"))
    return host


def test_what_the_page_types_gives_what_it_shows(sums: ModuleType) -> None:
    parser = doctest.DocTestParser()
    examples = parser.get_doctest(PAGE.read_text("utf-8"), vars(sums), "page", str(PAGE), 0)
    assert len(examples.examples) > 8
    results = doctest.DocTestRunner(verbose=False).run(examples)
    assert results.failed == 0


def test_a_game_is_played_to_its_podium(sums: ModuleType) -> None:
    host = begun(sums)
    host.now = 5.0
    host.do(sums.Answer("ben", sum(host.one(sums.SumAsked).sum)))
    # 10 + 290 * (17/20)^5
    assert host.one(sums.SumSolved).points == 138
    host.do(sums.Answer("ann", sum(host.one(sums.SumAsked).sum)))
    assert [(line.place, line.player) for line in host.one(GameEnded).podium] == [
        (1, "ann"),
        (2, "ben"),
    ]
    assert host.play.over


def test_the_asker_and_the_wrong_get_nothing(sums: ModuleType) -> None:
    host = begun(sums)
    total = sum(host.one(sums.SumAsked).sum)
    host.do(sums.Answer("ann", total))
    assert host.has(Refused)
    host.do(sums.Answer("ben", total + 1))
    assert host.has(Refused)


def test_the_clock_moves_it_on_and_ends_it(sums: ModuleType) -> None:
    host = begun(sums)
    host.fire()
    assert host.one(sums.SumAsked).asker == "ben"
    host.fire()
    assert host.has(GameEnded)


def test_nobody_plays_alone(sums: ModuleType) -> None:
    host = Host(sums.SUMS)
    host.do(sums.Open("ann"))
    host.do(sums.Start("ann"))
    assert host.one(Refused).reason is Reason.TOO_FEW


def test_a_deserted_table_closes(sums: ModuleType) -> None:
    host = begun(sums)
    host.do(Leave("ann"))
    host.do(Leave("ben"))
    ended = [one for one in host.wait(60) if isinstance(one, GameEnded)]
    assert len(ended) == 1


def test_the_log_gives_the_same_game(sums: ModuleType) -> None:
    host = begun(sums)
    host.fire()
    replayed, effects = host.replayed()
    assert (replayed, effects) == (host.play, host.effects)
