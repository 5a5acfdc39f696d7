"""What every game has in Discord: one runs it, people sit at it, its messages come alive."""
