"""The engine: strokes, pixels and CLIP. It knows nothing of Discord or of any game."""

import os

# OpenMP's threads spin while they wait for each other: with other work on the machine, a step on
# two cores then takes ten times as long as on one. Asleep they cost a little; read before torch.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
