from __future__ import annotations

import pytest
import torch

from engine.bench import replay
from engine.bench.doodles import Doodle
from engine.see.critic import Critic
from games.drawing.guesser import STRENGTHS

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


def test_a_word_is_said_once_and_then_the_next_one_that_is_sure_enough() -> None:
    best = torch.tensor([[[3, 4, 7], [3, 4, 7], [3, 7, 4], [7, 3, 4], [7, 3, 4]]])
    chances = torch.tensor([[[0.9, 0.1, 0.0], [0.6, 0.3, 0.1], [0.7, 0.1, 0.2], [0.1, 0.1, 0.1],
                             [0.5, 0.3, 0.2]]])  # fmt: skip
    aloud = replay.spoken(best, chances, 0.2, 0.2)
    assert aloud.tolist() == [[3, 4, -1, -1, 7]]
    said = replay._said(aloud, torch.tensor([7]))
    assert (said["named"], said["wrong"], said["quartiles"]) == (1.0, 2, [0.5] * 3)


def test_who_must_be_surer_says_less(tiny_critic: Critic) -> None:
    rows = replay.measure(tiny_critic, doodles(), WORDS)["by_sure"]
    assert [row["sure"] for row in rows[: len(replay.SURES)]] == list(replay.SURES)
    assert [(row["sure"], row["down_to"]) for row in rows[-3:]] == list(replay.STRENGTHS.values())
    for key in ("named", "wrong"):
        assert rows[0][key] >= rows[len(replay.SURES) - 1][key]


@pytest.mark.parametrize("strength", STRENGTHS)
def test_the_bench_speaks_as_the_game_does(strength: str) -> None:
    assert set(replay.STRENGTHS) == set(STRENGTHS)
    for number, share in enumerate(replay.SHARES):
        best = torch.tensor([[[3]] * (number + 1)])
        for more, said in ((0.001, 3), (-0.001, -1)):
            chances = torch.zeros(1, number + 1, 1)
            chances[0, number] = STRENGTHS[strength].least(share) + more
            aloud = replay.spoken(best, chances, *replay.STRENGTHS[strength])
            assert aloud.tolist() == [[-1] * number + [said]]


def test_at_first_it_must_be_surer() -> None:
    best, chances = torch.tensor([[[3, 4]] * 10]), torch.tensor([[[0.3, 0.0]] * 10])
    assert replay.spoken(best, chances, 0.5, 0.1).tolist() == [[-1] * 4 + [3] + [-1] * 5]
