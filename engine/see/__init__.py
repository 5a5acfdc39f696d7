"""What CLIP sees in a picture: likeness, guesses, captions, and where to look."""
