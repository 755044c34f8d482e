"""Arithmetic of integers in operators that the tensors of every framework have."""

from typing import Any


def round_to_multiple(x: Any, unit: int) -> Any:
    """Integers rounded to multiples of `unit`, an even number; half-way ones to an even multiple."""
    return (x + (unit // 2 - 1) + x // unit % 2) // unit * unit
