"""One example of an op: its arguments, and the function of NumPy, SciPy or PyTorch that says what the answer is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy
import torch
from torch.utils._pytree import tree_flatten, tree_leaves, tree_map, tree_unflatten

from tests.helpers import to_framework, to_numpy

_generator = numpy.random.default_rng(0)


@dataclasses.dataclass(frozen=True)
class Case:
    """Arguments, in which a NumPy array stands for a tensor of any framework, and the reference for them.

    Args:
        reference: what the op should be: a function of torch tensors.
        args: the positional arguments.
        kwargs: the named arguments.
        tolerance: the largest difference allowed, relative to the largest value expected.
        gradient: whether the gradient is compared too; `False` where frameworks may differ, such as at a tie,
            or where it cancels to zero, and what is found is rounding alone.
        smooth: whether finite differences show the gradient; `False` at a kink, where torch's is taken as it is.
        via: makes of the op the function to call, where calling the op itself would not do, such as an op whose
            answer is a function, or is only defined up to a sign.
        lacking: where the op does not have it, with the reason: `"jax"`, or one of its columns as `"jax compiled"`.
            That it fails there is asserted.
    """

    reference: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    tolerance: float = 1e-5
    gradient: bool = True
    smooth: bool = True
    via: Callable[[Callable[..., Any]], Callable[..., Any]] | None = None
    lacking: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def but(self, **changes: Any) -> Case:
        """The same case with other fields."""
        return dataclasses.replace(self, **changes)

    def expected(self) -> Any:
        """The reference's answer, as torch tensors."""
        return self.reference(*to_framework(self.args, "torch"), **to_framework(self.kwargs, "torch"))

    def reason_to_lack(self, framework: str, column: str) -> str | None:
        """Why `framework` does not have this, in `"eager"`, `"compiled"` or `"gradient"`; `None` where it does."""
        return self.lacking.get(f"{framework} {column}", self.lacking.get(framework))

    def arrays(self) -> list[numpy.ndarray]:
        """The arrays among the arguments, in order."""
        return [leaf for leaf in tree_leaves((self.args, self.kwargs)) if isinstance(leaf, numpy.ndarray)]

    def of_arrays(self, op: Callable[..., Any]) -> Callable[..., Any]:
        """`op` with these arguments as a function of the arrays among them alone."""
        leaves, structure = tree_flatten((self.args, self.kwargs))
        places = [place for place, leaf in enumerate(leaves) if isinstance(leaf, numpy.ndarray)]
        function = self.via(op) if self.via else op

        def call(*arrays: Any) -> Any:
            filled = list(leaves)
            for place, array in zip(places, arrays, strict=True):
                filled[place] = array
            args, kwargs = tree_unflatten(filled, structure)
            return function(*args, **kwargs)

        return call


def case(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Case:
    """A `Case`, written as the call that it stands for."""
    return Case(reference, args, kwargs)


def by_numpy(function: Callable[..., Any]) -> Callable[..., Any]:
    """A NumPy or SciPy function as a reference.

    Where no argument is of double precision, such an answer comes from NumPy's rule for integers: PyTorch has float32.
    """

    def reference(*args: Any, **kwargs: Any) -> Any:
        double = any(_is_double(leaf) for leaf in tree_leaves((args, kwargs)))
        return tree_map(lambda leaf: _tensor(leaf, double), function(*to_numpy(args), **to_numpy(kwargs)))

    return reference


def _is_double(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor) and leaf.dtype in (torch.float64, torch.complex128)


def _tensor(value: Any, double: bool) -> Any:
    if not isinstance(value, numpy.ndarray | numpy.generic):
        return value
    array = numpy.array(value)
    single = {"float64": "float32", "complex128": "complex64"}.get(array.dtype.name)
    return torch.tensor(array.astype(single) if single and not double else array)


def floats(*shape: int, generator: numpy.random.Generator = _generator) -> numpy.ndarray:
    """Numbers between -2 and 2, away from 0, where many gradients jump."""
    return numpy.asarray(generator.uniform(0.1, 2, shape) * generator.choice([-1, 1], shape), "float32")


def positive(*shape: int) -> numpy.ndarray:
    """Numbers between 0.5 and 2."""
    return numpy.asarray(_generator.uniform(0.5, 2, shape), "float32")


def complexes(*shape: int) -> numpy.ndarray:
    """Complex numbers whose parts are `floats`."""
    return numpy.asarray(floats(*shape) + 1j * floats(*shape), "complex64")


def integers(*shape: int, below: int = 5, dtype: str = "int64") -> numpy.ndarray:
    """Whole numbers from 0 below `below`."""
    return numpy.asarray(_generator.integers(0, below, shape), dtype)


def bools(*shape: int) -> numpy.ndarray:
    """True or false."""
    return numpy.asarray(_generator.integers(0, 2, shape), bool)
