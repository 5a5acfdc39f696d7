"""What holds for all tests.

One thread of arithmetic a process: engines and tests share the cores, and waiting for each other
at every barrier makes two threads many times slower than one.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.pace import HOLD, SPEED, SPEEDS, Pace

os.environ.setdefault("OMP_NUM_THREADS", "1")

# Hypothesis without a clock, which a busy machine would fail.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--pace",
        choices=SPEEDS,
        default="real",
        help="what engines do at a step: paint (real), nothing (instant), or sleep and paint "
        "(slow); all tests must pass at each",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("pace") == "instant":
        blank = pytest.mark.skip(reason="nothing is painted with --pace instant")
        for item in items:
            if item.get_closest_marker("paints"):
                item.add_marker(blank)


@pytest.fixture(scope="session", autouse=True)
def _paced_engines(request: pytest.FixtureRequest) -> Iterator[None]:
    """The engines of these tests keep their pace: those in other processes inherit it, those of
    this one are told, if the tests have imported any."""
    folder = Path(tempfile.mkdtemp(prefix="penguess-pace-"))
    os.environ[HOLD] = str(folder / "hold")
    os.environ[SPEED] = request.config.getoption("pace")
    if "engine.serve.worker" in sys.modules:
        from tests.paced_engine import obey

        obey()
    yield
    shutil.rmtree(folder)


@pytest.fixture
def pace() -> Iterator[Pace]:
    """Holds the engines; after the test they are let go."""
    if os.environ.get("PENGUESS_ENGINE_URL"):
        pytest.skip("the engine of PENGUESS_ENGINE_URL has a pace of its own")
    pace = Pace()
    yield pace
    pace.release()


@pytest.fixture(autouse=True)
def _subnormal_numbers() -> Iterator[None]:
    """The command line of the engine rounds them to zero in its thread; tests want them back."""
    yield
    if torch := sys.modules.get("torch"):
        torch.set_flush_denormal(False)
