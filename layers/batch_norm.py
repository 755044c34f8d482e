"""Normalisation over a batch."""

from __future__ import annotations

from typing import Any, ClassVar

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm"]


class _BatchNorm(Layer):
    """What the batch normalisations share: their forward, and the check of the input."""

    ranks: ClassVar[range]
    axes: ClassVar[str]
    num_features: int
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
        shape, channels = static_shape(input), self.num_features
        # Without weights and statistics nothing depends on the channels, and torch takes any; a lazy layer has none.
        fixed = channels > 0 and not (self.weight is None and self.running_mean is None)
        axes = self.axes.format(channels or "C")
        self.expect(
            shape is None or (len(shape) in self.ranks and (not fixed or shape[1] in (None, channels))),
            axes,
            input,
            f"Its axis 1 must hold {channels or 'the'} channels; or build the layer with other num_features.",
        )
        others = set() if shape is None else {size for axis, size in enumerate(shape) if axis != 1}
        self.expect(
            not self.training or others != {1},
            f"{axes} with more than one value for each channel while training",
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

    ranks = range(2, 4)
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

    ranks = range(4, 5)
    axes = "(N, {0}, H, W)"


class BatchNorm3d(_BatchNorm, torch.nn.BatchNorm3d):
    """Normalises each channel over batch and space: `torch.nn.BatchNorm3d` for every framework.

    In training mode the running statistics move: in place in torch, in `new_buffers` elsewhere.

    Shape:
        Input and output `(N, num_features, D, H, W)`.

    Raises:
        InputShapeError: the input has other axes or channels.

    >>> nn.BatchNorm3d(3)(torch.ones(4, 3, 2, 2, 2)).shape
    torch.Size([4, 3, 2, 2, 2])
    """

    ranks = range(5, 6)
    axes = "(N, {0}, D, H, W)"


class SyncBatchNorm(_BatchNorm, torch.nn.SyncBatchNorm):
    """Batch normalisation by what all processes hold: `torch.nn.SyncBatchNorm` for every framework.

    In a process group of torch's, torch tensors take torch's own path. Without one it equals `BatchNorm1d` to
    `BatchNorm3d`. In JAX the statistics are those of the array given: under `jit` of the whole array, however it is
    sharded; inside `shard_map`, and in a replica of `tf.distribute`, of the part that lies there.

    Shape:
        Input and output `(N, num_features, *)`.

    Raises:
        InputShapeError: the input has other channels.

    >>> nn.SyncBatchNorm(3)(torch.ones(4, 3, 2)).shape
    torch.Size([4, 3, 2])
    """

    ranks = range(2, 100)
    axes = "(N, {0}, *)"

    def forward(self, input: Array) -> Array:
        if isinstance(input, torch.Tensor) and torch.distributed.is_available() and torch.distributed.is_initialized():
            return torch.nn.SyncBatchNorm.forward(self, input)
        return super().forward(input)

    @classmethod
    def convert_sync_batchnorm(cls, module: torch.nn.Module, process_group: Any = None) -> torch.nn.Module:
        """`module` with each batch normalisation, torch's or ours, replaced by one of this class with its weights.

        Args:
            module: a tree of modules; changed in place, unless it is a batch normalisation itself.
            process_group: the processes to synchronise with; by default all.

        >>> nn.SyncBatchNorm.convert_sync_batchnorm(nn.Sequential(nn.BatchNorm1d(3)))
        Sequential(
          (0): SyncBatchNorm(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
        )
        """
        converted = super().convert_sync_batchnorm(module, process_group)  # it comes back here for each child
        if converted is module:
            return module
        ours = cls(
            converted.num_features,
            converted.eps,
            converted.momentum,
            converted.affine,
            converted.track_running_stats,
            process_group,
            bias=converted.bias is not None,
        )
        ours.__dict__ |= {**converted.__dict__, "_constructed_with": ours._constructed_with}
        return ours
