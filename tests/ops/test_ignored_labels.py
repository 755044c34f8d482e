"""Cross entropy where labels count for nothing, all of them or some: torch's loss, and its gradient."""

from __future__ import annotations

from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch
from torch.nn import functional as F

from bridge import ops
from tests.helpers import COMPILERS, assert_close, to_framework, to_numpy

IGNORED = -100
LOGITS = numpy.random.default_rng(0).standard_normal((4, 3)).astype("float32")
LABELS = {
    "all": [IGNORED] * 4,
    "one": [2, IGNORED, 0, 1],
    "none": [2, 1, 0, 1],
    "no rows": [],
}
REDUCTIONS = ("mean", "sum", "none")


def _inputs(labels: str) -> tuple[numpy.ndarray, numpy.ndarray]:
    return LOGITS[: len(LABELS[labels])], numpy.asarray(LABELS[labels], "int64")


@pytest.mark.parametrize("framework", COMPILERS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("labels", LABELS)
def test_the_loss_is_torchs(labels: str, reduction: str, framework: str) -> None:
    logits, target = _inputs(labels)
    loss = COMPILERS[framework](lambda logits, target: ops.cross_entropy(logits, target, reduction=reduction))
    expected = F.cross_entropy(torch.tensor(logits), torch.tensor(target), reduction=reduction)
    received = to_numpy(loss(*to_framework([logits, target], framework)))
    numpy.testing.assert_allclose(received, expected, rtol=1e-6)  # a mean of nothing is NaN


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("labels", LABELS)
def test_its_gradient_is_torchs(labels: str, reduction: str, framework: str) -> None:
    logits, target = _inputs(labels)
    exact = torch.tensor(logits, requires_grad=True)
    F.cross_entropy(exact, torch.tensor(target), reduction=reduction).sum().backward()
    gradient = {"jax": _in_jax, "tensorflow": _in_tensorflow}[framework]
    assert_close(gradient(*to_framework([logits, target], framework), reduction), exact.grad)


def _in_jax(logits: jax.Array, target: jax.Array, reduction: str) -> jax.Array:
    return jax.jit(jax.grad(lambda logits: ops.cross_entropy(logits, target, reduction=reduction).sum()))(logits)


def _in_tensorflow(logits: tf.Tensor, target: tf.Tensor, reduction: str) -> Any:
    @tf.function(autograph=False)
    def gradient(logits: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(logits)
            loss = tf.reduce_sum(ops.cross_entropy(logits, target, reduction=reduction))
        return tape.gradient(loss, logits)

    return gradient(logits)


@pytest.mark.parametrize("framework", COMPILERS)
def test_what_a_row_that_counts_for_nothing_holds_does_not_matter(framework: str) -> None:
    logits, target = _inputs("one")
    logits = logits.copy()
    logits[1, 0] = numpy.nan
    loss = COMPILERS[framework](ops.cross_entropy)
    expected = F.cross_entropy(torch.tensor(logits), torch.tensor(target))
    assert torch.isfinite(expected)
    assert_close(loss(*to_framework([logits, target], framework)), expected)


def test_the_ignored_label_may_be_a_size_of_tensorflows_graph() -> None:
    """A model that answers questions ignores what lies beyond its input, however long that is."""

    @tf.function(input_signature=[tf.TensorSpec((None, None)), tf.TensorSpec((None,), tf.int64)], autograph=False)
    def loss(logits: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
        return ops.cross_entropy(logits, target, ignore_index=tf.shape(logits)[1] - 1)

    target = torch.tensor([2, 1, 0, 1])
    expected = F.cross_entropy(torch.tensor(LOGITS), target, ignore_index=2)
    assert_close(loss(*to_framework([LOGITS, target], "tensorflow")), expected)
