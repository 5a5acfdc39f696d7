"""A drawing made from a picture itself: fillings in its colours, lines on its edges.

It is where the painter begins when a picture is to be drawn (docs/engine.md); everything is
geometry and takes about a second. Fillings lie beneath and are laid by what they gain
(filling_strokes.py), lines run along edges (edge_lines.py), a pen shades in passes instead
(colour/hatching.py), and all keep to the number of strokes together: of what one side does not need
the other makes use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.canvas.drawing import BLACK, RGB, WHITE, Drawing, Point, Stroke
from engine.canvas.render import to_image
from engine.paint.colour.hatching import shading, straight
from engine.paint.colour.regions import distance, near
from engine.paint.colour.shades import as_rgb, from_oklab, oklab
from engine.paint.options import Ink
from engine.paint.picture.edge_lines import Line, blurred, edges, lines
from engine.paint.picture.filling_strokes import WIDTH, Canvas, Filling, fill

Array = NDArray[np.float64]

SIDE = 224  # of the drawing's square canvas

_FILLED_AT = 40  # pixels along a side, on which fillings are laid
_LINED_AT = 96  # pixels along a side, on which lines are followed
_LOOKED_AT = 768  # pixels, the longer side at most of what is cropped
_TALLEST = 3.0  # longer side by shorter; a picture beyond gets a frame
_AIR = 0.04  # of the canvas around what is cropped to its ink
_INK = 40 / 255  # a pixel this far from the paper is ink
_EVEN = 12 / 255  # so far pixels of one sheet of paper may be apart
_PAPER = 0.95  # of the border must be paper in a picture that may be cropped to its ink
_LIGHT = 0.75  # OKLab lightness from which a marker draws on the picture's own paper
_LINES = {"marker": 0.45, "pen": 0.75, "paint": 0.3}  # of all strokes, as long as others are of use
_LINE = 0.024  # width of lines to begin with, of the canvas, in a drawing of few strokes
_FEW, _FINER = 24, 0.35  # strokes, and by which power of them lines of more become finer
_BROAD = (0.022, 0.5)  # widths of fillings
_PALETTE = 8  # colours of a marker drawing, at most
_WORTH = 2e-5  # gain a pixel, in OKLab squared, below which a line is of more use
_DARK = (0.12, 0.11, 0.13)  # a marker's lines
# A pen's shadows: OKLab lightness below which passes are laid, their width and the distance from
# one to the next as shares of the canvas, and their direction.
_SHADES = (
    (0.17, 0.022, 0.018, -35.0),
    (0.45, 0.009, 0.034, -35.0),
    (0.3, 0.009, 0.034, 55.0),
)
_DEEPEST = 0.025  # of the canvas: what is nowhere further from light is a line and no shadow
_SHORT = 0.15  # of the canvas: shorter movements are left out


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture in the middle of a square sheet of paper.

    image: square. paper: the picture's own, None where it has none (a photograph). width, height:
    of the picture as shares of the square; one of them is 1.
    """

    image: Image.Image
    paper: NDArray[np.float64] | None
    width: float
    height: float

    def pixels(self, side: int) -> Array:
        """(side, side, 3) sRGB in [0, 1]."""
        grain = Image.Resampling.BOX if self.image.width > side else Image.Resampling.BILINEAR
        return np.asarray(self.image.resize((side, side), grain), np.float64) / 255

    def inside(self, side: int) -> NDArray[np.bool_]:
        """(side, side): where the picture is."""
        at = np.abs((np.arange(side) + 0.5) / side - 0.5)
        return (at < self.height / 2)[:, None] & (at < self.width / 2)


def sheet(image: Image.Image, side: int = 2 * _LINED_AT) -> Sheet:
    """An RGB picture of any size as it is to be drawn.

    One on even paper is cropped to its ink, with some air, and centred on a square of its paper, so
    that a doodle in the corner of a large sheet is drawn as large as one that fills it. Any other,
    such as a photograph, is left whole; the canvas has its proportions.
    """
    if max(image.size) > _LOOKED_AT:
        image = image.copy()
        image.thumbnail((_LOOKED_AT, _LOOKED_AT), Image.Resampling.BOX)
    pixels = np.asarray(image, np.float64) / 255
    border = np.concatenate((pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]))
    paper = np.median(border, axis=0)
    even = (np.abs(border - paper).max(1) <= _EVEN).mean() >= _PAPER
    share = 1.0
    if even:
        ink = np.abs(pixels - paper).max(2) > _INK
        rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
        if len(rows):
            box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
            image = image.crop(box)
        share = 1 - 2 * _AIR
    scale = share * side / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    grain = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    ground = tuple(round(255 * float(value)) for value in paper)
    square = Image.new("RGB", (side, side), ground)
    square.paste(image.resize(size, grain), ((side - size[0]) // 2, (side - size[1]) // 2))
    if even:
        return Sheet(square, paper, 1.0, 1.0)
    width, height = (max(length / max(size), 1 / _TALLEST) for length in size)
    return Sheet(square, None, width, height)


@dataclass(frozen=True, slots=True)
class Traced:
    """drawing: on a square canvas of SIDE pixels. lines: which of its strokes are lines, (S,)."""

    drawing: Drawing
    lines: NDArray[np.bool_]


def trace(
    picture: Sheet,
    strokes: int,
    ink: Ink,
    rng: np.random.Generator,
    pause: Callable[[], None] | None = None,
) -> Traced:
    """A drawing of a picture in 1 to `strokes` strokes.

    pause: called many times on the way, for what cannot wait.
    """
    tracer = _Tracer(picture, strokes, rng, pause or (lambda: None))
    found = _found(picture, ink)
    if ink == "pen":
        return tracer.pen(found)
    return tracer.marker(found) if ink == "marker" else tracer.paint(found)


def wanted(picture: Sheet, traced: Traced, ink: Ink, side: int) -> Array:
    """What the drawing should come to look like, (side, side, 3) sRGB in [0, 1].

    Paint comes as near to the picture as it can. A marker draws it with the lines that were traced;
    a pen has these lines and shadows alone, which are the tracing itself.
    """
    if ink == "pen":
        return np.asarray(to_image(traced.drawing, side), np.float64) / 255
    if ink == "paint":
        return picture.pixels(side)
    strokes = (s for s, line in zip(traced.drawing.strokes, traced.lines, strict=True) if line)
    black = tuple(replace(stroke, colour=BLACK) for stroke in strokes)
    drawn = np.asarray(to_image(Drawing(SIDE, SIDE, black), side), np.float64)[..., :1] / 255
    return drawn * from_oklab(_on_light_paper(picture, side)) + (1 - drawn) * np.array(_DARK)


def background(picture: Sheet, ink: Ink) -> RGB:
    """The paper to draw on: the picture's own, or white; for paint without paper its mean."""
    if ink in ("marker", "pen"):
        white = picture.paper is None or oklab(picture.paper)[0] < _LIGHT or ink == "pen"
        return WHITE if white or picture.paper is None else as_rgb(picture.paper)
    if picture.paper is not None:
        return as_rgb(picture.paper)
    return as_rgb(picture.pixels(_FILLED_AT)[picture.inside(_FILLED_AT)].mean(0))


def _on_light_paper(picture: Sheet, side: int) -> Array:
    """The picture in OKLab; from dark paper, such as a blackboard, with light for dark."""
    lab = oklab(picture.pixels(side))
    if picture.paper is not None and oklab(picture.paper)[0] < 0.5:
        lab[..., 0] = 1 - lab[..., 0]
    return lab


def _found(picture: Sheet, ink: Ink) -> list[Line]:
    """Lines in shares of the canvas, the most wanted first."""
    if ink in ("marker", "pen"):
        lab = _on_light_paper(picture, _LINED_AT)
    else:
        lab = oklab(picture.pixels(_LINED_AT))
    ink_wanted = edges(lab) * _off_frame(picture)
    scale = 1 / _LINED_AT
    return [
        Line(tuple((x * scale, y * scale) for x, y in line.points), line.ink)
        for line in lines(ink_wanted)
    ]


def _off_frame(picture: Sheet) -> NDArray[np.bool_]:
    """Where an edge is one of the picture's and not of the frame that it was given."""
    inside = picture.inside(_LINED_AT + 4)
    shrunk = np.min([inside[i : i + _LINED_AT] for i in (0, 4)], 0)
    return np.min([shrunk[:, i : i + _LINED_AT] for i in (0, 4)], 0)


@dataclass(frozen=True, slots=True)
class _Tracer:
    """Traces one picture; see `trace`. Lines come with the most wanted first."""

    picture: Sheet
    strokes: int
    rng: np.random.Generator
    pause: Callable[[], None]

    def paint(self, found: list[Line]) -> Traced:
        lab, inside = oklab(self.picture.pixels(_FILLED_AT)), self.picture.inside(_FILLED_AT)
        paper = background(self.picture, "paint")
        canvas = Canvas(lab, inside, oklab(paper))
        laid = self._fill(canvas, round((1 - _LINES["paint"]) * self.strokes), _BROAD)
        drawn = [_filling(filling) for filling, _ in laid]
        # A line must be worth half of what another filling would be: people look at lines.
        least = 0.5 * min((gain for _, gain in laid), default=0.0)
        room = self.strokes - len(drawn)
        drawn += _worthwhile(canvas, found[: 3 * self.strokes], self.width, room, least)
        lines = range(len(laid), len(drawn))
        more = self._fill(canvas, self.strokes - len(drawn), _BROAD)
        return _traced([*drawn, *(_filling(filling) for filling, _ in more)], lines, paper)

    def marker(self, found: list[Line]) -> Traced:
        lab, inside = _on_light_paper(self.picture, _FILLED_AT), self.picture.inside(_FILLED_AT)
        paper = background(self.picture, "marker")
        canvas = Canvas(lab, inside, oklab(paper), _palette(lab[inside], self.rng))
        lined = min(len(found), round(_LINES["marker"] * self.strokes))
        laid = self._fill(canvas, self.strokes - lined, _BROAD, _WORTH)
        drawn = [_filling(filling) for filling, _ in laid]
        lines = found[: self.strokes - len(laid)]
        drawn += [_line(line, self.width, _DARK) for line in lines]
        return _traced(drawn, range(len(laid), len(drawn)), paper)

    def pen(self, found: list[Line]) -> Traced:
        lined = min(len(found), max(1, round(_LINES["pen"] * self.strokes)))
        shaded = _shaded(self.picture)[: self.strokes - lined]
        drawn = [_line(line, self.width, BLACK[:3]) for line in found]
        drawn = drawn[: self.strokes - len(shaded)]
        return _traced([*drawn, *shaded], range(len(drawn)), WHITE)

    @property
    def width(self) -> float:
        """Of lines, as a share of the canvas: many lines are finer."""
        return _LINE * (_FEW / max(_FEW, self.strokes)) ** _FINER

    def _fill(
        self, canvas: Canvas, count: int, widths: tuple[float, float], worth: float = 0.0
    ) -> list[tuple[Filling, float]]:
        laid = []
        for each in fill(canvas, count, self.rng, widths, worth):
            laid.append(each)
            self.pause()
        return laid


def _shaded(picture: Sheet) -> list[Stroke]:
    """A pen's shadows, each movement to and fro a stroke; those of the darkest first."""
    lightness = blurred(_on_light_paper(picture, _LINED_AT)[..., 0], 1.0)
    inside = picture.inside(_LINED_AT)
    scale = SIDE / _LINED_AT
    strokes = []
    for below, width, apart, angle in _SHADES:
        dark = inside & (lightness < below)
        reach = _DEEPEST * _LINED_AT
        core = distance(~np.pad(dark, 1))[1:-1, 1:-1] > reach
        dark &= near(core, reach + 1)
        for corners in shading(dark, apart * _LINED_AT, np.radians(angle)):
            if np.hypot(*np.diff(corners, axis=0).T).sum() < _SHORT * _LINED_AT:
                continue
            points = tuple((float(x) * scale, float(y) * scale) for x, y in straight(list(corners)))
            strokes.append(Stroke(points, width * SIDE, BLACK))
    return strokes


def _worthwhile(
    canvas: Canvas, found: list[Line], width: float, most: int, least: float
) -> list[Stroke]:
    """Lines in the colours that they run along, as long as each gains at least so much."""
    if not found or most < 1:
        return []
    widths = np.array([width], np.float32)
    masks = np.concatenate([canvas.along(_polyline(line.points)[None], widths) for line in found])
    drawn = []
    for _ in range(most):
        gains, colours = canvas.gains(masks)
        best = int(gains.argmax())
        if gains[best] <= least:
            break
        canvas.lay(masks[best], colours[best])
        drawn.append(_line(found[best], width, as_rgb(from_oklab(colours[best]))))
    return drawn


def _traced(drawn: list[Stroke], lined: range, paper: RGB) -> Traced:
    """With nothing to draw, one stroke in the paper's colour: a drawing has strokes."""
    if not drawn:
        middle = tuple((SIDE * at, SIDE / 2) for at in (0.3, 0.4, 0.6, 0.7))
        drawn = [Stroke(middle, 0.1 * SIDE, (*paper, 1.0))]
    which = np.zeros(len(drawn), bool)
    which[lined.start : lined.stop] = True
    return Traced(Drawing(SIDE, SIDE, tuple(drawn), paper), which)


def _filling(filling: Filling) -> Stroke:
    points = tuple((float(x) * SIDE, float(y) * SIDE) for x, y in filling.points())
    colour = as_rgb(from_oklab(filling.colour))
    return Stroke(points, float(filling.shape[WIDTH]) * SIDE, (*colour, 1.0))


def _line(line: Line, width: float, colour: RGB) -> Stroke:
    points = tuple((x * SIDE, y * SIDE) for x, y in line.points)
    return Stroke(points, width * SIDE, (*colour, 1.0))


def _polyline(points: tuple[Point, ...], pieces: int = 4) -> NDArray[np.float32]:
    """(n, 2): places along a path of cubics."""
    t = np.linspace(0, 1, pieces + 1)[1:, None]
    at = np.array(points)
    course = [at[:1]]
    for a, b, c, d in zip(at[0::3], at[1::3], at[2::3], at[3::3], strict=False):
        s = 1 - t
        course.append(s**3 * a + 3 * s * s * t * b + 3 * s * t * t * c + t**3 * d)
    return np.concatenate(course).astype(np.float32)


def _palette(colours: Array, rng: np.random.Generator) -> Array:
    """At most _PALETTE colours (K, 3) in OKLab that stand for many (N, 3): k-means (Lloyd 1982),
    begun as k-means++ is (Arthur, Vassilvitskii 2007)."""
    chosen = colours[rng.integers(len(colours))][None]
    for _ in range(_PALETTE - 1):
        away = np.square(colours[:, None] - chosen).sum(2).min(1)
        if away.mean() < 1e-5:
            break
        chosen = np.append(chosen, colours[rng.choice(len(colours), p=away / away.sum())][None], 0)
    for _ in range(10):
        nearest = np.square(colours[:, None] - chosen).sum(2).argmin(1)
        for i in range(len(chosen)):
            if (nearest == i).any():
                chosen[i] = np.median(colours[nearest == i], 0)
    return chosen
