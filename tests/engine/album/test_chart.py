from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree

import pytest
from PIL import Image

from engine.album import Book, Drift, chart


def test_a_chart_is_a_picture_of_the_width_that_is_asked_for(book: Book, drift: Drift) -> None:
    image = Image.open(io.BytesIO(chart.png(book, drift, 500)))
    assert image.width == pytest.approx(500, abs=1)
    assert len(image.convert("RGB").getcolors(1 << 20) or ()) > 5


def test_the_same_drift_is_the_same_chart(book: Book, drift: Drift) -> None:
    svg = chart.svg(book, drift)
    assert svg == chart.svg(book, drift)
    ElementTree.fromstring(svg)  # noqa: S314  it is ours
    other = Drift.of([[1, 0]] * 6)
    assert chart.svg(book, other) != svg


def test_a_chart_of_missing_pages_is_drawn(book: Book) -> None:
    nothing = Drift((1.0, *[None] * 5), (None,) * 6)
    assert chart.png(book, nothing).startswith(b"\x89PNG")
