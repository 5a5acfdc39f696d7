"""The table that every game is played at: seats, clocks, turns and points."""
