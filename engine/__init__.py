"""The engine: strokes, pixels and CLIP. It knows nothing of Discord or of any game."""

import os

# OpenMP's threads spin while they wait for each other: with other work on the machine, a step on
# two cores then takes ten times as long as on one. Asleep at once they are slow to wake (a drawing
# took 11.7 s on two idle cores, not 5.0), so they spin briefly (4.6 s). Read before torch.
os.environ.setdefault("GOMP_SPINCOUNT", "20000")
