"""BigGAN and VQGAN, by small generators of random weights."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from engine.bench import table1
from engine.canvas.drawing import Drawing
from engine.command_line import main
from engine.paint.painter import Painter, paint
from engine.paint.painters.descent import Descent
from engine.paint.settling import NotThisPainter, settle
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic
from tests.engine.paint.painters.conftest import installed
from tests.engine.paint.painters.tiny_generators import GENERATORS

BOTH = [installed(name) for name in GENERATORS]


@pytest.mark.usefixtures("tiny_generators")
@pytest.mark.parametrize("name", BOTH)
def test_the_picture_comes_nearer_to_the_prompt(tiny_critic: Critic, name: str) -> None:
    painter = Painter(tiny_critic)
    spec = DrawingSpec(prompt="a cat", painter=name, steps=25, augment=False)
    work = painter.begin(spec)
    assert isinstance(work, Descent)
    (text,) = tiny_critic.encode_text(["a cat"])

    def score() -> float:
        return painter.judge([work.drawing()], text)[0]

    before = score()
    states = list(paint(painter, work))
    assert score() > before
    (patch,) = states[-1].drawing.patches
    assert patch.data.startswith(b"\xff\xd8")


@pytest.mark.usefixtures("tiny_generators")
@pytest.mark.parametrize("name", BOTH)
def test_it_goes_on_from_a_drawing(tiny_critic: Critic, name: str) -> None:
    painter = Painter(tiny_critic)

    def begun(seed: int, start: Drawing | None = None) -> Descent:
        spec = DrawingSpec(prompt="a cat", painter=name, steps=1, seed=seed)
        work = painter.begin(spec, start)
        assert isinstance(work, Descent)
        return work

    alone, wanted = begun(1), begun(2)
    like, again = (begun(seed, wanted.state().drawing) for seed in (1, 3))
    if name == "vqgan":  # what it encodes leaves nothing to chance
        assert torch.equal(like.numbers["codes"], again.numbers["codes"])
        assert not torch.equal(like.numbers["codes"], alone.numbers["codes"])
        return

    def apart(work: Descent) -> float:
        with torch.no_grad():
            return float((work.picture() - wanted.picture()).square().mean())

    assert apart(like) < apart(alone)


@pytest.mark.usefixtures("tiny_generators")
@pytest.mark.parametrize("name", BOTH)
def test_table_1_has_a_column_for_who_is_there(tiny_model: str, name: str) -> None:
    report = table1.run(tiny_model, seeds=1, steps=1, strokes=2, prompts=("a cat",))
    methods = [row["method"] for row in report["rows"]]
    assert {"biggan": "BigGAN", "vqgan": "VQGAN"}[name] in methods


@pytest.mark.parametrize("name", GENERATORS)
def test_what_is_not_there_is_said_in_a_line(
    name: str,
    tmp_path: Path,
    tiny_model: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    weights, _ = GENERATORS[name]
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(NotThisPainter, match=r"pip install 'penguess\[baselines\]'$"):
        settle(DrawingSpec(prompt="a cat", painter=name), "tiny")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: SimpleNamespace())
    monkeypatch.delenv(weights.variable, raising=False)
    call = ["draw", "a cat", "--painter", name, "--model", tiny_model, "--out", str(tmp_path)]
    for folder in (None, tmp_path / "nowhere", tmp_path):
        if folder:
            monkeypatch.setenv(weights.variable, str(folder))
        assert main(call) == 2
        (line,) = capsys.readouterr().err.strip().splitlines()
        assert f"{weights.variable} name a folder with {weights.files[0]}" in line


@pytest.mark.parametrize("name", BOTH)
def test_a_folder_of_rubbish_is_refused_in_a_line(
    name: str,
    tmp_path: Path,
    tiny_model: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    weights, _ = GENERATORS[name]
    for file in weights.files:
        (tmp_path / file).write_bytes(b"rubbish")
    (tmp_path / "config.json").write_text(json.dumps({}))
    monkeypatch.setenv(weights.variable, str(tmp_path))
    out = str(tmp_path / "out")
    assert main(["draw", "a cat", "--painter", name, "--model", tiny_model, "--out", out]) == 2
    line = capsys.readouterr().err.strip().splitlines()[-1]
    assert line.startswith(f"penguess: {weights.variable}: {tmp_path} cannot be read: ")
