"""Text from people: cleaned on its way in, escaped on its way out.

Trust nothing that a person wrote before `clean` has seen it, and show it to others only through
`shown`.
"""

from __future__ import annotations

import re
import unicodedata

from bot.kit.errors import UserError
from engine.visible_text import is_visible

MAX_PROMPT = 300  # characters
_MOST_MARKS = 4  # combining marks in a row; stacks of them run over the lines above and below

# Characters with a meaning in Discord's Markdown, in mentions and in links. A backslash before
# any of them takes it away. docs: https://docs.discord.com/developers/reference#message-formatting
_MARKDOWN = re.compile(r"([\\*_~|`>#\[\]()<@:-])")
# Joiners have a meaning inside words of some scripts and inside emoji; nothing else of their
# category does in one line of text.
_JOINERS = "\u200c\u200d"
_ISOLATE, _POP = "\u2068", "\u2069"


def clean(text: str, most: int = MAX_PROMPT) -> str:
    """One line of visible text: composed, without control, invisible or direction characters.

    Raises UserError when nothing is left, or when it has over `most` characters.
    """
    if len(text) > 4 * most:  # nothing below has to look at megabytes
        raise UserError("refused.long", most=most)
    text = line(text)
    if not any(char.isalnum() or unicodedata.category(char) == "So" for char in text):
        raise UserError("refused.empty")
    if len(text) > most:
        raise UserError("refused.long", most=most)
    return text


def line(text: str) -> str:
    """What can be seen of a text, in one line: composed, without control, invisible or direction
    characters, and without stacks of marks; "" if nothing can."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(char if _is_kept(char) else " " if char.isspace() else "" for char in text)
    text = _without_stacks(re.sub(r"\s+", " ", text).strip())
    return text if is_visible(text) else ""


def _is_kept(char: str) -> bool:
    category = unicodedata.category(char)
    return char in _JOINERS or (category[0] != "C" and category not in ("Zl", "Zp"))


def _without_stacks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def shown(text: str, most: int = MAX_PROMPT) -> str:
    """The text for a message: one line, of which no Markdown, link or mention comes, and text that
    runs from right to left keeps to its place. Over `most` characters it ends in an ellipsis, and
    is nothing else if there is nothing to be seen."""
    text = line(text) or "…"
    if len(text) > most:
        text = text[: most - 1].rstrip() + "…"
    escaped = _MARKDOWN.sub(r"\\\1", text)
    if any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text):
        return f"{_ISOLATE}{escaped}{_POP}"
    return escaped
