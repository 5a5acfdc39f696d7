"""Hypothesis strategies for drawings."""

from __future__ import annotations

from hypothesis import strategies as st

from engine.canvas.drawing import Drawing, Stroke

coordinates = st.floats(-500, 1500, allow_nan=False, width=32)
shares = st.floats(0, 1, allow_nan=False, width=32)
points = st.tuples(coordinates, coordinates)


@st.composite
def strokes(draw: st.DrawFn) -> Stroke:
    segments = draw(st.integers(1, 4))
    path = draw(st.lists(points, min_size=3 * segments + 1, max_size=3 * segments + 1))
    width = draw(st.floats(0.125, 100, width=32))
    colour = draw(st.tuples(shares, shares, shares, shares))
    return Stroke(tuple(path), width, colour)


drawings = st.builds(
    Drawing,
    width=st.integers(1, 1024),
    height=st.integers(1, 1024),
    strokes=st.lists(strokes(), max_size=6).map(tuple),
    background=st.tuples(shares, shares, shares),
)
