from __future__ import annotations

import random

import pytest

from engine.bench import paper
from engine.bench.doodles import Doodle
from engine.canvas.framing import sheet
from engine.see.critic import Critic
from engine.see.guesser import default_words

CIRCLE = ((30.0, 128.0), (128.0, 30.0), (226.0, 128.0), (128.0, 226.0), (30.0, 128.0))


@pytest.mark.parametrize("way", paper.WAYS)
def test_nothing_is_drawn_on_empty_paper_of_any_kind(way: str) -> None:
    image = paper.WAYS[way](paper.Way(Doodle("", ()), random.Random(3)))
    assert sheet(image).blank


@pytest.mark.parametrize("way", paper.WAYS)
def test_a_drawing_on_paper_of_any_kind_is_seen(way: str) -> None:
    image = paper.WAYS[way](paper.Way(Doodle("diamond", (CIRCLE,)), random.Random(3)))
    left, upper, right, lower = sheet(image).box
    assert not sheet(image).blank
    assert max(right - left, lower - upper) < 400  # it is 300 at most, with its turn on the table


def test_each_way_is_measured_framed_plainly_and_as_here(
    tiny_critic: Critic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "WAYS", {name: paper.WAYS[name] for name in ("specks", "lined")})
    found = paper.measure(tiny_critic, [Doodle(default_words()[0], (CIRCLE,))])
    assert set(found) == {"specks", "lined"}
    assert {tuple(shares) for shares in found.values()} == {("plainly", "framed", "blank")}
    assert all(shares["blank"] == 1 for shares in found.values())
