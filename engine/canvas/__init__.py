"""A drawing: what it is, and how it becomes SVG, PNG and GIF. Needs no torch."""
