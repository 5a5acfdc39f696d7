"""The words: lists in every language, matching a guess, letters given away, words refused."""
