"""The engine: strokes, pixels and CLIP. It knows nothing of Discord or of any game."""
