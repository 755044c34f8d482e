"""Convolutions in groups, of few channels and transposed, for which JAX and TensorFlow have forms, beside torch."""

from __future__ import annotations

import re

import jax
import jax.numpy as jnp
import numpy
import pytest
import tensorflow as tf
import torch
from torch.nn import functional as F

from bridge import ops
from tests.helpers import to_framework
from tests.sweep import MARK

FORMS = {
    "one by one": ("conv2d", (2, 6, 7, 8), (6, 1, 3, 3), {"groups": 6, "padding": 1}),
    "one by one, that skip": ("conv2d", (2, 6, 9, 8), (6, 1, 3, 2), {"groups": 6, "stride": (2, 3), "padding": (2, 0)}),
    "one by one, dilated": ("conv2d", (2, 6, 9, 8), (6, 1, 2, 3), {"groups": 6, "dilation": (3, 2), "padding": (3, 2)}),
    "one by one, two of each": ("conv2d", (1, 6, 7, 8), (12, 1, 3, 3), {"groups": 6, "padding": "valid"}),
    "one by one, five of each": ("conv2d", (1, 2, 7, 8), (10, 1, 3, 3), {"groups": 2}),
    "one by one, a large kernel": ("conv2d", (1, 3, 14, 15), (3, 1, 9, 10), {"groups": 3, "padding": 4}),
    "one by one, over one axis": ("conv1d", (2, 6, 11), (6, 1, 4), {"groups": 6, "padding": 3}),
    "one by one, over three": ("conv3d", (1, 4, 4, 5, 6), (4, 1, 2, 3, 2), {"groups": 4, "stride": (1, 2, 1)}),
    "one by one, no batch": ("conv2d", (6, 7, 8), (6, 1, 3, 3), {"groups": 6}),
    "one by one, transposed": (
        "conv_transpose2d",
        (2, 6, 4, 5),
        (6, 1, 3, 3),
        {"groups": 6, "stride": (2, 3), "padding": (1, 2), "output_padding": (1, 2), "dilation": (1, 2)},
    ),
    "in groups": ("conv2d", (2, 8, 7, 8), (12, 4, 3, 3), {"groups": 2, "stride": (1, 2), "padding": 1}),
    "in groups, many products": ("conv2d", (2, 20, 7, 8), (4, 10, 3, 3), {"groups": 2}),
    "in groups, transposed": ("conv_transpose1d", (2, 6, 5), (6, 2, 4), {"groups": 3, "stride": 2, "padding": 1}),
    "in many groups": ("conv1d", (1, 132, 5), (66, 2, 3), {"groups": 66}),
    "of one channel": ("conv2d", (3, 1, 7, 8), (5, 1, 3, 3), {"padding": 1}),
    "of three channels": ("conv2d", (1, 3, 9, 8), (4, 3, 3, 3), {"stride": 2, "dilation": (2, 1)}),
    "padded beyond the kernel": ("conv2d", (2, 8, 7, 6), (4, 8, 2, 3), {"padding": (2, 3)}),
    "transposed": (
        "conv_transpose2d",
        (2, 20, 4, 5),
        (20, 7, 4, 3),
        {"stride": (2, 3), "padding": (1, 2), "output_padding": (1, 0)},
    ),
    "transposed, with gaps": (
        "conv_transpose2d",
        (2, 30, 4, 5),
        (30, 3, 2, 1),
        {"stride": (3, 2), "output_padding": (2, 1)},
    ),
    "transposed, cut inside": ("conv_transpose2d", (2, 30, 4, 5), (30, 3, 2, 3), {"stride": 2, "padding": (3, 4)}),
    "transposed, over one axis": ("conv_transpose1d", (2, 20, 6), (20, 4, 16), {"stride": 8, "padding": 4}),
    "transposed, over three": (
        "conv_transpose3d",
        (1, 9, 3, 2, 4),
        (9, 4, 3, 2, 2),
        {"stride": (2, 1, 2), "padding": (0, 1, 1)},
    ),
    "transposed, in groups": ("conv_transpose2d", (2, 20, 4, 5), (20, 3, 3, 3), {"stride": 2, "groups": 2}),
    "transposed, one by one": (
        "conv_transpose2d",
        (2, 6, 4, 5),
        (6, 1, 4, 4),
        {"groups": 6, "stride": 2, "padding": 1},
    ),
    "transposed, by its steps": ("conv_transpose2d", (2, 8, 4, 5), (8, 7, 4, 2), {"stride": 2, "padding": (1, 0)}),
    "transposed, as large as before": ("conv_transpose2d", (2, 8, 4, 5), (8, 7, 3, 5), {"padding": (1, 2)}),
    "transposed, dilated": ("conv_transpose2d", (2, 20, 4, 5), (20, 3, 3, 3), {"stride": 2, "dilation": 2}),
    "transposed, dilated, by its steps": (
        "conv_transpose2d",
        (2, 20, 4, 5),
        (20, 3, 3, 3),
        {"stride": 2, "dilation": 2, "padding": 2},
    ),
    "of two channels, transposed": ("conv_transpose2d", (2, 2, 4, 5), (2, 3, 2, 3), {"stride": 2}),
}


QUICK = {"one by one", "one by one, transposed", "in groups", "of three channels", "transposed"}
"""The forms that every run looks at; a sweep looks at the others."""


@pytest.fixture(
    params=[pytest.param(name, marks=() if name in QUICK else MARK, id=name.replace(", ", "-")) for name in FORMS]
)
def form(request):
    kind, *shapes, options = FORMS[request.param]
    generator = torch.Generator().manual_seed(0)
    given = [torch.randn(shape, generator=generator, dtype=torch.float32) for shape in shapes]
    of_torch = lambda images, weight: getattr(F, kind)(images, weight, **options)  # noqa: E731
    of_bridge = lambda images, weight: getattr(ops, kind)(images, weight, **options)  # noqa: E731
    return of_torch, of_bridge, given


def agree(ours, theirs, tolerance=1e-4) -> None:
    theirs = theirs.detach().numpy()
    assert numpy.isfinite(theirs).all()
    scale = numpy.abs(theirs).max()
    numpy.testing.assert_allclose(numpy.asarray(ours) / scale, theirs / scale, rtol=0, atol=tolerance)


def with_gradients(of_torch, given) -> list[torch.Tensor]:
    """The output, and the gradients of the sum of its squares."""
    watched = [x.clone().requires_grad_() for x in given]
    answer = of_torch(*watched)
    return [answer, *torch.autograd.grad(answer.pow(2).sum(), watched)]


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])
def test_output_and_gradients(form, compiled):
    of_torch, of_jax, given = form
    answer, *expected = with_gradients(of_torch, given)
    forward, backward = of_jax, jax.grad(lambda *xs: (of_jax(*xs) ** 2).sum(), (0, 1))
    if compiled:
        forward, backward = jax.jit(forward), jax.jit(backward)
    arrays = to_framework(given, "jax")
    agree(forward(*arrays), answer)
    for ours, theirs in zip(backward(*arrays), expected, strict=True):
        agree(ours, theirs)


@pytest.mark.parametrize("is_open", [False, True], ids=["known", "open"])
def test_in_tensorflow(form, is_open):
    of_torch, of_tensorflow, given = form
    answer, *expected = with_gradients(of_torch, given)
    images, weight = given
    has_batch = images.ndim == weight.ndim
    shape = list(images.shape)
    if is_open:
        shape = [size if axis == has_batch else None for axis, size in enumerate(shape)]

    @tf.function(input_signature=[tf.TensorSpec(shape), tf.TensorSpec(weight.shape)], autograph=False)
    def step(images, weight):
        with tf.GradientTape() as tape:
            tape.watch((images, weight))
            answer = of_tensorflow(images, weight)
            total = tf.reduce_sum(answer**2)
        return answer, *tape.gradient(total, (images, weight))

    for ours, theirs in zip(step(*to_framework(given, "tensorflow")), (answer, *expected), strict=True):
        agree(ours, theirs)


@pytest.mark.parametrize("index", [0, 1], ids=["images", "weight"])
def test_gradient_of_one_of_them(form, index):
    of_torch, of_jax, given = form
    expected = torch.func.grad(lambda *xs: of_torch(*xs).pow(3).sum(), index)(*given)
    agree(jax.jit(jax.grad(lambda *xs: (of_jax(*xs) ** 3).sum(), index))(*to_framework(given, "jax")), expected)


def test_derivatives_forward_and_of_second_order(form):
    of_torch, of_jax, given = form
    arrays = to_framework(given, "jax")
    tangents = [x.cos() for x in given]
    _, expected = torch.func.jvp(of_torch, tuple(given), tuple(tangents))
    agree(jax.jvp(of_jax, tuple(arrays), tuple(to_framework(tangents, "jax")))[1], expected)

    def slope_of_torch(images, weight):
        gradients = torch.func.grad(lambda *xs: of_torch(*xs).pow(3).sum(), (0, 1))(images, weight)
        return sum(x.pow(2).mean() for x in gradients)

    def slope_of_jax(images, weight):
        gradients = jax.grad(lambda *xs: (of_jax(*xs) ** 3).sum(), (0, 1))(images, weight)
        return sum((x**2).mean() for x in gradients)

    expected = torch.func.grad(slope_of_torch, (0, 1))(*given)
    for ours, theirs in zip(jax.jit(jax.grad(slope_of_jax, (0, 1)))(*arrays), expected, strict=True):
        agree(ours, theirs)


def test_a_gradient_for_each_example(form):
    of_torch, of_jax, (images, weight) = form
    both = torch.stack([images, images.sin()])
    expected = torch.stack([torch.func.grad(lambda w, x=x: of_torch(x, w).pow(2).sum())(weight) for x in both.unbind()])
    gradient = jax.grad(lambda w, x: (of_jax(x, w) ** 2).sum())
    agree(jax.vmap(gradient, (None, 0))(*to_framework([weight, both], "jax")), expected)


def test_halves_are_added_up_in_float32(form):
    of_torch, of_jax, given = form
    halves = [x.bfloat16() for x in given]
    expected = of_torch(*(x.float() for x in halves)).bfloat16()
    ours = jax.jit(of_jax)(*(jnp.asarray(x.float().numpy(), jnp.bfloat16) for x in halves))
    assert ours.dtype == jnp.bfloat16
    agree(ours.astype(jnp.float32), expected.float(), 1e-2)


@pytest.mark.parametrize(
    ("name", "count"),
    [("one by one", 0), ("of one channel", 0), ("in groups, many products", 2), ("transposed", 1)],
)
def test_none_is_left_to_xla_in_groups_or_with_zeros_between(name, count):
    kind, *shapes, options = FORMS[name]
    convolve = jax.jit(lambda *xs: getattr(ops, kind)(*xs, **options))
    text = convolve.lower(*(jax.ShapeDtypeStruct(shape, jnp.float32) for shape in shapes)).as_text()
    assert re.findall(r"feature_group_count = (\d+)", text) == ["1"] * count
    assert re.findall(r"lhs_dilate = \[([\d, ]+)\]", text) in ([], ["1, 1"] * count)


@pytest.mark.parametrize("is_open", [False, True], ids=["batch", "all"])
def test_symbolic_sizes(form, is_open):
    of_torch, of_jax, (images, weight) = form
    has_batch = images.ndim == weight.ndim
    opened = [axis for axis in range(images.ndim) if axis != has_batch and (is_open or axis < has_batch)]
    shape = list(images.shape)
    if opened:
        least = [f"{'abcde'[axis]} >= {images.shape[axis]}" for axis in opened]
        names = jax.export.symbolic_shape(",".join("abcde"[axis] for axis in opened), constraints=least)
        shape = [names[opened.index(axis)] if axis in opened else size for axis, size in enumerate(shape)]
    specs = (jax.ShapeDtypeStruct(each, jnp.float32) for each in (shape, weight.shape))
    exported = jax.export.export(jax.jit(of_jax))(*specs)
    agree(exported.call(*to_framework([images, weight], "jax")), of_torch(images, weight))


@pytest.mark.parametrize("groups", [1, 2, 6])
def test_no_images(groups):
    images, weight = jnp.zeros((0, 6, 7, 8)), jnp.ones((12, 6 // groups, 3, 3))
    output = ops.conv2d(images, weight, groups=groups)
    assert output.shape == (0, 12, 5, 6)
    gradient = jax.grad(lambda w: ops.conv2d(images, w, groups=groups).sum())(weight)
    numpy.testing.assert_array_equal(gradient, numpy.zeros(weight.shape))
