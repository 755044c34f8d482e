"""A tiny model of a family run through `convert` in a framework, beside the model itself."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from typing import Any

import jax
import numpy
import tensorflow as tf
import torch
from torch.utils._pytree import tree_leaves

from bridge.interop import graphs
from bridge.interop.jax import functionalize
from bridge.interop.tf import as_module, to_torch
from tests.helpers import SMALLEST_SCALE, to_framework, to_numpy
from tests.interop.huggingface.family import Family

EVAL_TOLERANCE, GRADIENT_TOLERANCE = 1e-4, 1e-3

Arrays = Mapping[str, Any]


def answers(output: Any) -> list[Any]:
    """Every tensor of what a model returns; of a cache's counters, torch has some as numbers."""
    return [
        leaf
        for leaf in tree_leaves(output)
        if hasattr(leaf, "shape") and (len(leaf.shape) or "float" in str(leaf.dtype))
    ]


def objective(output: Any) -> Any:
    """The model's own loss; of a model without one, the mean of its answers with weights."""
    loss = output.get("loss") if isinstance(output, Mapping) else None
    if loss is not None:
        return loss
    weighted = [answer * _weights(answer) for answer in answers(output) if "float" in str(answer.dtype)]
    return sum(_mean(one) for one in weighted)


def _weights(answer: Any) -> Any:
    values = numpy.cos(numpy.arange(numpy.prod(answer.shape), dtype="float32")).reshape(answer.shape)
    return torch.tensor(values) if isinstance(answer, torch.Tensor) else values


def _mean(answer: Any) -> Any:
    return tf.reduce_mean(answer) if tf.is_tensor(answer) else answer.mean()


class JaxRun:
    """The model in JAX, compiled."""

    def __init__(self, module: torch.nn.Module) -> None:
        apply, self.params, self.buffers = functionalize(module)
        self._eval = jax.jit(apply)

        def loss(params: Arrays, inputs: Arrays) -> Any:
            output, buffers = apply(params, self.buffers, **inputs, rng=jax.random.key(0), training=True)
            return objective(output), buffers

        self._step = jax.jit(jax.value_and_grad(loss, has_aux=True))
        self._train = jax.jit(lambda inputs, key: apply(self.params, self.buffers, **inputs, rng=key, training=True)[0])

    def evaluate(self, inputs: Arrays, *alike: Arrays) -> list[Any]:
        return to_numpy(answers(self._eval(self.params, self.buffers, **to_framework(inputs, "jax"))[0]))

    def step(self, inputs: Arrays) -> tuple[Any, Arrays, Arrays]:
        (loss, buffers), gradients = self._step(self.params, to_framework(inputs, "jax"))
        return to_numpy((loss, gradients, dict(buffers)))

    def draw(self, inputs: Arrays, seed: int) -> list[Any]:
        """A forward in training, which draws dropout from a seed."""
        return to_numpy(answers(self._train(to_framework(inputs, "jax"), jax.random.key(seed))))


class TensorFlowRun:
    """The model in TensorFlow, in a graph."""

    def __init__(self, module: torch.nn.Module) -> None:
        self.module = as_module(module)
        self._evals: dict[str, Any] = {}
        self._graph_step = tf.function(self._taped, autograph=False)
        self._train = tf.function(
            lambda inputs, rng: answers(self.module(**inputs, training=True, rng=rng)), autograph=False
        )

    def evaluate(self, inputs: Arrays, *alike: Arrays) -> list[Any]:
        """The answers of a graph that leaves open the axes in which samples differ from these inputs."""
        signature = [_open(one, [sample[name] for sample in alike]) for name, one in inputs.items()]
        if repr(signature) not in self._evals:
            called = lambda *values: answers(self.module(**dict(zip(inputs, values, strict=True))))  # noqa: E731
            self._evals[repr(signature)] = tf.function(called, signature, autograph=False)
        return to_numpy(self._evals[repr(signature)](*to_framework(inputs, "tensorflow").values()))

    def _taped(self, inputs: Arrays) -> Any:
        with tf.GradientTape() as tape:
            loss = objective(self.module(**inputs, training=True, rng=tf.constant([0, 1])))
        variables = {name: one for name, one in self.module.parameters.items() if one.trainable}
        zero = tf.UnconnectedGradients.ZERO
        gradients = tape.gradient(loss, variables, unconnected_gradients=zero)
        return loss, {name: tf.convert_to_tensor(gradient) for name, gradient in gradients.items()}

    def step(self, inputs: Arrays) -> tuple[Any, Arrays, Arrays]:
        loss, taped = self._graph_step(to_framework(inputs, "tensorflow"))
        gradients = to_torch(self.module, taped)
        return to_numpy((loss, gradients, {name: one.value() for name, one in self.module.buffers.items()}))

    def draw(self, inputs: Arrays, seed: int) -> list[Any]:
        return to_numpy(self._train(to_framework(inputs, "tensorflow"), tf.constant([0, seed])))


def _open(tensor: torch.Tensor, others: list[torch.Tensor]) -> tf.TensorSpec:
    shapes = zip(tensor.shape, *(other.shape for other in others), strict=True)
    shape = [sizes[0] if len(set(sizes)) == 1 else None for sizes in shapes]
    return tf.TensorSpec(shape, tf.as_dtype(str(tensor.dtype).removeprefix("torch.")))


RUNS = {"jax": JaxRun, "tensorflow": TensorFlowRun}


def evaluated(family: Family, framework: str) -> tuple[float, float]:
    """The largest difference from torch in evaluation, over both sizes, and the seconds that a capture took."""
    module = family.build()
    run, largest = RUNS[framework](module), 0.0
    with capture_seconds() as seconds:
        for size in family.sizes:
            inputs = family.inputs(size)
            others = [(batch, size[1] if family.fixed else length) for batch, length in family.sizes]
            received = run.evaluate(inputs, *map(family.inputs, others))  # first: torch's pytree then knows the caches
            with torch.no_grad():
                expected = answers(module(**inputs))
            assert any(tensor.any() for tensor in expected), "all answers are 0: choose another case"
            assert len(received) == len(expected), f"{len(received)} tensors in place of {len(expected)}"
            for place, (one, other) in enumerate(zip(received, to_numpy(expected), strict=True)):
                largest = max(largest, difference(one, other, f"answer {place} at {size}"))
    return largest, max(seconds)


def trained(family: Family, framework: str) -> float:
    """The largest difference from torch in a training step: of the loss, any gradient, and any buffer."""
    module = family.build()
    inputs = family.inputs(family.sizes[1])
    loss, gradients, buffers = RUNS[framework](module).step(inputs)
    module.train()
    expected = objective(module(**inputs))
    expected.backward()
    found = difference(loss, to_numpy(expected), "loss")
    wanted = {
        name: numpy.zeros(tensor.shape, "float32") if tensor.grad is None else to_numpy(tensor.grad)
        for name, tensor in module.named_parameters()
        if tensor.requires_grad
    }
    scale = max(numpy.abs(gradient).max(initial=0) for gradient in wanted.values())
    assert scale > 0, "no gradient flows: choose another case"
    for name, gradient in wanted.items():
        found = max(found, difference(gradients[name], gradient, f"gradient of {name}", scale))
    for name, buffer in module.named_buffers():
        found = max(found, difference(buffers[name], to_numpy(buffer), f"buffer {name}"))
    return found


def draws(family: Family, framework: str) -> None:
    """Asserts that dropout follows the seed."""
    inputs = family.inputs(family.sizes[0])
    run = RUNS[framework](family.build(dropout=0.3))
    first, again, other = (run.draw(inputs, seed) for seed in (1, 1, 2))
    assert all(numpy.isfinite(one).all() for one in (*first, *other) if one.dtype.kind == "f")
    assert all(map(numpy.array_equal, first, again)), "one seed gives two answers"
    assert not all(map(numpy.array_equal, first, other)), "two seeds give one answer"


def difference(received: Any, wanted: Any, what: str, scale: float = 0.0) -> float:
    """The largest difference, relative to the largest value expected or to `scale`; both are finite.

    A float's lowest value stands for minus infinity in masks: such places must agree, and count no further.
    """
    received, wanted = numpy.asarray(received), numpy.asarray(wanted)
    assert received.shape == wanted.shape, f"{what}: shape {received.shape} in place of {wanted.shape}"
    assert received.dtype.kind == wanted.dtype.kind, f"{what}: {received.dtype} in place of {wanted.dtype}"
    if wanted.dtype.kind not in "fc":
        numpy.testing.assert_array_equal(received, wanted, what)
        return 0.0
    assert numpy.isfinite(wanted).all(), f"{what}: torch's own is not finite: choose another case"
    assert numpy.isfinite(received).all(), f"{what} is not finite"
    masked = wanted < -1e30
    numpy.testing.assert_array_equal(received < -1e30, masked, what)
    scale = scale or max(numpy.abs(wanted[~masked]).max(initial=0), SMALLEST_SCALE)
    return float(numpy.abs(received - wanted)[~masked].max(initial=0) / scale)


@contextlib.contextmanager
def capture_seconds() -> Iterator[list[float]]:
    """Gathers how long each capture takes."""
    seconds, capture = [0.0], graphs.capture

    def timed(*args: Any, **kwargs: Any) -> Any:
        start = time.thread_time()
        try:
            return capture(*args, **kwargs)
        finally:
            seconds.append(time.thread_time() - start)

    graphs.capture = timed
    try:
        yield seconds
    finally:
        graphs.capture = capture
