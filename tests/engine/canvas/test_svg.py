from __future__ import annotations

import pytest
from hypothesis import given, settings

from engine.canvas.drawing import Drawing, Stroke
from engine.canvas.svg import UnreadableSvg, from_svg, to_svg
from tests.engine.strategies import drawings

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50" width="200" height="100">'


def read(body: str) -> tuple[Stroke, ...]:
    return from_svg(f"{HEAD}{body}</svg>").strokes


@settings(max_examples=40, deadline=None)
@given(drawings.filter(lambda d: any(s.colour[3] > 0.01 for s in d.strokes)))
def test_our_own_svg_comes_back(drawing: Drawing) -> None:
    visible = [s for s in drawing.strokes if s.colour[3] > 0.0]
    back = from_svg(to_svg(drawing))
    assert (back.width, back.height) == (drawing.width, drawing.height)
    for channel, value in zip(back.background, drawing.background, strict=True):
        assert channel == pytest.approx(value, abs=0.5 / 255 + 1e-6)
    # Strokes of no opacity at all need not come back: nobody could tell.
    assert len(back.strokes) >= sum(s.colour[3] >= 1 / 255 for s in visible)
    if len(back.strokes) == len(drawing.strokes):
        for a, b in zip(drawing.strokes, back.strokes, strict=True):
            assert b.width == pytest.approx(max(a.width, 0.05), rel=1e-3)
            for p, q in zip(a.points, b.points, strict=True):
                assert q == pytest.approx(p, abs=2e-3)


def test_a_viewbox_scales_points_and_widths() -> None:
    (stroke,) = read('<path d="M0 0 C1 0 2 0 3 0" stroke="#f00" stroke-width="2"/>')
    assert stroke.points[-1] == pytest.approx((6.0, 0.0))
    assert stroke.width == pytest.approx(4.0)
    assert stroke.colour == (1.0, 0.0, 0.0, 1.0)


def test_lines_quadratics_and_arcs_become_cubics() -> None:
    (stroke,) = read('<path d="M0 0 L9 0 Q12 0 12 3 A3 3 0 0 1 9 6" stroke="black"/>')
    assert stroke.points[0] == (0.0, 0.0)
    assert stroke.points[3] == pytest.approx((18.0, 0.0))
    assert stroke.points[6] == pytest.approx((24.0, 6.0))
    assert stroke.points[-1] == pytest.approx((18.0, 12.0))


def test_each_subpath_is_a_stroke() -> None:
    assert len(read('<path d="M0 0 L1 1 M5 5 L6 6" stroke="black"/>')) == 2


def test_transforms_of_groups_apply() -> None:
    body = '<g transform="translate(10 5)"><path d="M0 0 L1 0" stroke="black"/></g>'
    assert read(body)[0].points[0] == pytest.approx((20.0, 10.0))


def test_shapes_are_read_and_fills_become_outlines() -> None:
    strokes = read('<circle cx="10" cy="10" r="5" fill="blue"/><rect width="5" height="5"/>')
    assert [s.colour[:3] for s in strokes] == [(0.0, 0.0, 1.0), (0.0, 0.0, 0.0)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "SVG"),
        ("hello", "SVG"),
        ("<html/>", "SVG"),
        (f"{HEAD}</svg>", "no path"),
        (f"{HEAD}<text>hi</text></svg>", "no path"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg"/>', "entities"),
        ("x" * (5 << 20), "bytes"),
        (HEAD + '<path d="M0 0 L1 1" stroke="red"/>' * 1025 + "</svg>", "1024"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(UnreadableSvg, match=reason):
        from_svg(text)


def test_scripts_and_event_handlers_do_not_survive_a_round_trip() -> None:
    body = '<script>alert(1)</script><path onload="x()" d="M0 0 L1 1" stroke="red"/>'
    assert "script" not in to_svg(from_svg(f"{HEAD}{body}</svg>"))
    assert "onload" not in to_svg(from_svg(f"{HEAD}{body}</svg>"))
