from __future__ import annotations

import io

import pytest
from PIL import Image

from engine.album import Book, Drift, Page
from engine.canvas.drawing import Drawing, Stroke


def line(y: float = 32.0) -> Stroke:
    return Stroke(((8, y), (20, y + 9), (40, y - 9), (56, y)), 4.0, (0.1, 0.2, 0.7, 1.0))


def picture(width: int = 90, height: int = 50) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (width, height), (200, 30, 30, 128)).save(out, "PNG")
    return out.getvalue()


DRAWING = Drawing(64, 64, tuple(line(y) for y in range(8, 60, 4)))


@pytest.fixture
def book() -> Book:
    """Every kind of page: phrases of several scripts, strokes, an upload, and nothing."""
    return Book(
        (
            Page("Ada", "a cat"),
            Page("Bo <b>", DRAWING),
            Page("猫好き", "雨の中を自転車で走る猫"),
            Page("🤖", picture()),
            Page("דנה", "חתול על אופניים <script>alert(1)</script>"),
            Page("Ada", None),
        )
    )


@pytest.fixture
def drift() -> Drift:
    return Drift.of([[1, 0], [0.6, 0.8], [0.8, 0.6], [0.0, 1.0], [-0.6, 0.8], None])
