"""Telephone in Discord, and the albums that it leaves."""
