"""One step of everything that is painted: what it holds, and what moves on with it."""
