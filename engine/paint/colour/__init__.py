"""Colouring in: regions of a line drawing, the colours they get, and the strokes that fill them."""
