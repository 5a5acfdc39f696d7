"""Points and places."""

from hypothesis import given
from hypothesis import strategies as st

from games.table.scoring import SCALES, Scale, drawer_points, guess_points, podium

scales = st.sampled_from(list(SCALES.values()))


def test_a_guess_at_once_is_worth_everything() -> None:
    assert guess_points(Scale(100, 100, 2, 60), 0, 90, 2, 2) == 260


def test_the_formula_by_hand() -> None:
    # 100 + 100 * (88/90)^45 = 136.38; one hint of two left is worth 30 more.
    assert guess_points(SCALES["gentle"], 45.9, 90, 1, 2) == 166


def test_without_hints_there_are_no_points_for_them() -> None:
    assert guess_points(SCALES["keen"], 0, 60, 0, 0) == 300


@given(scales, st.floats(0, 400), st.floats(0, 400), st.integers(30, 300))
def test_later_is_never_worth_more(scale: Scale, one: float, two: float, seconds: int) -> None:
    early, late = sorted((one, two))
    later = guess_points(scale, late, seconds, 0, 2)
    assert guess_points(scale, early, seconds, 0, 2) >= later >= scale.base


@given(st.lists(st.integers(0, 300), max_size=8), st.integers(1, 300), st.data())
def test_a_further_guess_never_lowers_the_drawers_pay(
    points: list[int], more: int, data: st.DataObject
) -> None:
    names = [str(number) for number in range(len(points) + 1)]
    before = dict(zip(names, points, strict=False))
    after = before | {names[-1]: more}
    assert drawer_points(names, after) >= drawer_points(names, before)


def test_without_guessers_the_drawer_gets_nothing() -> None:
    assert drawer_points([], {"gone": 100}) == 0


def test_a_tie_shares_the_better_place() -> None:
    places = podium([("ann", 5), ("ben", 9), ("cem", 9), ("dia", 1)])
    assert [(line.place, line.player) for line in places] == [
        (1, "ben"),
        (1, "cem"),
        (3, "ann"),
        (4, "dia"),
    ]


def test_zeros_are_no_victory() -> None:
    assert [one.place for one in podium([("ann", 0), ("ben", 0)])] == [0, 0]
    assert [one.place for one in podium([("ann", 0), ("ben", 1)])] == [1, 2]
    assert podium([]) == ()
