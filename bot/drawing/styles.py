"""Ways to draw that can be chosen: Table 3 of the CLIPDraw paper has many of their adjectives."""

from __future__ import annotations

from bot.texts import Texts

# By key: a style of strokes by its name (engine/paint/options.py), or words that are put behind
# the prompt for CLIP, which reads English.
STYLES = {
    "ink_brush": "ink brush",
    "watercolor": "watercolour",
    "crayon": "crayon",
    "charcoal": "charcoal",
    "chalk": "chalk",
    "blueprint": "blueprint",
    "neon": "neon",
    "woodcut": "woodcut",
    "stained_glass": "stained glass",
    "pointillism": "pointillism",
    "embroidery": "embroidery",
    "one_line": "one line",
    "woodblock": "a Japanese woodblock print",
    "wireframe": "a 3D wireframe",
    "cubist": "a cubist painting",
    "impressionist": "an impressionist painting",
    "graffiti": "graffiti on a wall",
    "cave_painting": "a prehistoric cave painting",
    "comic": "a comic book drawing",
    "doodle": "a child's doodle",
}


def suggestions(texts: Texts, typed: str) -> list[tuple[str, str]]:
    """(what people read, key) of the styles that go with what was typed so far, 25 at most."""
    needle = typed.casefold().strip()
    found = [(texts(f"styles.{key}"), key) for key in STYLES]
    return [(name, key) for name, key in found if needle in name.casefold() or needle in key][:25]


def words(style: str) -> str:
    """What the engine is told of a style: a key of the list, or the words as they are."""
    return STYLES.get(style, style)


def name(texts: Texts, style: str) -> str:
    """What people read for a style."""
    return texts(f"styles.{style}") if style in STYLES else style
