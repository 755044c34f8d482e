"""Numbers sorted into bins, which are given or learned from data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy
import torch

from bridge import Layer, ops
from bridge.layers.batches import batches
from bridge.layers.preprocessing import MODES, check_mode, encoded, plain_arguments
from bridge.typing import Array

__all__ = ["Discretization"]


class Discretization(Layer):
    """The number of the bin that each value falls in: `keras.layers.Discretization` for every framework.

    Bin 0 reaches up to below the first boundary, the last one from the last boundary on.

    Args:
        bin_boundaries: numbers that ascend.
        num_bins: how many bins `adapt` makes, so that each holds about as much of the data; instead of
            `bin_boundaries`.
        epsilon: the share of the data by which `adapt` may be off; a smaller one keeps more of it in memory.
        output_mode: `"int"`, or one of those of `CategoryEncoding`, which then writes the number of the bin.
        device: where the boundaries lie.
        dtype: of the boundaries and of the vectors; torch's default dtype by default.

    Shape:
        Input of any shape; output the same, int64 (int32 in JAX without x64), in `"int"`; else as in
        `CategoryEncoding`, with a place for each bin.

    Attributes:
        bin_boundaries: the boundaries, a buffer; `None` before `adapt`.

    Raises:
        ValueError: not one of `bin_boundaries` and `num_bins` is given, they are no such numbers, or the layer is
            called before `adapt`.

    >>> nn.Discretization([0.0, 1.0, 2.0])(torch.tensor([[-1.5, 1.0], [3.4, 0.5]]))
    tensor([[0, 2],
            [3, 1]])
    """

    bin_boundaries: Any

    def __init__(
        self,
        bin_boundaries: Sequence[float] | numpy.ndarray[Any, Any] | torch.Tensor | None = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        if (bin_boundaries is None) == (num_bins is None):
            raise ValueError(
                f"Discretization expected either bin_boundaries or num_bins, got {bin_boundaries} and {num_bins}"
            )
        if num_bins is not None and num_bins < 1:
            raise ValueError(f"Discretization expected num_bins of at least 1, got {num_bins}")
        if not 0 < epsilon < 1:
            raise ValueError(f"Discretization expected an epsilon between 0 and 1, got {epsilon}")
        check_mode("Discretization", output_mode, ("int", *MODES))
        boundaries = None if bin_boundaries is None else _ascending(bin_boundaries)
        super().__init__()
        self.num_bins = num_bins
        self.epsilon = epsilon
        self.output_mode = output_mode
        self.dtype = dtype or torch.get_default_dtype()
        self._device = device
        self.register_buffer("bin_boundaries", None if boundaries is None else self._as_buffer(boundaries))

    def _as_buffer(self, boundaries: numpy.ndarray[Any, Any]) -> torch.Tensor:
        return torch.tensor(boundaries, device=self._device, dtype=self.dtype)

    def adapt(self, data: Any) -> None:
        """Finds the boundaries from data, as Keras does: from a summary of their quantiles.

        Args:
            data: an array or a tensor of any framework, or an iterable of batches, such as a `tf.data.Dataset` or a
                `DataLoader`; of a batch in a tuple or a list, the first is taken.

        Raises:
            ValueError: the layer was given its boundaries, or the data are empty.
            TypeError: a batch is no array.

        >>> layer = nn.Discretization(num_bins=4)
        >>> layer.adapt(torch.arange(100.0))
        >>> layer.bin_boundaries.round()
        tensor([24., 49., 74.])
        """
        if self.num_bins is None:
            raise ValueError(f"{self} has the bin_boundaries that it was given; to adapt, build it with num_bins")
        summary = numpy.zeros((2, 0), "float32")
        for batch in batches(data, "Discretization.adapt"):
            values = batch.numpy().astype("float32")
            if values.size:
                both = numpy.concatenate([_summary(values, self.epsilon), summary], axis=1)
                summary = _compressed(both[:, numpy.argsort(both[0])], self.epsilon)
        if not summary.size:
            raise ValueError("Discretization.adapt expected data, got none")
        self.bin_boundaries = self._as_buffer(_compressed(summary, 1 / self.num_bins)[0, :-1])

    def forward(self, input: Array) -> Array:
        if self.bin_boundaries is None:
            raise ValueError(f"{self} has no bin_boundaries yet: call adapt with data first")
        boundaries = self.bin_boundaries
        places = ops.searchsorted(boundaries, ops.astype(input, boundaries.dtype), side="right")
        if self.output_mode == "int":
            return places
        return encoded(places, self.output_mode, boundaries.shape[0] + 1, boundaries.dtype)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *args: Any) -> None:
        saved = state_dict.get(f"{prefix}bin_boundaries")
        if self.num_bins is not None and saved is not None:  # as many as that data gave
            self.bin_boundaries = self._as_buffer(numpy.zeros(saved.shape))
        super()._load_from_state_dict(state_dict, prefix, *args)

    def get_config(self) -> dict[str, Any]:
        return plain_arguments(self)

    def extra_repr(self) -> str:
        bins = "bin_boundaries" if self.num_bins is None else f"num_bins={self.num_bins}"
        return f"{bins}, output_mode={self.output_mode!r}"


def _ascending(boundaries: Any) -> numpy.ndarray[Any, Any]:
    values = numpy.asarray(boundaries, "float64")
    if values.ndim != 1 or not (numpy.diff(values) >= 0).all():
        raise ValueError(f"Discretization expected bin_boundaries in one ascending list, got {boundaries}")
    return values


def _summary(values: numpy.ndarray[Any, Any], epsilon: float) -> numpy.ndarray[Any, Any]:
    """At most `1 / epsilon` of the sorted values, evenly taken, and how many each stands for: `(2, n)`."""
    values = numpy.sort(values, axis=None)
    step = max(values.size * epsilon, 1.0)
    taken = values[int(step - 1) :: int(step)]
    return numpy.stack([taken, numpy.full_like(taken, step)])


def _compressed(summary: numpy.ndarray[Any, Any], epsilon: float) -> numpy.ndarray[Any, Any]:
    """A summary of `1 / epsilon` values, between which the weights are spread by interpolation."""
    if summary.shape[1] * epsilon < 1:
        return summary
    shares = epsilon + numpy.arange(0.0, 1.0, epsilon)
    weights = summary[1].cumsum()
    values = numpy.interp(shares, weights / weights[-1], summary[0])
    weights = numpy.interp(shares, weights / weights[-1], weights)
    return numpy.stack([values, numpy.diff(weights, prepend=0)]).astype("float32")
