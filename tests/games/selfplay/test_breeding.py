"""`penguess breed` as people call it: step by step, and by itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from engine.canvas.drawing import Drawing
from games.__main__ import main
from games.selfplay import breeding
from tests.engine.conftest import tiny_model as tiny_model

PAINTED = ["--ink", "pen", "--strokes", "4"]


@pytest.fixture(scope="module")
def begun(tiny_model: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the first nine."""
    folder = tmp_path_factory.mktemp("begun")
    assert main(["breed", "a cat", *PAINTED, "--model", tiny_model, "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def folder(begun: Path, tmp_path: Path) -> Path:
    """A folder of a test's own with the first nine."""
    shutil.copytree(begun, tmp_path / "cats")
    return tmp_path / "cats"


def files(out: Path) -> set[str]:
    return {path.name for path in out.iterdir()}


def test_nine_are_made_and_bred_on_from_the_folder(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(folder)]
    assert files(folder) == {"generation-01.png", "tree.png", "breeding.json"}
    first = breeding.read(folder)
    assert len(first.state.litters[0].drawings) == 9
    # Children need no engine: none is started, and none could be.
    assert main(["breed", "--choose", "2,5", "--choose", "1", "--model", "nonsense", *out]) == 0
    told = capsys.readouterr().out
    assert "chosen: 2, 5" in told
    assert "breed --choose" in told
    bred = breeding.read(folder)
    assert [litter.chosen for litter in bred.state.litters] == [(1, 4), (0,), ()]
    assert set(bred.family.generations[1][3].parents) <= {1, 4}
    assert Image.open(folder / "generation-03.png").size == (768, 768)
    assert {"favourite.svg", "favourite.png"} < files(folder)
    # The same again gives the same drawings.
    again = json.loads((folder / "breeding.json").read_text())
    assert first.drawings.items() <= bred.drawings.items()
    assert Drawing.from_dict(again["drawings"]["3.9"]) == bred.drawings["3.9"]


def test_the_critic_plays_alone(
    tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["--self-play", "--generations", "3", "--model", tiny_model, "--out", str(tmp_path)]
    assert main(["breed", "a cat", *PAINTED, *args]) == 0
    bred = breeding.read(tmp_path)
    assert bred.play.over
    assert bred.state.winner is not None
    assert bred.state.winner[0] == 2
    scores = bred.state.litters[2].scores
    assert scores[bred.state.winner[1]] == max(scores)
    assert main(["breed", "--choose", "1", "--out", str(tmp_path)]) == 2
    assert "begin anew" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "word"),
    [
        ([], "say what to draw"),
        (["--self-play"], "say what to draw"),
        (["--choose", "1"], "no drawings to choose from"),
        (["a cat", "--choose", "1", "--self-play"], "not both"),
        ([" "], "the prompt"),
        (["a nazi"], "blocked"),
        (["x" * 301], "300"),
        (["a cat", "--strokes", "65"], "--strokes is 4 to 64"),
        (["a cat", "--generations", "21"], "--generations is 2 to 20"),
        (["a cat", "--generations", "1"], "--generations is 2 to 20"),
        (["a cat", "--seed", "-1"], "--seed"),
        (["a cat", "--engine", "http://127.0.0.1:1", "--model", "pocket"], "--model"),
        (["a cat", "--engine", "http://127.0.0.1:1"], "does not answer"),
    ],
)
def test_bad_requests_are_refused_in_one_line(
    args: list[str], word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["breed", *args, "--out", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert word in line


@pytest.mark.parametrize("numbers", ["0", "10", "1,,2", "x", "1,5,", "²"])
def test_only_digits_are_chosen(numbers: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["breed", "--choose", numbers])
    assert ended.value.code == 2
    assert "from 1 to 9" in capsys.readouterr().err


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:200],
        lambda text: "[]",
        lambda text: "{}",
        lambda text: text.replace('"1.4": {', '"1.x": {'),
        lambda text: text.replace('"game": "breeding"', '"game": "chess"'),
    ],
)
def test_a_damaged_folder_is_told_in_one_line(
    damage: Callable[[str], str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = folder / "breeding.json"
    before = record.read_text()
    record.write_text(damage(before))
    assert main(["breed", "--choose", "1", "--out", str(folder)]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "cannot be read" in line
