"""Linear maps whose product is made another way for speed: of images with channels last, and of few rows."""

from __future__ import annotations

import copy
import gc

import jax
import jax.numpy as jnp
import numpy
import pytest
import torch

import bridge
from bridge import layers as nn
from bridge.backends.jax import layout
from bridge.interop.jax import functionalize
from tests.layers.steps import STEPS, Call, assert_near_torch, torch_step

CLASSES = 3

IMAGE_MODELS = {
    "tiles": lambda nn: [nn.Conv2d(2, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, CLASSES)],
    "windows": lambda nn: [nn.MaxPool2d(3, 2, 1), nn.Flatten(1, -1), nn.Linear(32, CLASSES)],
    "means": lambda nn: [nn.AvgPool2d((1, 2)), nn.Flatten(), nn.Linear(64, CLASSES, bias=False)],
    "divided": lambda nn: [nn.AvgPool2d(2, divisor_override=3), nn.Flatten(), nn.Linear(32, CLASSES)],
    "convolution": lambda nn: [nn.Conv2d(2, 4, 3), nn.Flatten(), nn.Linear(144, CLASSES)],
    "transposed": lambda nn: [nn.ConvTranspose2d(2, 1, 3), nn.Flatten(), nn.Linear(100, CLASSES)],
    "one axis": lambda nn: [nn.Flatten(2), nn.Conv1d(2, 3, 4, 2), nn.Flatten(), nn.Linear(93, CLASSES)],
    "other rows": lambda nn: [nn.MaxPool2d(2), nn.Flatten(0, 1), nn.Flatten(), nn.Linear(16, CLASSES)],
    "rows of rows": lambda nn: [nn.MaxPool2d(2), nn.Flatten(2), nn.Linear(16, CLASSES)],
    "no batch": lambda nn: [nn.Flatten(0, 1), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16, CLASSES)],
    "no batch of means": lambda nn: [nn.Flatten(0, 1), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(16, CLASSES)],
    "few images": lambda nn: [nn.MaxPool2d(2), nn.Flatten(), nn.Linear(32, 20)],
}

ROW_MODELS = {
    "all": lambda nn: [nn.Linear(512, 600), nn.ReLU(), nn.Linear(600, 512), nn.GELU(), nn.Linear(512, CLASSES)],
    "no bias": lambda nn: [nn.Linear(512, 520, bias=False), nn.SiLU(), nn.Linear(520, 512, bias=False)],
    "softmax between": lambda nn: [nn.Linear(512, 520), nn.Softmax(-1), nn.Linear(520, CLASSES)],
    "norm between": lambda nn: [nn.Linear(512, 520), nn.LayerNorm(520), nn.ReLU(), nn.Linear(520, CLASSES)],
}


def check(build, inputs, framework, compiled):
    torch.manual_seed(0)
    theirs = torch.nn.Sequential(*build(torch.nn))
    ours = nn.Sequential(*build(nn))
    ours.load_state_dict(copy.deepcopy(theirs.state_dict()))
    call = Call((inputs,), {})
    expected, cotangents = torch_step(theirs, call)
    received = STEPS[framework](ours, call, cotangents, training=True, compiled=compiled)
    assert_near_torch(received, expected)


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("framework", STEPS)
@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_flattened_images(name, framework, compiled):
    check(IMAGE_MODELS[name], torch.randn(5, 2, 8, 8), framework, compiled)


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("framework", STEPS)
@pytest.mark.parametrize("shape", [(6, 512), (1, 512), (2, 3, 512)], ids=str)
@pytest.mark.parametrize("name", ROW_MODELS)
def test_few_rows(name, shape, framework, compiled):
    check(ROW_MODELS[name], torch.randn(shape), framework, compiled)


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("framework", STEPS)
@pytest.mark.parametrize("bias", [True, False])
def test_few_outputs_of_many_inputs(bias, framework, compiled):
    def build(nn):
        return [nn.MaxPool2d(2), nn.Flatten(), nn.Linear(2048, CLASSES, bias=bias)]

    check(build, torch.randn(33, 2, 64, 64), framework, compiled)


@pytest.mark.parametrize("has_bias", [True, False])
@pytest.mark.parametrize("shape", [(6, 64), (2, 3, 64), (1, 64), (17, 64)], ids=str)
def test_every_transform_of_jax_goes_through_few_rows(shape, has_bias):
    """Under `jit` their product is by columns, with a rule of ours for tangents."""
    torch.manual_seed(0)
    given = [torch.randn(shape), torch.randn(5, 64), *([torch.randn(5)] if has_bias else [])]
    moved = [torch.randn_like(tensor) for tensor in given]
    places = tuple(range(len(given)))
    exact, exactly_moved = (tuple(tensor.double() for tensor in tensors) for tensors in (given, moved))
    arrays, tangents = (tuple(jnp.asarray(tensor.numpy()) for tensor in tensors) for tensors in (given, moved))
    compiled = jax.jit(lambda *args: (bridge.ops.linear(*args) ** 3).sum())

    def in_torch(*args):
        return (torch.nn.functional.linear(*args) ** 3).sum()

    def check(received, expected):
        for one, other in zip(jax.tree.leaves(received), jax.tree.leaves(expected), strict=True):
            assert torch.isfinite(other).all()
            scale = other.abs().max().item()
            numpy.testing.assert_allclose(one, other.numpy(), rtol=1e-4, atol=1e-5 * scale)

    check(compiled(*arrays), in_torch(*exact))
    check(jax.grad(compiled, places)(*arrays), torch.func.grad(in_torch, places)(*exact))
    check(jax.jvp(compiled, arrays, tangents), torch.func.jvp(in_torch, exact, exactly_moved))
    check(
        jax.jvp(jax.grad(jax.checkpoint(compiled), places), arrays, tangents),
        torch.func.jvp(torch.func.grad(in_torch, places), exact, exactly_moved),
    )
    rows = (0, *(None,) * (len(given) - 1))
    twice = jax.vmap(compiled, rows)(jnp.stack([arrays[0], tangents[0]]), *arrays[1:])
    check(twice, torch.func.vmap(in_torch, rows)(torch.stack([exact[0], exactly_moved[0]]), *exact[1:]))


@pytest.mark.parametrize(("rows", "by_columns"), [(1, False), (2, True), (16, True), (17, False)])
def test_jax_has_few_rows_by_columns(rows, by_columns):
    def products(function):
        program = jax.make_jaxpr(function)(jnp.ones((rows, 64)), jnp.ones((5, 64)))
        return [str(line) for line in str(program).splitlines() if "dot_general" in line]

    assert len(products(bridge.ops.linear)) == 1
    assert (f"f32[5,{rows}]" in products(bridge.ops.linear)[0]) == by_columns
    gradient = products(jax.grad(lambda x, weight: bridge.ops.linear(x, weight).sum(), 1))
    assert not any(f"f32[5,{rows}]" in line for line in gradient)


def test_jax_moves_the_weight_in_place_of_the_images():
    def moved(model, images):
        apply, params, buffers = functionalize(nn.Sequential(*model).eval())
        program = jax.make_jaxpr(lambda params, images: apply(params, buffers, images)[0])(params, images)
        return (CLASSES, 3, 3, 4) in [e.outvars[0].aval.shape for e in program.eqns if e.primitive.name == "transpose"]

    model = IMAGE_MODELS["tiles"](nn)
    assert moved(model, jnp.ones((5, 2, 8, 8)))
    assert not moved(model, jnp.ones((3, 2, 8, 8)))
    assert not moved([*model[:3], nn.Unflatten(1, (4, 1)), *model[3:]], jnp.ones((5, 2, 8, 8)))


def test_nothing_is_noted_for_longer_than_it_is_traced():
    apply, params, buffers = functionalize(nn.Sequential(*IMAGE_MODELS["tiles"](nn)))
    jax.jit(lambda images: apply(params, buffers, images)[0])(jnp.ones((5, 2, 8, 8)))
    gc.collect()
    assert not layout._noted
