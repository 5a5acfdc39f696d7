"""What can be chosen about a drawing, by name. Imports nothing, so that a command line is quick."""

from typing import Literal

Ink = Literal["marker", "pen", "paint"]
Begin = Literal["sketch", "scribbles"]

INKS: tuple[Ink, ...] = ("marker", "pen", "paint")
BEGINS: tuple[Begin, ...] = ("sketch", "scribbles")

GRADIENT = "gradient"
MORPH = "morph"
DEPTH = "depth"
COLLAGE = "collage"
PAINTERS: dict[str, str] = {
    GRADIENT: "engine.paint.painters.gradient",
    "pixels": "engine.paint.painters.pixels",
    MORPH: "engine.paint.painters.morph",
    DEPTH: "engine.paint.painters.depth",
    "evolution": "engine.paint.painters.evolution",
    "grammar": "engine.paint.painters.grammar",
    COLLAGE: "engine.paint.painters.collage",
    "biggan": "engine.paint.painters.biggan",
    "vqgan": "engine.paint.painters.vqgan",
}
"""The painters there are, each in a module; docs/painters.md says how to add one."""

STROKE_STYLES: dict[str, tuple[str, ...]] = {
    "ink brush": ("brush and ink", "ink wash", "ink painting", "sumi-e", "calligraphy"),
    "watercolour": ("watercolor", "aquarelle"),
    "crayon": ("wax crayon", "child's doodle"),
    "charcoal": ("charcoals",),
    "chalk": ("blackboard", "chalkboard"),
    "blueprint": ("blueprints", "technical drawing", "wireframe"),
    "neon": ("neon sign", "neon light"),
    "woodcut": ("woodblock", "linocut", "engraving"),
    "stained glass": ("stained-glass",),
    "pointillism": ("pointillist", "stippling"),
    "embroidery": ("embroidered", "cross-stitch", "needlework"),
    "one line": ("one-line", "single line", "continuous line"),
}
"""Styles that live in the strokes (engine/paint/styles), each with other words for it."""

BASELINES = frozenset({"biggan", "vqgan"})
"""Painters that need weights which do not come along; the bot does not offer them."""
FILMS = frozenset({MORPH, DEPTH})
"""The painters whose work is a film: frames, of which a drawing is but the last."""
FRAMES = 13
"""Of the way from one drawing to the next, both included, where no number is asked for."""
MAX_FRAMES = 120
MAX_MORE = 8
"""Prompts after the first."""
MAX_CUT_UP = 32
"""Pictures that a collage is cut from."""

STROKES = 32
"""As many strokes as a drawing has unless another number is asked for."""
MAX_SKETCHES = 9
"""In one answer."""


def plain_ink(name: object) -> object:
    """The name of an ink; `colour` is what paint was called before."""
    return "paint" if name == "colour" else name
