"""Layers that leave the input's elements as they are, or move them to another shape."""

from __future__ import annotations

import math
from typing import Any

import torch

from bridge import Layer, ops
from bridge.shapes import normalize_axis, static_shape
from bridge.typing import Array

__all__ = ["ChannelShuffle", "Flatten", "Identity", "PixelShuffle", "PixelUnshuffle", "Unflatten"]


class Identity(Layer, torch.nn.Identity):
    """The input as it is: `torch.nn.Identity` for every framework; it takes and ignores any constructor arguments.

    >>> nn.Identity()(torch.ones(2))
    tensor([1., 1.])
    """


class Flatten(Layer, torch.nn.Flatten):
    """Axes `start_dim` to `end_dim` made into one: `torch.nn.Flatten` for every framework.

    Raises:
        InputShapeError: the input has no such axes.

    >>> nn.Flatten()(torch.ones(2, 3, 4)).shape
    torch.Size([2, 12])
    """

    def forward(self, input: Array) -> Array:
        return ops.flatten(input, self.start_dim, self.end_dim)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        rank = 1 if shape is None else max(1, len(shape))
        self.expect(
            shape is None or all(-rank <= axis < rank for axis in (self.start_dim, self.end_dim)),
            f"with axes {self.start_dim} to {self.end_dim}",
            input,
            "Build the layer with a start_dim and an end_dim that the input has.",
        )


class Unflatten(Layer, torch.nn.Unflatten):
    """The axis `dim` made into axes of `unflattened_size`: `torch.nn.Unflatten` for every framework.

    Shape:
        Input `(*, S, *)`, output `(*, *unflattened_size, *)`, whose product is `S`; one size may be -1.

    Raises:
        InputShapeError: the input has no such axis, or it has another size.

    >>> nn.Unflatten(1, (3, 4))(torch.ones(2, 12)).shape
    torch.Size([2, 3, 4])
    """

    def forward(self, input: Array) -> Array:
        sizes = ops.shape(input)
        axis = normalize_axis(self.dim, len(sizes))
        # The axis alone says what -1 is: where another is empty, reshape could not tell.
        known = math.prod([size for size in self.unflattened_size if size != -1])
        inner = tuple(sizes[axis] // known if size == -1 else size for size in self.unflattened_size)
        return ops.reshape(input, (*sizes[:axis], *inner, *sizes[axis + 1 :]))

    def check_shapes(self, input: Array) -> None:
        shape, inner = static_shape(input), tuple(self.unflattened_size)
        known = math.prod([size for size in inner if size != -1])
        wanted = f"a multiple of {known}" if -1 in inner else f"{known}"
        self.expect(
            shape is None
            or (-len(shape) <= self.dim < len(shape) and _unflattens(shape[self.dim], known, exact=-1 not in inner)),
            f"with {wanted} elements along axis {self.dim}",
            input,
            f"That axis is to become axes of {inner}.",
        )


def _unflattens(size: int | None, known: int, *, exact: bool) -> bool:
    if size is None:
        return True
    return size == known if exact else known > 0 and size % known == 0


class _Images(Layer):
    """What the layers that move elements between channels and places share: the check of the input."""

    def _expect_parts(self, input: Array, parts: dict[int, int], axes: str, remedy: str) -> None:
        """Checks that each axis in `parts` divides into as many parts, in an input of at least three axes."""
        shape: Any = static_shape(input)
        self.expect(
            shape is None
            or (len(shape) > 2 and all(shape[axis] is None or shape[axis] % of == 0 for axis, of in parts.items())),
            axes,
            input,
            remedy,
        )


class PixelShuffle(_Images, torch.nn.PixelShuffle):
    """`r` times as many rows and columns, made of the channels: `torch.nn.PixelShuffle` for every framework.

    Shape:
        Input `(*, C * r**2, H, W)`, output `(*, C, H * r, W * r)`, where `r` is `upscale_factor`.

    Raises:
        InputShapeError: the input has fewer than three axes, or its channels don't divide by `r**2`.

    >>> nn.PixelShuffle(2)(torch.ones(1, 8, 3, 3)).shape
    torch.Size([1, 2, 6, 6])
    """

    def forward(self, input: Array) -> Array:
        return ops.pixel_shuffle(input, self.upscale_factor)

    def check_shapes(self, input: Array) -> None:
        parts = self.upscale_factor**2
        self._expect_parts(input, {-3: parts}, f"(*, C * {parts}, H, W)", f"Its channels must divide by {parts}.")


class PixelUnshuffle(_Images, torch.nn.PixelUnshuffle):
    """Blocks of `r` rows and columns made into channels: `torch.nn.PixelUnshuffle` for every framework.

    Shape:
        Input `(*, C, H * r, W * r)`, output `(*, C * r**2, H, W)`, where `r` is `downscale_factor`.

    Raises:
        InputShapeError: the input has fewer than three axes, or its height and width don't divide by `r`.

    >>> nn.PixelUnshuffle(2)(torch.ones(1, 2, 6, 6)).shape
    torch.Size([1, 8, 3, 3])
    """

    def forward(self, input: Array) -> Array:
        return ops.pixel_unshuffle(input, self.downscale_factor)

    def check_shapes(self, input: Array) -> None:
        parts = self.downscale_factor
        self._expect_parts(
            input,
            {-2: parts, -1: parts},
            f"(*, C, H * {parts}, W * {parts})",
            f"Its height and its width must divide by {parts}.",
        )


class ChannelShuffle(_Images, torch.nn.ChannelShuffle):
    """The channels dealt out anew, one from each group in turn: `torch.nn.ChannelShuffle` for every framework.

    Shape:
        Input and output `(N, C, *)`, with at least one axis more, and `C` a multiple of `groups`.

    Raises:
        InputShapeError: the input has other axes, or channels that don't divide by `groups`.

    >>> nn.ChannelShuffle(2)(torch.arange(4.0).reshape(1, 4, 1)).flatten()
    tensor([0., 2., 1., 3.])
    """

    def forward(self, input: Array) -> Array:
        return ops.channel_shuffle(input, self.groups)

    def check_shapes(self, input: Array) -> None:
        self._expect_parts(
            input, {1: self.groups}, f"(N, C * {self.groups}, *)", f"Its channels must divide by {self.groups}."
        )
