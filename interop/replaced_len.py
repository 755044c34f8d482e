"""`len(x)` of a tensor while a forward is taken down."""

from __future__ import annotations

import builtins
import contextlib
from collections.abc import Iterator
from typing import Any

import torch


@contextlib.contextmanager
def open_lengths() -> Iterator[None]:
    """Within it `len(x)` of a tensor is `x.shape[0]`, which may be left open: Python's own makes a fixed number of it.

    Code of other threads sees no difference, as theirs is the same number.
    """
    real = builtins.len

    def len_or_shape(sized: Any, /) -> Any:
        return sized.shape[0] if isinstance(sized, torch.Tensor) and sized.ndim else real(sized)

    builtins.len = len_or_shape
    try:
        yield
    finally:
        builtins.len = real
