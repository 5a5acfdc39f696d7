"""Strokes in three dimensions, seen from all sides and in files."""

from __future__ import annotations

import base64
import json
import struct

import pytest

from engine.canvas.drawing import Drawing, Stroke
from engine.canvas.turntable import Solid, sampled, to_gltf, to_obj, turned

RED = (1.0, 0.0, 0.0, 1.0)
LINE = Stroke(((20.0, 10.0), (40.0, 20.0), (60.0, 30.0), (80.0, 40.0)), 2.0, RED)
SOLID = Solid(Drawing(100, 100, (LINE,)), ((-10.0, 0.0, 10.0, 30.0),))


def test_each_side_shows_what_lies_across_from_there() -> None:
    assert SOLID.seen_from(0) == SOLID.front
    for degrees, across in (
        (90, (40, 50, 60, 80)),
        (180, (80, 60, 40, 20)),
        (270, (60, 50, 40, 20)),
    ):
        (stroke,) = SOLID.seen_from(degrees).strokes
        assert [x for x, _ in stroke.points] == pytest.approx(across)
        assert [y for _, y in stroke.points] == [10, 20, 30, 40]


def test_what_is_nearer_lies_on_top() -> None:
    far = Stroke(LINE.points, 3.0, RED)
    solid = Solid(Drawing(100, 100, (LINE, far)), ((20.0,) * 4, (-20.0,) * 4))
    assert [stroke.width for stroke in solid.seen_from(0).strokes] == [3.0, 2.0]
    assert [stroke.width for stroke in solid.seen_from(180).strokes] == [2.0, 3.0]


def test_a_turntable_goes_once_about() -> None:
    frames = turned(SOLID, 4)
    assert [frame.strokes[0].points[0][0] for frame in frames] == pytest.approx([20, 40, 80, 60])


def test_an_obj_file_has_the_line_from_its_beginning_to_its_end() -> None:
    rows = to_obj(SOLID).splitlines()
    spots = [tuple(map(float, row.split()[1:])) for row in rows if row.startswith("v ")]
    assert spots[0] == pytest.approx((-0.3, 0.4, -0.1))
    assert spots[-1] == pytest.approx((0.3, 0.1, 0.3))
    assert rows[-1] == "l " + " ".join(str(n + 1) for n in range(len(spots)))


def test_a_gltf_file_holds_the_same_points() -> None:
    document = json.loads(to_gltf(SOLID))
    data = base64.b64decode(document["buffers"][0]["uri"].split(",")[1])
    assert len(data) == document["buffers"][0]["byteLength"]
    (line,) = sampled(SOLID)
    found = struct.unpack(f"<{3 * len(line)}f", data)
    assert found == pytest.approx([value for spot in line for value in spot])
    assert document["meshes"][0]["primitives"][0]["mode"] == 3
    (accessor,) = document["accessors"]
    assert accessor["count"] == len(line)
    assert accessor["max"][0] == pytest.approx(0.3)
