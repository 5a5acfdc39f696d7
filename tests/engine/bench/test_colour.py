from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.bench import colour
from engine.canvas.drawing import BLACK, Drawing, Stroke, polyline

RED, GREY, BLUE = (0.9, 0.2, 0.2, 1.0), (0.6, 0.6, 0.6, 1.0), (0.1, 0.3, 0.9, 1.0)


def bar(ink: tuple[float, float, float, float], y: float, width: float = 60.0) -> Stroke:
    (stroke,) = polyline([(60, y), (196, y)], width)
    return Stroke(stroke.points, width, ink)


def drawn(*strokes: Stroke) -> Drawing:
    return Drawing(256, 256, strokes)


@pytest.fixture
def judge(tmp_path: Path) -> colour.Judge:
    """A set of two emoji: an apple of red with a line around, and a grey-and-blue fish."""
    apple = '<circle cx="18" cy="18" r="17"/><circle cx="18" cy="18" r="15" fill="#d22"/>'
    fish = '<path fill="#999" d="M0 0h18v36H0z"/><path fill="#24d" d="M18 0h18v36H18z"/>'
    icons = {"red-apple": {"body": apple}, "fish-face": {"body": fish}}
    aliases = {"nemo": {"parent": "fish-face"}}
    (tmp_path / "json").mkdir()
    data = {"icons": icons, "aliases": aliases, "width": 36, "height": 36}
    (tmp_path / "json" / "twemoji.json").write_text(json.dumps(data), "utf-8")
    return colour.Judge(tmp_path)


def test_a_word_finds_its_emoji(judge: colour.Judge) -> None:
    assert judge.name_of("red apple") == "red-apple"
    assert judge.name_of("apple") == "red-apple"  # thing_colours.txt says so
    assert judge.name_of("fish") == "fish-face"
    assert judge.has("nemo")
    assert not judge.has("quasar")
    with pytest.raises(KeyError):
        judge.hues("quasar")


def test_ink_agrees_where_the_emoji_has_its_hue(judge: colour.Judge) -> None:
    apple, fish = judge.hues("apple"), judge.hues("fish")
    assert colour.agreement(drawn(bar(RED, 128)), apple) == 1.0
    assert colour.agreement(drawn(bar(BLUE, 128)), apple) == 0.0
    assert colour.agreement(drawn(bar(GREY, 128)), apple) == 0.0  # black lines are no grey
    assert colour.agreement(drawn(bar(GREY, 128)), fish) == 1.0
    half = drawn(bar(RED, 70), bar(BLUE, 180))
    assert colour.agreement(half, apple) == pytest.approx(0.5, abs=0.02)


def test_lines_do_not_count_and_a_drawing_of_lines_has_no_agreement(judge: colour.Judge) -> None:
    line = bar(BLACK, 128, 20.0)
    assert np.isnan(colour.agreement(drawn(line), judge.hues("apple")))
    assert colour.agreement(drawn(bar(RED, 128), line), judge.hues("apple")) == 1.0


def test_a_report_counts_bare_drawings_as_nothing(judge: colour.Judge) -> None:
    words = ["apple", "fish", "quasar"]
    drawings = [drawn(bar(RED, 128)), drawn(bar(BLACK, 128, 20.0)), drawn(bar(BLUE, 128))]
    report = colour.measure(words, drawings, judge)
    assert report["judged"] == 2
    assert report["agreement"] == 0.5
    assert report["bare"] == 1
    assert report["chance"] == 0.0


def test_without_emoji_the_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    colour.judge.cache_clear()
    monkeypatch.delenv(colour.VARIABLE, raising=False)
    assert colour.main([]) == 2
    assert colour.VARIABLE in capsys.readouterr().err
    monkeypatch.setenv(colour.VARIABLE, str(tmp_path))
    assert colour.main([]) == 2
    assert "twemoji.json" in capsys.readouterr().err
