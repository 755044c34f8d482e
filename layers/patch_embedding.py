"""Images cut into patches, each mapped to a vector."""

from __future__ import annotations

from typing import Any

import torch

from bridge import Layer, ops
from bridge.layers.convolution import Conv2d
from bridge.shapes import pair, static_shape
from bridge.typing import Array

__all__ = ["PatchEmbedding"]


class PatchEmbedding(Layer):
    """An image cut into patches that do not overlap, each mapped linearly to a vector: the entry of a ViT.

    Args:
        patch_size: the height and the width of a patch, or one number for both.
        in_channels: of the image.
        embed_dim: how long each vector is.
        flatten: the patches become one axis, row after row; without it they stay a grid of height and width.
        norm: a layer that the result passes through, such as `nn.LayerNorm(embed_dim)`.
        bias: whether the map adds one.
        device: where the weights lie.
        dtype: of the weights.

    Shape:
        Input `(N, in_channels, H, W)`, with H and W multiples of the patch's. Output `(N, L, embed_dim)` with
        `L = H / height * W / width`; without `flatten` `(N, embed_dim, H / height, W / width)`.

    Attributes:
        projection: the map, a `Conv2d` whose stride is its kernel.
        norm: the layer given, or `None`.

    Raises:
        InputShapeError: the input has other axes or channels, or patches do not fill it.

    Reference: Dosovitskiy et al., An Image is Worth 16x16 Words, https://arxiv.org/abs/2010.11929

    >>> nn.PatchEmbedding(16, 3, 192)(torch.ones(1, 3, 64, 32)).shape
    torch.Size([1, 8, 192])
    """

    def __init__(
        self,
        patch_size: int | tuple[int, int],
        in_channels: int,
        embed_dim: int,
        *,
        flatten: bool = True,
        norm: torch.nn.Module | None = None,
        bias: bool = True,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.patch_size = pair(patch_size, 2)
        self.flatten = flatten
        self.projection: Any = Conv2d(
            in_channels, embed_dim, self.patch_size, stride=self.patch_size, bias=bias, device=device, dtype=dtype
        )
        self.norm = norm

    def forward(self, input: Array) -> Array:
        if not self._fits(input):
            self.check_shapes(input)  # a convolution would leave a rest of the image out
        patches = self.projection(input)
        if self.flatten:
            patches = ops.swapaxes(ops.flatten(patches, 2), 1, 2)
        return patches if self.norm is None else self.norm(patches)

    def _fits(self, input: Array) -> bool:
        shape = static_shape(input)
        if shape is None:
            return True
        if len(shape) != 4 or shape[1] not in (None, self.projection.in_channels):
            return False
        sizes = zip(shape[2:], self.patch_size, strict=True)
        # A size that is a symbol stays one: no guard is put on it.
        return all(size > 0 and size % patch == 0 for size, patch in sizes if isinstance(size, int))

    def check_shapes(self, input: Array) -> None:
        height, width = self.patch_size
        self.expect(
            self._fits(input),
            f"(N, {self.projection.in_channels}, H, W) with H a multiple of {height} and W of {width}",
            input,
            "Pad or resize the image, or build the layer with other in_channels or another patch_size.",
        )

    def extra_repr(self) -> str:
        return f"flatten={self.flatten}"
