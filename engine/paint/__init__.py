"""From a prompt to a drawing: what is asked for, how strokes begin, and how they are painted."""
