"""Boxes and arrows as SVG: boxes stand in rows by their longest way from the start, ordered so that few edges cross."""

from __future__ import annotations

import html
import itertools
from collections.abc import Sequence

from bridge.flow import Box, widths_of

LINE, PADDING, GAP, ROW_GAP, MARGIN = 16.0, 8.0, 24.0, 36.0, 12.0
FILLS = {"input": "#e3f0dc", "output": "#e3f0dc", "layer": "#dce8f5", "function": "#f5f0dc", "module": "#dce8f5"}

Edges = Sequence[tuple[int, int]]


def drawn(boxes: Sequence[Box], edges: Edges) -> str:
    """The SVG of a graph without cycles.

    Args:
        boxes: each with its text.
        edges: from one place among the boxes to a later one.
    """
    rows = _rows(len(boxes), edges)
    chains = _chains(rows, edges)
    ordered = _ordered(rows, chains)
    widths = widths_of(boxes)
    centres, height = _places(ordered, widths, [len(box.lines) * LINE + 2 * PADDING for box in boxes])
    left = min((x - (widths[n] if n < len(boxes) else 0) / 2 for n, (x, _, _) in centres.items()), default=0.0)
    right = max((x + (widths[n] if n < len(boxes) else 0) / 2 for n, (x, _, _) in centres.items()), default=0.0)
    shift = MARGIN - left
    shapes = [_arrow([centres[place] for place in chain], shift) for chain in chains]
    shapes += [_box(box, widths[place], centres[place], shift) for place, box in enumerate(boxes)]
    size = right - left + 2 * MARGIN, height + 2 * MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]:.0f}" height="{size[1]:.0f}" '
            f'viewBox="0 0 {size[0]:.0f} {size[1]:.0f}" font-family="sans-serif" font-size="12">',
            '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
            'orient="auto"><path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>',
            *shapes,
            "</svg>",
            "",
        ]
    )


def _rows(count: int, edges: Edges) -> list[int]:
    """The row of each box: the longest way to it."""
    rows = [0] * count
    for source, target in sorted(edges, key=lambda edge: edge[1]):
        rows[target] = max(rows[target], rows[source] + 1)
    return rows


def _chains(rows: list[int], edges: Edges) -> list[list[int]]:
    """Each edge as the places that it leads through: a new one, without a box, in each row between; `rows` grows."""
    chains = []
    for source, target in edges:
        between = []
        for row in range(rows[source] + 1, rows[target]):
            between.append(len(rows))
            rows.append(row)
        chains.append([source, *between, target])
    return chains


def _ordered(rows: list[int], chains: list[list[int]]) -> list[list[int]]:
    """The places in each row, from left to right: near the middle of their neighbours, found in a few sweeps."""
    ordered: list[list[int]] = [[] for _ in range(max(rows, default=-1) + 1)]
    for place, at_row in enumerate(rows):
        ordered[at_row].append(place)
    above: dict[int, list[int]] = {place: [] for place in range(len(rows))}
    below: dict[int, list[int]] = {place: [] for place in range(len(rows))}
    for chain in chains:
        for first, second in itertools.pairwise(chain):
            below[first].append(second)
            above[second].append(first)
    for sweep in range(8):
        neighbours = above if sweep % 2 == 0 else below
        for line in ordered if sweep % 2 == 0 else ordered[::-1]:
            at = {place: index for row in ordered for index, place in enumerate(row)}
            middle = {
                place: sum(at[other] for other in neighbours[place]) / len(neighbours[place])
                if neighbours[place]
                else at[place]
                for place in line
            }
            line.sort(key=middle.__getitem__)
    return ordered


def _places(
    ordered: list[list[int]], widths: list[float], heights: list[float]
) -> tuple[dict[int, tuple[float, float, float]], float]:
    """The centre of each place and half its height, each row in the middle; and the height of it all."""
    centres, top = {}, MARGIN
    for row in ordered:
        tallest = max((heights[place] for place in row if place < len(heights)), default=0.0)
        sizes = [widths[place] if place < len(widths) else 0.0 for place in row]
        x = -(sum(sizes) + GAP * (len(row) - 1)) / 2
        for place, width in zip(row, sizes, strict=True):
            half = heights[place] / 2 if place < len(heights) else 0.0
            centres[place] = (x + width / 2, top + tallest / 2, half)
            x += width + GAP
        top += tallest + ROW_GAP
    return centres, top - ROW_GAP - MARGIN


def _arrow(points: list[tuple[float, float, float]], shift: float) -> str:
    start, *middle, end = points
    x, y = start[0] + shift, start[1] + start[2]
    path = f"M{x:.1f} {y:.1f}"
    for next_x, next_y, half in [*middle, end]:
        to_x, to_y = next_x + shift, next_y - half
        bend = (y + to_y) / 2
        path += f"C{x:.1f} {bend:.1f} {to_x:.1f} {bend:.1f} {to_x:.1f} {to_y:.1f}"
        x, y = to_x, next_y + half
    return f'<path d="{path}" fill="none" stroke="#555" marker-end="url(#arrow)"/>'


def _box(box: Box, width: float, centre: tuple[float, float, float], shift: float) -> str:
    x, y, half = centre
    left, top = x + shift - width / 2, y - half
    lines = "".join(
        f'<text x="{x + shift:.1f}" y="{top + PADDING + LINE * (place + 0.75):.1f}" text-anchor="middle"'
        f"{' font-weight=' + chr(34) + 'bold' + chr(34) if place == 0 else ''}>{html.escape(line)}</text>"
        for place, line in enumerate(box.lines)
    )
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{2 * half:.1f}" rx="5" '
        f'fill="{FILLS[box.kind]}" stroke="#555"/>{lines}'
    )
