"""The pad: a page on which one person draws one thing by hand, and everything behind it."""

from bot.pad.pad import Pad
from bot.pad.room import Heard as Heard
from bot.pad.room import Room as Room
from bot.pad.room import Standing as Standing
from bot.pad.sheet import Sheet, Work

__all__ = ["Pad", "Sheet", "Work"]
