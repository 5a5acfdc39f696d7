"""Style sheets, colours and fitting, as headless Chromium shows the same documents."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from engine.canvas.drawing import RGBA
from engine.canvas.picture import svg_image
from engine.canvas.svg import from_svg, is_drawn
from engine.canvas.svg_colour import colour
from engine.canvas.svg_tree import UnreadableSvg

LINE = '<path id="p" class="a b" d="M10 50H90" stroke-width="4" stroke="black"/>'


def document(body: str, root: str = 'viewBox="0 0 100 100"') -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {root}>{body}</svg>'


def inks(text: str) -> list[RGBA]:
    return [stroke.colour for stroke in from_svg(text).strokes]


@pytest.mark.parametrize(
    ("sheet", "shown"),
    [
        (".a { stroke: #f00 }", (1, 0, 0)),
        ("path { stroke: blue } .a { stroke: red } path { stroke: lime }", (1, 0, 0)),
        (".a { stroke: red } .b { stroke: lime }", (0, 1, 0)),
        ("#p { stroke: red } .a.b { stroke: lime }", (1, 0, 0)),
        (".a { stroke: red !important } #p { stroke: lime }", (1, 0, 0)),
        ("g path { stroke: red } svg > path { stroke: lime }", (1, 0, 0)),
        ("svg > g > .a { stroke: red }", (1, 0, 0)),
        ("svg > .a, rect { stroke: red }", (0, 0, 0)),
        ("[class] { stroke: red } path[id='q'] { stroke: lime }", (1, 0, 0)),
        (":root { color: red } .a { stroke: currentColor }", (1, 0, 0)),
        ("/* .a { stroke: lime } */ .a { stroke: red; }", (1, 0, 0)),
        ("@import url(x.css); .a { stroke: red }", (1, 0, 0)),
        ("@media print { .a { stroke: lime } } .a { stroke: red }", (1, 0, 0)),
        (".a:hover { stroke: lime } .a ~ .b { stroke: lime }", (0, 0, 0)),
        (".a { stroke: red", (1, 0, 0)),
        ("} { ;; .a { stroke: lime }", (0, 0, 0)),
        (".a { href: red; onclick: lime; stroke: var(--x) }", (0, 0, 0)),
    ],
)
def test_style_sheets_say_what_colour_a_line_has(
    sheet: str, shown: tuple[float, float, float]
) -> None:
    (ink,) = inks(document(f"<style>{sheet}</style><g>{LINE}</g>".replace(" > .a,", " &gt; .a,")))
    assert ink == (*shown, 1.0)


def test_a_style_attribute_beats_a_sheet_unless_that_is_important() -> None:
    line = LINE.replace("stroke=", 'style="stroke: lime" stroke=')
    assert inks(document(f"<style>.a {{ stroke: red }}</style>{line}")) == [(0, 1, 0, 1)]
    sheet = "<style>.a { stroke: red ! important }</style>"
    assert inks(document(sheet + line)) == [(1, 0, 0, 1)]


def test_what_a_sheet_hides_is_not_read() -> None:
    sheet = "<style><![CDATA[ .off { display: none } #q { visibility: hidden } ]]></style>"
    hidden = '<path class="off" d="M0 0H9" stroke="red"/><path id="q" d="M0 0H9" stroke="red"/>'
    assert inks(document(sheet + hidden + LINE)) == [(0, 0, 0, 1)]


def test_a_sheet_moves_as_css_does() -> None:
    sheet = "<style>.a { transform: translate(10px, 20px) rotate(90deg) }</style>"
    (stroke,) = from_svg(document(sheet + LINE, 'width="100" height="100"')).strokes
    assert stroke.points[0] == pytest.approx((10 - 50, 20 + 10))


@pytest.mark.parametrize(
    "body",
    [
        "<style>" + "@a{}" * 500_000 + "</style>",
        "<style>" + "@a{" * 500_000 + "</style>",
        "<style>" + ",".join(["rect"] * 500_000) + "{fill:red}</style>",
    ],
)
def test_a_large_sheet_does_no_harm(body: str) -> None:
    nested = '<g class="a">' * 50 + LINE * 300 + "</g>" * 50
    assert len(from_svg(document(body + nested)).strokes) == 300


def test_a_sheet_that_would_take_long_is_refused() -> None:
    sheet = "<style>" + "g g g g g g g g{fill:red}" * 2000 + "</style>"
    with pytest.raises(UnreadableSvg, match="style sheet"):
        from_svg(document(sheet + "<g>" * 50 + LINE + "</g>" * 50))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("red", (255, 0, 0, 1)),
        ("RebeccaPurple", (102, 51, 153, 1)),
        ("#f008", (255, 0, 0, 136 / 255)),
        ("rgb(255, 0, 0)", (255, 0, 0, 1)),
        ("rgb(0 128 0 / 50%)", (0, 128, 0, 0.5)),
        ("rgba(100%, 0%, 50%, .25)", (255, 0, 128, 0.25)),
        ("hsl(120, 100%, 25%)", (0, 128, 0, 1)),
        ("hsl(0.5turn 100% 50%)", (0, 255, 255, 1)),
        ("transparent", (0, 0, 0, 0)),
        ("none", None),
        ("currentColor", None),
        ("url(#a)", None),
        ("rgb(1, 2)", None),
        ("bogus", None),
    ],
)
def test_colours_are_those_of_css(text: str, found: tuple[int, int, int, float] | None) -> None:
    assert colour(text) == (found if found is None else pytest.approx(found))


@pytest.mark.parametrize(
    "paint", ['stroke="transparent"', 'stroke="#00000000"', 'stroke-width="0" stroke="red"']
)
def test_a_straight_line_that_is_not_seen_leaves_no_outline(paint: str) -> None:
    text = document(f'<path d="M10 10H90" {paint}/>' + LINE)
    assert inks(text) == [(0, 0, 0, 1)]


@pytest.mark.parametrize(
    ("ratio", "centre"),
    [
        ("", (100, 50)),
        ("xMinYMin", (50, 50)),
        ("xMaxYMid meet", (150, 50)),
        ("none", (100, 50)),
        ("xMidYMin slice", (100, 100)),
    ],
)
def test_a_viewbox_is_fitted_as_asked(ratio: str, centre: tuple[float, float]) -> None:
    text = document(
        '<path d="M40 50H60" stroke="black"/>',
        f'width="200" height="100" viewBox="0 0 100 100" preserveAspectRatio="{ratio}"',
    )
    (stroke,) = from_svg(text).strokes
    (x0, y0), (x1, y1) = stroke.points[0], stroke.points[-1]
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx(centre)


def test_a_switch_shows_the_first_that_applies() -> None:
    body = (
        '<switch><path requiredExtensions="x" d="M0 1H9" stroke="red"/>'
        '<path systemLanguage="tlh" d="M0 1H9" stroke="red"/>'
        '<path d="M0 1H9" stroke="lime"/><path d="M0 1H9" stroke="blue"/></switch>'
    )
    assert inks(document(body)) == [(0, 1, 0, 1)]


@pytest.mark.parametrize(
    "reference",
    ['clip-path="url(#c)"', 'mask="url(#m)"', 'marker-end="url(#k)"', 'stroke="url(#g)"'],
)
def test_lines_that_strokes_cannot_show_are_a_picture(reference: str) -> None:
    defs = (
        '<clipPath id="c"><circle r="9"/></clipPath><mask id="m"><circle r="9" fill="white"/>'
        '</mask><marker id="k"><circle r="3"/></marker><linearGradient id="g">'
        '<stop stop-color="red"/></linearGradient>'
    )
    assert is_drawn(document(defs + LINE).encode())
    line = f'<path d="M10 50H90" fill="none" stroke-width="4" {reference} '
    line += "/>" if "stroke=" in reference else 'stroke="black"/>'
    assert not is_drawn(document(defs + line).encode())
    sheet = f"<style>.x {{ {reference.replace('=', ': ').replace(chr(34), '')} }}</style>"
    assert not is_drawn(document(defs + sheet + LINE.replace("a b", "x")).encode())


def test_units_are_those_of_a_screen_in_a_picture_too() -> None:
    body = '<line x1="1in" y1="0" x2="25.4mm" y2="2in" stroke="black" stroke-width="12pt"/>'
    shown = np.asarray(svg_image(document(body, 'width="2in" height="2in"').encode()))
    dark = np.flatnonzero(shown[256, :, 0] < 128)
    assert (dark[0], dark[-1]) == pytest.approx((256 - 21, 256 + 20), abs=1)


def test_a_picture_has_the_colours_of_css() -> None:
    body = '<style>rect{fill:rgb(0 128 0 / 50%)}</style><rect width="100" height="100"/>'
    image = svg_image(document(body).encode())
    assert image.getpixel((50, 50)) == pytest.approx((127, 191, 127), abs=1)
    assert isinstance(image, Image.Image)


@pytest.mark.parametrize("wrong", ["rotate(1 2)", "matrix(1,2,3,4,5)", "turn(3)", "skewX()"])
def test_a_transform_with_other_numbers_is_refused(wrong: str) -> None:
    with pytest.raises(UnreadableSvg, match="takes other numbers"):
        from_svg(document(LINE.replace(" d=", f' transform="{wrong}" d=')))
