"""Whole games in one process on virtual time, with trouble at every turn; see README.md.

`python -m tests.simulation` runs it. A run is a function of its seed alone.
"""
