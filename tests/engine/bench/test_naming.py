from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import torch

from engine.bench import naming
from engine.bench.doodles import Doodle, NoDoodles, unseen
from engine.see.critic import Critic
from engine.see.guesser import default_words


def test_a_model_that_is_as_right_as_it_says_has_no_calibration_error() -> None:
    confidence = torch.tensor([0.75] * 400)
    right = torch.tensor([True, True, True, False] * 100)
    assert naming.calibration_error(confidence, right) == pytest.approx(0, abs=1e-6)


def test_an_overconfident_model_is_off_by_what_it_overstates() -> None:
    confidence = torch.tensor([0.99] * 100 + [0.51] * 100)
    right = torch.tensor(([True] * 50 + [False] * 50) + [True] * 51 + [False] * 49)
    assert naming.calibration_error(confidence, right) == pytest.approx(0.245, abs=1e-3)


def test_synonyms_rename_words_that_exist_to_words_that_do_not() -> None:
    words = set(default_words()[:345])
    assert set(naming.SYNONYMS) <= words
    assert not set(naming.SYNONYMS.values()) & words


def test_half_the_ink_is_half_the_length() -> None:
    doodle = Doodle("line", (((0.0, 0.0), (100.0, 0.0)), ((0.0, 50.0), (100.0, 50.0))))
    (half,) = doodle.drawing(0.5).strokes
    assert half.points[-1][0] - half.points[0][0] == pytest.approx(100)
    first, second = doodle.drawing(0.75).strokes
    assert first.points[-1][0] - first.points[0][0] == pytest.approx(100)
    assert second.points[-1][0] - second.points[0][0] == pytest.approx(50)


def test_only_the_validation_part_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "doodles.ndjson.gz"
    with gzip.open(path, "wt") as file:
        for key in range(400):
            record = {"word": "cat", "key_id": str(key), "drawing": [[[0, 9], [0, 9]]]}
            file.write(json.dumps(record) + "\n")
    monkeypatch.setenv("PENGUESS_QUICKDRAW", str(path))
    assert 0.05 < len(unseen()) / 400 < 0.15


def test_without_doodles_the_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PENGUESS_QUICKDRAW", raising=False)
    with pytest.raises(NoDoodles, match="PENGUESS_QUICKDRAW"):
        unseen()


def test_the_report_covers_ink_and_lists(tiny_critic: Critic) -> None:
    words = default_words()[:345]
    doodles = [Doodle(word, (((0.0, 0.0), (200.0, float(i))),)) for i, word in enumerate(words)]
    report = naming.measure(tiny_critic, doodles)
    settings = {(row["ink"], row["words"]) for row in report["rows"] if "only" not in row}
    assert {ink for ink, _ in settings} == set(naming.INKS)
    assert {row["only"] for row in report["rows"] if "only" in row} == {"own names", "synonyms"}
    assert all(0 <= row["top1"] <= row["top5"] <= 1 for row in report["rows"])
    assert all(slow > 0 for slow in report["milliseconds"].values())
