"""Proves of convolutions and poolings what tables of cases do not hold: refusals, dynamic sizes, double precision."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy
import pytest
import tensorflow as tf
import torch

from bridge import UnsupportedOpError, ops
from tests.helpers import assert_close, to_framework, to_numpy
from tests.ops.case import floats
from tests.ops.cells import in_a_layer

LINE, IMAGE, KERNEL = floats(1, 2, 6), floats(1, 2, 6, 6), floats(4, 2, 3, 3)
WHERE = numpy.arange(12).reshape(1, 2, 6) % 6 * 2

REFUSED: list[tuple[str, tuple[Any, ...], dict[str, Any], str]] = [
    ("conv2d", (IMAGE, KERNEL[0]), {}, "expected a weight of 4 dimensions, got 3"),
    ("conv2d", (IMAGE[0, 0], KERNEL), {}, "expected an input of 3 or 4 dimensions, got 2"),
    ("conv2d", (IMAGE, KERNEL), {"groups": 2}, "expected an input of 4 channels and a weight of a multiple of 2"),
    ("conv2d", (IMAGE, KERNEL, floats(1)), {}, "expected a bias of shape (4,), got (1,)"),
    ("conv2d", (IMAGE, KERNEL), {"stride": 0}, "expected a positive stride, got 0"),
    ("conv2d", (IMAGE, KERNEL), {"padding": -1}, "expected a padding of at least 0, got -1"),
    (
        "conv2d",
        (IMAGE, KERNEL),
        {"padding": "same", "stride": 2},
        "a padding of 'same' needs a stride of 1, got (2, 2)",
    ),
    ("conv2d", (IMAGE, KERNEL), {"dilation": 3}, "a kernel that spans 7 does not fit in 6 elements padded by 0"),
    ("conv", (IMAGE, floats(4, 2)), {}, "a weight of one to three spatial axes after two others, got 2 axes"),
    ("conv_transpose2d", (IMAGE, floats(3, 4, 3, 3)), {}, "expected an input of 3 channels, a multiple of 1, got 2"),
    ("conv_transpose2d", (IMAGE, floats(2, 4, 3, 3)), {"output_padding": 1}, "expected an output_padding below the"),
    ("max_pool1d", (IMAGE, 2), {}, "expected an input of 2 or 3 dimensions, got 4"),
    ("max_pool2d", (IMAGE, 7), {"return_indices": True}, "a pooling window of 7 does not fit in 6 elements"),
    ("max_pool3d", (floats(1, 2, 2, 2, 2), 2, 0), {}, "expected a positive stride, got 0"),
    ("avg_pool1d", (LINE, 2, 1, 2), {}, "a padding of at most half the window (2,), got (2,)"),
    ("adaptive_avg_pool1d", (IMAGE, 2), {}, "expected an input of 2 or 3 dimensions, got 4"),
    ("adaptive_max_pool2d", (IMAGE, (1, 2, 3)), {}, "expected one output size or 2, got (1, 2, 3)"),
    ("fractional_max_pool2d", (IMAGE, 2), {}, "expected an output_size or an output_ratio"),
    (
        "fractional_max_pool2d",
        (IMAGE, 3, 5, None, False, floats(1, 2, 2)),
        {},
        "windows of (3, 3) do not fit in (6, 6)",
    ),
    ("max_unpool1d", (LINE, WHERE, 2), {"output_size": (9,)}, "output_size less than (2,) away from (12,), got (9,)"),
    ("max_unpool1d", (LINE, WHERE, 2), {"output_size": (12, 1)}, "an output_size of 1 or 3 sizes, got (12, 1)"),
    ("unfold", (IMAGE, 7), {}, "a block that spans 7 does not fit in 6 elements, padding included"),
    ("unfold", (LINE[0], 1), {}, "expected an input of 3 or 4 dimensions, got 2"),
    ("fold", (LINE, (4, 5), 2), {}, "expected 12 blocks for an output of (4, 5), got 6"),
    ("fold", (floats(1, 3, 6), (3, 4), 2), {}, "expected channels that divide into 4 equal parts, got 3"),
    ("pixel_shuffle", (IMAGE, 2), {}, "expected channels that divide into 4 equal parts, got 2"),
    ("pixel_unshuffle", (IMAGE, 4), {}, "expected rows that divide into 4 equal parts, got 6"),
    ("channel_shuffle", (IMAGE, 3), {}, "expected channels that divide into 3 equal parts, got 2"),
]


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
@pytest.mark.parametrize(("name", "args", "kwargs", "text"), REFUSED)
def test_what_is_refused(framework: str, name: str, args: Any, kwargs: Any, text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        getattr(ops, name)(*to_framework(args, framework), **kwargs)


@pytest.mark.parametrize(("name", "args", "kwargs", "text"), REFUSED)
def test_torch_refuses_the_same(name: str, args: Any, kwargs: Any, text: str) -> None:
    with pytest.raises((ValueError, RuntimeError, IndexError)):
        getattr(ops, name)(*to_framework(args, "torch"), **kwargs)


CONVOLUTIONS: list[Callable[..., Any]] = [
    lambda x: ops.conv2d(x, to_like(x, floats(4, 1, 3, 3)), padding=2, dilation=2, groups=2),
    lambda x: ops.conv_transpose2d(x, to_like(x, floats(2, 3, 3, 2)), stride=2, dilation=(1, 2), groups=2),
]


def to_like(x: Any, values: numpy.ndarray) -> Any:
    """`values` made repeatable, in the framework and dtype of `x`."""
    fixed = numpy.linspace(-1, 1, values.size).reshape(values.shape)
    framework = "torch" if isinstance(x, torch.Tensor) else "tensorflow"
    return to_framework(fixed, framework)


@pytest.mark.parametrize("convolve", CONVOLUTIONS)
def test_tensorflows_gradients_in_double_precision(convolve: Callable[..., Any]) -> None:
    x = floats(1, 2, 6, 5).astype("float64")
    ours, theirs = tf.constant(x), torch.tensor(x, requires_grad=True)
    with tf.GradientTape() as tape:
        tape.watch(ours)
        y = ops.sum(convolve(ours) ** 2)
    ops.sum(convolve(theirs) ** 2).backward()
    assert_close(tape.gradient(y, ours), theirs.grad, 1e-10)


@pytest.mark.parametrize("batch", [5, 2, None])
def test_tensorflows_linear_map_of_images_made_flat(batch: int | None) -> None:
    """Of more rows than outputs the weight is moved in place of the images."""
    x, kernel, weight = floats(5, 2, 6, 4)[:batch], floats(3, 2, 3, 3), floats(4, 18)

    def run(x: Any, kernel: Any, weight: Any) -> tuple[Any, Any]:
        flat = ops.flatten(ops.max_pool2d(ops.conv2d(x, kernel, padding=1), 2), 1)
        return flat, ops.linear(flat, weight)

    @tf.function(input_signature=[tf.TensorSpec((batch, 2, 6, 4))], autograph=False)
    def ours(x: Any) -> Any:
        inputs = [x, tf.constant(kernel), tf.constant(weight)]
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            flat, y = run(*inputs)
            total = ops.sum(y**2)
        return y, tape.gradient(total, [*inputs, flat])

    theirs = [torch.tensor(array, requires_grad=True) for array in (x, kernel, weight)]
    flat, y = run(*theirs)
    wanted = torch.autograd.grad(ops.sum(y**2), [*theirs, flat])
    assert_close(ours(tf.constant(x)), (y, list(wanted)))


DYNAMIC: list[tuple[Callable[..., Any], tuple[int, ...]]] = [
    (lambda x: ops.conv1d(x, numpy.ones((4, 2, 3), "float32"), padding=1), (3, 2, 7)),
    (lambda x: ops.conv2d(x, numpy.ones((4, 1, 3, 3), "float32"), stride=2, groups=2), (3, 2, 7, 6)),
    (lambda x: ops.conv3d(x, numpy.ones((4, 1, 3, 3, 1), "float32"), padding="same", groups=2), (3, 2, 4, 7, 6)),
    (lambda x: ops.conv_transpose1d(x, numpy.ones((2, 3, 3), "float32"), stride=2), (3, 2, 7)),
    (lambda x: ops.conv_transpose2d(x, numpy.ones((2, 3, 3, 2), "float32"), None, 2, 1, 1), (3, 2, 7, 6)),
    (lambda x: ops.conv_transpose3d(x, numpy.ones((2, 3, 3, 2, 1), "float32"), groups=2), (3, 2, 4, 7, 6)),
    (lambda x: ops.max_pool1d(x, 3, 2, 1), (3, 2, 7)),
    (lambda x: ops.max_pool2d(x, 3, 2, 1, 2), (3, 2, 7, 6)),
    (lambda x: ops.max_pool3d(x, 3, 2, 1), (3, 2, 4, 7, 6)),
    (lambda x: ops.max_pool2d(x, 3, 2, 1, return_indices=True), (3, 2, 7, 6)),
    (lambda x: ops.max_pool1d(x, 2, 3, 1, ceil_mode=True), (3, 2, 7)),
    (lambda x: ops.max_pool2d(x, 2, 2, ceil_mode=True), (3, 2, 7, 6)),
    (lambda x: ops.max_pool2d(x, 3, 2, 1, ceil_mode=True, return_indices=True), (3, 2, 7, 6)),
    (lambda x: ops.max_pool3d(x, 3, 2, 1, 2, ceil_mode=True), (3, 2, 5, 8, 6)),
    (lambda x: ops.avg_pool1d(x, 3, 2, 1), (3, 2, 7)),
    (lambda x: ops.avg_pool2d(x, 2, ceil_mode=True), (3, 2, 7, 6)),
    (lambda x: ops.avg_pool2d(x, 3, 2, 1, ceil_mode=True, count_include_pad=False), (3, 2, 7, 6)),
    (lambda x: ops.avg_pool3d(x, (2, 3, 2), 3, 1, ceil_mode=True), (3, 2, 4, 7, 6)),
    (lambda x: ops.avg_pool2d(x, 500, ceil_mode=True), (3, 2, 7, 6)),
    (lambda x: ops.max_pool3d(x, 500, padding=1, ceil_mode=True), (3, 2, 4, 7, 6)),
    (lambda x: ops.lp_pool1d(x, 2, 4, 3, ceil_mode=True), (3, 2, 7)),
    (lambda x: ops.avg_pool2d(x, 3, 2, 1, count_include_pad=False), (3, 2, 7, 6)),
    (lambda x: ops.avg_pool3d(x, 3, 2, 1), (3, 2, 4, 7, 6)),
    (lambda x: ops.lp_pool2d(x, 2, 2), (3, 2, 7, 6)),
    (lambda x: ops.adaptive_avg_pool1d(x, 1), (3, 2, 7)),
    (lambda x: ops.adaptive_avg_pool3d(x, (1, None, 1)), (3, 2, 4, 7, 6)),
    (lambda x: ops.adaptive_max_pool2d(x, (3, 4), True), (3, 2, 7, 6)),
    (lambda x: ops.max_unpool1d(*ops.max_pool1d(x, 2, return_indices=True), 2), (3, 2, 7)),
    (lambda x: ops.unfold(x, 3, 1, 1, 2), (3, 2, 7, 6)),
    (lambda x: ops.pixel_shuffle(x, 2), (3, 4, 7, 6)),
    (lambda x: ops.space_to_depth(ops.depth_to_space(x, 2), 2), (3, 4, 7, 6)),
    (lambda x: ops.channel_shuffle(x, 2), (3, 4, 7, 6)),
]


@pytest.mark.parametrize(("call", "sizes"), DYNAMIC)
def test_dynamic_sizes_in_tensorflow(call: Callable[..., Any], sizes: tuple[int, ...]) -> None:
    x = floats(*sizes)
    signature = tf.TensorSpec((None, sizes[1], *(None for _ in sizes[2:])))
    function = tf.function(call, input_signature=[signature], autograph=False)
    for given in (x, x[:1], x[..., 1:], x[..., 2:]):
        assert_close(function(tf.constant(given)), call(torch.tensor(given)))


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
@pytest.mark.parametrize("options", [{}, {"divisor_override": 7}, {"count_include_pad": False}, {"stride": 3000}])
def test_a_window_far_larger_than_the_image(framework: str, options: dict[str, Any]) -> None:
    """Padded to its size the image would take gigabytes."""
    x = floats(2, 64, 5, 4)
    arguments = {"kernel_size": 2000, "padding": 1, "ceil_mode": True, **options}
    received = ops.avg_pool2d(to_framework(x, framework), **arguments)
    assert_close(received, torch.nn.functional.avg_pool2d(torch.tensor(x), **arguments))


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow", "numpy"])
def test_fractional_windows_are_drawn_anew(framework: str) -> None:
    x = numpy.arange(2 * 30 * 30, dtype="float32").reshape(1, 2, 30, 30)

    def draw(x: Any) -> Any:
        return [ops.fractional_max_pool2d(x, 2, 17, return_indices=True) for _ in range(2)]

    drawn = to_numpy(in_a_layer(draw, framework)(to_framework(x, framework)))
    for values, indices in drawn:
        numpy.testing.assert_array_equal(
            numpy.take_along_axis(x.reshape(2, -1), indices.reshape(2, -1), 1), values.reshape(2, -1)
        )
        assert values.shape == (1, 2, 17, 17)
    assert (drawn[0][0] != drawn[1][0]).any()
    assert (drawn[0][1][:, 0] != drawn[0][1][:, 1]).any(), "each plane has its own windows"


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
def test_fractional_windows_need_a_key(framework: str) -> None:
    with pytest.raises(RuntimeError, match="needs a (key|seed): pass rng="):
        ops.fractional_max_pool2d(to_framework(IMAGE, framework), 2, 3)


def test_fractional_windows_of_a_dynamic_size_in_tensorflow() -> None:
    signature = [tf.TensorSpec((None, 2, None, 6))]
    function = tf.function(lambda x: ops.fractional_max_pool2d(x, 2, 3), input_signature=signature, autograph=False)
    with pytest.raises(UnsupportedOpError, match="tensorflow has no fractional pooling over a dynamic size. Give"):
        function.get_concrete_function()
