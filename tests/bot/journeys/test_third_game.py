"""docs/third-game.md, followed: its game is put into a copy of the bot and played over the wire."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from tests.bot.games.conftest import showing, until
from tests.bot.journeys.own_process import environment_of, is_there, running

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "third-game.md").read_text("utf-8")
BLOCK = re.compile(
    r"^`(\S+)`[^\n]*:\n\n```(?:python|toml|text)\n(.*?)```", re.DOTALL | re.MULTILINE
)
LIST = "bot/games/registry.py"


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A playground for bots in other processes."""
    async with Playground() as running:
        yield running
        assert running.violations == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with the bot, and with what the page says put into it."""
    for package in ("bot", "games"):
        shutil.copytree(ROOT / package, tmp_path / package)
    (tmp_path / "engine").symlink_to(ROOT / "engine")
    files: dict[str, str] = {"games/sums/__init__.py": '"""Sums."""\n'}
    for name, text in BLOCK.findall(PAGE):
        files[name] = f"{files.get(name, '')}\n\n{text}".lstrip()
    line = files.pop(LIST)
    assert line.count("\n") == 1
    registry = tmp_path / LIST
    before = registry.read_text("utf-8")
    registry.write_text(before.replace("PACKAGES = (\n", f"PACKAGES = (\n    {line}", 1), "utf-8")
    for language in ("de", "es", "ja"):
        files[f"bot/games/sums/texts/{language}.toml"] = files["bot/games/sums/texts/en.toml"]
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


async def test_the_game_of_the_page_is_played(playground: Playground, copy: Path):
    environment = environment_of(
        playground, f"unix:{copy}/none.sock", copy / "data", PYTHONPATH=str(copy)
    )
    ada, grace = (TestUser(playground, name) for name in ("Ada", "Grace"))

    there = partial(is_there, playground)

    async with running(environment, there, copy):
        lobby = (await ada.slash("sums")).message
        assert lobby is not None
        await grace.press(lobby, "Join")
        await ada.press(lobby, "Start")
        for asker, other in ((ada, grace), (grace, ada)):
            asked = await until(
                lambda asker=asker, other=other: showing(other, f"<@{asker.user.id}> asks")
            )
            a, b = re.findall(r"\*\*(\d+) \+ (\d+)\*\*", asked.text)[-1]
            wrong = await asker.slash("answer", word=str(int(a) + int(b)))
            assert wrong.message is not None
            assert "Not now." in wrong.message.text
            right = await other.slash("answer", word=str(int(a) + int(b)))
            assert right.message is not None
            assert "That's it!" in right.message.text
        end = await until(lambda: showing(ada, "The game is over"))
        assert end.attachments
        await until(lambda: "Play again" in [part.get("label") for part in end.walk()])
        while True:  # the end is shown before it counts
            board = (await ada.slash("leaderboard", game="sums")).message
            assert board is not None
            if f"<@{grace.user.id}>" in board.text:
                break
            assert "Nobody has finished" in board.text
