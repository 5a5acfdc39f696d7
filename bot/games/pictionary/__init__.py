"""Pictionary and the duel in Discord."""
