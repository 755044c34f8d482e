"""Proves what random ops mean: how often, by what factor, from which key, and the same for the same key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch

import bridge
from bridge import ops
from tests.helpers import to_framework, to_numpy
from tests.ops.cells import in_a_layer

KEYS: dict[str, Callable[[int], Any]] = {
    "jax": lambda seed: jax.random.key(seed),
    "tensorflow": lambda seed: tf.constant([seed, 0]),
}

COUNT = 10_000
"""How many elements are drawn; four standard deviations of their mean are below 0.02."""


class Draws(bridge.Layer):
    """Dropout as a user's layer would call it, as often as told."""

    def __init__(self, times: int = 1) -> None:
        super().__init__()
        self.times = times

    def forward(self, x: Any) -> Any:
        return ops.stack([ops.dropout(x, 0.25, self.training) for _ in range(self.times)])


def draw(framework: str, seed: int, times: int = 1, training: bool = True) -> numpy.ndarray:
    x = to_framework(numpy.ones(COUNT, "float32"), framework)
    if framework == "torch":
        torch.manual_seed(seed)
        return to_numpy(Draws(times).train(training)(x))
    rng = KEYS[framework](seed)
    return to_numpy(bridge.stateless_apply(Draws(times), {}, {}, x, rng=rng, training=training)[0])


pytestmark = pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow"])


def test_dropout_zeroes_as_often_as_told_and_scales_the_rest(framework: str) -> None:
    (values,) = draw(framework, 1)
    assert set(numpy.unique(values)) == {numpy.float32(0), numpy.float32(1 / 0.75)}
    assert abs((values == 0).mean() - 0.25) < 0.02


def test_one_key_gives_one_answer_and_another_gives_another(framework: str) -> None:
    assert numpy.array_equal(draw(framework, 1), draw(framework, 1))
    assert not numpy.array_equal(draw(framework, 1), draw(framework, 2))


def test_every_call_draws_anew(framework: str) -> None:
    first, second, third = draw(framework, 1, times=3)
    for one, other in ((first, second), (second, third), (first, third)):
        assert abs(((one == 0) & (other == 0)).mean() - 0.25**2) < 0.02


def test_nothing_is_drawn_outside_training(framework: str) -> None:
    assert (draw(framework, 1, training=False) == 1).all()


def test_bernoulli_mask_is_true_as_often_as_told(framework: str) -> None:
    class Mask(bridge.Layer):
        def forward(self, x: Any) -> Any:
            return ops.bernoulli_mask(x, 0.3)

    rng = None if framework == "torch" else KEYS[framework](3)
    mask, _ = bridge.stateless_apply(Mask(), {}, {}, to_framework(numpy.zeros(COUNT, "float32"), framework), rng=rng)
    mask = to_numpy(mask)
    assert mask.dtype == bool
    assert abs(mask.mean() - 0.3) < 0.02


def test_the_gradient_of_dropout_is_its_mask(framework: str) -> None:
    x = to_framework(numpy.linspace(1, 2, 100, dtype="float32"), framework)

    def total(x: Any) -> Any:
        rng = None if framework == "torch" else KEYS[framework](4)
        output = bridge.stateless_apply(Draws(), {}, {}, x, rng=rng)[0]
        return ops.sum(output), output

    if framework == "torch":
        value, output = total(x.requires_grad_())
        (gradient,) = torch.autograd.grad(value, [x])
    elif framework == "jax":
        gradient, output = jax.grad(total, has_aux=True)(x)
    else:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value, output = total(x)
        gradient = tape.gradient(value, x)
    kept = to_numpy(output)[0] != 0
    assert 0 < kept.sum() < 100
    numpy.testing.assert_allclose(to_numpy(gradient), numpy.where(kept, 1 / 0.75, 0), rtol=1e-6)


@pytest.mark.parametrize("training", [True, False])
def test_compilation_keeps_the_meaning(framework: str, training: bool) -> None:
    layer = Draws()

    def apply(x: Any, rng: Any) -> Any:
        return bridge.stateless_apply(layer, {}, {}, x, rng=rng, training=training)[0]

    x = to_framework(numpy.ones(COUNT, "float32"), framework)
    if framework == "torch":
        run = torch.compile(layer.train(training), backend="eager", fullgraph=True)
        first, second = to_numpy(run(x)), to_numpy(run(x))
    else:
        run = {"jax": jax.jit, "tensorflow": tf.function}[framework](apply)
        first, second = (to_numpy(run(x, KEYS[framework](seed))) for seed in (1, 2))
    assert numpy.array_equal(first, second) is not training
    assert abs((first == 0).mean() - (0.25 if training else 0)) < 0.02


CHANNELS: dict[str, tuple[tuple[int, ...], int]] = {
    "drop_path": ((2000, 2, 3), 1),
    "dropout1d": ((1000, 2, 4), 2),
    "dropout2d": ((1000, 2, 2, 3), 2),
    "dropout3d": ((1000, 2, 2, 1, 3), 2),
    "feature_alpha_dropout": ((1000, 2, 5), 2),
}
"""A shape, and how many of its axes tell what is dropped together."""


@pytest.mark.parametrize("name", CHANNELS)
def test_what_is_dropped_together(name: str, framework: str) -> None:
    shape, axes = CHANNELS[name]
    x = to_framework(numpy.ones(shape, "float32"), framework)
    dropped = to_numpy(in_a_layer(lambda x: getattr(ops, name)(x, 0.25, True), framework)(x))
    together = dropped.reshape(*shape[:axes], -1)
    assert (together == together[..., :1]).all()
    values, counts = numpy.unique(together[..., 0].round(5), return_counts=True)
    assert len(values) == 2
    assert abs(counts[0] / counts.sum() - 0.25) < 0.05
    if name != "feature_alpha_dropout":
        numpy.testing.assert_allclose(values, [0, 1 / 0.75], rtol=1e-5)


@pytest.mark.parametrize("name", ["alpha_dropout", "feature_alpha_dropout"])
def test_alpha_dropout_keeps_mean_and_variance(name: str, framework: str) -> None:
    x = numpy.random.default_rng(0).normal(size=(COUNT, 2)).astype("float32")
    dropped = to_numpy(in_a_layer(lambda x: getattr(ops, name)(x, 0.3, True), framework)(to_framework(x, framework)))
    assert abs(dropped.mean()) < 0.05
    assert abs(dropped.var() - 1) < 0.05
    values, counts = numpy.unique(dropped.round(5), return_counts=True)
    scale = (0.7 * (1 + 0.3 * 1.7580993408473766**2)) ** -0.5
    assert abs(values[counts.argmax()] - -1.7580993408473766 * scale * 0.7) < 1e-4


@pytest.mark.parametrize("name", ["dropout1d", "dropout2d", "dropout3d"])
def test_channels_need_their_axes(name: str, framework: str) -> None:
    if framework == "torch":
        pytest.skip("torch's own functions warn, or take it otherwise")
    with pytest.raises(ValueError, match=rf"ops.{name} expected . or . axes, got 1"):
        getattr(ops, name)(to_framework(numpy.ones(3, "float32"), framework), training=False)
