"""Telephone: books of phrases and drawings that go around the table, then their reveal."""
