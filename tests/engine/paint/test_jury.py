from __future__ import annotations

import copy

import pytest

from engine.canvas.tidy import tidy
from engine.paint.jury import Jury, shown, verdict
from engine.paint.sketch.sketches import sketches
from engine.see import critic
from engine.see.critic import Critic


@pytest.fixture(scope="module")
def pocket() -> Critic:
    return critic.load("pocket", device="cpu")


def test_what_was_sketched_is_seen_rather_than_something_else(pocket: Critic):
    drawn = [tidy(d) for d in sketches(pocket, "lighthouse", 12, 0, 6)]
    right = [verdict(pocket, d, "a lighthouse") for d in drawn]
    wrong = [verdict(pocket, d, "a banana") for d in drawn]
    assert sum(right) > sum(wrong)
    assert all(0 <= share <= 1 for share in right + wrong)


def test_the_verdict_is_the_number_below_a_drawing(pocket: Critic):
    (drawing,) = sketches(pocket, "cat", 12, 0, 1)
    (target,) = pocket.encode_text(["a cat"])
    assert verdict(pocket, drawing, "a cat") == Jury(pocket).opinion(drawing, target)


def test_another_models_eye_says_how_sure_it_is(pocket: Critic):
    (drawing,) = sketches(pocket, "house", 12, 0, 1)
    renamed = copy.copy(pocket)
    renamed.name = "another"
    house, banana = (verdict(renamed, drawing, text) for text in ("a house", "a banana"))
    assert 1 >= house > banana >= 0


def test_a_picture_of_a_drawing_is_judged_as_the_drawing_is(pocket: Critic):
    (drawing,) = sketches(pocket, "cat", 12, 0, 1)
    (picture,) = shown([drawing])
    assert verdict(pocket, picture, "a cat") == pytest.approx(verdict(pocket, drawing, "a cat"))
