"""Overrides of `bridge.ops.convolution` for TensorFlow."""

from collections.abc import Callable, Sequence

import tensorflow as tf

from bridge.backends.tensorflow.indexing import get_item
from bridge.backends.tensorflow.kernels import kernel_of
from bridge.backends.tensorflow.layout import channels_first, channels_last, there_and_back
from bridge.backends.tensorflow.linear_maps import with_bias
from bridge.backends.tensorflow.manipulation import pad, reshape, shape
from bridge.backends.tensorflow.onednn import onednn_runs
from bridge.backends.tensorflow.promotion import HALVES, computed_in, product
from bridge.typing import Array
from bridge.windows import Sizes, Windows, convolution_windows, transposed_windows


def conv1d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: str | Sizes = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> tf.Tensor:
    windows = convolution_windows(input, weight, bias, stride, padding, dilation, groups, 1)
    return _convolve(input, weight, bias, windows, groups)


def conv2d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: str | Sizes = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> tf.Tensor:
    windows = convolution_windows(input, weight, bias, stride, padding, dilation, groups, 2)
    return _convolve(input, weight, bias, windows, groups)


def conv3d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: str | Sizes = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> tf.Tensor:
    windows = convolution_windows(input, weight, bias, stride, padding, dilation, groups, 3)
    return _convolve(input, weight, bias, windows, groups)


def conv_transpose1d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> tf.Tensor:
    windows, extra = transposed_windows(input, weight, bias, stride, padding, output_padding, groups, dilation, 1)
    return _transpose_convolve(input, weight, bias, windows, extra, groups)


def conv_transpose2d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> tf.Tensor:
    windows, extra = transposed_windows(input, weight, bias, stride, padding, output_padding, groups, dilation, 2)
    return _transpose_convolve(input, weight, bias, windows, extra, groups)


def conv_transpose3d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> tf.Tensor:
    windows, extra = transposed_windows(input, weight, bias, stride, padding, output_padding, groups, dilation, 3)
    return _transpose_convolve(input, weight, bias, windows, extra, groups)


_convolutions = {2: product(tf.nn.conv2d), 3: product(tf.nn.conv3d)}
_transposed_convolutions = {2: product(tf.nn.conv2d_transpose), 3: product(tf.nn.conv3d_transpose)}
_add = computed_in(HALVES, tf.add)


def _convolve(input: Array, weight: Array, bias: Array | None, windows: Windows, groups: int) -> tf.Tensor:
    images, kernel, windows = _prepared(input, weight, windows)
    padding = "SAME" if windows.keep_size else "VALID"
    if padding == "VALID" and any(map(any, windows.padding)):
        # TensorFlow's own padding by numbers has gradients that take twice as long, and none in groups, on the CPU.
        images = tf.pad(images, [(0, 0), *windows.padding, (0, 0)])
    if _skips(windows):
        # A mean of one element each: to cut with steps takes several times as long.
        images = tf.nn.avg_pool(images, 1, windows.stride, "VALID")
        windows = windows._replace(stride=(1,) * len(windows.stride))
    convolution = _convolutions[len(windows.kernel)]
    options = {"padding": padding, "dilations": (1, *windows.dilation, 1)}

    def convolve(images: tf.Tensor, kernel: tf.Tensor, _: int) -> tf.Tensor:
        if images.shape[0] == 0:
            return _of_no_images(images, kernel, windows)
        return convolution(images, kernel, strides=(1, *windows.stride, 1), **options)

    output = _in_groups(convolve, images, kernel, groups)
    if bias is not None:
        output = _biased(output, bias, groups)
    return _finished(output, input, weight)


def _skips(windows: Windows) -> bool:
    """Whether windows of one element leave elements out, which is better done apart.

    oneDNN's gradient of such a kernel writes beyond its memory in TensorFlow 2.21: it is wrong, or the process ends.
    """
    return max(windows.kernel) == 1 and max(windows.stride) > 1


def _apart(x: tf.Tensor, first: int, steps: Sequence[int]) -> tf.Tensor:
    """`x` with zeros between its elements, along as many axes from the `first` on as there are steps."""
    for axis, step in enumerate(steps, first):
        sizes = list(shape(x))
        zeros = [(0, step - 1 if place == axis + 1 else 0) for place in range(len(sizes) + 1)]
        sizes[axis] = sizes[axis] * step
        spread = reshape(tf.pad(tf.expand_dims(x, axis + 1), zeros), tuple(sizes))
        x = get_item(spread, (*(slice(None),) * axis, slice(None, 1 - step or None)))
    return x


def _of_no_images(images: tf.Tensor, kernel: tf.Tensor, windows: Windows) -> tf.Tensor:
    """Nothing, in the right shape and with gradients: oneDNN's convolution of no images keeps their shape."""
    sizes = shape(images)[1:-1]
    if not windows.keep_size:
        steps = zip(sizes, windows.spans, windows.stride, strict=True)
        sizes = tuple((size - span) // stride + 1 for size, span, stride in steps)
    return tf.zeros((0, *sizes, kernel.shape[-1]), images.dtype) + 0 * (tf.reduce_sum(images) + tf.reduce_sum(kernel))


def _transpose_convolve(
    input: Array, weight: Array, bias: Array | None, windows: Windows, extra: tuple[int, ...], groups: int
) -> tf.Tensor:
    images, kernel, spread = _prepared(input, weight, windows)
    if _skips(spread):
        images, spread = _apart(images, 1, spread.stride), spread._replace(stride=(1,) * len(spread.stride))
    convolution = _transposed_convolutions[len(spread.kernel)]
    ends = [(-before, more - after) for (before, after), more in zip(windows.padding, extra, strict=True)]
    cuts_itself = any(map(any, ends)) and not any(extra) and _leaves_a_step_for_each(spread)
    batch, *sizes, _ = shape(images)
    sizes = [
        (size - 1) * step + span - (sum(both) if cuts_itself else 0)
        for size, step, span, both in zip(sizes, spread.stride, spread.spans, spread.padding, strict=True)
    ]
    padding = "SAME" if cuts_itself else "VALID"

    def convolve(images: tf.Tensor, kernel: tf.Tensor, groups: int) -> tf.Tensor:
        output_shape = (batch, *sizes, kernel.shape[-2] * groups)
        options = {"padding": padding, "dilations": (1, *spread.dilation, 1)}
        return convolution(images, kernel, output_shape=output_shape, strides=(1, *spread.stride, 1), **options)

    output = _in_groups(convolve, images, kernel, groups)
    if cuts_itself or not any(map(any, ends)):
        return _finished(output if bias is None else with_bias(output, bias), input, weight)
    output = pad(_finished(output, input, weight), tuple(size for both in ends[::-1] for size in both))
    return output if bias is None else _add(output, tf.reshape(bias, (-1, *(1 for _ in ends))))


def _leaves_a_step_for_each(windows: Windows) -> bool:
    """Whether what the padding leaves of a window reaches no further than a step: TensorFlow's padding "SAME"."""
    axes = zip(windows.spans, windows.stride, windows.padding, strict=True)
    return all(0 < span - sum(both) <= step for span, step, both in axes)


def _prepared(input: Array, weight: Array, windows: Windows) -> tuple[tf.Tensor, tf.Tensor, Windows]:
    """Images and kernel with their channels last, those over one axis made to have two."""
    images = channels_last(input if len(input.shape) == len(weight.shape) else input[None])
    kernel = kernel_of(weight)
    if len(windows.kernel) == 1:
        # As wide images of height 1: as tall ones they took half as long again.
        images, kernel = tf.expand_dims(images, 1), tf.expand_dims(kernel, 0)
        sizes, stride, dilation, padding = windows
        windows = Windows((1, *sizes), (1, *stride), (1, *dilation), ((0, 0), *padding))
    if max(windows.dilation) > 1 and _without_onednn(images):
        kernel, windows = _dilated(kernel, windows)
    return images, kernel, windows


def _dilated(kernel: tf.Tensor, windows: Windows) -> tuple[tf.Tensor, Windows]:
    """A kernel with zeros between its elements, in place of windows that skip."""
    kernel = _apart(kernel, 0, windows.dilation)
    return kernel, windows._replace(kernel=windows.spans, dilation=(1,) * len(windows.kernel))


def _in_groups(
    convolve: Callable[[tf.Tensor, tf.Tensor, int], tf.Tensor], images: tf.Tensor, kernel: tf.Tensor, groups: int
) -> tf.Tensor:
    """Group by group, where TensorFlow has no kernel on the CPU that takes them all."""
    if groups == 1 or not (kernel.shape.rank == 5 or _without_onednn(images)):
        return convolve(images, kernel, groups)
    parts = zip(tf.split(images, groups, -1), tf.split(kernel, groups, -1), strict=True)
    return tf.concat([convolve(*part, 1) for part in parts], -1)


def _without_onednn(images: tf.Tensor) -> bool:
    """Whether TensorFlow's own kernels may run on the CPU, which lack dilation, and groups in the gradient.

    Half precision is oneDNN's on newer processors alone.
    """
    return bool(images.dtype != tf.float32) or not onednn_runs()


def _finished(output: tf.Tensor, input: Array, weight: Array) -> tf.Tensor:
    output = channels_first(tf.squeeze(output, 1) if len(weight.shape) == 3 else output)
    return output if len(input.shape) == len(weight.shape) else output[0]


def _biased(output: tf.Tensor, bias: Array, groups: int) -> tf.Tensor:
    if not tf.is_symbolic_tensor(output):
        return with_bias(output, bias)
    is_one_gradient = groups == 1 and onednn_runs()
    return (_with_bias_apart if is_one_gradient else with_bias)(there_and_back(output), bias)


@tf.custom_gradient
def _add_apart(
    images: tf.Tensor, bias: tf.Tensor
) -> tuple[tf.Tensor, Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]]:
    def gradient(output: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return output, tf.raw_ops.BiasAddGrad(out_backprop=tf.expand_dims(output, 0))

    return tf.nn.bias_add(images, bias), gradient


_with_bias_apart = computed_in(HALVES, _add_apart)
"""`with_bias`, with one axis more before the gradient of the bias.

Else TensorFlow gives that gradient to oneDNN to make along with the kernel's, in a graph on the CPU: forward and
backward take 5 to 15 % longer.
"""
