"""Forwards whose words mean one thing with PyTorch's tensors and another with other arrays, or nothing."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch

import bridge
from bridge import layers as nn
from bridge import ops
from bridge.errors import TorchOnlyError
from bridge.interop.jax import functionalize
from bridge.interop.tf import as_module
from tests.helpers import to_numpy

ROWS = numpy.random.default_rng(0).standard_normal((4, 3)).astype("float32")


def _transposed(x: Any) -> Any:
    return x.transpose(0, 1)


def _by_dtype(x: Any) -> Any:
    if x.dtype == torch.float32:
        return x * 2.0
    return x


def _in_place_of_a_view(x: Any) -> Any:
    first = x[:2]
    first += 1.0
    return x * 1.0


def _in_place_of_an_argument(x: Any) -> Any:
    x += 1.0
    return x


def _counted(x: Any) -> Any:
    positive = x > 0.0
    return positive * 2


def _without_gradient(x: Any) -> Any:
    with torch.no_grad():
        scale = x * 2.0
    return scale * x


def _nested(x: Any) -> Any:
    return _transposed(x) + 1.0


WORDS: list[Callable[[Any], Any]] = [
    _transposed,
    _by_dtype,
    _in_place_of_a_view,
    _counted,
    _without_gradient,
    _nested,
    lambda x: x.std(),
    lambda x: x.var(0),
    lambda x: x.repeat(2, 1),
    lambda x: x.sort(),
    lambda x: x.max(1),
    lambda x: x.min(0)[0],
    lambda x: x.flatten(0),
    lambda x: x.view(-1),
    lambda x: x * x.size(0),
    lambda x: x.view(x.size(0), 1, -1),
    lambda x: x.mean(dim=1, keepdim=True),
    lambda x: x.sum(-1, True),
    lambda x: x[[0, 2]],
    lambda x: x[:, [0, 2]],
    lambda x: x[[-1]],
    lambda x: (x > 0.0) * 3,
    lambda x: (x > 0.0) * x,
    lambda x: (x > 0.0) + (x < 0.5),
    lambda x: +x,
    lambda x: x * x.shape.numel(),
    lambda x: x * torch.ones(3),
    lambda x: x if torch.is_tensor(x) else x * 0.0,
    lambda x: x if x.device.type == "cpu" else x * 0.0,
]
"""Each is right in PyTorch; other frameworks answer otherwise, or fail."""


@pytest.mark.parametrize("base", [torch.nn.Module, nn.Module])
@pytest.mark.parametrize("words", WORDS)
def test_they_keep_pytorchs_meaning(words: Callable[[Any], Any], base: type[torch.nn.Module]):
    class Model(base):  # type: ignore[misc,valid-type]
        def forward(self, x: Any) -> Any:
            return words(x)

    apply, params, buffers = functionalize(Model())
    module = as_module(Model())
    expected = Model()(torch.tensor(ROWS))
    expected = list(expected) if isinstance(expected, tuple) else [expected]
    answers = [
        apply(params, buffers, jax.numpy.asarray(ROWS))[0],
        jax.jit(lambda x: tuple(jax.tree.leaves(apply(params, buffers, x)[0])))(ROWS),
        module(tf.constant(ROWS)),
        tf.function(module)(tf.constant(ROWS)),
    ]
    for answer in answers:
        received = to_numpy(list(answer) if isinstance(answer, tuple) else [answer])
        for one, other in zip(received, to_numpy(expected), strict=True):
            assert one.dtype.kind == other.dtype.kind
            numpy.testing.assert_allclose(one, other, rtol=1e-6)


@pytest.mark.parametrize("base", [torch.nn.Module, nn.Module])
def test_gradients_stop_where_pytorch_stops_them(base: type[torch.nn.Module]):
    class Model(base):  # type: ignore[misc,valid-type]
        def forward(self, x: Any) -> Any:
            return _without_gradient(x)

    apply, params, buffers = functionalize(Model())
    received = jax.grad(lambda x: apply(params, buffers, x)[0].sum())(ROWS)
    numpy.testing.assert_allclose(received, 2 * ROWS)  # and not 4


class Method(nn.Module):
    """Reaches its words by other methods of its own."""

    def forward(self, x: Any) -> Any:
        return ops.add(self._turned(x), self.one)

    def _turned(self, x: Any) -> Any:
        return x.transpose(0, 1)

    @property
    def one(self) -> float:
        return 1.0


class Inherited(Method):
    def _turned(self, x: Any) -> Any:
        return super()._turned(x)


@pytest.mark.parametrize("model", [Method(), Inherited(), nn.Sequential(nn.Lambda(_nested)), nn.Residual(Method())])
def test_a_direct_call_refuses_another_meaning(model: torch.nn.Module):
    square = ROWS[:3]
    for apply in (model, functools.partial(bridge.stateless_apply, model, {}, {})):
        with pytest.raises(TorchOnlyError, match=r"jax has no tensor method transpose with PyTorch's meaning.*Used at"):
            apply(jax.numpy.asarray(square))
    model(torch.tensor(square))
    numpy.testing.assert_allclose(functionalize(model)[0]({}, {}, square)[0], model(torch.tensor(square)))


class Native(nn.Module):
    """Says in `bridge.ops` what sounds like PyTorch's methods; nothing in it is PyTorch's."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(3)
        self.words: list[str] = []

    def forward(self, x: Any, sizes: list[int] | None = None) -> Any:
        names = sorted({"b", "a"})
        names.sort()
        count = 0
        for _ in names:
            count += 1
        y = ops.transpose(ops.repeat(x, 2, axis=0), (1, 0))
        y = ops.sort(y) * ops.std(x) / ops.max(x, axis=None) + max(1, 2) * count
        return self.norm(self.transpose(y)).reshape(-1, 3).mean(0) if sizes is None else y

    def transpose(self, x: Any) -> Any:
        return ops.matrix_transpose(x)


def test_what_is_written_in_ops_runs_as_it_is(monkeypatch: pytest.MonkeyPatch):
    model = Native()
    expected = model(torch.tensor(ROWS)).detach()
    numpy.testing.assert_allclose(model(jax.numpy.asarray(ROWS)), expected, rtol=1e-5, atol=1e-6)
    monkeypatch.setattr("bridge.interop.foreign.convert", None)  # it would fail if it were called
    apply, params, buffers = functionalize(model)
    numpy.testing.assert_allclose(apply(params, buffers, ROWS)[0], expected, rtol=1e-5, atol=1e-6)


def test_without_its_source_a_forward_is_converted_in_doubt():
    scope: dict[str, Any] = {"nn": nn}
    exec(  # as in an interpreter that keeps no source
        "class Model(nn.Module):\n    def forward(self, x):\n        return x.transpose(0, 1)[[0]]\n", scope
    )
    model = scope["Model"]()
    expected = ROWS.T[[0]]
    numpy.testing.assert_array_equal(functionalize(model)[0]({}, {}, ROWS)[0], expected)
    numpy.testing.assert_array_equal(as_module(model)(tf.constant(ROWS)), expected)


class Refusing(nn.Module):
    """Refuses, by an error of its own."""

    def forward(self, x: Any) -> Any:
        if x.shape[0] != 4:
            raise LookupError("four rows, please")
        return x + ops.sum(x)


def test_a_forwards_own_error_stands():
    apply, params, buffers = functionalize(Refusing())
    with pytest.raises(LookupError, match="four rows, please"):
        apply(params, buffers, ROWS[:3])
    numpy.testing.assert_allclose(apply(params, buffers, ROWS)[0], ROWS + ROWS.sum(), rtol=1e-5)
