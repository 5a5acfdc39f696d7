"""Breeding in Discord: a post with nine drawings to vote on, and the family tree at the end."""

from importlib import resources

from bot import texts

texts.add(resources.files(__name__) / "texts")
