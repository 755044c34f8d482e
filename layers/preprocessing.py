"""What turns raw numbers and integers into features, as layers that travel with the exported model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy
import torch

from bridge import Layer, config, ops
from bridge.dtypes import dtype_name, is_inexact
from bridge.ops.creation import arange_like
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["CategoryEncoding", "Rescaling"]

MODES = ("one_hot", "multi_hot", "count")
"""How integers are written as vectors."""


def check_mode(name: str, mode: str, modes: tuple[str, ...]) -> None:
    """Refuses an output mode that a layer does not have.

    Raises:
        ValueError: it has none such.
    """
    if mode not in modes:
        raise ValueError(f"{name} expected an output_mode of {', '.join(map(repr, modes))}, got {mode!r}")


def encoded(tokens: Array, mode: str, count: int, dtype: torch.dtype, weights: Array | None = None) -> Array:
    """Integers as vectors of `count` numbers, as Keras writes them: see `CategoryEncoding`."""
    if tokens.ndim == 0:
        tokens = ops.expand_dims(tokens, 0)
        weights = None if weights is None else ops.expand_dims(weights, 0)
    if mode == "one_hot" and tokens.ndim > 1 and static_shape(tokens)[-1] == 1:  # type: ignore[index]
        tokens = ops.squeeze(tokens, -1)
    places = ops.equal(ops.expand_dims(tokens, -1), arange_like(tokens, count))
    if mode == "multi_hot":
        places = ops.any(places, axis=-2)
    places = ops.astype(places, dtype)
    if mode != "count":
        return places
    if weights is not None:
        places = places * ops.astype(ops.expand_dims(weights, -1), dtype)
    return ops.sum(places, axis=-2)


def plain_arguments(layer: Layer) -> dict[str, Any]:
    """What `get_config` gives, with arrays as nested lists of numbers."""
    args, kwargs = layer._constructed_with
    plain = {name: _plain(value) for name, value in kwargs.items()}
    return config.arguments(type(layer), tuple(map(_plain, args)), plain)


def _plain(value: Any) -> Any:
    return numpy.asarray(value).tolist() if isinstance(value, numpy.ndarray | numpy.generic | torch.Tensor) else value


class Rescaling(Layer):
    """`input * scale + offset`: `keras.layers.Rescaling` for every framework.

    Integers, such as the bytes of images, become fractions first. A tensor of fractions keeps its dtype.

    Args:
        scale: a number, or nested lists or an array that broadcast with the input.
        offset: likewise.
        dtype: of the output; by default the input's, or torch's default dtype for integers.

    Shape:
        Input and output of any shape that `scale` and `offset` broadcast to.

    >>> nn.Rescaling(1 / 127.5, offset=-1)(torch.tensor([0, 255], dtype=torch.uint8))
    tensor([-1.,  1.])
    """

    scale: Any
    offset: Any

    def __init__(
        self,
        scale: float | Sequence[Any] | numpy.ndarray[Any, Any] | torch.Tensor,
        offset: float | Sequence[Any] | numpy.ndarray[Any, Any] | torch.Tensor = 0.0,
        *,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.dtype = dtype
        self._default = torch.get_default_dtype()
        for name, value in (("scale", scale), ("offset", offset)):
            if isinstance(value, int | float):
                setattr(self, name, value)
            else:  # what the constructor was given is no state: it is not saved
                numbers = torch.tensor(numpy.asarray(value, "float64"), dtype=dtype or self._default)
                self.register_buffer(name, numbers, persistent=False)

    def forward(self, input: Array) -> Array:
        dtype = self.dtype
        if dtype is None:
            dtype = input.dtype if is_inexact(dtype_name(input.dtype)) else self._default
        scale, offset = (
            value if isinstance(value, int | float) else ops.astype(value, dtype) for value in (self.scale, self.offset)
        )
        return ops.astype(input, dtype) * scale + offset

    def get_config(self) -> dict[str, Any]:
        return plain_arguments(self)

    def extra_repr(self) -> str:
        return ", ".join(
            f"{name}={value if isinstance(value, int | float) else tuple(value.shape)}"
            for name, value in (("scale", self.scale), ("offset", self.offset))
        )


class CategoryEncoding(Layer):
    """Integers as vectors: `keras.layers.CategoryEncoding` for every framework.

    Args:
        num_tokens: how many integers there are, from 0; one that is not among them has no place in the vector.
        output_mode: `"one_hot"`, a vector for each integer, with a 1 at its place; `"multi_hot"`, a vector for all
            integers along the last axis, with a 1 at the place of each; `"count"`, how often each occurs there, or
            the sum of its weights.
        dtype: of the output; torch's default dtype by default.

    Shape:
        Input `(*, K)` of integers, output `(*, num_tokens)`; in `"one_hot"` `(*, K, num_tokens)`, without an axis K
        of 1. `count_weights` are of the input's shape.

    Raises:
        ValueError: `num_tokens` is less than 1, there is no such mode, or weights come in another mode than
            `"count"`.
        InputShapeError: the weights are of another shape.

    >>> nn.CategoryEncoding(4, output_mode="count")(torch.tensor([[0, 1, 1], [3, 3, 3]]))
    tensor([[1., 2., 0., 0.],
            [0., 0., 0., 3.]])
    """

    def __init__(self, num_tokens: int, output_mode: str = "multi_hot", *, dtype: torch.dtype | None = None) -> None:
        if num_tokens < 1:
            raise ValueError(f"CategoryEncoding expected num_tokens of at least 1, got {num_tokens}")
        check_mode("CategoryEncoding", output_mode, MODES)
        super().__init__()
        self.num_tokens = num_tokens
        self.output_mode = output_mode
        self.dtype = dtype or torch.get_default_dtype()

    def forward(self, input: Array, count_weights: Array | None = None) -> Array:
        if count_weights is not None:
            if self.output_mode != "count":
                raise ValueError(f"{self} expected count_weights in the output_mode 'count' alone")
            self.check_shapes(input, count_weights)
        return encoded(input, self.output_mode, self.num_tokens, self.dtype, count_weights)

    def check_shapes(self, input: Array, count_weights: Array | None = None) -> None:
        wanted = None if count_weights is None else static_shape(count_weights)
        shape = static_shape(input)
        self.expect(
            wanted is None
            or shape is None
            or (
                len(shape) == len(wanted) and all(a == b or None in (a, b) for a, b in zip(shape, wanted, strict=True))
            ),
            f"{wanted}, which its count_weights have",
            input,
            "Give a weight for each integer.",
        )

    def extra_repr(self) -> str:
        return f"{self.num_tokens}, output_mode={self.output_mode!r}"
