"""The bot as people run it: `python -m bot`, ended politely or not, and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from tests.bot.conftest import SOON, over, picture
from tests.pace import Pace

BOT = [sys.executable, "-m", "bot"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A playground for bots in other processes."""
    async with Playground() as running:
        yield running
        assert running.violations == []


@pytest.fixture
def environment(playground: Playground, engine_address: str, tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "DISCORD_TOKEN": playground.token,
        "PENGUESS_PLAYGROUND_URL": playground.url,
        "PENGUESS_ENGINE_URL": engine_address,
        "PENGUESS_DATA": str(tmp_path),
        "PENGUESS_WEB_PORT": str(free_port()),
        "PENGUESS_STEPS": "20",
        "PENGUESS_LOG_FORMAT": "json",
    }


@asynccontextmanager
async def running(
    environment: dict[str, str], there: Callable[[], bool], folder: Path | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A bot in a process of its own, once the playground says that it has joined.

    folder: where another copy of the bot lies.
    """
    process = await asyncio.create_subprocess_exec(*BOT, env=environment, cwd=folder)
    try:
        async with asyncio.timeout(SOON):
            while not there():
                assert process.returncode is None
                await asyncio.sleep(0.1)
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_a_drawing_goes_on_after_the_bot_was_ended(
    playground: Playground, environment: dict[str, str], number: signal.Signals, pace: Pace
):
    pace.hold(at=1)
    ada = TestUser(playground, "Ada")

    def there() -> bool:
        return playground.gateway.connected and bool(playground.commands.usable())

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
