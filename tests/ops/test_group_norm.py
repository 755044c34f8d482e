"""Normalisation in groups: sizes that TensorFlow does not know until it runs, and gradients of gradients."""

from __future__ import annotations

import jax
import pytest
import tensorflow as tf
import torch
from torch.nn import functional as F

from bridge import ops
from tests.helpers import assert_close, to_framework

NORMS = {
    "group_norm": (lambda x: ops.group_norm(x, 2), lambda x: F.group_norm(x, 2)),
    "instance_norm": (ops.instance_norm, F.instance_norm),
}


@pytest.mark.parametrize("name", NORMS)
def test_all_sizes_are_open(name):
    ours, theirs = NORMS[name]
    compiled = tf.function(ours, input_signature=[tf.TensorSpec((None, None, None, None))], autograph=False)
    for shape in ((2, 4, 5, 3), (1, 6, 2, 2)):
        x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
        assert_close(compiled(to_framework(x, "tensorflow")), theirs(x))


SECOND = NORMS | {
    "batch_norm": (
        lambda x: ops.batch_norm(x, None, None, training=True),
        lambda x: F.batch_norm(x, None, None, training=True),
    )
}


@pytest.mark.parametrize("name", SECOND)
def test_the_gradient_of_a_gradient(name):
    ours, theirs = SECOND[name]
    x = torch.randn((2, 4, 3, 2), generator=torch.Generator().manual_seed(0))
    direction = torch.linspace(0, 1, x.numel()).reshape(x.shape)  # not one along which the gradient is 0 anyway
    slope = torch.func.grad(lambda x: (torch.func.grad(lambda x: theirs(x).pow(3).sum())(x) * direction).sum())
    expected = slope(x.double()).float()
    assert torch.isfinite(expected).all()
    array, along = to_framework([x, direction], "jax")
    in_jax = jax.grad(lambda x: (jax.grad(lambda x: (ours(x) ** 3).sum())(x) * along).sum())(array)
    tensor, along = to_framework([x, direction], "tensorflow")
    with tf.GradientTape() as outer:
        outer.watch(tensor)
        with tf.GradientTape() as inner:
            inner.watch(tensor)
            total = tf.reduce_sum(ours(tensor) ** 3)
        projected = tf.reduce_sum(inner.gradient(total, tensor) * along)
    for received in (in_jax, outer.gradient(projected, tensor)):
        assert_close(received, expected, 1e-4)
