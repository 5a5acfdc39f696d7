"""Games in which somebody draws a word: Pictionary, the duel, and what they share."""
