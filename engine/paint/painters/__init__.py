"""Painters: ways from a prompt to a drawing. One is a module here and a line in PAINTERS
(engine/paint/options.py); what it has to offer says engine/paint/painters/way.py."""

from __future__ import annotations

import importlib

from engine.paint.options import PAINTERS
from engine.paint.painters.way import Way


def find(name: str) -> Way:
    """The painter of this name, which is in PAINTERS. Its module is not loaded before."""
    return importlib.import_module(PAINTERS[name]).WAY
