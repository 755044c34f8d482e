"""Normalisation, with the names and meaning of `torch.nn.functional`."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch

from bridge.dispatch import op
from bridge.dtypes import torch_dtype
from bridge.ops.arithmetic import rsqrt, square
from bridge.ops.average_pooling import avg_pool2d
from bridge.ops.manipulation import astype, broadcast_to, pad, reshape, shape, single_or_double, stop_gradient
from bridge.ops.reductions import mean
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = [
    "batch_norm",
    "batch_norm_training",
    "group_norm",
    "instance_norm",
    "instance_norm_training",
    "layer_norm",
    "local_response_norm",
    "rms_norm",
]


@op
def batch_norm(
    input: Array,
    running_mean: Array | None,
    running_var: Array | None,
    weight: Array | None = None,
    bias: Array | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Array:
    """`(input - mean) / sqrt(variance + eps) * weight + bias` for each channel; `torch.nn.functional.batch_norm`.

    Args:
        input: `(N, C, *)`.
        running_mean: `(C,)`, or `None`.
        running_var: `(C,)`, or `None`.
        weight: `(C,)`, or `None` for 1.
        bias: `(C,)`, or `None` for 0.
        training: mean and variance are the batch's; else the running ones. The running ones stay as they are:
            `batch_norm_training` is the op that moves them.
        momentum: not used; it stands here as in torch's signature.
        eps: added to the variance.

    Reference: Ioffe and Szegedy, Batch Normalization, https://arxiv.org/abs/1502.03167

    >>> ops.batch_norm(torch.tensor([[1.0], [3.0]]), None, None, training=True)
    tensor([[-1.0000],
            [ 1.0000]])
    """
    if training:
        running_mean, running_var = channel_moments(input)
    return scale_channels(input, running_mean, running_var, weight, bias, eps)


@op
def batch_norm_training(
    input: Array,
    running_mean: Array,
    running_var: Array,
    weight: Array | None = None,
    bias: Array | None = None,
    momentum: float | Array = 0.1,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    """`batch_norm` by the batch's own statistics, with the running statistics that follow from it.

    It is `torch.nn.functional.batch_norm(training=True)` as a function that returns what it changes. torch's own
    tensors are changed in place, as torch does it, and returned.

    Args:
        input: `(N, C, *)`, with more than one value for each channel; an empty batch moves nothing.
        running_mean: `(C,)`; the new one is `(1 - momentum) * running_mean + momentum * mean`.
        running_var: `(C,)`; likewise, with the unbiased variance.
        weight: `(C,)`, or `None` for 1.
        bias: `(C,)`, or `None` for 0.
        momentum: a number or a tensor of no dimensions.
        eps: added to the variance.

    Returns:
        The output, the running mean and the running variance.

    Raises:
        ValueError: there is one value for each channel, which has no variance.

    >>> output, mean, var = ops.batch_norm_training(torch.tensor([[1.0], [3.0]]), torch.zeros(1), torch.ones(1))
    >>> mean, var
    (tensor([0.2000]), tensor([1.1000]))
    """
    count = math.prod(size for axis, size in enumerate(shape(input)) if axis != 1)
    if isinstance(count, int) and count == 0:  # an empty batch has no statistics, and torch moves none
        return input, running_mean, running_var
    if isinstance(count, int) and count == 1:
        raise ValueError(
            f"ops.batch_norm_training expected more than one value for each channel, got an input of shape "
            f"{static_shape(input)}"
        )
    batch_mean, batch_var = channel_moments(input)
    output = scale_channels(input, batch_mean, batch_var, weight, bias, eps)
    unbiased = batch_var * (count / (count - 1)) if isinstance(count, int) else _unbiased(batch_var, count)
    return output, _moved(running_mean, batch_mean, momentum), _moved(running_var, unbiased, momentum)


def _unbiased(variance: Array, count: Array) -> Array:
    count = astype(count, variance.dtype)
    return variance * (count / (count - 1))


@op
def channel_moments(input: Array) -> tuple[Array, Array]:
    """The mean and the biased variance of each channel of `input`, `(N, C, *)`: `(C,)` each, at least float32."""
    return moments_along(input, 1)


def moments_along(input: Array, axis: int) -> tuple[Array, Array]:
    """`channel_moments` with the channels along `axis`."""
    axes = tuple(place for place in range(input.ndim) if place != axis)
    x = single_or_double(input)
    center = mean(x, axis=axes, keepdims=True)
    variance = _variance(x, center, lambda x: mean(x, axis=axes, keepdims=True))
    return reshape(center, (-1,)), reshape(variance, (-1,))


def _variance(x: Array, center: Array, means: Callable[[Array], Array]) -> Array:
    """`means` of the squares of what is left of `x` about its `center`, which these means have made.

    The mean of `(x - c) ** 2` less `(center - c) ** 2` is the variance for any constant c. With the center itself for
    c, but as a constant, nothing is lost to rounding, and the gradient has no sum over `x` that only adds up to 0.
    """
    constant = stop_gradient(center)
    return means(square(x - constant)) - square(center - constant)


@op
def scale_channels(
    input: Array, center: Array, variance: Array, weight: Array | None, bias: Array | None, eps: float
) -> Array:
    """`input`, `(N, C, *)`, less `center` by the root of `variance + eps`, times `weight`, and `bias`: `(C,)` each."""
    return scaled_along(input, center, variance, weight, bias, eps, 1)


def scaled_along(
    input: Array, center: Array, variance: Array, weight: Array | None, bias: Array | None, eps: float, axis: int
) -> Array:
    """`scale_channels` with the channels along `axis`."""
    scale, offset = scale_and_offset(center, variance, weight, bias, eps)
    channels = tuple(-1 if place == axis else 1 for place in range(input.ndim))
    output = single_or_double(input) * reshape(scale, channels) + reshape(offset, channels)
    return astype(output, input.dtype)


def scale_and_offset(
    center: Array, variance: Array, weight: Array | None, bias: Array | None, eps: float
) -> tuple[Array, Array]:
    """What each channel is multiplied by, and what is added then, at least float32.

    One multiplication and one addition are left for each element, the rest is for each channel.
    """
    scale, center = rsqrt(single_or_double(variance) + eps), single_or_double(center)
    if weight is not None:
        scale = scale * single_or_double(weight)
    return scale, -center * scale if bias is None else single_or_double(bias) - center * scale


@op
def layer_norm(
    input: Array,
    normalized_shape: tuple[int, ...],
    weight: Array | None = None,
    bias: Array | None = None,
    eps: float = 1e-5,
) -> Array:
    """`(input - mean) / sqrt(variance + eps) * weight + bias` over the last axes; `torch.nn.functional.layer_norm`.

    Args:
        input: `(*, *normalized_shape)`.
        normalized_shape: the sizes of the axes to normalise over.
        weight: `normalized_shape`, or `None` for 1.
        bias: `normalized_shape`, or `None` for 0.
        eps: added to the variance.

    Reference: Ba, Kiros and Hinton, Layer Normalization, https://arxiv.org/abs/1607.06450

    >>> ops.layer_norm(torch.tensor([1.0, 3.0]), (2,))
    tensor([-1.0000,  1.0000])
    """
    axes = _last_axes("layer_norm", input, normalized_shape)
    x = single_or_double(input)
    centered = x - mean(x, axis=axes, keepdims=True)
    output = centered * rsqrt(mean(square(centered), axis=axes, keepdims=True) + eps)
    return astype(_scale_and_shift(output, weight, bias), input.dtype)


@op
def rms_norm(
    input: Array, normalized_shape: tuple[int, ...], weight: Array | None = None, eps: float | None = None
) -> Array:
    """`input / sqrt(mean(input ** 2) + eps) * weight` over the last axes; `torch.nn.functional.rms_norm`.

    Args:
        input: `(*, *normalized_shape)`.
        normalized_shape: the sizes of the axes to normalise over.
        weight: `normalized_shape`, or `None` for 1.
        eps: added to the mean; by default the machine epsilon of the input's dtype.

    Reference: Zhang and Sennrich, Root Mean Square Layer Normalization, https://arxiv.org/abs/1910.07467

    >>> ops.rms_norm(torch.tensor([3.0, 3.0]), (2,))
    tensor([1., 1.])
    """
    axes = _last_axes("rms_norm", input, normalized_shape)
    if eps is None:
        eps = torch.finfo(torch_dtype(input.dtype)).eps
    x = single_or_double(input)
    output = _scale_and_shift(x * rsqrt(mean(square(x), axis=axes, keepdims=True) + eps), weight, None)
    return astype(output, input.dtype)


@op
def group_norm(
    input: Array, num_groups: int, weight: Array | None = None, bias: Array | None = None, eps: float = 1e-5
) -> Array:
    """`layer_norm` over each group of channels with the spatial axes; `torch.nn.functional.group_norm`.

    Args:
        input: `(N, C, *)`.
        num_groups: into how many groups the C channels are split.
        weight: `(C,)`, or `None` for 1.
        bias: `(C,)`, or `None` for 0.
        eps: added to the variance.

    Reference: Wu and He, Group Normalization, https://arxiv.org/abs/1803.08494

    >>> ops.group_norm(torch.tensor([[1.0, 3.0]]), 1)
    tensor([[-1.0000,  1.0000]])
    """
    return normalized_in_groups(input, num_groups, weight, bias, eps, 1)


def normalized_in_groups(
    input: Array, num_groups: int, weight: Array | None, bias: Array | None, eps: float, axis: int
) -> Array:
    """`group_norm` with the channels along `axis`."""
    x = single_or_double(input)
    channels = tuple(-1 if place == axis else 1 for place in range(x.ndim))
    center = _group_means(x, num_groups, axis)
    scale = rsqrt(_variance(x, center, lambda x: _group_means(x, num_groups, axis)) + eps)
    if weight is not None:
        scale = scale * reshape(single_or_double(weight), channels)
    offset = -center * scale
    if bias is not None:
        offset = offset + reshape(single_or_double(bias), channels)
    return astype(x * scale + offset, input.dtype)


def _group_means(x: Array, num_groups: int, axis: int) -> Array:
    """The means over each channel's group and the spatial axes, which have size 1."""
    spatial = tuple(place for place in range(1, x.ndim) if place != axis)
    means = mean(x, axis=spatial, keepdims=True) if spatial else x
    sizes = shape(means)
    if isinstance(sizes[axis], int) and num_groups == sizes[axis]:
        return means
    grouped = reshape(means, (sizes[0], num_groups, sizes[axis] // num_groups))
    return reshape(broadcast_to(mean(grouped, axis=2, keepdims=True), shape(grouped)), sizes)


@op
def instance_norm(
    input: Array,
    running_mean: Array | None = None,
    running_var: Array | None = None,
    weight: Array | None = None,
    bias: Array | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Array:
    """`layer_norm` over the spatial axes of each channel of each example; `torch.nn.functional.instance_norm`.

    Args:
        input: `(N, C, *)`, with more than one spatial element.
        running_mean: `(C,)`, or `None`.
        running_var: `(C,)`, or `None`.
        weight: `(C,)`, or `None` for 1.
        bias: `(C,)`, or `None` for 0.
        use_input_stats: mean and variance are the channel's own; else the running ones. The running ones stay as they
            are: `instance_norm_training` is the op that moves them.
        momentum: not used; it stands here as in torch's signature.
        eps: added to the variance.

    Raises:
        ValueError: there is one spatial element, which has no variance.

    Reference: Ulyanov et al., Instance Normalization, https://arxiv.org/abs/1607.08022

    >>> ops.instance_norm(torch.tensor([[[1.0, 3.0]]]))
    tensor([[[-1.0000,  1.0000]]])
    """
    if not use_input_stats:
        if running_mean is None or running_var is None:
            raise ValueError("expected running_mean and running_var with use_input_stats=False")
        return scale_channels(input, running_mean, running_var, weight, bias, eps)
    _check_spatial("instance_norm", input)
    return group_norm(input, shape(input)[1], weight, bias, eps)


@op
def instance_norm_training(
    input: Array,
    running_mean: Array,
    running_var: Array,
    weight: Array | None = None,
    bias: Array | None = None,
    momentum: float | Array = 0.1,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    """`instance_norm` by each channel's own statistics, with the running statistics that follow from it.

    It is `torch.nn.functional.instance_norm` as a function that returns what it changes. torch's own tensors are
    changed in place, as torch does it, and returned.

    Args:
        input: `(N, C, *)`, with more than one spatial element.
        running_mean: `(C,)`; the new one is `(1 - momentum) * running_mean + momentum * mean`, with the mean over the
            batch of what each example has.
        running_var: `(C,)`; likewise, with the unbiased variance.
        weight: `(C,)`, or `None` for 1.
        bias: `(C,)`, or `None` for 0.
        momentum: a number or, outside torch, a tensor of no dimensions.
        eps: added to the variance.

    Returns:
        The output, the running mean and the running variance.

    Raises:
        ValueError: there is one spatial element, which has no variance.

    >>> x = torch.tensor([[[1.0, 3.0]]])
    >>> output, mean, var = ops.instance_norm_training(x, torch.zeros(1), torch.ones(1))
    >>> mean, var
    (tensor([0.2000]), tensor([1.1000]))
    """
    _check_spatial("instance_norm_training", input)
    spatial = tuple(range(2, input.ndim))
    x = single_or_double(input)
    means = mean(x, axis=spatial, keepdims=True)
    batch_mean = mean(means, axis=(0, *spatial))
    batch_var = mean(square(x - means), axis=(0, *spatial))
    count = math.prod(shape(input)[2:])
    unbiased = batch_var * (count / (count - 1)) if isinstance(count, int) else _unbiased(batch_var, count)
    output = group_norm(input, shape(input)[1], weight, bias, eps)
    return (
        output,
        _moved(running_mean, batch_mean, momentum),
        _moved(running_var, unbiased, momentum),
    )


def _moved(running: Array, batch: Array, momentum: float | Array) -> Array:
    """A running statistic after one step towards the batch's."""
    momentum = momentum if isinstance(momentum, int | float) else astype(momentum, running.dtype)
    return (1 - momentum) * running + momentum * astype(batch, running.dtype)


def _check_spatial(name: str, input: Array) -> None:
    sizes = static_shape(input)
    if sizes is not None and math.prod(size or 2 for size in sizes[2:]) == 1:
        raise ValueError(f"ops.{name} expected more than one spatial element, got an input of shape {sizes}")


@op
def local_response_norm(input: Array, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Array:
    """`input / (k + alpha * mean(input ** 2)) ** beta`; `torch.nn.functional.local_response_norm`.

    Args:
        input: `(N, C, *)`, with at least one spatial axis.
        size: the mean is over so many neighbouring channels, with zeros beyond the first and the last.
        alpha: the factor of the mean.
        beta: the exponent.
        k: added to the mean.

    Reference: Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural Networks,
    https://proceedings.neurips.cc/paper/4824

    >>> ops.local_response_norm(torch.ones(1, 1, 2), 1, alpha=3.0, beta=0.5)
    tensor([[[0.5000, 0.5000]]])
    """
    if input.ndim < 3:
        raise ValueError(f"ops.local_response_norm expected 3 axes or more, got {input.ndim}")
    sizes = shape(input)
    if 0 in [size for size in sizes if isinstance(size, int)]:
        return input
    squares = reshape(square(input), (sizes[0], 1, sizes[1], math.prod(sizes[2:])))
    means = avg_pool2d(pad(squares, (0, 0, size // 2, (size - 1) // 2)), (size, 1), 1)
    return input / (reshape(means, sizes) * alpha + k) ** beta


def _scale_and_shift(output: Array, weight: Array | None, bias: Array | None) -> Array:
    if weight is not None:
        output = output * single_or_double(weight)
    return output if bias is None else output + single_or_double(bias)


def _last_axes(name: str, input: Array, normalized_shape: tuple[int, ...]) -> tuple[int, ...]:
    count = len(normalized_shape)
    sizes = static_shape(input)
    if sizes is not None:
        last = sizes[len(sizes) - count :] if count <= len(sizes) else ()
        if len(last) != count or any(a not in (None, b) for a, b in zip(last, normalized_shape, strict=True)):
            raise ValueError(f"ops.{name} expected an input of shape (*, {tuple(normalized_shape)}), got {sizes}")
    return tuple(range(-count, 0))
