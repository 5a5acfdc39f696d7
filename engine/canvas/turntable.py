"""Strokes in three dimensions: turned about the upright axis and seen from far away.

An orthographic camera takes a cubic Bezier to the cubic through its control points' pictures, so a
view is an exact drawing again.
"""

from __future__ import annotations

import base64
import json
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.canvas.drawing import Drawing, Stroke


@dataclass(frozen=True, slots=True)
class Solid:
    """A drawing, seen from the front, and how near to the viewer each of its points is.

    depths: for each stroke as many as it has control points, in pixels, 0 in the middle.
    """

    front: Drawing
    depths: tuple[tuple[float, ...], ...]

    def seen_from(self, degrees: float) -> Drawing:
        """The drawing from so far to its left, clockwise as seen from above: at 90 its left side.
        What is nearer lies on top."""
        turn = math.radians(degrees)
        cos, sin = math.cos(turn), math.sin(turn)
        middle = self.front.width / 2
        seen: list[tuple[float, Stroke]] = []
        for stroke, depths in zip(self.front.strokes, self.depths, strict=True):
            near = [
                -(x - middle) * sin + z * cos
                for (x, _), z in zip(stroke.points, depths, strict=True)
            ]
            points = tuple(
                (middle + (x - middle) * cos + z * sin, y)
                for (x, y), z in zip(stroke.points, depths, strict=True)
            )
            seen.append((sum(near) / len(near), replace(stroke, points=points)))
        seen.sort(key=lambda one: one[0])
        return replace(self.front, strokes=tuple(stroke for _, stroke in seen))


def turned(solid: Solid, frames: int) -> list[Drawing]:
    """Once about, from the front on."""
    return [solid.seen_from(360 * i / frames) for i in range(frames)]


def sampled(solid: Solid, pieces: int = 8) -> Sequence[list[tuple[float, float, float]]]:
    """Each stroke as a line of points (right, up, near), in canvas sides from its middle."""
    side, lines = float(solid.front.width), []
    for stroke, depths in zip(solid.front.strokes, solid.depths, strict=True):
        spots = [
            ((x / side) - 0.5, 0.5 - (y / side), z / side)
            for (x, y), z in zip(stroke.points, depths, strict=True)
        ]
        line = [spots[0]]
        for i in range(0, len(spots) - 1, 3):
            line += [_on(spots[i : i + 4], (n + 1) / pieces) for n in range(pieces)]
        lines.append(line)
    return lines


def to_obj(solid: Solid) -> str:
    """Lines of a Wavefront OBJ file: `v` and `l` alone."""
    rows, count = ["# strokes in three dimensions"], 0
    for line in sampled(solid):
        rows += [f"v {x:.5f} {y:.5f} {z:.5f}" for x, y, z in line]
        rows.append("l " + " ".join(str(count + 1 + n) for n in range(len(line))))
        count += len(line)
    return "\n".join([*rows, ""])


def to_gltf(solid: Solid) -> str:
    """A glTF 2.0 file of line strips, one a stroke, in the strokes' colours; it needs no other."""
    lines = sampled(solid)
    data = b"".join(struct.pack("<3f", *spot) for line in lines for spot in line)
    uri = "data:application/octet-stream;base64," + base64.b64encode(data).decode("ascii")
    views, accessors, primitives, materials, begins = [], [], [], [], 0
    for number, (line, stroke) in enumerate(zip(lines, solid.front.strokes, strict=True)):
        length = 12 * len(line)
        views.append({"buffer": 0, "byteOffset": begins, "byteLength": length, "target": 34962})
        axes = [[spot[axis] for spot in line] for axis in range(3)]
        accessors.append(
            {
                "bufferView": number,
                "componentType": 5126,  # float32
                "count": len(line),
                "type": "VEC3",
                "min": [min(axis) for axis in axes],
                "max": [max(axis) for axis in axes],
            }
        )
        material = {"pbrMetallicRoughness": {"baseColorFactor": list(stroke.colour)}}
        materials.append(material)
        primitives.append({"attributes": {"POSITION": number}, "mode": 3, "material": number})
        begins += length
    document = {
        "asset": {"version": "2.0", "generator": "penguess"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": primitives}],
        "materials": materials,
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": len(data), "uri": uri}],
    }
    return json.dumps(document, separators=(",", ":"))


def _on(cubic: Sequence[tuple[float, float, float]], t: float) -> tuple[float, float, float]:
    s = 1 - t
    weights = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
    x, y, z = (
        sum(w * spot[axis] for w, spot in zip(weights, cubic, strict=True)) for axis in range(3)
    )
    return x, y, z
