from __future__ import annotations

import contextlib
import random
import resource
import tracemalloc

import pytest
from hypothesis import given, settings

from engine.canvas.decoder import UnreadablePicture
from engine.canvas.drawing import Drawing, Stroke
from engine.canvas.picture import svg_image
from engine.canvas.svg import from_svg, is_drawn, to_svg
from engine.canvas.svg_tree import UnreadableSvg
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


SVG = '<svg xmlns="http://www.w3.org/2000/svg"'
LINE = '<path d="M2 2 L22 22" stroke="black" stroke-width="2" fill="none"/>'


@pytest.mark.parametrize(
    "hidden",
    [
        '<path visibility="hidden" d="M0 0h24v24" stroke="red"/>',
        '<g visibility="hidden"><path d="M0 0h24v24" stroke="red"/></g>',
        '<path style="display: none" d="M0 0h24v24" stroke="red"/>',
        '<g opacity="0"><path d="M0 0h24v24" stroke="red"/></g>',
        '<path opacity="0%" d="M0 0h24v24" stroke="red"/>',
        '<marker id="c"><path d="M0 0L4 4" stroke="red"/></marker>',
        '<defs><path id="p" d="M0 0h24v24" stroke="red"/></defs>',
        '<symbol id="s"><path d="M0 0h24v24" stroke="red"/></symbol>',
        '<mask id="m"><path d="M0 0h24v24" stroke="red"/></mask>',
        '<clipPath id="k"><path d="M0 0h24v24" stroke="red"/></clipPath>',
        '<pattern id="q"><path d="M0 0h24v24" stroke="red"/></pattern>',
    ],
)
def test_what_a_browser_does_not_show_is_not_read(hidden: str) -> None:
    drawing = from_svg(f'{SVG} viewBox="0 0 24 24">{hidden}{LINE}</svg>')
    assert [s.colour[:3] for s in drawing.strokes] == [(0.0, 0.0, 0.0)]


def test_visibility_may_be_taken_back() -> None:
    body = '<g visibility="hidden"><path visibility="visible" d="M0 0h9" stroke="red"/></g>'
    assert len(read(body)) == 1


def test_opacity_of_groups_is_kept() -> None:
    body = '<g opacity=".5"><path opacity=".5" stroke-opacity=".8" d="M0 0h9" stroke="red"/></g>'
    assert read(body)[0].colour[3] == pytest.approx(0.2, abs=0.01)


def test_a_used_symbol_is_drawn_once_and_scaled() -> None:
    symbol = '<symbol id="s" viewBox="0 0 10 10"><path d="M1 1L9 9" stroke="black"/></symbol>'
    use = '<use href="#s" width="24" height="24"/>'
    (stroke,) = from_svg(f'{SVG} viewBox="0 0 24 24">{symbol}{use}</svg>').strokes
    assert stroke.points[0] == pytest.approx((2.4, 2.4))
    assert stroke.points[-1] == pytest.approx((21.6, 21.6))
    assert stroke.width == pytest.approx(2.4)


def test_use_takes_its_place_and_what_it_inherits() -> None:
    body = '<defs><path id="p" d="M0 0h1"/></defs><use href="#p" x="3" y="4" stroke="blue"/>'
    (stroke,) = read(body)
    assert stroke.points[0] == pytest.approx((6.0, 8.0))
    assert stroke.colour[:3] == (0.0, 0.0, 1.0)


def nested(levels: int, width: int) -> str:
    body = '<g id="a0"><path d="M1 1L5 5" stroke="red"/></g>'
    for i in range(1, levels + 1):
        body += f'<g id="a{i}">' + f'<use href="#a{i - 1}"/>' * width + "</g>"
    return f'{SVG} viewBox="0 0 24 24">{body}</svg>'


@pytest.mark.parametrize("text", [nested(5, 10), nested(40, 2)])
def test_use_is_counted_before_it_is_unfolded(text: str) -> None:
    tracemalloc.start()
    with pytest.raises(UnreadableSvg, match="unfolds to more"):
        from_svg(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


@pytest.mark.parametrize(
    "body",
    ['<g id="a"><use href="#a"/></g>', "<g>" * 300 + LINE + "</g>" * 300],
)
def test_circles_and_endless_depth_are_refused(body: str) -> None:
    with pytest.raises(UnreadableSvg, match=r"shows itself|deep"):
        read(body)


@pytest.mark.parametrize(
    "size",
    ['width="1em" height="1em"', 'width="48pt" height="48pt"', 'width="100%" height="100%"',
     'width="1in"', 'height="3rem"', 'width="auto" height="what"', ""],
)  # fmt: skip
def test_sizes_in_any_unit_or_none_are_read(size: str) -> None:
    drawing = from_svg(f'{SVG} {size} viewBox="0 0 24 24">{LINE}</svg>')
    assert drawing.width == drawing.height
    (stroke,) = drawing.strokes
    assert stroke.points[0][0] == pytest.approx(drawing.width / 12)
    assert stroke.points[-1][0] == pytest.approx(drawing.width * 11 / 12)


def test_a_tiny_canvas_is_scaled_and_not_rounded() -> None:
    body = '<path d="M.1 .1 L1.3 .5" stroke="black" stroke-width=".1"/>'
    drawing = from_svg(f'{SVG} viewBox="0 0 1.4 .6">{body}</svg>')
    assert (drawing.width, drawing.height) == (512, 219)
    (stroke,) = drawing.strokes
    assert stroke.points[-1][0] == pytest.approx(512 * 1.3 / 1.4, abs=1)
    assert stroke.width == pytest.approx(36.5, abs=0.5)


@pytest.mark.parametrize("paint", ['fill="none"', 'fill-opacity="0"', 'visibility="hidden"'])
def test_a_strangers_background_is_what_a_browser_shows(paint: str) -> None:
    rect = f'<rect id="background" width="24" height="24" {paint}/>'
    drawing = from_svg(f'{SVG} viewBox="0 0 24 24">{rect}{LINE}</svg>')
    assert drawing.background == (1.0, 1.0, 1.0)
    assert len(drawing.strokes) == 1


@pytest.mark.parametrize("wrong", ["matrix(1 2)", "rotate()", "scale(nan)", "translate(1e400)"])
def test_wrong_numbers_are_refused_in_one_line(wrong: str) -> None:
    with contextlib.suppress(UnreadableSvg):
        read(f'<path transform="{wrong}" d="M1 1L5 5" stroke="red"/>{LINE}')


def test_filled_shapes_alone_are_no_drawing() -> None:
    filled = f'{SVG} viewBox="0 0 24 24"><path d="M2 2h9v9z"/></svg>'
    assert not is_drawn(filled.encode())
    assert is_drawn(f'{SVG} viewBox="0 0 24 24">{LINE}</svg>'.encode())


def mutants(count: int, seed: int) -> list[bytes]:
    """Documents with pieces changed, dropped, repeated, or swapped for what is wrong there."""
    rng = random.Random(seed)
    bodies = [
        LINE,
        '<g transform="rotate(30)" opacity=".5"><circle r="5" cx="9" cy="9" stroke="red"/></g>',
        '<symbol id="s" viewBox="0 0 9 9"><path d="M1 1L8 8" stroke="red"/></symbol>'
        '<use href="#s" x="2" width="9"/>',
        '<defs><pattern id="p" width="2" height="2"><rect width="1" height="1"/></pattern></defs>'
        '<rect width="20" height="9" fill="url(#p)" stroke="blue" style="stroke-width: 2px"/>',
        '<polyline points="1,2 3,4 9,1" fill="none" stroke="#0f0"/><ellipse rx="3" ry="4"/>',
        '<path d="M1 1 C2 3 4 5 6 7 Q8 9 1 2 A3 4 5 0 1 9 9 Z" stroke="hsl(9,50%,50%)"/>',
    ]
    wrong = [
        "",
        "NaN",
        "1e999",
        "-1",
        "url(#s)",
        "#s",
        "0 0",
        "<g>",
        "</g>",
        '"',
        "matrix(1 2)",
        "%",
    ]
    found = []
    for _ in range(count):
        text = f'{SVG} viewBox="0 0 24 24">{"".join(rng.sample(bodies, 3))}</svg>'
        for _ in range(rng.choice((1, 1, 2, 5))):
            place = rng.randrange(len(text))
            end = place + rng.randrange(0, 12)
            text = text[:place] + rng.choice([*wrong, text[place:end] * 2]) + text[end:]
        found.append(text.encode())
    return found


@pytest.mark.parametrize(
    ("count", "seed"), [(150, 1), pytest.param(2000, 2, marks=pytest.mark.slow)]
)
def test_mutated_documents_are_read_or_refused(count: int, seed: int) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    drawn = 0
    for data in mutants(count, seed):
        with contextlib.suppress(UnreadableSvg):
            drawn += bool(from_svg(data).strokes)
        with contextlib.suppress(UnreadablePicture):
            assert max(svg_image(data).size) <= 1280
    assert drawn > count // 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 << 10
