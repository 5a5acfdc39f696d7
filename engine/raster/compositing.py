"""Compositing: strokes laid "over" one another, pixel by pixel, and gradients back through it.

A stroke of straight colour c and opacity a that covers a share k of a pixel of colour b makes it
b + a k (c - b). On the way back the strokes come off from the top, so what lay below each of them
is recorded on the way there.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy import float32

jit = numba.njit(
    cache=True, nogil=True, error_model="numpy", fastmath={"contract", "nsz", "arcp", "reassoc"}
)


@jit
def paint(image, area, units, stroke_offsets, colours, coverage, keep):
    """Paint bands of drawings over what is there.

    image: (B * 3 * area,) float32, planes of `area` pixels, changed in place. units: (U, 3)
    int64, the first column the drawing. stroke_offsets: (B + 1,). colours: (S, 4) float32
    straight RGBA. coverage: of these units, from `cover`.
    keep: whether to return the colours below, (n, 3) for edges and (m, 3) for insides, or none.
    """
    offsets, edges, shares, insides = (
        coverage.offsets,
        coverage.edges,
        coverage.shares,
        coverage.insides,
    )
    below_edges = np.empty((offsets[-1, 0] if keep else 0, 3), np.float32)
    below_insides = np.empty((offsets[-1, 1] if keep else 0, 3), np.float32)
    k = 0
    for u in range(units.shape[0]):
        drawing = units[u, 0]
        red = drawing * 3 * area
        green, blue = red + area, red + 2 * area
        for s in range(stroke_offsets[drawing], stroke_offsets[drawing + 1]):
            r, g, b, a = colours[s, 0], colours[s, 1], colours[s, 2], colours[s, 3]
            for j in range(offsets[k, 0], offsets[k + 1, 0]):
                pixel = edges[j, 0]
                alpha = shares[j, 0] * a
                old_r, old_g, old_b = image[red + pixel], image[green + pixel], image[blue + pixel]
                image[red + pixel] = old_r + alpha * (r - old_r)
                image[green + pixel] = old_g + alpha * (g - old_g)
                image[blue + pixel] = old_b + alpha * (b - old_b)
                if keep:
                    below_edges[j, 0] = old_r
                    below_edges[j, 1] = old_g
                    below_edges[j, 2] = old_b
            for j in range(offsets[k, 1], offsets[k + 1, 1]):
                pixel = insides[j]
                old_r, old_g, old_b = image[red + pixel], image[green + pixel], image[blue + pixel]
                image[red + pixel] = old_r + a * (r - old_r)
                image[green + pixel] = old_g + a * (g - old_g)
                image[blue + pixel] = old_b + a * (b - old_b)
                if keep:
                    below_insides[j, 0] = old_r
                    below_insides[j, 1] = old_g
                    below_insides[j, 2] = old_b
            k += 1
    return below_edges, below_insides


@jit
def unpaint(
    gradient,
    area,
    units,
    stroke_offsets,
    colours,
    coverage,
    below_edges,
    below_insides,
    by_vertex,
    by_colour,
    by_half,
):
    """Take the gradient of a loss by the image to vertices, colours and half widths.

    gradient: (B * 3 * area,) float32, used up. by_vertex: (V, 2) float32, by_colour: (S, 4) and
    by_half: (S,) float64: added to.
    """
    offsets, edges, shares, insides = (
        coverage.offsets,
        coverage.edges,
        coverage.shares,
        coverage.insides,
    )
    k = 0
    for u in range(units.shape[0]):
        drawing = units[u, 0]
        red = drawing * 3 * area
        green, blue = red + area, red + 2 * area
        first, last = stroke_offsets[drawing], stroke_offsets[drawing + 1]
        k += last - first
        for s in range(last - 1, first - 1, -1):
            at = k - (last - s)
            r, g, b, a = colours[s, 0], colours[s, 1], colours[s, 2], colours[s, 3]
            sum_r = sum_g = sum_b = sum_a = sum_h = 0.0
            rest = float32(1) - a
            for j in range(offsets[at, 1], offsets[at + 1, 1]):
                pixel = insides[j]
                by_r = gradient[red + pixel]
                by_g = gradient[green + pixel]
                by_b = gradient[blue + pixel]
                gradient[red + pixel] = by_r * rest
                gradient[green + pixel] = by_g * rest
                gradient[blue + pixel] = by_b * rest
                below = below_insides[j]
                sum_a += by_r * (r - below[0]) + by_g * (g - below[1]) + by_b * (b - below[2])
                sum_r += by_r
                sum_g += by_g
                sum_b += by_b
            sum_r *= a
            sum_g *= a
            sum_b *= a
            c = offsets[at, 2]
            for j in range(offsets[at, 0], offsets[at + 1, 0]):
                pixel = edges[j, 0]
                by_r = gradient[red + pixel]
                by_g = gradient[green + pixel]
                by_b = gradient[blue + pixel]
                share = shares[j, 0]
                alpha = share * a
                rest = float32(1) - alpha
                gradient[red + pixel] = by_r * rest
                gradient[green + pixel] = by_g * rest
                gradient[blue + pixel] = by_b * rest
                below = below_edges[j]
                by_alpha = by_r * (r - below[0]) + by_g * (g - below[1]) + by_b * (b - below[2])
                sum_r += alpha * by_r
                sum_g += alpha * by_g
                sum_b += alpha * by_b
                sum_a += share * by_alpha
                force = by_alpha * a
                sum_h += force * shares[j, 1]
                vertex = edges[j, 1]
                if vertex >= 0:
                    _pull(
                        by_vertex, vertex, shares[j, 2], force * shares[j, 3], force * shares[j, 4]
                    )
                else:
                    for _ in range(-1 - vertex):
                        pull = coverage.pulls[c]
                        _pull(
                            by_vertex,
                            coverage.contacts[c],
                            pull[0],
                            force * pull[1],
                            force * pull[2],
                        )
                        c += 1
            by_colour[s, 0] += sum_r
            by_colour[s, 1] += sum_g
            by_colour[s, 2] += sum_b
            by_colour[s, 3] += sum_a
            by_half[s] += sum_h


@jit
def _pull(by_vertex, vertex, t, x, y):
    """Share a force at t of the piece from a vertex between its two ends."""
    by_vertex[vertex, 0] += x - t * x
    by_vertex[vertex, 1] += y - t * y
    by_vertex[vertex + 1, 0] += t * x
    by_vertex[vertex + 1, 1] += t * y
