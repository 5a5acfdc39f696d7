"""The bot alone, without Discord: a chain played against an engine, and the files it leaves.

With `games/__main__.py`, which is its command, this is the shell of the rules: it may use the
engine's client, the clock and files. No rule knows of it.
"""
