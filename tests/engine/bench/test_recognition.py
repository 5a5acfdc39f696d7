from __future__ import annotations

import pytest
import torch

from engine.bench import recognition
from engine.bench.sheet import contact_sheet, words_by_lot
from engine.canvas.drawing import Drawing, polyline
from engine.see.guesser import default_words

WORDS = ["a", "b", "c", "d", "e", "f"]


def judge_of_brightness(images: torch.Tensor) -> torch.Tensor:
    """Says "a" to dark pictures and "f" to bright ones."""
    bright = images.mean((1, 2, 3))
    order = torch.arange(6.0)
    return torch.softmax(-(order[None] - 5 * bright[:, None]).abs() * 4, 1)


def test_rates_count_the_first_and_the_first_five() -> None:
    images = torch.stack([torch.zeros(3, 64, 64), torch.ones(3, 64, 64), torch.ones(3, 64, 64)])
    verdict = recognition.rate(judge_of_brightness, WORDS, ["a", "f", "b"], images)
    assert verdict["top1"] == pytest.approx(2 / 3, abs=1e-3)
    assert verdict["top5"] == 1.0
    assert verdict["named"] == ["a", "f", "f"]


def test_judges_see_drawings_at_64_pixels_on_their_ground() -> None:
    drawing = Drawing(512, 512, tuple(polyline([(100, 256), (400, 256)], 40.0)))
    (image,) = recognition.shown([drawing])
    assert image.shape == (3, 64, 64)
    assert image[:, 32, 32].max() < 0.01
    assert image[:, 5, 5].min() > 0.99


def test_without_judges_the_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PENGUESS_JUDGES", raising=False)
    assert recognition.main([]) == 2
    assert "PENGUESS_JUDGES" in capsys.readouterr().err


def test_words_are_drawn_by_lot_from_the_doodle_words() -> None:
    words = words_by_lot(100, 0)
    assert len(set(words)) == 100
    assert set(words) <= set(default_words()[:345])
    assert words == words_by_lot(100, 0)


def test_a_contact_sheet_has_a_cell_for_every_drawing() -> None:
    cells = [(Drawing(10, 10), ("word", "seen: word"))] * 5
    assert contact_sheet(cells, columns=2, side=50).width == 100
    assert contact_sheet(cells, columns=2, side=50).height == 3 * (50 + 2 * 18 + 10)


def test_a_long_caption_stays_in_its_cell() -> None:
    empty = Drawing(10, 10, ())
    sheet = contact_sheet([(empty, ("W" * 60,)), (empty, ("",))], columns=2, side=60)
    beside = sheet.crop((60, 60, 120, sheet.height))
    assert beside.getextrema() == ((255, 255),) * 3
