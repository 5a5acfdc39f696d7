"""The commands that are no game's, one file each."""
