"""The command `penguess`: what it hands to whom, and that nothing is imported in vain."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.console import main
from engine.version import VERSION

HEAVY = ("torch", "numpy", "pydantic", "discord", "aiohttp", "rich", "PIL")
CALL = "import sys; from bot.console import main; code = main(sys.argv[1:])"


@pytest.mark.parametrize("command", ["draw", "guess", "caption", "serve", "telephone", "play"])
def test_each_command_has_help_under_its_own_name(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: penguess ")


@pytest.mark.parametrize("module", ["engine", "games", "bot"])
def test_it_has_every_command_of_the_packages(
    module: str, capsys: pytest.CaptureFixture[str]
) -> None:
    own = subprocess.run(
        [sys.executable, "-m", module, "--help"], capture_output=True, text=True, timeout=120
    ).stdout
    listed = re.search(r"\{([a-z,]+)\}", own)
    assert listed is not None
    commands = set(listed[1].split(",")) - {"run"}  # which `play` is here
    for command in commands:
        try:
            code = main([command, "--help"])
        except SystemExit as ended:
            code = ended.code
        assert code == 0, command
    main(["--help"])
    told = capsys.readouterr().out
    assert all(re.search(rf"\b{command}\b", told) for command in commands)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["draw", "--help"], ["bench"]])
def test_help_and_version_import_nothing_that_takes_time(arguments: list[str]) -> None:
    code = (
        "import contextlib\n"
        "with contextlib.suppress(SystemExit):\n"
        f"    from bot.console import main; main({arguments})\n"
        f"import sys; print(*[name for name in {HEAVY} if name in sys.modules], 'end')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines()[-1] == "end"


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"penguess {VERSION}\n"
    project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))
    assert "version" in project["project"]["dynamic"]
    assert project["tool"]["hatch"]["version"]["path"] == "engine/version.py"


@pytest.mark.parametrize("arguments", [[], ["paint"]])
def test_an_unknown_command_is_refused_in_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "penguess" in capsys.readouterr().err


def test_a_terminal_is_told_at_once_what_takes_time(tmp_path: Path) -> None:
    # In PyTorch's place comes a module that is never there: what was said before is what counts.
    (tmp_path / "torch.py").write_text("raise SystemExit(7)\n")
    theirs, ours = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", CALL, "guess", "picture.png"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        stderr=ours,
        timeout=120,
    )
    os.close(ours)
    assert done.returncode == 7
    assert b"loading PyTorch" in os.read(theirs, 4096)


def test_a_bench_that_is_not_installed_says_where_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert main(["bench", "raster"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "checkout" in line


def test_the_command_is_an_entry_point_of_the_project() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))
    assert project["project"]["scripts"] == {"penguess": "bot.console:main"}
