"""Proves what loops and branches do beyond their values: fresh randomness, small programs, errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch

import bridge
from bridge import UnsupportedOpError, ops
from tests.helpers import COMPILERS, to_framework, to_numpy
from tests.ops.cells import in_a_layer

LOOPS: dict[str, Callable[[Any], Any]] = {
    "scan": lambda x: ops.scan(lambda c, _: (c, ops.dropout(x, 0.5)), x, length=3)[1],
    "map": lambda x: ops.map(lambda _: ops.dropout(x, 0.5), ops.zeros_like(x, shape=(3,))),
    "fori_loop": lambda x: ops.fori_loop(0, 3, lambda i, y: _noted(y, ops.dropout(x, 0.5)), _room(x)),
    "while_loop": lambda x: ops.while_loop(
        lambda y: ops.sum(y[:, 0]) > -1e9, lambda y: _noted(y, ops.dropout(x, 0.5)), _room(x), 3
    ),
}


def _room(x: Any) -> Any:
    return ops.zeros_like(x, shape=(3, *x.shape))


def _noted(y: Any, row: Any) -> Any:
    return ops.concat([y[1:], row[None]], axis=0)


@pytest.mark.parametrize("mode", ["eager", "compiled"])
@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow"])
@pytest.mark.parametrize("loop", LOOPS)
def test_a_random_op_draws_anew_in_every_iteration(loop: str, framework: str, mode: str) -> None:
    if (loop, framework, mode) == ("while_loop", "torch", "compiled"):
        pytest.skip("torch.while_loop takes no random op in its body")
    run = in_a_layer(LOOPS[loop], framework)
    run = COMPILERS[framework](run) if mode == "compiled" else run
    rows = to_numpy(run(to_framework(numpy.ones(1000, "float32"), framework)))
    assert rows.shape == (3, 1000)
    for one, other in ((rows[0], rows[1]), (rows[1], rows[2]), (rows[0], rows[2])):
        assert 0.4 < ((one == 0) == (other == 0)).mean() < 0.6


def _carry(xs: Any) -> Any:
    return ops.scan(lambda c, x: (c + x, ops.sin(c)), xs[0], xs)


def test_a_compiled_scan_does_not_grow_with_its_length() -> None:
    jax_sizes = [len(str(jax.make_jaxpr(_carry)(jax.numpy.ones((n, 2)))).splitlines()) for n in (16, 1024)]
    assert jax_sizes[0] == jax_sizes[1]
    concrete = [tf.function(_carry).get_concrete_function(tf.TensorSpec((n, 2))) for n in (16, 1024)]
    tf_sizes = [
        len(c.graph.get_operations()) + sum(len(f.node_def) for f in c.graph.as_graph_def().library.function)
        for c in concrete
    ]
    assert tf_sizes[0] == tf_sizes[1]


def test_a_scan_over_a_dynamic_length_in_tensorflow() -> None:
    function = tf.function(_carry, input_signature=[tf.TensorSpec((None, 2))])
    for length in (1, 5):
        xs = numpy.random.default_rng(0).standard_normal((length, 2)).astype("float32")
        state, outputs = function(tf.constant(xs))
        expected = numpy.cumsum(xs, 0)
        numpy.testing.assert_allclose(state, expected[-1] + xs[0], rtol=1e-5)
        assert outputs.shape == (length, 2)
    assert function.get_concrete_function().structured_outputs[1].shape.as_list() == [None, 2]


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow"])
def test_a_python_bool_chooses_before_anything_is_traced(framework: str) -> None:
    def refused(x: Any) -> Any:
        raise AssertionError

    assert float(ops.cond(True, lambda x: x + 1, refused, to_framework(numpy.zeros((), "float32"), framework))) == 1


@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_a_scan_of_two_lengths(framework: str) -> None:
    xs = [to_framework(numpy.zeros(size, "float32"), framework) for size in (2, 3)]
    with pytest.raises(
        ValueError, match=re.escape("ops.scan expected one length for all of xs and length, got [2, 3]")
    ):
        ops.scan(lambda c, x: (c, x), xs[0][0], xs)
    with pytest.raises(ValueError, match="ops.scan expected one length for all of xs and length, got None"):
        ops.scan(lambda c, x: (c, x), xs[0][0])


def test_an_associative_scan_over_a_dynamic_size() -> None:
    vector = tf.TensorSpec((None,))
    function = tf.function(lambda x: ops.associative_scan(ops.add, x), input_signature=[vector], autograph=False)
    with pytest.raises(UnsupportedOpError, match="tensorflow has no associative_scan over a dynamic size. Fix that"):
        function.get_concrete_function()


def test_two_frameworks_in_a_loop() -> None:
    with pytest.raises(bridge.MixedFrameworksError, match=r"ops\.scan got tensors of two frameworks: torch \(init\)"):
        ops.scan(lambda c, x: (c, x), torch.zeros(()), jax.numpy.zeros(3))
