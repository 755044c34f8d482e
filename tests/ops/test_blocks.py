"""Blocks that `ops.get_item` takes of TensorFlow's tensors by `tf.slice`, and what it leaves to strided slices."""

from __future__ import annotations

import numpy
import pytest
import tensorflow as tf

from bridge import ops

X = numpy.arange(24.0, dtype="float32").reshape(2, 3, 4)

BLOCKS = [
    (1,),
    (-2, slice(None), -1),
    (slice(None), slice(1, None)),
    (slice(None), slice(-2, 10), slice(1, -1)),
    (..., slice(2, 1)),
    (slice(None), slice(None, None, 1), 3),
    (),
]
OTHERS = [(..., slice(None, None, 2)), (..., slice(None, None, -1)), (None, 1)]


@pytest.mark.parametrize("key", BLOCKS, ids=str)
@pytest.mark.parametrize("shape", [(2, 3, 4), (None, 3, 4), (None, None, None)], ids=str)
def test_a_block(key, shape):
    """Beside NumPy, with its gradient, where a size is open too."""

    @tf.function(input_signature=[tf.TensorSpec(shape, tf.float32)])
    def block(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            taken = ops.get_item(x, key)
        return taken, tape.gradient(taken, x)

    taken, gradient = block(X)
    expected = numpy.zeros_like(X)
    expected[key] = 1
    numpy.testing.assert_array_equal(taken, X[key])
    numpy.testing.assert_array_equal(gradient, expected)
    if shape == X.shape:
        kinds = {operation.type for operation in block.get_concrete_function().graph.get_operations()}
        assert "StridedSliceGrad" not in kinds


@pytest.mark.parametrize("key", OTHERS, ids=str)
def test_what_is_no_block(key):
    numpy.testing.assert_array_equal(ops.get_item(tf.constant(X), key), X[key])


@pytest.mark.parametrize("key", [(2,), (0, -4), (0, 0, 0, 0)], ids=str)
def test_a_place_that_is_not_there_is_an_error(key):
    with pytest.raises((IndexError, ValueError), match="ops.get_item|indices"):
        ops.get_item(tf.constant(X), key)
