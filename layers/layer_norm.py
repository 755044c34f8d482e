"""Normalisation of each example over its last axes, or over groups of its channels."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["GroupNorm", "LayerNorm", "RMSNorm"]


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
