"""Where a drawing begins: sketches of things, and scenes made of several."""
