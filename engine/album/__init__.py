"""The album of telephone: a chain of phrases and drawings, and everything that shows it.

`book` is what is shown, `wording` what is said around it; `drift` what the model says about it;
`cards` a picture a page, `strip` one tall picture, `sheet` all drawings side by side, `animation` a
GIF, `webpage` a page for browsers, `thermometer` how much is left of the first phrase, `chart` the
drift as a plot, `archive` all of it to take along. `family` and `family_tree` are for drawings that
descend from drawings, as bred ones do. Nothing here knows a rule, a message or a model:
strokes, pixels and text alone.
"""

from engine.album.book import Book as Book
from engine.album.book import Page as Page
from engine.album.drift import Drift as Drift
from engine.album.wording import Wording as Wording
