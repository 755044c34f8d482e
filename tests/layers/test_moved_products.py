"""Linear maps whose product is made another way for speed: of images with channels last, and of few rows."""

from __future__ import annotations

import copy
import gc

import jax
import pytest
import torch

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


def test_jax_moves_the_weight_in_place_of_the_images():
    def moved(model, images):
        apply, params, buffers = functionalize(nn.Sequential(*model).eval())
        program = jax.make_jaxpr(lambda params, images: apply(params, buffers, images)[0])(params, images)
        return (CLASSES, 3, 3, 4) in [e.outvars[0].aval.shape for e in program.eqns if e.primitive.name == "transpose"]

    model = IMAGE_MODELS["tiles"](nn)
    assert moved(model, jax.numpy.ones((5, 2, 8, 8)))
    assert not moved(model, jax.numpy.ones((3, 2, 8, 8)))
    assert not moved([*model[:3], nn.Unflatten(1, (4, 1)), *model[3:]], jax.numpy.ones((5, 2, 8, 8)))


def test_nothing_is_noted_for_longer_than_it_is_traced():
    apply, params, buffers = functionalize(nn.Sequential(*IMAGE_MODELS["tiles"](nn)))
    jax.jit(lambda images: apply(params, buffers, images)[0])(jax.numpy.ones((5, 2, 8, 8)))
    gc.collect()
    assert not layout._noted
