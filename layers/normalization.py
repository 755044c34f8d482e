"""Normalisation over a batch, over features, over groups of channels."""

from __future__ import annotations

from typing import Any

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array


class _BatchNorm(Layer):
    """What the batch normalisations share: their forward, and the check of the input."""

    ranks: tuple[int, ...]
    axes: str
    momentum: float | None
    eps: float
    num_batches_tracked: Any

    def forward(self, input: Array) -> Array:
        self._check_input_dim(input)
        if not (self.training and self.track_running_stats):
            batch_statistics = self.training or self.running_mean is None
            mean, var = (None, None) if self.training else (self.running_mean, self.running_var)
            return ops.batch_norm(input, mean, var, self.weight, self.bias, batch_statistics, 0.0, self.eps)
        count, momentum = self.num_batches_tracked, self.momentum
        if momentum is None:  # a cumulative average; in float64, in which torch computes the factor
            momentum = 1.0 / ops.astype(count + 1, "float64")
        output, mean, var = ops.batch_norm_training(
            input, self.running_mean, self.running_var, self.weight, self.bias, momentum, self.eps
        )
        # Last, so that a batch that fails does not count; in torch in place, one operation where a copy would be two.
        self.update_buffer("num_batches_tracked", count.add_(1) if isinstance(count, torch.Tensor) else count + 1)
        self.update_buffer("running_mean", mean)
        self.update_buffer("running_var", var)
        return output

    def _check_input_dim(self, input: Array) -> None:
        if input.ndim not in self.ranks:
            self.check_shapes(input)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or (len(shape) in self.ranks and shape[1] in (None, self.num_features)),
            self.axes.format(self.num_features),
            input,
            f"Its axis 1 must hold {self.num_features} channels; or build the layer with other num_features.",
        )
        others = set() if shape is None else {size for axis, size in enumerate(shape) if axis != 1}
        self.expect(
            not self.training or others != {1},
            f"{self.axes.format(self.num_features)} with more than one value for each channel while training",
            input,
            "Give a larger batch, or call eval() first.",
        )


class BatchNorm1d(_BatchNorm, torch.nn.BatchNorm1d):
    """Normalises each channel over the batch: `torch.nn.BatchNorm1d` for every framework.

    In training mode the running statistics move: in place in torch, in `new_buffers` elsewhere.

    Shape:
        Input and output `(N, num_features)` or `(N, num_features, L)`.

    Raises:
        InputShapeError: the input has other axes or channels.

    >>> nn.BatchNorm1d(3)(torch.ones(4, 3)).shape
    torch.Size([4, 3])
    """

    ranks = (2, 3)
    axes = "(N, {0}) or (N, {0}, L)"


class BatchNorm2d(_BatchNorm, torch.nn.BatchNorm2d):
    """Normalises each channel over batch and space: `torch.nn.BatchNorm2d` for every framework.

    In training mode the running statistics move: in place in torch, in `new_buffers` elsewhere.

    Shape:
        Input and output `(N, num_features, H, W)`.

    Raises:
        InputShapeError: the input has other axes or channels.

    >>> nn.BatchNorm2d(3)(torch.ones(4, 3, 2, 2)).shape
    torch.Size([4, 3, 2, 2])
    """

    ranks = (4,)
    axes = "(N, {0}, H, W)"


class _LastAxesNorm(Layer):
    """What the normalisations over the last axes share: the check of the input."""

    normalized_shape: tuple[int, ...]

    def check_shapes(self, input: Array) -> None:
        shape, wanted = static_shape(input), self.normalized_shape
        last = None if shape is None else shape[max(0, len(shape) - len(wanted)) :]
        self.expect(
            last is None
            or (len(last) == len(wanted) and all(a in (None, b) for a, b in zip(last, wanted, strict=True))),
            f"(*, {', '.join(map(str, wanted))})",
            input,
            "Its last axes must be the layer's normalized_shape.",
        )


class LayerNorm(_LastAxesNorm, torch.nn.LayerNorm):
    """Normalises over the last axes: `torch.nn.LayerNorm` for every framework.

    Shape:
        Input and output `(*, *normalized_shape)`.

    Raises:
        InputShapeError: the input's last axes are not `normalized_shape`.

    >>> nn.LayerNorm(3)(torch.ones(4, 3)).shape
    torch.Size([4, 3])
    """

    def forward(self, input: Array) -> Array:
        return ops.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)


class RMSNorm(_LastAxesNorm, torch.nn.RMSNorm):
    """Divides by the root mean square over the last axes: `torch.nn.RMSNorm` for every framework.

    Shape:
        Input and output `(*, *normalized_shape)`.

    Raises:
        InputShapeError: the input's last axes are not `normalized_shape`.

    >>> nn.RMSNorm(3)(torch.ones(4, 3)).shape
    torch.Size([4, 3])
    """

    def forward(self, x: Array) -> Array:
        return ops.rms_norm(x, self.normalized_shape, self.weight, self.eps)


class GroupNorm(Layer, torch.nn.GroupNorm):
    """Normalises over each group of channels with space: `torch.nn.GroupNorm` for every framework.

    Shape:
        Input and output `(N, num_channels, *)`.

    Raises:
        InputShapeError: the input's axis 1 is not `num_channels`.

    >>> nn.GroupNorm(2, 4)(torch.ones(1, 4, 3)).shape
    torch.Size([1, 4, 3])
    """

    def forward(self, input: Array) -> Array:
        return ops.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or (len(shape) > 1 and shape[1] in (None, self.num_channels)),
            f"(N, {self.num_channels}, *)",
            input,
            f"Its axis 1 must hold {self.num_channels} channels; or build the layer with other num_channels.",
        )
