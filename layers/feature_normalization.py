"""Features brought to mean 0 and variance 1 by what a data set holds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy
import torch

from bridge import Layer, ops
from bridge.layers.batches import batches
from bridge.layers.preprocessing import plain_arguments
from bridge.shapes import normalize_axis, static_shape
from bridge.typing import Array

__all__ = ["Normalization"]

_SMALLEST = 1e-7
"""The least standard deviation that is divided by, which is Keras's epsilon."""


class Normalization(Layer):
    """`(input - mean) / sqrt(variance)`, each the data set's: `keras.layers.Normalization` for every framework.

    Mean and variance are given, or found by `adapt`; before that they are 0 and 1. They are buffers, so they travel
    with the model into `state_dict` and exported files; nothing trains them.

    Args:
        axis: the axes that have a mean and a variance for each index; `None` for one of all values.
        mean: a number, or nested lists or an array, of the sizes of these axes or broadcasting to them.
        variance: likewise; given if and only if `mean` is.
        invert: the way back: `input * sqrt(variance) + mean`.
        device: where the statistics lie; by default that of the first input.
        dtype: of the statistics and of the output; torch's default dtype by default.

    Shape:
        Input and output `(N, *)`, the same; the input is cast to `dtype`.

    Attributes:
        mean: a buffer of the sizes of `axis`.
        variance: a buffer likewise.
        count: a buffer: how many values the statistics are of; 0 for given ones.

    Raises:
        ValueError: one of mean and variance is given without the other, or in another shape, or an axis comes twice.
        InputShapeError: the input has no such axes, or in other sizes.

    >>> layer = nn.Normalization()
    >>> layer.adapt(torch.tensor([[0.0, 7.0], [2.0, 9.0]]))
    >>> layer(torch.tensor([[0.0, 9.0]]))
    tensor([[-1.,  1.]])
    """

    mean: Any
    variance: Any
    count: Any

    def __init__(
        self,
        axis: int | Sequence[int] | None = -1,
        mean: float | Sequence[Any] | numpy.ndarray[Any, Any] | torch.Tensor | None = None,
        variance: float | Sequence[Any] | numpy.ndarray[Any, Any] | torch.Tensor | None = None,
        invert: bool = False,
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        axes = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        given = _checked(axes, mean, variance)
        super().__init__()
        self.axis = axes
        self.invert = invert
        self._factory: Any = {"device": device, "dtype": dtype or torch.get_default_dtype()}
        for name in ("mean", "variance", "count"):
            self.register_buffer(name, None)
        self._given = given is not None
        if given is not None:
            self._set(torch.tensor(given[0], **self._factory), torch.tensor(given[1], **self._factory), 0)

    def _set(self, mean: torch.Tensor, variance: torch.Tensor, count: int) -> None:
        self.mean, self.variance = mean, variance
        self.count = torch.tensor(count, device=mean.device)
        self._needs_build = False

    def build(self, input_shape: tuple[int | None, ...]) -> None:  # type: ignore[override]
        """Makes the statistics, of mean 0 and variance 1, for an input of this shape.

        >>> layer = nn.Normalization(axis=1)
        >>> layer.build((None, 3, 8))
        >>> layer.mean
        tensor([0., 0., 0.])
        """
        if any(not -len(input_shape) <= axis < len(input_shape) for axis in self.axis):
            raise ValueError(f"{self} expected an input with axes {self.axis}, got shape {tuple(input_shape)}")
        sizes = tuple(input_shape[axis] for axis in self._kept(len(input_shape)))
        if None in sizes:
            raise ValueError(f"{self} expected known sizes along {self.axis}, got shape {tuple(input_shape)}")
        zeros = torch.zeros(sizes, **self._factory)  # type: ignore[arg-type]
        self._set(zeros, torch.ones_like(zeros), 0)

    def _kept(self, rank: int) -> tuple[int, ...]:
        """The axes with statistics of their own, in order."""
        return tuple(sorted(normalize_axis(axis, rank) for axis in self.axis))

    def adapt(self, data: Any) -> None:
        """Finds mean and variance from data, in place of those from an earlier call.

        Args:
            data: an array or a tensor of any framework, or an iterable of batches, such as a `tf.data.Dataset` or a
                `DataLoader`; of a batch in a tuple or a list, the first is taken.

        Raises:
            ValueError: the layer was given its statistics, the data are empty, or their sizes along `axis` are others.
            TypeError: a batch is no array.

        >>> layer = nn.Normalization(axis=None)
        >>> layer.adapt([numpy.array([1.0, 2.0]), torch.tensor([3.0, 4.0, 5.0])])
        >>> layer.mean, layer.variance, layer.count
        (tensor(3.), tensor(2.), tensor(5))
        """
        if self._given:
            raise ValueError(f"{self} has the mean and variance that it was given; to adapt, build it without")
        count, mean, variance = 0, torch.zeros(()), torch.zeros(())
        for batch in batches(data, "Normalization.adapt"):
            if self._needs_build:
                self.build(tuple(batch.shape))
            self.check_shapes(batch)
            kept = self._kept(batch.ndim)
            values = torch.movedim(batch, kept, tuple(range(len(kept))))
            of_each = math.prod(values.shape[len(kept) :])
            if of_each == 0:
                continue
            values = values.reshape(*self.mean.shape, of_each)
            count += of_each
            weight = of_each / count
            offset = values.mean(-1) - mean
            # Chan et al.: the spread within both parts, and that between their means.
            variance = variance * (1 - weight) + values.var(-1, correction=0) * weight
            variance = variance + offset.square() * (weight * (1 - weight))
            mean = mean + offset * weight
        if count == 0:
            raise ValueError("Normalization.adapt expected data, got none")
        self._set(mean.to(self.mean), variance.to(self.mean), count)

    def forward(self, input: Array) -> Array:
        if not self._fits(input):
            self.check_shapes(input)  # an axis of one would broadcast
        mean, deviation = self._beside(self.mean, input), ops.sqrt(self._beside(self.variance, input))
        deviation = ops.maximum(deviation, _SMALLEST)
        values = ops.astype(input, self.mean.dtype)
        return values * deviation + mean if self.invert else (values - mean) / deviation

    def _beside(self, statistic: Array, input: Array) -> Array:
        """The statistic with its axes where the input has them."""
        sizes, kept = [1] * input.ndim, self._kept(input.ndim)
        for place, size in enumerate(reversed(statistic.shape), 1):
            sizes[kept[-place]] = size
        return ops.reshape(statistic, tuple(sizes))

    def _fits(self, input: Array) -> bool:
        shape = static_shape(input)
        if shape is None:
            return True
        if any(not -len(shape) <= axis < len(shape) for axis in self.axis):
            return False
        own = [shape[axis] for axis in self._kept(len(shape))]
        statistics = tuple(self.mean.shape)
        return all(
            known in (1, size) or size is None for known, size in zip(reversed(statistics), reversed(own), strict=False)
        )

    def check_shapes(self, input: Array) -> None:
        self.expect(
            self._fits(input),
            f"with {tuple(self.mean.shape)} along the axes {self.axis}",
            input,
            "Give it the axes that mean and variance were made for.",
        )

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *args: Any) -> None:
        saved = state_dict.get(f"{prefix}mean")
        if self._needs_build and saved is not None:
            zeros = torch.zeros(saved.shape, **self._factory)
            self._set(zeros, torch.ones_like(zeros), 0)
        super()._load_from_state_dict(state_dict, prefix, *args)

    def get_config(self) -> dict[str, Any]:
        return plain_arguments(self)

    def extra_repr(self) -> str:
        return f"axis={self.axis}, invert={self.invert}"


def _checked(axes: tuple[int, ...], mean: Any, variance: Any) -> tuple[numpy.ndarray[Any, Any], ...] | None:
    """Mean and variance as arrays, if they are given and fit the axes."""
    if len(set(axes)) != len(axes):
        raise ValueError(f"Normalization expected each axis once, got {axes}")
    if (mean is None) != (variance is None):
        raise ValueError(f"Normalization expected mean and variance both or neither, got {mean} and {variance}")
    if mean is None:
        return None
    arrays = tuple(numpy.asarray(value, "float64") for value in (mean, variance))
    shapes = [array.shape for array in arrays]
    if shapes[0] != shapes[1] or len(shapes[0]) > len(axes):
        raise ValueError(
            f"Normalization expected mean and variance of one shape, of at most {len(axes)} axes for axis {axes}, "
            f"got {shapes[0]} and {shapes[1]}"
        )
    return arrays
