from __future__ import annotations

import pytest
import torch

from engine.bench import replay
from engine.bench.doodles import Doodle
from engine.see.critic import Critic

LINES = tuple(((10.0 * i, 0.0), (10.0 * i, 100.0)) for i in range(9))
WORDS = ["fence", "comb", "rain", "cat", "sun", "house"]


def doodles() -> list[Doodle]:
    return [Doodle("fence", LINES), Doodle("comb", LINES[:3]), Doodle("rain", LINES[:1])]


def test_a_drawing_counts_only_where_it_has_so_many_strokes(tiny_critic: Critic) -> None:
    rows = replay.measure(tiny_critic, doodles(), WORDS)["by_strokes"]
    assert [(row["strokes"], row["drawings"]) for row in rows] == [
        (2, 2),
        (4, 1),
        (8, 1),
        (None, 3),
    ]


def test_all_strokes_are_all_the_ink(tiny_critic: Critic) -> None:
    report = replay.measure(tiny_critic, doodles(), WORDS)
    assert report["by_strokes"][-1]["top1"] <= report["ink"]["named"]
    low, middle, high = report["ink"]["quartiles"] or (0.1, 0.1, 0.1)
    assert 0 < low <= middle <= high <= 1


def test_what_is_said_by_a_tenth_only_grows(tiny_critic: Critic) -> None:
    report = replay.measure(tiny_critic, doodles(), WORDS)
    rows = report["by_ink"]
    assert [row["ink"] for row in rows] == list(replay.SHARES)
    for key in ("said", "wrong"):
        assert [row[key] for row in rows] == sorted(row[key] for row in rows)
        assert rows[-1][key] == report["said"]["named" if key == "said" else key]


def test_among_five_words_everything_is_in_the_first_five(tiny_critic: Critic) -> None:
    rows = replay.measure(tiny_critic, doodles(), WORDS[:5])["by_strokes"]
    assert [row["top5"] for row in rows] == [1.0] * 4


def test_without_doodles_the_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PENGUESS_QUICKDRAW", raising=False)
    assert replay.main([]) == 2
    assert "PENGUESS_QUICKDRAW" in capsys.readouterr().err


def test_a_wrong_word_counts_once_and_only_before_the_right_one() -> None:
    tops = torch.tensor([3, 3, 4, 7, 5, 5])
    sure = torch.tensor([True, True, False, True, True, True])
    assert replay._wrong(tops, tops == 7, sure) == 1
    assert replay._wrong(tops, tops == 9, sure) == 3  # never named: 3, 7 and 5
    assert replay._wrong(tops, tops == 3, sure) == 0
