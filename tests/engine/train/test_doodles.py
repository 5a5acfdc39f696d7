import gzip
import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.train import doodles


@given(st.text("0123456789", min_size=1, max_size=20))
def test_every_doodle_is_in_one_part(key):
    assert doodles.part_of(key) in doodles.PARTS
    assert doodles.part_of(key) == doodles.part_of(key)


def test_parts_have_their_share():
    parts = Counter(doodles.part_of(str(key)) for key in range(20_000))
    assert parts["train"] == pytest.approx(14_000, rel=0.03)
    assert parts["validation"] == pytest.approx(2_000, rel=0.1)
    assert parts["judges"] == pytest.approx(4_000, rel=0.06)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "drawings.ndjson.gz"
    with gzip.open(path, "wt") as out:
        for key in range(60):
            word = "cat" if key % 2 else "Ant"
            drawing = [[[0, 255, key], [0, 51, 255]], [[10, 20], [30, 40]]]
            out.write(json.dumps({"word": word, "key_id": str(key), "drawing": drawing}) + "\n")
    return path


def test_parts_are_disjoint_and_whole(file):
    sizes = [len(doodles.load(file, [part])) for part in doodles.PARTS]
    assert sum(sizes) == len(doodles.load(file, list(doodles.PARTS))) == 60
    assert all(sizes)


def test_drawing_is_found_by_its_offsets(file):
    every = doodles.load(file, list(doodles.PARTS))
    third = every.strokes[every.drawings[3] : every.drawings[4] + 1]
    points = every.points[third[0] : third[1]] * 255
    np.testing.assert_allclose(points, [[0, 0], [255, 51], [3, 255]], atol=1e-3)
    assert len(third) == 3


def test_words_are_sorted_and_labels_follow(file):
    every = doodles.load(file, list(doodles.PARTS))
    assert every.words == ["Ant", "cat"]
    assert every.labels[:4].tolist() == [0, 1, 0, 1]


def test_folder_of_plain_files_is_read(tmp_path):
    record = {"word": "cat", "key_id": "1", "drawing": [[[0, 1], [0, 1]]]}
    for name in ("a.ndjson", "b.ndjson"):
        (tmp_path / name).write_text(json.dumps(record) + "\n")
    assert len(list(doodles.lines(tmp_path))) == 2
