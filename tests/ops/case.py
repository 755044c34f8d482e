"""One example of an op: its arguments, and the function of NumPy or PyTorch that says what the answer is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy
import torch
from torch.utils._pytree import tree_map

from tests.helpers import to_framework, to_numpy

_generator = numpy.random.default_rng(0)


@dataclasses.dataclass(frozen=True)
class Case:
    """Arguments, in which a NumPy array stands for a tensor of any framework, and the reference for them."""

    reference: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def expected(self) -> Any:
        """The reference's answer, as torch tensors."""
        return self.reference(*to_framework(self.args, "torch"), **to_framework(self.kwargs, "torch"))


def case(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Case:
    """A `Case`, written as the call that it stands for."""
    return Case(reference, args, kwargs)


def by_numpy(function: Callable[..., Any]) -> Callable[..., Any]:
    """A NumPy function as a reference.

    No case has an argument of float64, so an answer in it comes from NumPy's rule for integers: PyTorch has float32.
    """

    def reference(*args: Any, **kwargs: Any) -> Any:
        return tree_map(_tensor, function(*to_numpy(args), **to_numpy(kwargs)))

    return reference


def _tensor(value: Any) -> Any:
    if not isinstance(value, numpy.ndarray | numpy.generic):
        return value
    array = numpy.array(value)
    return torch.tensor(array.astype(numpy.float32) if array.dtype == numpy.float64 else array)


def floats(*shape: int) -> numpy.ndarray:
    """Numbers between -2 and 2, away from 0, where many gradients jump."""
    return numpy.asarray(_generator.uniform(0.1, 2, shape) * _generator.choice([-1, 1], shape), "float32")


def positive(*shape: int) -> numpy.ndarray:
    """Numbers between 0.5 and 2."""
    return numpy.asarray(_generator.uniform(0.5, 2, shape), "float32")


def integers(*shape: int, below: int = 5, dtype: str = "int64") -> numpy.ndarray:
    """Whole numbers from 0 below `below`."""
    return numpy.asarray(_generator.integers(0, below, shape), dtype)


def bools(*shape: int) -> numpy.ndarray:
    """True or false."""
    return numpy.asarray(_generator.integers(0, 2, shape), bool)
