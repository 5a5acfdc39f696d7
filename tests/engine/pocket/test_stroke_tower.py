from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine import pocket
from engine.pocket.stroke_points import FEATURES, MOST_STROKES, POINTS, read
from engine.pocket.stroke_tower import EMBED, FACTS, StrokeTower, facts, joined

CORNER = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]])
DOT = np.array([[50.0, 50.0]])


def test_points_lie_at_equal_distances_in_a_box_that_the_ink_fills() -> None:
    sequence = read([CORNER])
    there = sequence[:, 6] > 0
    assert sequence.shape == (POINTS, FEATURES)
    assert 0.9 * POINTS < there.sum() <= POINTS
    places = sequence[there, :2]
    assert np.allclose((places.min(0), places.max(0)), ((-0.5, -0.5), (0.5, 0.5)), atol=1e-5)
    ways = np.hypot(*np.diff(places, axis=0).T)
    assert ways.max() < 1.5 * np.median(ways)
    assert np.allclose(sequence[there][1:, 2:4], 10 * np.diff(places, axis=0), atol=1e-4)
    assert not sequence[~there].any()


def test_a_stroke_says_where_it_begins_and_ends() -> None:
    sequence = read([CORNER, CORNER + 5, DOT])
    there = sequence[:, 6] > 0
    assert sequence[:, 4].sum() == sequence[:, 5].sum() == 3
    assert sequence[0, 4] == sequence[there][-1, 5] == 1


def test_size_and_place_make_no_difference_but_order_does() -> None:
    other = CORNER[::-1] + 30
    assert np.allclose(read([CORNER, other]), read([7 + 3 * CORNER, 7 + 3 * other]), atol=1e-4)
    assert not np.allclose(read([CORNER, other]), read([other, CORNER]), atol=0.1)


@pytest.mark.parametrize("paths", [[DOT], [DOT, DOT], [CORNER + i for i in range(200)]])
def test_dots_and_many_strokes_are_read(paths: list[np.ndarray]) -> None:
    sequence = read(paths)
    assert np.isfinite(sequence).all()
    assert 1 <= sequence[:, 4].sum() <= MOST_STROKES
    assert sequence[:, 6].sum() <= POINTS


def test_nothing_is_nothing() -> None:
    assert not read([]).any()


def test_facts_of_drawings_with_and_without_a_share_have_places_of_their_own() -> None:
    known, unknown = facts(torch.tensor([[3.0, 2.0, 0.5], [3.0, 2.0, math.nan]]))
    assert known.shape == unknown.shape == (FACTS,)
    assert not known[:4].any()
    assert not unknown[4:].any()
    assert torch.equal(known[4:8], unknown[:4])
    assert float(known[8]) == pytest.approx(math.log(0.5))


def test_the_scale_of_what_is_seen_is_what_the_facts_make_it() -> None:
    trust = torch.zeros(2, FACTS)
    trust[0, 0], trust[1, 0] = math.log(10), math.log(2)
    picture, strokes = torch.eye(EMBED)[:1], torch.eye(EMBED)[1:2]
    seen = joined(trust, picture, strokes, torch.tensor([[1.0, 1.0, math.nan]]))
    assert torch.allclose(seen, 10 * picture + 2 * strokes)


def test_the_tower_gives_a_vector_for_each_sequence() -> None:
    sequences = torch.from_numpy(np.stack([read([CORNER]), read([DOT])]))
    assert StrokeTower().eval()(sequences).shape == (2, EMBED)


def test_the_reader_that_ships_is_surer_of_more_ink() -> None:
    reader = pocket.stroke_reader()
    seen = torch.eye(EMBED)[:1]
    sequence = torch.from_numpy(read([CORNER]))[None]
    lengths = [
        float(reader.evidence(seen, sequence, torch.tensor([[4.0, 4.0, share]])).norm())
        for share in (0.25, 1.0)
    ]
    assert lengths[0] < lengths[1]
