"""The daily word: everybody draws the same one, and sees the others' drawings when the day ends."""
