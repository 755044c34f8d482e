"""Layers that take a size from their first input, and then become the layers that they stand for, as in torch.nn."""

# torch declares what a lazy layer lacks as instance variables of another type than its base has.
# mypy: disable-error-code="misc"

from __future__ import annotations

import inspect
from typing import Any, ClassVar, NamedTuple

import torch

from bridge import Layer
from bridge.errors import InputShapeError
from bridge.layers import batch_norm, convolution, instance_norm, linear, transposed_convolution
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = [
    "LazyBatchNorm1d",
    "LazyBatchNorm2d",
    "LazyBatchNorm3d",
    "LazyConv1d",
    "LazyConv2d",
    "LazyConv3d",
    "LazyConvTranspose1d",
    "LazyConvTranspose2d",
    "LazyConvTranspose3d",
    "LazyInstanceNorm1d",
    "LazyInstanceNorm2d",
    "LazyInstanceNorm3d",
    "LazyLinear",
]


class _Shaped(NamedTuple):
    """What torch asks of a first input: its shape, whatever framework it is of."""

    shape: Any

    def dim(self) -> int:
        return len(self.shape)


class _Lazy(Layer):
    """What the lazy layers share: a size that the first input gives, of any framework."""

    size_name: ClassVar[str]
    cls_to_become: ClassVar[type[Layer]]

    def build(self, *input_shapes: tuple[int, ...]) -> None:
        """Creates the weights for a first input of this shape, and becomes the layer that this one stands for."""
        first = _Shaped(input_shapes[0])
        if first.shape is not None:
            self.check_shapes(first)
        if first.shape is None or first.shape[self._axis(first.shape)] is None:
            raise InputShapeError(
                f"{self} expected a first input of known {self.size_name}, got shape {first.shape}. Call it once with "
                f"an input whose number of channels or features is fixed."
            )
        self._infer_parameters(self, (first,))

    def _infer_parameters(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> None:
        # torch's hook, which its compiler calls as well.
        module.check_shapes(*args, **(kwargs or {}))
        given, named = module._constructed_with
        bound = inspect.signature(type(module).__init__).bind(module, *given, **named)
        bound.apply_defaults()  # which are not those of the layer that it becomes
        arguments = dict(list(bound.arguments.items())[1:])
        size_name = module.size_name
        super()._infer_parameters(module, args, kwargs)
        module.__dict__["_constructed_with"] = (), {size_name: getattr(module, size_name), **arguments}

    def initialize_parameters(self, input: Array, *args: Any, **kwargs: Any) -> None:
        """Creates the weights that are not there yet; `build` and torch's hook call it."""
        super().initialize_parameters(self._with_batch(input), *args, **kwargs)
        if not getattr(self, self.size_name):  # where all was loaded, or nothing depends on it
            setattr(self, self.size_name, input.shape[self._axis(input.shape)])

    def _axis(self, shape: Any) -> int:
        """The axis of the first input that gives the size."""
        return 1

    def _with_batch(self, input: Array) -> Any:
        """The first input as torch is to see it."""
        return input


class LazyLinear(_Lazy, linear.Linear, torch.nn.LazyLinear):
    """A `Linear` that takes `in_features` from its first input: `torch.nn.LazyLinear` for every framework.

    Shape:
        Input `(*, in_features)`, output `(*, out_features)`.

    Raises:
        InputShapeError: the input has no axis.

    >>> layer = nn.LazyLinear(2)
    >>> layer(torch.ones(4, 3)).shape, layer
    (torch.Size([4, 2]), Linear(in_features=3, out_features=2, bias=True))
    """

    size_name = "in_features"
    cls_to_become = linear.Linear

    def _axis(self, shape: Any) -> int:
        return -1

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or len(shape) > 0, "(*, in_features)", input, "Give it an axis of features as its last."
        )


class _LazyConvolution(_Lazy):
    spatial_axes: ClassVar[int]
    size_name = "in_channels"

    def _axis(self, shape: Any) -> int:
        return -self.spatial_axes - 1


class _LazyInstanceNorm(_Lazy):
    spatial_axes: ClassVar[int]
    size_name = "num_features"

    def _axis(self, shape: Any) -> int:
        return -self.spatial_axes - 1

    def _with_batch(self, input: Array) -> Any:
        # torch takes axis 1 for the channels, even where no batch stands before them.
        return input if len(input.shape) > self.spatial_axes + 1 else _Shaped((1, *input.shape))


class _LazyBatchNorm(_Lazy):
    size_name = "num_features"


class LazyConv1d(_LazyConvolution, convolution.Conv1d, torch.nn.LazyConv1d):
    """`Conv1d` with `in_channels` from its first input: `torch.nn.LazyConv1d` for every framework.

    Shape:
        Input `(N, in_channels, L)` or `(in_channels, L)`, output as of `Conv1d`.

    Raises:
        InputShapeError: the input has other axes, or is smaller than the kernel.

    >>> layer = nn.LazyConv1d(3, 2)
    >>> layer(torch.ones(4, 2, 5)).shape, type(layer)
    (torch.Size([4, 3, 4]), <class 'bridge.layers.convolution.Conv1d'>)
    """

    cls_to_become = convolution.Conv1d


class LazyConv2d(_LazyConvolution, convolution.Conv2d, torch.nn.LazyConv2d):
    """`Conv2d` with `in_channels` from its first input: `torch.nn.LazyConv2d` for every framework.

    Shape:
        Input `(N, in_channels, H, W)` or `(in_channels, H, W)`, output as of `Conv2d`.

    Raises:
        InputShapeError: the input has other axes, or is smaller than the kernel.

    >>> layer = nn.LazyConv2d(3, 2)
    >>> layer(torch.ones(4, 2, 5, 5)).shape, type(layer)
    (torch.Size([4, 3, 4, 4]), <class 'bridge.layers.convolution.Conv2d'>)
    """

    cls_to_become = convolution.Conv2d


class LazyConv3d(_LazyConvolution, convolution.Conv3d, torch.nn.LazyConv3d):
    """`Conv3d` with `in_channels` from its first input: `torch.nn.LazyConv3d` for every framework.

    Shape:
        Input `(N, in_channels, D, H, W)` or `(in_channels, D, H, W)`, output as of `Conv3d`.

    Raises:
        InputShapeError: the input has other axes, or is smaller than the kernel.

    >>> layer = nn.LazyConv3d(3, 2)
    >>> layer(torch.ones(4, 2, 5, 5, 5)).shape, type(layer)
    (torch.Size([4, 3, 4, 4, 4]), <class 'bridge.layers.convolution.Conv3d'>)
    """

    cls_to_become = convolution.Conv3d


class LazyConvTranspose1d(_LazyConvolution, transposed_convolution.ConvTranspose1d, torch.nn.LazyConvTranspose1d):
    """`ConvTranspose1d` with `in_channels` from its first input: `torch.nn.LazyConvTranspose1d` for every framework.

    Shape:
        Input `(N, in_channels, L)` or `(in_channels, L)`, output as of `ConvTranspose1d`.

    Raises:
        InputShapeError: the input has other axes.

    >>> layer = nn.LazyConvTranspose1d(3, 2)
    >>> layer(torch.ones(4, 2, 5)).shape, type(layer)
    (torch.Size([4, 3, 6]), <class 'bridge.layers.transposed_convolution.ConvTranspose1d'>)
    """

    cls_to_become = transposed_convolution.ConvTranspose1d


class LazyConvTranspose2d(_LazyConvolution, transposed_convolution.ConvTranspose2d, torch.nn.LazyConvTranspose2d):
    """`ConvTranspose2d` with `in_channels` from its first input: `torch.nn.LazyConvTranspose2d` for every framework.

    Shape:
        Input `(N, in_channels, H, W)` or `(in_channels, H, W)`, output as of `ConvTranspose2d`.

    Raises:
        InputShapeError: the input has other axes.

    >>> layer = nn.LazyConvTranspose2d(3, 2)
    >>> layer(torch.ones(4, 2, 5, 5)).shape, type(layer)
    (torch.Size([4, 3, 6, 6]), <class 'bridge.layers.transposed_convolution.ConvTranspose2d'>)
    """

    cls_to_become = transposed_convolution.ConvTranspose2d


class LazyConvTranspose3d(_LazyConvolution, transposed_convolution.ConvTranspose3d, torch.nn.LazyConvTranspose3d):
    """`ConvTranspose3d` with `in_channels` from its first input: `torch.nn.LazyConvTranspose3d` for every framework.

    Shape:
        Input `(N, in_channels, D, H, W)` or `(in_channels, D, H, W)`, output as of `ConvTranspose3d`.

    Raises:
        InputShapeError: the input has other axes.

    >>> layer = nn.LazyConvTranspose3d(3, 2)
    >>> layer(torch.ones(4, 2, 5, 5, 5)).shape, type(layer)
    (torch.Size([4, 3, 6, 6, 6]), <class 'bridge.layers.transposed_convolution.ConvTranspose3d'>)
    """

    cls_to_become = transposed_convolution.ConvTranspose3d


class LazyBatchNorm1d(_LazyBatchNorm, batch_norm.BatchNorm1d, torch.nn.LazyBatchNorm1d):
    """`BatchNorm1d` with `num_features` from its first input: `torch.nn.LazyBatchNorm1d` for every framework.

    Shape:
        Input and output `(N, num_features)` or `(N, num_features, L)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> layer = nn.LazyBatchNorm1d()
    >>> layer(torch.ones(4, 2, 5)).shape, type(layer)
    (torch.Size([4, 2, 5]), <class 'bridge.layers.batch_norm.BatchNorm1d'>)
    """

    cls_to_become = batch_norm.BatchNorm1d


class LazyBatchNorm2d(_LazyBatchNorm, batch_norm.BatchNorm2d, torch.nn.LazyBatchNorm2d):
    """`BatchNorm2d` with `num_features` from its first input: `torch.nn.LazyBatchNorm2d` for every framework.

    Shape:
        Input and output `(N, num_features, H, W)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> layer = nn.LazyBatchNorm2d()
    >>> layer(torch.ones(4, 2, 5, 5)).shape, type(layer)
    (torch.Size([4, 2, 5, 5]), <class 'bridge.layers.batch_norm.BatchNorm2d'>)
    """

    cls_to_become = batch_norm.BatchNorm2d


class LazyBatchNorm3d(_LazyBatchNorm, batch_norm.BatchNorm3d, torch.nn.LazyBatchNorm3d):
    """`BatchNorm3d` with `num_features` from its first input: `torch.nn.LazyBatchNorm3d` for every framework.

    Shape:
        Input and output `(N, num_features, D, H, W)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> layer = nn.LazyBatchNorm3d()
    >>> layer(torch.ones(4, 2, 5, 5, 5)).shape, type(layer)
    (torch.Size([4, 2, 5, 5, 5]), <class 'bridge.layers.batch_norm.BatchNorm3d'>)
    """

    cls_to_become = batch_norm.BatchNorm3d


class LazyInstanceNorm1d(_LazyInstanceNorm, instance_norm.InstanceNorm1d, torch.nn.LazyInstanceNorm1d):
    """`InstanceNorm1d` with `num_features` from its first input: `torch.nn.LazyInstanceNorm1d` for every framework.

    Shape:
        Input and output `(N, num_features, L)` or `(num_features, L)`.

    Raises:
        InputShapeError: the input has other axes, or one element for each channel.

    >>> layer = nn.LazyInstanceNorm1d()
    >>> layer(torch.ones(4, 2, 5)).shape, type(layer)
    (torch.Size([4, 2, 5]), <class 'bridge.layers.instance_norm.InstanceNorm1d'>)
    """

    cls_to_become = instance_norm.InstanceNorm1d


class LazyInstanceNorm2d(_LazyInstanceNorm, instance_norm.InstanceNorm2d, torch.nn.LazyInstanceNorm2d):
    """`InstanceNorm2d` with `num_features` from its first input: `torch.nn.LazyInstanceNorm2d` for every framework.

    Shape:
        Input and output `(N, num_features, H, W)` or `(num_features, H, W)`.

    Raises:
        InputShapeError: the input has other axes, or one element for each channel.

    >>> layer = nn.LazyInstanceNorm2d()
    >>> layer(torch.ones(4, 2, 5, 5)).shape, type(layer)
    (torch.Size([4, 2, 5, 5]), <class 'bridge.layers.instance_norm.InstanceNorm2d'>)
    """

    cls_to_become = instance_norm.InstanceNorm2d


class LazyInstanceNorm3d(_LazyInstanceNorm, instance_norm.InstanceNorm3d, torch.nn.LazyInstanceNorm3d):
    """`InstanceNorm3d` with `num_features` from its first input: `torch.nn.LazyInstanceNorm3d` for every framework.

    Shape:
        Input and output `(N, num_features, D, H, W)` or `(num_features, D, H, W)`.

    Raises:
        InputShapeError: the input has other axes, or one element for each channel.

    >>> layer = nn.LazyInstanceNorm3d()
    >>> layer(torch.ones(4, 2, 5, 5, 5)).shape, type(layer)
    (torch.Size([4, 2, 5, 5, 5]), <class 'bridge.layers.instance_norm.InstanceNorm3d'>)
    """

    cls_to_become = instance_norm.InstanceNorm3d
