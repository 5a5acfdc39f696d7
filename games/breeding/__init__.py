"""Breeding: nine drawings of a prompt; the channel's votes choose whose strokes live on."""
