"""The bot as people run it: `python -m bot`, ended politely or not, and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from tests.bot.conftest import SOON, over, picture
from tests.bot.journeys.own_process import BOT, environment_of, is_there, running
from tests.pace import Pace


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A playground for bots in other processes."""
    async with Playground() as running:
        yield running
        assert running.violations == []


@pytest.fixture
def environment(playground: Playground, engine_address: str, tmp_path: Path) -> dict[str, str]:
    return environment_of(
        playground, engine_address, tmp_path, PENGUESS_STEPS="20", PENGUESS_LOG_FORMAT="json"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_a_drawing_goes_on_after_the_bot_was_ended(
    playground: Playground, environment: dict[str, str], number: signal.Signals, pace: Pace
):
    pace.hold(at=1)
    ada = TestUser(playground, "Ada")

    there = partial(is_there, playground)

    async with running(environment, there) as process:
        asked = await ada.slash("draw", prompt="a cat", strokes=6)
        message = asked.message
        assert message is not None
        await ada.wait_for(lambda: message.attachments, SOON)
        process.send_signal(number)
        code = await process.wait()
    if number == signal.SIGTERM:
        assert code == 0
        assert "Restarting. I'll" in message.text
    pace.release()
    async with running(environment, there) as process:
        await over(ada, message)
        assert picture(message)[0] == "drawing.gif"
        async with aiohttp.ClientSession() as session:
            base = f"http://127.0.0.1:{environment['PENGUESS_WEB_PORT']}"
            async with session.get(f"{base}/healthz") as response:
                assert await response.json() == {
                    "status": "ok",
                    "discord": True,
                    "store": True,
                    "engine": True,
                }
            async with session.get(f"{base}/metrics") as response:
                assert 'penguess_bot_drawings_total{ending="finished"} 1.0' in await response.text()


def test_a_wrong_variable_is_one_line_and_exit_code_two(tmp_path: Path):
    environment = os.environ | {"PENGUESS_STEPS": "many", "PENGUESS_DATA": str(tmp_path)}
    ended = subprocess.run(BOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith("penguess: PENGUESS_STEPS: ")
    assert ended.stderr.count("\n") == 1


def test_the_page_is_up_before_the_bot_is_loaded():
    slow = {"discord", "jsonschema", "numpy", "prometheus_client", "sqlite_utils"}
    code = f"import sys, bot.running, bot.playground.server; print({slow} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "set()"


def test_the_bot_s_process_knows_nothing_of_torch():
    code = "import sys, bot.joining; print({'torch', 'numba', 'open_clip'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "set()"
