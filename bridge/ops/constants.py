"""The constants of NumPy and the Array API standard."""

from __future__ import annotations

import math

__all__ = [
    "e",
    "inf",
    "nan",
    "newaxis",
    "pi",
]

e = math.e
"""Euler's number, the base of natural logarithms."""

inf = math.inf
"""Positive infinity."""

nan = math.nan
"""Not a number."""

newaxis = None
"""A new axis, in indexing: `x[:, newaxis]`."""

pi = math.pi
"""The circumference of a circle of diameter 1."""
