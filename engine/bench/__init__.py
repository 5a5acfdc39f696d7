"""Benchmarks, one module each; `python -m engine bench NAME [--json]` runs them."""

import argparse


def natural(text: str) -> int:
    """A number from 1 on, as argparse wants it."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number from 1 on, not {text!r}")
    return int(text)
