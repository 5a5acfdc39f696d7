"""The rules that docs/third-game.md builds: their code is taken from the page, and played."""

from __future__ import annotations

import doctest
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from games.table.table import GameEnded, Join, Leave, Reason, Refused
from tests.games.driving import Driver

PAGE = Path(__file__).parents[2] / "docs" / "third-game.md"
BLOCK = re.compile(r"`games/sums/sums\.py`[^\n]*:\n\n```python\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def sums() -> Iterator[ModuleType]:
    """The page's blocks, put into one file as it says, and imported."""
    source = "\n\n".join(BLOCK.findall(PAGE.read_text("utf-8")))
    module = ModuleType("games.sums.sums")
    sys.modules[module.__name__] = module
    exec(compile(source, "games/sums/sums.py", "exec"), vars(module))  # noqa: S102  our own page
    yield module
    del sys.modules[module.__name__]


def begun(sums: ModuleType) -> Driver:
    driver = Driver(sums.SUMS)
    driver.do(sums.Open("ann", rounds=1))
    driver.do(Join("ben"))
    driver.do(sums.Start("ann"))
    return driver


def test_what_the_page_types_gives_what_it_shows(sums: ModuleType) -> None:
    parser = doctest.DocTestParser()
    examples = parser.get_doctest(PAGE.read_text("utf-8"), vars(sums), "page", str(PAGE), 0)
    assert len(examples.examples) > 8
    results = doctest.DocTestRunner(verbose=False).run(examples)
    assert results.failed == 0


def test_a_game_is_played_to_its_podium(sums: ModuleType) -> None:
    driver = begun(sums)
    driver.now = 5.0
    driver.do(sums.Answer("ben", sum(driver.one(sums.SumAsked).sum)))
    # 10 + 290 * (17/20)^5
    assert driver.one(sums.SumSolved).points == 138
    driver.do(sums.Answer("ann", sum(driver.one(sums.SumAsked).sum)))
    assert [(line.place, line.player) for line in driver.one(GameEnded).podium] == [
        (1, "ann"),
        (2, "ben"),
    ]
    assert driver.play.over


def test_the_asker_and_the_wrong_get_nothing(sums: ModuleType) -> None:
    driver = begun(sums)
    total = sum(driver.one(sums.SumAsked).sum)
    driver.do(sums.Answer("ann", total))
    assert driver.has(Refused)
    driver.do(sums.Answer("ben", total + 1))
    assert driver.has(Refused)


def test_the_clock_moves_it_on_and_ends_it(sums: ModuleType) -> None:
    driver = begun(sums)
    driver.fire()
    assert driver.one(sums.SumAsked).asker == "ben"
    driver.fire()
    assert driver.has(GameEnded)


def test_nobody_plays_alone(sums: ModuleType) -> None:
    driver = Driver(sums.SUMS)
    driver.do(sums.Open("ann"))
    driver.do(sums.Start("ann"))
    assert driver.one(Refused).reason is Reason.TOO_FEW


def test_a_deserted_table_closes(sums: ModuleType) -> None:
    driver = begun(sums)
    driver.do(Leave("ann"))
    driver.do(Leave("ben"))
    ended = [one for one in driver.wait(60) if isinstance(one, GameEnded)]
    assert len(ended) == 1


def test_the_log_gives_the_same_game(sums: ModuleType) -> None:
    driver = begun(sums)
    driver.fire()
    replayed, effects = driver.replayed()
    assert (replayed, effects) == (driver.play, driver.effects)
