"""Forwards that ask for gradients themselves: forces, residuals, inner steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch
from torch.utils._pytree import tree_leaves

from bridge import ConversionError
from bridge.interop.jax import functionalize
from bridge.interop.tf import as_module, to_torch
from tests.helpers import to_framework, to_numpy


class Model(torch.nn.Module):
    """Has a scalar of each row."""

    sizes: tuple[tuple[int, ...], ...] = ((4,),)

    def __init__(self) -> None:
        super().__init__()
        width = self.sizes[-1][-1]
        self.energy = torch.nn.Sequential(
            torch.nn.Linear(width, 8), torch.nn.SiLU(), torch.nn.LayerNorm(8), torch.nn.Linear(8, 1)
        )


class Hamiltonian(Model):
    def forward(self, x: torch.Tensor) -> Any:
        x = x if x.requires_grad else x.detach().requires_grad_(True)
        with torch.enable_grad():
            (gradient,) = torch.autograd.grad(self.energy(x).sum(), x, create_graph=True)
        position, momentum = gradient.chunk(2, dim=-1)
        return torch.cat([momentum, -position], dim=-1)


class Forces(Model):
    """Energies with forces, and these without a graph in evaluation."""

    sizes = ((5, 3),)

    def forward(self, positions: torch.Tensor) -> Any:
        positions = positions.clone().requires_grad_(True)
        apart = (positions[:, :, None] - positions[:, None]).square().sum(-1).add(0.1).sqrt()
        energy = self.energy(positions).sum((1, 2)) + apart.reciprocal().sum((1, 2))
        (gradient,) = torch.autograd.grad(energy.sum(), positions, create_graph=self.training, retain_graph=True)
        return {"energy": energy, "forces": -gradient}


class Residual(Model):
    """Of Burgers' equation; smooth without a norm, of which PyTorch's third derivative is wrong."""

    sizes = ((2,),)

    def __init__(self) -> None:
        super().__init__()
        self.energy = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))

    def forward(self, points: torch.Tensor) -> Any:
        x, t = (column.requires_grad_(True) for column in points.split(1, dim=1))
        u = self.energy(torch.cat([x, t], 1))

        def along(answer: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
            return torch.autograd.grad(answer, place, torch.ones_like(answer), create_graph=True)[0]

        return along(u, t) + u * along(u, x) - 0.01 * along(along(u, x), x)


class Stopping(Model):
    """Stops gradients in each of the ways."""

    def forward(self, x: torch.Tensor) -> Any:
        x = x.clone().requires_grad_(True)
        energy = self.energy(x) * self.energy(x).detach()
        (gradient,) = torch.autograd.grad(energy.sum(), x, create_graph=True)
        with torch.no_grad():
            weight = self.energy(x)
        (alone,) = torch.autograd.grad(self.energy(x).sum(), x)
        return gradient * weight + alone * self.energy(x) + self.energy(x).data


class Inner(Model):
    """A step of gradient descent on its own parameters, as in MAML."""

    def forward(self, x: torch.Tensor) -> Any:
        held = dict(self.energy.named_parameters())
        loss = torch.func.functional_call(self.energy, held, (x,)).square().mean()
        steps = torch.autograd.grad(loss, list(held.values()), create_graph=True)
        moved = {name: one - 0.1 * step for (name, one), step in zip(held.items(), steps, strict=True)}
        return torch.func.functional_call(self.energy, moved, (x,))


class Images(Model):
    """Through a convolution, a batch norm that counts, and poolings."""

    sizes = ((1, 8, 8),)

    def __init__(self) -> None:
        super().__init__()
        self.energy = torch.nn.Sequential(
            torch.nn.Conv2d(1, 4, 3, padding=1, stride=2),
            torch.nn.GELU(),
            torch.nn.BatchNorm2d(4),
            torch.nn.AvgPool2d(2, 1),
            torch.nn.MaxPool2d(2, 1),
            torch.nn.AdaptiveAvgPool2d(2),
            torch.nn.Flatten(),
            torch.nn.Linear(16, 1),
        )

    def forward(self, x: torch.Tensor) -> Any:
        x = x.clone().requires_grad_(True)
        return torch.autograd.grad(self.energy(x).square().sum(), x, create_graph=True)[0]


class Attending(Model):
    """Through attention, of which a row may look at nothing; without a graph, which PyTorch's own has not."""

    sizes = ((5, 4),)

    def forward(self, x: torch.Tensor) -> Any:
        x = x.clone().requires_grad_(True)
        mask = torch.ones(5, 5, dtype=torch.bool).tril(-1)
        heads = x.unflatten(-1, (2, 2)).transpose(1, 2)
        attended = torch.nn.functional.scaled_dot_product_attention(heads, 2 * heads, heads.sin(), attn_mask=mask)
        energy = self.energy(x + attended.transpose(1, 2).flatten(2))
        (alone,) = torch.autograd.grad(energy.square().sum(), x, retain_graph=True)
        return energy * alone


class Mapped(Model):
    def forward(self, x: torch.Tensor) -> Any:
        return torch.func.vmap(torch.func.grad(lambda row: self.energy(row).sum()))(x)


class Smooth(Model):
    """Without a LayerNorm, whose third derivative PyTorch has wrong."""

    sizes = ((2,),)

    def __init__(self) -> None:
        super().__init__()
        self.energy = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Softplus(), torch.nn.Linear(8, 1))


class Hessian(Smooth):
    def forward(self, x: torch.Tensor) -> Any:
        return torch.func.vmap(torch.func.hessian(lambda row: self.energy(row).sum()))(x)


class StoppingInside(Smooth):
    """Stops gradients in each of the ways within transforms, of which one is within another."""

    def forward(self, x: torch.Tensor) -> Any:
        def energy(row: torch.Tensor) -> torch.Tensor:
            with torch.no_grad():
                weight = self.energy(row)
            return (self.energy(row) * self.energy(row).detach() * weight + row.detach().sin()).sum()

        def force(row: torch.Tensor) -> torch.Tensor:
            return torch.func.grad(energy)(row) * row.detach()

        with torch.no_grad():
            step = torch.func.grad(lambda rows: torch.func.vmap(energy)(rows).sum())(x)
        x = x + step * x
        each = torch.func.vmap(force)(x) + torch.func.vmap(energy)(x)[:, None]
        return each + torch.func.grad(lambda rows: torch.func.vmap(force)(rows).square().sum())(x)


class Along(Smooth):
    """Derivatives along a direction, by dual numbers."""

    def forward(self, x: torch.Tensor) -> Any:
        def energy(rows: torch.Tensor) -> torch.Tensor:
            return self.energy(rows) * rows.detach().cos()

        value, along = torch.func.jvp(energy, (x,), (x.sin(),))
        jacobian = torch.func.vmap(torch.func.jacfwd(lambda row: self.energy(row).sum()))(x)
        return value * along + jacobian


class Rows(Model):
    def forward(self, x: torch.Tensor) -> Any:
        return torch.vmap(lambda row: self.energy(row) * row.sum())(x)


MODELS = [
    Hamiltonian,
    Forces,
    Residual,
    Stopping,
    Inner,
    Images,
    Attending,
    Mapped,
    Hessian,
    StoppingInside,
    Along,
    Rows,
]


def _made(kind: type[Model], rows: int) -> tuple[Model, list[torch.Tensor]]:
    torch.manual_seed(0)
    model = kind()
    return model, [torch.randn(rows, *size) for size in kind.sizes]


def _total(answers: Any) -> Any:
    """With weights, and of each model the same."""
    leaves = [answers[name] for name in sorted(answers)] if isinstance(answers, Mapping) else [answers]
    total: Any = 0.0
    for leaf in leaves:
        weights = numpy.cos(numpy.arange(numpy.prod(leaf.shape), dtype="float32")).reshape(leaf.shape)
        product = leaf * (torch.tensor(weights) if isinstance(leaf, torch.Tensor) else weights)
        total = total + (tf.reduce_sum(product) if tf.is_tensor(product) else product.sum())
    return total


@pytest.mark.parametrize("kind", MODELS)
def test_they_are_torchs_in_jax(kind: type[Model]):
    """Answers, the gradients of parameters and inputs through them, and buffers; the second batch is left open."""
    apply, params, buffers = functionalize(_made(kind, 1)[0])
    for rows in (3, 5):
        model, inputs = _made(kind, rows)
        for one in inputs:
            one.requires_grad_(True)
        expected = model(*inputs)
        gradients = torch.autograd.grad(
            _total(expected), [*model.parameters(), *inputs], allow_unused=True, materialize_grads=True
        )

        def loss(params: Any, inputs: Any) -> Any:
            outputs, changed = apply(params, buffers, *inputs, training=True)
            return _total(outputs), (outputs, changed)

        step = jax.jit(jax.grad(loss, argnums=(0, 1), has_aux=True))
        ours, (outputs, changed) = step(params, to_framework([one.detach() for one in inputs], "jax"))
        _compare(outputs, expected)
        _compare([*(ours[0][name] for name, _ in model.named_parameters()), *ours[1]], list(gradients))
        _compare([changed[name] for name, _ in model.named_buffers()], list(model.buffers()))


@pytest.mark.parametrize("kind", MODELS)
def test_they_are_torchs_in_tensorflow(kind: type[Model]):
    model, inputs = _made(kind, 3)
    module = as_module(model)

    @tf.function(autograph=False)
    def step(*inputs: Any) -> Any:
        with tf.GradientTape() as tape:
            outputs = module(*inputs, training=True)
            total = _total(outputs)
        return outputs, tape.gradient(total, dict(module.parameters), unconnected_gradients="zero")

    outputs, received = step(*to_framework(inputs, "tensorflow"))
    ours = to_torch(module, received)
    expected = model(*inputs)
    gradients = torch.autograd.grad(
        _total(expected), list(model.parameters()), allow_unused=True, materialize_grads=True
    )
    _compare(outputs, expected)
    _compare([ours[name] for name, _ in model.named_parameters()], list(gradients))


@pytest.mark.parametrize("kind", [Forces, Stopping])
def test_evaluation_with_an_open_batch(kind: type[Model]):
    model, inputs = _made(kind, 4)
    module = as_module(model.eval())
    signature = [tf.TensorSpec((None, *one.shape[1:])) for one in inputs]
    received = tf.function(module, signature, autograph=False)(*to_framework(inputs, "tensorflow"))
    _compare(received, model(*inputs))


def _compare(received: Any, expected: Any) -> None:
    for one, other in zip(tree_leaves(to_numpy(received)), tree_leaves(to_numpy(expected)), strict=True):
        assert numpy.isfinite(other).all()
        scale = max(1.0, numpy.abs(other).max(initial=0))
        numpy.testing.assert_allclose(one, other, rtol=0, atol=2e-5 * scale)


class Branching(Model):
    def forward(self, x: torch.Tensor) -> Any:
        if x.shape[0] > 3:
            x = x.clone().requires_grad_(True)
            return torch.autograd.grad(self.energy(x).sum(), x, create_graph=True)[0]
        return torch.autograd.grad(self.energy(x.requires_grad_(True)).sum(), x, create_graph=True)[0] * 2.0


def test_a_branch_by_a_size_keeps_its_sizes():
    apply, params, buffers = functionalize(_made(Branching, 1)[0])
    for rows in (2, 5, 3, 7):
        model, inputs = _made(Branching, rows)
        received, _ = apply(params, buffers, *to_framework(inputs, "jax"))
        _compare(received, model(*inputs))


class BranchingInside(Model):
    """Goes by values, in the midst of three transforms."""

    def forward(self, x: torch.Tensor) -> Any:
        def energy(row: torch.Tensor) -> torch.Tensor:
            return self.energy(row if row.sum() > 0 else -row).sum()

        along = torch.func.jvp(torch.func.grad(energy), (x[0],), (x[1],))[1]
        return along + torch.func.vmap(energy)(x)[0]


def test_a_failure_within_a_transform_leaves_torch_as_it_was():
    model, inputs = _made(BranchingInside, 3)
    apply, params, buffers = functionalize(model)
    with pytest.raises(ConversionError, match="BranchingInside cannot be converted"):
        apply(params, buffers, *to_framework(inputs, "jax"))
    assert torch._C._functorch.maybe_current_level() is None
    torch.randn(3)  # refused within a vmap
    one = torch.ones(())
    assert torch.func.jvp(torch.sin, (one,), (one,))[1] == one.cos()  # refused within another
