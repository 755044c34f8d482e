"""TensorFlow's convolutions by one element that skip: oneDNN's own gradient of these writes beyond its memory."""

from __future__ import annotations

import numpy
import pytest
import tensorflow as tf
import torch
from torch.nn import functional as F

from bridge import ops
from tests.helpers import to_framework

OPTIONS = {
    "by two": ("conv2d", (2, 4, 7, 6), (6, 4, 1, 1), {"stride": 2}),
    "by each axis": ("conv2d", (2, 4, 7, 6), (6, 4, 1, 1), {"stride": (1, 3), "padding": (1, 0)}),
    "in groups": ("conv2d", (2, 4, 7, 6), (6, 2, 1, 1), {"stride": 2, "groups": 2}),
    "over one axis": ("conv1d", (2, 4, 7), (6, 4, 1), {"stride": 3}),
    "over three": ("conv3d", (1, 2, 4, 5, 6), (3, 2, 1, 1, 1), {"stride": (2, 1, 3)}),
    "transposed": ("conv_transpose2d", (2, 4, 3, 4), (4, 6, 1, 1), {"stride": (2, 3), "output_padding": (1, 0)}),
    "transposed over one axis": ("conv_transpose1d", (2, 4, 3), (4, 6, 1), {"stride": 2, "padding": 1}),
}


@pytest.mark.parametrize("is_open", [False, True])
@pytest.mark.parametrize("name", OPTIONS)
def test_they_are_torchs_and_skip_before(name, is_open):
    kind, *shapes, options = OPTIONS[name]
    torch.manual_seed(0)
    given = [torch.randn(shape, requires_grad=True) for shape in shapes]
    answer = getattr(F, kind)(*given, **options)
    expected = [answer, *torch.autograd.grad(answer.square().sum(), given)]
    open_shape = (None, shapes[0][1], *(None for _ in shapes[0][2:])) if is_open else shapes[0]

    @tf.function(input_signature=[tf.TensorSpec(shape, tf.float32) for shape in (open_shape, shapes[1])])
    def step(images, weight):
        with tf.GradientTape() as tape:
            tape.watch((images, weight))
            answer = getattr(ops, kind)(images, weight, **options)
            total = tf.reduce_sum(answer**2)
        return answer, *tape.gradient(total, (images, weight))

    for one, other in zip(step(*to_framework([x.detach() for x in given], "tensorflow")), expected, strict=True):
        assert torch.isfinite(other).all()
        numpy.testing.assert_allclose(one, other.detach().numpy(), rtol=1e-4, atol=1e-4)
    operations = step.get_concrete_function().graph.get_operations()
    strides = [list(one.get_attr("strides")) for one in operations if one.type.startswith("Conv")]
    assert strides
    assert all(set(each) == {1} for each in strides)
