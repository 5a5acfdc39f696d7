from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.see.caption.places import Points, distance, meet, standing


def line(*corners: tuple[float, float]) -> Points:
    """Places on the straight lines between corners."""
    pieces = [np.linspace(a, b, 40) for a, b in pairwise(corners)]
    return np.concatenate(pieces)


def frame(left: float, upper: float, right: float, lower: float) -> Points:
    return line((left, upper), (right, upper), (right, lower), (left, lower), (left, upper))


TREE = np.concatenate(
    (frame(30, 0, 170, 90), line((95, 90), (95, 200)), line((105, 90), (105, 200)))
)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (frame(0, 0, 90, 90), frame(100, 5, 190, 95), "beside"),
        (frame(0, 0, 90, 90), frame(92, 5, 190, 95), "beside"),  # they meet
        (frame(0, 0, 50, 50), frame(0, 100, 50, 150), "above"),
        (frame(0, 100, 50, 150), frame(-30, 0, 80, 50), "under"),
        (frame(0, 0, 50, 50), frame(100, 55, 150, 105), "above"),  # further to the right
        (frame(20, 0, 70, 50), frame(0, 50, 100, 150), "on"),
        (frame(20, 0, 70, 56), frame(0, 50, 100, 150), "on"),  # sunk in a little
        (frame(110, 120, 160, 200), TREE, "under"),
        (frame(30, 60, 70, 90), frame(0, 0, 100, 100), "in"),
        (frame(0, 0, 50, 50), frame(52, 40, 102, 140), "and"),
    ],
)
def test_things_stand_as_one_would_say(one: Points, other: Points, said: str) -> None:
    assert standing(one, other) == (said, False)


def test_what_stands_on_a_thing_or_in_it_is_spoken_of_first() -> None:
    table, cup = frame(0, 50, 100, 150), frame(20, 0, 70, 50)
    assert standing(table, cup) == ("on", True)
    assert standing(frame(0, 0, 100, 100), frame(30, 60, 70, 90)) == ("in", True)
    assert standing(frame(0, 100, 50, 150), frame(0, 0, 50, 50)) == ("above", True)


def test_a_hat_is_on_a_head_and_a_cat_on_a_chair_whose_back_is_behind_it() -> None:
    head, hat = frame(0, 50, 100, 150), frame(10, 20, 90, 55)
    assert standing(head, hat) == ("on", True)
    chair = np.concatenate((line((80, 20), (80, 150)), line((20, 90), (80, 90), (80, 150))))
    cat = frame(10, 30, 70, 90)
    assert standing(cat, chair) == ("on", False)
    assert standing(chair, cat) == ("on", True)


def test_a_point_and_a_line_are_things_as_well() -> None:
    dot = np.array([[5.0, 5.0]])
    assert standing(dot, dot)[0] == "and"
    assert standing(line((0, 0), (100, 0)), line((0, 50), (100, 50))) == ("above", False)


def test_lines_that_nearly_touch_meet() -> None:
    assert meet(frame(0, 0, 100, 100), frame(104, 0, 204, 100))
    assert not meet(frame(0, 0, 100, 100), frame(110, 0, 210, 100))
    assert distance(frame(0, 0, 100, 100), frame(110, 0, 210, 100)) == pytest.approx(10)
