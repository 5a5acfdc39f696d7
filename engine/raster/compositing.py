"""Compositing: strokes laid "over" one another, pixel by pixel, and gradients back through it.

A stroke of straight colour c and opacity a that covers a share k of a pixel of colour b makes it
b + a k (c - b). On the way back the strokes come off from the top, so what lay below each of them
is recorded on the way there.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy import float32, uint64

jit = numba.njit(
    cache=True, nogil=True, error_model="numpy", fastmath={"contract", "nsz", "arcp", "reassoc"}
)


@jit
def paint(image, area, units, stroke_offsets, colours, coverage, below_edges, below_insides):
    """Paint bands of drawings over what is there.

    image: (B * 3 * area,) float32, planes of `area` pixels, changed in place. units: (U, 4)
    int64, the first column the drawing. stroke_offsets: (B + 1,). colours: (S, 4) float32
    straight RGBA. coverage: of these units, from `cover`. below_edges: (n, 3) float32 and
    below_insides: (m, 3), where to write the colours below the strokes; (0, 3) if not wanted.
    """
    offsets, pixels, shares = coverage.offsets, coverage.edges[0], coverage.shares[0]
    insides = coverage.insides
    keep_edges, keep_insides = below_edges.shape[0] > 0, below_insides.shape[0] > 0
    k = 0
    for u in range(units.shape[0]):
        red = uint64(units[u, 0] * 3 * area)
        green, blue = red + uint64(area), red + uint64(2 * area)
        for s in range(stroke_offsets[units[u, 0]], stroke_offsets[units[u, 0] + 1]):
            r, g, b, a = colours[s, 0], colours[s, 1], colours[s, 2], colours[s, 3]
            for j in range(offsets[k, 0], offsets[k + 1, 0]):
                pixel = uint64(pixels[j])
                alpha = shares[j] * a
                old_r, old_g, old_b = image[red + pixel], image[green + pixel], image[blue + pixel]
                image[red + pixel] = old_r + alpha * (r - old_r)
                image[green + pixel] = old_g + alpha * (g - old_g)
                image[blue + pixel] = old_b + alpha * (b - old_b)
                if keep_edges:
                    below_edges[j, 0] = old_r
                    below_edges[j, 1] = old_g
                    below_edges[j, 2] = old_b
            for j in range(offsets[k, 1], offsets[k + 1, 1]):
                pixel = uint64(insides[j])
                old_r, old_g, old_b = image[red + pixel], image[green + pixel], image[blue + pixel]
                image[red + pixel] = old_r + a * (r - old_r)
                image[green + pixel] = old_g + a * (g - old_g)
                image[blue + pixel] = old_b + a * (b - old_b)
                if keep_insides:
                    below_insides[j, 0] = old_r
                    below_insides[j, 1] = old_g
                    below_insides[j, 2] = old_b
            k += 1


@jit
def unpaint(
    gradient,
    through,
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

    gradient: (B * 3 * area,) float32. through: (B * area,) float32 of ones, used up: how much of a
    pixel is seen through the strokes that came off already. The rest is as `paint` had and left it.
    by_vertex: (N, V, 2) float32, by_colour: (N, S, 4) and by_half: (N, S) float64, for N bands:
    added to; by_vertex may have no vertices, and without below_insides by_colour is not complete.
    """
    offsets, pixels, vertices = coverage.offsets, coverage.edges[0], coverage.edges[1]
    shares, by_h, ts = coverage.shares[0], coverage.shares[1], coverage.shares[2]
    by_x, by_y = coverage.shares[3], coverage.shares[4]
    insides, contacts, pulls = coverage.insides, coverage.contacts, coverage.pulls
    moving, colouring = by_vertex.shape[1] > 0, below_insides.shape[0] > 0
    k = 0
    for u in range(units.shape[0]):
        red = uint64(units[u, 0] * 3 * area)
        green, blue = red + uint64(area), red + uint64(2 * area)
        clear = uint64(units[u, 0] * area)
        forces, sums, halves = by_vertex[units[u, 3]], by_colour[units[u, 3]], by_half[units[u, 3]]
        first, last = stroke_offsets[units[u, 0]], stroke_offsets[units[u, 0] + 1]
        k += last - first
        for s in range(last - 1, first - 1, -1):
            at = k - (last - s)
            r, g, b, a = colours[s, 0], colours[s, 1], colours[s, 2], colours[s, 3]
            sum_r = sum_g = sum_b = sum_a = sum_h = 0.0
            rest = float32(1) - a
            for j in range(offsets[at, 1], offsets[at + 1, 1]):
                pixel = uint64(insides[j])
                seen = through[clear + pixel]
                through[clear + pixel] = seen * rest
                if colouring:
                    by_r, by_g = seen * gradient[red + pixel], seen * gradient[green + pixel]
                    by_b = seen * gradient[blue + pixel]
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
                pixel = uint64(pixels[j])
                share = shares[j]
                alpha = share * a
                seen = through[clear + pixel]
                through[clear + pixel] = seen * (float32(1) - alpha)
                by_r, by_g = seen * gradient[red + pixel], seen * gradient[green + pixel]
                by_b = seen * gradient[blue + pixel]
                below = below_edges[j]
                by_alpha = by_r * (r - below[0]) + by_g * (g - below[1]) + by_b * (b - below[2])
                sum_r += alpha * by_r
                sum_g += alpha * by_g
                sum_b += alpha * by_b
                sum_a += share * by_alpha
                force = by_alpha * a
                sum_h += force * by_h[j]
                vertex = vertices[j]
                if not moving:
                    continue
                if vertex >= 0:
                    _pull(forces, uint64(vertex), ts[j], force * by_x[j], force * by_y[j])
                else:
                    for _ in range(-1 - vertex):
                        pull = pulls[c]
                        _pull(
                            forces, uint64(contacts[c]), pull[0], force * pull[1], force * pull[2]
                        )
                        c += 1
            sums[s, 0] += sum_r
            sums[s, 1] += sum_g
            sums[s, 2] += sum_b
            sums[s, 3] += sum_a
            halves[s] += sum_h


@jit
def total(by_colour, by_half):
    """What `unpaint` has added up, over the bands: by colours (S, 4), by widths (S,), float32."""
    colours = np.zeros(by_colour.shape[1:], np.float32)
    widths = np.zeros(by_half.shape[1], np.float32)
    for band in range(by_half.shape[0]):
        for s in range(by_half.shape[1]):
            for channel in range(4):
                colours[s, channel] += by_colour[band, s, channel]
            widths[s] += 0.5 * by_half[band, s]
    return colours, widths


@jit
def _pull(forces, vertex, t, x, y):
    """Share a force at t of the piece from a vertex between its two ends."""
    forces[vertex, 0] += x - t * x
    forces[vertex, 1] += y - t * y
    after = vertex + uint64(1)
    forces[after, 0] += t * x
    forces[after, 1] += t * y
