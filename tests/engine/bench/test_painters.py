"""The bench of painters, which goes on where it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.bench import painters
from engine.bench.painters import BadFile, Drawn, Kept, summary
from engine.canvas.drawing import Drawing, polyline


def drawn(painter: str, word: str, opinion: float | None = 0.5) -> Drawn:
    lines = Drawing(64, 64, tuple(polyline([(8, 8), (40, 50)], 3)))
    kept = Drawing.from_dict(lines.to_dict())  # rounded
    return Drawn(painter, word, 2.0, 100, 0.25, opinion, 1.0, kept)


def test_what_is_kept_is_read_again_by_the_same_run_alone(tmp_path: Path):
    path = tmp_path / "drawn.jsonl"
    first = Kept(path, "pocket", 0)
    for one in (drawn("gradient", "mug"), drawn("pixels", "mug", None)):
        first.add(one)
    Kept(path, "other", 0).add(drawn("gradient", "owl"))
    again = Kept(path, "pocket", 0)
    assert again.drawn == first.drawn
    assert set(again.drawn) == {("gradient", "mug"), ("pixels", "mug")}
    path.write_text(path.read_text() + "rubbish\n")
    with pytest.raises(BadFile, match=r"line 4, holds no drawing"):
        Kept(path, "pocket", 0)


def test_a_painters_figures_are_means():
    row = summary([drawn("gradient", "mug", 0.25), drawn("gradient", "owl", 0.75)])
    assert (row["words"], row["opinion"], row["named"]) == (2, 0.5, 1.0)
    assert summary([drawn("gradient", "mug", None)])["opinion"] is None


def test_a_run_that_was_stopped_draws_what_is_missing(
    tiny_model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    asked: list[tuple[str, str]] = []

    def draw(painter: object, name: str, word: str, seed: int) -> Drawn:
        asked.append((name, word))
        if len(asked) == 3:
            raise OSError("the disk is full")
        return drawn(name, word)

    monkeypatch.setattr(painters, "draw", draw)
    monkeypatch.setattr(painters, "paint", lambda *_: ())
    keep = str(tmp_path / "drawn.jsonl")
    call = ["--model", tiny_model, "--words", "3", "--painter", "gradient", "--painter", "pixels"]
    call += ["--keep", keep, "--json"]
    assert painters.main([*call, "--first", "2"]) == 2
    assert "the disk is full" in capsys.readouterr().err
    assert painters.main([*call, "--first", "2"]) == 0
    # Word by word, so that a run that was stopped has the same words of all.
    assert [name for name, _ in asked] == ["gradient", "pixels", "gradient", "gradient", "pixels"]
    assert len({word for _, word in asked}) == 2
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [(row["painter"], row["words"]) for row in rows] == [("gradient", 2), ("pixels", 2)]
    assert painters.main([*call, "--first", "1"]) == 0
    assert len(asked) == 5
    assert json.loads(capsys.readouterr().out)["rows"] == rows


@pytest.mark.parametrize(("painter", "sides"), [("gradient", 1), ("depth", 8)])
def test_a_drawing_is_looked_at_from_all_its_sides(
    tiny_model: str, tmp_path: Path, painter: str, sides: int, monkeypatch: pytest.MonkeyPatch
):
    looked: list[object] = []
    monkeypatch.setattr(painters, "_first", lambda _, drawing: looked.append(drawing) or "nothing")
    keep = tmp_path / "drawn.jsonl"
    call = ["--model", tiny_model, "--words", "1", "--painter", painter, "--keep", str(keep)]
    monkeypatch.setattr(painters, "DrawingSpec", quick(painters.DrawingSpec))
    assert painters.main(call) == 0
    assert len(looked) == sides
    row = json.loads(keep.read_text())
    assert (row["painter"], row["named"], row["opinion"]) == (painter, 0.0, None)
    assert row["seen"] > 0


def quick(spec: type):
    return lambda **fields: spec(**{"steps": 2, "strokes": 4} | fields)
