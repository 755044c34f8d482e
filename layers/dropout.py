"""Dropout: elements or whole channels that chance takes out while training.

Randomness comes from torch's generator, from the `rng` key in JAX, from the seed in TensorFlow.
"""

from __future__ import annotations

from typing import ClassVar

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"]


class Dropout(Layer, torch.nn.Dropout):
    """Zeros elements at random while training: `torch.nn.Dropout` for every framework; `inplace` is torch's alone.

    Randomness comes from torch's generator, from the `rng` key in JAX, from the seed in TensorFlow.

    >>> nn.Dropout(0.5).eval()(torch.ones(2))
    tensor([1., 1.])
    """

    def forward(self, input: Array) -> Array:
        return ops.dropout(input, self.p, self.training, self.inplace and not self.is_replica)


class AlphaDropout(Layer, torch.nn.AlphaDropout):
    """Dropout that keeps mean 0 and variance 1, for `SELU`: `torch.nn.AlphaDropout` for every framework.

    The input is of any shape; `inplace` makes no difference, as in torch.

    >>> nn.AlphaDropout(0.5).eval()(torch.ones(2))
    tensor([1., 1.])
    """

    def forward(self, input: Array) -> Array:
        return ops.alpha_dropout(input, self.p, self.training)


class _ChannelDropout(Layer):
    """What the dropouts of whole channels share: the check of the input."""

    ranks: ClassVar[tuple[int, ...]]
    axes: ClassVar[str]

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or len(shape) in self.ranks,
            self.axes,
            input,
            "It drops whole channels, so it must know which axis they are.",
        )


class Dropout1d(_ChannelDropout, torch.nn.Dropout1d):
    """Zeros whole channels at random while training: `torch.nn.Dropout1d` for every framework.

    `inplace` is torch's alone.

    Shape:
        Input and output `(N, C, L)` or `(C, L)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.Dropout1d(0.5).eval()(torch.ones(1, 2, 3)).shape
    torch.Size([1, 2, 3])
    """

    ranks = (2, 3)
    axes = "(N, C, L) or (C, L)"

    def forward(self, input: Array) -> Array:
        return ops.dropout1d(input, self.p, self.training, self.inplace and not self.is_replica)


class Dropout2d(_ChannelDropout, torch.nn.Dropout2d):
    """Zeros whole channels at random while training: `torch.nn.Dropout2d` for every framework.

    `inplace` is torch's alone. Three axes are `(N, C, L)`, of which torch warns, as it does of other axes.

    Shape:
        Input and output `(N, C, H, W)` or `(N, C, L)`.

    Raises:
        InputShapeError: the input has other axes, outside torch.

    >>> nn.Dropout2d(0.5).eval()(torch.ones(1, 2, 3, 3)).shape
    torch.Size([1, 2, 3, 3])
    """

    ranks = (3, 4)
    axes = "(N, C, H, W) or (N, C, L)"

    def forward(self, input: Array) -> Array:
        return ops.dropout2d(input, self.p, self.training, self.inplace and not self.is_replica)


class Dropout3d(_ChannelDropout, torch.nn.Dropout3d):
    """Zeros whole channels at random while training: `torch.nn.Dropout3d` for every framework.

    `inplace` is torch's alone. Of other axes torch warns.

    Shape:
        Input and output `(N, C, D, H, W)` or `(C, D, H, W)`.

    Raises:
        InputShapeError: the input has other axes, outside torch.

    >>> nn.Dropout3d(0.5).eval()(torch.ones(1, 2, 3, 3, 3)).shape
    torch.Size([1, 2, 3, 3, 3])
    """

    ranks = (4, 5)
    axes = "(N, C, D, H, W) or (C, D, H, W)"

    def forward(self, input: Array) -> Array:
        return ops.dropout3d(input, self.p, self.training, self.inplace and not self.is_replica)


class FeatureAlphaDropout(Layer, torch.nn.FeatureAlphaDropout):
    """`AlphaDropout` of whole channels: `torch.nn.FeatureAlphaDropout` for every framework.

    `inplace` makes no difference, as in torch.

    Shape:
        Input and output `(N, C, *)`; in eval mode any.

    Raises:
        InputShapeError: the input has fewer than two axes while training.

    >>> nn.FeatureAlphaDropout(0.5).eval()(torch.ones(1, 2, 3)).shape
    torch.Size([1, 2, 3])
    """

    def forward(self, input: Array) -> Array:
        return ops.feature_alpha_dropout(input, self.p, self.training)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or len(shape) > 1 or not self.training,
            "(N, C, *)",
            input,
            "It drops whole channels, so it must know which axis they are.",
        )
