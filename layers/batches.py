"""Data of any framework, one array or many batches, for the layers that adapt to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy
import torch

from bridge.frameworks import framework_of
from bridge.transfer import transfer_of

__all__: list[str] = []


def batches(data: Any, where: str) -> Iterator[torch.Tensor]:
    """Each batch as a float64 tensor in the processor's memory.

    Args:
        data: an array or a tensor of any framework, which is the one batch; or an iterable of them. Of a batch in a
            tuple or a list, which holds labels too, the first is taken.
        where: who asks, for the message.

    Raises:
        TypeError: data or a batch are something else.
    """
    if framework_of(data) is not None:
        yield _as_float64(data)
        return
    if not isinstance(data, Iterable) or isinstance(data, str | bytes):
        raise TypeError(f"{where} expected an array, a tensor or an iterable of them, got {type(data).__name__}")
    for batch in data:
        first = batch[0] if isinstance(batch, tuple | list) and len(batch) > 0 else batch
        if framework_of(first) is None:
            raise TypeError(
                f"{where} expected batches that are arrays or tensors, got {type(first).__name__}. Give lists of "
                f"numbers as numpy.array(...)."
            )
        yield _as_float64(first)


def _as_float64(array: Any) -> torch.Tensor:
    framework = framework_of(array)
    if framework == "numpy":
        return torch.from_numpy(numpy.array(array, "float64"))
    tensor = array if framework == "torch" else transfer_of(str(framework)).to_torch(array)
    return tensor.detach().cpu().to(torch.float64)
